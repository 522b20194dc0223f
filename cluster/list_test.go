package cluster

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The parts of a cluster are the cluster, whatever has been removed of it.
func TestParts(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{}, {SamplesOnly: true}} {
		m := newMaker(t, 4)
		docs := m.hard()
		x, stored := newIndex(t, o), openStored(t, o, newMapStorage())
		s := stored.backend.(*inStorage).storage.(*mapStorage)
		for i := range docs {
			_, err := x.Add(docs[i])
			require.NoError(t, err)
			s.entries[uint64(i+1)] = docs[i]
			_, err = stored.AddAt(stored.prepare(&docs[i]), uint64(i+1))
			require.NoError(t, err)
		}
		for i, at := range m.rng.Perm(len(docs))[:len(docs)/2] {
			if i%30 == 0 {
				for c := range x.Clusters() {
					requireParts(t, x, c, 1+m.rng.IntN(9))
					requireParts(t, stored, c, 1+m.rng.IntN(90))
				}
				checkpoint(t, stored)
			}
			x.Remove(docs[at].ID)
			_, _, err := stored.RemoveAt(docs[at].ID, uint64(len(docs)+i+1))
			require.NoError(t, err)
		}
	}
}

func requireParts(t *testing.T, x *Index, want Cluster, limit int) {
	got := Cluster{ID: want.ID}
	for from, i := "", 0; i == 0 || from != ""; i++ {
		p, err := x.ClusterPart(want.Members[len(want.Members)-1].ID, from, limit)
		require.NoError(t, err)
		require.Equal(t, want.ID, p.ID)
		require.Len(t, want.Members, p.Size)
		require.LessOrEqual(t, len(p.Members), limit)
		got.Members = append(got.Members, p.Members...)
		from = p.Next
	}
	require.Equal(t, want, got)
}

func TestPartsThatAreNotThere(t *testing.T) {
	m := newMaker(t, 1)
	x := newIndex(t, Options{})
	_, err := x.Add(m.entry("a", m.text(50)))
	require.NoError(t, err)
	for _, from := range []string{"a", ".", "!.a", "zzzzzzzzzzzzzzzzzzz.a"} {
		_, err := x.ClusterPart("a", from, 0)
		assert.ErrorIs(t, err, ErrOptions, from)
	}
	p, err := x.ClusterPart("a", "", -1)
	require.NoError(t, err)
	assert.Equal(t, ClusterPart{Cluster: Cluster{ID: "a"}, Size: 1}, p)
	_, err = x.ClusterPart("b", "", 0)
	assert.ErrorIs(t, err, ErrUnknown)
	p, err = x.ClusterPart("a", "1y2p0ij32e8e7.b", 0)
	require.NoError(t, err)
	assert.Equal(t, ClusterPart{Cluster: Cluster{ID: "a", Members: []Member{}}, Size: 1}, p)
}

// While a large cluster gains and loses members, each listing is what it was at one
// moment: all members that stay are in it, and each but the first is there because of
// another.
func TestListedWhileItChanges(t *testing.T) {
	t.Parallel()
	m := newMaker(t, 2)
	story := m.text(400)
	var entries []Entry
	for i := range 600 {
		text := story
		if i%3 == 0 {
			text = append(m.text(50), story[:250]...)
		}
		entries = append(entries, m.entry(fmt.Sprintf("%03d", i), text))
	}
	x := newIndex(t, Options{})
	for _, e := range entries {
		_, err := x.Add(e)
		require.NoError(t, err)
	}
	var all sync.WaitGroup
	done := make(chan bool)
	for range 2 {
		all.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				c, err := x.Cluster("599")
				assert.NoError(t, err)
				assert.Equal(t, c.ID, c.Members[0].ID)
				ids := map[string]bool{}
				for _, m := range c.Members {
					ids[m.ID] = true
				}
				assert.Len(t, ids, len(c.Members))
				for i := 500; i < 600; i++ {
					assert.Contains(t, ids, entries[i].ID)
				}
				for _, m := range c.Members[1:] {
					assert.Contains(t, ids, m.Of)
				}
				assert.True(t, slices.IsSortedFunc(c.Members, func(a, b Member) int { return slices.Compare([]string{a.ID}, []string{b.ID}) }))
			}
		})
	}
	for i := range 1500 {
		e := entries[m.rng.IntN(500)]
		if i%2 == 0 {
			x.Remove(e.ID)
		} else {
			_, err := x.Add(e)
			assert.NoError(t, err)
		}
	}
	close(done)
	all.Wait()
}
