package cluster

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What each member is shown with is the closest earlier one, judged by comparing it
// with all that come before it.
func TestOfIsTheClosestEarlierMember(t *testing.T) {
	t.Parallel()
	shown, closest := 0, 0
	for seed := range uint64(8) {
		m := newMaker(t, seed)
		docs, _ := m.collection(60)
		byID := map[string]Entry{}
		x := newIndex(t, Options{})
		for i, e := range docs {
			if i%3 == 0 { // removals leave representatives behind
				story := e
				story.ID, story.Published = fmt.Sprintf("copy-%d", i), e.Published.Add(-time.Second)
				byID[story.ID] = story
				_, err := x.Add(story)
				require.NoError(t, err)
			}
			byID[e.ID] = e
			_, err := x.Add(e)
			require.NoError(t, err)
		}
		for i, e := range docs {
			if i%7 == 0 {
				x.Remove(e.ID)
			}
		}
		for c := range x.Clusters() {
			require.Empty(t, c.Members[0].Of)
			for i, member := range c.Members[1:] {
				d, of := x.docs.Find(member.ID), x.docs.Find(member.Of)
				require.NotNil(t, of)
				require.Negative(t, of.Before(d))
				f := x.compareDocuments(d, of)
				require.InDelta(t, f.Jaccard(), member.Jaccard, 1e-9)
				best := 0.
				for _, o := range c.Members[:i+1] {
					if match, ok := x.Match(byID[d.ID], byID[o.ID]); ok {
						best = max(best, match.Jaccard)
					}
				}
				shown++
				// Of near-identical ones any may be named.
				if member.Jaccard >= best-(1-nearlyIdentical) {
					closest++
				}
			}
		}
	}
	t.Logf("%d members, %d with the closest or one nearly identical to it", shown, closest)
	assert.Greater(t, shown, 300)
	assert.GreaterOrEqual(t, closest, shown*99/100)
}
