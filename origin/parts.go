package origin

import (
	"iter"
	"slices"
)

// Merge takes in what another corpus has learned from other documents, as if c had learned
// from them, too. Of a string with more owners than are kept it keeps the first in their order,
// while Learn keeps those that came first. Weights that the other sets count.
func (c *Corpus) Merge(o *Corpus) {
	c.Docs += o.Docs
	c.Copied += o.Copied
	for owner, s := range o.Sites {
		to := entry(&c.Sites, owner)
		for _, t := range s.Times {
			to.add(t)
		}
		to.Clock = max(to.Clock, s.Clock)
	}
	for key, s := range o.Edges {
		to := entry(&c.Edges, key)
		if to.Docs == 0 || s.Name < to.Name {
			to.Name = s.Name
		}
		to.Docs += s.Docs
		to.Copied += s.Copied
		to.Owners = slices.Concat(to.Owners, s.Owners)
		slices.Sort(to.Owners)
		to.Owners = slices.Compact(to.Owners)
		to.Owners = to.Owners[:min(len(to.Owners), maxOwners)]
	}
	for pair, n := range o.Leads {
		to := c.Leads[pair]
		set(&c.Leads, pair, [2]float64{to[0] + n[0], to[1] + n[1]})
	}
	for name, w := range o.Weights {
		set(&c.Weights, name, w)
	}
}

// Parts yields what the corpus knows of each site, string and pair of owners, and what it
// knows of all, by names that tell them apart, in no order. Merged they are the corpus; so
// those of several corpora can be merged name by name.
func (c *Corpus) Parts() iter.Seq2[string, *Corpus] {
	return func(yield func(string, *Corpus) bool) {
		if c.Docs != 0 || c.Copied != 0 || len(c.Weights) > 0 {
			if !yield("", &Corpus{Docs: c.Docs, Copied: c.Copied, Weights: c.Weights}) {
				return
			}
		}
		for owner, s := range c.Sites {
			if !yield("site\t"+owner, &Corpus{Sites: map[string]*SiteClock{owner: s}}) {
				return
			}
		}
		for key, s := range c.Edges {
			if !yield("edge\t"+key, &Corpus{Edges: map[string]*EdgeString{key: s}}) {
				return
			}
		}
		for pair, n := range c.Leads {
			if !yield("leads\t"+pair, &Corpus{Leads: map[string][2]float64{pair: n}}) {
				return
			}
		}
	}
}

// Condensed returns what judging needs of a corpus that learns no more: the kinds of clocks
// without their times, and strings that may be names. What of a part is left, is left of the
// corpus.
func (c *Corpus) Condensed() *Corpus {
	out := &Corpus{Leads: c.Leads, Docs: c.Docs, Copied: c.Copied, Weights: c.Weights}
	for owner := range c.Sites {
		if k := c.Clock(owner); k != Unknown {
			set(&out.Sites, owner, &SiteClock{Clock: k})
		}
	}
	for key, s := range c.Edges {
		if s.mayBeName() {
			set(&out.Edges, key, s)
		}
	}
	return out
}

// entry returns the value of a key, which it makes if there is none.
func entry[T any](m *map[string]*T, key string) *T {
	if (*m)[key] == nil {
		set(m, key, new(T))
	}
	return (*m)[key]
}

func set[T any](m *map[string]T, key string, value T) {
	if *m == nil {
		*m = map[string]T{}
	}
	(*m)[key] = value
}
