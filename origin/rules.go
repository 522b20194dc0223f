package origin

import (
	"slices"
	"strings"
)

// photo reports whether a group credits a picture by where it stands: with a
// person's name and a slash, in a bracket or a short line with a word for
// pictures.
func (f *finder) photo(g group) bool {
	line := f.line(g.from)
	for _, m := range g.mentions {
		if m.source != nil && m.source.Kind == "photo" {
			return true
		}
	}
	before, after := f.between(g.from), f.between(g.to)
	// "Alexander Koerner/Reuters" and "REUTERS/Alessandro Garofalo".
	if g.from > line.from && strings.TrimSpace(before) == "/" {
		if t := f.tokens[g.from-1]; t.caps && !t.upper || !t.lower && len(t.fold) > 5 {
			return true
		}
	}
	if g.to < line.to && strings.TrimSpace(after) == "/" {
		t := f.tokens[g.to]
		if t.caps && !t.upper && (g.to+1 < line.to && f.tokens[g.to+1].caps || t.upper) {
			return true
		}
		if w := t.fold; w == "file" || w == "archive" || w == "archiv" || w == "pool" {
			return true
		}
	}
	// "(AP Photo)", "(Onni Ojala via AP)".
	if from, to, ok := f.enclosing(g); ok {
		for k := from; k < to; k++ {
			if k >= g.from && k < g.to {
				continue
			}
			w := f.tokens[k].fold
			if w == "via" && k < g.from && k > from || f.word(w, Photo) {
				return true
			}
		}
		// "(Pablo Martinez/AP)" and "(Evan Vucci, AP)" name a person.
		if g.from-from >= 2 && g.from-from <= 3 && f.tokens[from].caps && !f.tokens[from].upper && f.tokens[from+1].caps && strings.Contains(before, ",") {
			return false
		}
	}
	if k, _ := f.phrase(g, true); k == Photo {
		return true
	}
	if k, _ := f.phrase(g, false); k == Photo {
		return true
	}
	// "Jane Miller, AP" as a line: writers have "By", or the agency spelled out.
	if n := g.from - line.from; (n == 2 || n == 3) && line.to == g.to && g.to-g.from == 1 && f.tokens[g.from].upper && len(f.tokens[g.from].fold) <= 4 &&
		f.names(line.from, g.from) && !f.word(f.tokens[line.from].fold, Author) && strings.ContainsAny(before, ",|") {
		return true
	}
	// "Photo: Evan Vucci, AP" as a line.
	if line.to-line.from <= 14 {
		for k := line.from; k < min(line.from+3, g.from); k++ {
			if f.word(f.tokens[k].fold, Photo) && strings.HasPrefix(strings.TrimSpace(f.between(k+1)), ":") {
				return true
			}
		}
	}
	return false
}

// word reports whether a word alone is a phrase of a kind, on the left.
func (f *finder) word(w string, kind Kind) bool {
	for _, c := range f.left[w] {
		if c.kind == kind {
			return true
		}
	}
	return false
}

// enclosing returns the tokens of the bracket around a group, of at most 16.
func (f *finder) enclosing(g group) (from, to int, ok bool) {
	for from = g.from; from > max(0, g.from-14); from-- {
		s := f.between(from)
		if strings.ContainsAny(s, "\n)）]") {
			return 0, 0, false
		}
		if strings.ContainsAny(s, "(（[") {
			for to = g.to; to <= min(len(f.tokens), g.to+14); to++ {
				s := f.between(to)
				if strings.ContainsAny(s, ")）]") {
					return from, to, true
				}
				if strings.Contains(s, "\n") {
					break
				}
			}
			return 0, 0, false
		}
	}
	return 0, 0, false
}

// phrase returns the kind of the phrase that touches a group on the left or on
// the right, the longest that there is. Fillers, numbers and signs may stand
// between. Direct says that nothing does but signs.
func (f *finder) phrase(g group, left bool) (kind Kind, direct bool) {
	edge := f.edge(g.from)
	if left {
		for skipped := 0; skipped <= 4; skipped++ {
			to := g.from - skipped
			if to <= 0 || !f.near(to) {
				return "", false
			}
			if k := f.longestPhrase(f.left, to, true, edge); k != "" {
				return k, skipped == 0
			}
			w := f.tokens[to-1]
			if !f.filler[w.fold] && !w.digits && !(len(w.fold) == 1 && w.fold == "c") {
				return "", false
			}
		}
		return "", false
	}
	for skipped := 0; skipped <= 2; skipped++ {
		from := g.to + skipped
		if from >= len(f.tokens) || !f.near(from) {
			return "", false
		}
		if k := f.longestPhrase(f.right, from, false, edge); k != "" {
			return k, skipped == 0
		}
		if w := f.tokens[from]; !f.filler[w.fold] && w.fold != "s" {
			return "", false
		}
	}
	return "", false
}

