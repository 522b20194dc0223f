package shingle

import (
	"encoding/binary"
	"math/bits"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// referenceWords is the definition of a word, done slowly: the whole text is
// normalised first and cut afterwards.
func referenceWords(text string) []string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	kept := []rune(referenceForm(referenceGroups(referenceHalfSpaces(text))))
	var words []string
	var word []rune
	lone := false
	end := func() {
		if len(word) > 0 {
			words = append(words, string(word))
		}
		word, lone = nil, false
	}
	for i, r := range kept {
		switch classify(r) {
		case letter:
			if lone {
				end()
			}
			word = append(word, r)
		case alone:
			end()
			word, lone = []rune{r}, true
		case mark:
			if len(word) > 0 {
				word = append(word, r)
			}
		case apostrophe:
			if lone || i+1 == len(kept) || classify(kept[i+1]) != letter {
				end()
			}
		default:
			end()
		}
	}
	end()
	return words
}

// referenceForm is steps 3 to 7 of the normal form.
func referenceForm(text string) string {
	decomposed := func(text string) string {
		var b strings.Builder
		for _, r := range text {
			for _, q := range norm.NFKD.String(string(r)) {
				if !isIgnored(q) && !isSecondary(q) {
					b.WriteRune(q)
				}
			}
		}
		return b.String()
	}
	var b strings.Builder
	for _, r := range decomposed(cases.Fold().String(decomposed(text))) {
		if to := variant(r); to != "" {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	// The signs that x/text puts into long runs of marks are not part of it.
	return strings.ReplaceAll(norm.NFKC.String(b.String()), "\u034F", "")
}

// arabicHalfSpace is a zero-width non-joiner behind a character of Arabic.
var arabicHalfSpace = regexp.MustCompile(`([\p{Arabic}\x{064B}-\x{065F}\x{0670}])\x{200C}`)

// referenceHalfSpaces turns the half-spaces that end a word into spaces.
func referenceHalfSpaces(text string) string {
	return arabicHalfSpace.ReplaceAllStringFunc(text, func(s string) string {
		r, size := utf8.DecodeRuneInString(s)
		if unicode.IsLetter(r) || unicode.IsMark(r) {
			return s[:size] + " "
		}
		return s
	})
}

// groups is a number in groups of digits, with one kind of sign between them, where
// 0 stands for digits of ASCII and 9 for others.
var groups = regexp.MustCompile(`^0{1,3}((,000)+|(\.000)+|( 000)+|(٬000)+)|^9{1,3}((,999)+|(\.999)+|( 999)+|(٬999)+)`)

// referenceGroups drops the signs between groups of digits.
func referenceGroups(text string) string {
	// Signs that are a comma, a full stop or a space in the normal form NFKC are
	// that in plain, character by character.
	original := []rune(text)
	plain := slices.Clone(original)
	for i, r := range original {
		switch n := norm.NFKC.String(string(r)); {
		case n == "," || n == "." || n == " ":
			plain[i] = rune(n[0])
		case r >= '0' && r <= '9':
			plain[i] = '0'
		case unicode.Is(unicode.Nd, r):
			plain[i] = '9'
		}
	}
	digit := func(i int) bool { return i < len(plain) && (plain[i] == '0' || plain[i] == '9') }
	var out []rune
	for i := 0; i < len(plain); {
		n := 0
		if digit(i) && referenceForm(string(original[i])) != "0" && (i == 0 || !unicode.In(plain[i-1], unicode.L, unicode.N, unicode.M)) {
			end := i + 1
			for end < len(plain) && (digit(end) || strings.ContainsRune(",. ٬", plain[end])) {
				end++
			}
			n = utf8.RuneCountInString(groups.FindString(string(plain[i:end])))
			if digit(i + n) {
				n -= len(",000") // the last group has more than three
			}
		}
		if n < len("1,000") {
			out = append(out, original[i])
			i++
			continue
		}
		for j := i; j < i+n; j++ {
			if digit(j) {
				out = append(out, original[j])
			}
		}
		i += n
	}
	return string(out)
}

func referenceHash(word string) uint64 {
	for len(word)%8 != 0 {
		word += "\x00"
	}
	return xxhash.Sum64String(word)
}

func referenceShingles(words []string, k int) []uint64 {
	var out []uint64
	k = min(k, len(words))
	for i := 0; k > 0 && i+k <= len(words); i++ {
		var v uint64
		for j, w := range words[i : i+k] {
			v ^= bits.RotateLeft64(referenceHash(w), k-1-j)
		}
		out = append(out, xxhash.Sum64(binary.LittleEndian.AppendUint64(nil, v)))
	}
	return out
}

var tricky = []string{
	"", " ", "!!!", "the", "The quick brown fox", "don't DON’T don‘t donʼt 'tis dogs' ''a''b a'",
	"cafe\u0301s cafés CAFE\u0301S", "e\u200d\u0301 x\u0323\u0301 x\u0301\u0323 e\u0323\u0301", "Straße STRASSE ﬁnance ŉ ǰ",
	"İstanbul ısı I", "ΟΔΥΣΣΕΥΣ ὈΔΥΣΣΕΎΣ οδυσσευς", "ᾳ ᾼ \u0345 α\u0345", "كتاب كِتَابٌ كـــتاب شَدَّة شدَّة شد\u0651\u064eة",
	"שָׁלוֹם שלום צה״ל ג׳ורג׳", "हिन्दी क़ क\u093c ड़", "ภาษาไทย น้ำ กำ", "ភាសាខ្មែរ မြန်မာ ລາວ", "新华社北京 电话号码１２３ 〇",
	"データﾃﾞｰﾀ か\u3099 が カ\u309aﾊﾟ 東京タワー", "한국어 \u1112\u1161\u11ab 한\u200b글 ㄱㅏ", "👨‍👩‍👧‍👦 1️⃣ 🇩🇪 a\u20e3",
	"Ⅷ ½ ² ① ㎏ ™ Brand™ ℃ ﷺ …", "a\r\nb\rc\x00d\x85e", "ab\xffcd \xc3\x28 \xe4\xb8", "soft\u00adhyphen zero\u200bwidth\ufeff b\u2060c",
	"\u0301\u0301 \u0301a ̈ ¨a ´b", "a\u0316\u0301\u0316b", "l'\u0301e l'\u0301 o'ﷺ 中'文 x'中", "\u0600123 \u06dd4", "1'000 3.14 1,000", strings.Repeat("a", 40) + strings.Repeat("Ä", 40),
	"a" + strings.Repeat("\u0301", 70) + "b", "\u1100\u1161\u11a8 \uac00\u11a8 \uac00\u200d\u11a8", "ཱི ཱུ \u0f71\u0f72", "\u00c5 \u212b A\u030a", "\uff76\uff9e\uff76'\uff9e",
	"1,000 12.345.678,90 1 000\u00a0000 ١٬٠٠٠ １，０００ 0,125 1,00 1,0000 a1,000 1,000a 1,234 567 12,34,567 x\u03011,000 1\u0301,000 1,000’s",
	"می\u200cخواهم می\u200c\u200cخواهم ab\u200ccd क्\u200cष ی\u064e\u200cی؛\u200cی", "أحمد إلى مدرسة ٱسم مسؤول یک ہ ھ ە", "臺灣 台湾 裏裡里 乾干幹 著着",
	"Łódź Đuro Ærø œuvre ı ð þ ґ й ё Oʻzbek", "uͤber ꙮ ⷣ \u0334か\u3099 か\u20dd\u3099 क\u093cा",
	"1,000，００９ 000000000 1 000\u00a0０００ ٣1,000 1٣,000 10,10٣",
	strings.Repeat("1,234 ", 20) + "12,345,678,901,234,567 éàü ÉÀÜß ÿ×÷ straße" + strings.Repeat("é", 30) + strings.Repeat(",123", 30),
}

func check(t *testing.T, text string) {
	t.Helper()
	s, err := New(Options{})
	require.NoError(t, err)
	want := referenceWords(text)
	words := s.AppendWords(nil, text)
	require.Equal(t, len(want), len(words), "%q: words are %q", text, want)
	last := 0
	for i, w := range words {
		require.Equal(t, referenceHash(want[i]), w.Hash, "%q: word %d is %q", text, i, want[i])
		require.LessOrEqual(t, w.Start, w.End)
		require.GreaterOrEqual(t, w.Start, last, "%q: words overlap", text)
		require.LessOrEqual(t, w.End, len(text))
		require.True(t, w.Start == len(text) || utf8.RuneStart(text[w.Start]) || !utf8.ValidString(text))
		if i+1 < len(words) && words[i+1].Start >= w.End {
			last = w.End
		} else {
			last = w.Start
		}
	}
	var got Text
	s.Shingle(&got, text)
	require.Equal(t, len(words), got.Words)
	require.True(t, slices.Equal(referenceShingles(want, DefaultK), got.Shingles), "%q", text)
	last = 0
	for _, p := range got.Prose {
		require.GreaterOrEqual(t, p.Start, last)
		require.Less(t, p.Start, p.End)
		require.LessOrEqual(t, p.End, len(got.Shingles))
		for i := p.Start; i < min(len(words), p.End+DefaultK-1); i++ {
			require.True(t, words[i].Prose)
		}
		last = p.End + 1
	}
}

func TestAgreesWithDefinition(t *testing.T) {
	for _, text := range tricky {
		check(t, text)
	}
}

// Every character between letters, after a mark, and before one: the table of
// single characters must know which of them need their surroundings.
func TestEveryCharacter(t *testing.T) {
	s, err := New(Options{})
	require.NoError(t, err)
	var words []Word
	bad := 0
	for r := rune(0); r <= utf8.MaxRune && bad < 20; r++ {
		switch {
		case r >= 0xD800 && r < 0xE000 || r >= 0x30000 && r < 0xE0000 || r >= 0xE1000:
			continue
		case unicode.Is(unicode.Unified_Ideograph, r) && r%16 != 0:
			continue // they are all alike
		case testing.Short() && r > 0x3000 && r%16 != 0:
			continue // as under the race detector, which finds nothing in what one goroutine computes
		}
		c := string(r)
		text := "a" + c + "b'" + c + "\u0301 カ" + c + "\u0323\u0301\u3099x " + c + c +
			" " + c + "12" + c + "345" + c + "678" + c + " ی" + c + "\u200cی"
		want := referenceWords(text)
		words = s.AppendWords(words[:0], text)
		same := len(words) == len(want)
		for i := range words {
			same = same && words[i].Hash == referenceHash(want[i])
		}
		if !assert.True(t, same, "%U in %q: want %q, have %d words", r, text, want, len(words)) {
			bad++
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, text := range tricky {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { check(t, text) })
}
