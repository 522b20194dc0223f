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

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/internal/join"
)

// Local says how a job is run on one machine. The zero value is the default of each.
type Local struct {
	// Memory is for rows, in bytes; 0 means 1 GiB. Rows that do not fit are in files. What
	// is beside it: for each thread the largest document, a component as far as Component
	// and Components.Memory say, entries and texts of some 70 MB.
	Memory int64

	// Component is Components.Memory for each thread; 0 means an eighth of Memory.
	Component int64

	// Codec packs rows that are in files; nil leaves them as they are.
	Codec Codec

	Folder  string // in which a folder for these files is made; "" means os.TempDir
	Threads int    // 0 means one
	Parts   int    // into which rows are divided; 0 means 16, or four for each thread
}

// ErrFiles is wrapped by errors for files of rows that could not be written or read.
var ErrFiles = errors.New("batch: rows in files of")

// kinds are all kinds of rows that one machine reads or writes.
var kinds = []byte{
	ofDocument, ofSketch, ofBrief, ofPosting, ofKnown, ofAsked, ofListed, ofMark, ofMarks, ofPaired, ofMet, ofLeader,
	ofChoice, ofRequest, ofGrouped, ofCompared, ofMatch, ofEdge, ofReverse, ofAbout, ofMember, ofLink, ofLine, ofPair, ofFate,
	ofLesson, ofOrigin, ofPlace, isLatest, isGone, isLearned,
}

// Answers are called with lines, one kind after the other, as they stand here. Those that
// are nil are not asked for.
type Answers struct {
	Line   func(line []byte) error // of each document, in their order
	Fate   func(line []byte) error // of each document, in their order, nil where there is none
	Origin func(line []byte) error // of each cluster, by the time and the id of its canonical document
	Pair   func(line []byte) error // of each pair, by the time and the id of the later document, the strongest first
}

// Run clusters documents, and calls the answers. An error of docs is returned as it is,
// before any of these calls. The error may wrap ErrFiles, or ErrFormat.
func (l Local) Run(ctx context.Context, j *Job, docs iter.Seq2[Document, error], a Answers) (err error) {
	if a.Origin != nil && j.format.Origins == nil {
		return errFormat("tell")
	}
	r := runner{ctx: ctx, threads: max(1, l.Threads), parts: l.Parts, facts: &Facts{}, sets: map[byte]*dataset{}}
	if r.parts <= 0 {
		r.parts = max(16, 4*r.threads)
	}
	r.room = &room{most: l.Memory}
	if r.room.codec = l.Codec; l.Codec == nil {
		r.room.codec = plain{}
	}
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
	if err := r.read(docs, a.Origin != nil); err != nil {
		return err
	}
	if err := r.run([]step{
		{"keys", 0, ""}, {"fresh", 0, "p"}, {"freshness", 0, "fh"}, {"meet", 0, "P"}, {"marks", 0, "m"}, {"weigh", 0, "u"},
		{"candidates", 0, "bc"}, {"groups", 0, "la"}, {"send", 0, "r"}, {"compare", 0, "tk"}, {"edges", 0, ""},
	}); err != nil {
		return err
	}
	r.take(isLatest).drop() // which documents say, too
	if err := r.connect(); err != nil {
		return err
	}
	if err := r.run([]step{{"gather", 0, "dMeszA"}}); err != nil {
		return err
	}
	return r.answer(a)
}

// answer runs the stages of the answers, and calls these.
func (r *runner) answer(a Answers) error {
	type answer struct {
		wanted bool
		steps  []step
		write  func() error
	}
	all := slices.DeleteFunc([]answer{
		{a.Line != nil, []step{{"cluster", 0, ""}}, func() error { return r.lines(ofLine, a.Line) }},
		{a.Fate != nil, []step{{"keep", 0, ""}}, func() error { return r.lines(ofFate, a.Fate) }},
		{a.Origin != nil, []step{{"teach", 0, ""}, {"learn", isLearned, "K"}, {"judge", 0, ""}}, func() error { return r.pairs(ofOrigin, a.Origin) }},
		{a.Pair != nil, []step{{"pairs", 0, ""}}, func() error { return r.pairs(ofPair, a.Pair) }},
	}, func(n answer) bool { return !n.wanted })
	for i, next := range all {
		if i == len(all)-1 {
			next.steps[len(next.steps)-1].drop = "DE"
		}
		if err := r.run(next.steps); err != nil {
			return err
		}
		r.take(isGone).drop() // which lines of fates say, too
		if err := next.write(); err != nil {
			return err
		}
	}
	return nil
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

// read writes the rows of documents, on all threads, and what they tell, if that is asked.
func (r *runner) read(docs iter.Seq2[Document, error], tell bool) error {
	ctx, stop := context.WithCancelCause(r.ctx)
	defer stop(nil)
	type item struct {
		doc   Document
		place uint64
	}
	come := make(chan item, 64)
	var side sync.WaitGroup
	for range r.threads {
		side.Go(func() {
			var buf []byte
			for i := range come {
				var err error
				buf, err = r.job.writeDocument(buf, &i.doc.Document, r.emit)
				if err == nil && tell {
					err = r.job.writeAbout(i.doc, versionOf(buf[1:]), r.emit)
				}
				if err == nil {
					err = r.emit(Row{int64(cluster.HashID(i.doc.ID)), thirdOrder, binary.BigEndian.AppendUint64([]byte{ofPlace}, i.place)})
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
	var from, last []*dataset
	for _, kind := range []byte(stage.Kinds) {
		if strings.IndexByte(s.drop, kind) < 0 {
			from = append(from, r.sets[kind])
			continue
		}
		d := r.take(kind)
		defer d.drop()
		from, last = append(from, d), append(last, d)
	}
	if err := r.makeRoom(from); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(r.ctx)
	defer stop(nil)
	join.Each(ctx, r.threads, r.parts, func(_, n int) {
		if err := stage.Run(ctx, read(from, n), r.emit); err != nil {
			stop(err)
			return
		}
		for _, d := range last {
			d.dropPart(n)
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

// lines calls f with the lines of a kind that documents have, in the order in which these
// came, nil for a document without one.
func (r *runner) lines(of byte, f func([]byte) error) error {
	rows := r.take(of)
	defer rows.drop()
	sorted := newDataset(r.room, 1)
	defer sorted.drop()
	for n := range r.parts {
		places, line := []uint64{}, []byte{}
		err := byKey(read([]*dataset{r.sets[ofPlace], rows}, n), func(uint64) { places, line = places[:0], line[:0] }, func(kind byte, v *value, row Row) error {
			if kind == ofPlace {
				places = append(places, v.uint64())
			} else {
				line = append(line[:0], v.bytes(uint64(len(v.rest)))...)
			}
			return r.ctx.Err()
		}, func() error {
			for _, p := range places { // an id may have come more than once
				if err := sorted.add(Row{Key: int64(p), Value: line}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for row, err := range read([]*dataset{sorted}, 0) {
		if err == nil {
			err = r.ctx.Err()
		}
		if err == nil && len(row.Value) == 0 {
			row.Value = nil
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

// pairs calls f with the lines of pairs, or of the origins of clusters, in the order of documents.
func (r *runner) pairs(of byte, f func([]byte) error) error {
	rows := r.take(of)
	defer rows.drop()
	sorted := newDataset(r.room, 1)
	defer sorted.drop()
	var out []byte
	for n := range r.parts {
		for row, err := range read([]*dataset{rows}, n) {
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
