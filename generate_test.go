package reprint_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint"
)

// A language is what the generator needs of one: how its words are spelt, and
// how they are put together.
type language struct {
	onsets, vowels, codas []string
	least, most           int // syllables of a word
	space, stop           string
}

var languages = map[string]language{
	"en": {
		strings.Fields("b br c ch d f fl g gr h j k l m n p pl r s sh st t th tr v w"), strings.Fields("a e i o u ea ou ai"),
		[]string{"", "", "", "n", "r", "s", "t", "nd", "ng", "st", "ly"}, 1, 3, " ", ".",
	},
	"de": {
		strings.Fields("b d f g h k l m n p pf r s sch st t v w z"), strings.Fields("a e i o u ä ö ü ei au ie"),
		[]string{"", "", "n", "r", "en", "er", "ß", "ng", "cht", "t"}, 2, 5, " ", ".",
	},
	"ru": {
		strings.Fields("б в г д ж з к л м н п р с т ф х ч ш ст пр"), strings.Fields("а е и о у ы ю я"),
		[]string{"", "", "", "й", "н", "ть", "в", "м", "ся"}, 1, 4, " ", ".",
	},
	"ar": {
		strings.Fields("ب ت ج ح د ر س ش ع ف ق ك ل م ن ه و ي"), strings.Fields("ا و ي َ ِ"),
		[]string{"", "", "", "ة", "ن", "ات", "ين"}, 2, 3, " ", ".",
	},
	"zh": {
		nil, nil, nil, 0, 0, "", "。",
	},
}

// names lists the languages in a fixed order.
var names = []string{"en", "de", "ru", "ar", "zh"}

// A writer invents texts: of words that mean nothing, common and rare ones as
// in a real text, in sentences and paragraphs. The same seed gives the same
// texts.
type writer struct {
	language
	rng   *rand.Rand
	words []string
}

func newWriter(lang string, seed uint64) *writer {
	w := &writer{language: languages[lang], rng: rand.New(rand.NewPCG(seed, 7))}
	w.words = make([]string, 8_000)
	for i := range w.words {
		w.words[i] = w.invent()
	}
	return w
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

func (w *writer) invent() string {
	if w.onsets == nil { // a script without syllables: one character
		return string(rune(0x4e00 + w.rng.IntN(6_000)))
	}
	var b strings.Builder
	for range w.least + w.rng.IntN(w.most-w.least+1) {
		b.WriteString(pick(w.rng, w.onsets))
		b.WriteString(pick(w.rng, w.vowels))
		b.WriteString(pick(w.rng, w.codas))
	}
	return b.String()
}

// word returns a word; the n-th is n times as rare as the first, about.
func (w *writer) word() string {
	u := w.rng.Float64()
	return w.words[int(u*u*u*float64(len(w.words)))]
}

// phrase returns n words without a full stop.
func (w *writer) phrase(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = w.word()
	}
	return strings.Join(out, w.space)
}

func (w *writer) sentence() string { return w.phrase(9+w.rng.IntN(14)) + w.stop }

// article returns so many sentences.
func (w *writer) article(sentences int) []string {
	out := make([]string, sentences)
	for i := range out {
		out[i] = w.sentence()
	}
	return out
}

// text returns an article of about so many bytes, in paragraphs.
func (w *writer) text(bytes int) string {
	var out []string
	for size := 0; size < bytes; {
		s := w.sentence()
		out = append(out, s)
		size += len(s) + 1
	}
	return paragraphs(out)
}

// paragraphs sets sentences in paragraphs of three.
func paragraphs(sentences []string) string {
	var b strings.Builder
	for i, s := range sentences {
		b.WriteString(s)
		if i%3 == 2 {
			b.WriteString("\n\n")
		} else {
			b.WriteString(" ")
		}
	}
	return strings.TrimSpace(b.String())
}

// collection makes documents as a crawl has them: articles in several scripts,
// and of some of them reprints with another dateline and edited words,
// excerpts, revisions, and pages with the menu, teasers and footer of their
// site; and briefs. It returns them in order of publication, ties by id, with
// the number of the article that each carries.
func collection(seed uint64, articles int) (docs []reprint.Document, label map[string]int) {
	rng := rand.New(rand.NewPCG(seed, 11))
	label = map[string]int{}
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	writers := map[string]*writer{}
	sites := map[string][]string{} // of a language, the frames of its sites
	for _, l := range names {
		w := newWriter(l, seed)
		writers[l] = w
		for range 4 {
			var menu []string
			for range 15 {
				menu = append(menu, w.phrase(1+rng.IntN(3)))
			}
			sites[l] = append(sites[l], strings.Join(menu, "\n")+"\n\n%s\n\n"+w.phrase(6)+"\n"+w.sentence())
		}
	}
	for a := range articles {
		l := names[a%len(names)]
		w := writers[l]
		body := w.article(8 + rng.IntN(25))
		if rng.IntN(6) == 0 { // a brief of two to four sentences
			body = w.article(2 + rng.IntN(3))
		}
		first := day.Add(time.Duration(rng.IntN(240)) * time.Hour)
		for c := range 1 + rng.IntN(5) {
			site := rng.IntN(4)
			text := paragraphs(body)
			if c > 0 {
				switch rng.IntN(5) {
				case 0: // a reprint, edited a little
					s := slices.Clone(body)
					s[len(s)-1] = w.sentence()
					text = w.phrase(3) + "\n" + paragraphs(s)
					if len(s) < 8 {
						text = w.phrase(3) + "\n" + paragraphs(body)
					}
				case 1: // an excerpt
					text = paragraphs(body[:max(2, len(body)*3/4)])
				case 2: // a revision
					n := len(body) / 5
					text = paragraphs(slices.Concat(w.article(n), body[n:]))
				default: // a page
					teasers := ""
					for range rng.IntN(8) {
						teasers += "\n" + w.phrase(5)
					}
					text = fmt.Sprintf(sites[l][site], text+teasers)
				}
			}
			id := fmt.Sprintf("%s-%03d-%d", l, a, c)
			docs = append(docs, reprint.Document{
				ID: id, Text: text, Site: fmt.Sprintf("%s-%d.example", l, site),
				Published: first.Add(time.Duration(c*rng.IntN(3)) * time.Hour), // some at the same time
			})
			label[id] = a
		}
	}
	slices.SortFunc(docs, func(a, b reprint.Document) int {
		if c := a.Published.Compare(b.Published); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return docs, label
}
