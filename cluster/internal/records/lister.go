package records

import (
	"errors"
	"slices"
)

// ListedAtOnce is how many documents a lister reads while others wait.
const ListedAtOnce = 64

// ErrChanged says that a member of a cluster went while the cluster was being listed.
var ErrChanged = errors.New("records: a member went meanwhile")

// A Lister lists a cluster as it is when the lister begins. It notes how the cluster
// hangs together, and then reads the documents a few at a time, so that nobody waits
// for a large one.
type Lister struct {
	Documents *Documents

	// Look calls a function while nothing changes; nil where nothing ever does.
	Look func(at func())

	// Compare compares two documents.
	Compare func(d, o *Document) Match

	clock    uint64 // when it began
	group    uint32 // the number of the group plus one, 0 if there is none
	size     int
	first    uint32 // the canonical document
	key      Key    // of that
	root     uint32 // its representative, or itself
	reps     []uint32
	links    []Link
	tree     map[uint32]Link // by which the representatives are reached from the root
	members  []Listed
	numbered map[uint32]int // where in members those are from which others are reached
	changed  bool
}

// A Listed is a member of the cluster. Match is that by which it is reached from
// another, as it keeps it.
type Listed struct {
	Key
	Of string // the other; "" for the canonical document
	Match
	number, from uint32
}

// Begin notes how the cluster of a canonical document hangs together, and returns its
// size. g is its group, or nil. Documents that arrive after the clock are no members.
func (l *Lister) Begin(first *Document, g *Group, clock uint64) int {
	l.clock, l.size, l.reps = clock, 1, []uint32{first.Number}
	l.first, l.root, l.key = first.Number, first.Number, first.Key()
	if g != nil {
		l.group, l.size, l.reps, l.links = g.Number+1, g.Size, slices.Clone(g.Reps), slices.Clone(g.Links)
	}
	if first.IsDuplicate() {
		l.root = first.Links.Of
	}
	return l.size
}

// List returns the canonical document, at most so many members from a key on, 0 for
// all, and the key of the next one, if there are more. The error is ErrChanged.
func (l *Lister) List(from Key, limit int) (first Key, listed []Listed, next *Key, err error) {
	l.read()
	if _, ok := l.numbered[l.first]; !ok || len(l.members) != l.size {
		l.changed = true
	}
	slices.SortFunc(l.members, func(a, b Listed) int { return a.Compare(b.Key) })
	for i := range l.members {
		if n := l.members[i].number; l.isReachedFrom(n) {
			l.numbered[n] = i
		}
	}
	i, _ := slices.BinarySearchFunc(l.members, from, func(m Listed, k Key) int { return m.Compare(k) })
	if listed = l.members[i:]; limit > 0 && len(listed) > limit {
		next, listed = &listed[limit].Key, listed[:limit]
	}
	for i := range listed {
		l.complete(&listed[i])
	}
	if l.changed && l.Look != nil {
		err = ErrChanged
	}
	return l.key, listed, next, err
}

func (l *Lister) isReachedFrom(n uint32) bool {
	_, ok := l.numbered[n]
	return ok
}

// read reads the members of the cluster.
func (l *Lister) read() {
	l.tree = Tree(l.links, l.root)
	l.members, l.numbered = make([]Listed, 0, l.size), make(map[uint32]int, len(l.reps))
	var duplicates []uint32
	l.each(l.reps, func(d *Document) {
		m := Listed{number: d.Number, from: l.first}
		if link, ok := l.tree[d.Number]; ok {
			m.from, m.Match = link.To, link.Match
		}
		if !d.Gone {
			l.add(d, m)
		}
		duplicates = append(duplicates, d.Duplicates()...)
	})
	l.each(duplicates, func(d *Document) {
		if !d.IsDuplicate() {
			return // it is not any more
		}
		if at, ok := l.numbered[l.root]; ok && d.Number == l.first {
			l.members[at].Match = d.Links.Likeness.Swap(d.Number)
		}
		l.add(d, Listed{number: d.Number, from: d.Links.Of, Match: d.Links.Likeness})
	})
}

func (l *Lister) add(d *Document, m Listed) {
	m.Key = d.Key()
	if !d.IsDuplicate() || d.Number == l.first {
		l.numbered[d.Number] = len(l.members)
	}
	l.members = append(l.members, m)
}

// each calls at for those documents that are still in the cluster.
func (l *Lister) each(numbers []uint32, at func(d *Document)) {
	for part := range slices.Chunk(numbers, ListedAtOnce) {
		l.At(func() {
			for _, n := range part {
				if d := l.there(n); d != nil {
					at(d)
				}
			}
		})
	}
}

// there returns a document that was in the cluster when the lister began and is in it
// now, or nil.
func (l *Lister) there(n uint32) *Document {
	if !l.Documents.Live.Has(n) {
		return nil
	}
	if d := l.Documents.Get(n); d.Arrival <= l.clock && l.Documents.Group(d) == l.group {
		return d
	}
	return nil
}

// complete says from which other member a member is reached. Where that is by
// documents that were removed, the two are compared.
func (l *Lister) complete(m *Listed) {
	if m.number == l.first {
		m.Match = Match{}
		return
	}
	from := m.from
	for from != l.first && !l.isReachedFrom(from) {
		if link, ok := l.tree[from]; ok {
			from = link.To
		} else {
			from = l.first
		}
	}
	if m.Of = l.key.ID; from != l.first {
		m.Of = l.members[l.numbered[from]].ID
	}
	if from == m.from {
		return
	}
	l.At(func() {
		d, o := l.there(m.number), l.there(from)
		if d == nil || o == nil {
			l.changed = true
			return
		}
		m.Match = l.Compare(d, o)
	})
}

// At calls a function while nothing changes.
func (l *Lister) At(at func()) {
	if l.Look == nil {
		at()
		return
	}
	l.Look(at)
}
