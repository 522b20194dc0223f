package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// What is there is answered by what the store keeps of it, which is nearly all that a search
// for its text finds, wherever that was written, and nothing is written.
func TestAgain(t *testing.T) {
	for name, o := range map[string]store.Options{
		"all":         {},
		"samples":     {Detector: reprint.Options{SamplesOnly: true}},
		"figures":     {Detector: reprint.Options{ByFigures: true}},
		"other sites": {Detector: reprint.Options{SkipSameSite: true}},
		"key":         {Detector: reprint.Options{Key: []byte("a secret of thirty-two bytes, or more")}, Texts: store.DropTexts},
	} {
		t.Run(name, func(t *testing.T) {
			m := &counts{sum: map[string]float64{}}
			o.FS, o.Metrics, o.Checkpoint, o.Cache = vfs.NewMem(), m, 50, 1<<20
			o.Detector.MaxMatches = 1000
			s := open(t, "store", o)
			docs := newNews(21).documents(120)
			for i := range docs {
				docs[i].Site = fmt.Sprint("site-", i%5)
			}
			require.NoError(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{}))
			for i := 0; i+1 < len(docs); i += 7 { // updates and removals, some of them of what others were duplicates of
				docs[i].Text += " And some more words at the end of it."
				add(t, s, docs[i])
				_, _, err := s.Remove(t.Context(), docs[i+1].ID)
				require.NoError(t, err)
			}
			docs = slices.DeleteFunc(docs, func(d reprint.Document) bool {
				_, err := s.Document(d.ID)
				return err != nil
			})
			for range 2 {
				before, err := s.Stats()
				require.NoError(t, err)
				matches, searched := 0, 0
				want := map[string]reprint.Added{}
				for _, doc := range docs {
					a := add(t, s, doc)
					searched += requireKnown(t, s, doc, a)
					want[doc.ID] = a
					matches += len(a.Matches)
				}
				require.Greater(t, matches, 10)
				require.GreaterOrEqual(t, 10*matches, 9*searched)
				for _, only := range []bool{false, true} {
					var order []string
					require.NoError(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{Threads: 2, PositionsOnly: only, Visit: func(id string, a reprint.Added) {
						order = append(order, id)
						if only {
							assert.Equal(t, reprint.Added{Position: want[id].Position}, a)
						} else {
							assert.Equal(t, want[id], a)
						}
					}}))
					require.Len(t, order, len(docs))
					at := map[string]time.Time{}
					for _, doc := range docs {
						if at[doc.ID] = doc.Published; doc.Published.IsZero() {
							at[doc.ID] = firstDay.AddDate(9, 0, 0) // the last
						}
					}
					require.True(t, slices.IsSortedFunc(order, func(a, b string) int { return at[a].Compare(at[b]) }))
				}
				require.NoError(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{}))
				after, err := s.Stats()
				require.NoError(t, err)
				require.Equal(t, before.Position, after.Position)
				shut(t, s)
				s = open(t, "store", o) // and where it is read from the disk
			}
			require.EqualValues(t, 2*4*len(docs), m.sum[store.MetricUnchanged])
			clean(t, s)
			shut(t, s)
		})
	}
}

// requireKnown requires that an answer of a document that was there is what the store knows
// of it: its place, what it matches, and which of these pairs are its own. It returns how
// many matches a search finds.
func requireKnown(t *testing.T, s *store.Store, doc reprint.Document, a reprint.Added) int {
	there, err := s.Document(doc.ID)
	require.NoError(t, err)
	require.Equal(t, there.Position, a.Position)
	require.Empty(t, a.Events)
	p, err := s.ClusterPart(doc.ID, "", -1)
	require.NoError(t, err)
	require.Equal(t, p.ID, a.Cluster)
	require.Equal(t, p.Size, a.Size)
	searched, err := s.Query(doc)
	require.NoError(t, err)
	require.Subset(t, shown(searched.Matches), shown(a.Matches))
	var own []reprint.Match
	for _, m := range a.Matches {
		other, err := s.Document(m.ID)
		require.NoError(t, err)
		if other.Position < there.Position {
			own = append(own, m)
		}
	}
	require.Equal(t, own, pairsOf(t, s, doc.ID))
	return len(searched.Matches)
}

