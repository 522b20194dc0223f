package batch

import (
	"cmp"
	"context"
	"encoding/binary"
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// candidates chooses with whom a document is to be compared.
func (j *Job) candidates(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	own := briefs{job: j}
	var document uint64
	var chosen []met
	var out []byte
	return byKey(in, func(key uint64) { document, own.found, chosen = key, false, chosen[:0] }, func(kind byte, v *value, r Row) error {
		if own.read(kind, v) {
			return nil
		}
		if kind != ofMet || !own.found {
			return unexpected(r)
		}
		m := v.met()
		if m.whole || j.index.Promising(&own.Brief, &m.brief, m.common) {
			chosen = append(chosen, m)
		}
		return nil
	}, func() error {
		slices.SortFunc(chosen, func(a, b met) int {
			return cmp.Or(cmp.Compare(b.common, a.common), cmp.Compare(a.time, b.time), cmp.Compare(a.document, b.document))
		})
		chosen = chosen[:min(len(chosen), j.joining.Candidates)]
		if len(chosen) == 0 {
			return nil
		}
		leader := leaderOf(chosen)
		out = binary.BigEndian.AppendUint64(append(out[:0], ofLeader), leader)
		if err := emit(Row{int64(document), firstOrder, out}); err != nil {
			return err
		}
		out = binary.BigEndian.AppendUint64(append(out[:0], ofChoice), document)
		for _, m := range chosen {
			out = binary.BigEndian.AppendUint64(out, m.document)
		}
		return emit(Row{int64(leader), 0, out})
	})
}

// leaderOf returns the candidate by which documents are brought together that are likely
// to have candidates in common: the one that was published first.
func leaderOf(chosen []met) uint64 {
	return slices.MinFunc(chosen, func(a, b met) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.document, b.document))
	}).document
}

// compare compares documents with their candidates, group by group.
func (j *Job) compare(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	c, known := j.index.NewComparer(), recent{most: mostRecent}
	docs := shelf{folder: j.bounds.Folder, most: mostShelved}
	defer docs.close()
	prepared := func(document uint64) (p cluster.Prepared, err error) {
		if p, ok := known.get(document); ok {
			return p, nil
		}
		b, err := docs.get(document)
		if err != nil {
			return p, err
		}
		v := value{rest: b}
		marks, doc := v.marks(), v.document()
		if v.bad {
			return p, unexpected(Row{Key: int64(document), Value: b})
		}
		p, err = j.prepare(&doc, marks)
		if err == nil {
			known.add(document, p)
		}
		return p, err
	}
	return byKey(in, func(uint64) { docs.clear() }, func(kind byte, v *value, r Row) error {
		if kind == ofGrouped {
			document := v.uint64()
			b := v.rest
			v.rest = nil
			return docs.add(document, b)
		}
		if kind != ofCompared {
			return unexpected(r)
		}
		document := v.uint64()
		p, err := prepared(document)
		if err != nil {
			return err
		}
		c.Begin(p)
		for done := false; len(v.rest) > 0 && !done; {
			q, err := prepared(v.uint64())
			if err != nil {
				return err
			}
			var m records.Match
			var ok bool
			if m, ok, done = c.Compare(q); ok {
				if err := emit(Row{int64(document), 0, appendMatch([]byte{ofMatch}, q.Hash(), &m)}); err != nil {
					return err
				}
			}
		}
		v.rest = nil
		return ctx.Err()
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

// get returns the entry of a document, if it is remembered.
func (c *recent) get(document uint64) (cluster.Prepared, bool) {
	if p, ok := c.young[document]; ok {
		return p, true
	}
	p, ok := c.aged[document]
	if ok {
		c.add(document, p)
	}
	return p, ok
}

// add remembers an entry.
func (c *recent) add(document uint64, p cluster.Prepared) {
	if c.young == nil || c.bytes > c.most/2 {
		c.young, c.aged, c.bytes = map[uint64]cluster.Prepared{}, c.young, 0
	}
	c.young[document] = p
	c.bytes += p.Bytes()
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
