package cluster_test

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
)

// bothFilled returns an index and the reference that hold the same documents, of
// which some were removed.
func bothFilled(t *testing.T, seed uint64, o cluster.Options) (*cluster.Index, *reference, []text) {
	s := newSource(seed)
	docs, _ := s.crawl(t, 25)
	x, r := newIndex(t, o), newReference()
	r.samplesOnly = o.SamplesOnly
	for _, d := range docs {
		add(t, x, d)
		r.add(d)
	}
	for _, d := range docs[:len(docs)/8] {
		_, ok := x.Remove(d.id)
		require.True(t, ok)
		r.remove(d.id)
	}
	return x, r, docs
}

var asked = map[string]cluster.Options{"default": {}, "samples": {SamplesOnly: true}}

// A query finds what an addition finds, and changes nothing. What is there is looked up.
func TestQueriesAreThoseOfTheReference(t *testing.T) {
	for name, o := range asked {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.MaxMatches = 1 << 20
			x, r, docs := bothFilled(t, 1, o)
			before, stats := clusters(x), x.Stats()
			found := 0
			for i, d := range docs {
				if i >= len(docs)/8 && i%3 > 0 {
					continue
				}
				q := r.prepare(d)
				want := map[string]refFigures{}
				matches, beyond, _ := r.search(q)
				require.Empty(t, beyond)
				for _, o := range r.docs {
					lead := o
					if o.follows != nil {
						lead = o.follows
					}
					f, ok := r.match(q, o)
					near := slices.ContainsFunc(matches, func(m *refDoc) bool { return slices.Contains(m.together, lead) })
					if ok && near && o.id != d.id {
						want[o.id] = f
						found++
					}
				}
				requireAnswer(t, want, x.Query(d.entry()))
			}
			require.Greater(t, found, 50)
			o.MaxMatches = 3
			few := newIndex(t, o)
			for _, d := range docs {
				add(t, few, d)
			}
			for _, d := range docs[:len(docs)/8] {
				few.Remove(d.id)
			}
			requireLookUps(t, x, few, r)
			require.Equal(t, before, clusters(x))
			require.Equal(t, stats, x.Stats())
		})
	}
}

// known is Lookup by definition: of all that is in a cluster with the representative of a
// document, or with what that matches, what matches the document. A match that the document
// has kept is as it was last judged.
func (r *reference) known(d *refDoc) map[string]refFigures {
	want := map[string]refFigures{}
	for _, o := range r.docs {
		near := o.lead() == d.lead() || slices.Contains(d.lead().together, o.lead())
		for m := range d.lead().matches {
			near = near || m == o.lead() || slices.Contains(m.together, o.lead())
		}
		if !near || o == d {
			continue
		}
		f, kept := d.matches[o]
		ok := kept && r.matching(d, o, f)
		switch {
		case kept:
		case d.follows == o:
			f, ok = d.likeness, true
		case o.follows == d:
			f, ok = o.likeness, true
			f.a, f.b = f.b, f.a
		default:
			f, ok = r.match(d, o)
		}
		if ok {
			want[o.id] = f
		}
	}
	return want
}

// requireLookUps requires that what an index knows of the matches of documents that are there
// is what the reference has kept of them, and nearly what a search finds. If few may be
// listed, they are of these.
func requireLookUps(t *testing.T, x, few *cluster.Index, r *reference) {
	first := r.clusters()
	known, searched, followers := 0, 0, 0
	for _, d := range r.docs {
		a, err := x.Lookup(d.id)
		require.NoError(t, err)
		requireAnswer(t, r.known(d), a.Matches)
		require.Equal(t, first[d.id], a.Cluster)
		for _, m := range a.Matches {
			require.Equal(t, first[d.id] == first[m.ID], m.Together)
		}
		require.True(t, slices.IsSortedFunc(a.Matches, func(m, n cluster.Match) int { return cmp.Compare(n.Score, m.Score) }))
		known += len(a.Matches)
		searched += len(x.Query(d.entry()))
		if d.follows != nil {
			followers++
		}
		b, err := few.Lookup(d.id)
		require.NoError(t, err)
		require.Len(t, b.Matches, min(3, len(a.Matches)))
		require.Subset(t, a.Matches, b.Matches)
	}
	t.Logf("%d known, %d searched, %d of %d follow another", known, searched, followers, len(r.docs))
	require.Greater(t, known, 100)
	require.Greater(t, followers, 5)
	require.InDelta(t, searched, known, .02*float64(searched))
	_, err := x.Lookup("another")
	require.ErrorIs(t, err, cluster.ErrUnknown)
}

