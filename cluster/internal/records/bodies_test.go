package records

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// readEntries are entries by position, and counts how many are read.
type readEntries struct {
	all  map[uint64][]byte
	read int
}

func (r *readEntries) Entry(dst []byte, position uint64) ([]byte, error) {
	r.read++
	return append(dst, r.all[position]...), nil
}

// What comes with a document is not read again for its body, unless it is large, another one
// took its place, or its number is another document's by then.
func TestBodyComesWithDocument(t *testing.T) {
	l := Layout{Sequences: true, Scale: 16, Floor: 2, Weigh: func(elements, _ int) int { return elements }, LeastWeight: 1, MostWeight: 1}
	entries := &readEntries{all: map[uint64][]byte{}}
	b := newBodies(entries, l, &pool{budget: 1 << 30}, 100)
	write := func(n uint32, position uint64, words int) {
		var elements []uint64
		for i := range 3 {
			elements = append(elements, sets.Round(position<<40+uint64(i+1)<<60))
		}
		d := &Document{ID: "d", Size: 3, Sampled: 2, Weight: 3, Set: sets.Of(elements, true)}
		e := &Entry{Sequence: sequences.Of(make([]uint32, words)), Brief: Brief{Known: uint32(elements[1] >> 32), Weight: 2}}
		entries.all[position], b.positions[n] = AppendEntry(nil, d, e), position
	}
	load := func(n uint32) *Document {
		d, e, err := b.entryAt(b.positions[n])
		require.NoError(t, err)
		d.Number, d.Arrival = n, 1
		b.read(d, e, b.positions[n])
		require.Equal(t, 2, d.Set.Len())
		return d
	}
	requireReads := func(reads int, d *Document) {
		t.Helper()
		before, position := entries.read, b.positions[d.Number]
		set := b.set(d)
		require.Equal(t, 3, set.Len())
		require.Equal(t, sets.Round(position<<40+1<<60), set.At(0))
		require.False(t, b.sequence(d).None())
		require.Equal(t, reads, entries.read-before)
	}
	write(1, 101, 9)
	d := load(1)
	requireReads(0, d)
	b.drop(1)
	requireReads(0, d)

	b.drop(1)
	other := uint32(1 + len(b.lately))
	write(other, 102, 9)
	requireReads(0, load(other))
	requireReads(1, d)

	d = load(1)
	b.drop(1)
	write(1, 103, 9) // another document with this number
	requireReads(1, d)

	write(2, 104, largestLate/4)
	requireReads(1, load(2))
}
