package batch

import (
	"cmp"
	"context"
	"encoding/binary"
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// candidates chooses with whom a document is to be compared.
func (j *Job) candidates(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	var own records.Brief
	var document uint64
	found := map[uint64]*met{}
	return byKey(in, func(key uint64) { document, own = key, records.Brief{}; clear(found) }, func(kind byte, v *value, r Row) error {
		switch kind {
		case ofBrief:
			text, brief := v.uint32(), records.Brief{Known: v.uint32(), Weight: uint32(v.uvarint())}
			if !f.dropped[dropped{document, r.Order, text}] {
				own = brief
			}
		case ofMet:
			m := v.met()
			if o := found[m.document]; o != nil {
				o.common += m.common
				o.whole = o.whole || m.whole
			} else {
				found[m.document] = &m
			}
		default:
			return unexpected(r)
		}
		return nil
	}, func() error {
		own.Weight -= f.marked[document]
		var chosen []*met
		for d, m := range found {
			m.brief.Weight -= f.marked[d]
			if m.whole || j.index.Promising(&own, &m.brief, m.common) {
				chosen = append(chosen, m)
			}
		}
		slices.SortFunc(chosen, func(a, b *met) int {
			return cmp.Or(cmp.Compare(b.common, a.common), cmp.Compare(a.time, b.time), cmp.Compare(a.document, b.document))
		})
		for rank, m := range chosen[:min(len(chosen), j.joining.Candidates)] {
			if err := emit(Row{int64(m.document), int64(rank), binary.BigEndian.AppendUint64([]byte{ofRequest}, document)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// send sends documents to where they are compared.
func (j *Job) send(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	d := documents{job: j, facts: f}
	var out []byte
	return byKey(in, func(uint64) { d.begin(); out = out[:0] }, func(kind byte, v *value, r Row) error {
		if is, err := d.read(kind, v); is || err != nil {
			return err
		}
		if kind != ofRequest || d.found == nil {
			return unexpected(r)
		}
		if len(out) == 0 {
			out = appendDocument(appendMarks(append(out, ofCandidate), d.marks), d.found)
		}
		return emit(Row{int64(v.uint64()), r.Order, out})
	}, func() error { return nil })
}

// compare compares documents with their candidates.
func (j *Job) compare(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	d := documents{job: j, facts: f}
	c := j.index.NewComparer()
	begun, done := false, false
	return byKey(in, func(uint64) { d.begin(); begun, done = false, false }, func(kind byte, v *value, r Row) error {
		if is, err := d.read(kind, v); is || err != nil {
			return err
		}
		if kind != ofCandidate || d.found == nil {
			return unexpected(r)
		}
		marks, doc := v.marks(), v.document()
		if v.bad || done {
			return nil
		}
		if !begun {
			own, err := d.prepared()
			if err != nil {
				return err
			}
			c.Begin(own)
			begun = true
		}
		other, err := j.prepare(doc, marks)
		if err != nil {
			return err
		}
		m, ok, last := c.Compare(other)
		done = last
		if !ok {
			return nil
		}
		return emit(Row{r.Key, 0, appendMatch([]byte{ofMatch}, other.Hash(), &m)})
	}, func() error { return nil })
}

// edges makes a graph of the matches.
func edges(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	for r, err := range in {
		if err != nil {
			return err
		}
		kind, v := kindOf(r)
		with, _ := v.match()
		if kind != ofMatch {
			return unexpected(r)
		}
		if err := v.end(r); err != nil {
			return err
		}
		if err := edge(emit, uint64(r.Key), with); err != nil {
			return err
		}
	}
	return nil
}

// edge writes an edge both ways.
func edge(emit func(Row) error, a, b uint64) error {
	a, b = max(a, b), min(a, b)
	if err := emit(Row{int64(a), thirdOrder, binary.BigEndian.AppendUint64([]byte{ofEdge}, b)}); err != nil {
		return err
	}
	return emit(Row{int64(b), thirdOrder, binary.BigEndian.AppendUint64([]byte{ofReverse}, a)})
}

// largeStar connects the neighbours of a document that have a greater hash with the least
// of all neighbours, or with the document itself if none is less.
func largeStar(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var document, least uint64
	return byKey(in, func(key uint64) { document, least = key, key }, func(kind byte, v *value, r Row) error {
		other := v.uint64()
		switch {
		case kind == ofEdge: // these come first, the least one before all others
			least = min(least, other)
			return nil
		case kind != ofReverse || other <= document:
			return unexpected(r)
		}
		return emit(Row{int64(other), thirdOrder, binary.BigEndian.AppendUint64([]byte{ofEdge}, least)})
	}, func() error { return nil })
}

// smallStar connects the neighbours of a document that have a smaller hash, and itself,
// with the least of them.
func smallStar(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var document, least, last uint64
	some := false
	return byKey(in, func(key uint64) { document, some = key, false }, func(kind byte, v *value, r Row) error {
		other := v.uint64()
		switch {
		case kind != ofEdge || other >= document:
			return unexpected(r)
		case !some:
			some, least, last = true, other, other
			return edge(emit, document, least)
		case other == last:
			return nil
		}
		last = other
		return edge(emit, other, least)
	}, func() error { return nil })
}
