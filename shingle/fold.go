package shingle

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

//go:generate go run gen_variants.go -unihan Unihan_Variants.txt -keys allkeys.txt

// fold returns the normal form of a text, after the separators of thousands and
// the half-spaces have been seen to. It is the definition of steps 3 to 7 in the
// package documentation: the scanner looks up the forms of single characters, and
// works like this only where characters may combine.
func fold(s string, caser cases.Caser) string {
	s = decompose(caser.String(decompose(s)))
	var b strings.Builder
	for _, r := range s {
		if to := variant(r); to != "" {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return drop(norm.NFKC.String(b.String())) // in long runs of marks it puts U+034F
}

// decompose replaces each character by its full compatibility decomposition, and
// drops what does not count. It leaves marks where they stand, as the order is
// seen to later, and Hangul composed.
func decompose(s string) string {
	var b strings.Builder
	for _, r := range s {
		c := string(r)
		if d := norm.NFKC.PropertiesString(c).Decomposition(); d != nil {
			c = string(d)
		}
		b.WriteString(c)
	}
	return drop(b.String())
}

// drop removes what does not count.
func drop(s string) string {
	return strings.Map(func(r rune) rune {
		if isIgnored(r) || isSecondary(r) {
			return -1
		}
		return r
	}, s)
}

// isIgnored holds for the tatweel, which only stretches a word, and for
// Default_Ignorable_Code_Point, derived as in the Unicode Character Database:
// soft hyphen, zero-width characters, direction marks, variation selectors.
func isIgnored(r rune) bool {
	if r < 0xAD {
		return false
	}
	if r == 0x0640 || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
		return true
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) &&
		(r < 0xFFF9 || r > 0xFFFB) && (r < 0x13430 || r > 0x13440)
}

// markless are the scripts in which words are told apart without their marks.
// Inherited is the script of marks that several have in common, the accents and
// the Arabic vowel signs among them.
var markless = []*unicode.RangeTable{
	unicode.Inherited, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew, unicode.Syriac,
}

// isSecondary holds for combining marks that make a secondary difference at the
// most, as the Unicode Collation Algorithm calls it: accents, vowel signs of
// Arabic, Hebrew and Syriac, and the nukta of the scripts of India. It does not
// hold for the marks ゙ and ゚, which make another syllable of a Kana, though that
// is a secondary difference too.
func isSecondary(r rune) bool {
	const nukta = 7 // its canonical combining class
	switch {
	case r < 0x0300 || r == 0x3099 || r == 0x309A || !unicode.IsMark(r):
		return false
	case r >= 0x0900 && r < 0x0E00 && norm.NFD.PropertiesString(string(r)).CCC() == nukta:
		return true
	}
	return unicode.In(r, markless...)
}

// A spelling is a character, and what stands for it in the normal form.
type spelling struct {
	from rune
	to   string
}

// ourVariants are letters that the default collation tells apart and typing does
// not. The Arabic ones are the same in the collation of Persian or of Arabic in
// CLDR (primary strength); ة is ه there in Persian and ت in Arabic, but typed as
// ه. The capital of ı is I, whose small letter is i: by way of capitals they are
// one. The chandrabindu ँ is typed as the anusvara ं; neither has a primary weight.
const ourVariants = "ıi ٱا ةه ىي کك ڪك ھه ہه ۃه یي ەه ँं "

var (
	letterSpellings = sync.OnceValue(func() []spelling { return spellings(letterVariants + ourVariants) })
	hanSpellings    = sync.OnceValue(func() []spelling { return spellings(hanVariants) })
)

// spellings reads items that end in a space: a character, and what stands for it.
func spellings(items string) []spelling {
	out := make([]spelling, 0, strings.Count(items, " "))
	for items != "" {
		item, rest, _ := strings.Cut(items, " ")
		from, size := utf8.DecodeRuneInString(item)
		out = append(out, spelling{from, item[size:]})
		items = rest
	}
	slices.SortFunc(out, func(a, b spelling) int { return cmp.Compare(a.from, b.from) })
	return out
}

// variant returns what stands for a character of decomposed, case-folded text in
// the normal form, or "" for the character itself: the plain letters, the first
// of the variants of a Han character, the digit of ASCII.
func variant(r rune) string {
	switch {
	case r < utf8.RuneSelf:
		return ""
	case unicode.Is(unicode.Nd, r):
		v := digitValue(r)
		return "0123456789"[v : v+1]
	}
	list := letterSpellings
	if unicode.Is(unicode.Han, r) {
		list = hanSpellings
	}
	all := list()
	i, ok := slices.BinarySearchFunc(all, r, func(s spelling, r rune) int { return cmp.Compare(s.from, r) })
	if !ok {
		return ""
	}
	return all[i].to
}

// digitValue returns the value of a decimal digit of any script. Unicode has
// each ten of them in a row, and a range of the table is one such ten or several.
func digitValue(r rune) int {
	if r < utf8.RuneSelf {
		return int(r - '0')
	}
	for _, t := range unicode.Nd.R16 {
		if r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	return 0
}
