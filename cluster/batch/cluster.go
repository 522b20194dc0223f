package batch

import (
	"bytes"
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
	var out, about []byte
	write := func() error {
		if written || !d.found {
			return nil
		}
		written = true
		if !several { // it is alone: that is all that is asked
			v := value{rest: d.bytes}
			v.head()
			if v.bad {
				return unexpected(Row{Key: int64(component), Value: d.bytes})
			}
			d.marks, d.bytes = nil, d.bytes[:len(d.bytes)-len(v.rest)]
		}
		out = appendMarks(append(out[:0], ofMember), d.marks)
		out = append(binary.AppendUvarint(out, uint64(len(about))), about...)
		out = append(out, d.bytes...)
		return emit(Row{int64(component), firstOrder, out})
	}
	return byKey(in, func(key uint64) {
		d.begin()
		component, several, written, about = key, false, false, about[:0]
	}, func(kind byte, v *value, r Row) error {
		if is, err := d.read(kind, v, r); is || err != nil {
			return err
		}
		switch kind {
		case ofAbout:
			about = append(about[:0], v.bytes(uint64(len(v.rest)))...)
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

func (c *component) told(id string) (Told, error) {
	m := c.member(id)
	return Told{&m.doc, m.about}, nil
}

// cluster writes the lines of the clusters of components.
func (j *Job) cluster(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	return j.clusters(ctx, in, func(_ *component, found cluster.Cluster, docs map[string]*engine.Document) error {
		lines, err := j.format.Lines(found, docs)
		if err != nil {
			return err
		}
		for _, m := range found.Members {
			if err := emit(Row{int64(cluster.HashID(m.ID)), 0, append([]byte{ofLine}, lines[m.ID]...)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// clusters calls f with each cluster of each component, and the documents of that.
func (j *Job) clusters(ctx context.Context, in iter.Seq2[Row, error], f func(c *component, found cluster.Cluster, docs map[string]*engine.Document) error) error {
	return j.components(ctx, in, func(c component) error {
		x, err := c.partition(ctx, j)
		if err != nil {
			return err
		}
		docs := make(map[string]*engine.Document, len(c.docs))
		for i := range c.docs {
			docs[c.docs[i].doc.ID] = &c.docs[i].doc
		}
		for found := range x {
			if err := f(&c, found, docs); err != nil {
				return err
			}
		}
		return nil
	})
}

// pairs writes the lines of the pairs of components.
func (j *Job) pairs(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	return j.components(ctx, in, func(c component) error {
		if len(c.docs) == 1 {
			return nil
		}
		x, err := c.index(ctx, j)
		if err != nil {
			return err
		}
		times := make(map[string]int64, len(c.docs))
		for _, d := range c.docs {
			times[d.doc.ID] = d.entry.Time()
		}
		for id, found := range x.Pairs() {
			for i, m := range found {
				line, err := j.format.Pair(id, m)
				if err != nil {
					return err
				}
				if err := emit(Row{int64(cluster.HashID(id)), 0, append(appendPair(nil, ofPair, times[id], id, i), line...)}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// A component is documents that are connected by matches.
type component struct {
	docs    []member
	matches []matched
	byID    map[string]*member // nil until one is asked for
}

// member returns a document of the component by its id.
func (c *component) member(id string) *member {
	if c.byID == nil {
		c.byID = make(map[string]*member, len(c.docs))
		for i := range c.docs {
			c.byID[c.docs[i].doc.ID] = &c.docs[i]
		}
	}
	return c.byID[id]
}

type member struct {
	doc   engine.Document
	about []byte
	marks []uint32
	entry cluster.Prepared
}

type matched struct {
	a, b uint64
	records.Match
}

// components calls f with each component.
func (j *Job) components(ctx context.Context, in iter.Seq2[Row, error], f func(component) error) error {
	var c component
	return byKey(in, func(uint64) { c = component{} }, func(kind byte, v *value, r Row) error {
		switch kind {
		case ofMember:
			c.docs = append(c.docs, member{marks: v.marks(), about: bytes.Clone(v.bytes(v.uvarint())), doc: v.document()})
		case ofLink:
			a := v.uint64()
			b, m := v.match()
			c.matches = append(c.matches, matched{a, b, m})
		default:
			return unexpected(r)
		}
		return ctx.Err()
	}, func() error { return f(c) })
}

// partition returns the clusters of the component.
func (c *component) partition(ctx context.Context, j *Job) (iter.Seq[cluster.Cluster], error) {
	if len(c.docs) == 1 {
		id := c.docs[0].doc.ID
		return slices.Values([]cluster.Cluster{{ID: id, Members: []cluster.Member{{ID: id}}}}), nil
	}
	x, err := c.index(ctx, j)
	if err != nil {
		return nil, err
	}
	return x.Clusters(), nil
}

// index returns an index of the component.
func (c *component) index(ctx context.Context, j *Job) (*cluster.Index, error) {
	for i := range c.docs {
		d := &c.docs[i]
		var err error
		if d.entry, err = j.prepare(&d.doc, d.marks); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(c.docs, func(a, b member) int { return cluster.ByTime(a.entry, b.entry) })
	entries, places := make([]cluster.Prepared, len(c.docs)), make(map[uint64]int, len(c.docs))
	for i, d := range c.docs {
		entries[i] = d.entry
		places[d.entry.Hash()] = i
	}
	found := make([]cluster.Found, len(c.matches))
	for i, m := range c.matches {
		a, okA := places[m.a]
		b, okB := places[m.b]
		if !okA || !okB {
			return nil, unexpected(Row{Key: int64(m.a)})
		}
		found[i] = cluster.Found{A: a, B: b, Match: m.Match}
	}
	slices.SortFunc(found, cluster.Found.Compare)
	x := j.index.Empty()
	return x, x.Partition(ctx, entries, found)
}
