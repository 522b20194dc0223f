package service

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// addNumbered adds documents with a site and a time, all copies of one article.
func addNumbered(t *testing.T, p *caller, prefix, text string, n int) {
	for i := range n {
		b, err := json.Marshal(map[string]any{
			"id": fmt.Sprintf("%s%03d", prefix, i), "text": text, "site": fmt.Sprintf("www.%s%d.example", prefix, i%3), "title": "On " + prefix,
			"published": time.Date(2026, 3, 1+i%5, 6, 0, 0, 0, time.UTC),
		})
		require.NoError(t, err)
		postDocument(t, p, "/documents", b)
	}
}

// Pages have every member once, in the order of the cluster, for any limit in items and
// in bytes.
func TestPagesOfMembers(t *testing.T) {
	for _, o := range []Options{{}, {Answer: 1}, {Answer: 500}} {
		p, s := inProcess(t, store.Options{}, o)
		addNumbered(t, p, "m", lighthouse, 25)
		whole, err := s.store.Cluster("m003")
		require.NoError(t, err)
		var want []string
		for _, m := range whole.Members {
			want = append(want, m.ID)
		}
		for _, limit := range []int{1, 7, 25, 1000} {
			var got []string
			for next := ""; ; {
				c := get[cluster](t, p, fmt.Sprintf("/clusters/m003?limit=%d&page=%s", limit, next))
				require.Equal(t, 25, c.Size)
				require.LessOrEqual(t, len(c.Members), limit)
				require.NotEmpty(t, c.Members)
				for _, m := range c.Members {
					got = append(got, m.ID)
					require.NotEmpty(t, m.Site)
					require.NotNil(t, m.Published)
				}
				if next = c.Next; next == "" {
					break
				}
			}
			require.Equal(t, want, got)
		}
		// The next page goes on where the last one ended, also when what stood there has gone.
		c := get[cluster](t, p, "/clusters/m003?limit=10")
		gone := c.Members[len(c.Members)-1].ID
		_, _, err = p.do("DELETE", "/documents/"+gone, "", nil)
		require.NoError(t, err)
		d := get[cluster](t, p, "/clusters/m003?limit=10&page="+c.Next)
		require.Equal(t, 24, d.Size)
		require.Contains(t, want, d.Members[0].ID)
	}
}

func TestPagesOfClusters(t *testing.T) {
	p, _ := inProcess(t, store.Options{}, Options{Fresh: time.Nanosecond})
	want := map[string]int{}
	for i := range 9 {
		prefix := string(rune('a' + i))
		addNumbered(t, p, prefix, article(i), 1+i%4)
		if i%4 > 0 {
			want[prefix+"000"] = 1 + i%4
		}
	}
	for _, limit := range []int{1, 2, 100} {
		got, last := map[string]int{}, 1000
		for next := ""; ; {
			page := get[clusters](t, p, fmt.Sprintf("/clusters?limit=%d&page=%s", limit, next))
			require.Equal(t, len(want), page.Total)
			for _, c := range page.Clusters {
				require.NotContains(t, got, c.ID)
				require.LessOrEqual(t, c.Size, last)
				got[c.ID], last = c.Size, c.Size
				require.Len(t, c.Sites, min(c.Size, 3))
				require.Equal(t, "On "+c.ID[:1], c.Title)
				require.Equal(t, 1, c.First.Day())
				require.Equal(t, c.Size, c.Last.Day())
			}
			if next = page.Next; next == "" {
				break
			}
		}
		require.Equal(t, want, got)
	}
	for query, total := range map[string]int{
		"min-size=3": 4, "min-size=4": 2, "min-size=5": 0, "since=2026-03-03": 4, "since=2026-03-03T06:00:01Z": 2, "since=2027-01-01": 0,
		"site=b1.example": 1, "site=news.b1.example": 1, "site=b2.example": 0, "site=d2.example&min-size=4&since=2026-03-01": 1,
	} {
		require.Equal(t, total, get[clusters](t, p, "/clusters?"+query).Total, query)
	}
	for _, query := range []string{"min-size=1", "min-size=x", "since=yesterday", "limit=0", "limit=1001", "page=!", "page=" + url.QueryEscape("{}")} {
		status, text, err := p.do("GET", "/clusters?"+query, "", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusBadRequest, status, query+text)
	}
}

