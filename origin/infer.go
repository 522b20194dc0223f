package origin

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Kinds of origins.
const (
	IsMember  = "member"  // a member of the cluster
	IsHidden  = "hidden"  // an absent source that members name
	IsUnknown = "unknown" // not to be told
)

// An Origin is where the article of a cluster comes from.
type Origin struct {
	Kind string // IsMember, IsHidden or IsUnknown
	Name string // the member's ID, or the absent source's name
}

// String returns "member:ID", "hidden:NAME" or "unknown".
func (o Origin) String() string {
	if o.Kind == IsUnknown || o.Kind == "" {
		return IsUnknown
	}
	return o.Kind + ":" + o.Name
}

// Threshold is the probability under which no origin is named.
const Threshold = 0.65

// maxCandidates bounds the members that others may have taken from. In a larger
// cluster those that are the likeliest are chosen, and the rest are leaves.
const maxCandidates = 64

// maxHidden bounds the absent names of a cluster that are thought of.
const maxHidden = 6

// An Answer says whose the article of a cluster is.
type Answer struct {
	Origin      Origin
	Probability float64
	Likeliest   Origin  // also where Origin is unknown because its probability is too low
	Independent int     // number of origins in the likeliest explanation; 0 if unknown
	Sources     []Taken // of each member that is not the origin, in order of ID
	First       First
	Evidence    []Evidence
}

// Taken is the likeliest source of a member.
type Taken struct {
	Member      string
	From        Origin
	Probability float64 // given the likeliest origin
}

// First says which member was published first, by clocks alone.
type First struct {
	Member      string // "" if it is not to be told
	Probability float64
}

// hiddenName is a name that members credit, and that no member is.
type hiddenName struct {
	key, name string
	agency    bool
	members   int
	weight    float64
}

// A problem is the weights of a cluster.
type problem struct {
	members []*Member // in order of ID, equal ones collapsed
	chosen  []int     // of members: those that others may have taken from
	leaves  []int
	hidden  []hiddenName
	own     []float64 // the log-odds of each member as the origin
	edges   forest    // between chosen members
	toLeaf  []float64 // toLeaf[l*len(chosen)+k]: the weight of chosen k → leaf l
	corpus  *Corpus

	credited map[string]bool // owners whom other members credit
}

// An explanation is an origin, or two, with the sum over its trees.
type explanation struct {
	origin Origin
	hidden []int // absent names, -1 for the unknown one
	member int   // of chosen, or -1
	logZ   float64
	p      float64
}

// Judge says whose the article of a cluster is. The order of members changes
// nothing. The corpus may be nil.
func Judge(members []*Member, c *Corpus) Answer {
	p := newProblem(members, c)
	if len(p.members) == 0 {
		return Answer{Origin: Origin{Kind: IsUnknown}, Likeliest: Origin{Kind: IsUnknown}}
	}
	xs := p.explanations()
	best := p.likeliest(xs)
	a := Answer{Origin: best.origin, Probability: best.p, Likeliest: best.origin, Independent: max(1, len(best.hidden))}
	if best.origin.Kind == IsUnknown {
		a.Independent = 0
	}
	if best.p < Threshold {
		a.Origin, a.Independent = Origin{Kind: IsUnknown}, 0
	}
	a.Sources = p.sources(best)
	a.First = first1(p.members)
	a.Evidence = p.evidence(best, a.Sources)
	return a
}

// likeliest returns the likeliest explanation, with the calibrated probability of
// its owner: several pages of one owner are one origin, several ways to name an
// absent source too.
func (p *problem) likeliest(xs []explanation) explanation {
	sum := map[string]float64{}
	var order []string
	key := func(x explanation) string {
		if x.member >= 0 {
			return "m" + p.members[p.chosen[x.member]].owner
		}
		return x.origin.String()
	}
	for _, x := range xs {
		k := key(x)
		if _, ok := sum[k]; !ok {
			order = append(order, k)
		}
		sum[k] += x.p
	}
	all := make([]float64, len(order))
	top := 0
	for i, k := range order {
		all[i] = sum[k]
		if all[i] > all[top] {
			top = i
		}
	}
	sharpen(all)
	var best explanation
	for _, x := range xs {
		if key(x) == order[top] && (best.p == 0 || x.p > best.p) {
			best = x
		}
	}
	best.p = all[top]
	return best
}

// sharpen calibrates probabilities that sum to 1.
func sharpen(all []float64) {
	sum := 0.0
	for i, p := range all {
		all[i] = math.Pow(p, sharpness)
		sum += all[i]
	}
	for i := range all {
		all[i] = all[i]/sum*(1-noise) + noise/float64(len(all))
	}
}