// An explanation has the figures of the two, what of their samples is the same, and
// whether they are together.
func TestExplanationsAreThoseOfTheReference(t *testing.T) {
	for name, o := range asked {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, r, _ := bothFilled(t, 2, o)
			first := r.clusters()
			whys := map[string]int{}
			for i, a := range r.docs {
				for j, b := range r.docs {
					if (i+j)%7 > 0 {
						continue
					}
					e, err := x.Explain(a.id, b.id)
					require.NoError(t, err)
					whys[e.Why]++
					f := refCompare(a.of(), b.of())
					common := refCommon(a.sample, b.sample)
					boilerplate := 0
					for h := range common {
						if a.of().form[h] || b.of().form[h] {
							boilerplate++
						}
					}
					var bands []int
					for k := range min(len(a.bands), len(b.bands)) {
						if a.bands[k] == b.bands[k] {
							bands = append(bands, k)
						}
					}
					require.InDelta(t, f.score, e.Score, 1e-9)
					require.InDelta(t, f.jaccard(), e.Jaccard, 1e-9)
					require.Equal(t, []int{len(a.sample), len(b.sample), len(common), boilerplate}, []int{e.SampleA, e.SampleB, e.SharedSample, e.SharedBoilerplate})
					require.Equal(t, first[a.id] == first[b.id], e.Together)
					require.Equal(t, r.allowed(a, b) && r.matching(a, b, f), e.Match)
					if !o.SamplesOnly {
						require.Equal(t, bands, e.SharedBands)
						require.Equal(t, min(len(a.bands), len(b.bands)), e.Bands)
					}
					if !e.Together && a.follows == nil && b.follows == nil && len(a.together) == 1 && len(b.together) == 1 {
						require.InDelta(t, f.score, e.Cores, 1e-9)
					}
					if e.Together && a != b { // along matches from the one to the other
						require.Equal(t, a.id, e.Chain[0].ID)
						require.Equal(t, b.id, e.Chain[len(e.Chain)-1].ID)
						for k, m := range e.Chain[:len(e.Chain)-1] {
							require.Equal(t, e.Chain[k+1].ID, m.Of)
							require.Equal(t, first[a.id], first[m.ID])
							require.Positive(t, m.Jaccard)
						}
					}
				}
			}
			require.GreaterOrEqual(t, len(whys), 6, "%v", whys)
		})
	}
}

// Each member of a cluster but the first names one that it matched, and these lead
// to the first.
func TestMembersLeadToTheFirst(t *testing.T) {
	for name, o := range asked {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, r, _ := bothFilled(t, 3, o)
			byID := map[string]*refDoc{}
			for _, d := range r.docs {
				byID[d.id] = d
			}
			seen, several := map[string]bool{}, 0
			var last *refDoc
			for c := range x.Clusters() {
				require.Equal(t, c.ID, c.Members[0].ID)
				require.Empty(t, c.Members[0].Of)
				if first := byID[c.ID]; last != nil {
					require.Negative(t, last.before(first), "in the order of publication")
				}
				last = byID[c.ID]
				of := map[string]string{}
				for i, m := range c.Members {
					require.False(t, seen[m.ID])
					seen[m.ID] = true
					of[m.ID] = m.Of
					if i == 0 {
						continue
					}
					several++
					require.Negative(t, byID[c.Members[i-1].ID].before(byID[m.ID]))
					f := refCompare(byID[m.ID].of(), byID[m.Of].of())
					require.InDelta(t, f.jaccard(), m.Jaccard, 1e-9)
					require.InDelta(t, float64(f.common)/float64(f.a), m.ContainmentA, 1e-9)
				}
				for id := range of {
					steps := 0
					for id != c.ID {
						id = of[id]
						steps++
						require.LessOrEqual(t, steps, len(c.Members))
					}
				}
				one, err := x.Cluster(c.Members[len(c.Members)-1].ID)
				require.NoError(t, err)
				require.Equal(t, c, one)
			}
			require.Len(t, seen, len(r.docs))
			require.Greater(t, several, 30)
		})
	}
}

