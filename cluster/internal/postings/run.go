package postings

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"sync"
	"sync/atomic"
)

// A run is postings in a file that is written once: in the order of keys, and
// those of one key in the order in which they came. It consists of
//
//	blocks      of about 256 bytes, each with the postings of whole keys
//	frequent    the keys of which the run says that they have been frequent: each
//	            a varint, the difference from the one before
//	tail        what is in memory while the run is in use
//	footer      length of the tail, 8 bytes; of frequent, 8 bytes; "reprint" and the
//	            version of this format, 1, a byte
//
// A posting is a varint: the difference of its key from that of the one before in
// the block, at first from 0, times two, plus one if what older runs have of the
// key does not count; then four bytes, those of the posting, which are 0 where
// such a key has none. The tail is, in varints, the numbers of postings, of keys
// and of blocks; of each block the difference of its first key from that of the
// block before, and its length; then the filter. Each block, frequent and tail are
// followed by their CRC-32C, four bytes, which are part of their lengths. Numbers
// of several bytes are little-endian.
type run struct {
	number uint64
	size   int64 // of the file
	file   File
	fences
	frequent int64 // length of that part
	postings int
	keys     int
	filter   *filter
	merging  atomic.Bool // the filter comes to be that of the run into which it is merged
}

const (
	blockBytes  = 1 << 8
	footerBytes = 24
	runVersion  = 1
)

var runMagic = [8]byte{'r', 'e', 'p', 'r', 'i', 'n', 't', runVersion}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// RunName returns the name of a run.
func RunName(prefix byte, number uint64) string { return fmt.Sprintf("%c%08d.run", prefix, number) }

// err says what is wrong with a run.
func (r *run) err(format string, args ...any) error {
	return fmt.Errorf("run %d: %w", r.number, fmt.Errorf(format, args...))
}

// openRun reads the tail of a run of a size.
func openRun(files Files, prefix byte, number uint64, size int64) (r *run, err error) {
	r = &run{number: number, size: size}
	if r.file, err = files.Open(RunName(prefix, number)); err != nil {
		return nil, r.err("%w", err)
	}
	if err := r.readTail(); err != nil {
		return nil, errors.Join(r.err("%w", err), r.file.Close())
	}
	return r, nil
}

func (r *run) readTail() error {
	var footer [footerBytes]byte
	if r.size < footerBytes {
		return errors.New("it is too short")
	}
	if err := readAt(r.file, footer[:], r.size-footerBytes); err != nil {
		return err
	}
	switch end := [8]byte(footer[16:]); {
	case string(end[:7]) == string(runMagic[:7]) && end[7] > runVersion:
		return fmt.Errorf("%w of this package wrote it (format %d, this one reads %d)", ErrVersion, end[7], runVersion)
	case end != runMagic:
		return errors.New("it does not end as a run does")
	}
	length := binary.LittleEndian.Uint64(footer[:])
	r.frequent = int64(binary.LittleEndian.Uint64(footer[8:]) & math.MaxInt64)
	rest := uint64(r.size - footerBytes)
	if length < 4 || length > rest || r.frequent < 4 || uint64(r.frequent) > rest-length {
		return errors.New("its parts do not fit into it")
	}
	at := r.size - footerBytes - int64(length)
	sum := crc32.New(castagnoli)
	d := tailReader{Reader: bufio.NewReaderSize(io.TeeReader(io.NewSectionReader(r.file, at, int64(length)-4), sum), 1<<16), left: length}
	r.postings, r.keys = d.count(math.MaxInt32), d.count(math.MaxInt32)
	blocks := d.count(length)
	r.blocks = make([]fence, 0, blocks)
	first, end := uint32(0), int64(0)
	for range blocks {
		first += uint32(d.count(math.MaxUint32))
		end += int64(d.count(math.MaxInt32))
		r.fences.add(first, end)
	}
	r.filter = d.filter()
	var stored [4]byte
	if err := readAt(r.file, stored[:], at+int64(length)-4); err != nil {
		return err
	}
	switch {
	case d.err != nil:
		return d.err
	case d.Buffered() > 0 || d.more():
		return errors.New("its tail goes on after its end")
	case sum.Sum32() != binary.LittleEndian.Uint32(stored[:]):
		return errors.New("the checksum of its tail is wrong")
	case end != at-r.frequent:
		return errors.New("its blocks do not end where the rest begins")
	}
	return nil
}

// A tailReader reads the tail of a run. Counts are checked against its length, so
// that a damaged one takes no more memory than that.
type tailReader struct {
	*bufio.Reader
	left uint64
	err  error
}