// pairsOf returns the pairs of a document as its matches, whichever of the two was published
// first.
func pairsOf(t *testing.T, s *store.Store, id string) (out []reprint.Match) {
	own, err := s.Document(id)
	require.NoError(t, err)
	last := func(d store.Document) time.Time {
		if d.Published.IsZero() {
			return firstDay.AddDate(9, 0, 0)
		}
		return d.Published
	}
	require.NoError(t, s.PairsOf([]string{id}, func(later string, m reprint.Match) error {
		earlier := m.ID
		if later != id {
			require.Equal(t, id, m.ID)
			earlier, m.ID, m.ContainmentA, m.ContainmentB = id, later, m.ContainmentB, m.ContainmentA
		}
		other, err := s.Document(m.ID)
		require.NoError(t, err)
		if c := last(own).Compare(last(other)); c < 0 || c == 0 && id < m.ID {
			require.Equal(t, id, earlier)
		} else {
			require.Equal(t, id, later)
		}
		out = append(out, m)
		return nil
	}))
	return out
}

// shown is what of matches does not depend on what has turned out to be boilerplate.
func shown(matches []reprint.Match) (out []string) {
	for _, m := range matches {
		out = append(out, fmt.Sprint(m.ID, m.Relation, m.Jaccard, m.ContainmentA, m.ContainmentB, m.Exact))
	}
	return out
}

// The pairs of a document are those of the answer to its addition, but for what only it
// matches, and not the one that it follows, which may be of another site.
func TestPairsOf(t *testing.T) {
	for name, o := range map[string]reprint.Options{"all": {}, "samples": {SamplesOnly: true}, "other sites": {SkipSameSite: true}} {
		t.Run(name, func(t *testing.T) {
			o.MaxMatches = 1000
			s := open(t, "store", store.Options{FS: vfs.NewMem(), Detector: o, Checkpoint: 50, Cache: 1 << 20})
			docs := newNews(25).documents(150)
			pairs, added := 0, 0
			for i, doc := range docs {
				if i%6 == 5 { // it comes again, as another text
					doc.ID = docs[i-5].ID
				}
				a := add(t, s, doc)
				got := pairsOf(t, s, doc.ID)
				require.Subset(t, shown(a.Matches), shown(got))
				pairs += len(got)
				added += len(a.Matches)
			}
			require.Greater(t, pairs, 50)
			t.Logf("%d pairs, %d in answers", pairs, added)
			require.GreaterOrEqual(t, 10*pairs, 9*added)
			var ids []string
			for _, doc := range docs {
				ids = append(ids, doc.ID)
			}
			ids = append(ids[len(ids)/2:], append([]string{"another"}, ids[:len(ids)/2]...)...)
			list := func(s *store.Store, ids ...string) (out []string) {
				require.NoError(t, s.PairsOf(ids, func(id string, m reprint.Match) error {
					out = append(out, fmt.Sprint(id, m))
					return nil
				}))
				return out
			}
			var want []string // one by one
			for _, id := range ids {
				want = append(want, list(s, id)...)
			}
			require.Equal(t, want, list(s, ids...))
			visited, failed := 0, errors.New("failed")
			require.ErrorIs(t, s.PairsOf(ids, func(string, reprint.Match) error { visited++; return failed }), failed)
			require.Equal(t, 1, visited)
			clean(t, s)
			shut(t, s)
			require.ErrorIs(t, s.PairsOf(ids, nil), store.ErrClosed)
			require.ErrorIs(t, s.PairsOf(nil, nil), store.ErrClosed)
		})
	}
}

// An answer that asks for no matches changes nothing of what is kept.
func TestPositionsOnlyClustersAlike(t *testing.T) {
	docs := newNews(22).documents(200)
	var all [3][]reprint.Cluster
	var feeds [3][]store.Change
	for i, o := range []reprint.AddAllOptions{
		{Visit: func(string, reprint.Added) {}}, {Visit: func(string, reprint.Added) {}, PositionsOnly: true}, {Threads: 3},
	} {
		now := clock{firstDay}
		s := open(t, "store", store.Options{FS: vfs.NewMem(), Now: now.read})
		for part := range slices.Chunk(docs, 30) {
			require.NoError(t, s.AddAll(t.Context(), yield(part, nil), o))
		}
		all[i], feeds[i] = collect(t, s.Clusters()), collect(t, s.Events(t.Context(), 1))
		clean(t, s)
		shut(t, s)
	}
	require.Equal(t, all[0], all[1])
	require.Equal(t, all[0], all[2])
	require.Equal(t, feeds[0], feeds[1])
	require.Equal(t, feeds[0], feeds[2])
}

