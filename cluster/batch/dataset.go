package batch

import (
	"cmp"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"math/bits"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// A dataset is rows of one kind, in parts by their keys. Rows of a part for which there is
// no room in memory are in its file, in sorted runs.
type dataset struct {
	room  *room
	parts []part
}

// A room is the memory and the folder that the datasets of a job share.
type room struct {
	folder string
	most   int64
	codec  Codec
	used   atomic.Int64
}

// A part is one of a dataset.
type part struct {
	mu     sync.Mutex
	rows   []ref
	values [][]byte // chunks
	bytes  int64    // of both
	file   *os.File // nil if all rows are in memory
	runs   []span
	sorted bool
}

// A ref is a row in memory: its value is in that chunk at that place, behind its length.
type ref struct {
	key, order int64
	chunk, at  uint32
}

const (
	chunkBytes = 1 << 16
	leastChunk = 1 << 9
	refBytes   = 32      // 24, and what a slice that grows has in reserve
	leastRun   = 1 << 18 // bytes of rows that are worth a run
)

func newDataset(r *room, parts int) *dataset { return &dataset{room: r, parts: make([]part, parts)} }

// add adds a row.
func (d *dataset) add(r Row) error {
	p := &d.parts[partOf(r.Key, len(d.parts))]
	p.mu.Lock()
	defer p.mu.Unlock()
	p.add(d.room, r)
	if d.room.used.Load() > d.room.most && p.bytes >= leastRun {
		return d.spill(p)
	}
	return nil
}

// partOf spreads keys evenly over parts. Rows are not sorted by what it takes of a key.
func partOf(key int64, parts int) uint64 {
	h := uint64(key) * 0x9E3779B97F4A7C15
	return (h ^ h>>32) >> 8 % uint64(parts)
}

func (p *part) add(room *room, r Row) {
	n := len(r.Value) + binary.MaxVarintLen32
	if last := len(p.values) - 1; last < 0 || len(p.values[last])+n > cap(p.values[last]) {
		size := max(n, min(chunkBytes, max(leastChunk, int(p.bytes))))
		p.values = append(p.values, make([]byte, 0, size))
		p.grow(room, int64(size))
	}
	last := len(p.values) - 1
	to := &p.values[last]
	p.rows = append(p.rows, ref{r.Key, r.Order, uint32(last), uint32(len(*to))})
	*to = append(binary.AppendUvarint(*to, uint64(len(r.Value))), r.Value...)
	p.grow(room, refBytes)
	p.sorted = false
}

func (p *part) grow(r *room, by int64) {
	p.bytes += by
	r.used.Add(by)
}

// row returns a row of the part.
func (p *part) row(r ref) Row {
	b := p.values[r.chunk][r.at:]
	n, size := binary.Uvarint(b)
	return Row{r.key, r.order, b[size : size+int(n) : size+int(n)]}
}

// sort sorts the rows. Most keys are hashes: a first step takes them to so many buckets,
// in order, that few are left to be compared with one another.
func (p *part) sort() {
	if p.sorted {
		return
	}
	p.sorted = true
	if len(p.rows) < 2 {
		return
	}
	least, most := p.rows[0].key, p.rows[0].key
	for _, r := range p.rows {
		least, most = min(least, r.key), max(most, r.key)
	}
	shift := max(0, bits.Len64(uint64(most)-uint64(least))-bits.Len(uint(len(p.rows)))+2)
	bucket := func(r ref) uint64 { return (uint64(r.key) - uint64(least)) >> shift }
	ends := make([]uint32, bucket(ref{key: most})+1)
	for _, r := range p.rows {
		ends[bucket(r)]++
	}
	sum := uint32(0)
	for i, n := range ends {
		ends[i] = sum
		sum += n
	}
	out := make([]ref, len(p.rows), cap(p.rows))
	for _, r := range p.rows {
		at := &ends[bucket(r)]
		out[*at] = r
		*at++
	}
	begin := uint32(0)
	for _, end := range ends {
		if end > begin+1 {
			slices.SortFunc(out[begin:end], p.compare)
		}
		begin = end
	}
	p.rows = out
}

func (p *part) compare(a, b ref) int {
	switch {
	case a.key < b.key || a.key == b.key && a.order < b.order:
		return -1
	case a.key == b.key && a.order == b.order:
		return p.row(a).Compare(p.row(b))
	}
	return 1
}

// spill writes the rows of a part to its file.
func (d *dataset) spill(p *part) error {
	p.sort()
	if p.file == nil {
		f, err := os.CreateTemp(d.room.folder, "rows-*")
		if err != nil {
			return d.room.failed(err)
		}
		p.file = f
		// Where a file can be removed that is open, nothing of it is left even of a process
		// that is killed. Elsewhere it goes with its folder.
		_ = os.Remove(f.Name())
	}
	begin := int64(0)
	if len(p.runs) > 0 {
		begin = p.runs[len(p.runs)-1].end
	}
	w := runWriter{to: p.file, codec: d.room.codec, at: begin}
	for _, r := range p.rows {
		if err := w.write(p.row(r)); err != nil {
			return d.room.failed(err)
		}
	}
	if err := w.flush(); err != nil {
		return d.room.failed(err)
	}
	p.runs = append(p.runs, span{begin, w.at})
	p.release(d.room)
	return nil
}

// makeRoom writes the rows to the file if those of all datasets fill half of the memory.
func (d *dataset) makeRoom() error {
	for i := range d.parts {
		p := &d.parts[i]
		if d.room.used.Load() > d.room.most/2 && len(p.rows) > 0 {
			if err := d.spill(p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *room) failed(err error) error { return failed(r.folder, err) }

func failed(folder string, err error) error {
	return fmt.Errorf("%w %s: %w: it needs more room there, more memory, or another folder", ErrFiles, cmp.Or(folder, os.TempDir()), err)
}

// release gives the memory of the rows back.
func (p *part) release(r *room) {
	r.used.Add(-p.bytes)
	p.rows, p.values, p.bytes = nil, nil, 0
}

// drop drops all rows.
func (d *dataset) drop() {
	for n := range d.parts {
		d.dropPart(n)
	}
}

// dropPart drops the rows of a part.
func (d *dataset) dropPart(n int) {
	p := &d.parts[n]
	p.release(d.room)
	if p.file != nil {
		_ = p.file.Close() // nothing is read from it any more
	}
	p.file, p.runs = nil, nil
}

// A cursor reads rows in their order, from memory or from a run.
type cursor struct {
	Row
	part *part
	rows []ref
	run  *runReader
}

// next reads the next row, and reports whether there was one.
func (c *cursor) next() (bool, error) {
	if c.run == nil {
		if len(c.rows) == 0 {
			return false, nil
		}
		c.Row, c.rows = c.part.row(c.rows[0]), c.rows[1:]
		return true, nil
	}
	var err error
	c.Row, err = c.run.next()
	if err == io.EOF {
		return false, nil
	}
	return err == nil, err
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
// added to them meanwhile, and one at a time may read a part.
func read(sets []*dataset, n int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var open cursors
		for _, d := range sets {
			p := &d.parts[n]
			p.sort()
			all := []*cursor{{part: p, rows: p.rows}}
			for _, s := range p.runs {
				all = append(all, &cursor{run: &runReader{from: p.file, codec: d.room.codec, left: s}})
			}
			for _, c := range all {
				ok, err := c.next()
				if err != nil {
					yield(Row{}, d.room.failed(err))
					return
				}
				if ok {
					open = append(open, c)
				}
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
				yield(Row{}, sets[0].room.failed(err))
				return
			case ok:
				heap.Fix(&open, 0)
			default:
				heap.Pop(&open)
			}
		}
	}
}
