package origin

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cbb30ed1/reprint/shingle"
)

// Kind says what a credit is.
type Kind string

// The kinds of credits. Only Text says where an article comes from.
const (
	Text     Kind = "text"     // the article, or some of it, is theirs
	Citation Kind = "citation" // they are quoted: "told CNBC"
	Photo    Kind = "photo"    // a picture is theirs
	Self     Kind = "self"     // the site names itself
	Author   Kind = "author"   // a person
)

var kinds = map[string]Kind{
	"text": Text, "open": Text, "citation": Citation, "photo": Photo, "self": Self, "author": Author,
}

// A Credit is a name in a text, and what it stands for.
type Credit struct {
	shingle.Span        // bytes of the text, or of the byline
	Kind         Kind   `json:"kind"`
	Name         string `json:"name"`           // as the table of names has it, or as it stands in the text
	Rule         string `json:"rule,omitempty"` // why: "bracket", "dateline", "phrase", …
	Byline       bool   `json:"byline"`         // the span is in the byline, not in the text
}

// maxEdge is the number of tokens at either end of a text that are an edge.
const maxEdge = 45

// A finder finds the credits of one text.
type finder struct {
	*tables
	text   string
	tokens []token
	own    *Source    // the site's, or nil
	ownKey string     // the site's words, folded
	host   string     // the site's, if it is one
	edges  [2]int     // tokens before the first and from the second are at an edge
	lines  []lineSpan // tokens of each line
}

type lineSpan struct{ from, to int }

// A mention is a name in the text: tokens from to before to.
type mention struct {
	from, to int
	source   *Source // nil for the site's own handle
	weak     bool
	own      bool
	prefix   int // bytes of an Arabic preposition that is attached
}

// A group is mentions joined by signs: "Reuters/dpa", "ntv.de, rpe/AFP".
type group struct {
	from, to int // tokens, with initials
	mentions []mention
}

// Credits returns the credits in a text, in order. Site says where the text
// was published, or "": what names it is a self-credit.
func Credits(text, site string) []Credit {
	f := newFinder(text, site)
	var out []Credit
	for _, g := range f.groups() {
		out = f.judge(out, g)
	}
	out = f.openNames(out)
	out = f.acronyms(out)
	out = f.urls(out)
	out = f.authors(out)
	slices.SortStableFunc(out, func(a, b Credit) int { return a.Start - b.Start })
	return out
}

func newFinder(text, site string) *finder {
	f := &finder{tables: table(), text: text, tokens: tokenize(nil, text)}
	if site != "" {
		f.own = f.tables.site(site)
		if f.host = host(site); f.host == "" {
			f.ownKey = siteKey(site)
		}
	}
	n := len(f.tokens)
	f.edges = [2]int{min(maxEdge, n), max(0, n-maxEdge)}
	for i, t := range f.tokens {
		if i == 0 || t.line != f.tokens[i-1].line {
			f.lines = append(f.lines, lineSpan{i, i})
		}
		f.lines[len(f.lines)-1].to = i + 1
	}
	return f
}

// line returns the tokens of the line of a token.
func (f *finder) line(i int) lineSpan {
	k, _ := slices.BinarySearchFunc(f.lines, i, func(l lineSpan, i int) int {
		if l.to <= i {
			return -1
		}
		if l.from > i {
			return 1
		}
		return 0
	})
	return f.lines[k]
}

// between returns what stands between token i-1 and token i.
func (f *finder) between(i int) string {
	start, end := 0, len(f.text)
	if i > 0 {
		start = f.tokens[i-1].end
	}
	if i < len(f.tokens) {
		end = f.tokens[i].start
	}
	return f.text[start:end]
}

// edge reports whether a token stands near the beginning or the end.
func (f *finder) edge(i int) bool { return i < f.edges[0] || i >= f.edges[1] }

