package records

// A Step is a document on the way to another of its cluster, and the next one. The match
// of the two is empty where none is known: over a bridge, or one that is gone.
type Step struct {
	Document, Next *Document
	Match
}

// Chain returns the documents on the way from a to b in their group, without those that
// are gone.
func (c *Documents) Chain(g *Group, a, b *Document) (chain []Step) {
	root := b
	if b.IsDuplicate() {
		root = c.Get(b.Links.Of)
	}
	tree := Tree(g.Links, root.Number)
	before := func(d *Document) (*Document, Match) {
		switch link, ok := tree[d.Number]; {
		case d == b:
			return nil, Match{}
		case d.IsDuplicate():
			return c.Get(d.Links.Of), d.Links.Likeness
		case ok:
			return c.Get(link.To), link.Match
		case d == root:
			return b, b.Links.Likeness.Swap(b.Number)
		}
		return nil, Match{} // the links are damaged
	}
	for d := a; d != nil; {
		next, m := before(d)
		for next != nil && next.Gone {
			next, _ = before(next)
			m = Match{}
		}
		chain = append(chain, Step{d, next, m})
		d = next
	}
	return chain
}
