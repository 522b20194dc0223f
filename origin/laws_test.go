package origin

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const story = "The old swing bridge over the Marrow was closed on Tuesday evening after a barge struck its middle pier. " +
	"Nobody was hurt. Divers will look at the pier in the morning, and the town asks drivers to use the ferry until Friday."

var noon = time.Date(2024, 5, 7, 12, 0, 0, 0, time.UTC)

// randomCluster returns documents with random credits, sites, times and clocks.
func randomCluster(r *rand.Rand, n int) []Document {
	sites := []string{"apnews.com", "reuters.com", "cnn.com", "marrow-gazette.example", "harbour.example", "yahoo.com/news", "spa.gov.sa", "", "faz.net"}
	heads := []string{"", "OSLO (AP) — ", "OSLO, May 7 (Reuters) - ", "Oslo (CNN) — ", "الرياض - واس\n"}
	tails := []string{"", "\nThe Associated Press contributed to this report.", "\nRND/dpa", "\nThis article originally appeared on CNN.",
		"\nSource: Marrow Gazette", "\n(dpa, AFP)"}
	bylines := []string{"", "", "", "Associated Press", "Jane Miller", "AFP"}
	out := make([]Document, n)
	for i := range out {
		pick := func(s []string) string { return s[r.IntN(len(s))] }
		out[i] = Document{
			ID: fmt.Sprintf("d%03d", r.IntN(1000)*100+i), Text: pick(heads) + story + fmt.Sprintf(" It was %d metres long.", r.IntN(4)) + pick(tails),
			Site: pick(sites), Byline: pick(bylines), Clock: Clock(r.IntN(5)),
		}
		if r.IntN(3) > 0 {
			out[i].Published = noon.Add(time.Duration(r.IntN(100000)-50000) * time.Second)
		}
		if r.IntN(8) == 0 {
			out[i].Hints = []Hint{{"source", "https://www.apnews.com/"}}
		}
	}
	return out
}

func prepare(docs ...Document) []*Member {
	var out []*Member
	for _, d := range docs {
		out = append(out, Prepare(d))
	}
	return out
}

func TestPairIsMirrored(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	mirror := map[string]string{FromA: FromB, FromB: FromA}
	for range 500 {
		m := prepare(randomCluster(r, 2)...)
		x, y := JudgePair(m[0], m[1], nil), JudgePair(m[1], m[0], nil)
		want := func(s string) string {
			if t, ok := mirror[s]; ok {
				return t
			}
			return s
		}
		require.Equal(t, want(x.Source), y.Source)
		require.Equal(t, want(x.Likeliest), y.Likeliest)
		require.Equal(t, want(x.First), y.First)
		require.Equal(t, x.Probability, y.Probability)
		require.Equal(t, x.FirstP, y.FirstP)
		require.Equal(t, x.Evidence, y.Evidence)
		for k, p := range x.P {
			require.Equal(t, p, y.P[want(k)])
		}
	}
}

func TestOrderOfMembersChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		m := prepare(randomCluster(r, 2+r.IntN(9))...)
		if r.IntN(10) == 0 {
			m = prepare(randomCluster(r, maxCandidates+20)...)
		}
		want := Judge(m, nil)
		for range 3 {
			r.Shuffle(len(m), func(i, j int) { m[i], m[j] = m[j], m[i] })
			require.Equal(t, want, Judge(m, nil))
		}
	}
}

// What the times say gets no likelier by a worse clock.
func TestWorseClockRaisesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 400 {
		docs := randomCluster(r, 2)
		lag := time.Duration(1+r.IntN(400000)) * time.Second
		docs[0].Published, docs[1].Published = noon, noon.Add(lag)
		last, lastFirst := math.Inf(1), math.Inf(1)
		for c := Trusted; ; c-- {
			docs[0].Clock = c
			docs[1].Clock = Trusted
			if c == Unknown {
				docs[0].Clock = Crawl
			}
			m := prepare(docs...)
			x := JudgePair(m[0], m[1], nil)
			if _, same := x.P[Same]; same {
				break
			}
			require.LessOrEqual(t, x.P[FromA], last+1e-12, "%v %v", c, docs)
			require.LessOrEqual(t, x.FirstP, lastFirst+1e-12)
			if last, lastFirst = x.P[FromA], x.FirstP; c == Unknown {
				break
			}
		}
	}
}

