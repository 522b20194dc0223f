package records

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"

	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
)

// Parts are entries of a collection in parts that are worked on side by side.
type Parts interface {
	// Parts returns how many there are, and Len how many entries one has.
	Parts() int
	Len(part int) int

	// Heads calls head with the time and a hash of the id of each entry, and ID returns an id.
	Heads(part int, head func(time int64, hash uint64))
	ID(part, at int) string

	// Take calls use with each entry of a part. It is called once for each.
	Take(part int, use func(at int, d *Document, e *Entry))
}

// HashID returns a hash of an id.
func HashID(id string) uint64 { return xxhash.Sum64String(id) }

// Unbundled are entries that are there as they are, many in a part.
type Unbundled []Bundled

const entriesOfPart = 256

func (e Unbundled) part(n int) Unbundled {
	return e[n*entriesOfPart : min((n+1)*entriesOfPart, len(e))]
}

func (e Unbundled) Parts() int             { return (len(e) + entriesOfPart - 1) / entriesOfPart }
func (e Unbundled) Len(part int) int       { return len(e.part(part)) }
func (e Unbundled) ID(part, at int) string { return e.part(part)[at].ID }

func (e Unbundled) Heads(part int, head func(time int64, hash uint64)) {
	for _, u := range e.part(part) {
		head(u.Time, HashID(u.ID))
	}
}

func (e Unbundled) Take(part int, use func(at int, d *Document, e *Entry)) {
	for at, u := range e.part(part) {
		use(at, u.Document.Unused(), u.Entry)
		e.part(part)[at] = Bundled{}
	}
}

// Unused returns the document, or a copy if it is in an index already.
func (d *Document) Unused() *Document {
	if d.Arrival == 0 {
		return d
	}
	return &Document{
		ID: d.ID, Time: d.Time, Set: d.Set,
		Sampled: d.Sampled, Words: d.Words, Size: d.Size, Weight: d.Weight,
	}
}

// Load brings a collection into an index in memory that is empty. It numbers documents in
// order of their times, those of one time by a hash of their ids, and else as they come; of
// those with one id it takes only the last. It calls use with each, in no order. each calls a
// function with the numbers below n, on several threads; Load returns nil if it does not get
// through. The arrival of a document is its number plus one.
func (t *Documents) Load(parts Parts, each func(n int, f func(thread, i int)), use func(thread int, d *Document, e *Entry)) []*Document {
	begin := make([]int, parts.Parts()+1)
	for part := range parts.Parts() {
		begin[part+1] = begin[part] + parts.Len(part)
	}
	through := func(f func(thread, part int)) bool {
		var done atomic.Int64
		each(parts.Parts(), func(thread, part int) {
			f(thread, part)
			done.Add(1)
		})
		return int(done.Load()) == parts.Parts()
	}
	all := make([]timed, begin[parts.Parts()])
	if !through(func(_, part int) {
		at := begin[part]
		parts.Heads(part, func(time int64, hash uint64) {
			all[at] = timed{time, hash, uint32(at)}
			at++
		})
	}) {
		return nil
	}
	number, n := numbersOf(all, func(place uint32) string {
		part := sort.SearchInts(begin, int(place)+1) - 1
		return parts.ID(part, int(place)-begin[part])
	})
	all = nil
	m := t.Source.(*inMemory)
	t.Briefs, m.memory.slots = make([]Brief, n), make(slots[Document], n)
	if m.judged {
		m.sequences = make([]sequences.Packed, n)
	}
	docs, notes := make([]*Document, n), make([]string, n)
	var noted atomic.Bool
	if !through(func(thread, part int) {
		parts.Take(part, func(at int, d *Document, e *Entry) {
			if d.Number = number[begin[part]+at]; d.Number == noNumber {
				return
			}
			d.Arrival = uint64(d.Number) + 1
			docs[d.Number], t.Briefs[d.Number], notes[d.Number] = d, e.Brief, e.Note
			m.memory.slots[d.Number].Store(d)
			if m.judged {
				m.sequences[d.Number] = e.Sequence
			}
			if e.Note != "" && !noted.Load() {
				noted.Store(true)
			}
			use(thread, d, e)
		})
	}) {
		return nil
	}
	if noted.Load() {
		m.notes = notes
	}
	m.resize(max(fewestIDs, 8*n/7+1))
	for _, d := range docs {
		t.Live.Add(d.Number)
		m.ids.add(d)
	}
	return docs
}

// A timed is the place of an entry among all, and what it is ordered by, close together.
type timed struct {
	time  int64
	hash  uint64 // of its id
	place uint32
}

const noNumber = math.MaxUint32 // of an entry that is left out

// numbersOf returns the numbers of entries by their places, and how many have one.
func numbersOf(all []timed, id func(place uint32) string) (number []uint32, n int) {
	slices.SortFunc(all, func(a, b timed) int {
		if a.hash != b.hash {
			return cmp.Compare(a.hash, b.hash)
		}
		return cmp.Or(cmp.Compare(id(a.place), id(b.place)), cmp.Compare(a.time, b.time), cmp.Compare(a.place, b.place))
	})
	number = make([]uint32, len(all))
	last := all[:0]
	for i, t := range all {
		if i+1 < len(all) && all[i+1].hash == t.hash && id(all[i+1].place) == id(t.place) {
			number[t.place] = noNumber
		} else {
			last = append(last, t)
		}
	}
	slices.SortFunc(last, func(a, b timed) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.hash, b.hash), cmp.Compare(a.place, b.place))
	})
	for n, t := range last {
		number[t.place] = uint32(n)
	}
	return number, len(last)
}
