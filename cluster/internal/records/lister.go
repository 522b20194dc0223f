package records

import (
	"cmp"
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

	// Compare compares two documents, and Counts reports whether a match of a document
	// counts.
	Compare func(d, o *Document) Match
	Counts  func(d *Document, m *Match) bool

	clock   uint64 // when it began
	group   uint32 // the number of the group plus one, 0 if there is none
	size    int
	first   place    // the canonical document
	root    uint32   // its representative, or itself
	reps    []uint32 // of the cluster
	links   []Link
	tree    map[uint32]Link // by which the representatives are reached from the root
	read    map[uint32]*representative
	members []Listed
	changed bool
}

// A place is where a document is in the order of documents, and in the index.
type place struct {
	Key
	number uint32
}

func placeOf(d *Document) place { return place{d.Key(), d.Number} }

// A representative is what the lister has read of one.
type representative struct {
	place
	gone      bool
	duplicate place   // the first one
	closest   earlier // to it
}

// An earlier is a document that comes before another one, and the match of the other
// with it. Nothing is known of that if it is to be compared.
type earlier struct {
	place
	Match
	found, compare bool
}

// offer takes a document if it comes before another, and has more in common with that
// than the one that is there, or as much and comes first.
func (e *earlier) offer(before Key, o place, m Match) {
	if o.Compare(before) >= 0 {
		return
	}
	if e.found {
		c := cmp.Or(cmp.Compare(m.Jaccard(), e.Jaccard()), cmp.Compare(m.Score, e.Score))
		if c < 0 || c == 0 && o.Compare(e.Key) >= 0 {
			return
		}
	}
	*e = earlier{place: o, Match: m, found: true}
}

// A Listed is a member of the cluster, and its match with the closest of those that
// come before it: of the representatives that it matches and their duplicates, or else
// of those on its way to the canonical document.
type Listed struct {
	Key
	Of string // the other; "" for the canonical document
	Match
	Note         string
	number, lead uint32 // the member, and its representative or itself
	of           earlier
}

// Begin notes how the cluster of a canonical document hangs together, and returns its
// size. g is its group, or nil. Documents that arrive after the clock are no members.
func (l *Lister) Begin(first *Document, g *Group, clock uint64) int {
	l.clock, l.size, l.reps = clock, 1, []uint32{first.Number}
	l.first, l.root = placeOf(first), first.Number
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
	l.readMembers()
	if len(l.members) != l.size {
		l.changed = true
	}
	slices.SortFunc(l.members, func(a, b Listed) int { return a.Compare(b.Key) })
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
	return l.first.Key, listed, next, err
}

// readMembers reads the members of the cluster, the representatives first.
func (l *Lister) readMembers() {
	l.tree = Tree(l.links, l.root)
	l.members, l.read = make([]Listed, 0, l.size), make(map[uint32]*representative, len(l.reps))
	var duplicates []uint32
	l.each(l.reps, func(d *Document) {
		r := l.readRepresentative(d)
		l.read[d.Number] = r
		if !r.gone {
			l.members = append(l.members, Listed{Key: r.Key, Note: l.Documents.Note(d), number: r.number, lead: r.number, of: r.closest})
		}
		duplicates = append(duplicates, d.Duplicates()...)
	})
	l.each(duplicates, func(d *Document) {
		if !d.IsDuplicate() {
			return // it is not any more
		}
		if r := l.read[d.Links.Of]; r != nil {
			l.members = append(l.members, Listed{Key: d.Key(), Note: l.Documents.Note(d), number: d.Number, lead: r.number, of: r.before(d)})
		}
	})
}

func (l *Lister) readRepresentative(d *Document) *representative {
	r := &representative{place: placeOf(d), gone: d.Gone}
	for i := range d.Matches() {
		m := &d.Links.Matches[i]
		if o := l.there(m.With); o != nil && !o.Gone && l.Counts(d, m) {
			r.closest.offer(r.Key, placeOf(o), *m)
		}
	}
	if all := d.Duplicates(); len(all) > 0 {
		f := l.Documents.Get(all[0])
		r.duplicate = placeOf(f)
		r.closest.offer(r.Key, r.duplicate, f.Links.Likeness.Swap(f.Number))
	}
	return r
}

// before returns what comes before a duplicate of r: r itself, or else another
// duplicate, or what r matches.
func (r *representative) before(d *Document) (e earlier) {
	key := d.Key()
	switch {
	case !r.gone && r.Compare(key) < 0:
		return earlier{place: r.place, Match: d.Links.Likeness, found: true}
	case r.duplicate.Compare(key) < 0:
		return earlier{place: r.duplicate, found: true, compare: true}
	case r.closest.found && r.closest.Key.Compare(key) < 0:
		return earlier{place: r.closest.place, found: true, compare: true}
	}
	return e
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

// complete says what comes before a member. Where that is nothing that it matches, it
// is the first on the way to the canonical document.
func (l *Lister) complete(m *Listed) {
	if m.number == l.first.number {
		return
	}
	if !m.of.found {
		m.of = l.onTheWay(m)
	}
	m.Of, m.Match = m.of.ID, m.of.Match
	if !m.of.compare {
		return
	}
	l.At(func() {
		d, o := l.there(m.number), l.there(m.of.number)
		if d == nil || o == nil {
			l.changed = true
			return
		}
		m.Match = l.Compare(d, o)
	})
}

// onTheWay returns the first document on the way from a member to the canonical one
// that comes before it.
func (l *Lister) onTheWay(m *Listed) earlier {
	for number := m.lead; ; {
		link, ok := l.tree[number]
		if !ok {
			return earlier{place: l.first, found: true, compare: true}
		}
		if o := l.read[link.To]; o != nil && !o.gone && o.Compare(m.Key) < 0 {
			return earlier{place: o.place, Match: link.Match, found: true, compare: number != m.number || link.IsBridge()}
		}
		number = link.To
	}
}

// At calls a function while nothing changes.
func (l *Lister) At(at func()) {
	if l.Look == nil {
		at()
		return
	}
	l.Look(at)
}