// The parents of members lead to the origin, without a cycle.
func TestSourcesAreATree(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 100 {
		m := prepare(randomCluster(r, 2+r.IntN(12))...)
		a := Judge(m, nil)
		from := map[string]Origin{}
		for _, s := range a.Sources {
			from[s.Member] = s.Likeliest
			require.GreaterOrEqual(t, s.Probability, 0.0)
			require.LessOrEqual(t, s.Probability, 1.0)
		}
		for id := range from {
			steps := 0
			for o, ok := from[id]; ok && o.Kind == IsMember; o, ok = from[o.Name] {
				steps++
				require.LessOrEqual(t, steps, len(m), "%v", a)
			}
		}
	}
}

// With the origin taken out the answer becomes hidden or unknown, not another
// member.
func TestOriginTakenOut(t *testing.T) {
	docs := []Document{
		{ID: "agency", Site: "apnews.com", Text: "OSLO (AP) — " + story},
		{ID: "gazette", Site: "marrow-gazette.example", Text: "OSLO (AP) — " + story + "\nRead more"},
		{ID: "harbour", Site: "harbour.example", Text: story + "\nThe Associated Press"},
		{ID: "silent", Site: "silent.example", Text: story + " More news."},
	}
	a := Judge(prepare(docs...), nil)
	require.Equal(t, "member:agency", a.Origin.String())
	require.Equal(t, "hidden:AP", Judge(prepare(docs[1:]...), nil).Origin.String())

	docs = []Document{
		{ID: "cnn", Site: "cnn.com", Text: "Oslo (CNN) " + story},
		{ID: "a", Site: "marrow-gazette.example", Text: story + "\nCopyright 2024 CNN. All rights reserved."},
		{ID: "b", Site: "harbour.example", Text: story + "\nThis article originally appeared on CNN."},
	}
	require.Equal(t, "member:cnn", Judge(prepare(docs...), nil).Origin.String())
	require.Equal(t, "hidden:CNN", Judge(prepare(docs[1:]...), nil).Origin.String())

	// Nobody is credited: with the agency's page gone, nothing tells.
	docs = []Document{
		{ID: "agency", Site: "spa.gov.sa", Text: story},
		{ID: "a", Site: "marrow-gazette.example", Text: story + " One."},
		{ID: "b", Site: "harbour.example", Text: story + " Two."},
	}
	require.Equal(t, "member:agency", Judge(prepare(docs...), nil).Origin.String())
	require.Equal(t, "unknown", Judge(prepare(docs[1:]...), nil).Origin.String())

	// Alone, a page that names itself is not told from one that has it from elsewhere.
	alone := prepare(Document{ID: "a", Site: "cnn.com", Text: "Oslo (CNN)\n" + story})
	require.Equal(t, "unknown", Judge(alone, nil).Origin.String())
}

// No clock that gets worse makes the first publisher surer, in clusters of any size.
func TestWorseClockInCluster(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for range 200 {
		docs := randomCluster(r, 2+r.IntN(7))
		for i := range docs {
			docs[i].ID, docs[i].Clock = fmt.Sprintf("d%d", i), Trusted
			docs[i].Published = noon.Add(time.Duration(r.IntN(100000)) * time.Second)
		}
		worse := r.IntN(len(docs))
		last := math.Inf(1)
		for c := Trusted; c >= Crawl; c-- {
			docs[worse].Clock = c
			f := Judge(prepare(docs...), nil).First
			require.LessOrEqual(t, f.Probability, last+1e-12)
			last = f.Probability
		}
	}
}

// Of three sites of different owners that name no source and no other, none is said to be
// the origin; of two it cannot be told. Where sites are not known, one may be the source's.
func TestUnnamedSource(t *testing.T) {
	docs := []Document{
		{ID: "a", Site: "marrow-gazette.example", Text: story + " One."},
		{ID: "b", Site: "harbour.example", Text: story + " Two."},
		{ID: "c", Site: "courier.example", Text: story + " Three."},
	}
	a := Judge(prepare(docs...), nil)
	require.Equal(t, "hidden:?", a.Origin.String())
	require.GreaterOrEqual(t, a.Probability, unnamedThreshold)
	require.Equal(t, 1, a.Independent)
	a = Judge(prepare(docs[:2]...), nil)
	require.Equal(t, "unknown", a.Origin.String())
	require.Equal(t, "hidden:?", a.Likeliest.String())
	for i := range docs {
		docs[i].Site = ""
	}
	require.Equal(t, "unknown", Judge(prepare(docs...), nil).Origin.String())
}

