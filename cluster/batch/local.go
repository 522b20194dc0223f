package batch

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/engine"
)

// Local says how a job is run on one machine. The zero value is the default of each.
type Local struct {
	// Memory is for rows, in bytes; 0 means 1 GiB. Rows that do not fit are in files. What
	// is beside it: for each thread the largest document, a component as far as Component
	// and Components.Memory say, and entries of some 40 MB; and some bytes for each document
	// that is not wholly new.
	Memory int64

	// Component is Components.Memory for each thread; 0 means an eighth of Memory.
	Component int64

	Folder  string // in which a folder for these files is made; "" means os.TempDir
	Threads int    // 0 means one
	Parts   int    // into which rows are divided; 0 means 16, or four for each thread
}

// ErrFiles is wrapped by errors for files of rows that could not be written or read.
var ErrFiles = errors.New("batch: rows in files of")

// kinds are all kinds of rows.
var kinds = []byte{
	ofDocument, ofBrief, ofPosting, ofFresh, ofMark, ofMarks, ofMet, ofRequest, ofCandidate, ofMatch, ofEdge, ofReverse,
	ofMember, ofLink, ofLine, ofPair, ofPlace, isDropped, isFresh, isMarked,
}

// Run clusters documents. It calls line with the line of each document, in their order, and
// pair with the line of each pair, if these are not nil: those of the document that was
// published first, then by id, and of one document the strongest first. An error of docs
// is returned as it is, before any of these calls. The error may wrap ErrFiles.
func (l Local) Run(ctx context.Context, j *Job, docs iter.Seq2[engine.Document, error], line, pair func([]byte) error) (err error) {
	r := runner{ctx: ctx, threads: max(1, l.Threads), parts: l.Parts, facts: &Facts{}, sets: map[byte]*dataset{}}
	if r.parts <= 0 {
		r.parts = max(16, 4*r.threads)
	}
	r.room = &room{most: l.Memory}
	if r.room.most <= 0 {
		r.room.most = 1 << 30
	}
	if r.room.folder, err = os.MkdirTemp(l.Folder, "reprint-batch-"); err != nil {
		return fmt.Errorf("%w: %w", ErrFiles, err)
	}
	bounds := Components{l.Component, r.room.folder}
	if bounds.Memory <= 0 {
		bounds.Memory = max(1, r.room.most/8)
	}
	r.job = j.WithComponents(bounds)
	defer func() {
		for _, d := range r.sets {
			d.drop()
		}
		err = errors.Join(err, os.RemoveAll(r.room.folder))
	}()
	for _, kind := range kinds {
		r.sets[kind] = newDataset(r.room, r.parts)
	}
	if err := r.read(docs); err != nil {
		return err
	}
	if err := r.run([]step{
		{"latest", isDropped, ""}, {"fresh", 0, ""}, {"freshness", isFresh, "f"}, {"meet", 0, "p"}, {"marks", isMarked, "m"},
		{"candidates", 0, "bc"}, {"send", 0, "r"}, {"compare", 0, "t"}, {"edges", 0, ""},
	}); err != nil {
		return err
	}
	if err := r.connect(); err != nil {
		return err
	}
	if err := r.run([]step{{"gather", 0, "dMesz"}}); err != nil {
		return err
	}
	if line != nil {
		if err := r.run([]step{{"cluster", 0, ""}}); err != nil {
			return err
		}
		if err := r.lines(line); err != nil {
			return err
		}
	}
	if pair == nil {
		return nil
	}
	if err := r.run([]step{{"pairs", 0, "DE"}}); err != nil {
		return err
	}
	return r.pairs(pair)
}

// A runner runs a job.
type runner struct {
	ctx     context.Context
	job     *Job
	threads int
	parts   int
	room    *room
	facts   *Facts
	sets    map[byte]*dataset // by kind
}

func (r *runner) emit(row Row) error { return r.sets[row.Value[0]].add(row) }

