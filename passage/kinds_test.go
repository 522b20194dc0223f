package passage

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The kinds of pairs on which coverage alone is wrong, see README.md.
func TestKinds(t *testing.T) {
	w := newWriter(77)
	write := func(bytes int) string { return text(w.article(bytes)) }
	article, block, other := write(1500), write(900), write(1500)
	quoted := "“" + strings.ReplaceAll(strings.ReplaceAll(write(500), "\n\n", " "), "\n", " ") + "”"
	count := func(dead, hurt, houses int) string {
		return fmt.Sprintf("At least %d people were killed and %d hurt when the hill above Ormsea slid into the harbour on Sunday, the warden said. "+
			"The quay of the old yard lies below two metres of clay, and %d houses cannot be entered. ", dead, hurt, houses) + lead + " " + quote + " " + past
	}
	renamed := "The council of Kalmyk voted on Monday. Kalmyk will pay for the bridge, and the mayor of Kalmyk was relieved. " + lead + " Kalmyk had asked twice. " + past
	day := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	telegram := func(of string) string {
		return "The king sent a cable of good wishes to the president of " + of + " on the national day of that country. The king wished the president lasting health and happiness, and its government and people steady progress and prosperity. The crown prince sent a cable with the same wishes to the president of " + of + ", and wished him health and its friendly people progress."
	}
	for _, c := range []struct {
		name string
		a, b Document
		c    Corpus
		want []Relation
	}{
		{"a toll that grew within hours", Document{Text: count(14, 60, 230), Published: day}, Document{Text: count(15, 63, 241), Published: day.Add(9 * time.Hour)}, Corpus{}, []Relation{Copy, Revision}},
		{"a name in another spelling", Document{Text: renamed}, Document{Text: strings.ReplaceAll(renamed, "Kalmyk", "Qalmiq")}, Corpus{}, []Relation{Copy}},
		{"capitals throughout", Document{Text: article}, Document{Text: strings.ToUpper(article)}, Corpus{}, []Relation{Copy}},
		{"a block below two articles", Document{Text: article + "\n\n" + block}, Document{Text: other + "\n\n" + block}, Corpus{}, []Relation{Template}},
		{"a quotation in two articles", Document{Text: article + "\n\n" + quoted + "\n\n" + write(600)}, Document{Text: other + "\n\n" + quoted + "\n\n" + write(700)}, Corpus{}, []Relation{Derived}},
		{"a telegram to another country, weeks later",
			Document{Text: telegram("Arvenia"), Title: "King greets Arvenia", Published: day},
			Document{Text: telegram("the Lower Isles"), Title: "Cable to the Lower Isles", Published: day.AddDate(0, 0, 21)}, Corpus{}, []Relation{Template}},
		{"one page, corrected", Document{Text: count(14, 60, 230), URL: "https://paper.example/slide?from=feed"},
			Document{Text: count(15, 60, 230), URL: "http://paper.example/slide#top"}, Corpus{SameSite: true}, []Relation{Copy}},
	} {
		var a Aligner
		got := a.Relate(a.AppendDocument(nil, c.a), a.AppendDocument(nil, c.b), c.c)
		assert.Contains(t, c.want, got.Relation, "%s: %+v", c.name, got)
		var dst Alignment
		assert.Equal(t, got, a.Compare(&dst, c.a, c.b, c.c), c.name)
	}
}

// What stands behind the words of a sequence is not of the text.
func TestSourceIsNoText(t *testing.T) {
	var a Aligner
	d := Document{Text: lead, Title: "Boats late again", URL: "https://paper.example/boats", Published: time.Unix(1_700_000_000, 0)}
	bare := a.AppendDocument(nil, Document{Text: lead})
	full := a.AppendDocument(nil, d)
	words, source := full.split()
	assert.Equal(t, bare, words)
	assert.Len(t, source, 2+3)
	e := a.Relate(full, full, Corpus{}).Evidence
	assert.True(t, e.Titled && e.Timed && e.SamePage)
	assert.Equal(t, 1., e.Title)
	assert.Zero(t, e.Hours)
	e = a.Relate(full, bare, Corpus{}).Evidence
	assert.False(t, e.Titled || e.Timed || e.SamePage)
	none, _ := a.AppendDocument(nil, Document{Title: "only a title"}).split()
	assert.Empty(t, none)
}

// Words are quoted between marks of any language, to the end of the block at the
// most.
func TestQuotation(t *testing.T) {
	for _, s := range []string{
		`He said "one two three" and left`, "He said “one two three” and left", "Er sagte „one two three“ und ging",
		"Il dit « one two three » puis", "Er sagte »one two three« und ging", "He said 'one two three' and left the workers' yard",
	} {
		got := 0
		for _, v := range sequence(s) {
			if v&isQuoted != 0 {
				got++
			}
		}
		assert.Equal(t, 3, got, s)
	}
	for _, v := range sequence("He said \"one two\n\nThree four five") {
		if v&isBlock != 0 {
			assert.Zero(t, v&isQuoted)
		}
	}
}

// A page is a URL whose path names it, or its query.
func TestPage(t *testing.T) {
	for url, want := range map[string]string{
		"":                                     "",
		"https://courier.example":              "",
		"https://courier.example/?a=b":         "",
		"https://courier.example/ferry-sinks/": "courier.example/ferry-sinks",
		"http://courier.example/ferry-sinks?utm_source=x#top": "courier.example/ferry-sinks",
		"https://courier.example/ferry?page=2":                "courier.example/ferry",
		"https://courier.example/index.php?id=7":              "courier.example/index.php?id=7",
		"https://courier.example/index.php#end":               "courier.example/index.php",
	} {
		assert.Equal(t, want, Page(url), url)
	}
}
