package service

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

func TestDecide(t *testing.T) {
	m := func(id string, r reprint.Relation) reprint.Match {
		return reprint.Match{ID: id, Relation: r, Figures: reprint.Figures{Score: .98765, Jaccard: .5}}
	}
	for name, c := range map[string]struct {
		added reprint.Added
		want  string
		of    string
	}{
		"nothing like it":           {reprint.Added{Cluster: "x", Size: 1}, "new", ""},
		"alike but not one article": {reprint.Added{Cluster: "x", Size: 1, Matches: []reprint.Match{m("a", reprint.Revision)}}, "new", ""},
		"a copy":                    {reprint.Added{Cluster: "a", Size: 2, Matches: []reprint.Match{m("a", reprint.Copy)}}, "copy", "a"},
		"the first by its date":     {reprint.Added{Cluster: "x", Size: 2, Matches: []reprint.Match{m("a", reprint.Excerpt)}}, "excerpt", "a"},
		"the closest, then the strongest": {reprint.Added{Cluster: "a", Size: 4, Matches: []reprint.Match{
			m("a", reprint.Excerpt), m("b", reprint.Revision), m("c", reprint.Copy), m("d", reprint.Copy),
		}}, "copy", "c"},
	} {
		got := decide("x", c.added)
		require.Equal(t, c.want, got.Decision, name)
		require.Equal(t, c.of, got.Of, name)
		require.Len(t, got.Matches, len(c.added.Matches), name)
		for _, m := range got.Matches {
			require.Equal(t, .9877, m.Containment)
		}
	}
}
