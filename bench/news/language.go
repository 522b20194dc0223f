package news

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A script is what the words and sentences of a language are made of.
type script struct {
	name    string
	percent int // of the documents

	onsets, vowels, codas []string // a syllable has one of each
	characters            []rune   // instead of syllables: a word has one to three

	space, comma, stop, open, close, dash string
	digits                                []string
	caps                                  bool
}

var (
	latinDigits  = strings.Split("0123456789", "")
	arabicDigits = strings.Split("٠١٢٣٤٥٦٧٨٩", "")
	hindiDigits  = strings.Split("०१२३४५६७८९", "")
)

// A coda or onset named twice is twice as frequent.
var scripts = []script{
	{
		name: "la", percent: 40,
		onsets: strings.Fields("b c d f g h l m n p r s t v w b d l m r s t st tr pl br ch sh"),
		vowels: strings.Fields("a e i o u a e i o ea ou ai"),
		codas:  strings.Split(", , , ,n,r,s,l,t,d,nd,st,ng,ck", ","),
		space:  " ", comma: ",", stop: ".", open: "\"", close: "\"", dash: " - ",
		digits: latinDigits, caps: true,
	},
	{
		name: "lb", percent: 20,
		onsets: strings.Fields("b c d f g j l m n p qu r s t v z bl cr gr pr ç ñ ll h k"),
		vowels: strings.Fields("a e i o u a e o é è á ó ü ö ã ê í"),
		codas:  strings.Split(", , , , ,n,r,s,l,s,z,nt,x", ","),
		space:  " ", comma: ",", stop: ".", open: "«", close: "»", dash: " – ",
		digits: latinDigits, caps: true,
	},
	{
		name: "cy", percent: 15,
		onsets: strings.Fields("б в г д ж з к л м н п р с т х ч ш пр ст кр вл гр в к н п"),
		vowels: strings.Fields("а е и о у ы я ю а е и о"),
		codas:  strings.Split(", , , ,й,н,р,л,т,м,сть,ть,в,х", ","),
		space:  " ", comma: ",", stop: ".", open: "«", close: "»", dash: " — ",
		digits: latinDigits, caps: true,
	},
	{
		name: "ar", percent: 10,
		onsets: strings.Fields("ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ع غ ف ق ك ل م ن ه و ي ال م ت"),
		vowels: strings.Split(", , ,ا,و,ي,ا", ","),
		codas:  strings.Split(", , ,ن,ر,ل,ة,ت,م", ","),
		space:  " ", comma: "،", stop: ".", open: "«", close: "»", dash: " - ",
		digits: arabicDigits,
	},
	{
		name: "zh", percent: 10,
		characters: characters(0x4e00, 0x9f00, 2600),
		comma:      "，", stop: "。", open: "“", close: "”", dash: "　",
		digits: latinDigits,
	},
	{
		name: "hi", percent: 5,
		onsets: strings.Fields("क ख ग घ च ज ट ड त थ द ध न प फ ब भ म य र ल व श स ह क त न प र स"),
		vowels: strings.Split(", , ,ा,ि,ी,े,ो,ु,ा,े", ","),
		codas:  strings.Split(", , , ,ं,न,र,ल", ","),
		space:  " ", comma: ",", stop: "।", open: "“", close: "”", dash: " - ",
		digits: hindiDigits,
	},
}

// characters spreads n characters over a range.
func characters(first, last rune, n int) []rune {
	out := make([]rune, n)
	for i := range out {
		out[i] = first + rune(i)*(last-first)/rune(n)
	}
	return out
}

const (
	functionWords = 64
	contentWords  = 1 << 15
	stockPhrases  = 512
	patternCount  = 256
	vendors       = 32 // of notices
	formCount     = 64
)

// A lexicon is words and how often they occur.
type lexicon struct {
	text string
	at   []uint32
	by   *alias
}

func newLexicon(words []string, q int) lexicon {
	l := lexicon{at: make([]uint32, len(words)+1), by: newAlias(zipf(len(words), q))}
	var text strings.Builder
	for i, w := range words {
		text.WriteString(w)
		l.at[i+1] = uint32(text.Len())
	}
	l.text = text.String()
	return l
}

func (l *lexicon) choose(r *rng) string {
	i := l.by.choose(r)
	return l.text[l.at[i]:l.at[i+1]]
}

// A language is everything that is shared by its texts.
type language struct {
	*script
	number int

	function, content          lexicon
	first, last, places, firms lexicon
	phrases                    lexicon
	agencies                   []string
	patterns                   []string
	notices                    []string // about cookies, by vendor
	noticeBy                   *alias
	forms                      []form
	formBy                     *alias
	sites                      []*site
	siteBy                     *alias
}

