package reprint_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
)

func TestNothingMatchesWithoutWords(t *testing.T) {
	d := detector(t, reprint.Options{})
	for i, text := range []string{"", "!!!", "the", "\u200b", "\xff\xfe\xfd", "—", "a b c d"} {
		for _, copies := range []string{"1", "2", "3"} {
			id := strings.Repeat("x", i+1) + copies
			a := add(t, d, reprint.Document{ID: id, Text: text, Site: "same.example"})
			require.Equal(t, reprint.Decision{Cluster: id, Size: 1}, a.Decision, "%q", text)
		}
		require.Empty(t, matchesOf(d, reprint.Document{Text: text}), "%q", text)
		m, ok, _ := d.Match(reprint.Document{Text: text}, reprint.Document{Text: text})
		require.False(t, ok, "%q", text)
		require.Zero(t, m.Jaccard, "%q", text)
	}
	require.Equal(t, 21, d.Len())
	e, err := d.Explain("x1", "xx1")
	require.NoError(t, err)
	require.False(t, e.Together)
	require.Contains(t, e.Why, "no words")
}

// From five words on a text can match; up to 14 only what is nearly the same. By
// figures, 15 words in a longer text are an excerpt; by passages they are too few
// to tell.
func TestShortTexts(t *testing.T) {
	w := newWriter("en", 1)
	long := w.text(2_000)
	words := strings.Fields(long)
	for n := 1; n <= 40; n++ {
		d := detector(t, reprint.Options{})
		text := strings.Join(words[:n], " ")
		add(t, d, reprint.Document{ID: "first", Text: text}, reprint.Document{ID: "long", Text: long})
		same := len(matchesOf(d, reprint.Document{Text: strings.ToUpper(text)}))
		_, inside, _ := d.Match(reprint.Document{Text: text}, reprint.Document{Text: long})
		require.False(t, inside && n < 15, "%d words", n)
		_, inside, _ = detector(t, reprint.Options{ByFigures: true}).Match(reprint.Document{Text: text}, reprint.Document{Text: long})
		require.Equal(t, n >= 5, same > 0, "%d words", n)
		require.Equal(t, n >= 15, inside, "%d words", n)
		other := w.phrase(n)
		require.Empty(t, matchesOf(d, reprint.Document{Text: other}), "%d words", n)
	}
}

func TestBytesThatAreNoUTF8(t *testing.T) {
	text := newWriter("de", 2).text(1_500)
	latin1 := func(s string) string {
		var b []byte
		for _, r := range s {
			b = append(b, byte(r)) // the letters of the generator are all in Latin-1
		}
		return string(b)
	}
	d := detector(t, reprint.Options{})
	add(t, d, reprint.Document{ID: "good", Text: text})
	require.NotEmpty(t, matchesOf(d, reprint.Document{Text: text + "\xff\xc3"}))
	require.NotEmpty(t, matchesOf(d, reprint.Document{Text: "\x80" + strings.ReplaceAll(text, "\n", "\xf0\n")}))
	bad := latin1(text)
	a, b := add(t, d, reprint.Document{ID: "bad", Text: bad}), add(t, d, reprint.Document{ID: "bad too", Text: bad})
	require.Equal(t, "bad", a.Cluster)
	require.Equal(t, 2, b.Size)
}

func TestReplace(t *testing.T) {
	w := newWriter("ru", 3)
	one, other := w.text(2_000), w.text(2_000)
	d := detector(t, reprint.Options{})
	add(t, d, reprint.Document{ID: "a", Text: one}, reprint.Document{ID: "b", Text: one})
	a := add(t, d, reprint.Document{ID: "b", Text: other})
	require.Equal(t, 2, d.Len())
	require.Equal(t, "b", a.Cluster)
	require.Equal(t, 1, a.Size)
	require.Empty(t, a.Matches, "its own former text, or the other document")
	require.Contains(t, a.Events, reprint.Event{Kind: cluster.Left, ID: "b", From: "a"})
	require.Len(t, matchesOf(d, reprint.Document{Text: one}), 1)
	require.Equal(t, "b", matchesOf(d, reprint.Document{Text: other})[0].ID)
	require.Len(t, clustersOf(d), 2)

	a = add(t, d, reprint.Document{ID: "b", Text: one})
	require.Equal(t, 2, a.Size)
	require.Equal(t, "a", a.Cluster)
}

