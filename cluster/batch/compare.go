package batch

import (
	"cmp"
	"context"
	"encoding/binary"
	"iter"
	"math"
	"slices"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/engine"
)

// candidates chooses with whom a document is to be compared.
func (j *Job) candidates(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	var own records.Brief
	var document uint64
	found, places := []met{}, map[uint64]int{}
	return byKey(in, func(key uint64) { document, own = key, records.Brief{}; found = found[:0]; clear(places) }, func(kind byte, v *value, r Row) error {
		switch kind {
		case ofBrief:
			version, brief := v.uint32(), records.Brief{Known: v.uint32(), Weight: uint32(v.uvarint())}
			if !f.isDropped(document, r.Order, version) {
				own = brief
			}
		case ofMet:
			m := v.met()
			i, ok := places[m.document]
			if !ok {
				places[m.document] = len(found)
				found = append(found, m)
				break
			}
			found[i].common += m.common
			found[i].whole = found[i].whole || m.whole
		default:
			return unexpected(r)
		}
		return nil
	}, func() error {
		own.Weight -= f.marked[document]
		chosen := found[:0]
		for _, m := range found {
			m.brief.Weight -= f.marked[m.document]
			if m.whole || j.index.Promising(&own, &m.brief, m.common) {
				chosen = append(chosen, m)
			}
		}
		slices.SortFunc(chosen, func(a, b met) int {
			return cmp.Or(cmp.Compare(b.common, a.common), cmp.Compare(a.time, b.time), cmp.Compare(a.document, b.document))
		})
		chosen = chosen[:min(len(chosen), j.joining.Candidates)]
		if len(chosen) == 0 {
			return nil
		}
		pair := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64([]byte{ofRequest}, leaderOf(chosen)), document)
		if err := emit(Row{int64(document), 0, pair}); err != nil {
			return err
		}
		for i, m := range chosen {
			if err := emit(Row{int64(m.document), int64(i + 1), pair}); err != nil {
				return err
			}
		}
		return nil
	})
}

// leaderOf returns the candidate by which documents are brought together that are likely
// to have candidates in common: the one that was published first.
func leaderOf(chosen []met) uint64 {
	return slices.MinFunc(chosen, func(a, b met) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.document, b.document))
	}).document
}

// send sends documents and their candidates to where they are compared.
func (j *Job) send(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	d := documents{job: j, facts: f}
	var out []byte
	const head = 3 // kind and rank
	return byKey(in, func(uint64) { d.begin(); out = out[:0] }, func(kind byte, v *value, r Row) error {
		if is, err := d.read(kind, v, r); is || err != nil {
			return err
		}
		if kind != ofRequest || d.found == nil || r.Order > math.MaxUint16 {
			return unexpected(r)
		}
		if len(out) == 0 {
			out = appendDocument(appendMarks(append(out, ofCandidate, 0, 0), d.marks), d.found)
		}
		binary.BigEndian.PutUint16(out[1:head], uint16(r.Order))
		leader, document := v.uint64(), v.uint64()
		return emit(Row{int64(leader), int64(document), out})
	}, func() error { return nil })
}

// compare compares documents with their candidates. Those of one leader come one after
// another, and have many candidates in common.
func (j *Job) compare(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	c, known := j.index.NewComparer(), recent{most: mostRecent}
	var document int64
	begun, done := false, false
	return byKey(in, func(uint64) { begun = false }, func(kind byte, v *value, r Row) error {
		if kind != ofCandidate {
			return unexpected(r)
		}
		rank, marks, doc := v.uint16(), v.marks(), v.document()
		own := rank == 0
		if v.bad || !own && (!begun || document != r.Order) {
			return unexpected(r)
		}
		if !own && done {
			return nil
		}
		p, err := known.prepare(j, &doc, marks)
		if err != nil {
			return err
		}
		if own {
			c.Begin(p)
			document, begun, done = r.Order, true, false
			return nil
		}
		m, ok, last := c.Compare(p)
		done = last
		if !ok {
			return nil
		}
		return emit(Row{document, 0, appendMatch([]byte{ofMatch}, p.Hash(), &m)})
	}, func() error { return nil })
}

// mostRecent is how many bytes of entries are remembered, about, by a stage that compares.
const mostRecent = 32 << 20

// recent are entries that were read lately.
type recent struct {
	most        int
	bytes       int // of the young ones
	young, aged map[uint64]cluster.Prepared
}

// prepare returns the entry of a document.
func (c *recent) prepare(j *Job, doc *engine.Document, marks []uint32) (p cluster.Prepared, err error) {
	h := cluster.HashID(doc.ID)
	if p, ok := c.young[h]; ok {
		return p, nil
	}
	p, ok := c.aged[h]
	if !ok {
		if p, err = j.prepare(doc, marks); err != nil {
			return p, err
		}
	}
	if c.young == nil || c.bytes > c.most/2 {
		c.young, c.aged, c.bytes = map[uint64]cluster.Prepared{}, c.young, 0
	}
	c.young[h] = p
	c.bytes += p.Bytes()
	return p, nil
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
