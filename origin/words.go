package origin

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A token is a word of a text: a run of letters, marks and digits, or one
// character of a script written without spaces. Apostrophes end a token, so
// that a suffix such as in "Reuters'a" stands alone.
type token struct {
	start, end int    // bytes in the text
	fold       string // without case and marks
	caps       bool   // begins with a capital letter
	upper      bool   // has no small letter
	lower      bool   // is in a script with case, and has no capital
	digits     bool
	line       int // number of the line
}

// unspaced are the scripts in which each character is a token.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

// tokenize appends the tokens of a text to dst.
func tokenize(dst []token, text string) []token {
	line, start := 0, -1
	var t token
	letters := false
	flush := func(end int) {
		if start < 0 {
			return
		}
		t.start, t.end, t.line = start, end, line
		t.fold = fold(text[start:end])
		t.upper = t.upper && letters
		t.lower = t.lower && letters
		if t.fold != "" {
			dst = append(dst, t)
		}
		start = -1
	}
	for i := 0; i < len(text); {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		word, alone := false, false
		switch {
		case r < utf8.RuneSelf:
			word = r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9'
		case r == 'ー':
			word, alone = true, true
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			word, alone = true, r >= 0x0E00 && unicode.In(r, unspaced...)
		case unicode.IsMark(r) || r == 'ـ' || r == 0x200D || r == 0x200C:
			word = start >= 0
		}
		switch {
		case !word:
			flush(i)
		case alone:
			flush(i)
			start, t, letters = i, token{upper: true, lower: false}, false
			flush(i + n)
		default:
			if start < 0 {
				start, letters = i, false
				t = token{caps: unicode.IsUpper(r), upper: true, lower: true, digits: true}
			}
			if unicode.IsUpper(r) {
				t.lower, letters = false, true
			} else if unicode.IsLower(r) {
				t.upper, letters = false, true
			}
			if !unicode.IsDigit(r) {
				t.digits = false
			}
		}
		if r == '\n' || r == 0x2028 || r == 0x2029 {
			line++
		}
		i += n
	}
	flush(len(text))
	return dst
}

// fold returns a word without case, marks and tatweel, so that spellings of a
// name agree: "Télam" and "TELAM", "أ" and "ا".
func fold(word string) string {
	ascii, small := true, true
	for i := 0; i < len(word); i++ {
		ascii = ascii && word[i] < utf8.RuneSelf
		small = small && (word[i] < 'A' || word[i] > 'Z')
	}
	if ascii {
		if small {
			return word
		}
		return strings.ToLower(word)
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsMark(r) || r == 'ـ' || r == 0x200D || r == 0x200C:
			return -1
		case r == 'ı' || r == 'İ':
			return 'i'
		case r == 'ł' || r == 'Ł':
			return 'l'
		case r == 'ø' || r == 'Ø':
			return 'o'
		case r == 'ى' || r == 'ی':
			return 'ي'
		case r == 'ة':
			return 'ه'
		case r == 'ک':
			return 'ك'
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(word))
}

// foldPhrase returns the tokens of a phrase, folded, with a space between.
func foldPhrase(s string) string {
	var b strings.Builder
	for i, t := range tokenize(nil, s) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.fold)
	}
	return b.String()
}