func (d *tailReader) count(most uint64) int {
	n, err := binary.ReadUvarint(d)
	if err == nil && n > most {
		err = fmt.Errorf("a count of %d, want %d at most", n, most)
	}
	if err != nil {
		d.err = errors.Join(d.err, err)
		return 0
	}
	return int(n)
}

func (d *tailReader) more() bool {
	_, err := d.ReadByte()
	return err == nil
}

func (d *tailReader) filter() *filter {
	f := new(filter)
	for i := range f {
		n := d.count(d.left / 8)
		p := &filterPart{words: make([]uint64, n, max(n, 1))}
		var b [8]byte
		for j := range p.words {
			if _, err := io.ReadFull(d, b[:]); err != nil {
				d.err = errors.Join(d.err, err)
				return f
			}
			p.words[j] = binary.LittleEndian.Uint64(b[:])
		}
		d.left -= min(d.left, 8*uint64(n))
		p.words = p.words[:max(n, 1)] // no key is there if the file has none
		f[i].Store(p)
	}
	return f
}

var blockBuffers = sync.Pool{New: func() any { return new([]byte) }}

// get appends to dst the postings of a key. replaces says that what older runs
// have of it does not count.
func (r *run) get(dst []Posting, key uint32) (list []Posting, replaces bool, err error) {
	i := r.find(key)
	if i < 0 {
		return dst, false, nil
	}
	buf := blockBuffers.Get().(*[]byte)
	defer blockBuffers.Put(buf)
	block, err := r.block((*buf)[:0], i)
	*buf = block
	if err != nil {
		return dst, false, err
	}
	b := blockReader{rest: block[:max(len(block)-4, 0)]}
	for ok := b.seek(key); ok && b.key == key; ok = b.next() {
		replaces = replaces || b.replaces
		if b.posting != 0 {
			dst = append(dst, b.posting)
		}
	}
	return dst, replaces, nil
}

// block reads a block, its checksum included, into buf.
func (r *run) block(buf []byte, i int) ([]byte, error) {
	buf, err := r.read(buf, r.start(i), r.end(i))
	if err == nil {
		err = r.verify(buf)
	}
	return buf, err
}

func (r *run) read(buf []byte, from, to int64) ([]byte, error) {
	n := int(to - from)
	if cap(buf) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	if err := readAt(r.file, buf, from); err != nil {
		return buf, r.err("%w", err)
	}
	return buf, nil
}

// readAt fills buf. At the end of a file a ReaderAt may tell so and have read all.
func readAt(from io.ReaderAt, buf []byte, at int64) error {
	n, err := from.ReadAt(buf, at)
	if n == len(buf) {
		return nil
	}
	return err
}

// verify compares what was read with the checksum at its end.
func (r *run) verify(b []byte) error {
	if len(b) < 4 || crc32.Checksum(b[:len(b)-4], castagnoli) != binary.LittleEndian.Uint32(b[len(b)-4:]) {
		return r.err("a checksum is wrong")
	}
	return nil
}

// frequentKeys reads the keys that have been frequent, as they are encoded.
func (r *run) frequentKeys() (keyReader, error) {
	from := r.start(len(r.blocks))
	b, err := r.read(nil, from, from+r.frequent)
	if err == nil {
		err = r.verify(b)
	}
	return keyReader{rest: b[:max(len(b)-4, 0)]}, err
}

// check walks a run and says what is inconsistent, and which numbers are not below
// a bound.
func (r *run) check(name string, numbers int) (errs []error) {
	c := cursor{run: r}
	n, keys, last := 0, 0, int64(-1)
	report := func(format string, args ...any) {
		if len(errs) < mostReported {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	for {
		ok, err := c.next()
		if err != nil {
			report("%s: %w", name, err)
			return errs
		}
		if !ok {
			break
		}
		if e := c.posting; e != 0 && int(e.Number()) >= numbers {
			report("%s names number %d, which no document has had", name, e.Number())
		}
		if int64(c.key) < last {
			report("%s is out of order at posting %d", name, n)
		}
		if int64(c.key) != last {
			keys++
		}
		if !r.filter.has(c.key) && !r.merging.Load() {
			report("the filter of %s does not know posting %d", name, n)
		}
		n, last = n+1, int64(c.key)
	}
	if n != r.postings || keys != r.keys {
		report("%s has %d postings of %d keys, want %d of %d", name, n, keys, r.postings, r.keys)
	}
	if _, err := r.frequentKeys(); err != nil {
		report("%s: %w", name, err)
	}
	return errs
}

// mostReported is how many errors are told of one run.
const mostReported = 1000