// judge says what the names of a group are, and appends their credits.
func (f *finder) judge(out []Credit, g group) []Credit {
	kind, rule, strong := f.kind(g)
	for _, m := range g.mentions {
		k := kind
		switch {
		case m.source != nil && m.source.Kind == "photo":
			k = Photo
		case m.own && (k == Text || k == ""):
			k = Self
		case m.weak && !strong && !m.own && !(m.source.Kind == "agency" && (rule == "dateline" || rule == "bracket")):
			continue
		case m.source == nil:
			k = Self
		case m.source.Kind == "platform" && k == Text && rule != "phrase":
			k = ""
		}
		if k == "" {
			continue
		}
		c := Credit{Span: f.span(m.from, m.to), Kind: k, Rule: rule}
		if rest := f.text[c.Start:c.End]; m.prefix < len(rest) && utf8.RuneStart(rest[m.prefix]) {
			c.Start += m.prefix
		}
		if m.source != nil {
			c.Name = m.source.Name
		} else {
			c.Name = f.text[c.Start:c.End]
		}
		out = append(out, c)
	}
	return out
}

func (f *finder) span(from, to int) shingle.Span {
	return shingle.Span{Start: f.tokens[from].start, End: f.tokens[to-1].end}
}

// kind returns what a group is, by which rule, and whether that is enough for
// a name that is a common word too.
func (f *finder) kind(g group) (kind Kind, rule string, strong bool) {
	if f.photo(g) {
		return Photo, "photo", true
	}
	if k, weak := f.phrase(g, true); k == Citation && weak {
		return Citation, "phrase", true
	}
	if f.bracket(g) {
		// An outlet opens its own articles with its name; behind a dash others do.
		if f.own == nil && f.ownKey == "" && g.from < f.edges[0] && agency(g) == "" && !strings.ContainsAny(f.between(g.to), "-–—−") {
			return Self, "bracket", false
		}
		return Text, "bracket", false
	}
	if f.dateline(g) {
		return Text, "dateline", false
	}
	left, _ := f.phrase(g, true)
	right, _ := f.phrase(g, false)
	switch {
	case left == "" && f.staff(g):
		return Text, "byline", false
	case left == Photo || right == Photo:
		return Photo, "phrase", true
	case left == Text || right == Text:
		// "Source: "Gazette"": outlets between quotes are quoted.
		if f.kindOf(g) == "outlet" && strings.ContainsAny(f.between(g.from), "\"“„«'‘") && strings.Contains(f.between(g.from), ":") {
			return Citation, "phrase", true
		}
		if f.copyrightOnly(g) {
			return Photo, "copyright", true
		}
		return Text, "phrase", true
	case left == Self || right == Self:
		return Self, "phrase", true
	case left == Citation || right == Citation:
		return Citation, "phrase", true
	}
	if f.byline(g) {
		return Text, "byline", false
	}
	if f.slug(g) {
		return Text, "slug", false
	}
	if f.contributed(g) {
		return Text, "contributed", false
	}
	if m := g.mentions[0]; m.prefix > 0 && !strings.HasPrefix(f.tokens[m.from].fold, "و") {
		return Citation, "preposition", false
	}
	return "", "", false
}

