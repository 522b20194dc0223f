package batch

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// A Codec packs the blocks of files, each by itself. It is called by several goroutines.
type Codec interface {
	// Pack appends a packed block to a slice, and Unpack what was packed.
	Pack(to, block []byte) []byte
	Unpack(to, packed []byte) ([]byte, error)
}

// plain is the codec where none is given.
type plain struct{}

func (plain) Pack(to, block []byte) []byte             { return append(to, block...) }
func (plain) Unpack(to, packed []byte) ([]byte, error) { return append(to, packed...), nil }

// A span has a run of rows in a file, sorted, in blocks: 4 bytes for the size of the packed block, and
// that. In a block are rows, each as what the key is greater by than the one before (the
// first than 0; uvarint), order (varint), length of the value (uvarint) and value.
type span struct{ begin, end int64 }

const (
	blockBytes = 1 << 16 // of rows, or one row that is longer
	sizeBytes  = 4
)

var errRun = errors.New("a block is damaged")

// A runWriter writes runs to a file.
type runWriter struct {
	to     io.WriterAt
	codec  Codec
	at     int64 // in the file
	block  []byte
	packed []byte
	last   int64 // key
}

// write writes a row, which is not less than the one before.
func (w *runWriter) write(r Row) error {
	if len(w.block) == 0 {
		w.last = 0
	}
	w.block = binary.AppendUvarint(w.block, uint64(r.Key)-uint64(w.last))
	w.block = binary.AppendVarint(w.block, r.Order)
	w.block = binary.AppendUvarint(w.block, uint64(len(r.Value)))
	w.block = append(w.block, r.Value...)
	w.last = r.Key
	if len(w.block) < blockBytes {
		return nil
	}
	return w.flush()
}

// flush writes the last block.
func (w *runWriter) flush() error {
	if len(w.block) == 0 {
		return nil
	}
	w.packed = w.codec.Pack(append(w.packed[:0], make([]byte, sizeBytes)...), w.block)
	binary.BigEndian.PutUint32(w.packed, uint32(len(w.packed)-sizeBytes))
	_, err := w.to.WriteAt(w.packed, w.at)
	w.at += int64(len(w.packed))
	w.block = w.block[:0]
	return err
}

// A runReader reads a run.
type runReader struct {
	from   *os.File
	codec  Codec
	left   span
	packed []byte
	block  []byte
	rest   []byte // of the block
	last   int64  // key
}

// next reads the next row, which holds until the next call. After the last one it returns
// io.EOF.
func (r *runReader) next() (row Row, err error) {
	if len(r.rest) == 0 {
		if r.left.begin == r.left.end {
			return row, io.EOF
		}
		if err := r.load(); err != nil {
			return row, err
		}
	}
	key, n := binary.Uvarint(r.rest)
	order, m := binary.Varint(r.rest[max(n, 0):])
	at := max(n, 0) + max(m, 0)
	size, o := binary.Uvarint(r.rest[at:])
	at += max(o, 0)
	if n <= 0 || m <= 0 || o <= 0 || size > uint64(len(r.rest)-at) {
		return row, errRun
	}
	end := at + int(size)
	row = Row{int64(key + uint64(r.last)), order, r.rest[at:end:end]}
	r.rest, r.last = r.rest[end:], row.Key
	return row, nil
}

// load reads the next block.
func (r *runReader) load() error {
	size, err := r.take(sizeBytes)
	if err != nil {
		return err
	}
	if _, err = r.take(int64(binary.BigEndian.Uint32(size))); err != nil {
		return err
	}
	if r.block, err = r.codec.Unpack(r.block[:0], r.packed); err != nil {
		return fmt.Errorf("%w: %w", errRun, err)
	}
	if len(r.block) == 0 {
		return errRun
	}
	r.rest, r.last = r.block, 0
	return nil
}

// take reads the next bytes of the run into packed.
func (r *runReader) take(n int64) ([]byte, error) {
	if n > r.left.end-r.left.begin {
		return nil, errRun
	}
	r.packed = slices.Grow(r.packed[:0], int(n))[:n]
	_, err := r.from.ReadAt(r.packed, r.left.begin)
	r.left.begin += n
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return r.packed, err
}
