package cluster

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// A load brings a whole collection into an empty index. It learns what is boilerplate
// from all documents, before it compares any; then it finds and compares candidates, and
// clusters each connected component of the matches by itself. No step depends on the
// order in which documents, keys or components are taken, so each runs on all threads.
type load struct {
	ctx     context.Context
	x       *Index
	threads int
	last    bool                // nothing comes later
	most    int                 // documents, with those that come again
	docs    []*records.Document // by number
	pairs   *join.Pairs
	matches [][]records.Match // by number, with earlier documents
	counts  []Stats           // by thread
}

// load loads entries, and takes them out of their parts. It reports whether it did: the
// index must be in memory, and nothing been added to it before.
func (x *Index) load(ctx context.Context, parts records.Parts, o BatchOptions) (loaded bool, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	l := load{ctx: ctx, x: x, threads: max(o.Threads, 1), last: o.Last}
	for part := range parts.Parts() {
		l.most += parts.Len(part)
	}
	if !x.isNew() || l.most > postings.MostNumbers {
		return false, nil // adding them says so when there is no room left
	}
	l.run(parts)
	if ctx.Err() != nil {
		x.docs, x.groups = records.InMemory(x.o.NewJudge != nil)
		x.clock, x.change, x.stats, x.unlisted = 0, change{}, Stats{}, nil
		return false, context.Cause(ctx)
	}
	return true, nil
}

// isNew reports whether the index is in memory, and nothing was ever added.
func (x *Index) isNew() bool {
	_, ok := x.backend.(*inMemory)
	return ok && x.change.changes == 0
}

// ByTime compares two entries by their time and by a hash of their ids, as all machines
// can that share the work (spread.go).
func ByTime(p, q Prepared) int {
	if p.doc.Time != q.doc.Time {
		return cmp.Compare(p.doc.Time, q.doc.Time)
	}
	return cmp.Compare(p.Hash(), q.Hash())
}

func (l *load) run(parts records.Parts) {
	if l.learn(parts); l.ctx.Err() != nil {
		return
	}
	l.compare()
	l.x.stats.Matches += records.Connect(l.docs, l.matches)
	l.matches = nil
	l.cluster()
}

// each calls f with numbers on all threads.
func (l *load) each(n int, f func(thread, i int)) { join.Each(l.ctx, l.threads, n, f) }

// learn gives all documents a place in the index, where they are numbered in their order,
// and learns from all of them.
func (l *load) learn(parts records.Parts) {
	x := l.x
	texts, buffers := make([]uint32, l.most), make([][]uint64, l.threads)
	wholes := join.NewWholes(l.most, bandsOfWhole, !l.last)
	l.docs = x.docs.Load(parts, l.each, func(thread int, d *records.Document, e *records.Entry) {
		texts[d.Number] = x.textOf(Prepared{d, e}, &buffers[thread])
		wholes.Add(d, e)
	})
	n := len(l.docs)
	x.clock, x.change.changes, x.stats.Indexed = uint64(n), uint64(n), n
	if x.unlisted = wholes.Bands(n); l.ctx.Err() != nil {
		return
	}
	learner := join.Learner{
		Threads: l.threads, Documents: l.docs, Briefs: x.docs.Briefs, Wholes: wholes, Texts: texts[:n],
		Rules: boilerplateRules(), Longest: longestList, Weight: weightAt, Freshness: freshness,
	}
	l.pairs = learner.Learn(l.ctx)
}

// compare compares all documents with their candidates.
func (l *load) compare() {
	l.matches, l.counts = make([][]records.Match, len(l.docs)), make([]Stats, l.threads)
	l.each(l.pairs.Blocks(), func(thread, block int) {
		s := l.x.scratch.Get().(*scratch)
		defer l.x.scratch.Put(s)
		l.pairs.Take(block, func(number uint32, met []join.Met) {
			if l.ctx.Err() == nil {
				l.matches[number] = l.x.compareAll(l.docs[number], met, s, &l.counts[thread])
			}
		})
	})
	for _, c := range l.counts {
		l.x.stats.Candidates += c.Candidates
		l.x.stats.Skipped += c.Skipped
		l.x.stats.Shortened += c.Shortened
	}
	l.pairs = nil
}

// compareAll compares a document with earlier ones that it has met, those first with
// which it has the most in common, and returns its matches. It ends with one that is
// nearly identical: what else it is like, that one is like, too.
func (x *Index) compareAll(d *records.Document, met []join.Met, s *scratch, counts *Stats) []records.Match {
	brief := &x.docs.Briefs[d.Number]
	met = slices.DeleteFunc(met, func(m join.Met) bool {
		return !m.Whole && !x.promising(brief, &x.docs.Briefs[m.Document], m.Weight, 1)
	})
	if len(met) == 0 {
		return nil
	}
	slices.SortFunc(met, func(a, b join.Met) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Document, b.Document))
	})
	own := x.sketch(d, &s.own)
	own.Sequence = s.own.Sequence(x.docs.Sequence(d))
	effort := likeness.Effort{Elements: mostExcess, Words: mostJudged}
	counts.Skipped += max(len(met)-mostVerified, 0)
	s.matches = s.matches[:0]
	for _, m := range met[:min(len(met), mostVerified)] {
		counts.Candidates++
		e, ok := x.verify(d, &own, x.docs.Get(m.Document), brief.SameSite(&x.docs.Briefs[m.Document]), s, &effort)
		if !ok {
			continue
		}
		s.matches = append(s.matches, e.Match)
		if x.copies(&e) {
			break
		}
	}
	counts.Shortened += effort.Cut
	return slices.Clone(s.matches)
}

// copies reports whether a match is with a document that is nearly identical. With a
// filter, each document has its own matches.
func (x *Index) copies(e *evidence) bool {
	return !x.filtered() && e.Jaccard() >= nearlyIdentical && e.Alike >= nearlyIdentical && !e.Apart
}

// cluster clusters the components, side by side.
func (l *load) cluster() {
	x := l.x
	all := l.components()
	found := make([][]*records.Group, len(all))
	side := make([]*Index, l.threads)
	for t := range side {
		_, groups := records.InMemory(false)
		side[t] = &Index{o: x.o, limits: x.limits, backend: x.backend, docs: x.docs, groups: groups, scratch: sync.Pool{New: x.scratch.New}}
	}
	l.each(len(all), func(thread, i int) {
		y := side[thread]
		defer x.rescue(nil)
		docs := make([]*records.Document, len(all[i]))
		for at, n := range all[i] {
			docs[at] = l.docs[n]
		}
		y.change.begin(y.clustered())
		y.partition(docs)
		for _, d := range docs {
			if g := y.group(d); g != nil && g.Reps[0] == d.Number {
				found[i] = append(found[i], g)
				y.groups.Release(g)
			}
		}
	})
	for _, y := range side {
		x.change.effort.Cut += y.change.effort.Cut
	}
	for _, groups := range found {
		for _, g := range groups {
			g.Born = x.change.Operation
			x.groups.Allocate(g)
			for _, n := range g.Reps {
				l.docs[n].Links.Group = g.Number + 1
			}
		}
	}
}

// components returns the numbers of documents that are connected by matches that count,
// where they are several.
func (l *load) components() [][]uint32 {
	return join.Components(len(l.docs), func(n uint32, yield func(uint32)) {
		d := l.docs[n]
		for i := range d.Matches() {
			if m := &d.Links.Matches[i]; m.With < n && l.x.counts(d, m) {
				yield(m.With)
			}
		}
	})
}
