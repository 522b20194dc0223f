package origin

import (
	"strings"
	"unicode/utf8"
)

// mentions finds the names, the longest first where they overlap.
func (f *finder) mentions() []mention {
	var out []mention
	for i := 0; i < len(f.tokens); {
		if m, ok := f.mention(i); ok {
			out = append(out, m)
			i = m.to
			continue
		}
		i++
	}
	return out
}

func (f *finder) mention(i int) (mention, bool) {
	best := mention{}
	try := func(first string, prefix int) {
		prefixed := prefix > 0
		n := f.trie
		for k := i; k < len(f.tokens); k++ {
			word := f.tokens[k].fold
			if k == i {
				word = first
			} else if !joins(f.between(k)) {
				break
			}
			if n = n.next[word]; n == nil {
				break
			}
			written := f.text[f.tokens[i].start:f.tokens[k].end]
			for _, a := range n.alias {
				if (prefixed || a.fits(written)) && k+1 > best.to && !(a.weak && prefixed) {
					best = mention{from: i, to: k + 1, source: a.source, weak: a.weak, prefix: prefix}
				}
			}
		}
	}
	word := f.tokens[i].fold
	try(word, 0)
	if best.to == 0 && word[0] >= 0xD8 && word[0] <= 0xD9 {
		for _, p := range []string{"و", "ل", "ب", "لل", "ول"} {
			if rest, ok := strings.CutPrefix(word, p); ok && utf8.RuneCountInString(rest) >= 5 {
				try(rest, len(p))
			}
		}
	}
	if best.to == 0 {
		if s, to := f.domain(i); s != nil {
			best = mention{from: i, to: to, source: s}
		}
	}
	if f.ownKey != "" && best.to == 0 {
		k := i
		for tok := range strings.SplitSeq(f.ownKey, " ") {
			if k == len(f.tokens) || f.tokens[k].fold != tok {
				return best, false
			}
			k++
		}
		best = mention{from: i, to: k, own: true, weak: k-i == 1}
	}
	if best.to > 0 && f.own != nil && best.source == f.own {
		best.own, best.weak = true, false
	}
	return best, best.to > 0
}

// domain returns the source whose host is written at token i: "latimes.com".
func (f *finder) domain(i int) (*Source, int) {
	to := i + 1
	for to < len(f.tokens) && to-i < 4 && f.between(to) == "." && !f.tokens[to].digits {
		to++
	}
	if to-i < 2 || f.tokens[to-1].start-f.tokens[i].start > 60 || strings.HasSuffix(f.between(i), "/") || strings.HasSuffix(f.between(i), "@") {
		return nil, 0
	}
	h := strings.ToLower(f.text[f.tokens[i].start:f.tokens[to-1].end])
	if s := f.tables.sites[strings.TrimPrefix(h, "www.")]; s != nil {
		return s, to
	}
	return nil, 0
}

// joins reports whether signs may stand inside a name.
func joins(s string) bool {
	if s == "" || s == " " {
		return true
	}
	signs := 0
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || strings.ContainsRune("()[]{}<>,;:|\"“”«»。、", r):
			return false
		case r == ' ' || r == 0xA0:
		default:
			signs++
		}
	}
	return signs <= 1 && len(s) <= 6
}

// groups joins mentions that are a list of names, with initials of editors.
func (f *finder) groups() []group {
	var out []group
	for _, m := range f.mentions() {
		if n := len(out); n > 0 {
			last := &out[n-1]
			if f.listed(last.to, m.from) {
				last.to = m.to
				last.mentions = append(last.mentions, m)
				continue
			}
		}
		g := group{m.from, m.to, []mention{m}}
		low := 0
		if n := len(out); n > 0 {
			low = out[n-1].to
		}
		for g.from > low && f.initials(g.from-1) && slash(f.between(g.from)) {
			g.from--
		}
		out = append(out, g)
	}
	for k := range out {
		g := &out[k]
		high := len(f.tokens)
		if k+1 < len(out) {
			high = out[k+1].from
		}
		for g.to < high && f.initials(g.to) && slash(f.between(g.to)) {
			g.to++
		}
	}
	return out
}

func slash(s string) bool { return s == "/" || s == "-" || s == " / " || s == "+" }

// initials reports whether a token may be an editor's: "rpe", "VGV".
func (f *finder) initials(i int) bool {
	t := f.tokens[i]
	return (t.lower || t.upper) && len(t.fold) <= 5 && utf8.RuneCountInString(t.fold) > 1
}

// listed reports whether the tokens from i to before j do no more than join
// two names.
func (f *finder) listed(i, j int) bool {
	if j-i > 3 {
		return false
	}
	for k := i; k <= j; k++ {
		switch s := f.between(k); s {
		case "/", ", ", "،", " ، ", "、", " / ", "+", "-", " & ", " + ", " - ", ",", "; ", "・", "=", " – ", " — ":
		case " ":
			if k == i && i < j && f.filler[f.tokens[i].fold] || k == j && i < j {
				continue
			}
			if i < j && conjunction(f.tokens[k].fold) {
				continue
			}
			return false
		default:
			return false
		}
	}
	for k := i; k < j; k++ {
		if !f.initials(k) && !conjunction(f.tokens[k].fold) {
			return false
		}
	}
	return i == j || conjunction(f.tokens[i].fold) || slash(f.between(j)) || slash(f.between(i))
}

func conjunction(word string) bool {
	switch word {
	case "and", "und", "et", "y", "e", "en", "i", "ve", "и", "و", "with", "mit":
		return true
	}
	return false
}
