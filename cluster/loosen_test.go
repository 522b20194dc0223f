package cluster

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// versions adds versions of one story to an index, each with half of it, so that some
// match and some do not, and all end in one cluster.
func (m *maker) versions(t *testing.T, x *Index, n int) (ids []string) {
	story := m.text(400)
	for i := range n {
		var text []uint64
		for _, h := range story {
			if m.rng.IntN(2) == 0 {
				text = append(text, h)
			}
		}
		e := m.entry(fmt.Sprintf("version%04d", i), append(text, m.text(20)...))
		_, err := x.Add(e)
		require.NoError(t, err)
		ids = append(ids, e.ID)
	}
	return ids
}

var loosely = Options{Overlap: .2}

// A large cluster is clustered again when half of its links are bridges, and not before.
func TestRuleMostBridges(t *testing.T) {
	t.Parallel()
	for fewer, again := range map[int]bool{0: true, 1: false} {
		m := newMaker(t, 1)
		x := newIndex(t, loosely)
		g := x.group(x.docs.Find(m.versions(t, x, 100)[0]))
		require.Greater(t, len(g.Reps), mostRegrouped+1)
		bridges := len(g.Reps)/2 - fewer // of one document fewer
		links := map[uint32]int{}
		for _, l := range g.Links {
			links[l.From]++
			links[l.To]++
		}
		leaf := slices.IndexFunc(g.Links, func(l records.Link) bool { return links[l.From] == 1 || links[l.To] == 1 })
		for i := range g.Links {
			if l := &g.Links[i]; i != leaf && bridges > 0 {
				l.Match = records.Match{With: l.To}
				bridges--
			}
		}
		n := g.Links[leaf].From
		if links[n] > 1 {
			n = g.Links[leaf].To
		}
		_, ok := x.Remove(x.docs.Get(n).ID)
		require.True(t, ok)
		requireSound(t, x)
		assert.Equal(t, again, x.groups.Get(g.Number) != g)
	}
}

// What comes and goes, in whatever order, leaves a large cluster sound, with the right
// document as its first one.
func TestLargeClustersStaySound(t *testing.T) {
	t.Parallel()
	m := newMaker(t, 2)
	x := newIndex(t, loosely)
	ids := m.versions(t, x, 300)
	x.Remove(ids[0])
	for round := range 3 {
		for i, n := range m.rng.Perm(len(ids))[:len(ids)/3] {
			x.Remove(ids[n])
			if i%3 == round {
				_, err := x.Add(m.entry(ids[n], m.text(300)))
				require.NoError(t, err)
			}
			if i%10 == 0 {
				requireSound(t, x)
				requireMembersThere(t, x)
			}
		}
	}
	for _, id := range ids {
		x.Remove(id)
		requireSound(t, x)
	}
	assert.Empty(t, clusters(x))
}

// requireMembersThere checks that each member names another one, with which it has
// something in common, and that following these leads to the first.
func requireMembersThere(t *testing.T, x *Index) {
	for c := range x.Clusters() {
		of := map[string]string{}
		for _, m := range c.Members {
			of[m.ID] = m.Of
			if m.ID != c.ID {
				require.Positive(t, m.Score)
			}
		}
		for _, m := range c.Members {
			id := m.ID
			for range c.Members {
				if id == c.ID {
					break
				}
				id = of[id]
			}
			require.Equal(t, c.ID, id)
		}
	}
}