func TestRemove(t *testing.T) {
	text := newWriter("zh", 3).text(2_000)
	d := detector(t, reprint.Options{})
	add(t, d, reprint.Document{ID: "a", Text: text}, reprint.Document{ID: "b", Text: text}, reprint.Document{ID: "c", Text: text})
	_, ok, _ := d.Remove(t.Context(), "z")
	require.False(t, ok)
	events, ok, _ := d.Remove(t.Context(), "a")
	require.True(t, ok)
	require.Equal(t, []reprint.Event{
		{Kind: cluster.Left, ID: "a", From: "a"},
		{Kind: cluster.Canonical, From: "a", Cluster: "b"},
	}, events)
	c, err := d.Cluster("c")
	require.NoError(t, err)
	require.Equal(t, []string{"b", "c"}, memberIDs(c))
	_, err = d.Cluster("a")
	require.ErrorIs(t, err, reprint.ErrUnknown)
	d.Remove(t.Context(), "b")
	d.Remove(t.Context(), "c")
	require.Zero(t, d.Len())
	require.Empty(t, clustersOf(d))
	require.Empty(t, matchesOf(d, reprint.Document{Text: text}))
}

// Two documents too far apart in time to match are joined by one between them
// that comes late: the caller learns that one cluster has gone into the other.
func TestEventsOfMerging(t *testing.T) {
	text := newWriter("en", 5).text(3_000)
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	on := func(id string, days int) reprint.Document {
		return reprint.Document{ID: id, Text: text, Published: day.AddDate(0, 0, days)}
	}
	edited := on("third", 5) // not nearly identical: it must not follow another
	edited.Text = text[:len(text)*3/4]
	d := detector(t, reprint.Options{Window: 72 * time.Hour})
	a := add(t, d, on("first", 0), edited)
	require.Equal(t, "third", a.Cluster)
	late := on("second", 2)
	late.Text = text[:len(text)*85/100]
	a = add(t, d, late)
	require.Equal(t, 3, a.Size)
	require.Equal(t, "first", a.Cluster)
	require.Len(t, a.Matches, 2)
	require.ElementsMatch(t, []reprint.Event{
		{Kind: cluster.Merged, From: "third", Cluster: "first"},
		{Kind: cluster.Joined, ID: "second", Cluster: "first"},
	}, a.Events)
}

func TestMatch(t *testing.T) {
	w := newWriter("ar", 6)
	sentences := w.article(30)
	whole := reprint.Document{ID: "whole", Text: paragraphs(sentences)}
	part := reprint.Document{ID: "part", Text: paragraphs(sentences[:12])}
	other := reprint.Document{ID: "other", Text: w.text(3_000)}
	d := detector(t, reprint.Options{})

	m, ok, _ := d.Match(whole, whole)
	require.True(t, ok)
	require.Equal(t, reprint.Copy, m.Relation)
	require.Equal(t, "whole", m.ID)
	require.True(t, m.Exact)
	require.Equal(t, []float64{1, 1, 1, 1}, []float64{m.Jaccard, m.ContainmentA, m.ContainmentB, m.Score})

	m, ok, _ = d.Match(part, whole)
	require.True(t, ok)
	require.Equal(t, reprint.Excerpt, m.Relation)
	require.Equal(t, 1., m.ContainmentA)
	require.InDelta(t, .4, m.ContainmentB, .1)
	require.InDelta(t, m.ContainmentB, m.Jaccard, .001)
	back, ok, _ := d.Match(whole, part)
	require.True(t, ok)
	require.Equal(t, m.ContainmentA, back.ContainmentB)
	require.Equal(t, m.ContainmentB, back.ContainmentA)

	m, ok, _ = d.Match(whole, other)
	require.False(t, ok)
	require.Empty(t, m.Relation)
	require.Zero(t, d.Len(), "nothing is added")

	revised := reprint.Document{ID: "revised", Text: paragraphs(slices.Concat(sentences[:20], w.article(10)))}
	m, ok, _ = d.Match(whole, revised)
	require.True(t, ok)
	require.Equal(t, reprint.Revision, m.Relation)
}

