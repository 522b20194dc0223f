package passage

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cbb30ed1/reprint/shingle"
)

// ErrOptions is wrapped by the errors of New.
var ErrOptions = errors.New("passage: bad options")

// Options are the parameters of an Aligner. A zero field means the default
// that its comment names. In all of them a character of a script written
// without spaces counts half a word.
type Options struct {
	// K is the number of words in a row that both texts must have for a
	// passage to be looked for there, 1 to 32; default 3.
	K int

	// MinWords is the number of words that must agree in a passage, all its
	// runs together; default 8.
	MinWords int

	// Gap is the number of words that a passage may skip at a time, on the
	// side where it skips more; default 12. Whatever it is, no passage skips
	// more words than agree before, nor more than agree behind. A negative
	// Gap means none: each passage is one run then, the same on both sides.
	Gap int

	// Budget bounds the work: for each word of both texts so many steps, which
	// are places where a run may begin and words that are compared, and a few
	// thousand more; default 32. See Alignment.Complete.
	Budget int

	_ struct{}
}

func (o Options) withDefaults() (Options, error) {
	for _, f := range []struct {
		name           string
		value          *int
		zero, min, max int
	}{
		{"K", &o.K, 3, 1, 32},
		{"MinWords", &o.MinWords, 8, 1, 1 << 20},
		{"Gap", &o.Gap, 12, -1 << 20, 1 << 20},
		{"Budget", &o.Budget, 32, 1, 1 << 20},
	} {
		if *f.value == 0 {
			*f.value = f.zero
		}
		if *f.value < f.min || *f.value > f.max {
			return o, fmt.Errorf("%w: %s is %d, want %d to %d", ErrOptions, f.name, *f.value, f.min, f.max)
		}
	}
	return o, nil
}

// An Alignment is what two texts share, and what they do not.
type Alignment struct {
	// Passages are in the order of the first text. They never overlap, on
	// either side.
	Passages []Passage `json:"passages,omitempty"`

	// CoverageA and CoverageB are the shares of the words of each text that
	// agree with a word of the other, in a passage; 0 for a text without
	// words.
	CoverageA float64 `json:"coverage_a"`
	CoverageB float64 `json:"coverage_b"`

	// A and B are what lies outside the passages on each side, in order:
	// stretches of words, cut where their class changes.
	A []Part `json:"a,omitempty"`
	B []Part `json:"b,omitempty"`

	// WordsA and WordsB are the numbers of words.
	WordsA int `json:"words_a"`
	WordsB int `json:"words_b"`

	// Complete is false if the budget ran out before all places were looked
	// at. What was found holds all the same; there may be more.
	Complete bool `json:"complete"`

	edits []Edit
}

// A Passage is a stretch that both texts have, but for Edits.
type Passage struct {
	// A and B are its bytes in each text, from the first letter of its first
	// word to the end of its last.
	A shingle.Span `json:"a"`
	B shingle.Span `json:"b"`

	// Words is the number of words that agree.
	Words int `json:"words"`

	// Moved says that it stands out of order: the passages that are not Moved
	// follow one another in the same order in both texts, and are those in
	// that order with the most words.
	Moved bool `json:"moved"`

	// Edits are the differences in it, in order. Before, between and behind
	// them the words agree one by one.
	Edits []Edit `json:"edits,omitempty"`
}

// An Edit is a stretch of words in the one text and what stands there in the
// other. One of the ranges may be empty, at the end of the word before.
type Edit struct {
	A shingle.Span `json:"a"`
	B shingle.Span `json:"b"`
}

// A Part is a stretch of words in no passage.
type Part struct {
	shingle.Span
	Class Class `json:"class"`
	Words int   `json:"words"`
}

// Class says what a Part is.
type Class uint8

const (
	// Boilerplate stands outside running text (see shingle.Word): menus,
	// captions, headlines, bylines, lists of links.
	Boilerplate Class = iota + 1
	// Added stands in the second text only.
	Added
	// Removed stands in the first text only.
	Removed
	// Edited stands between the same two passages as other running text of
	// the other side.
	Edited
)

// String returns the name of the class in small letters.
func (c Class) String() string {
	switch c {
	case Boilerplate:
		return "boilerplate"
	case Added:
		return "added"
	case Removed:
		return "removed"
	case Edited:
		return "edited"
	}
	return fmt.Sprintf("Class(%d)", uint8(c))
}