// take takes the rows of a kind out, and puts none in their place.
func (r *runner) take(kind byte) *dataset {
	d := r.sets[kind]
	r.sets[kind] = newDataset(r.room, r.parts)
	return d
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
				if err != nil {
					err = fmt.Errorf("%w: document %q", err, i.doc.ID)
				} else {
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

// A step is a stage that is run. It writes these facts, if any, and is the last that reads
// the rows that it drops.
type step struct {
	stage string
	facts byte
	drop  string
}

func (r *runner) run(steps []step) error {
	for _, s := range steps {
		if err := r.step(s); err != nil {
			return fmt.Errorf("%s: %w", s.stage, err)
		}
	}
	return nil
}

func (r *runner) step(s step) error {
	stage, err := r.job.Stage(s.stage, r.facts)
	if err != nil {
		return err
	}
	var from []*dataset
	for _, kind := range []byte(stage.Kinds) {
		if strings.IndexByte(s.drop, kind) < 0 {
			from = append(from, r.sets[kind])
			continue
		}
		d := r.take(kind)
		defer d.drop()
		from = append(from, d)
	}
	if err := r.makeRoom(from); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(r.ctx)
	defer stop(nil)
	join.Each(ctx, r.threads, r.parts, func(_, n int) {
		if err := stage.Run(ctx, read(from, n), r.emit); err != nil {
			stop(err)
		}
	})
	if err := context.Cause(ctx); err != nil || s.facts == 0 {
		return err
	}
	facts := r.take(s.facts)
	defer facts.drop()
	for n := range r.parts {
		for row, err := range read([]*dataset{facts}, n) {
			if err != nil {
				return err
			}
			if err := r.facts.Add(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// makeRoom writes rows to files if they leave little memory to those that come: first those
// that are not to be read now.
func (r *runner) makeRoom(read []*dataset) error {
	for _, now := range [...]bool{false, true} {
		for _, kind := range kinds {
			if d := r.sets[kind]; slices.Contains(read, d) == now {
				if err := d.makeRoom(); err != nil {
					return err
				}
			}
		}
	}
	for _, d := range read { // those that are read for the last time
		if err := d.makeRoom(); err != nil {
			return err
		}
	}
	return nil
}

// connect runs large-star and small-star until the graph does not change.
func (r *runner) connect() error {
	for before := (graph{}); ; {
		if err := r.run([]step{{"large", 0, "sz"}, {"small", 0, "s"}}); err != nil {
			return err
		}
		now, err := r.graph()
		if err != nil || now == before {
			return err
		}
		before = now
	}
}

// A graph tells whether two graphs are the same.
type graph struct{ edges, sum uint64 }

var graphSeed = maphash.MakeSeed()

func (r *runner) graph() (g graph, err error) {
	var last edgeRow
	for n := range r.parts {
		for row, err := range read([]*dataset{r.sets[ofEdge]}, n) {
			if err != nil {
				return g, err
			}
			_, v := kindOf(row)
			if e := (edgeRow{uint64(row.Key), v.uint64()}); g.edges == 0 || e != last {
				last = e
				g.edges++
				g.sum += maphash.Comparable(graphSeed, e)
			}
		}
	}
	return g, nil
}

type edgeRow struct{ a, b uint64 }

// lines calls f with the lines of documents, in the order in which these came.
func (r *runner) lines(f func([]byte) error) error {
	sorted := newDataset(r.room, 1)
	defer sorted.drop()
	for n := range r.parts {
		places := []uint64{}
		err := byKey(read([]*dataset{r.sets[ofPlace], r.sets[ofLine]}, n), func(uint64) { places = places[:0] }, func(kind byte, v *value, row Row) error {
			if kind == ofPlace {
				places = append(places, v.uint64())
				return nil
			}
			line := v.bytes(uint64(len(v.rest)))
			for _, p := range places { // an id may have come more than once
				if err := sorted.add(Row{Key: int64(p), Value: line}); err != nil {
					return err
				}
			}
			return r.ctx.Err()
		}, func() error { return nil })
		if err != nil {
			return err
		}
	}
	for row, err := range read([]*dataset{sorted}, 0) {
		if err == nil {
			err = r.ctx.Err()
		}
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
	var out []byte
	for n := range r.parts {
		for row, err := range read([]*dataset{r.sets[ofPair]}, n) {
			if err != nil {
				return err
			}
			_, v := kindOf(row)
			time, id := int64(v.uint64()^1<<63), v.bytes(v.uvarint())
			rank := v.bytes(4)
			if v.bad {
				return unexpected(row)
			}
			out = appendOrdered(out[:0], id)
			out = append(append(out, rank...), v.rest...)
			out = binary.BigEndian.AppendUint32(out, uint32(len(v.rest)))
			if err := sorted.add(Row{Key: time, Value: out}); err != nil {
				return err
			}
		}
	}
	for row, err := range read([]*dataset{sorted}, 0) {
		if err == nil {
			err = r.ctx.Err()
		}
		if err == nil {
			end := len(row.Value) - 4
			err = f(row.Value[end-int(binary.BigEndian.Uint32(row.Value[end:])) : end])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// appendOrdered appends an id so that what follows does not change the order of ids.
func appendOrdered(b, id []byte) []byte {
	for _, c := range id {
		b = append(b, c)
		if c == 0 {
			b = append(b, 1)
		}
	}
	return append(b, 0, 0)
}
