package cluster

import (
	"slices"

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
	visit := func(keys func(p Prepared, buf *postings.KeyBuffer) (keys []uint32, first int)) func(int, *postings.KeyBuffer, func([]uint32, bitset.Set, int)) {
		return func(g int, buf *postings.KeyBuffer, each func([]uint32, bitset.Set, int)) {
			rest := bitset.Set(unique[g])
			for _, p := range entries[g*uniqueGroup : min((g+1)*uniqueGroup, len(entries))] {
				list, first := keys(p, buf)
				each(list, rest, first)
				rest = rest[p.uniqueWords():]
			}
		}
	}
	b := postings.Batch{Groups: len(unique), Threads: threads, Keys: bands, Visit: visit(bandKeys)}
	bands = lists[1].FindUnique(b)
	b.Keys, b.Visit = shingles, visit(sampleKeys)
	shingles = lists[0].FindUnique(b)
	return unique, bands, shingles
}

func bandKeys(p Prepared, _ *postings.KeyBuffer) (keys []uint32, first int) { return p.Bands, 0 }

func sampleKeys(p Prepared, buf *postings.KeyBuffer) (keys []uint32, first int) {
	buf.Elements, buf.Keys = p.doc.Sample(buf.Elements), buf.Keys[:0]
	for _, e := range buf.Elements {
		buf.Keys = append(buf.Keys, shingleKey(e))
	}
	return buf.Keys, len(p.Bands)
}