// near reports whether tokens i-1 and i are of one statement.
func (f *finder) near(i int) bool {
	s := f.between(i)
	if strings.ContainsAny(s, "\n;!?。") || len(s) > 12 {
		return strings.Contains(s, ":") && !strings.Contains(s, "\n\n") && len(s) <= 12
	}
	return !strings.Contains(s, ". ") && !strings.Contains(s, ") ")
}

// longestPhrase returns the kind of the longest phrase that ends before token i, or
// begins at it.
func (f *finder) longestPhrase(phrases map[string][]context, i int, backward, edge bool) Kind {
	var kind Kind
	p := ""
	for n := 1; n <= f.longest; n++ {
		k := i + n - 1
		if backward {
			k = i - n
		}
		if k < 0 || k >= len(f.tokens) {
			break
		}
		at := k
		if backward {
			at = k + 1
		}
		if n > 1 && !f.near(at) {
			break
		}
		switch w := f.tokens[k].fold; {
		case p == "":
			p = w
		case backward:
			p = w + " " + p
		default:
			p += " " + w
		}
		for _, c := range phrases[p] {
			// A single word, such as "source", wants a sign behind it.
			if c.kind == Text && backward && n == 1 && p != "copyright" && !strings.ContainsAny(f.between(i), ":：/|–—-(") && cased(p) {
				continue
			}
			if c.kind != Author && (!c.edge || edge) {
				kind = c.kind
			}
		}
	}
	return kind
}

// copyrightOnly reports whether a group stands behind a bare © sign: the owner of
// a picture, unless a year or a statement of rights is with it.
func (f *finder) copyrightOnly(g group) bool {
	before := f.between(g.from)
	return strings.HasSuffix(strings.TrimRight(before, " "), "©") && !strings.ContainsAny(before, "\n")
}

// byline is a line of persons that ends in a group, or a group followed by a date.
func (f *finder) byline(g group) bool {
	line := f.line(g.from)
	if line.to < g.to {
		return false
	}
	ahead, behind := g.from-line.from, line.to-g.to
	if ahead+behind > 16 {
		return false
	}
	before, after := f.between(g.from), strings.TrimSpace(f.between(g.to))
	if behind > 0 && after != "" && f.tokens[g.to].start-f.tokens[g.to-1].end == 1 {
		return false
	}
	starts := false
	for n, p := 0, ""; n < 3 && line.from+n < g.from; n++ {
		p = strings.TrimSpace(p + " " + f.tokens[line.from+n].fold)
		for _, c := range f.left[p] {
			starts = starts || c.kind == Author
		}
	}
	outlet := agency(g) == ""
	switch {
	case ahead == 0 && behind == 0:
		return !outlet || f.belowHeadline(g)
	case starts && ahead == 1 && behind == 0:
		return true // "By Reuters"
	case ahead == 0 && !outlet && after != "" && strings.ContainsAny(first(after), "|•·—–-") && f.hasDigits(g.to, line.to):
		return true
	case starts && behind == 0 && ahead <= 14 && ahead >= 2 && f.capitalised(line.from+1, g.from):
		return true
	case starts && ahead >= 2 && ahead <= 8 && strings.ContainsAny(before, "-–—|,•") && (after == "" || strings.ContainsAny(first(after), "-–—|•")):
		return f.capitalised(line.from+1, g.from)
	case !outlet && ahead >= 2 && behind == 0 && strings.ContainsAny(before, ",|-–—") && f.names(line.from, g.from):
		return true
	case !outlet && ahead == 0 && behind > 0 && behind <= 8 && f.hasDigits(g.to, line.to) && strings.ContainsAny(after+" ", ",|•·"):
		return true
	}
	return false
}

// staff is a line of persons, the outlet that they write for, and a time: "Jane Miller
// and Onni Ojala, MARROW GAZETTE Published 3:55".
func (f *finder) staff(g group) bool {
	line := f.line(g.from)
	ahead := g.from - line.from
	return f.edge(g.from) && ahead >= 2 && ahead <= 8 && line.to-g.to <= 24 && strings.HasPrefix(strings.TrimSpace(f.between(g.from)), ",") &&
		f.names(line.from, g.from) && f.hasDigits(g.to, line.to)
}

