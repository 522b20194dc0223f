package outlets

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func member(id, site, of string, r reprint.Relation, hours int) reprint.Member {
	m := reprint.Member{Relation: r}
	m.ID, m.Of, m.Site, m.Published = id, of, site, noon.Add(time.Duration(hours)*time.Hour)
	return m
}

func TestOutlets(t *testing.T) {
	var table Table
	table.Add(reprint.Cluster{ID: "1", Members: []reprint.Member{
		member("1", "Gazette", "", "", 0),
		member("2", "www.portal.example", "1", reprint.Copy, 2),
		member("3", "news.portal.example", "2", reprint.Revision, 3),
		member("4", "", "2", reprint.Excerpt, 10),
	}})
	table.Add(reprint.Cluster{ID: "5", Members: []reprint.Member{member("5", "Gazette", "", "", 9)}})
	two, eight := 2., 8.
	require.Equal(t, []Outlet{
		{Outlet: "Gazette", Articles: 2, Own: 2, TakenFrom: Numbers{}, TakenBy: Numbers{"portal.example": 1}},
		{
			Outlet: "portal.example", Articles: 2, Taken: 1, Copies: 1, Repeated: 1, Share: .5, MedianDelay: &two,
			TakenFrom: Numbers{"Gazette": 1}, TakenBy: Numbers{None: 1},
		},
		{Outlet: None, Articles: 1, Taken: 1, Excerpts: 1, Share: 1, MedianDelay: &eight, TakenFrom: Numbers{"portal.example": 1}, TakenBy: Numbers{}},
	}, table.Outlets())
	var matrix string
	for name, row := range table.Matrix() {
		matrix += fmt.Sprintln(name, row)
	}
	require.Equal(t, "Gazette [0 0 0]\nportal.example [1 0 0]\n(no site) [0 1 0]\n", matrix)

	var none Table
	require.Empty(t, none.Outlets())
	for range none.Matrix() {
		t.Fatal("of nothing")
	}
}

// Every article is own, taken or repeated; what is taken is taken from somebody, and by
// somebody; the matrix says the same; and the order in which clusters come does not count.
func TestTable(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	relations := []reprint.Relation{reprint.Copy, reprint.Excerpt, reprint.Revision}
	var clusters []reprint.Cluster
	for n := range 300 {
		var c reprint.Cluster
		for i := range 1 + rng.IntN(6) {
			of := ""
			if i > 0 {
				of = fmt.Sprint(n, "-", rng.IntN(i))
			}
			c.Members = append(c.Members, member(fmt.Sprint(n, "-", i), fmt.Sprintf("paper%d.example", rng.IntN(9)), of, relations[rng.IntN(3)], rng.IntN(50)))
		}
		clusters = append(clusters, c)
	}
	var table, other Table
	for i := range clusters {
		table.Add(clusters[i])
		other.Add(clusters[len(clusters)-1-i])
	}
	all := table.Outlets()
	require.Equal(t, all, other.Outlets())
	sum := func(n Numbers) (total int) {
		for _, k := range n {
			total += k
		}
		return total
	}
	taken, by, i := 0, 0, 0
	columns := make([]int, len(all))
	for name, row := range table.Matrix() {
		o := all[i]
		require.Equal(t, o.Outlet, name)
		require.Equal(t, o.Articles, o.Own+o.Taken+o.Repeated)
		require.Equal(t, o.Taken, o.Copies+o.Excerpts+o.Revisions)
		require.Equal(t, o.Taken, sum(o.TakenFrom))
		require.InDelta(t, float64(o.Taken)/float64(o.Articles), o.Share, 1e-9)
		for j, n := range row {
			require.Equal(t, o.TakenFrom[all[j].Outlet], n)
			columns[j] += n
		}
		taken, by, i = taken+o.Taken, by+sum(o.TakenBy), i+1
	}
	require.Equal(t, taken, by)
	for j, n := range columns {
		require.Equal(t, sum(all[j].TakenBy), n)
	}
}

func TestWords(t *testing.T) {
	n := Numbers{"b": 2, "a": 2, "c": 5}
	require.Equal(t, "c 5, a 2, b 2", n.String())
	require.Equal(t, "c 5, 2 more", n.Words(1))
	require.Empty(t, Numbers{}.String())
}

// Two outlets with one name keep their domains apart.
func TestNames(t *testing.T) {
	var n Names
	n.Note("The Gazette", "https://gazette.example/1")
	n.Note("The Gazette", "https://other.example/1")
	n.Note("other.example", "https://other.example/2")
	require.Equal(t, "The Gazette", n.Name("gazette.example"))
	require.Equal(t, "other.example", n.Name("other.example"))
	require.Equal(t, Numbers{"The Gazette": 3, "other.example": 1}, n.Count(map[string]int{"gazette.example": 3, "other.example": 1}))
}