// An Aligner finds the passages that two texts share. It keeps its buffers from
// one pair to the next, so it is not safe for concurrent use: give each
// goroutine its own. The zero value is ready, with the default options.
type Aligner struct {
	options Options // K is 0 in a zero Aligner
	reading

	// Everything below speaks of the texts as x and y, in an order of their
	// own, and so cannot depend on the order in which they were given.
	x, y    side
	swapped bool // x is the second text
	alike   bool // both have the same words
	limits

	seeds  seeds
	runs   []run // candidates for tiling
	tiling tiling
	blocks []run // the runs chosen, in the order of x
	groups groups
}

// reading is the two texts as they were given.
type reading struct {
	shingler shingle.Shingler
	words    [2][]shingle.Word
	title    []shingle.Word
	seqs     [2]Sequence
	sources  [2]Sequence // what is known beside the texts, see Document
}

// limits are the options of an Aligner in the measure of its sequences, and what
// remains of its budget.
type limits struct {
	k, least int32 // Options.K and MinWords, in half words
	gap      int32 // Options.Gap, in half words
	work     int64 // what remains of the budget
	complete bool
}

// A run is n words that are the same from word x of the one text and from
// word y of the other.
type run struct{ x, y, n int32 }

// New returns an Aligner, or an error that wraps ErrOptions.
func New(o Options) (*Aligner, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Aligner{options: o}, nil
}

// maxWords bounds the words of a text that are looked at, so that twice their
// number fits 32 bits.
const maxWords = 1 << 29

// Align stores in dst what textA and textB share. Exchanging the texts
// exchanges the sides of the result and changes nothing else. Once dst and the
// Aligner have grown to the size of the texts that they meet, it allocates
// nothing.
func (a *Aligner) Align(dst *Alignment, textA, textB string) {
	for i, t := range [2]string{textA, textB} {
		a.words[i] = a.shingler.AppendWords(a.words[i][:0], t)
		a.seqs[i] = AppendSequence(a.seqs[i][:0], a.words[i], t)
	}
	a.find(a.seqs[0], a.seqs[1])
	if a.swapped {
		a.x.words, a.y.words = a.words[1], a.words[0]
	} else {
		a.x.words, a.y.words = a.words[0], a.words[1]
	}
	a.report(dst, a.swapped)
}

// find finds the passages of two texts.
func (a *Aligner) find(first, second Sequence) {
	if a.options.K == 0 {
		a.options, _ = Options{}.withDefaults()
	}
	a.k, a.least, a.gap = 2*int32(a.options.K), 2*int32(a.options.MinWords), 2*int32(a.options.Gap)
	a.complete = len(first) <= maxWords && len(second) <= maxWords
	first, second = first[:min(len(first), maxWords)], second[:min(len(second), maxWords)]
	a.blocks = a.blocks[:0]
	order := compare(first, second)
	a.swapped, a.alike = order > 0, order == 0
	if a.swapped {
		first, second = second, first
	}
	a.x.load(first, nil)
	a.y.load(second, nil)
	switch {
	case len(a.x.hash) == 0:
		a.groups.all = a.groups.all[:0]
	case order == 0:
		// Nothing to find out, even if both are but a word or two.
		a.blocks = append(a.blocks, run{0, 0, int32(len(a.x.hash))})
		a.group()
	default:
		a.align()
	}
}

// align finds the blocks and the groups that are passages.
func (a *Aligner) align() {
	a.work = int64(a.options.Budget)*int64(len(a.x.hash)+len(a.y.hash)) + 1<<12
	a.seed()
	a.tile()
	a.sortBlocks()
	// What stands out of order and is short is chance: stock phrases, names.
	// Its words are free for what stands in order.
	a.group()
	a.mainOrder()
	a.drop(true)
	if a.gap >= 0 {
		a.fill()
	}
	a.sortBlocks()
	a.trim()
	a.group()
	a.drop(false)
	a.mainOrder()
}

// sortBlocks puts the blocks in the order of x, and makes one of two that have
// nothing between them in either text.
func (a *Aligner) sortBlocks() {
	slices.SortFunc(a.blocks, func(p, q run) int { return int(p.x - q.x) })
	blocks := a.blocks[:0]
	for _, b := range a.blocks {
		if n := len(blocks); n > 0 {
			p := &blocks[n-1]
			if p.x+p.n == b.x && p.y+p.n == b.y {
				p.n += b.n
				continue
			}
		}
		blocks = append(blocks, b)
	}
	a.blocks = blocks
}
