package minhash

import (
	"fmt"
	"slices"
)

// Signature is the MinHash sketch of a set: Scheme.Slots words, each the least
// hash of the set under another hash function, so that a slot of two sets agrees
// with probability J = |A∩B|/|A∪B|.
//
// The zero value is the signature of an empty set under no scheme. It can be
// signed into, decoded into and merged into; comparing it is an error.
//
// Copies share memory. Methods that only read are safe for concurrent use.
type Signature struct {
	scheme Scheme // normalised; zero in the zero value
	slots  []uint64
}

// Scheme returns the scheme of the signature, with defaults written out, or the
// zero Scheme if it has none.
func (s *Signature) Scheme() Scheme { return s.scheme }

// Slots returns the words of the signature, Scheme.Slots of them, or none for the
// zero value. All are math.MaxUint64 if the set is empty. The slice is the
// signature's own: read it, and copy it to keep it.
func (s *Signature) Slots() []uint64 { return s.slots }

// Clone returns a copy that shares no memory with s.
func (s *Signature) Clone() Signature {
	return Signature{scheme: s.scheme, slots: slices.Clone(s.slots)}
}

// Empty reports whether the signature is that of an empty set, the zero value
// included.
func (s *Signature) Empty() bool {
	// All slots are filled or none is; but by the Classic method a slot may hold
	// MaxUint64 by right (once in 2⁶⁴), so one slot is not proof enough.
	for _, w := range s.slots {
		if w != unfilled {
			return false
		}
	}
	return true
}

// Jaccard estimates |A∩B|/|A∪B| as the share of slots that agree (Broder 1997).
// If either set is empty it is 0, with certainty.
//
// The standard error is √(p(1−p)/t) with t slots and p = (agreeing+½)/(t+1): the
// half keeps it above zero where all slots agree or none. It is the theory's for
// independent slots; sets smaller than t do better by FastSimilarity (the package
// documentation has figures).
//
// The error wraps ErrScheme if the schemes differ or either signature has none.
func (s *Signature) Jaccard(o *Signature) (Estimate, error) {
	if err := s.comparable(o); err != nil {
		return Estimate{}, err
	}
	if s.Empty() || o.Empty() {
		return Estimate{}, nil
	}
	agree := 0
	theirs := o.slots[:len(s.slots)]
	for i, w := range s.slots {
		if w == theirs[i] {
			agree++
		}
	}
	return share(agree, len(s.slots)), nil
}

// Merge makes s the signature of the union of both sets: exactly the one that
// signing the union would give, by either method. The zero value takes over the
// scheme of o, so that a union can be built up from nothing.
//
// The error wraps ErrScheme if the schemes differ or o has none; s is then
// unchanged.
func (s *Signature) Merge(o *Signature) error {
	if o != nil && s.scheme == (Scheme{}) && o.scheme != (Scheme{}) {
		*s = o.Clone()
		return nil
	}
	if err := s.comparable(o); err != nil {
		return err
	}
	theirs := o.slots[:len(s.slots)]
	for i, w := range s.slots {
		s.slots[i] = min(w, theirs[i])
	}
	return nil
}

func (s *Signature) comparable(o *Signature) error {
	var other Scheme
	if o != nil {
		other = o.scheme
	}
	if s.scheme != other || s.scheme == (Scheme{}) {
		return fmt.Errorf("%w: signatures by %v and %v, want the same scheme", ErrScheme, s.scheme, other)
	}
	return nil
}
