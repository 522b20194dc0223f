package origin

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A corpus may set what evidence is worth, by the names of Weights only.
func TestWeightsOfCorpus(t *testing.T) {
	m := prepare(Document{ID: "a", Site: "a.example", Text: story}, Document{ID: "b", Site: "b.example", Text: story + "\nThe Associated Press contributed to this report."})
	w := Weights()
	before := Judge(m, &Corpus{})
	require.Equal(t, before, Judge(m, &Corpus{Weights: w}))
	w["hidden prior"] += 9
	require.Greater(t, Judge(m, &Corpus{Weights: w}).Probability, before.Probability)

	c := Corpus{Weights: w}
	b, err := c.MarshalJSON()
	require.NoError(t, err)
	var again Corpus
	require.NoError(t, again.UnmarshalJSON(b))
	require.Equal(t, c, again)
	require.ErrorIs(t, again.UnmarshalJSON([]byte(`{"format":"reprint origin corpus 1","weights":{"luck":1}}`)), ErrCorpus)
}

func TestClocksAreLearned(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var c Corpus
	for i := range 60 {
		day := noon.AddDate(0, 0, i)
		c.Learn(Prepare(Document{ID: fmt.Sprint(i), Site: "feed.example", Published: day.Add(time.Duration(r.IntN(80000)) * time.Second)}), false)
		c.Learn(Prepare(Document{ID: fmt.Sprint(i), Site: "crawl.example", Published: day.AddDate(0, 0, -i%10).Add(time.Duration(i) * time.Second)}), false)
		c.Learn(Prepare(Document{ID: fmt.Sprint(i), Site: "days.example", Published: day.Truncate(24 * time.Hour)}), false)
	}
	c.Learn(Prepare(Document{ID: "x", Site: "rare.example", Published: noon}), false)
	want := map[string]Clock{"feed.example": Page, "crawl.example": Crawl, "days.example": Day, "rare.example": Unknown, "other.example": Unknown}
	for site, clock := range want {
		require.Equal(t, clock, c.Clock("s:"+site), site)
	}
}

func TestCorpusBytes(t *testing.T) {
	var c Corpus
	c.Learn(Prepare(Document{ID: "a", Site: "feed.example", Published: noon}), false)
	m := prepare(Document{ID: "a", Site: "feed.example"}, Document{ID: "b", Site: "apnews.com"})
	c.LearnLead(m[1], m[0], 0.9)
	b, err := json.Marshal(&c)
	require.NoError(t, err)
	require.JSONEq(t, `{"format":"reprint origin corpus 1","docs":1,"sites":{"s:feed.example":{"times":[1715083200]}},"leads":{"n:AP\ts:feed.example":[0.9,0]}}`, string(b))
	var d Corpus
	require.NoError(t, json.Unmarshal(b, &d))
	require.Equal(t, c, d)
	require.Positive(t, d.lead(m[1], m[0]))
	require.Equal(t, -d.lead(m[1], m[0]), d.lead(m[0], m[1]))
	for _, bad := range []string{`{}`, `{"format":"reprint origin corpus 2"}`, `{"format":"reprint origin corpus 1","sites":{"a":null}}`,
		`{"format":"reprint origin corpus 1","sites":{"a":{"times":[2,1]}}}`, `{"format":"reprint origin corpus 1","leads":{"a":[-1,0]}}`, `[]`} {
		before := d
		require.ErrorIs(t, json.Unmarshal([]byte(bad), &d), ErrCorpus, bad)
		require.Equal(t, before, d)
	}
}

func FuzzCorpus(f *testing.F) {
	f.Add([]byte(`{"format":"reprint origin corpus 1","sites":{"s:feed.example":{"times":[1715083200]}}}`))
	f.Add([]byte(`{"format":"reprint origin corpus 1","leads":{"a\tb":[1,2]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var c Corpus
		if err := c.UnmarshalJSON(b); err != nil {
			require.ErrorIs(t, err, ErrCorpus)
			return
		}
		out, err := json.Marshal(&c)
		require.NoError(t, err)
		var d Corpus
		require.NoError(t, json.Unmarshal(out, &d))
	})
}

// A string that stands in brackets with several owners, in documents that have
// copies, is learned as the name of a source. What one site has is its frame.
func TestNamesAreLearned(t *testing.T) {
	var c Corpus
	for i := range 12 {
		site := fmt.Sprintf("paper%d.example", i%4)
		c.Learn(Prepare(Document{ID: fmt.Sprint("a", i), Site: site, Text: fmt.Sprintf("%s (Fjordnytt) The case is %d. (Own Frame)", story, i)}), true)
		c.Learn(Prepare(Document{ID: fmt.Sprint("b", i), Site: site, Text: fmt.Sprintf("%s Case %d.", story, i)}), i%3 == 0)
		c.Learn(Prepare(Document{ID: fmt.Sprint("c", i), Site: "frame.example", Text: fmt.Sprintf("%s Case %d. (Our Frame)", story, i)}), true)
	}
	var names []string
	for _, s := range c.Names() {
		names = append(names, s.Name)
	}
	require.Contains(t, names, "Fjordnytt")
	require.NotContains(t, names, "Our Frame")

	docs := []Document{
		{ID: "x", Site: "paper1.example", Text: story + " (Fjordnytt)"},
		{ID: "y", Site: "paper2.example", Text: story + " Tomorrow more. (Fjordnytt)"},
	}
	require.Equal(t, "unknown", Judge(prepare(docs...), nil).Origin.String())
	require.Equal(t, "hidden:Fjordnytt", Judge(prepare(docs...), &c).Origin.String())
}
