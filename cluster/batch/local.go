package batch

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/cbb30ed1/reprint/engine"
)

// Local says how a job is run on one machine.
type Local struct {
	Memory  int64  // for rows, in bytes; 0 means 1 GB. What does not fit is in files
	Folder  string // for these files; "" means that of os.TempDir
	Threads int    // 0 means one
	Parts   int    // into which rows are divided; 0 means 64
}

// Run clusters documents. It calls line with the line of each document, in their order, and
// pair with the line of each pair, if these are not nil: those of the document that was
// published first, then by id, and of one document the strongest first.
func (l Local) Run(ctx context.Context, j *Job, docs iter.Seq2[engine.Document, error], line, pair func([]byte) error) (err error) {
	folder, err := os.MkdirTemp(l.Folder, "reprint-batch-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	r := runner{
		ctx: ctx, job: j, threads: max(1, l.Threads), parts: cmp.Or(l.Parts, 64),
		room: &room{folder: folder, most: cmp.Or(l.Memory, 1<<30)}, facts: &Facts{}, sets: map[byte]*dataset{},
	}
	defer func() {
		for kind := range r.sets {
			err = errors.Join(err, r.drop(kind))
		}
	}()
	if err := r.read(docs); err != nil {
		return err
	}
	for _, step := range []struct{ stage, facts, drop string }{
		{"latest", "x", ""}, {"fresh", "", ""}, {"freshness", "n", "f"}, {"meet", "", "p"}, {"marks", "w", "m"},
		{"candidates", "", "bc"}, {"send", "", "r"}, {"compare", "", "t"}, {"edges", "", ""},
	} {
		if err := r.run(step.stage, step.facts, step.drop); err != nil {
			return err
		}
	}
	if err := r.connect(); err != nil {
		return err
	}
	if err := r.run("gather", "", "dMesz"); err != nil {
		return err
	}
	if line != nil {
		if err := errors.Join(r.run("cluster", "", ""), r.lines(line)); err != nil {
			return err
		}
	}
	if pair == nil {
		return nil
	}
	return errors.Join(r.run("pairs", "", ""), r.pairs(pair))
}

// A runner runs a job.
type runner struct {
	ctx     context.Context
	job     *Job
	threads int
	parts   int
	room    *room
	facts   *Facts

	mu   sync.Mutex
	sets map[byte]*dataset
}

// set returns the rows of a kind.
func (r *runner) set(kind byte) *dataset {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sets[kind] == nil {
		r.sets[kind] = newDataset(r.room, r.parts)
	}
	return r.sets[kind]
}

func (r *runner) emit(row Row) error { return r.set(row.Value[0]).add(row) }

func (r *runner) drop(kind byte) error {
	d := r.set(kind)
	delete(r.sets, kind)
	return d.drop()
}

// read writes the rows of documents, on all threads.
func (r *runner) read(docs iter.Seq2[engine.Document, error]) error {
	ctx, stop := context.WithCancelCause(r.ctx)
	defer stop(nil)
	type item struct {
		doc   engine.Document
		place uint64
	}
	come := make(chan item, 64)
	var side sync.WaitGroup
	for range r.threads {
		side.Go(func() {
			var buf []byte
			for i := range come {
				p, err := r.job.engine.Prepare(i.doc)
				if err == nil {
					buf, err = r.job.write(buf, &i.doc, p, r.emit)
				}
				if err == nil {
					err = r.emit(Row{int64(p.Hash()), thirdOrder, binary.BigEndian.AppendUint64([]byte{ofPlace}, i.place)})
				}
				if err != nil {
					stop(err)
				}
			}
		})
	}
	place := uint64(0)
	for doc, err := range docs {
		if err != nil {
			stop(err)
			break
		}
		select {
		case come <- item{doc, place}:
			place++
			continue
		case <-ctx.Done():
		}
		break
	}
	close(come)
	side.Wait()
	return context.Cause(ctx)
}