func TestExplain(t *testing.T) {
	w := newWriter("en", 8)
	text := w.text(3_000)
	d := detector(t, reprint.Options{})
	add(t, d,
		reprint.Document{ID: "a", Text: text},
		reprint.Document{ID: "b", Text: text[:len(text)*2/3]},
		reprint.Document{ID: "c", Text: w.text(3_000)})
	e, err := d.Explain("a", "b")
	require.NoError(t, err)
	require.True(t, e.Together && e.Match && e.Candidate)
	require.Len(t, e.Chain, 2)
	require.Equal(t, 35, e.Bands, "3 rows a band from 128 slots find a pair of similarity .5 with .99")
	require.Positive(t, e.SharedSample)
	e, err = d.Explain("a", "c")
	require.NoError(t, err)
	require.False(t, e.Together || e.Match)
	require.NotEmpty(t, e.Why)
	_, err = d.Explain("a", "z")
	require.ErrorIs(t, err, reprint.ErrUnknown)
	_, err = d.Explain("z", "a")
	require.ErrorIs(t, err, reprint.ErrUnknown)
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]reprint.Options{
		"K too large":             {K: 65},
		"K below 0":               {K: -1},
		"Method":                  {Method: 9},
		"Slots":                   {Slots: 5000},
		"Slots below 0":           {Slots: -1},
		"Similarity":              {Similarity: 1.5},
		"Similarity below 0":      {Similarity: -.1},
		"Recall":                  {Recall: 2},
		"Recall out of reach":     {Slots: 1, Similarity: .1, Recall: .999},
		"Containment":             {Containment: 1.1},
		"Containment is no share": {Containment: math.NaN()},
		"Jaccard":                 {Jaccard: -1},
		"Overlap":                 {Overlap: 2},
		"Window":                  {Window: -time.Second},
		"MaxMatches":              {MaxMatches: -1},
	} {
		_, err := reprint.New(o)
		require.ErrorIs(t, err, reprint.ErrOptions, name)
	}
	_, err := reprint.Preset("")
	require.ErrorIs(t, err, reprint.ErrOptions)
	_, err = reprint.Preset("Default")
	require.ErrorIs(t, err, reprint.ErrOptions)
	for _, name := range []string{"default", "noisy", "strict"} {
		o, err := reprint.Preset(name)
		require.NoError(t, err)
		detector(t, o)
	}
}

func TestStrictTakesNearlyExactOnly(t *testing.T) {
	w := newWriter("de", 9)
	s := w.article(40)
	o, err := reprint.Preset("strict")
	require.NoError(t, err)
	d := detector(t, o)
	add(t, d, reprint.Document{ID: "a", Text: paragraphs(s)})
	require.Len(t, matchesOf(d, reprint.Document{Text: paragraphs(slices.Concat(s[:39], w.article(1)))}), 1)
	require.Empty(t, matchesOf(d, reprint.Document{Text: paragraphs(s[:30])}))
}

// An eighth of the words misread is too much for five words in a row, and not
// for three.
func TestNoisyTakesMisreadWords(t *testing.T) {
	w := newWriter("en", 10)
	words := strings.Fields(w.text(4_000))
	misread := func(seed int) string {
		out := slices.Clone(words)
		for i := seed; i < len(out); i += 8 {
			out[i] = w.word() + "x"
		}
		return strings.Join(out, " ") + "."
	}
	first, second := misread(0), misread(4)
	matches := func(preset string) bool {
		o, err := reprint.Preset(preset)
		require.NoError(t, err)
		_, ok, _ := detector(t, o).Match(reprint.Document{Text: first}, reprint.Document{Text: second})
		return ok
	}
	require.True(t, matches("noisy"))
	require.False(t, matches("default"))
}

func TestFilters(t *testing.T) {
	text := newWriter("en", 11).text(2_000)
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	d := detector(t, reprint.Options{SkipSameSite: true, Window: time.Hour})
	add(t, d, reprint.Document{ID: "a", Text: text, Site: "a.example", Published: now})
	for _, c := range []struct {
		site  string
		after time.Duration
		found int
	}{{"b.example", time.Hour, 1}, {"a.example", 0, 0}, {"b.example", time.Hour + 1, 0}, {"", 0, 1}} {
		doc := reprint.Document{Text: text, Site: c.site, Published: now.Add(c.after)}
		require.Len(t, matchesOf(d, doc), c.found, "%+v", c)
	}
	require.Empty(t, matchesOf(d, reprint.Document{Text: text, Site: "b.example"}), "without a time")
}

