package records

import (
	"bytes"
	"cmp"
	"slices"
)

// A Canonical is the first document of a cluster, for sorting. It has as much of the id as
// nearly always decides.
type Canonical struct {
	time   int64
	id     [16]byte
	Number uint32
}

// Canonicals returns the canonical documents of all clusters, in their order. look calls a
// function while nothing changes.
func (c Clusters) Canonicals(look func(at func())) (all []Canonical) {
	docs := c.Documents
	for n := range uint32(docs.Len()) {
		look(func() {
			if !docs.Live.Has(n) || docs.Gone.Has(n) {
				return
			}
			d := docs.Get(n)
			if g := c.Group(d); g == nil || g.IsFirst(d) {
				first := Canonical{time: d.Time, Number: n}
				copy(first.id[:], d.ID)
				all = append(all, first)
			}
		})
	}
	slices.SortFunc(all, func(a, b Canonical) int {
		c := cmp.Or(cmp.Compare(a.time, b.time), bytes.Compare(a.id[:], b.id[:]))
		if c == 0 && a.Number != b.Number {
			look(func() { c = docs.Get(a.Number).Before(docs.Get(b.Number)) })
		}
		return c
	})
	return all
}