// run runs a stage, takes its facts, and drops what is not needed any more.
func (r *runner) run(name, facts, drop string) error {
	s, err := r.job.Stage(name, r.facts)
	if err != nil {
		return err
	}
	var sets []*dataset
	for _, kind := range []byte(s.Kinds) {
		sets = append(sets, r.set(kind))
	}
	ctx, stop := context.WithCancelCause(r.ctx)
	defer stop(nil)
	var next atomic.Int64
	var side sync.WaitGroup
	for range r.threads {
		side.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= r.parts {
					return
				}
				if err := s.Run(ctx, read(sets, n), r.emit); err != nil {
					stop(fmt.Errorf("%s: %w", name, err))
				}
			}
		})
	}
	side.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	for _, kind := range []byte(facts) {
		for n := range r.parts {
			for row, err := range read([]*dataset{r.set(kind)}, n) {
				if err := cmp.Or(err, r.facts.Add(row)); err != nil {
					return err
				}
			}
		}
		drop += string(kind)
	}
	for _, kind := range []byte(drop) {
		if err := r.drop(kind); err != nil {
			return err
		}
	}
	runtime.KeepAlive(s)
	return nil
}

// connect runs large-star and small-star until the graph does not change.
func (r *runner) connect() error {
	for before := (graph{}); ; {
		for _, stage := range [...]struct{ name, drop string }{{"large", "sz"}, {"small", "s"}} {
			kept := map[byte]*dataset{}
			r.mu.Lock()
			for _, kind := range []byte(stage.drop) {
				if r.sets[kind] != nil {
					kept[kind] = r.sets[kind]
				}
			}
			r.mu.Unlock()
			if err := r.replace(stage.name, kept); err != nil {
				return err
			}
		}
		now, err := r.graph()
		if err != nil || now == before {
			return err
		}
		before = now
	}
}

// replace runs a stage whose rows take the place of those that it reads.
func (r *runner) replace(name string, old map[byte]*dataset) error {
	s, err := r.job.Stage(name, r.facts)
	if err != nil {
		return err
	}
	var sets []*dataset
	for kind, d := range old {
		sets = append(sets, d)
		delete(r.sets, kind)
	}
	for n := range r.parts {
		if err := s.Run(r.ctx, read(sets, n), r.emit); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, d := range old {
		if err := d.drop(); err != nil {
			return err
		}
	}
	return nil
}

// A graph tells whether two graphs are the same.
type graph struct{ edges, sum uint64 }

var graphSeed = maphash.MakeSeed()

func (r *runner) graph() (g graph, err error) {
	var last Row
	for n := range r.parts {
		for row, err := range read([]*dataset{r.set(ofEdge)}, n) {
			if err != nil {
				return g, err
			}
			if g.edges > 0 && row.Compare(last) == 0 {
				continue
			}
			last = Row{row.Key, row.Order, bytes.Clone(row.Value)}
			g.edges++
			g.sum += maphash.Comparable(graphSeed, struct {
				key   int64
				value [9]byte
			}{row.Key, [9]byte(row.Value)})
		}
	}
	return g, nil
}

// lines calls f with the lines of documents, in the order in which these came.
func (r *runner) lines(f func([]byte) error) error {
	sorted := newDataset(r.room, 1)
	defer sorted.drop()
	for n := range r.parts {
		places := []uint64{}
		err := byKey(read([]*dataset{r.set(ofPlace), r.set(ofLine)}, n), func(uint64) { places = places[:0] }, func(kind byte, v *value, row Row) error {
			if kind == ofPlace {
				places = append(places, v.uint64())
				return nil
			}
			line := v.bytes(uint64(len(v.rest)))
			return sorted.add(Row{Order: int64(places[len(places)-1]), Value: line})
		}, func() error { return nil })
		if err != nil {
			return err
		}
	}
	for row, err := range read([]*dataset{sorted}, 0) {
		if err == nil {
			err = f(row.Value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pairs calls f with the lines of pairs, in the order of documents.
func (r *runner) pairs(f func([]byte) error) error {
	sorted := newDataset(r.room, 1)
	defer sorted.drop()
	for n := range r.parts {
		for row, err := range read([]*dataset{r.set(ofPair)}, n) {
			if err != nil {
				return err
			}
			_, v := kindOf(row)
			time, id := int64(v.uint64()^1<<63), v.text()
			rank := v.bytes(4)
			if v.bad {
				return unexpected(row)
			}
			// By id, and then by rank: where the id ends is at the end.
			out := append(append([]byte(id), 0), rank...)
			out = append(append(out, v.rest...), binary.BigEndian.AppendUint32(nil, uint32(len(id)+5))...)
			if err := sorted.add(Row{Key: time, Value: out}); err != nil {
				return err
			}
		}
	}
	for row, err := range read([]*dataset{sorted}, 0) {
		if err == nil {
			end := len(row.Value) - 4
			err = f(row.Value[binary.BigEndian.Uint32(row.Value[end:]):end])
		}
		if err != nil {
			return err
		}
	}
	return nil
}
