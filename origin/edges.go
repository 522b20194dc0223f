package origin

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// An EdgeString is a string that stands where credits stand, and is in no table.
type EdgeString struct {
	Name   string   `json:"name"`   // as it is written
	Owners []string `json:"owners"` // whose documents have it, at most maxOwners
	Docs   int      `json:"docs"`
	Copied int      `json:"copied"` // documents of which another owner has a copy
}

const (
	maxOwners    = 8
	leastOwners  = 3   // a site's own frame has one owner
	leastDocs    = 4   //
	leastLift    = 1.2 // how much oftener such documents have a copy
	maxEdgeWords = 4
	maxEdgeBytes = 60
)

// edgeStrings returns the strings of a text that stand where a credit would:
// alone in a bracket behind a place or the last sentence, or behind a place in the first
// line.
func edgeStrings(text string, credits []Credit) []Credit {
	f := newFinder(text, "")
	var out []Credit
	add := func(from, to int) {
		if to <= from || to-from > maxEdgeWords {
			return
		}
		s := f.span(from, to)
		if s.End-s.Start > maxEdgeBytes || f.hasDigits(from, to) || utf8.RuneCountInString(text[s.Start:s.End]) < 2 {
			return
		}
		for _, c := range credits {
			if !c.Byline && c.Start < s.End && s.Start < c.End {
				return
			}
		}
		if n := len(out); n > 0 && out[n-1].Span == s {
			return
		}
		out = append(out, Credit{Span: s, Kind: Text, Name: text[s.Start:s.End], Rule: "learned"})
	}
	for k, line := range f.lines {
		// "Oslo - Marrow News" as the first line. Other short lines are frames of
		// pages: "Close" and "Advertisement" stand with many owners, too.
		if n := line.to - line.from; k == 0 && n >= 2 && n <= 5 && len(f.lines) > 1 {
			for i := line.from + 1; i < line.to; i++ {
				if s := f.between(i); strings.Trim(s, " -–—:/") == "" && strings.TrimSpace(s) != "" {
					add(i, line.to)
				}
			}
		}
		for i := line.from; i < line.to; i++ {
			if !strings.HasSuffix(f.between(i), "(") || !f.edge(i) {
				continue
			}
			to := i + 1
			for to < line.to && !strings.ContainsAny(f.between(to), "()\n") {
				to++
			}
			if !strings.HasPrefix(f.between(to), ")") {
				continue
			}
			before := strings.TrimRight(f.between(i), "( ")
			if endsSentence(before) || i-line.from <= 6 && f.capitalised(line.from, i) || to == len(f.tokens) {
				add(i, to)
			}
		}
	}
	return out
}

// learnEdges counts the strings at the edges of a document's text.
func (c *Corpus) learnEdges(m *Member, copied bool) {
	c.Docs++
	if copied {
		c.Copied++
	}
	seen := map[string]bool{}
	for _, e := range m.edges {
		key := foldPhrase(e.Name)
		if seen[key] {
			continue
		}
		seen[key] = true
		if c.Edges == nil {
			c.Edges = map[string]*EdgeString{}
		}
		s := c.Edges[key]
		if s == nil {
			s = &EdgeString{Name: e.Name}
			c.Edges[key] = s
		}
		s.Name = min(s.Name, e.Name)
		s.Docs++
		if copied {
			s.Copied++
		}
		if i, is := slices.BinarySearch(s.Owners, m.owner); !is && len(s.Owners) < maxOwners {
			s.Owners = slices.Insert(s.Owners, i, m.owner)
		}
	}
}

// isName reports whether an edge string is taken for the name of a source: it
// stands with several owners, and oftener in documents that have a copy.
func (c *Corpus) isName(s *EdgeString) bool {
	return s.mayBeName() && float64(s.Copied)*float64(c.Docs) >= leastLift*float64(s.Docs)*float64(c.Copied)
}

// mayBeName reports whether the string is taken for a name if documents that have it have
// a copy oftener than others.
func (s *EdgeString) mayBeName() bool {
	return len(s.Owners) >= leastOwners && s.Docs >= leastDocs && s.Copied*2 > s.Docs
}

// Names returns the edge strings that are taken for names of sources, the most
// frequent first.
func (c *Corpus) Names() []EdgeString {
	var out []EdgeString
	for _, s := range c.Edges {
		if c.isName(s) {
			out = append(out, *s)
		}
	}
	slices.SortFunc(out, func(a, b EdgeString) int { return cmp.Or(cmp.Compare(b.Docs, a.Docs), cmp.Compare(a.Name, b.Name)) })
	return out
}

// informed returns the members with what the corpus knows of them: the kind of
// their clock, and names in their edges. It leaves the members as they are.
func (c *Corpus) informed(members []*Member) []*Member {
	if c == nil {
		return members
	}
	clocks := map[string]Clock{}
	out := slices.Clone(members)
	for i, m := range members {
		n := *m
		if m.clock == Unknown && !m.Published.IsZero() {
			k, ok := clocks[m.owner]
			if !ok {
				k = c.Clock(m.owner)
				clocks[m.owner] = k
			}
			n.clock = k
		}
		for _, e := range m.edges {
			if s := c.Edges[foldPhrase(e.Name)]; s != nil && c.isName(s) && !slices.Contains(m.keys, nameKey(s.Name)) {
				n.Credits = append(slices.Clone(n.Credits), e)
				n.credits = addClaim(slices.Clone(n.credits), claim{nameKey(s.Name), s.Name, learned, len(n.Credits) - 1})
			}
		}
		out[i] = &n
	}
	return out
}