// belowHeadline reports whether a line that is nothing but a group stands under
// a headline: an outlet's name there is a credit.
func (f *finder) belowHeadline(g group) bool {
	k, _ := slices.BinarySearchFunc(f.lines, g.from, func(l lineSpan, i int) int { return l.from - i })
	if k == 0 || k > 6 || k+1 >= len(f.lines) || len(g.mentions) > 1 {
		return false
	}
	above, below := f.lines[k-1], f.lines[k+1]
	return above.to-above.from >= 5 && (below.to-below.from >= 12 || f.hasDigits(below.from, below.to))
}

// names reports whether tokens are names of persons: capitals, and words that join.
func (f *finder) names(from, to int) bool {
	for _, t := range f.tokens[from:to] {
		if !(t.caps || conjunction(t.fold)) || t.digits {
			return false
		}
	}
	return true
}

func (f *finder) hasDigits(from, to int) bool {
	for _, t := range f.tokens[from:to] {
		if t.digits {
			return true
		}
	}
	return false
}

// slug is a group behind the end of the last sentence: "… sworn in. RND/AP".
func (f *finder) slug(g group) bool {
	if !f.edge(g.from) || g.from == 0 {
		return false
	}
	line := f.line(g.from)
	behind := len(f.tokens) - g.to
	before := strings.TrimRight(f.between(g.from), " *_-–—(\u00a0")
	if behind == 0 && g.to > g.mentions[0].to && agency(g) != "" && slash(f.between(g.to-1)) {
		return true // "- NTX/VGV"
	}
	if !(endsSentence(before) || g.from == line.from || strings.HasSuffix(before, "»") || strings.HasSuffix(before, "”")) {
		return false
	}
	if agency(g) == "" {
		// A site may name itself first.
		return behind == 0 && g.to-g.from > 1 && len(g.mentions) == 1 && slash(f.between(g.to-1))
	}
	if behind == 0 || line.to == g.to && behind < 12 && g.from >= f.edges[1] {
		return true
	}
	// Behind it stands what belongs to the page: a date, a label with a colon.
	rest := strings.TrimSpace(f.between(g.to))
	next := f.tokens[g.to]
	return rest == "" && next.caps && g.to+1 < len(f.tokens) && strings.HasPrefix(f.between(g.to+1), ":")
}

// contributed is "X writers A and B contributed to this report".
func (f *finder) contributed(g group) bool {
	if g.from < f.edges[1]-maxEdge {
		return false
	}
	said := false
	for k := g.to; k < min(len(f.tokens), g.to+24); k++ {
		if s := f.between(k); k > g.to && (strings.Contains(s, "\n") || endsSentence(s)) {
			break
		}
		switch f.tokens[k].fold {
		case "contributed", "reported":
			said = said || f.tokens[k].fold == "contributed" || k+1 < len(f.tokens) && f.tokens[k+1].fold == "from"
		}
	}
	return said
}

// authors finds persons behind a word such as "By" at the beginning of a line.
func (f *finder) authors(out []Credit) []Credit {
	known := len(out)
	for _, line := range f.lines {
		if !f.edge(line.from) || line.to-line.from < 3 {
			continue
		}
		i := line.from
		by := false
		for _, c := range f.left[f.tokens[i].fold] {
			by = by || c.kind == Author
		}
		if !by {
			continue
		}
		from := i + 1
		for k := from; k <= line.to; k++ {
			if k < line.to && (f.tokens[k].caps || !cased(f.tokens[k].fold) && len(f.tokens[k].fold) > 3) && !conjunction(f.tokens[k].fold) && (k == from || f.between(k) == " " || f.between(k) == "-" || f.between(k) == ". ") {
				continue
			}
			if k-from >= 2 && k-from <= 4 {
				s := f.span(from, k)
				taken := false
				for _, c := range out[:known] {
					taken = taken || c.Start < s.End && s.Start < c.End
				}
				if !taken {
					out = append(out, Credit{Span: s, Kind: Author, Name: f.text[s.Start:s.End], Rule: "author"})
				}
			}
			if k >= line.to || !conjunction(f.tokens[k].fold) && !strings.HasPrefix(f.between(k), ",") {
				break
			}
			from = k
			if conjunction(f.tokens[k].fold) {
				from = k + 1
			}
		}
	}
	return out
}