func newLanguage(number int, seed uint64) *language {
	l := &language{script: &scripts[number], number: number}
	r := derive(seed, 1, number)
	seen := map[string]bool{}
	words := func(n int, make func(i int) string) []string {
		out := []string{}
		for len(out) < n {
			for {
				if w := make(len(out)); !seen[w] {
					seen[w] = true
					out = append(out, w)
					break
				}
			}
		}
		return out
	}
	title := func(s string) string {
		if !l.caps {
			return s
		}
		first, n := utf8.DecodeRuneInString(s)
		return string(unicode.ToUpper(first)) + s[n:]
	}
	l.function = newLexicon(words(functionWords, func(i int) string { return l.word(&r, 1) }), 3)
	content := words(contentWords, func(i int) string {
		switch {
		case l.characters != nil && i < 300:
			return l.word(&r, 1)
		case l.characters != nil:
			return l.word(&r, 2+r.n(5)/4)
		case i < 500:
			return l.word(&r, 1+r.n(4)/3)
		case i < 4000:
			return l.word(&r, 1+r.n(2))
		}
		return l.word(&r, 2+r.n(2))
	})
	l.content = newLexicon(content, 30)
	name := func(low, high int) func(int) string {
		return func(int) string { return title(l.word(&r, r.between(low, high))) }
	}
	l.first = newLexicon(words(1024, name(2, 2)), 20)
	l.last = newLexicon(words(4096, name(2, 3)), 100)
	l.places = newLexicon(words(2048, name(2, 3)), 20)
	l.firms = newLexicon(words(1024, func(int) string {
		s := title(l.word(&r, 2))
		for range r.n(3) {
			s += l.space + title(l.content.choose(&r))
		}
		return s
	}), 30)
	for range 12 {
		l.agencies = append(l.agencies, strings.ToUpper(l.word(&r, 1)+l.word(&r, 1)))
	}
	l.phrases = newLexicon(words(stockPhrases, func(int) string {
		s := l.function.choose(&r)
		for i := range r.between(3, 8) {
			if i%2 == 0 {
				s += l.space + l.content.choose(&r)
			} else {
				s += l.space + l.function.choose(&r)
			}
		}
		return s
	}), 10)
	for range patternCount {
		l.patterns = append(l.patterns, pattern(&r))
	}
	w := writer{l: l, r: r}
	for range vendors {
		w.buf = w.buf[:0]
		w.sentences(r.between(2, 5), w.cast())
		l.notices = append(l.notices, string(w.buf))
	}
	l.noticeBy = newAlias(zipf(vendors, 1))
	for i := range formCount {
		l.forms = append(l.forms, newForm(l, derive(seed, 100+number, i)))
	}
	l.formBy = newAlias(zipf(formCount, 3))
	return l
}

// word makes a word of so many syllables, or characters.
func (l *language) word(r *rng, n int) string {
	s := ""
	if l.characters != nil {
		for range n {
			s += string(l.characters[r.n(len(l.characters))])
		}
		return s
	}
	for range n {
		s += l.onsets[r.n(len(l.onsets))] + l.vowels[r.n(len(l.vowels))] + strings.TrimSpace(l.codas[r.n(len(l.codas))])
	}
	return strings.ReplaceAll(s, " ", "")
}

// pattern makes the pattern of a sentence by this grammar, in which f is a
// function word, w a content word, P a person, L a place, O a firm, # a number
// and s a stock phrase:
//
//	sentence = clause | clause "," "f" clause | adverbial "," clause
//	clause   = noun "w" noun [adverbial] | noun "w" "f" "w" adverbial
//	noun     = "f" "w" | "f" "w" "w" | "w" | "P" | "O"
//	adverbial= "f" noun | "f" "L" | "f" "#" "w" | "s"
func pattern(r *rng) string {
	noun := func() string { return []string{"fw", "fw", "fww", "fwfw", "w", "P", "O"}[r.n(7)] }
	adverbial := func() string {
		switch r.n(8) {
		case 0:
			return "f#w"
		case 1:
			return "fL"
		case 2:
			return "s"
		}
		return "f" + noun()
	}
	clause := func() string {
		if r.percent(40) {
			return noun() + "wfw" + adverbial()
		}
		s := noun() + "w" + noun()
		for range r.n(3) {
			s += adverbial()
		}
		return s
	}
	switch r.n(4) {
	case 0:
		return adverbial() + "," + clause()
	case 1:
		return clause() + ",f" + clause()
	case 2:
		return clause() + adverbial()
	}
	return clause()
}
