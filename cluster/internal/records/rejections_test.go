package records

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Of cores that there are, rejections know what a map knows that forgets nothing, and keep
// little of others.
func TestRejections(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	docs, groups := InMemory(false)
	const n = 1000
	for i := range n {
		docs.Allocate(&Document{ID: fmt.Sprint(i)}, &Entry{})
	}
	c := Clusters{docs, groups}
	core := func(n uint32) (uint32, int) {
		if g := c.Group(docs.Get(n)); g != nil {
			return g.Reps[0], g.CoreVersion
		}
		return n, 0
	}
	r, all := NewRejections(c), map[Rejection]bool{}
	pair := func() (a, b uint32, p Rejection) {
		a, b = uint32(rng.IntN(n)), uint32(rng.IntN(n))
		firstA, versionA := core(a)
		firstB, versionB := core(b)
		p = RejectionOf(firstA, versionA, firstB, versionB)
		require.Equal(t, p, RejectionOf(firstB, versionB, firstA, versionA))
		return a, b, p
	}
	most := 0
	for range 60_000 {
		a, b, p := pair()
		require.Equal(t, all[p], r.Has(p))
		if rng.IntN(60) > 0 {
			r.Add(p)
			all[p] = true
			most = max(most, len(r.pairs))
			continue
		}
		into, from := c.Group(docs.Get(a)), c.Group(docs.Get(b))
		if into == nil {
			into = &Group{Reps: []uint32{a}}
			groups.Allocate(into)
			docs.Get(a).NeedLinks().Group = into.Number + 1
		}
		if into == from || a == b {
			continue
		}
		into.CoreVersion++
		joining := []uint32{b}
		if from != nil {
			joining = from.Reps
			groups.Release(from)
		}
		into.Reps = append(into.Reps, joining...)
		for _, n := range joining {
			docs.Get(n).NeedLinks().Group = into.Number + 1
		}
	}
	require.Less(t, most, len(all)/2)
	var none *Rejections
	none.Add(Rejection{})
	require.False(t, none.Has(Rejection{}))
}
