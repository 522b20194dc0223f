package minhash

import (
	"math"
	"math/bits"
)

const (
	// unfilled is greater than every word: 2·maxSlots rounds leave the top three
	// bits of a word clear. It is go-minhash's initial value, too.
	unfilled = math.MaxUint64

	roundShift = 48 // round above, value below
	valueShift = 64 - roundShift
)

// fastSimilarity writes the signature of the shingles to slots; keys are those of
// the 2·len(slots) rounds. It uses the memory of choices.
//
// A later round has greater words, so a slot that is filled when a round begins
// is never changed by it. The result is therefore the minimum over all rounds and
// all shingles, although it stops early; and that is why the slotwise minimum of
// two signatures is the signature of the union, whichever rounds they reached.
func fastSimilarity(slots, shingles, keys []uint64, choices *choices) {
	for i := range slots {
		slots[i] = unfilled
	}
	if len(shingles) == 0 {
		return
	}
	t := len(slots)
	round(slots, shingles, keys[0], 0, choices)
	// Slots stay filled: a cursor that only moves forward looks at each once.
	full := 0
	for i := 1; ; i++ {
		for full < t && slots[full] != unfilled {
			full++
		}
		if full == t {
			return
		}
		if i == t {
			break
		}
		round(slots, shingles, keys[i], i, choices)
	}
	for b := full; b < t; b++ {
		if slots[b] == unfilled {
			slots[b] = fixedRound(shingles, keys[t+b], t+b, t)
		}
	}
}

// round is a round in which each shingle chooses its slot. The minimum is stored
// without a branch: of 700 shingles in 128 slots some 300 lower their slot, which
// no branch predictor can foresee.
func round(slots, shingles []uint64, key uint64, i int, choices *choices) {
	base, t := uint64(i)<<roundShift, uint64(len(slots))
	if t == DefaultSlots {
		roundDefault((*[DefaultSlots]uint64)(slots), shingles, key, base, choices)
		return
	}
	for _, x := range shingles {
		b, v := bits.Mul64(mix(x^key), t)
		slots[b] = min(slots[b], base|v>>valueShift)
	}
}

// log2 of DefaultSlots.
const log = 7

// roundDefault is a round for 128 slots, with shifts that are known to stay within
// the array. It is where signing a whole article spends its time.
func roundDefault(slots *[DefaultSlots]uint64, shingles []uint64, key, base uint64, choices *choices) {
	for len(shingles) > 0 {
		n := choices.choose(shingles, key, base)
		if n == 0 { // too few for vectors, or there are none
			break
		}
		for i, v := range choices.values[:n] {
			slot := &slots[choices.slots[i]%DefaultSlots]
			*slot = min(*slot, v)
		}
		shingles = shingles[n:]
	}
	for _, x := range shingles {
		h := mix(x ^ key)
		b := h >> (64 - log)
		slots[b] = min(slots[b], base|h<<log>>valueShift)
	}
}

// choices are the slots that shingles choose in a round of 128 slots, and their words
// there.
type choices struct{ slots, values [128]uint64 }

// fixedRound is the word of slot i−t after round i ≥ t, where all shingles meet.
func fixedRound(shingles []uint64, key uint64, i, t int) uint64 {
	least := uint64(unfilled)
	for _, x := range shingles {
		least = min(least, mix(x^key)*uint64(t))
	}
	return uint64(i)<<roundShift | least>>valueShift
}