func newProblem(members []*Member, c *Corpus) *problem {
	p := &problem{members: collapse(members), corpus: c}
	p.findHidden()
	p.findCredited()
	n := len(p.members)
	p.own = make([]float64, n)
	for i, m := range p.members {
		p.own[i] = p.ownScore(m)
	}
	p.choose()
	k := len(p.chosen)
	p.edges = forest{n: k, edge: make([]float64, k*k), root: make([]float64, k)}
	for a, j := range p.chosen {
		for b, i := range p.chosen {
			if a != b {
				p.edges.edge[a*k+b] = math.Exp(p.edge(p.members[j], p.members[i], nil))
			}
		}
	}
	p.toLeaf = make([]float64, len(p.leaves)*k)
	for l, i := range p.leaves {
		for a, j := range p.chosen {
			p.toLeaf[l*k+a] = math.Exp(p.edge(p.members[j], p.members[i], nil))
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
			h.weight += c.weight
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
			s += agencyPage
		case "release":
			s += releasePage
		case "platform":
			s += platformPage
		}
	}
	if m.self >= 0 {
		s += namesItself
	}
	if w, _ := m.creditsOthers(); w >= credits {
		s += ownCredits
	} else if w > 0 {
		s += ownCredits / 3
	}
	if p.credited[m.owner] {
		s += credited
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
				if owner != o.owner && c.weight >= credits {
					p.credited[owner] = true
				}
			}
		}
	}
}

// creditsOthers returns the strongest credit of somebody else.
func (m *Member) creditsOthers() (w float64, at int) {
	at = -1
	for _, c := range m.credits {
		if c.weight > w {
			w, at = c.weight, c.credit
		}
	}
	return w, at
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

// edge returns the log-odds of "i took it from j" against no evidence, and
// tells what it consists of.
func (p *problem) edge(j, i *Member, tell func(rule string, w float64, credit int)) float64 {
	s := 0.0
	add := func(rule string, w float64, credit int) {
		s += w
		if tell != nil && w != 0 {
			tell(rule, w, credit)
		}
	}
	credit, at := i.creditsAny(j.keys)
	switch {
	case credit > 0:
		add("credits it", credit, at)
	case len(i.credits) > 0:
		w, at := i.creditsOthers()
		if w >= credits {
			add("credits somebody else", creditsOther, at)
		}
	}
	if credit == 0 && i.citesAny(j.keys) {
		add("quotes it", cites, -1)
	}
	if i.linksTo(j) {
		add("links to it", links, -1)
	}
	if j.agency() != i.agency() && j.owner != i.owner {
		if j.agency() {
			add("an agency's own page", fromAgency, -1)
		} else if credit == 0 {
			add("is an agency's own page", intoAgency, -1)
		}
	}
	if _, clock, w := lag(j, i); w != 0 {
		add(clockRules[clock], w, -1)
	}
	if i.fixes != j.fixes {
		if i.fixes {
			add("corrects it", correction, -1)
		} else {
			add("is corrected by it", -correction, -1)
		}
	}
	add("usually leads", p.corpus.lead(j, i), -1)
	return s
}

var clockRules = [...]string{
	Unknown: "a clock of unknown kind", Crawl: "crawl clock", Day: "day clock", Page: "page clock", Trusted: "trusted clock",
}

func (m *Member) agency() bool { return m.source != nil && m.source.Kind == "agency" }

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
		s += intoAgency
	}
	if h < 0 {
		return s + unknownToEach
	}
	if w, _ := i.creditsAny([]string{p.hidden[h].key}); w > 0 {
		return s + w
	}
	if w, _ := i.creditsOthers(); w >= credits {
		return s + creditsOther
	}
	if p.credited[i.owner] {
		s += isCredited
	}
	if p.hidden[h].agency {
		return s + silentAgency
	}
	return s + silent
}

// explanations returns all explanations, with their probabilities.
func (p *problem) explanations() []explanation {
	var xs []explanation
	k := len(p.chosen)
	f := p.edges
	top := math.Inf(-1)
	for a, i := range p.chosen {
		f.root[a] = p.own[i]
		top = max(top, p.own[i])
	}
	for a := range f.root {
		f.root[a] = math.Exp(f.root[a] - top)
	}
	logZ, share := f.one()
	logZ += top + p.leafSum(nil)
	for a, s := range share {
		if s > 0 {
			xs = append(xs, explanation{Origin{IsMember, p.members[p.chosen[a]].ID}, nil, a, logZ + math.Log(s), 0})
		}
	}
	single := make([]float64, len(p.hidden))
	for h := -1; h < len(p.hidden); h++ {
		z := p.hiddenSum(f, []int{h})
		o, prior := Origin{Kind: IsUnknown}, unknownPrior
		if h >= 0 {
			o, prior = Origin{IsHidden, p.hidden[h].name}, hiddenPrior+p.support(h)
			single[h] = z
		}
		xs = append(xs, explanation{o, []int{h}, -1, z + prior, 0})
	}
	for h := range p.hidden {
		for g := h + 1; g < len(p.hidden); g++ {
			z := p.hiddenSum(f, []int{h, g})
			// Trees that hang from one of the two only are counted already.
			rest := 1 - math.Exp(single[h]-z) - math.Exp(single[g]-z)
			if rest > 1e-12 && k+len(p.leaves) > 1 {
				xs = append(xs, explanation{Origin{IsHidden, p.hidden[h].name}, []int{h, g}, -1, z + math.Log(rest) + hiddenPrior + p.support(h, g) + twoPrior, 0})
			}
		}
	}
	normalise(xs)
	return xs
}

