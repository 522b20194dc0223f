package reprint_test

import (
	"cmp"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// One thread and many, and any order of input give the same clusters, members and figures:
// of a batch that is visited, which are those of a stream, and of one that is looked at as
// a whole.
func TestSameClustersInEveryWay(t *testing.T) {
	for name, o := range map[string]reprint.Options{
		"default": {},
		"samples": {SamplesOnly: true},
		"noisy":   {K: 3, Containment: .2, Overlap: .2},
		"classic": {Method: 1},
	} {
		t.Run(name, func(t *testing.T) {
			docs, _ := collection(3, 100)
			stream := detector(t, o)
			add(t, stream, docs...)
			rng := rand.New(rand.NewPCG(5, 5))
			visit := func(string, reprint.Added) {}
			for way, o2 := range map[string]reprint.AddAllOptions{"visited": {Visit: visit}, "as a whole": {}} {
				var want []reprint.Cluster
				if o2.Visit != nil {
					want = clustersOf(stream)
				}
				for _, threads := range []int{0, 1, 4} {
					o2.Threads = threads
					for range 2 {
						batch := detector(t, o)
						require.NoError(t, batch.AddAll(t.Context(), yield(docs, nil), o2))
						if want == nil {
							want = clustersOf(batch)
						}
						require.Equal(t, want, clustersOf(batch), "%s, %d threads", way, threads)
						docs = slices.Clone(docs)
						rng.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
					}
				}
			}
		})
	}
}

// A batch that is looked at as a whole ends close to a stream: with those of testdata in the
// same clusters, and of the generator's articles with one in a hundred in another one at most.
func TestBatchIsCloseToStream(t *testing.T) {
	generated, _ := collection(3, 100)
	var written []reprint.Document
	for _, l := range readLabels(t) {
		text, err := os.ReadFile(filepath.Join("testdata/articles", l.ID))
		require.NoError(t, err)
		written = append(written, reprint.Document{ID: l.ID, Text: string(text)})
	}
	slices.SortFunc(written, func(a, b reprint.Document) int { return cmp.Compare(a.ID, b.ID) })
	for name, docs := range map[string][]reprint.Document{"generated": generated, "testdata": written} {
		for _, o := range []reprint.Options{{}, {SamplesOnly: true}, {Method: 1}} {
			stream, batch := detector(t, o), detector(t, o)
			add(t, stream, docs...)
			addAll(t, batch, docs, 2)
			want, got, apart := clusterOf(stream), clusterOf(batch), 0
			for id := range want {
				if want[id] != got[id] {
					apart++
				}
			}
			t.Logf("%s: %d of %d", name, apart, len(docs))
			require.LessOrEqual(t, 100*apart, map[string]int{"generated": len(docs), "testdata": 0}[name])
		}
	}
}

// clusterOf returns, for each document, the name of its cluster.
func clusterOf(d *reprint.Detector) map[string]string {
	out := map[string]string{}
	for _, c := range clustersOf(d) {
		for _, m := range c.Members {
			out[m.ID] = c.ID
		}
	}
	return out
}

// No cluster holds two articles of the generator, and at most one article in
// fifty is in more than one cluster.
func TestCollection(t *testing.T) {
	const n = 150
	docs, article := collection(4, n)
	d := detector(t, reprint.Options{})
	addAll(t, d, docs, 2)
	clusters, several := 0, 0
	for c := range d.Clusters() {
		clusters++
		if len(c.Members) > 1 {
			several++
		}
		for _, m := range c.Members {
			require.Equal(t, article[c.ID], article[m.ID], "%s is with %s", m.ID, c.ID)
		}
	}
	require.LessOrEqual(t, clusters, n+n/50)
	require.Greater(t, several, n/2)
}

// AddAll visits each document in order of publication with the answer that Add
// would have given.
func TestAddAllVisitsInOrder(t *testing.T) {
	docs, _ := collection(6, 40)
	stream, batch := detector(t, reprint.Options{}), detector(t, reprint.Options{})
	var ids []string
	reversed := slices.Clone(docs)
	slices.Reverse(reversed)
	err := batch.AddAll(context.Background(), yield(reversed, nil), reprint.AddAllOptions{Threads: 2, Visit: func(id string, got reprint.Added) {
		require.Equal(t, docs[len(ids)].ID, id)
		want, err := stream.Add(t.Context(), docs[len(ids)])
		require.NoError(t, err)
		require.Equal(t, want, got)
		ids = append(ids, id)
	}})
	require.NoError(t, err)
	require.Len(t, ids, len(docs))
}

// Members lead to the canonical document by Of, and it is the first of them.
func TestMembersLeadToTheCanonicalDocument(t *testing.T) {
	docs, _ := collection(7, 60)
	d := detector(t, reprint.Options{})
	place := map[string]int{}
	for i, doc := range docs {
		place[doc.ID] = i
	}
	addAll(t, d, docs, 2)
	seen := 0
	for c := range d.Clusters() {
		require.Equal(t, c.ID, c.Members[0].ID)
		of := map[string]string{}
		for i, m := range c.Members {
			seen++
			require.Equal(t, i == 0, m.Of == "")
			require.Equal(t, i == 0, m.Relation == "")
			require.GreaterOrEqual(t, place[m.ID], place[c.ID])
			of[m.ID] = m.Of
		}
		for _, m := range c.Members {
			id := m.ID
			for range c.Members {
				if of[id] == "" {
					break
				}
				id = of[id]
			}
			require.Equal(t, c.ID, id, "from %s", m.ID)
		}
	}
	require.Equal(t, len(docs), seen)
}
