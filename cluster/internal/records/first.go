package records

import "slices"

// mostFirsts is how many representatives a Firsts keeps of one look at all of them.
const mostFirsts = 64

// Firsts are the representatives of a large group whose documents were published
// first. So that the next canonical document is found without a look at all
// representatives each time that the first one goes.
type Firsts struct {
	reps  []uint32
	bound Document // no document of another representative is before it
}

// Find returns the first document of a group, or nil if all are gone. head returns the
// first document of a representative and its duplicates, or nil.
func (f *Firsts) Find(reps []uint32, head func(rep uint32) *Document) *Document {
	if len(reps) <= mostFirsts {
		*f = Firsts{}
		return first(reps, head)
	}
	if d := first(f.reps, head); d != nil && d.Before(&f.bound) <= 0 {
		return d
	}
	type place struct {
		rep uint32
		*Document
	}
	heads := make([]place, 0, len(reps))
	for _, n := range reps {
		if d := head(n); d != nil {
			heads = append(heads, place{n, d})
		}
	}
	*f = Firsts{}
	if len(heads) == 0 {
		return nil
	}
	slices.SortFunc(heads, func(a, b place) int { return a.Before(b.Document) })
	heads = heads[:min(len(heads), mostFirsts)]
	for _, h := range heads {
		f.reps = append(f.reps, h.rep)
	}
	last := heads[len(heads)-1]
	f.bound = Document{ID: last.ID, Time: last.Time, Arrival: last.Arrival}
	return heads[0].Document
}

func first(reps []uint32, head func(rep uint32) *Document) (d *Document) {
	for _, n := range reps {
		if h := head(n); h != nil && (d == nil || h.Before(d) < 0) {
			d = h
		}
	}
	return d
}

// Gain notes that a representative, which may be new in the group, has a document that
// it did not have.
func (f *Firsts) Gain(rep uint32, d *Document) {
	if len(f.reps) == 0 || d.Before(&f.bound) > 0 || slices.Contains(f.reps, rep) {
		return
	}
	if f.reps = append(f.reps, rep); len(f.reps) > 2*mostFirsts {
		*f = Firsts{}
	}
}

// Leave notes that a representative has left the group.
func (f *Firsts) Leave(rep uint32) {
	f.reps = slices.DeleteFunc(f.reps, func(n uint32) bool { return n == rep })
}
