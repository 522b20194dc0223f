package known

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// A shelf is documents by their names.
type shelf struct {
	records.Clusters
	byName map[string]*records.Document
}

// newShelf makes documents of which a leads in a1 and a2, and matches b and c. Of these b
// leads in b1, and is in a cluster with z, which a does not match. n is alone.
func newShelf() *shelf {
	docs, groups := records.InMemory(false)
	s := &shelf{records.Clusters{Documents: docs, Groups: groups}, map[string]*records.Document{}}
	for i, name := range []string{"z", "a", "a1", "c", "b", "b1", "a2", "n"} {
		d := &records.Document{ID: name, Arrival: uint64(i + 1)}
		docs.Allocate(d, &records.Entry{})
		s.byName[name] = d
	}
	for _, reps := range [][]string{{"a"}, {"z", "b"}} {
		g := &records.Group{}
		groups.Allocate(g)
		for _, name := range reps {
			g.Reps = append(g.Reps, s.byName[name].Number)
			s.byName[name].NeedLinks().Group = g.Number + 1
		}
	}
	s.follow("b1", "b")
	s.follow("a1", "a")
	s.follow("a2", "a")
	s.match("a", "c", .6)
	s.match("a", "b", .7)
	return s
}

func (s *shelf) follow(duplicate, of string) {
	d, r := s.byName[duplicate], s.byName[of]
	d.Links = &records.Links{Duplicate: &records.Duplicate{Of: r.Number, Likeness: records.Match{With: r.Number, Score: .9, Common: 9, A: 9, B: 10}}}
	r.NeedRepresentative().Duplicates = append(r.NeedRepresentative().Duplicates, d.Number)
}

func (s *shelf) match(a, b string, score float64) {
	d, o := s.byName[a], s.byName[b]
	m := records.Match{With: o.Number, Score: score, Common: 6, A: 10, B: 20}
	d.NeedLinks().Matches = append(d.Matches(), m)
	o.NeedLinks().Matches = append(o.Matches(), m.Swap(d.Number))
}

func (s *shelf) name(n uint32) string { return s.Documents.Get(n).ID }

func anyone(uint32) bool { return true }

func TestAround(t *testing.T) {
	s := newShelf()
	for name, want := range map[string][]string{
		"a":  {"a1", "a2", "b 0.7", "b1", "c 0.6", "z"},
		"a2": {"a 0.9", "a1", "b", "b1", "c", "z"},
		"b":  {"b1", "a 0.7", "a1", "a2", "z"},
		"b1": {"b 0.9", "a", "a1", "a2", "z"},
		"c":  {"a 0.6", "a1", "a2"},
		"z":  {"b", "b1"},
		"n":  nil,
	} {
		var got []string
		for n, m := range Around(s.Clusters, s.byName[name], anyone) {
			id := s.name(n)
			if m != nil {
				require.Equal(t, n, m.With)
				id += fmt.Sprintf(" %.1f", m.Score)
			}
			got = append(got, id)
		}
		require.Equal(t, want, got, name)
		for most := range got { // it may be left anywhere
			n := 0
			for range Around(s.Clusters, s.byName[name], anyone) {
				if n++; n > most {
					break
				}
			}
			require.Equal(t, most+1, n)
		}
		var odd []string // those that are wanted alone
		for n := range Around(s.Clusters, s.byName[name], func(n uint32) bool { return n%2 > 0 }) {
			odd = append(odd, s.name(n))
		}
		var all []string
		for n := range Around(s.Clusters, s.byName[name], anyone) {
			if n%2 > 0 {
				all = append(all, s.name(n))
			}
		}
		require.Equal(t, all, odd)
	}
}

// What is kept is not compared again, but where the judge said that it is two articles.
func TestMatches(t *testing.T) {
	for name, c := range map[string]struct {
		of       string
		change   func(s *shelf, q *Question)
		want     []string
		compared []string
	}{
		"a representative": {"a", nil, []string{"a1", "a2", "b", "c", "b1"}, []string{"b1", "z"}},
		"a duplicate":      {"a1", nil, []string{"a", "a2", "b", "b1", "c"}, []string{"a2", "b", "b1", "c", "z"}},
		"few":              {"a", func(_ *shelf, q *Question) { q.Most = 3 }, []string{"a1", "a2", "b"}, nil},
		"few wanted": {"a", func(s *shelf, q *Question) {
			q.Most, q.Wanted = 2, func(n uint32) bool { return n < s.byName["b1"].Number }
		}, []string{"a1", "b"}, nil},
		"few comparisons": {"a1", func(_ *shelf, q *Question) { q.Comparisons = 2 }, []string{"a", "a2", "b"}, []string{"a2", "b"}},
		"no comparisons":  {"a", func(_ *shelf, q *Question) { q.Comparisons = 0 }, []string{"a1", "a2", "b", "c"}, nil},
		"what is gone":    {"a1", func(s *shelf, _ *Question) { s.byName["a"].Gone, s.byName["b"].Gone = true, true }, []string{"a2", "b1", "c"}, []string{"a2", "b1", "c", "z"}},
		"what counts no more": {"a", func(_ *shelf, q *Question) {
			q.Counts = func(_ *records.Document, m *records.Match) bool { return m.Score > .6 }
		}, []string{"a1", "a2", "b", "b1"}, []string{"b1", "z"}},
		"apart": {"a", func(s *shelf, _ *Question) {
			for i := range s.byName["a"].Links.Matches {
				s.byName["a"].Links.Matches[i].Apart = true
			}
		}, []string{"a1", "a2", "b", "b1", "c"}, []string{"b", "b1", "c", "z"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf()
			var compared []string
			q := &Question{
				Wanted: anyone, Most: 10, Comparisons: 10,
				Counts: func(d *records.Document, m *records.Match) bool {
					require.Equal(t, c.of, d.ID)
					return true
				},
				Compare: func(o *records.Document) (records.Match, bool) {
					compared = append(compared, o.ID)
					return records.Match{With: o.Number, Score: .5, Common: 1, A: 2, B: 2}, o.ID != "z"
				},
			}
			if c.change != nil {
				c.change(s, q)
			}
			var got []string
			for _, f := range q.Matches(s.Clusters, s.byName[c.of]) {
				require.Equal(t, f.Document.Number, f.With)
				if f.Score == .9 && c.of == "a" { // as the representative has it
					require.EqualValues(t, []uint32{10, 9}, []uint32{f.A, f.B})
				}
				got = append(got, f.Document.ID)
			}
			require.Equal(t, c.want, got)
			require.Equal(t, c.compared, compared)
		})
	}
}

func TestByCluster(t *testing.T) {
	s := newShelf()
	looks := 0
	look := func(at func()) { looks++; at() }
	require.Empty(t, ByCluster(s.Documents, nil, look))
	// n is alone and nobody is not there; a leads in a1; b is in a cluster with z.
	require.Equal(t, []int{1, 3, 2, 5, 0, 4}, ByCluster(s.Documents, []string{"b", "n", "a1", "nobody", "z", "a"}, look))
	require.Equal(t, 6, looks)
}
