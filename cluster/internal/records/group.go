package records

import (
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
}

// A Link is a match that joined two groups, between a document of each.
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

// A Core is what the documents of a group have in common: elements of its own, or
// all that one of them has. Its elements are not changed.
type Core struct {
	sets.Packed
	Of           uint32 // the number of the document plus one, or 0
	Limit, Known uint64
	Boilerplate  []uint64
	Weight       int
}

// IsFirst reports whether a document is the canonical one of a group.
func (g *Group) IsFirst(d *Document) bool { return g.First == d.Number+1 }

// Bytes returns the memory of a group.
func (g *Group) Bytes() int {
	return int(unsafe.Sizeof(*g)) + 4*cap(g.Reps) + int(unsafe.Sizeof(Link{}))*cap(g.Links) + g.Core.Packed.Bytes() + 8*cap(g.Core.Boilerplate)
}