func TestAddAllStopsAtErrors(t *testing.T) {
	docs, _ := collection(12, 10)
	broken := errors.New("the feed is cut")
	for _, threads := range []int{1, 3} {
		d := detector(t, reprint.Options{})
		require.ErrorIs(t, d.AddAll(context.Background(), yield(docs, broken), reprint.AddAllOptions{Threads: threads}), broken)
		require.Zero(t, d.Len(), "nothing is added")

		withoutID := append(slices.Clone(docs), reprint.Document{Text: docs[0].Text})
		require.ErrorIs(t, d.AddAll(context.Background(), yield(withoutID, nil), reprint.AddAllOptions{Threads: threads}), reprint.ErrID)
		require.Zero(t, d.Len())

		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		asked := 0
		err := d.AddAll(ctx, func(yield func(reprint.Document, error) bool) {
			for _, doc := range docs {
				asked++
				if !yield(doc, nil) {
					return
				}
			}
		}, reprint.AddAllOptions{Threads: threads})
		require.ErrorIs(t, err, context.Canceled)
		require.LessOrEqual(t, asked, 1)
		require.Zero(t, d.Len())

		// Cancelled while documents are added: those added so far are there.
		ctx, cancel = context.WithCancel(context.Background())
		visited := 0
		err = d.AddAll(ctx, yield(docs, nil), reprint.AddAllOptions{Threads: threads, Visit: func(string, reprint.Added) {
			if visited++; visited == 5 {
				cancel()
			}
		}})
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, 5, visited)
		require.Equal(t, 5, d.Len())
		require.NoError(t, d.AddAll(context.Background(), yield(docs, nil), reprint.AddAllOptions{Threads: threads}))
		require.Equal(t, len(docs), d.Len())
		require.NoError(t, d.AddAll(context.Background(), yield(nil, nil), reprint.AddAllOptions{Threads: threads}))
	}
	_, err := detector(t, reprint.Options{}).Add(t.Context(), reprint.Document{Text: docs[0].Text})
	require.ErrorIs(t, err, reprint.ErrID)
}

// Of two documents with one id the later replaces the earlier: later by
// publication, and at the same time later in the input.
func TestAddAllReplaces(t *testing.T) {
	w := newWriter("en", 13)
	one, two, three := w.text(1_000), w.text(1_000), w.text(1_000)
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	docs := []reprint.Document{
		{ID: "a", Text: three, Published: at.Add(time.Hour)},
		{ID: "a", Text: one, Published: at},
		{ID: "b", Text: one, Published: at},
		{ID: "b", Text: two, Published: at},
	}
	for _, threads := range []int{1, 4} {
		d := detector(t, reprint.Options{})
		addAll(t, d, docs, threads)
		require.Equal(t, 2, d.Len())
		require.Empty(t, matchesOf(d, reprint.Document{Text: one}))
		require.Equal(t, "b", matchesOf(d, reprint.Document{Text: two})[0].ID)
		require.Equal(t, "a", matchesOf(d, reprint.Document{Text: three})[0].ID)
	}
}

func TestMaxMatches(t *testing.T) {
	text := newWriter("en", 14).text(1_000)
	d := detector(t, reprint.Options{MaxMatches: 3})
	for _, id := range strings.Split("abcdefgh", "") {
		add(t, d, reprint.Document{ID: id, Text: text})
	}
	require.Len(t, matchesOf(d, reprint.Document{Text: text}), 3)
	c, err := d.Cluster("h")
	require.NoError(t, err)
	require.Len(t, c.Members, 8)
}

// All methods at once, for the race detector. What was added and not removed
// is there at the end.
func TestConcurrentUse(t *testing.T) {
	docs, _ := collection(15, 40)
	d := detector(t, reprint.Options{})
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for i, doc := range docs {
				if i%4 != worker {
					matchesOf(d, doc)
					continue
				}
				if _, err := d.Add(t.Context(), doc); err != nil {
					t.Error(err)
				}
				d.Match(doc, docs[0])
				d.Explain(doc.ID, docs[0].ID)
				d.Cluster(doc.ID)
				if i%16 == worker {
					d.Remove(t.Context(), doc.ID)
				}
				if i%20 == worker {
					for range d.Clusters() {
						d.Len() // a call from within must not block
						d.Stats()
					}
				}
			}
		})
	}
	group.Wait()
	for i, doc := range docs {
		_, err := d.Cluster(doc.ID)
		require.Equal(t, i%16 < 4, err != nil, "document %d", i)
	}
}

// matchesOf returns what a document would match.
func matchesOf(d *reprint.Detector, doc reprint.Document) []reprint.Match {
	found, err := d.Query(doc)
	if err != nil {
		panic(err)
	}
	return found.Matches
}