// What changes between the first look and the commit counts as it is at the commit.
func TestAgainLooksTwice(t *testing.T) {
	docs := newNews(23).documents(20)
	doc := docs[7]
	other := doc
	other.Text, other.Title = docs[8].Text+" And more.", "another"
	for name, c := range map[string]struct {
		between func(s *store.Store)
		action  store.Action // of the last change, 0 if there is none
	}{
		"nothing": {func(s *store.Store) {}, 0},
		"updated": {func(s *store.Store) { add(t, s, other) }, store.Updated},
		"removed": {func(s *store.Store) {
			_, ok, err := s.Remove(t.Context(), doc.ID)
			require.NoError(t, err)
			require.True(t, ok)
		}, store.Added},
		"updated and put back": {func(s *store.Store) { add(t, s, other); add(t, s, doc) }, 0},
		"removed, and added by a batch that is dropped from the log": {func(s *store.Store) {
			_, _, err := s.Remove(t.Context(), doc.ID)
			require.NoError(t, err)
			add(t, s, doc)
			for range s.Clusters() { // writes a checkpoint
			}
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, "store", store.Options{FS: vfs.NewMem()})
			add(t, s, docs...)
			var before store.Stats
			a, err := store.AddAfter(s, doc, func() {
				c.between(s)
				var err error
				before, err = s.Stats()
				require.NoError(t, err)
			})
			require.NoError(t, err)
			after, err := s.Stats()
			require.NoError(t, err)
			there, err := s.Document(doc.ID)
			require.NoError(t, err)
			require.Equal(t, there.Position, a.Position)
			if c.action == 0 {
				require.Equal(t, before.Position, after.Position)
				require.Empty(t, a.Events)
			} else {
				require.Equal(t, before.Position+1, after.Position)
				feed := collect(t, s.Events(t.Context(), after.Position))
				require.Equal(t, c.action, feed[0].Action)
				require.Equal(t, feed[0].Events, a.Events)
			}
			text, err := s.Text(doc.ID)
			require.NoError(t, err)
			require.Equal(t, doc.Text, text)
			p, err := s.ClusterPart(doc.ID, "", -1)
			require.NoError(t, err)
			require.Equal(t, p.ID, a.Cluster)
			require.Equal(t, p.Size, a.Size)
			clean(t, s)
			shut(t, s)
		})
	}
}

// Several that add, change and remove the same few documents leave a store that agrees
// with its log.
func TestAgainBesideChanges(t *testing.T) {
	o := store.KeepLog(store.Options{FS: vfs.NewMem(), Checkpoint: 20})
	s := open(t, "store", o)
	docs := newNews(24).documents(12)
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 24))
			for range 60 {
				doc := docs[r.IntN(3)]
				if r.IntN(3) == 0 {
					doc.Text = docs[3+r.IntN(3)].Text
				}
				var err error
				switch r.IntN(4) {
				case 0:
					_, _, err = s.Remove(t.Context(), doc.ID)
				case 1:
					err = s.AddAll(t.Context(), yield([]reprint.Document{doc, docs[6], docs[7]}, nil), reprint.AddAllOptions{PositionsOnly: true})
				default:
					_, err = s.Add(t.Context(), doc)
				}
				if !assert.NoError(t, err) {
					return
				}
			}
		})
	}
	all.Wait()
	want, err := store.Replay(s)
	require.NoError(t, err)
	require.Equal(t, want, collect(t, s.Clusters()))
	clean(t, s)
	shut(t, s)
}

// Ids that come and go, many more than there are at a time, are there when they should be,
// though filters of ids are made anew beside that, and after the store was opened again.
func TestIDsThatComeAndGo(t *testing.T) {
	fs := vfs.NewMem()
	o := store.Options{FS: fs, Checkpoint: 16, Texts: store.DropTexts, Detector: reprint.Options{SamplesOnly: true}}
	there := make([]map[string]int, 4) // of each caller, the versions
	for i := range there {
		there[i] = map[string]int{}
	}
	for round := range 2 {
		s := open(t, "store", o)
		var all sync.WaitGroup
		for i, mine := range there {
			all.Go(func() {
				rng := rand.New(rand.NewPCG(uint64(round), uint64(i)))
				for n := range 100 {
					id := fmt.Sprint(i, "-", rng.IntN(250))
					if _, ok := mine[id]; ok && rng.IntN(3) > 0 {
						_, was, err := s.Remove(t.Context(), id)
						assert.NoError(t, err)
						assert.True(t, was)
						delete(mine, id)
						continue
					}
					a, err := s.Add(t.Context(), reprint.Document{ID: id, Text: fmt.Sprint("Page ", n, " of ", id, " says little.")})
					assert.NoError(t, err)
					assert.Positive(t, a.Position)
					mine[id] = n
				}
			})
		}
		all.Wait()
		count := 0
		for i, mine := range there {
			count += len(mine)
			for n := range 250 {
				id := fmt.Sprint(i, "-", n)
				_, err := s.Document(id)
				if _, ok := mine[id]; ok {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, store.ErrUnknown)
				}
			}
		}
		require.Equal(t, count, s.Len())
		problems, err := s.Check(t.Context())
		require.NoError(t, err)
		require.Empty(t, problems)
		require.NoError(t, s.Close())
	}
}
