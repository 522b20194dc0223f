package postings

import (
	"slices"
	"sort"
)

// fences say where the blocks of a run are (fence pointers: Dayan, Athanassoulis and Idreos,
// "Monkey: optimal navigable key-value store", 2017). They are in memory, so ends are kept
// by their lower halves.
type fences struct {
	blocks []fence
	wraps  []int // the blocks from which on the upper half of ends is one more
}

// A fence is the first key of a block, and where the block ends.
type fence struct{ first, end uint32 }

const fenceBytes = 8

func (f *fences) bytes() int { return fenceBytes * cap(f.blocks) }

// add adds a block, which ends less than 4 GB after the one before.
func (f *fences) add(first uint32, end int64) {
	if end>>32 > int64(len(f.wraps)) {
		f.wraps = append(f.wraps, len(f.blocks))
	}
	f.blocks = append(f.blocks, fence{first, uint32(end)})
}

// clip gives back what of the memory is not needed.
func (f *fences) clip() { f.blocks = slices.Clone(f.blocks) }

// end returns where a block ends, and start where it begins.
func (f *fences) end(i int) int64 {
	wraps := sort.Search(len(f.wraps), func(j int) bool { return f.wraps[j] > i })
	return int64(wraps)<<32 | int64(f.blocks[i].end)
}

func (f *fences) start(i int) int64 {
	if i == 0 {
		return 0
	}
	return f.end(i - 1)
}

// find returns the block that would have a key, or -1. Keys are uniform, so it looks
// first where it would be if they were spread evenly, and goes from there.
func (f *fences) find(key uint32) int {
	n, step := len(f.blocks), 1
	if n == 0 {
		return -1
	}
	below, above := -1, n // the first key of below is not greater, that of above is
	if at := int(uint64(key) * uint64(n) >> 32); f.blocks[at].first <= key {
		for below = at; below+step < n && f.blocks[below+step].first <= key; step *= 2 {
			below += step
		}
		above = min(below+step, n)
	} else {
		for above = at; above-step >= 0 && f.blocks[above-step].first > key; step *= 2 {
			above -= step
		}
		below = max(above-step, -1)
	}
	return below + sort.Search(above-below-1, func(i int) bool { return f.blocks[below+1+i].first > key })
}
