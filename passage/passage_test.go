package passage

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/shingle"
)

// Paragraphs of a story that nobody has printed.
const (
	lead  = "The ferry to the outer islands was taken out of service on Monday after divers found a crack in its hull, the harbour office said."
	quote = "Passengers with tickets for this week can travel on the cargo boat, which leaves an hour earlier, or ask for their money at the counter."
	past  = "The ship was built forty years ago and had passed its last inspection in spring without any remark, according to the register."
	end   = "How long the repair will take is not known, because the yard has to order the steel first and the slipway is booked until the autumn."
)

func slice(text string, s shingle.Span) string { return text[s.Start:s.End] }

func TestEditsAreBridged(t *testing.T) {
	x := lead + " " + quote
	y := strings.Replace(lead, "Monday", "Tuesday", 1) + " " +
		strings.Replace(strings.Replace(quote, "for this week ", "", 1), "cargo boat, which", "cargo boat of the island council, a former trawler, which", 1)
	got := align(t, Options{}, x, y)
	require.Len(t, got.Passages, 1)
	p := got.Passages[0]
	assert.Equal(t, shingle.Span{Start: 0, End: len(x) - 1}, p.A)
	assert.Equal(t, shingle.Span{Start: 0, End: len(y) - 1}, p.B)
	require.Len(t, p.Edits, 3)
	for i, want := range [][2]string{{"Monday", "Tuesday"}, {"for this week", ""}, {"", "of the island council, a former trawler"}} {
		assert.Equal(t, want, [2]string{slice(x, p.Edits[i].A), slice(y, p.Edits[i].B)})
	}
	assert.Equal(t, got.WordsA-4, p.Words)
	assert.Empty(t, got.A)
	assert.Empty(t, got.B)

	got = align(t, Options{Gap: -1}, x, y)
	require.Len(t, got.Passages, 3) // six words by themselves are none
	for _, p := range got.Passages {
		assert.Empty(t, p.Edits)
		assert.Equal(t, slice(x, p.A), slice(y, p.B))
	}
}

func TestMovedBlock(t *testing.T) {
	x := strings.Join([]string{lead, quote, past, end}, "\n\n")
	y := strings.Join([]string{past, lead, quote, end}, "\n\n")
	got := align(t, Options{}, x, y)
	moved := 0
	for _, p := range got.Passages {
		if p.Moved {
			moved++
			assert.Equal(t, past[:len(past)-1], slice(x, p.A))
			assert.Equal(t, past[:len(past)-1], slice(y, p.B))
		}
	}
	assert.Equal(t, 1, moved)
	assert.Equal(t, 1., got.CoverageA)
	assert.Equal(t, 1., got.CoverageB)
}

// A sentence that stands in a teaser as well is matched in the article.
func TestRepeatedSentence(t *testing.T) {
	x := strings.Join([]string{lead, quote, past}, "\n\n")
	y := "Home\nNews\n" + lead + " Read more\n\n" + strings.Join([]string{"By our staff", lead, quote, past}, "\n\n") + "\n\nMost read\n" + past
	got := align(t, Options{}, x, y)
	require.Len(t, got.Passages, 1)
	assert.Equal(t, 1., got.CoverageA)
	assert.Equal(t, strings.LastIndex(y, lead), got.Passages[0].B.Start)

	// Of equal runs the one goes first that is near what was found before.
	edited := strings.Replace(strings.Replace(x, " said.", " told us.", 1), "Passengers", "Those", 1)
	got = align(t, Options{}, edited, y)
	require.Len(t, got.Passages, 1)
	assert.Equal(t, strings.LastIndex(y, lead), got.Passages[0].B.Start)

	// What one text has once is matched once.
	got = align(t, Options{}, lead, strings.Repeat(lead+" ", 5))
	require.Len(t, got.Passages, 1)
	assert.Equal(t, .2, got.CoverageB)
}

