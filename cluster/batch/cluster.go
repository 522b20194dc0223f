package batch

import (
	"context"
	"encoding/binary"
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/engine"
)

// gather sends documents and matches to their component: that of a document without
// edges is the document itself.
func (j *Job) gather(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	d := documents{job: j, facts: f}
	var component uint64
	several, written := false, false
	var out []byte
	write := func() error {
		if written || d.found == nil {
			return nil
		}
		written = true
		if !several {
			d.found.Text, d.marks = "", nil // it is alone: that is all that is asked
		}
		out = appendDocument(appendMarks(append(out[:0], ofMember), d.marks), d.found)
		return emit(Row{int64(component), firstOrder, out})
	}
	return byKey(in, func(key uint64) { d.begin(); component, several, written = key, false, false }, func(kind byte, v *value, r Row) error {
		if is, err := d.read(kind, v); is || err != nil {
			return err
		}
		switch kind {
		case ofEdge:
			component, several = v.uint64(), true
		case ofReverse:
			several = true
			v.uint64()
		case ofMatch:
			with, m := v.match()
			if err := write(); err != nil || v.bad {
				return err
			}
			return emit(Row{int64(component), 0, appendMatch(binary.BigEndian.AppendUint64([]byte{ofLink}, uint64(r.Key)), with, &m)})
		default:
			return unexpected(r)
		}
		return nil
	}, write)
}

// cluster clusters components.
func (j *Job) cluster(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var docs []member
	var matches []matched
	return byKey(in, func(uint64) { docs, matches = nil, nil }, func(kind byte, v *value, r Row) error {
		switch kind {
		case ofMember:
			docs = append(docs, member{marks: v.marks(), doc: v.document()})
		case ofLink:
			a := v.uint64()
			b, m := v.match()
			matches = append(matches, matched{a, b, m})
		default:
			return unexpected(r)
		}
		return nil
	}, func() error { return j.component(ctx, docs, matches, emit) })
}

type member struct {
	doc   engine.Document
	marks []uint32
	entry cluster.Prepared
}

type matched struct {
	a, b uint64
	records.Match
}

// component clusters one component.
func (j *Job) component(ctx context.Context, docs []member, matches []matched, emit func(Row) error) error {
	o := j.options
	e, err := engine.New(o)
	if err != nil {
		return err
	}
	x := e.Index()
	for i := range docs {
		if docs[i].entry, err = j.prepare(docs[i].doc, docs[i].marks); err != nil {
			return err
		}
	}
	slices.SortFunc(docs, func(a, b member) int { return cluster.ByTime(a.entry, b.entry) })
	entries, places := make([]cluster.Prepared, len(docs)), map[uint64]int{}
	byID := make(map[string]*engine.Document, len(docs))
	for i := range docs {
		entries[i] = docs[i].entry
		places[entries[i].Hash()] = i
		byID[docs[i].doc.ID] = &docs[i].doc
	}
	found := make([]cluster.Found, len(matches))
	for i, m := range matches {
		a, okA := places[m.a]
		b, okB := places[m.b]
		if !okA || !okB {
			return unexpected(Row{Key: int64(m.a)})
		}
		found[i] = cluster.Found{A: a, B: b, Match: m.Match}
	}
	slices.SortFunc(found, cluster.Found.Compare)
	if err := x.Partition(ctx, entries, found); err != nil {
		return err
	}
	for c := range x.Clusters() {
		lines, err := j.format.Lines(c, byID)
		if err != nil {
			return err
		}
		for _, m := range c.Members {
			if err := emit(Row{int64(cluster.HashID(m.ID)), 0, append([]byte{ofLine}, lines[m.ID]...)}); err != nil {
				return err
			}
		}
	}
	if len(docs) == 1 {
		return nil
	}
	for id, ms := range x.Pairs() {
		for i, m := range ms {
			line, err := j.format.Pair(id, m)
			if err != nil {
				return err
			}
			hash := cluster.HashID(id)
			out := binary.BigEndian.AppendUint64([]byte{ofPair}, uint64(entries[places[hash]].Time())^1<<63)
			out = binary.BigEndian.AppendUint32(appendText(out, id), uint32(i))
			if err := emit(Row{int64(hash), 0, append(out, line...)}); err != nil {
				return err
			}
		}
	}
	return nil
}