// Offices that publish a release together name each other. An outlet does not name who
// will copy it.
func TestJointRelease(t *testing.T) {
	text := "Councillors Ojala and Brook today asked the region for money to mend the swing bridge over the Marrow. " + story
	m := prepare(
		Document{ID: "a", Site: "Ojala", Text: text + " Contact the office of Ojala."},
		Document{ID: "b", Site: "Brook", Text: "Brook and Ojala ask for money. " + text},
	)
	a := JudgePair(m[0], m[1], nil)
	require.Equal(t, Common, a.Source)
	require.True(t, slices.ContainsFunc(a.Evidence, func(e Evidence) bool { return strings.Contains(e.Rule, "joint release") }))
	require.Equal(t, "hidden:?", Judge(m, nil).Origin.String())

	one := prepare(
		Document{ID: "a", Site: "Ojala", Text: "Councillor Ojala today asked for money. " + story},
		Document{ID: "b", Site: "Brook", Text: "Councillor Ojala today asked for money. " + story},
	)
	require.Empty(t, JudgePair(one[0], one[1], nil).Source)
}

// A source that is no likelier than all others together is not told.
func TestSourceIsNotTold(t *testing.T) {
	var docs []Document
	for i := range 8 {
		docs = append(docs, Document{ID: fmt.Sprint(i), Site: fmt.Sprintf("site%d.example", i), Text: fmt.Sprintf("%s Page %d.", story, i)})
	}
	for _, s := range Judge(prepare(docs...), nil).Sources {
		require.Equal(t, s.Probability > 0.5, s.From == s.Likeliest)
		require.Equal(t, s.Probability <= 0.5, s.From.Kind == IsUnknown)
	}
}

// A text that is made to fool the answer is said to be contradicted.
func TestContradicted(t *testing.T) {
	contradicted := func(a Answer, rule string) bool {
		return slices.ContainsFunc(a.Evidence, func(e Evidence) bool { return e.Contradicts() && strings.Contains(e.Rule, rule) })
	}
	docs := []Document{
		{ID: "agency", Site: "apnews.com", Text: "OSLO (AP) — " + story, Published: noon, Clock: Trusted},
		{ID: "gazette", Site: "marrow-gazette.example", Text: "OSLO (AP) — " + story, Published: noon.Add(time.Hour), Clock: Trusted},
		{ID: "fake", Site: "fake.example", Text: "OSLO (Reuters) — " + story, Published: noon.Add(2 * time.Hour), Clock: Trusted},
	}
	a := Judge(prepare(docs...), nil)
	require.Equal(t, "member:agency", a.Origin.String())
	require.True(t, contradicted(a, "credits somebody else"), "%+v", a.Evidence)

	docs[2].Text, docs[2].Published = story, noon.Add(-time.Hour)
	docs[2].Text += "\nThis article originally appeared on apnews.com."
	a = Judge(prepare(docs...), nil)
	require.Equal(t, "member:agency", a.Origin.String())
	require.True(t, contradicted(a, "came before it by trusted clocks"), "%+v", a.Evidence)
}

func TestJudgeNothing(t *testing.T) {
	require.Equal(t, "unknown", Judge(nil, nil).Origin.String())
	a := Judge(prepare(Document{ID: "x"}), nil)
	require.NotPanics(t, func() { _ = a.Origin.String() })
}

func TestSamePage(t *testing.T) {
	m := prepare(Document{ID: "a", URL: "https://www.marrow.example/x?utm_source=y", Text: story}, Document{ID: "b", URL: "http://marrow.example/x/", Text: "Home\n" + story})
	require.Equal(t, Same, JudgePair(m[0], m[1], nil).Source)
}

func TestClock(t *testing.T) {
	for c := Unknown; c <= Trusted; c++ {
		got, err := ParseClock(c.String())
		require.NoError(t, err)
		require.Equal(t, c, got)
	}
	_, err := ParseClock("sundial")
	require.ErrorIs(t, err, ErrClock)
}
