package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

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
	entries []Prepared          // by number
	docs    []*records.Document // likewise
	texts   []uint32            // see join.Holder
	fresh   []uint32            // weight of the sample that no document before had
	pairs   *join.Pairs
	marks   [][]mark     // by thread
	matches [][]evidence // by number, with earlier documents
	buffers [][]uint64   // by thread
}

// A mark says that a place of a document's sample is boilerplate.
type mark struct{ number, place uint32 }

// load loads entries that are in order, and takes them out of the slice. It reports
// whether it did: the index must be in memory and empty.
func (x *Index) load(ctx context.Context, entries []Prepared, threads int) (loaded bool, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, ok := x.backend.(*inMemory); !ok || x.change.changes > 0 {
		return false, nil
	}
	slices.SortStableFunc(entries, ByTime)
	wanted := latest(entries)
	room := min(len(wanted), postings.MostNumbers)
	l := load{ctx: ctx, x: x, threads: max(threads, 1), entries: wanted[:room]}
	l.run()
	if ctx.Err() != nil {
		x.docs, x.groups = records.InMemory(x.o.NewJudge != nil)
		x.clock, x.change, x.stats, x.unlisted = 0, change{}, Stats{}, nil
		return false, context.Cause(ctx)
	}
	clear(entries[:len(entries)-len(wanted)+room])
	if room < len(wanted) {
		return true, fmt.Errorf("%w: it holds %d documents, remove some", ErrFull, room)
	}
	return true, nil
}

// ByTime compares two entries by their time and by a hash of their ids, as all machines
// can that share the work (spread.go).
func ByTime(p, q Prepared) int {
	if p.doc.Time != q.doc.Time {
		return cmp.Compare(p.doc.Time, q.doc.Time)
	}
	return cmp.Compare(p.Hash(), q.Hash())
}

// latest returns of entries with one id the last one.
func latest(entries []Prepared) []Prepared {
	last := make(map[string]int, len(entries))
	for i, p := range entries {
		last[p.doc.ID] = i
	}
	if len(last) == len(entries) {
		return entries
	}
	var out []Prepared
	for i, p := range entries {
		if last[p.doc.ID] == i {
			out = append(out, p)
		}
	}
	return out
}

func (l *load) run() {
	l.place()
	l.byKey(l.countFresh)
	for n, d := range l.docs {
		d.Fresh = uint8(freshness(float64(l.fresh[n]) / float64(max(1, l.x.docs.Briefs[n].Weight))))
	}
	l.fresh = nil
	lists := make([]*join.List, l.threads)
	for t := range lists {
		lists[t] = l.list(t)
	}
	l.byKey(func(thread int, of []join.Posting) { l.replay(lists[thread], of) })
	l.mark()
	l.compare()
	l.link()
	l.cluster()
}

// each calls f with numbers on all threads.
func (l *load) each(n int, f func(thread, i int)) { join.Each(l.ctx, l.threads, n, f) }

// place gives all documents a place in the index. They are numbered in their order.
func (l *load) place() {
	x, n := l.x, len(l.entries)
	l.docs, x.unlisted = make([]*records.Document, n), make([][]uint32, n)
	for i, p := range l.entries {
		l.placeOne(i, p)
		x.unlisted[i] = p.Bands
	}
	l.buffers = make([][]uint64, l.threads)
	l.fresh, l.texts, l.matches = make([]uint32, n), make([]uint32, n), make([][]evidence, n)
	l.marks, l.pairs = make([][]mark, l.threads), join.NewPairs(n, l.threads)
	l.each(n, func(thread, i int) { l.texts[i] = l.x.textOf(l.entries[i], &l.buffers[thread]) })
}

func (l *load) placeOne(i int, p Prepared) {
	x, d := l.x, p.unused()
	x.clock++
	d.Arrival = x.clock
	x.docs.Allocate(d, p.Entry)
	x.change.changes++
	x.stats.Indexed++
	l.docs[i] = d
}

// byKey calls visit with the documents that have a key, for all keys: the elements of the
// samples, and the ones by which copies of a whole meet.
func (l *load) byKey(visit func(thread int, of []join.Posting)) {
	c := join.Collection{Documents: len(l.entries), Threads: l.threads, Keys: l.keys}
	for _, p := range l.entries {
		c.Postings += int(p.doc.Sampled) + len(p.Bands)/bandsOfWhole
	}
	c.ByKey(l.ctx, visit)
}

func (l *load) keys(thread, n int, add func(key uint64, place uint32)) {
	l.entries[n].eachKey(&l.buffers[thread], add)
}

// countFresh counts a key for the document that had it first.
func (l *load) countFresh(_ int, of []join.Posting) {
	if p := of[0]; p.Place != ofWhole {
		atomic.AddUint32(&l.fresh[p.Document], uint32(weightAt(p.Place)))
	}
}

// list returns a list that notes for a thread what is boilerplate, and who meets.
func (l *load) list(thread int) *join.List {
	return &join.List{
		Rules: boilerplateRules(), Longest: longestList,
		Mark: func(h join.Holder) {
			if h.Place != ofWhole {
				l.marks[thread] = append(l.marks[thread], mark{uint32(h.Document), h.Place})
			}
		},
		Meet: func(h join.Holder, listed []uint64) {
			weight, whole := 0, h.Place == ofWhole
			if !whole {
				weight = weightAt(h.Place)
			}
			for _, o := range listed {
				l.pairs.Add(thread, uint32(h.Document), uint32(o), uint32(weight), whole)
			}
		},
	}
}

