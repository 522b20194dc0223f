package postings

// blocks is memory in blocks of one size, by which the segments of a table grow.
// Were each segment an allocation by itself, a third of the memory would be lost
// in the sizes that most of them have left behind.
type blocks struct {
	chunks []*[blocksPerChunk]block
	next   uint32   // the first block that was never in use
	unused []uint32 // those that were
}

type block [blockSize]byte

const (
	blockSize      = 256
	blocksPerChunk = 256
)

// get returns a block.
func (b *blocks) get(number uint32) *block {
	return &b.chunks[number/blocksPerChunk][number%blocksPerChunk]
}

// alloc returns the number of a block, whose content is arbitrary.
func (b *blocks) alloc() uint32 {
	if n := len(b.unused); n > 0 {
		number := b.unused[n-1]
		b.unused = b.unused[:n-1]
		return number
	}
	if int(b.next) == len(b.chunks)*blocksPerChunk {
		b.chunks = append(b.chunks, new([blocksPerChunk]block))
	}
	b.next++
	return b.next - 1
}

func (b *blocks) free(number uint32) { b.unused = append(b.unused, number) }

// used returns the number of blocks in use.
func (b *blocks) used() int { return int(b.next) - len(b.unused) }

// moveBelow copies a block to an unused one with a number below a limit, and
// returns that number. There must be one.
func (b *blocks) moveBelow(number uint32, limit int) uint32 {
	for {
		if to := b.alloc(); int(to) < limit {
			*b.get(to) = *b.get(number)
			return to
		}
	}
}

// truncate gives back the memory of all blocks from a number on, none of which
// is in use.
func (b *blocks) truncate(from int) {
	keep := (from + blocksPerChunk - 1) / blocksPerChunk
	clear(b.chunks[keep:])
	b.chunks, b.next, b.unused = b.chunks[:keep], uint32(from), nil
}

// bytes returns the memory of all blocks.
func (b *blocks) bytes() int {
	return len(b.chunks)*(blockSize*blocksPerChunk+8) + 4*cap(b.unused)
}
