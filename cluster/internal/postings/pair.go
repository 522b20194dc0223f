package postings

import (
	"errors"
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// A Pair is the two trees of an index, that of shingles and that of bands.
type Pair [2]*Tree

// Open opens the runs of both in parallel. On an error nothing stays open.
func (p Pair) Open(versions [2]Version) error {
	var errs [2]error
	var all sync.WaitGroup
	for i, t := range p {
		all.Go(func() { errs[i] = t.Open(versions[i]) })
	}
	all.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return errors.Join(err, p.Close())
	}
	return nil
}

// Close closes the files.
func (p Pair) Close() error { return errors.Join(p[0].Close(), p[1].Close()) }

// ReadAhead reads lists ahead, as that of a tree does. It returns which keys the runs do
// not have, those of bands before those of shingles.
func (p Pair) ReadAhead(shingles, bands []uint32) bitset.Set {
	absent := make(bitset.Set, (len(bands)+len(shingles)+63)/64)
	p[1].ReadAhead(bands, absent, 0)
	p[0].ReadAhead(shingles, absent, len(bands))
	return absent
}

// Absent returns the keys that the runs do not have, as far as filters tell, in the same
// order. It reads nothing.
func (p Pair) Absent(shingles, bands []uint32) bitset.Set {
	absent := make(bitset.Set, (len(bands)+len(shingles)+63)/64)
	p[1].absent(bands, absent, 0)
	p[0].absent(shingles, absent, len(bands))
	return absent
}

// Reads returns what that of both trees does.
func (p Pair) Reads() (all, vain int) {
	for _, t := range p {
		a, v := t.Reads()
		all, vain = all+a, vain+v
	}
	return all, vain
}

// RemoveObsolete deletes runs that neither has: those of an interrupted checkpoint, and
// merged ones that could not be deleted.
func (p Pair) RemoveObsolete(files Files) error {
	names, err := files.Files()
	if err != nil {
		return err
	}
	for _, name := range names {
		for _, t := range p {
			if !t.isObsolete(name) {
				continue
			}
			if err := files.Remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// Check is that of both trees.
func (p Pair) Check(numbers int, report func(error)) {
	for _, t := range p {
		t.Check(numbers, report)
	}
}