// replay goes through the documents that have a key.
func (l *load) replay(list *join.List, of []join.Posting) {
	if len(of) == 1 {
		return
	}
	for _, p := range of {
		b := &l.x.docs.Briefs[p.Document]
		h := join.Holder{Document: uint64(p.Document), Text: l.texts[p.Document], Site: b.Site, Page: b.Page, Place: p.Place}
		if p.Place != ofWhole {
			h.Fresh = postings.Posting(l.docs[p.Document].Fresh)
		}
		list.Add(h)
	}
	list.End()
}

// mark notes in the documents what of them is boilerplate.
func (l *load) mark() {
	l.each(l.threads, func(_, t int) {
		for _, marks := range l.marks {
			for _, m := range marks {
				if int(m.number)%l.threads != t {
					continue
				}
				markPlace(l.docs[m.number], &l.x.docs.Briefs[m.number], m.place)
			}
		}
	})
	l.marks, l.texts = nil, nil
}

// compare compares all documents with their candidates.
func (l *load) compare() {
	l.each(l.pairs.Blocks(len(l.entries)), func(_, block int) {
		s := l.x.scratch.Get().(*scratch)
		defer l.x.scratch.Put(s)
		l.pairs.Take(block, func(number uint32, met []join.Met) {
			if l.ctx.Err() == nil {
				l.matches[number] = l.x.compareAll(l.docs[number], l.entries[number].Sequence, met, s)
			}
		})
	})
	l.pairs = nil
}

// compareAll compares a document with earlier ones that it has met, those first with
// which it has the most in common, and returns its matches. It ends with one that is
// nearly identical: what else it is like, that one is like, too.
func (x *Index) compareAll(d *records.Document, sequence []uint32, met []join.Met, s *scratch) (matches []evidence) {
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
	own.Sequence = sequence
	effort := likeness.Effort{Elements: mostExcess, Words: mostJudged}
	for _, m := range met[:min(len(met), mostVerified)] {
		e, ok := x.verify(d, &own, x.docs.Get(m.Document), brief.SameSite(&x.docs.Briefs[m.Document]), s, &effort)
		if !ok {
			continue
		}
		matches = append(matches, e)
		if x.copies(&e) {
			break
		}
	}
	return matches
}

// copies reports whether a match is with a document that is nearly identical. With a
// filter, each document has its own matches.
func (x *Index) copies(e *evidence) bool {
	return !x.filtered() && e.Jaccard() >= nearlyIdentical && e.Alike >= nearlyIdentical && !e.Apart
}

// link notes the matches with both documents.
func (l *load) link() {
	for n, found := range l.matches {
		d := l.docs[n]
		l.x.stats.Matches += len(found)
		for _, e := range found {
			o := l.docs[e.With]
			d.NeedLinks().Matches = append(d.Matches(), e.Match)
			o.NeedLinks().Matches = append(o.Matches(), e.Swap(d.Number))
		}
	}
	l.matches = nil
}

// cluster clusters the components, side by side.
func (l *load) cluster() {
	x := l.x
	all := l.components()
	found := make([][]*records.Group, len(all))
	side := make([]*Index, l.threads)
	for t := range side {
		_, groups := records.InMemory(false)
		side[t] = &Index{o: x.o, backend: x.backend, docs: x.docs, groups: groups, scratch: sync.Pool{New: x.scratch.New}}
	}
	l.each(len(all), func(thread, i int) {
		y := side[thread]
		y.change.begin()
		y.partition(all[i])
		for _, d := range all[i] {
			if g := y.group(d); g != nil && g.Reps[0] == d.Number {
				found[i] = append(found[i], g)
				y.groups.Release(g)
			}
		}
	})
	for _, groups := range found {
		for _, g := range groups {
			x.groups.Allocate(g)
			for _, n := range g.Reps {
				l.docs[n].Links.Group = g.Number + 1
			}
		}
	}
}

// components returns the documents that are connected by matches that count, where they
// are several.
func (l *load) components() (all [][]*records.Document) {
	root := make([]uint32, len(l.entries))
	for i := range root {
		root[i] = uint32(i)
	}
	find := func(i uint32) uint32 {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	place := map[uint32]int{} // of the component with a root
	for i, d := range l.docs {
		for j := range d.Matches() {
			if m := &d.Links.Matches[j]; m.With < uint32(i) && l.x.counts(d, m) {
				a, b := find(uint32(i)), find(m.With)
				root[max(a, b)] = min(a, b)
			}
		}
	}
	for i, d := range l.docs {
		r := find(uint32(i))
		if r == uint32(i) {
			continue
		}
		n, ok := place[r]
		if !ok {
			n = len(all)
			place[r] = n
			all = append(all, []*records.Document{l.docs[r]})
		}
		all[n] = append(all[n], d)
	}
	return all
}

// enterLoaded enters what was loaded into the lists, which only searches, additions and
// removals need.
func (x *Index) enterLoaded() {
	if x.unlisted == nil {
		return
	}
	var side sync.WaitGroup
	side.Go(func() {
		for n, bands := range x.unlisted {
			for _, key := range bands {
				x.bands.Add(key, postings.Of(uint32(n)), nil, nil)
			}
		}
	})
	var sample []uint64
	for n := range x.unlisted {
		d := x.docs.Get(uint32(n))
		sample = d.Sample(sample)
		for i, e := range sample {
			x.shingles.Add(shingleKey(e), postingOf(d, i), nil, nil)
		}
	}
	side.Wait()
	if x.backend.keepsBands() {
		for n, bands := range x.unlisted {
			x.docs.Get(uint32(n)).NeedRepresentative().Bands = bands
		}
	}
	x.unlisted = nil
}

// rlock takes the lock for reading what lists hold, when all is in them.
func (x *Index) rlock() {
	for x.mu.RLock(); x.unlisted != nil; x.mu.RLock() {
		x.mu.RUnlock()
		x.mu.Lock()
		x.enterLoaded()
		x.mu.Unlock()
	}
}
