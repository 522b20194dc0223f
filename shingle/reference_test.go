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
	text = referenceGroups(referenceHalfSpaces(text))
	kept := []rune(fold(text, cases.Fold()))
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

// referenceHalfSpaces turns the half-spaces that end a word into spaces.
func referenceHalfSpaces(text string) string {
	const arabic = `\p{Arabic}\x{064B}-\x{065F}\x{0670}`
	return regexp.MustCompile(`([`+arabic+`])\x{200C}`).ReplaceAllStringFunc(text, func(s string) string {
		r, size := utf8.DecodeRuneInString(s)
		if unicode.IsLetter(r) || unicode.IsMark(r) {
			return s[:size] + " "
		}
		return s
	})
}

// group is a number in groups of digits, with one kind of sign between them.
var group = regexp.MustCompile(`^(\p{Nd}{1,3})(?:((?:,\p{Nd}{3})+)|((?:\.\p{Nd}{3})+)|((?: \p{Nd}{3})+)|((?:٬\p{Nd}{3})+))`)

// referenceGroups drops the signs between groups of digits.
func referenceGroups(text string) string {
	// Signs that are a comma, a full stop or a space in the normal form NFKC, by
	// places: what is found in plain goes for text.
	var plain []rune
	original := []rune(text)
	for _, r := range original {
		if n := norm.NFKC.String(string(r)); n == "," || n == "." || n == " " {
			r = rune(n[0])
		}
		plain = append(plain, r)
	}
	digit := func(i int) bool { return i < len(plain) && unicode.Is(unicode.Nd, plain[i]) }
	var out []rune
	for i := 0; i < len(plain); {
		begins := digit(i) && (i == 0 || !unicode.In(plain[i-1], unicode.L, unicode.N, unicode.M))
		found := ""
		if begins && fold(string(plain[i]), cases.Fold()) != "0" {
			found = group.FindString(string(plain[i:min(len(plain), i+1000)]))
		}
		n := utf8.RuneCountInString(found)
		if digit(i + n) {
			n -= 4 // the last group has more than three
		}
		if n < 5 {
			out = append(out, original[i])
			i++
			continue
		}
		for _, r := range plain[i : i+n] {
			if unicode.Is(unicode.Nd, r) {
				out = append(out, r)
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
		}
		c := string(r)
		text := "a" + c + "b'" + c + "\u0301 カ" + c + "\u0323\u0301\u3099x " + c + c
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
