package origin

import (
	"cmp"
	"math"
	"slices"
)

func newProblem(members []*Member, c *Corpus) *problem {
	p := &problem{members: collapse(c.informed(members)), corpus: c, w: c.model()}
	p.owners = countOwners(p.members)
	p.findHidden()
	p.findCredited()
	n := len(p.members)
	p.own = make([]float64, n)
	for i, m := range p.members {
		p.own[i] = p.ownScore(m)
	}
	p.joint = jointly(p.members)
	p.readings = read(p.members)
	p.choose()
	k := len(p.chosen)
	p.edges = forest{n: k, edge: make([]float64, k*k), root: make([]float64, k)}
	for a, j := range p.chosen {
		for b, i := range p.chosen {
			if a != b {
				p.edges.edge[a*k+b] = math.Exp(p.edge(j, i, nil))
			}
		}
	}
	p.toLeaf = make([]float64, len(p.leaves)*k)
	for l, i := range p.leaves {
		for a, j := range p.chosen {
			p.toLeaf[l*k+a] = math.Exp(p.edge(j, i, nil))
		}
	}
	return p
}

// collapse returns the members in order of ID, one for each page, and one for
// equal texts of one owner: the first by its time.
func collapse(members []*Member) []*Member {
	sorted := slices.Clone(members)
	slices.SortFunc(sorted, func(a, b *Member) int { return cmp.Compare(a.ID, b.ID) })
	byPage, byBody := map[string]int{}, map[[2]string]int{}
	var out []*Member
	for _, m := range sorted {
		at := -1
		if k, ok := byPage[m.page]; ok && m.page != "" {
			at = k
		}
		body := [2]string{m.owner, string(rune(0)) + hex(m.body)}
		if k, ok := byBody[body]; ok && m.owner != "s:" && at < 0 {
			at = k
		}
		if at < 0 {
			at = len(out)
			out = append(out, m)
		} else if w := out[at]; !m.Published.IsZero() && (w.Published.IsZero() || m.Published.Before(w.Published)) {
			out[at] = m
		}
		byPage[m.page], byBody[body] = at, at
	}
	return out
}

func hex(v uint64) string {
	var b [16]byte
	for i := range b {
		b[i] = "0123456789abcdef"[v>>(60-4*i)&15]
	}
	return string(b[:])
}

// findHidden finds the names that members credit and that no member is.
func (p *problem) findHidden() {
	present := map[string]bool{}
	for _, m := range p.members {
		for _, k := range m.keys {
			present[k] = true
		}
	}
	at := map[string]int{}
	for _, m := range p.members {
		for _, c := range m.credits {
			if present[c.key] {
				continue
			}
			k, ok := at[c.key]
			if !ok {
				k = len(p.hidden)
				at[c.key] = k
				p.hidden = append(p.hidden, hiddenName{key: c.key, name: c.name, agency: isAgency(c.name)})
			}
			h := &p.hidden[k]
			h.members++
			h.weight += p.w[c.weight]
			h.name = min(h.name, c.name)
		}
	}
	slices.SortFunc(p.hidden, func(a, b hiddenName) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.key, b.key))
	})
	p.hidden = p.hidden[:min(len(p.hidden), maxHidden)]
}

func isAgency(name string) bool {
	s := table().sources[name]
	return s != nil && s.Kind == "agency"
}

// ownScore returns the log-odds of a member as the origin.
func (p *problem) ownScore(m *Member) float64 {
	s := 0.0
	if m.source != nil {
		switch m.source.Kind {
		case "agency":
			s += p.w[agencyPage]
		case "release":
			s += p.w[releasePage]
		case "platform":
			s += p.w[platformPage]
		}
	}
	if m.self >= 0 && p.owners > 1 { // alone, every site does
		s += p.w[namesItself]
	}
	if w, _, ok := m.creditsOthers(); ok && w.full() {
		s += p.w[ownCredits]
	} else if ok && w == maybeOwn {
		s += p.w[maybeItself]
	} else if ok {
		s += p.w[ownCredits] / 3
	}
	if p.credited[m.owner] {
		s += p.w[credited]
	}
	return s
}

// findCredited finds the owners whom other members credit.
func (p *problem) findCredited() {
	p.credited = map[string]bool{}
	byKey := map[string][]string{}
	for _, m := range p.members {
		for _, k := range m.keys {
			if !slices.Contains(byKey[k], m.owner) {
				byKey[k] = append(byKey[k], m.owner)
			}
		}
	}
	for _, o := range p.members {
		for _, c := range o.credits {
			for _, owner := range byKey[c.key] {
				if owner != o.owner && c.weight.full() {
					p.credited[owner] = true
				}
			}
		}
	}
}

// creditsOthers returns the strongest credit of somebody else.
func (m *Member) creditsOthers() (w weight, at int, ok bool) {
	at = -1
	for _, c := range m.credits {
		if !ok || fitted[c.weight] > fitted[w] {
			w, at, ok = c.weight, c.credit, true
		}
	}
	return w, at, ok
}