// A listing is made once for all who ask within some seconds.
func TestListingIsKept(t *testing.T) {
	p, _ := inProcess(t, store.Options{}, Options{Fresh: time.Hour})
	addNumbered(t, p, "a", lighthouse, 2)
	first := get[clusters](t, p, "/clusters")
	addNumbered(t, p, "b", orchard, 2)
	require.Equal(t, first, get[clusters](t, p, "/clusters"))
	require.Equal(t, 2, get[cluster](t, p, "/clusters/b000").Size, "a small cluster is as it is")

	var r recently
	now := time.Now()
	for i := range 2 * mostKept {
		r.keep(cluster1000(i), now.Add(time.Second))
	}
	require.Len(t, r.kept, mostKept)
	_, ok := r.get("0", now)
	require.False(t, ok)
	c, ok := r.get(fmt.Sprint(2*mostKept-1), now)
	require.True(t, ok)
	require.Equal(t, fmt.Sprint(2*mostKept-1), c.ID)
	_, ok = r.get(c.ID, now.Add(time.Minute))
	require.False(t, ok)
}

// What a large cluster was is told of any of its documents.
func TestLargeClusterIsKept(t *testing.T) {
	p, s := inProcess(t, store.Options{}, Options{Fresh: time.Hour})
	copies := func(yield func(reprint.Document, error) bool) {
		for i := range largeCluster {
			if !yield(reprint.Document{ID: fmt.Sprintf("a%04d", i), Text: lighthouse}, nil) {
				return
			}
		}
	}
	require.NoError(t, s.store.AddAll(t.Context(), copies, reprint.AddAllOptions{}))
	require.Equal(t, largeCluster, get[cluster](t, p, "/clusters/a0003").Size)
	post(t, p, "b", lighthouse)
	for _, id := range []string{"a0000", "a0500", "b"} {
		require.Equal(t, largeCluster, get[cluster](t, p, "/clusters/"+id).Size)
	}
	require.Len(t, s.large.kept, 1)
	require.Equal(t, largeCluster+1, get[place](t, p, "/documents/b").Size, "which takes no listing")
}

// A query says what adding would, and adds nothing.
func TestQuery(t *testing.T) {
	p, s := inProcess(t, store.Options{}, Options{})
	addNumbered(t, p, "a", lighthouse, 3)
	before := s.store.Len()
	d := postDocument(t, p, "/query", asJSON("q", edited(lighthouse)))
	require.Equal(t, "copy", d.Decision)
	require.Equal(t, "a000", d.Cluster)
	require.Equal(t, 3, d.Size)
	require.NotEmpty(t, d.Of)
	require.Len(t, d.Matches, 3)
	require.Equal(t, decision{ID: "q", Decision: "new"}, postDocument(t, p, "/query", asJSON("q", orchard)))
	require.Equal(t, before, s.store.Len())
	status, text, err := p.do("POST", "/query", "application/x-ndjson", strings.NewReader(string(asJSON("q", lighthouse))+"\n"+string(asJSON("r", orchard))))
	require.NoError(t, err)
	require.Equal(t, 200, status)
	require.Equal(t, 2, strings.Count(text, "\n"))
}

// An origin is that of the command, of the texts that the store keeps.
func TestOrigin(t *testing.T) {
	p, _ := inProcess(t, store.Options{}, Options{})
	addNumbered(t, p, "a", "TARN (Kestrel News) - "+lighthouse, 3)
	o := get[whose](t, p, "/origin?id=a001")
	require.Equal(t, "a000", o.Cluster)
	require.Equal(t, 3, o.Size)
	require.Equal(t, 3, o.Judged)
	require.NotEmpty(t, o.Origin)

	p, _ = inProcess(t, store.Options{Texts: store.DropTexts}, Options{})
	addNumbered(t, p, "a", lighthouse, 2)
	status, text, err := p.do("GET", "/origin?id=a000", "", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusConflict, status, text)
}

func cluster1000(i int) (c reprint.Cluster) {
	c.ID = fmt.Sprint(i)
	return c
}
