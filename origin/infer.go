package origin

import (
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
	Kind string `json:"kind"` // IsMember, IsHidden or IsUnknown
	Name string `json:"name"` // the member's ID, or the absent source's name, "" if nobody names it
}

// String returns "member:ID", "hidden:NAME", "hidden:?" or "unknown".
func (o Origin) String() string {
	switch {
	case o.Kind == IsUnknown || o.Kind == "":
		return IsUnknown
	case o == unnamed:
		return IsHidden + ":?"
	}
	return o.Kind + ":" + o.Name
}

// unnamed is an absent source that nobody names.
var unnamed = Origin{Kind: IsHidden}

// Threshold is the probability under which no origin is named.
const Threshold = 0.65

// unnamedThreshold is that of an absent source without a name: what speaks for it is
// mostly that nothing speaks for a member.
const unnamedThreshold = 0.9

// maxCandidates bounds the members that others may have taken from. In a larger
// cluster those that are the likeliest are chosen, and the rest are leaves.
const maxCandidates = 64

// maxHidden bounds the absent names of a cluster that are thought of.
const maxHidden = 6

// An Answer says whose the article of a cluster is.
type Answer struct {
	Origin      Origin     `json:"origin,omitzero"`
	Probability float64    `json:"probability"`
	Likeliest   Origin     `json:"likeliest,omitzero"` // also where Origin is unknown because its probability is too low
	Independent int        `json:"independent"`        // number of origins in the likeliest explanation; 0 if unknown
	Sources     []Taken    `json:"sources,omitempty"`  // of each member that is not the origin, in order of ID
	First       First      `json:"first,omitzero"`
	Evidence    []Evidence `json:"evidence,omitempty"`
}

// Taken is the likeliest source of a member.
type Taken struct {
	Member      string  `json:"member"`
	From        Origin  `json:"from,omitzero"`      // unknown if it is no likelier than all others together
	Likeliest   Origin  `json:"likeliest,omitzero"` // along these each member leads to the origin, without a cycle
	Probability float64 `json:"probability"`        // of Likeliest, given the likeliest origin
}

// First says which member was published first, by clocks alone.
type First struct {
	Member      string  `json:"member"` // "" if it is not to be told
	Probability float64 `json:"probability"`
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
	w       *model
	joint   bool // each text names the owners of all

	readings []*reading // of the members, nil if their texts are not compared
	owners   int

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
	if best.p < Threshold || best.origin == unnamed && best.p < unnamedThreshold {
		a.Origin, a.Independent = Origin{Kind: IsUnknown}, 0
	}
	a.Sources = p.sources(best)
	a.First = publishedFirst(p.members)
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
		o, prior := unnamed, p.w[unknownPrior]
		if h >= 0 {
			o, prior = Origin{IsHidden, p.hidden[h].name}, p.w[hiddenPrior]+p.support(h)
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
				xs = append(xs, explanation{Origin{IsHidden, p.hidden[h].name}, []int{h, g}, -1, z + math.Log(rest) + p.w[hiddenPrior] + p.support(h, g) + p.w[twoPrior], 0})
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
		t := Taken{Member: p.members[i].ID, From: Origin{Kind: IsUnknown}, Probability: pr}
		if from >= 0 {
			t.Likeliest = Origin{IsMember, p.members[p.chosen[from]].ID}
		} else {
			t.Likeliest = p.likeliestHidden(x.hidden, p.members[i])
		}
		if pr > 0.5 {
			t.From = t.Likeliest
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
	best, top := unnamed, math.Inf(-1)
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

// publishedFirst returns the member that was published first, by clocks alone:
// the chance that no other was earlier. Only the one with the earliest time can be.
func publishedFirst(members []*Member) First {
	var early *Member
	for _, m := range members {
		if !m.Published.IsZero() && (early == nil || m.Published.Before(early.Published)) {
			early = m
		}
	}
	if early == nil {
		return First{}
	}
	weight := math.Inf(1)
	for _, o := range members {
		if o != early {
			_, _, w := lag(early, o)
			weight = min(weight, w)
		}
	}
	f := First{early.ID, 1 / (1 + math.Exp(-weight))}
	if f.Probability < Threshold {
		f.Member = ""
	}
	return f
}