// choose splits the members into those that others may have taken from and
// leaves.
func (p *problem) choose() {
	n := len(p.members)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if n > maxCandidates {
		early := make([]float64, n)
		first := p.earliest()
		for i, m := range p.members {
			_, _, w := lag(p.members[first], m)
			early[i] = p.own[i] - w
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(early[b], early[a]) })
	}
	p.chosen, p.leaves = order[:min(n, maxCandidates)], order[min(n, maxCandidates):]
	slices.Sort(p.chosen)
	slices.Sort(p.leaves)
}

// earliest returns the member with the earliest time of the best clocks.
func (p *problem) earliest() int {
	best := 0
	for i, m := range p.members {
		b := p.members[best]
		if m.Published.IsZero() {
			continue
		}
		if b.Published.IsZero() || m.clock > b.clock || m.clock == b.clock && m.Published.Before(b.Published) {
			best = i
		}
	}
	return best
}

// edge returns the log-odds of "the member number to took it from the member number from"
// against no evidence, and tells what it consists of.
func (p *problem) edge(from, to int, tell func(rule string, w float64, credit int, e *Edit)) float64 {
	j, i := p.members[from], p.members[to]
	s := 0.0
	add := func(rule string, w float64, credit int) {
		s += w
		if tell != nil && w != 0 {
			tell(rule, w, credit, nil)
		}
	}
	credit, at, does := i.creditsAny(j.keys)
	if does {
		add("credits it", p.w[credit], at)
	} else if w, at, ok := i.creditsOthers(); ok && w.full() {
		add("credits somebody else", p.w[creditsOther], at)
	}
	if !does && i.citesAny(j.keys) {
		add("quotes it", p.w[cites], -1)
	}
	if i.linksTo(j) {
		add("links to it", p.w[links], -1)
	}
	if j.agency() != i.agency() && j.owner != i.owner {
		if j.agency() {
			add("follows it, an agency's own page", p.w[fromAgency], -1)
		} else if !does {
			add("is an agency's own page", p.w[intoAgency], -1)
		}
	}
	if _, clock, w := lag(j, i); w != 0 {
		add(clockRules[clock][side(w)], w, -1)
	}
	if i.fixes != j.fixes {
		if i.fixes {
			add("corrects it", p.w[correction], -1)
		} else {
			add("is corrected by it", -p.w[correction], -1)
		}
	}
	add("usually leads", p.corpus.lead(j, i), -1)
	if p.readings == nil || p.readings[from] == nil || p.readings[to] == nil {
		return s
	}
	shared, private := inherited(p.readings[from], p.readings[to], p.owners)
	for _, e := range shared {
		s += p.w[inherits]
		if tell != nil {
			tell("has a change that it and few have: "+e.Class, p.w[inherits], -1, &e.Edit)
		}
	}
	for range private {
		add("lacks a change that only it has", p.w[lacks], -1)
	}
	return s
}

// clockRules say what times tell: that it came after the source, and before.
var clockRules = func() (rules [Trusted + 1][2]string) {
	for k, name := range []string{"clocks of unknown kind", "a crawler's clock", "days", "a page's clock", "trusted clocks"} {
		rules[k] = [2]string{"came after it by " + name, "came before it by " + name}
	}
	return rules
}()

func side(w float64) int {
	if w < 0 {
		return 1
	}
	return 0
}

// unplaced reports whether it is not known where a member stands.
func (m *Member) unplaced() bool { return m.source == nil && m.owner == "s:" }

func (m *Member) agency() bool { return m.source != nil && m.source.Kind == "agency" }

func countOwners(members []*Member) int {
	owners := map[string]bool{}
	for _, m := range members {
		owners[m.owner] = true
	}
	return len(owners)
}

// linksTo reports whether a member links to another's page, or a hint names it.
func (m *Member) linksTo(o *Member) bool {
	if len(m.link) == 0 || m.owner == o.owner && m.page == o.page {
		return false
	}
	if o.page != "" && m.link[o.page] {
		return true
	}
	return slices.ContainsFunc(o.keys, func(k string) bool { return m.link[k] })
}

// fromHidden returns the log-odds of "i took it from an absent name", -1 for
// the unknown one.
func (p *problem) fromHidden(h int, i *Member) float64 {
	s := 0.0
	if i.agency() {
		s += p.w[intoAgency]
	}
	if h < 0 {
		if p.joint {
			s += p.w[joint]
		}
		if i.unplaced() {
			return s // it may be a source's own page itself
		}
		return s + p.w[unknownToEach]
	}
	if w, _, ok := i.creditsAny([]string{p.hidden[h].key}); ok {
		return s + p.w[w]
	}
	if w, _, ok := i.creditsOthers(); ok && w.full() {
		return s + p.w[creditsOther]
	}
	if p.credited[i.owner] {
		s += p.w[isCredited]
	}
	if p.hidden[h].agency {
		return s + p.w[silentAgency]
	}
	return s + p.w[silent]
}