// support returns the logarithm of the share of the members that credit one of
// the absent names: what one of many says counts less.
func (p *problem) support(hidden ...int) float64 {
	n := 0.0
	for _, h := range hidden {
		n += float64(p.hidden[h].members)
	}
	all := float64(len(p.members))
	return math.Log((min(n, all) + 0.5) / (all + 0.5))
}

func normalise(xs []explanation) {
	top := math.Inf(-1)
	for _, x := range xs {
		top = max(top, x.logZ)
	}
	sum := 0.0
	for i := range xs {
		xs[i].p = math.Exp(xs[i].logZ - top)
		sum += xs[i].p
	}
	for i := range xs {
		xs[i].p /= sum
	}
}

// hiddenSum returns the logarithm of the sum over the trees that hang from
// absent names.
func (p *problem) hiddenSum(f forest, hidden []int) float64 {
	g := forest{n: f.n, edge: f.edge, root: p.hiddenRoot(p.chosen, hidden)}
	return g.many() + p.leafSum(hidden)
}

func (p *problem) hiddenRoot(members, hidden []int) []float64 {
	root := make([]float64, len(members))
	for a, i := range members {
		for _, h := range hidden {
			root[a] += math.Exp(p.fromHidden(h, p.members[i]))
		}
	}
	return root
}

// leafSum returns the logarithm of the product over all leaves of the weights
// of their sources.
func (p *problem) leafSum(hidden []int) float64 {
	k, s := len(p.chosen), 0.0
	root := p.hiddenRoot(p.leaves, hidden)
	for l := range p.leaves {
		sum := root[l]
		for _, w := range p.toLeaf[l*k : l*k+k] {
			sum += w
		}
		s += math.Log(sum)
	}
	return s
}

// sources returns the likeliest source of each member under an explanation.
func (p *problem) sources(x explanation) []Taken {
	k := len(p.chosen)
	f := forest{n: k, edge: p.edges.edge, root: p.hiddenRoot(p.chosen, x.hidden)}
	parent := f.best(x.member)
	marginal := f.marginals(x.member)
	var out []Taken
	add := func(i, from int, pr float64) {
		t := Taken{Member: p.members[i].ID, Probability: pr}
		if from >= 0 {
			t.From = Origin{IsMember, p.members[p.chosen[from]].ID}
		} else {
			t.From = p.likeliestHidden(x.hidden, p.members[i])
		}
		out = append(out, t)
	}
	for a, i := range p.chosen {
		if a != x.member {
			add(i, parent[a], marginal(parent[a], a))
		}
	}
	root := p.hiddenRoot(p.leaves, x.hidden)
	for l, i := range p.leaves {
		from, best, sum := -1, root[l], root[l]
		for a, w := range p.toLeaf[l*k : l*k+k] {
			sum += w
			if w > best {
				from, best = a, w
			}
		}
		add(i, from, best/sum)
	}
	slices.SortFunc(out, func(a, b Taken) int { return strings.Compare(a.Member, b.Member) })
	return out
}

func (p *problem) likeliestHidden(hidden []int, m *Member) Origin {
	best, top := Origin{Kind: IsUnknown}, math.Inf(-1)
	for _, h := range hidden {
		if s := p.fromHidden(h, m); s > top && h >= 0 {
			best, top = Origin{IsHidden, p.hidden[h].name}, s
		}
	}
	return best
}

// marginals returns the probability of each edge, given the origin: a member,
// or the root (-1).
func (f forest) marginals(single int) func(from, to int) float64 {
	g := forest{f.n, f.edge, f.root}
	if single >= 0 {
		g.root = make([]float64, f.n)
		g.root[single] = 1
		// Edges into the origin do not count.
		g.edge = slices.Clone(f.edge)
		for j := range f.n {
			g.edge[j*f.n+single] = 0
		}
	}
	m, _ := g.laplacian(true)
	lu, ok := decompose(m, f.n)
	inv := make([][]float64, f.n) // columns of the inverse
	return func(from, to int) float64 {
		if !ok {
			return 0
		}
		column := func(i int) []float64 {
			if inv[i] == nil {
				inv[i] = make([]float64, f.n)
				inv[i][i] = 1
				lu.solve(inv[i])
			}
			return inv[i]
		}
		top := g.largest(to, true)
		if from < 0 {
			return clamp(g.root[to] / top * column(to)[to])
		}
		return clamp(g.edge[from*f.n+to] / top * (column(to)[to] - column(from)[to]))
	}
}

func clamp(p float64) float64 { return max(0, min(1, p)) }

// first1 returns the member that was published first, by clocks alone: the
// chance that no other was earlier.
func first1(members []*Member) First {
	var best First
	for i, m := range members {
		if m.Published.IsZero() {
			continue
		}
		pr := 1.0
		for j, o := range members {
			if i != j {
				_, _, w := lag(m, o)
				pr = min(pr, 1/(1+math.Exp(-w)))
			}
		}
		if pr > best.Probability {
			best = First{m.ID, pr}
		}
	}
	if best.Probability < Threshold {
		return First{Probability: best.Probability}
	}
	return best
}