func TestClasses(t *testing.T) {
	const old = "The mayor of the largest island called the timing unfortunate, as the season begins next week."
	const fresh = "On Wednesday evening the council is to meet in the school and will talk about a second ship."
	x := strings.Join([]string{lead, old, quote, past}, "\n\n")
	y := strings.Join([]string{"Weather\nHarbour news", lead, fresh, "Photo: private", quote, end}, "\n\n")
	got := align(t, Options{}, x, y)
	type part struct {
		class Class
		text  string
	}
	list := func(text string, parts []Part) (out []part) {
		for _, p := range parts {
			out = append(out, part{p.Class, slice(text, p.Span)})
		}
		return out
	}
	bare := func(s string) string { return strings.TrimSuffix(s, ".") }
	assert.Equal(t, []part{{Edited, bare(old)}, {Removed, bare(past)}}, list(x, got.A))
	assert.Equal(t, []part{
		{Boilerplate, "Weather\nHarbour news"}, {Edited, bare(fresh)}, {Boilerplate, "Photo: private"}, {Added, bare(end)},
	}, list(y, got.B))

	assert.Equal(t, []string{"boilerplate", "added", "removed", "edited", "Class(0)"},
		[]string{Boilerplate.String(), Added.String(), Removed.String(), Edited.String(), Class(0).String()})
}

// A phrase is no passage, in any script.
func TestMinWords(t *testing.T) {
	assert.Empty(t, align(t, Options{}, lead, "On Sunday the ship was taken out of service on a rock.").Passages)
	assert.Len(t, align(t, Options{MinWords: 6}, lead, "On Sunday the ship was taken out of service on a rock.").Passages, 1)
	const x, y = "昨日、東京湾の渡し船は点検のために運休となった。", "来月、大阪の渡し船は点検のために港へ入る。"
	assert.Empty(t, align(t, Options{}, x, y).Passages)
	got := align(t, Options{MinWords: 5}, x, y)
	require.Len(t, got.Passages, 1)
	assert.Equal(t, "の渡し船は点検のために", slice(x, got.Passages[0].A))
	assert.Equal(t, "の渡し船は点検のために", slice(y, got.Passages[0].B))
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{K: -1}, {K: 33}, {MinWords: -1}, {MinWords: 1<<20 + 1}, {Gap: 1<<20 + 1}, {Budget: -1}} {
		_, err := New(o)
		require.ErrorIs(t, err, ErrOptions)
	}
	a, err := New(Options{})
	require.NoError(t, err)
	var zero Aligner
	var p, q Alignment
	a.Align(&p, lead+quote, quote+past)
	zero.Align(&q, lead+quote, quote+past)
	assert.Equal(t, p, q)
	assert.NotEmpty(t, p.Passages)
}

// A used Aligner and Alignment give what new ones give, and allocate nothing.
func TestReuse(t *testing.T) {
	w := newWriter(6)
	var pairs [][2]string
	for range 20 {
		s := w.article(1000 + w.rng.IntN(5000))
		pairs = append(pairs, [2]string{text(s), text(w.revise(s))})
	}
	var a Aligner
	var got Alignment
	for _, p := range pairs {
		a.Align(&got, p[0], p[1])
		check(t, got, p[0], p[1])
		checkMirror(t, align(t, Options{}, p[0], p[1]), align(t, Options{}, p[1], p[0]))
		fresh := align(t, Options{}, p[0], p[1])
		require.Equal(t, len(fresh.Passages), len(got.Passages))
		for i := range fresh.Passages {
			require.Equal(t, fresh.Passages[i].A, got.Passages[i].A)
			require.Equal(t, fresh.Passages[i].B, got.Passages[i].B)
		}
	}
	assert.Zero(t, testing.AllocsPerRun(5, func() {
		for _, p := range pairs {
			a.Align(&got, p[0], p[1])
			a.Align(&got, p[1], p[0])
		}
	}))
}