// bracket is a group alone between brackets: behind a place, behind the end of
// a sentence, or at the end of a line. "the Press Association (PA)" explains a
// name, and is none.
func (f *finder) bracket(g group) bool {
	before, after := f.between(g.from), f.between(g.to)
	open := strings.LastIndexAny(before, "([{（【［〔<")
	closing := strings.IndexAny(after, ")]}）】］〕>")
	atEnd := g.to == len(f.tokens)
	line := f.line(g.from)
	// An editor's insert: "(the chambers of the court – PAP)".
	if open < 0 && closing == 0 && strings.ContainsAny(before, "–—-") && strings.Trim(before, " –—-") == "" && f.tokens[g.from-1].fold != "r" && f.tokens[g.from-1].fold != "d" && before[0] == ' ' {
		return true
	}
	if open < 0 || strings.Trim(before[open:], "([{（【［〔<* \"") != "" || !atEnd && (closing < 0 || strings.Trim(after[:closing], "*. \u00a0\"") != "") {
		return false
	}
	if g.from > 0 && g.from > line.from {
		if m, ok := f.endsMention(g.from - 1); ok && m == g.mentions[0].source {
			return false
		}
	}
	rest := ""
	if closing >= 0 {
		_, n := utf8.DecodeRuneInString(after[closing:])
		rest = strings.TrimLeft(after[closing+n:], " \u00a0\t")
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "."), " ")
	if f.spelledOut(g) {
		return false
	}
	dash := rest != "" && strings.ContainsAny(first(rest), "-–—−‒")
	ends := atEnd || strings.HasPrefix(rest, "\n")
	latin := g.from > 0 && cased(f.tokens[g.from-1].fold)
	lower := g.to < len(f.tokens) && f.tokens[g.to].lower
	ahead := g.from - line.from
	switch {
	case len(g.mentions) > 1 && agency(g) != "":
		return true
	case ahead >= 2 && f.initials(g.from-1) && f.initials(g.from-2) && slash(f.between(g.from-1)):
		return true // "rs/rt (AFP)"
	case ends && !atEnd && agency(g) == "" && ahead > 8 && endsSentence(before[:open]) && (g.from < f.edges[0] || !f.edge(g.from)):
		return false // what a picture shows, or who said it; an article that is theirs ends so
	case f.placeAndDay(g.from, line.from), dash, ends:
		return true
	case strings.Contains(before[open:], "{") && ahead <= 4:
		return true // "* خدمة {نيويورك تايمز}"
	case ahead == 0:
		return !lower
	case agency(g) == "":
		return strings.HasPrefix(rest, ":") && ahead <= 4 && f.capitalised(line.from, g.from) && f.edge(g.from)
	case endsSentence(before[:open]):
		return true
	case ahead <= 8 && latin && f.capitalised(line.from, g.from), ahead <= 3 && !latin:
		return !lower
	}
	// A headline without a line break goes before the place.
	return latin && g.from < f.edges[0] && f.tokens[g.from-1].caps && !lower && rest != "" && !strings.ContainsAny(first(rest), ",.;")
}

// spelledOut reports whether the name in a bracket stands for the words before
// it: "the Office of Thrift Supervision (OTS)".
func (f *finder) spelledOut(g group) bool {
	m := g.mentions[0]
	if len(g.mentions) > 1 || m.to-m.from > 1 || !f.tokens[m.from].upper {
		return false
	}
	name := []rune(f.tokens[m.from].fold)
	k := m.from - 1
	for i := len(name) - 1; i >= 0; i-- {
		for k >= 0 && f.tokens[k].lower && i < len(name)-1 {
			k-- // "of"
		}
		if k < 0 {
			return false
		}
		if r, _ := utf8.DecodeRuneInString(f.tokens[k].fold); r != name[i] {
			return false
		}
		k--
	}
	return true
}

// placeAndDay reports whether a place and a day of the month stand before token
// i: "Berlin, 29. Sept. (".
func (f *finder) placeAndDay(i, from int) bool {
	for k := i - 1; k >= max(from, i-3); k-- {
		t := f.tokens[k]
		if t.digits && len(t.fold) <= 2 && k > from && f.tokens[k-1].caps {
			return true
		}
		if !t.digits && utf8.RuneCountInString(t.fold) > 9 {
			return false
		}
	}
	return false
}

func first(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

func cased(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsLower(r)
}

// endsMention returns the source whose name, or a word of it, ends at token i.
func (f *finder) endsMention(i int) (*Source, bool) {
	for from := max(0, i-4); from <= i; from++ {
		if m, ok := f.mention(from); ok && m.to == i+1 {
			return m.source, true
		}
	}
	return nil, false
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, " \u00a0\"'”“»«’)*_")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…。！？؟।", r)
}

