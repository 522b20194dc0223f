package reprint_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// Stream and batch, one thread and many, and any order of input give the same
// clusters, members and figures.
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
			want := clustersOf(stream)
			rng := rand.New(rand.NewPCG(5, 5))
			for _, threads := range []int{0, 1, 4} {
				batch := detector(t, o)
				addAll(t, batch, docs, threads)
				require.Equal(t, want, clustersOf(batch), "%d threads", threads)
				shuffled := slices.Clone(docs)
				rng.Shuffle(len(docs), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
				batch = detector(t, o)
				addAll(t, batch, shuffled, threads)
				require.Equal(t, want, clustersOf(batch), "shuffled, %d threads", threads)
			}
		})
	}
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