// common is Common by definition: of the documents that a list names, those that
// are one of the two asked about do not count.
func (r *reference) common(ta, tb text) (c cluster.Common, clear bool) {
	a, b := r.prepare(ta), r.prepare(tb)
	clear = true
	self := map[*refDoc]bool{}
	sites := [2]string{a.site, b.site}
	for i, d := range []*refDoc{a, b} {
		of := map[string]bool{}
		for _, o := range r.docs {
			if o.follows != nil || o.id != d.id && !sameSample(o, d) {
				continue
			}
			if len(refCommon(o.sample, a.sample))+len(refCommon(o.sample, b.sample)) > 0 {
				self[o] = true
				of[o.site] = true
			}
		}
		delete(of, "")
		if d.site == "" {
			for sites[i] = range of {
			}
			clear = clear && len(of) <= 1
		}
	}
	reach := func(d *refDoc) uint64 {
		if d.known == 1<<64-1 {
			return d.known
		}
		return d.known | 1<<32 - 1
	}
	limit := min(reach(a), reach(b))
	upTo := func(d *refDoc, limit uint64) map[uint64]bool { return refSet{set: d.sample}.upTo(limit) }
	inA, inB := upTo(a, limit), upTo(b, limit)
	both := refCommon(inA, inB)
	for _, o := range r.docs {
		if o.follows != nil || self[o] {
			continue
		}
		its := upTo(o, limit)
		far := min(limit, reach(o))
		inA, inB := upTo(a, far), upTo(b, far)
		both := refCommon(inA, inB)
		hold := func(set map[uint64]bool) bool {
			return len(set) > 0 && 2*len(refCommon(its, set)) >= len(set)
		}
		without := func(set map[uint64]bool) map[uint64]bool {
			out := maps.Clone(set)
			maps.DeleteFunc(out, func(h uint64, _ bool) bool { _, ok := both[h]; return ok })
			return out
		}
		if len(both) >= 4 && hold(both) && !hold(without(inA)) && !hold(without(inB)) {
			c.Others++
		}
	}
	share := func(set map[uint64]bool) float64 {
		is, all := 0, 0
		for h, prose := range set {
			all += refWeight(prose)
			list := slices.DeleteFunc(slices.Clone(r.holders[h]), func(o *refDoc) bool { return self[o] })
			if refBoilerplate(list, h, sites[0]) || refBoilerplate(list, h, sites[1]) {
				is += refWeight(prose)
			}
		}
		return float64(is) / float64(max(all, 1))
	}
	c.Shared, c.A, c.B = share(both), share(inA), share(inB)
	c.SameSite = sites[0] != "" && sites[0] == sites[1]
	return c, clear
}

func sameSample(a, b *refDoc) bool {
	return len(a.sample) == len(b.sample) && len(refCommon(a.sample, b.sample)) == len(a.sample)
}

func TestCommonIsThatOfTheReference(t *testing.T) {
	for name, o := range asked {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, r, docs := bothFilled(t, 4, o)
			others, shared := 0, 0
			var samples []map[uint64]bool
			for _, d := range docs {
				samples = append(samples, r.prepare(d).sample)
			}
			for i, a := range docs {
				for j, b := range docs { // one in 40 of those that have something in common, and of the others
					few := 1000
					if len(refCommon(samples[i], samples[j])) > 3 {
						few = 40
					}
					if i == j || (31*i+17*j)%few > 0 {
						continue
					}
					want, clear := r.common(a, b)
					if !clear {
						continue // of several sites that it may be of, it is of one
					}
					got := x.Common(a.entry(), b.entry())
					require.Equal(t, want, got, "%s and %s", a.id, b.id)
					if want.Others > 0 {
						others++
					}
					if want.Shared > 0 {
						shared++
					}
				}
			}
			t.Logf("%d pairs with others, %d with boilerplate in common", others, shared)
			require.Greater(t, others, 10)
			require.Greater(t, shared, 10)
		})
	}
}

// The counts are those of the reference.
func TestStatsAreThoseOfTheReference(t *testing.T) {
	for name, o := range asked {
		t.Run(name, func(t *testing.T) {
			x, r, _ := bothFilled(t, 5, o)
			documents, indexed, entries := 0, 0, 0
			for _, d := range r.docs {
				documents++
				if d.follows == nil {
					indexed++
					entries += len(d.bands) + len(d.sample)
				}
			}
			got := x.Stats()
			assert.Equal(t, []int{documents, indexed}, []int{got.Documents, got.Indexed})
			assert.Equal(t, x.Len(), got.Documents)
			if n := len(r.docs); indexed < n { // of those that went, the lists may still have some
				assert.GreaterOrEqual(t, got.Entries, entries)
			}
			for err := range x.Check() {
				require.NoError(t, err)
			}
		})
	}
}