// capitalised reports whether tokens may be a place: those with case begin
// with a capital or are short.
func (f *finder) capitalised(from, to int) bool {
	for _, t := range f.tokens[from:to] {
		if !t.caps && !t.digits && cased(t.fold) && utf8.RuneCountInString(t.fold) > 4 {
			return false
		}
	}
	return true
}

// dateline is a group behind or before a place at the beginning of a line, with a
// dash or a colon or the line's end behind it: "الرياض - واس", "МОСКВА, 1 янв —
// РИА Новости.".
func (f *finder) dateline(g group) bool {
	line := f.line(g.from)
	if line.to < g.to {
		return false
	}
	ahead, behind := g.from-line.from, line.to-g.to
	before, after := f.between(g.from), f.between(g.to)
	if g.to < len(f.tokens) {
		after = strings.TrimRight(after, " \"“«„'")
	}
	dash := func(s string) bool {
		return strings.ContainsAny(s, "-–—−:/|ـ‒") || strings.ContainsAny(s, ",،") && behind > 0
	}
	ends := behind == 0 || strings.ContainsAny(after, "-–—−:")
	if behind > 0 && f.tokens[g.to].start-f.tokens[g.to-1].end == 1 && after != ":" && cased(f.tokens[g.to].fold) {
		return false // "Sputnik-Impfstoff"
	}
	if strings.ContainsAny(before, "【［") {
		return true
	}
	if ahead > 0 && strings.ContainsAny(f.between(line.from), "【［") && ahead <= 8 && strings.HasPrefix(after, "】") || strings.HasPrefix(after, "］") && ahead <= 12 {
		return true
	}
	if agency(g) == "" {
		return false
	}
	spaced := func(s string) bool {
		return strings.ContainsAny(s, "-–—−") && strings.HasPrefix(s, " ") && len(s) > 2
	}
	switch {
	case ahead > 0 && g.from < f.edges[0] && spaced(before) && g.to < len(f.tokens) && spaced(f.between(g.to)):
		return true // "… MOSCOW - TASS - The …", without a line break
	case ahead > 0 && ahead <= 6 && dash(before) && (ends || strings.HasPrefix(after, ".") && strings.ContainsAny(before, "-–—")) && f.capitalised(line.from, g.from):
		return behind > 0 || line.from < f.edges[0] || line.to > f.edges[1]
	case ahead == 0 && behind > 0 && behind <= 3 && dash(after) && g.from < f.edges[0] && f.capitalised(g.to, line.to):
		return true
	case ahead == 0 && behind > 3 && g.from < f.edges[0] && strings.ContainsAny(after, "-–—:") && !cased(f.tokens[g.from].fold):
		return true
	case ahead == 0 && behind > 3 && strings.ContainsAny(after, "-–—−") && f.tokens[g.from].upper && after[0] == ' ' && g.from < f.edges[0]:
		return true
	}
	// "واشنطن 15 شوال 1436 هـ الموافق 31 يوليو 2015 م واس" as the first line.
	if line.from == 0 && behind == 0 && ahead >= 3 && ahead <= 14 && !cased(f.tokens[g.from].fold) && f.hasDigits(0, g.from) {
		return true
	}
	// "新华社北京1月1日电": the name, a place, a day, and the sign of a dispatch.
	if ahead <= 2 && behind > 3 {
		for k := g.to; k < min(g.to+16, line.to); k++ {
			if w := f.tokens[k].fold; w == "电" || w == "電" || w == "讯" || w == "訊" {
				return true
			}
		}
	}
	return false
}

// kindOf returns the kind of the first name of a group.
func (f *finder) kindOf(g group) string {
	if s := g.mentions[0].source; s != nil {
		return s.Kind
	}
	return ""
}

// agency returns the name of the first agency of a group, or "".
func agency(g group) string {
	for _, m := range g.mentions {
		if m.source != nil && (!m.weak || m.own || m.source.Kind == "agency") && (m.source.Kind == "agency" || m.source.Kind == "release" || m.own) {
			return m.source.Name
		}
	}
	return ""
}
