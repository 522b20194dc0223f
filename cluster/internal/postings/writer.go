package postings

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// A writer writes a run.
type writer struct {
	*run
	files    Files
	prefix   byte
	to       io.WriteCloser
	w        *bufio.Writer
	block    []byte
	first    uint32   // key of the block
	key      uint32   // of the last posting
	unknown  []uint32 // keys that the filter does not have yet
	frequent []byte   // the frequent keys, encoded
	last     uint32   // of these
}

// newWriter begins a run, whose filter knows how many keys there will be at most.
func newWriter(files Files, prefix byte, number uint64, f *filter) (*writer, error) {
	w := &writer{run: &run{number: number, filter: f}, files: files, prefix: prefix}
	var err error
	if w.to, err = files.Create(RunName(prefix, number)); err != nil {
		return nil, w.err("%w", err)
	}
	w.w = bufio.NewWriterSize(w.to, 1<<16)
	return w, nil
}

// add adds a posting, or 0 for a key of which nothing is left. replacing says that
// what older runs have of the key does not count.
func (w *writer) add(key uint32, e Posting, replacing bool) error {
	if len(w.block) == 0 || key != w.key {
		if len(w.block) >= blockBytes {
			if err := w.endBlock(); err != nil {
				return err
			}
		}
		w.keys++
		if w.unknown = append(w.unknown, key); len(w.unknown) == together {
			w.know()
		}
	}
	if len(w.block) == 0 {
		w.first, w.key = key, 0
	}
	n := uint64(key-w.key) << 1
	if replacing {
		n |= 1
	}
	w.block = binary.AppendUvarint(w.block, n)
	w.block = binary.LittleEndian.AppendUint32(w.block, uint32(e))
	w.key = key
	w.postings++
	return nil
}

// know puts into the filter what it does not have yet. Readers get its parts after that.
func (w *writer) know() {
	w.filter.put(w.unknown)
	w.unknown = w.unknown[:0]
}

// addFrequent says that a key has been frequent. Keys come in order.
func (w *writer) addFrequent(key uint32) {
	w.frequent = binary.AppendUvarint(w.frequent, uint64(key-w.last))
	w.last = key
}

func (w *writer) endBlock() error {
	if len(w.block) == 0 {
		return nil
	}
	n, err := w.write(w.block)
	w.fences.add(w.first, w.start(len(w.blocks))+int64(n))
	w.block = w.block[:0]
	return err
}

// write writes a part and its checksum, and returns how many bytes these are.
func (w *writer) write(b []byte) (int, error) {
	w.w.Write(b)
	_, err := w.w.Write(binary.LittleEndian.AppendUint32(nil, crc32.Checksum(b, castagnoli)))
	if err != nil {
		return 0, w.err("%w", err)
	}
	return len(b) + 4, nil
}

// finish writes what comes after the blocks, and returns the run, which is durable
// and open for reading.
func (w *writer) finish() (*run, error) {
	r := w.run
	w.know()
	if err := errors.Join(w.endBlock(), w.finishFile()); err != nil {
		return nil, errors.Join(err, w.abandon())
	}
	r.fences.clip()
	var err error
	if r.file, err = w.files.Open(RunName(w.prefix, r.number)); err != nil {
		return nil, w.err("%w", err)
	}
	return r, nil
}

func (w *writer) finishFile() error {
	r := w.run
	frequent, err := w.write(w.frequent)
	if err != nil {
		return err
	}
	r.frequent = int64(frequent)
	length, err := w.tail()
	if err != nil {
		return w.err("%w", err)
	}
	footer := binary.LittleEndian.AppendUint64(nil, uint64(length))
	footer = binary.LittleEndian.AppendUint64(footer, uint64(frequent))
	footer = append(footer, runMagic[:]...)
	if _, err := w.w.Write(footer); err != nil {
		return w.err("%w", err)
	}
	if err := errors.Join(w.w.Flush(), w.to.Close()); err != nil {
		w.to = nil
		return w.err("%w", err)
	}
	w.to = nil
	r.size = r.start(len(r.blocks)) + r.frequent + int64(length) + footerBytes
	return nil
}

// tail writes the tail, and returns its length.
func (w *writer) tail() (int, error) {
	sum := crc32.New(castagnoli)
	to := io.MultiWriter(w.w, sum)
	length := 0
	var buf []byte
	put := func(n uint64) { buf = binary.AppendUvarint(buf, n) }
	flush := func() error {
		n, err := to.Write(buf)
		length += n
		buf = buf[:0]
		return err
	}
	put(uint64(w.postings))
	put(uint64(w.keys))
	put(uint64(len(w.blocks)))
	first, end := uint32(0), int64(0)
	for i, b := range w.blocks {
		put(uint64(b.first - first))
		put(uint64(w.end(i) - end))
		first, end = b.first, w.end(i)
	}
	for i := range w.filter {
		p := w.filter[i].Load()
		put(uint64(len(p.words)))
		for _, word := range p.words {
			if buf = binary.LittleEndian.AppendUint64(buf, word); len(buf) >= 1<<16 {
				if err := flush(); err != nil {
					return 0, err
				}
			}
		}
	}
	if err := flush(); err != nil {
		return 0, err
	}
	n, err := w.w.Write(binary.LittleEndian.AppendUint32(nil, sum.Sum32()))
	return length + n, err
}

// abandon deletes what was written.
func (w *writer) abandon() error {
	var err error
	if w.to != nil {
		err = w.to.Close()
	}
	return errors.Join(err, w.files.Remove(RunName(w.prefix, w.number)))
}
