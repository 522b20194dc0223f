package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/passage"
)

func TestDecision(t *testing.T) {
	m := func(id string, r passage.Relation) cluster.Match {
		for v, name := range verdicts {
			if name == r && v > 0 {
				return cluster.Match{ID: id, Verdict: cluster.Verdict(v), Together: true}
			}
		}
		t.Fatalf("no verdict for %s", r)
		return cluster.Match{}
	}
	apart := func(m cluster.Match) cluster.Match {
		m.Together = false
		return m
	}
	for name, c := range map[string]struct {
		size     int
		matches  []cluster.Match
		relation passage.Relation
		of       string
	}{
		"nothing like it":           {1, nil, "", ""},
		"alike but not one article": {1, []cluster.Match{apart(m("a", passage.Revision))}, "", ""},
		"a copy in another cluster": {2, []cluster.Match{apart(m("a", passage.Copy)), m("b", passage.Revision)}, passage.Revision, "b"},
		"a passage of another":      {2, []cluster.Match{m("a", passage.Derived)}, "", ""},
		"a copy":                    {2, []cluster.Match{m("a", passage.Copy)}, passage.Copy, "a"},
		"the closest, then the strongest": {4, []cluster.Match{
			m("a", passage.Excerpt), m("b", passage.Revision), m("c", passage.Copy), m("d", passage.Copy),
		}, passage.Copy, "c"},
		"an excerpt before a revision": {3, []cluster.Match{m("a", passage.Revision), m("b", passage.Excerpt)}, passage.Excerpt, "b"},
	} {
		d := DecisionOf(cluster.Added{Cluster: "x", Size: c.size, Matches: c.matches})
		require.Equal(t, Decision{c.relation, c.of, "x", c.size, c.matches}, d, name)
	}
}
