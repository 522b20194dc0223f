package cluster

import (
	"cmp"
	"context"
	"fmt"

	"github.com/cbb30ed1/reprint/cluster/internal/holders"
	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// What package batch needs to load a collection in pieces, as load does in one.

// Joining are the rules by which documents of a collection meet.
type Joining struct {
	Boilerplate holders.Rules
	Longest     int  // documents listed for a key
	Candidates  int  // documents with which one is compared
	Filtered    bool // of documents with one sample only some may match a third
}

// Joining returns these rules.
func (x *Index) Joining() Joining {
	return Joining{boilerplateRules(), longestList, mostVerified, x.filtered()}
}

// Empty returns an empty index in memory with the same options. If there are entries beside it, it
// keeps only so many bytes of sets and sequences, about, and reads the others from these.
func (x *Index) Empty(beside records.Beside, cache int) *Index {
	y, _ := New(x.o) // the options are good
	if beside != nil {
		y.docs, y.groups = records.InMemoryBeside(beside, y.layout(), cache)
	}
	return y
}

// Freshness returns what a list notes of a document of which this share was new.
func (Joining) Freshness(novelty float64) postings.Posting { return freshness(novelty) }

// Weight returns the weight of the key at a place, and whether it is one of the whole text.
func (Joining) Weight(place uint32) (weight uint32, whole bool) {
	if place == join.OfWhole {
		return 0, true
	}
	return uint32(weightAt(place)), false
}

// Holder returns what lists need of an entry, but for the place of the key. Its text is a
// hash of the sample.
func (p Prepared) Holder() join.Holder {
	return join.Holder{Document: p.Hash(), Text: join.TextOf(int(p.doc.Size), p.doc.Sample(nil)), Site: p.Brief.Site, Page: p.Brief.Page}
}

// Keys calls add with the keys by which an entry meets others.
func (p Prepared) Keys(add func(key uint64, place uint32)) {
	join.Keys(p.doc.Sample(nil), p.Bands, bandsOfWhole, add)
}

// Bytes returns how much memory the entry takes, about.
func (p Prepared) Bytes() int { return p.doc.Set.Bytes() + p.Sequence.Bytes() + entryBytes }

// entryBytes is what an entry takes beside its set and its sequence.
const entryBytes = 1 << 10

// Time returns when the entry was published, in nanoseconds since 1970; the greatest
// number where that is not known.
func (p Prepared) Time() int64 { return p.doc.Time }

// MarkBoilerplate notes which places of the sample are boilerplate, each once.
func (p Prepared) MarkBoilerplate(places []uint32) error {
	for _, place := range places {
		if place == join.OfWhole || int(place>>1) >= int(p.doc.Sampled) {
			return fmt.Errorf("%w: place %d of a sample of %d", ErrFormat, place>>1, p.doc.Sampled)
		}
		join.Mark(p.doc, &p.Brief, place, weightAt(place))
	}
	return nil
}

// Promising reports whether two documents may match that have keys of this weight in
// common.
func (x *Index) Promising(a, b *records.Brief, weight uint32) bool {
	return x.promising(a, b, weight, 1)
}

// A Comparer compares entries of a collection with candidates.
type Comparer struct {
	x       *Index
	s       *scratch
	own     Prepared
	sketch  sketch
	effort  likeness.Effort
	matched bool // with one that is nearly identical
}

// NewComparer returns a comparer. It is for one caller at a time.
func (x *Index) NewComparer() *Comparer {
	s := new(scratch)
	if x.o.NewJudge != nil {
		s.judges = x.o.NewJudge()
	}
	return &Comparer{x: &Index{o: x.o, limits: x.limits}, s: s}
}

// Begin begins with an entry that is to be compared with others.
func (c *Comparer) Begin(p Prepared) {
	c.x.docs, _ = records.InMemory(c.x.o.NewJudge != nil)
	c.x.docs.Allocate(p.doc, p.Entry)
	c.own, c.matched = p, false
	c.sketch = c.x.sketch(p.doc, &c.s.own)
	c.sketch.Sequence = c.s.own.Sequence(p.Sequence)
	c.effort = likeness.Effort{Elements: mostExcess, Words: mostJudged}
}

// Compare compares the entry with its next candidate, and reports whether they match.
// Those with which it has the most in common come first. When it is done, it has matched
// one that is nearly identical, and others need not be compared.
func (c *Comparer) Compare(q Prepared) (m records.Match, ok, done bool) {
	c.x.docs.Allocate(q.doc, q.Entry)
	e, ok := c.x.verify(c.own.doc, &c.sketch, q.doc, c.own.Brief.SameSite(&q.Brief), c.s, &c.effort)
	return e.Match, ok, ok && c.x.copies(&e)
}

// Lean leaves of an entry that was not yet added what an index keeps of it in memory that has
// entries beside, where the whole of it is at a position.
func (p Prepared) Lean(position uint64) Prepared {
	records.Lean(p.doc, p.Entry, position)
	return p
}

// A Partition is documents in an empty index, with what matches between them were found.
// These hold documents together; nothing else is compared.
type Partition struct{ l load }

// Partition returns one of this index, which must be empty.
func (x *Index) Partition() *Partition { return &Partition{load{x: x, threads: 1}} }

// Place adds the next document of their order.
func (p *Partition) Place(e Prepared) {
	x, d := p.l.x, e.doc.Unused()
	x.clock++
	x.change.changes++
	x.stats.Indexed++
	d.Arrival = x.clock
	x.docs.Allocate(d, e.Entry)
	p.l.docs = append(p.l.docs, d)
}

// Match adds a match of two documents, by their places, as the first one keeps it.
func (p *Partition) Match(a, b int, m records.Match) error {
	if n := len(p.l.docs); a < 0 || b < 0 || a >= n || b >= n || a == b {
		return fmt.Errorf("%w: a match of %d and %d, of %d entries", ErrFormat, a, b, n)
	}
	m.With = uint32(b)
	records.Note(p.l.docs[a], p.l.docs[b], m)
	return nil
}

// Cluster clusters the documents, when all are there.
func (p *Partition) Cluster(ctx context.Context) (err error) {
	x := p.l.x
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, d := range p.l.docs {
		d.SortMatches()
	}
	p.l.ctx = ctx
	p.l.cluster()
	return cmp.Or(ctx.Err(), x.Err())
}

// EachCluster yields all clusters of an index that nothing changes, each when it is wanted.
func (x *Index) EachCluster(yield func(Cluster) bool) error {
	x.eachCluster(yield)
	return x.Err()
}
