package origin

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cbb30ed1/reprint/shingle"
)

// openNames finds what stands behind a phrase that names a source, where the
// name is in no table: "originally appeared in the Harbour Gazette".
func (f *finder) openNames(out []Credit) []Credit {
	known := len(out)
	for i := 1; i < len(f.tokens); i++ {
		c, n := f.openPhrase(i)
		if n == 0 || c.edge && !f.edge(i) || !f.near(i) {
			continue
		}
		// A single word wants a colon.
		if n == 1 && (!strings.ContainsAny(f.between(i), ":：") || i > 1 && !cased(f.tokens[i-1].fold) && !f.lineStart(i-1)) {
			continue
		}
		from := i
		for from < len(f.tokens) && f.filler[f.tokens[from].fold] && f.tokens[from].lower && f.near(from+1) {
			from++
		}
		to := from
		for to < len(f.tokens) && to-from < 6 && (to == from || f.continues(to)) {
			to++
		}
		if to <= from || to == len(f.tokens) && from == to {
			continue
		}
		s := f.span(from, to)
		t := f.tokens[from]
		name := f.text[s.Start:s.End]
		if !t.caps && cased(t.fold) && host(name) == "" || t.digits || !f.near(from) {
			continue
		}
		taken := false
		for _, k := range out[:known] {
			taken = taken || k.Start < s.End && s.Start < k.End
		}
		if taken || utf8.RuneCountInString(name) < 2 {
			continue
		}
		if _, is := f.anyMention(from, to); is {
			continue
		}
		out = append(out, Credit{Span: s, Kind: Text, Name: name, Rule: "named source"})
	}
	return out
}

// lineStart reports whether token i begins a line or follows the end of a sentence.
func (f *finder) lineStart(i int) bool {
	s := f.between(i)
	return i == 0 || strings.Contains(s, "\n") || endsSentence(s) || strings.ContainsAny(s, "(（[【|–—")
}

func (f *finder) anyMention(from, to int) (mention, bool) {
	for k := from; k < to; k++ {
		if m, ok := f.mention(k); ok {
			return m, true
		}
	}
	return mention{}, false
}

// continues reports whether token i goes on with the name that token i-1 is of.
func (f *finder) continues(i int) bool {
	s := f.between(i)
	if len(s) > 3 || strings.ContainsAny(s, "\n,;:()[]\"”“«»|–—。、） ") && s != " " {
		return false
	}
	t := f.tokens[i]
	if s == "." {
		return t.lower // example.com
	}
	return s != ". " && (t.caps || !cased(t.fold) || f.filler[t.fold] && i+1 < len(f.tokens) && f.tokens[i+1].caps)
}

func (f *finder) openPhrase(i int) (context, int) {
	p, found, length := "", context{}, 0
	for n := 1; n <= f.longest && i-n >= 0; n++ {
		if n > 1 && !f.near(i-n+1) {
			break
		}
		p = strings.TrimSpace(f.tokens[i-n].fold + " " + p)
		if c, is := f.open[p]; is {
			found, length = c, n
		}
	}
	return found, length
}

// acronyms finds an agency that is in no table: capitals alone in a bracket, a
// capitalised place before it at the beginning of a line, and a dash behind it.
func (f *finder) acronyms(out []Credit) []Credit {
	known := len(out)
	for _, line := range f.lines {
		for i := line.from + 1; i < min(line.to-1, line.from+8); i++ {
			t := f.tokens[i]
			after := strings.TrimLeft(f.between(i+1), " \u00a0")
			if !t.upper || len(t.fold) < 2 || len(t.fold) > 8 || !strings.HasSuffix(f.between(i), "(") || !strings.HasPrefix(after, ")") {
				continue
			}
			after = strings.TrimLeft(after[1:], " \u00a0")
			if after == "" || !strings.ContainsAny(first(after), "-–—−") || !f.capitalised(line.from, i) {
				continue
			}
			s := f.span(i, i+1)
			taken := false
			for _, c := range out[:known] {
				taken = taken || c.Start < s.End && s.Start < c.End
			}
			if !taken {
				out = append(out, Credit{Span: s, Kind: Text, Name: f.text[s.Start:s.End], Rule: "acronym"})
			}
		}
	}
	return out
}

// urls finds addresses behind a phrase that names a source: "please indicate the
// source: https://example.com/1".
func (f *finder) urls(out []Credit) []Credit {
	for i, t := range f.tokens {
		if t.fold != "http" && t.fold != "https" || !strings.HasPrefix(f.text[t.end:], "://") {
			continue
		}
		if kind, _ := f.phrase(group{from: i, to: i + 1}, true); kind != Text {
			continue
		}
		end := len(f.text)
		if n := strings.IndexFunc(f.text[t.start:], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(")]>\"'»”", r) }); n >= 0 {
			end = t.start + n
		}
		end = t.start + len(strings.TrimRight(f.text[t.start:end], ".,;"))
		address := f.text[t.start:end]
		h := host(address)
		if h == "" {
			continue
		}
		c := Credit{Span: shingle.Span{Start: t.start, End: end}, Kind: Text, Name: h, Rule: "address"}
		s := f.tables.site(h)
		if s != nil {
			c.Name = s.Name
		}
		if s != nil && s == f.own || h == f.host {
			c.Kind = Self
		}
		out = slices.DeleteFunc(out, func(k Credit) bool { return k.Start < c.End && c.Start < k.End })
		out = append(out, c)
	}
	return out
}
