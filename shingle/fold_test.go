package shingle

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/cases"
	"golang.org/x/text/collate"
	tags "golang.org/x/text/language"
)

// sameIn reports whether the collation of one of the languages takes two texts for
// the same at primary strength.
func sameIn(a, b string, languages ...tags.Tag) bool {
	for _, l := range languages {
		if collate.New(l, collate.Loose).CompareString(a, b) == 0 {
			return true
		}
	}
	return false
}

// What is folded is the same for the Unicode Collation Algorithm, whose data in
// golang.org/x/text are older (Unicode 6.2) than those that the tables here are
// made from.
func TestCollationAgrees(t *testing.T) {
	marks := 0
	for _, block := range [][2]rune{
		{0x0300, 0x0362}, {0x0483, 0x0489}, {0x0591, 0x05C7}, {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670},
		{0x06D6, 0x06ED}, {0x0711, 0x074A}, {0x0900, 0x0BFF}, {0x1CD0, 0x1CF4}, {0x20D0, 0x20F0}, {0x302A, 0x302D},
	} {
		for r := block[0]; r <= block[1]; r++ {
			if isSecondary(r) {
				assert.True(t, sameIn("a"+string(r)+"b", "ab", tags.Und), "%U", r)
				marks++
			}
		}
	}
	assert.Greater(t, marks, 300)

	later := "ൔൕൖꚙꚛꝛꞛꞝꞟꟁꟃꟙꭦꭧ𝼀𝼒𝼗𝼙𝼜" // letters that came after
	letters := 0
	for _, s := range spellings(letterVariants) {
		if !strings.ContainsRune(later, s.from) && !unicode.Is(unicode.Cherokee, s.from) {
			assert.True(t, sameIn(string(s.from), s.to, tags.Und), "%c as %s", s.from, s.to)
			letters++
		}
	}
	assert.Greater(t, letters, 40)

	for _, s := range spellings(ourVariants) {
		if s.from != 'ı' {
			assert.True(t, sameIn("क"+string(s.from), "क"+s.to, tags.Persian, tags.Arabic), "%c as %s", s.from, s.to)
		}
	}
	assert.Equal(t, "i", fold(strings.ToUpper("ı"), cases.Fold()))

	for _, digits := range unicode.Nd.R16 {
		require.Zero(t, (digits.Hi-digits.Lo+1)%10)
		for r := rune(digits.Lo); r <= rune(digits.Hi) && r < 0x0DE6; r++ {
			assert.True(t, sameIn(string(r), fold(string(r), cases.Fold()), tags.Und), "%U", r)
		}
	}
	for _, digits := range unicode.Nd.R32 {
		require.Zero(t, (digits.Hi-digits.Lo+1)%10)
	}
}

// Marks that make another word stay, and so do letters.
func TestWhatStays(t *testing.T) {
	for _, r := range "\u3099\u309a\u093e\u093f\u0941\u094d\u0902\u0e31\u0e34\u0e48\u0eb1\u17b6\u17d2\u102d\u1037\u07a6\u0b82\u0f71" {
		assert.False(t, isSecondary(r), "%U", r)
	}
	for _, r := range "þŋʒкыиیپچگڑٹڈں一丁万가ひカ" {
		if form := fold(string(r), cases.Fold()); r != 'ی' {
			assert.Equal(t, string(r), form)
		} else {
			assert.Equal(t, "ي", form)
		}
	}
}

// The tables are in order, and what they lead to leads no further.
func TestVariants(t *testing.T) {
	for _, list := range [][]spelling{letterSpellings(), hanSpellings()} {
		require.NotEmpty(t, list)
		for i, s := range list {
			require.NotEmpty(t, s.to)
			require.Equal(t, s.to, fold(s.to, cases.Fold()))
			for _, r := range s.to {
				require.Empty(t, variant(r), "%c becomes %s", s.from, s.to)
			}
			if i > 0 {
				require.Less(t, list[i-1].from, s.from)
			}
		}
	}
	assert.Greater(t, len(hanSpellings()), 6_000)
	assert.Empty(t, variant('\U0002FFFF'))
}

func TestGroups(t *testing.T) {
	for text, want := range map[string]string{
		"1,000":                  "1000",
		"12.345.678,90 Euro":     "12345678 90 euro",
		"1 000\u202f000":         "1000000",
		"1,234 567":              "1234 567",
		"1,234.567":              "1234 567",
		"0,125 and 00 123":       "0 125 and 00 123",
		"2015 100":               "2015 100",
		"1234,567":               "1234 567",
		"1,0000 1,00 1,000,00":   "1 0000 1 00 1000 00",
		"12,34,567":              "12 34567",
		"A1,000 and 1,000th":     "a1 000 and 1000th",
		"(1,000) -1,000 €1,000":  "1000 1000 1000",
		"1,\n000 1,  000 1 ,000": "1 000 1 000 1 000",
		"١٢٬٣٤٥٬٦٧٨٫٩":           "12345678 9",
		"１，０００人 1,000人":          "1000 人 1000 人",
		"1'000,000 1'000’000":    "1000 000 1000000",
		"3.141.592.6":            "3141592 6",
		"192.168.100.200":        "192168100200",
	} {
		assert.Equal(t, want, strings.Join(referenceWords(text), " "), text)
		check(t, text)
		for pad := 0; pad < 70; pad++ { // wherever a window ends
			check(t, strings.Repeat("x", pad)+" "+text)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, text := range tricky {
		f.Add(text)
	}
	caser := cases.Fold()
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "\uFFFD")
		form := fold(text, caser)
		require.Equal(t, referenceForm(text), form)
		for _, r := range form {
			require.Empty(t, variant(r), "%q", text)
			require.False(t, isIgnored(r) || isSecondary(r), "%q", text)
		}
		check(t, text)
	})
}
