package cluster

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
)

// A key is unique in a batch if it occurs there once, and the lists do not have it.
// Such keys need not be looked up: their lists are empty (postings.Occurrences).

// uniqueGroup is the number of entries for which one slice has the bits that
// tell their unique keys, those of bands before those of shingles.
const uniqueGroup = 256

// uniqueWords returns how many words have the bits of an entry.
func (p Prepared) uniqueWords() int { return (len(p.Bands) + int(p.doc.Sampled) + 63) / 64 }

// findUnique returns which keys of entries are unique, and of how many there may
// be postings to enter.
func findUnique(lists [2]*postings.Table, entries []Prepared, threads int) (unique [][]uint64, bands, shingles int) {
	unique = make([][]uint64, 0, (len(entries)+uniqueGroup-1)/uniqueGroup)
	for group := range slices.Chunk(entries, uniqueGroup) {
		words := 0
		for _, p := range group {
			words += p.uniqueWords()
			bands += len(p.Bands)
			shingles += int(p.doc.Sampled)
		}
		unique = append(unique, make([]uint64, words))
	}
	bands = findUniqueKeys(unique, entries, threads, bands, lists[1],
		func(p Prepared, _ *keyBuffer) (keys []uint32, from int) { return p.Bands, 0 })
	shingles = findUniqueKeys(unique, entries, threads, shingles, lists[0],
		func(p Prepared, buf *keyBuffer) (keys []uint32, from int) { return buf.shingles(p), len(p.Bands) })
	return unique, bands, shingles
}

// A keyBuffer is memory for the keys of a document.
type keyBuffer struct {
	postings.KeyBuffer
	elements []uint64
	keys     []uint32
}

// shingles returns the keys of the sample.
func (b *keyBuffer) shingles(p Prepared) []uint32 {
	b.elements, b.keys = p.doc.Sample(b.elements), b.keys[:0]
	for _, e := range b.elements {
		b.keys = append(b.keys, shingleKey(e))
	}
	return b.keys
}

// findUniqueKeys sets the bits of unique keys of one table, the first of which
// for an entry is the one from, and returns how many there are.
func findUniqueKeys(unique [][]uint64, entries []Prepared, threads, keys int, table *postings.Table,
	keysOf func(p Prepared, buf *keyBuffer) (keys []uint32, from int)) int {
	var found atomic.Int64
	n := postings.NewOccurrences(keys)
	for part := range postings.OccurrenceParts {
		n.Begin(part)
		var workers sync.WaitGroup
		for i := range threads {
			workers.Go(func() { // each has some of the slots
				var buf keyBuffer
				for _, p := range entries {
					keys, _ := keysOf(p, &buf)
					n.Count(keys, i, threads, &buf.KeyBuffer)
				}
			})
		}
		workers.Wait()
		var next atomic.Int64
		for range threads {
			workers.Go(func() { // each has groups of entries
				var buf keyBuffer
				for g := int(next.Add(1)) - 1; g < len(unique); g = int(next.Add(1)) - 1 {
					rest := bitset.Set(unique[g])
					for _, p := range entries[g*uniqueGroup : min((g+1)*uniqueGroup, len(entries))] {
						keys, from := keysOf(p, &buf)
						found.Add(int64(n.Once(rest, keys, from, table, &buf.KeyBuffer)))
						rest = rest[p.uniqueWords():]
					}
				}
			})
		}
		workers.Wait()
	}
	return int(found.Load())
}
