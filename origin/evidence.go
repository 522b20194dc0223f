package origin

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Evidence is one thing that tells for or against the answer.
type Evidence struct {
	Member string  `json:"member"`           // whose text, time or page it is
	Source string  `json:"source,omitempty"` // what it is about: another member, or a name
	Rule   string  `json:"rule,omitempty"`   // in words
	Weight float64 `json:"weight"`           // log-odds in nats; negative tells against the answer
	Credit *Credit `json:"credit,omitempty"` // its bytes, if it is a credit
	Edit   *Edit   `json:"edit,omitempty"`   // its bytes in the member's text, if it is an edit
}

// Contradicts reports whether the evidence tells against the answer, and is not
// weak: a false credit or a false time would be such.
func (e Evidence) Contradicts() bool { return e.Weight <= -1 }

// evidence returns what an explanation rests on, the strongest first, and what
// tells against it.
func (p *problem) evidence(x explanation, taken []Taken) []Evidence {
	by := map[string]int{}
	for i, m := range p.members {
		by[m.ID] = i
	}
	var out []Evidence
	add := func(m *Member, source, rule string, w float64, credit int) {
		e := Evidence{Member: m.ID, Source: source, Rule: rule, Weight: w}
		if credit >= 0 && credit < len(m.Credits) {
			c := m.Credits[credit]
			e.Credit = &c
		}
		out = append(out, e)
	}
	if x.member >= 0 {
		m := p.members[p.chosen[x.member]]
		if m.agency() {
			add(m, m.source.Name, "is an agency's own page", p.w[agencyPage], -1)
		}
		if m.self >= 0 && p.owners > 1 {
			add(m, m.Credits[m.self].Name, "names itself", p.w[namesItself], m.self)
		}
		for _, c := range m.credits {
			if c.weight.full() {
				add(m, c.name, "credits somebody else", p.w[ownCredits], c.credit)
			}
		}
	}
	if x.origin == unnamed {
		for _, m := range p.members[:min(1, len(p.members))] {
			add(m, "", fmt.Sprintf("is one of %d that name no source and are no source's own page", len(p.members)), p.w[unknownPrior], -1)
		}
		if p.joint {
			for _, m := range p.members {
				add(m, "", "names the owners of all members: a joint release", p.w[joint], -1)
			}
		}
	}
	for _, t := range taken {
		m := p.members[by[t.Member]]
		if t.From.Kind == IsMember {
			p.edge(by[t.From.Name], by[t.Member], func(rule string, w float64, credit int, e *Edit) {
				add(m, t.From.Name, rule, w, credit)
				out[len(out)-1].Edit = e
			})
			continue
		}
		named := t.From.Kind == IsHidden && slices.ContainsFunc(m.credits, func(c claim) bool { return c.name == t.From.Name })
		for _, c := range m.credits {
			switch {
			case c.name == t.From.Name || slices.ContainsFunc(x.hidden, func(h int) bool { return h >= 0 && p.hidden[h].key == c.key }):
				add(m, c.name, "credits it", p.w[c.weight], c.credit)
			case c.weight.full() && !named: // "AFP/dpa" contradicts neither
				add(m, c.name, "credits somebody else", p.w[creditsOther], c.credit)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Evidence) int {
		switch x, y := math.Abs(a.Weight), math.Abs(b.Weight); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return strings.Compare(a.Member, b.Member)
	})
	return out
}
