package records

import (
	"slices"
	"unsafe"

	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// A Group is a cluster of several documents. It is made when a representative gets
// a duplicate or joins another.
type Group struct {
	Number      uint32
	Reps        []uint32 // the representatives
	Core        Core
	Links       []Link // the matches that joined it, one fewer than Reps
	First       uint32 // the canonical document plus one, or 0 if all are gone
	Size        int    // documents, duplicates included, without those gone
	CoreVersion int    // counts the changes of the core
	Least       int    // weight of the lightest representative
	Born        uint64 // the operation that made it
	Firsts      Firsts // is not stored
}

// A Link is a match that joined two groups, between a document of each. Or it is a
// bridge, in the place of two links with a document that has left the group; then the
// match is empty.
type Link struct {
	From, To uint32
	Match    // as From keeps it
}

// Tree returns, of links that join representatives, those by which each is reached from
// a root, by its number: From is the representative itself, and To is nearer to the root.
func Tree(links []Link, root uint32) map[uint32]Link {
	from := make(map[uint32][]Link, len(links))
	for _, l := range links {
		from[l.To] = append(from[l.To], l)
		from[l.From] = append(from[l.From], Link{From: l.To, To: l.From, Match: l.Swap(l.From)})
	}
	tree := make(map[uint32]Link, len(links))
	for next := []uint32{root}; len(next) > 0; next = next[1:] {
		for _, l := range from[next[0]] {
			if _, ok := tree[l.From]; !ok && l.From != root {
				tree[l.From] = l
				next = append(next, l.From)
			}
		}
	}
	return tree
}

// IsBridge reports whether a link is one in the place of others.
func (l *Link) IsBridge() bool { return l.Common == 0 }

// Bridges returns how many links are bridges.
func (g *Group) Bridges() (n int) {
	for i := range g.Links {
		if g.Links[i].IsBridge() {
			n++
		}
	}
	return n
}

// Connected reports whether the links hold a group together.
func (g *Group) Connected() bool {
	around := map[uint32][]uint32{}
	for _, l := range g.Links {
		around[l.From] = append(around[l.From], l.To)
		around[l.To] = append(around[l.To], l.From)
	}
	reached := map[uint32]bool{g.Reps[0]: true}
	for next := g.Reps[:1:1]; len(next) > 0; next = next[1:] {
		for _, n := range around[next[0]] {
			if !reached[n] {
				reached[n] = true
				next = append(next, n)
			}
		}
	}
	return len(reached) == len(g.Reps) && !slices.ContainsFunc(g.Reps, func(n uint32) bool { return !reached[n] })
}

// TakeOut takes a representative and its links out of a group, and returns the
// representatives that it was linked with, which nothing links any longer.
func (g *Group) TakeOut(n uint32) (around []uint32) {
	g.Reps = slices.DeleteFunc(g.Reps, func(r uint32) bool { return r == n })
	g.Firsts.Leave(n)
	g.Links = slices.DeleteFunc(g.Links, func(l Link) bool {
		switch n {
		case l.From:
			around = append(around, l.To)
		case l.To:
			around = append(around, l.From)
		default:
			return false
		}
		return true
	})
	return around
}

// A Core is what the documents of a group have in common: elements of its own, or
// all that one of them has. Its elements are not changed.
type Core struct {
	Held
	Limit, Known uint64
	Boilerplate  []uint64
	Weight       int
}

// Held are the elements of a core: its own, or those of a document. See Documents.Hold.
type Held struct {
	sets.Packed        // its own, if they are in memory
	Of          uint32 // the number of the document plus one, or 0
	away        uint64 // the position of its own, plus one, if they are not in memory
}

// IsFirst reports whether a document is the canonical one of a group.
func (g *Group) IsFirst(d *Document) bool { return g.First == d.Number+1 }

// Bytes returns the memory of a group.
func (g *Group) Bytes() int {
	return int(unsafe.Sizeof(*g)) + 4*cap(g.Reps) + int(unsafe.Sizeof(Link{}))*cap(g.Links) + g.Core.Packed.Bytes() + 8*cap(g.Core.Boilerplate)
}
