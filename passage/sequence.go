package passage

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/cbb30ed1/reprint/shingle"
)

// A Sequence is the words of a text, four bytes each: the upper 20 bits of a
// word's hash, and what a judgement needs to know of its place. Two texts can
// be aligned and related by their sequences alone, so an index that keeps them
// needs no texts.
//
// Two words that differ have the same 20 bits once in a million; a passage
// needs several in a row.
type Sequence []uint32

// The lower bits of a word in a Sequence.
const (
	isProse    = 1 << iota // it stands in running text, see shingle.Word
	isSentence             // it begins a sentence
	isBlock                // it begins a block: the text, or a line that does not go on from the one before
	isAlone                // it is a character of a script without spaces, which weighs half a word
	isNumber               // it begins with a decimal digit of any script
	isCapital              // it begins with a capital letter
	isJoined               // it shares a character with the word before it (½ is two words)
	isQuoted               // it stands between quotation marks

	digitsShift = iota            // above them are four bits of a hash of the digits it begins with
	hashShift   = digitsShift + 4 // and above these the hash
)

// wrapped is the size in words from which a line that ends no sentence goes on
// in the next one, as in package shingle.
const wrapped = 6

// AppendSequence appends the words of a text, as shingle.Shingler.AppendWords
// gives them, to dst. It allocates nothing but what dst lacks.
func AppendSequence(dst Sequence, words []shingle.Word, text string) Sequence {
	dst = slices.Grow(dst, len(words))
	line, alone := 0, false // of the line so far: its size in half words; of the last word
	var quote quotation
	for i := range words {
		w := &words[i]
		v := uint32(w.Hash>>(64-32+hashShift)) << hashShift
		if w.Prose {
			v |= isProse
		}
		switch {
		case i == 0:
			v |= isSentence | isBlock
			quote.read(text[:w.Start], true)
		case w.Start < words[i-1].End:
			v |= isJoined
		default:
			if gap := text[words[i-1].End:w.Start]; gap != " " && gap != "" {
				sentence, lines := pause(gap, text[words[i-1].Start:words[i-1].End])
				if lines > 1 || lines == 1 && (sentence || line < 2*wrapped || alone) {
					v |= isSentence | isBlock
				} else if sentence {
					v |= isSentence
				}
				if lines > 0 {
					line = 0
				}
				quote.read(gap, v&isBlock != 0)
			}
		}
		if quote.open {
			v |= isQuoted
		}
		kind := kindOf(text[w.Start:w.End])
		v |= kind
		if kind&isNumber != 0 {
			v |= digitsOf(text[w.Start:w.End]) << digitsShift
		}
		alone = kind&isAlone != 0
		line += 2
		if alone {
			line--
		}
		dst = append(dst, v)
	}
	return dst
}

// kindOf returns what a word shows by its first character: isNumber or
// isCapital, and isAlone.
func kindOf(word string) uint32 {
	switch c := word[0]; {
	case c-'0' < 10:
		return isNumber
	case c-'A' < 26:
		return isCapital
	case c < utf8.RuneSelf:
		return 0
	}
	r, _ := utf8.DecodeRuneInString(word)
	switch {
	case r >= 0x0E00 && alone(word):
		return isAlone
	case unicode.IsUpper(r):
		return isCapital
	case unicode.IsDigit(r):
		return isNumber
	}
	return 0
}

// digitsOf hashes the digits that a word begins with to four bits: "2014" has the
// same as "2014م", which some write for the year, and "1,000" and "١٬٠٠٠" have the
// same as "1000".
func digitsOf(word string) uint32 {
	h := uint32(0)
	for _, r := range word {
		if unicode.IsDigit(r) {
			h = 31*h + valueOf(r) + 1
		} else if unicode.IsLetter(r) {
			break
		}
	}
	return h * 0x9E3779B1 >> 28
}

// valueOf returns the value of a decimal digit. Unicode has each ten of them in a
// row, and a range of the table is one such ten or several.
func valueOf(r rune) uint32 {
	for _, t := range unicode.Digit.R16 {
		if r <= rune(t.Hi) {
			return uint32(r-rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Digit.R32 {
		if r <= rune(t.Hi) {
			return uint32(r-rune(t.Lo)) % 10
		}
	}
	return 0
}

// pause reads what stands between two words: whether a sentence ends there, and
// the number of line breaks.
func pause(gap, before string) (sentence bool, lines int) {
	stopped, full := false, 0
	for i, r := range gap {
		switch r {
		case '\n', '\u2028', '\u2029':
			lines++
		case '\r':
			if i+1 == len(gap) || gap[i+1] != '\n' {
				lines++
			}
		case '.':
			stopped = true
			full++
		case '!', '?':
			stopped = true
			full += 2
		case '。', '！', '？', '؟', '۔', '।', '॥', '｡', '．', '‼', '⁇', '⁈', '⁉', '…', '።', '፧', '။', '។', '։':
			sentence = true
		case ' ', '\t', '\u00A0', '\u3000':
			if stopped {
				sentence = true
			}
		}
		if (r == '\n' || r == '\r') && stopped {
			sentence = true
		}
	}
	// "5. Mai", "Mr. Smith", "z. B.": no sentence ends at the full stop of a
	// number of one or two digits or of a very short name.
	if sentence && stopped && full == 1 && lines == 0 && abbreviated(before) {
		sentence = false
	}
	return sentence, lines
}

// abbreviated reports whether a full stop behind the word may be that of an
// abbreviation: one letter, one or two digits, or a capital and up to two
// letters more.
func abbreviated(word string) bool {
	switch c := word[0]; {
	case c >= utf8.RuneSelf:
		return false
	case len(word) == 1:
		return true
	case c-'0' < 10:
		return len(word) == 2
	default:
		return c-'A' < 26 && len(word) <= 3
	}
}
