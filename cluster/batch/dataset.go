package batch

import (
	"bufio"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// A dataset is rows of one kind, in parts by their keys. Rows for which there is no room
// in memory are in sorted files.
type dataset struct {
	room  *room
	parts []part
}

// A room is the memory and the folder that the datasets of a job share.
type room struct {
	folder string
	most   int64
	used   atomic.Int64
	files  atomic.Int64
}

// A part is one of a dataset.
type part struct {
	mu     sync.Mutex
	rows   []ref
	values [][]byte // chunks
	bytes  int64    // of both
	runs   []*os.File
	sorted bool
}

// A ref is a row in memory.
type ref struct {
	key, order int64
	value      []byte
}

const (
	chunkBytes = 1 << 16
	refBytes   = 40
	leastRun   = 1 << 18 // bytes of rows for which a file is worth it
	mostValue  = math.MaxInt32
)

func newDataset(r *room, parts int) *dataset { return &dataset{room: r, parts: make([]part, parts)} }

// add adds a row.
func (d *dataset) add(r Row) error {
	p := &d.parts[spread(r.Key)%uint64(len(d.parts))]
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(r.Value)
	if last := len(p.values) - 1; last < 0 || len(p.values[last])+n > cap(p.values[last]) {
		size := max(n, min(chunkBytes, max(512, int(p.bytes))))
		p.values = append(p.values, make([]byte, 0, size))
		p.grow(d.room, int64(size))
	}
	to := &p.values[len(p.values)-1]
	at := len(*to)
	*to = append(*to, r.Value...)
	p.rows = append(p.rows, ref{r.Key, r.Order, (*to)[at : at+n : at+n]})
	p.grow(d.room, refBytes)
	p.sorted = false
	if d.room.used.Load() > d.room.most && p.bytes >= leastRun {
		return p.spill(d.room)
	}
	return nil
}

// spread spreads keys evenly over parts.
func spread(key int64) uint64 {
	h := uint64(key) * 0x9E3779B97F4A7C15
	return (h ^ h>>32) >> 8
}

func (p *part) grow(r *room, by int64) {
	p.bytes += by
	r.used.Add(by)
}

func (p *part) sort() {
	if !p.sorted {
		slices.SortFunc(p.rows, func(a, b ref) int { return a.row().Compare(b.row()) })
		p.sorted = true
	}
}

func (r ref) row() Row { return Row{r.key, r.order, r.value} }

// spill writes the rows to a file.
func (p *part) spill(r *room) error {
	p.sort()
	f, err := os.CreateTemp(r.folder, "rows-*")
	if err != nil {
		return err
	}
	if err := os.Remove(f.Name()); err != nil && !errors.Is(err, os.ErrPermission) {
		f.Close()
		return err
	}
	p.runs = append(p.runs, f)
	w := bufio.NewWriterSize(f, 1<<16)
	var head [16 + binary.MaxVarintLen64]byte
	for _, q := range p.rows {
		binary.BigEndian.PutUint64(head[:], uint64(q.key))
		binary.BigEndian.PutUint64(head[8:], uint64(q.order))
		n := binary.PutUvarint(head[16:], uint64(len(q.value)))
		w.Write(head[:16+n])
		w.Write(q.value)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("batch: rows for which there is no room in memory: %w", err)
	}
	p.release(r)
	return nil
}

// release gives the memory of the rows back.
func (p *part) release(r *room) {
	r.used.Add(-p.bytes)
	p.rows, p.values, p.bytes = nil, nil, 0
}

// drop drops all rows.
func (d *dataset) drop() (err error) {
	for i := range d.parts {
		p := &d.parts[i]
		p.release(d.room)
		for _, f := range p.runs {
			err = errors.Join(err, f.Close())
		}
		p.runs = nil
	}
	return err
}

// A cursor reads rows in their order, from memory or from a file.
type cursor struct {
	Row
	rows []ref
	file *bufio.Reader
	buf  []byte
}

// next reads the next row, and reports whether there was one.
func (c *cursor) next() (bool, error) {
	if c.file == nil {
		if len(c.rows) == 0 {
			return false, nil
		}
		c.Row, c.rows = c.rows[0].row(), c.rows[1:]
		return true, nil
	}
	var head [16]byte
	if _, err := io.ReadFull(c.file, head[:]); err == io.EOF {
		return false, nil
	} else if err != nil {
		return false, err
	}
	n, err := binary.ReadUvarint(c.file)
	if err == nil && n > mostValue {
		err = ErrRow
	}
	if err != nil {
		return false, err
	}
	c.buf = slices.Grow(c.buf[:0], int(n))[:n]
	c.Row = Row{int64(binary.BigEndian.Uint64(head[:])), int64(binary.BigEndian.Uint64(head[8:])), c.buf}
	_, err = io.ReadFull(c.file, c.buf)
	return true, err
}

// cursors are a heap of them by their next rows.
type cursors []*cursor

func (c cursors) Len() int           { return len(c) }
func (c cursors) Less(i, j int) bool { return c[i].Compare(c[j].Row) < 0 }
func (c cursors) Swap(i, j int)      { c[i], c[j] = c[j], c[i] }
func (c *cursors) Push(v any)        { *c = append(*c, v.(*cursor)) }
func (c *cursors) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

// read yields the rows of one part of several datasets, in their order. Nothing may be
// added to them meanwhile.
func read(sets []*dataset, n int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var all cursors
		for _, d := range sets {
			p := &d.parts[n]
			p.sort()
			all = append(all, &cursor{rows: p.rows})
			for _, f := range p.runs {
				all = append(all, &cursor{file: bufio.NewReaderSize(io.NewSectionReader(f, 0, math.MaxInt64), 1<<16)})
			}
		}
		open := all[:0]
		for _, c := range all {
			ok, err := c.next()
			if err != nil {
				yield(Row{}, err)
				return
			}
			if ok {
				open = append(open, c)
			}
		}
		heap.Init(&open)
		for len(open) > 0 {
			c := open[0]
			if !yield(c.Row, nil) {
				return
			}
			ok, err := c.next()
			switch {
			case err != nil:
				yield(Row{}, err)
				return
			case ok:
				heap.Fix(&open, 0)
			default:
				heap.Pop(&open)
			}
		}
	}
}
