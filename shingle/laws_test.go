package shingle

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// nasty are the characters that normalisation, cutting, or prose treat
// specially, a letter of each script among them.
var nasty = []string{
	"a", "Z", "7", " ", "\n", "\r\n", ".", "!", "'", "’", "-", "/", "\"", ")", "\x00", "\xff", "\xe4\xb8",
	"é", "ß", "İ", "ı", "ŉ", "ﬃ", "Ⱥ", "ΐ", "Σ", "ᾳ", "\u0345", "\u0301", "\u0308", "\u0316", "\u0323", "\u0327", "\u20dd",
	"ا", "\u0651", "\u064e", "\u0640", "ﷺ", "ﻻ", "ש", "\u05c1", "\u05b8", "״", "״", "׳", "क", "\u093c", "\u094d", "ि", "।",
	"ก", "ำ", "\u0e48", "\u0e31", "ລ", "ຳ", "ក", "\u17d2", "က", "။", "中", "。", "、", "㍻", "㌀", "か", "ガ", "ﾊ", "\u3099", "ﾞ", "ー", "\u3000",
	"한", "\u1100", "\u1161", "\u11a8", "가", "\uffa1", "\uffc2", "\u0f71", "\u0f72", "\u0f80", "\u0f73", "\u200d", "\u200b", "\u00ad", "\u034f", "\ufe0f", "👩", "½", "¨", "´", "…",
	"1", "0", "٣", "７", "٬", ",", "\u00a0", "，", ".", "000", "1", "234", "٠٠٠", "๔", "ی", "\u200c", "ئ", "ة", "ʻ", "ø", "æ", "ñ", "發", "后", "й", "ё",
	"\u0344", "\u0958", "\u09be", "\u09c7", "\U000110ba", "\U0001d15e", "\u2adc", "\u0338", "<", "=",
}

func nastyText(random *rand.Rand) string {
	var b strings.Builder
	for range 1 + random.IntN(8) {
		from := nasty
		if random.IntN(2) == 0 {
			i := random.IntN(len(nasty))
			from = nasty[i:min(len(nasty), i+1+random.IntN(6))] // a few of them, often
		}
		for range random.IntN(60) {
			b.WriteString(from[random.IntN(len(from))])
		}
	}
	return b.String()
}

// Runs of these characters longer than any fuzzer tries: among them more than
// the 30 marks after which golang.org/x/text starts anew.
func TestAgreesOnNastyTexts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		check(t, nastyText(random))
	}
}

// Texts for the fast path, in which windows, words, numbers and the places where it
// gives up meet in all ways.
func TestAgreesOnLatinTexts(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	pieces := []string{"a", "Zy", "the", "word", "strawberries", "é", "ß", "Ä", "ÿ", "æ", "×", "÷", "1", "10", "000", "234", "5678", ",", ".", " ", " ", " ", "'", "’", "-", "\n", "\u00a0", "\u0301", "ł", "٣"}
	for range 4000 {
		var b strings.Builder
		some := pieces[random.IntN(len(pieces)/2):]
		for range random.IntN(120) {
			b.WriteString(some[random.IntN(len(some))])
		}
		check(t, b.String())
	}
}

// scanSlowly is scan, one character after the other.
func (s *scanner) scanSlowly(text string) {
	s.scan("")
	for i := 0; i < len(text); {
		i = s.characters(text, i)
	}
	s.close()
	s.prose.end(len(s.spans))
}

// The fast path finds the words and the prose of the slow one, over many windows and
// strips, with words as long as a strip among them.
func TestLatinIsCharacters(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 16))
	pieces := []string{
		"a", "the", "Council", "agreed", "strawberries", " ", " ", " ", " ", ". ", ", ", ".\n\n", "\n", ".", "-", "/", "a/b/c/d/e/f",
		"17", "1,000", "10.000", "?", "! ", "\"", " (", "...", "é", "ß", "Straße", "'", "’", "—", "ł", "\r\n", "\x00",
	}
	var fast, slow scanner
	texts := 2000
	if testing.Short() {
		texts = 200
	}
	for n := range texts {
		some := pieces[:1+random.IntN(len(pieces))]
		var b strings.Builder
		for range random.IntN(1 + 2*n) {
			b.WriteString(some[random.IntN(len(some))])
			if random.IntN(1000) == 0 {
				b.WriteString(strings.Repeat(some[random.IntN(len(some))], random.IntN(5000)))
			}
		}
		fast.scan(b.String())
		slow.scanSlowly(b.String())
		require.True(t, slices.Equal(slow.spans, fast.spans), "%q", b.String())
		require.True(t, slices.Equal(slow.hashes, fast.hashes), "%q", b.String())
		require.True(t, slices.Equal(slow.prose.spans, fast.prose.spans), "%q", b.String())
	}
}

func TestOptions(t *testing.T) {
	for _, k := range []int{-1, MaxK + 1, math.MinInt, math.MaxInt} {
		s, err := New(Options{K: k})
		assert.ErrorIs(t, err, ErrOptions)
		assert.Nil(t, s)
	}
	text := tricky[4] + " " + news
	for k := 1; k <= MaxK; k++ {
		s, err := New(Options{K: k})
		require.NoError(t, err)
		var got Text
		s.Shingle(&got, strings.Repeat(text+" ", k%7))
		want := referenceShingles(referenceWords(strings.Repeat(text+" ", k%7)), k)
		assert.True(t, slices.Equal(want, got.Shingles), "K %d", k)
	}
}

// The zero Shingler, Options{} and K: DefaultK are the same.
func TestZeroValue(t *testing.T) {
	var zero Shingler
	var want, got Text
	zero.Shingle(&got, news)
	for _, k := range []int{0, DefaultK} {
		s, err := New(Options{K: k})
		require.NoError(t, err)
		s.Shingle(&want, news)
		assert.Equal(t, want, got)
	}
	assert.Len(t, got.Shingles, got.Words-DefaultK+1)
}

// Fewer than K words make one shingle of them all, the same for every such K.
func TestFewWords(t *testing.T) {
	for n := range 6 {
		text := strings.Join([]string{"", "one", "two", "three", "four", "five"}[:n+1], " ")
		var want Text
		if n > 0 {
			s, err := New(Options{K: n})
			require.NoError(t, err)
			s.Shingle(&want, text)
			require.Len(t, want.Shingles, 1)
		}
		for k := n + 1; k <= MaxK; k++ {
			s, err := New(Options{K: k})
			require.NoError(t, err)
			var got Text
			s.Shingle(&got, text)
			assert.Equal(t, n, got.Words)
			assert.True(t, slices.Equal(want.Shingles, got.Shingles))
		}
	}
}

// One Shingler and one Text for all texts give what fresh ones give, and
// leave what was in the slice that words are appended to.
func TestReuse(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var s Shingler
	var got Text
	var all []Word
	texts := slices.Clone(tricky)
	for _, l := range languages {
		texts = append(texts, l.articles(1)...)
	}
	for range 500 {
		texts = append(texts, nastyText(random))
	}
	for _, text := range texts {
		var fresh Shingler
		var want Text
		fresh.Shingle(&want, text)
		s.Shingle(&got, text)
		require.Equal(t, want.Words, got.Words)
		require.True(t, slices.Equal(want.Shingles, got.Shingles), "%q", text)
		require.True(t, slices.Equal(want.Prose, got.Prose), "%q", text)

		before := slices.Clone(all)
		all = s.AppendWords(all, text)
		require.True(t, slices.Equal(before, all[:len(before)]))
		require.True(t, slices.Equal(fresh.AppendWords(nil, text), all[len(before):]))

		all = s.ShingleWords(&got, all, text) // both at once, once more
		require.Equal(t, want.Words, got.Words)
		require.True(t, slices.Equal(want.Shingles, got.Shingles), "%q", text)
		require.True(t, slices.Equal(want.Prose, got.Prose), "%q", text)
		n := len(before)
		require.True(t, slices.Equal(before, all[:n]))
		require.True(t, slices.Equal(all[n:n+want.Words], all[n+want.Words:]), "%q", text)
	}
}

// The words of two texts with a blank line between them are the words of the
// one and the words of the other: nothing reaches across.
func TestBlankLineParts(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var s Shingler
	for i := range 1000 {
		a, b := nastyText(random), nastyText(random)
		if i%3 == 0 {
			a = news + "." + a
		}
		if i%5 == 0 {
			b += " " + more + "."
		}
		want := s.AppendWords(nil, a)
		n := len(want)
		want = s.AppendWords(want, b)
		for i := range want[n:] {
			want[n+i].Start += len(a) + 2
			want[n+i].End += len(a) + 2
		}
		require.True(t, slices.Equal(want, s.AppendWords(nil, a+"\n\n"+b)), "%q and %q", a, b)
	}
}

// A text and its Unicode normal forms have the same words, as long as no
// letter bears more than 30 marks.
func TestNormalFormsAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	var s Shingler
	var want, got Text
	for range 2000 {
		var b strings.Builder
		for range random.IntN(40) {
			b.WriteString(nasty[random.IntN(len(nasty))])
		}
		text := strings.ToValidUTF8(b.String(), "\uFFFD")
		s.Shingle(&want, text)
		for _, form := range []norm.Form{norm.NFC, norm.NFD, norm.NFKC, norm.NFKD} {
			s.Shingle(&got, form.String(text))
			require.True(t, slices.Equal(want.Shingles, got.Shingles), "%q", text)
		}
	}
}

// The normal form is that of itself, but where more than 30 marks are put in order
// 30 at a time.
func TestFoldIsIdempotent(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	caser := cases.Fold()
	for range 5000 {
		var b strings.Builder
		for range random.IntN(25) {
			b.WriteString(nasty[random.IntN(len(nasty))])
		}
		form := fold(b.String(), caser)
		require.Equal(t, referenceForm(b.String()), form, "%q", b.String())
		require.Equal(t, form, fold(form, caser), "%q", b.String())
	}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if r >= 0xD800 && r < 0xE000 || r >= 0x30000 && r < 0xE0000 || r >= 0xE1000 {
			continue
		}
		form := fold(string(r), caser)
		require.Equal(t, form, fold(form, caser), "%U", r)
	}
}

// Ranges lie on character boundaries, start with what starts the word and end
// with what ends it, never run backwards, and overlap only in a character
// that makes several words.
func TestRanges(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	var s Shingler
	var words []Word
	for range 1000 {
		text := nastyText(random)
		boundary := make([]bool, len(text)+1)
		for i := range text {
			boundary[i] = true
		}
		boundary[len(text)] = true
		words = s.AppendWords(words[:0], text)
		for i, w := range words {
			require.Less(t, w.Start, w.End)
			require.True(t, boundary[w.Start] && boundary[w.End], "%q", text)
			if i > 0 {
				before := words[i-1]
				require.LessOrEqual(t, before.Start, w.Start, "%q", text)
				require.LessOrEqual(t, before.End, w.End, "%q", text)
			}
		}
	}

	// In plain texts no two overlap, and a range by itself is the same word.
	// (Not in Thai: ำ is a mark and a character that stands by itself.)
	texts := []string{news, more, strings.Join(tricky[:10], " ")}
	for _, l := range languages {
		if l.lang != "th" {
			texts = append(texts, l.articles(2)...)
		}
	}
	var alone []Word
	for _, text := range texts {
		words = s.AppendWords(words[:0], text)
		end := 0
		for _, w := range words {
			require.GreaterOrEqual(t, w.Start, end)
			end = w.End
			alone = s.AppendWords(alone[:0], text[w.Start:w.End])
			require.Len(t, alone, 1, "%q", text[w.Start:w.End])
			require.Equal(t, w.Hash, alone[0].Hash)
			require.Equal(t, Span{0, w.End - w.Start}, alone[0].Span)
		}
	}
	several := s.AppendWords(nil, "a½b 中㍻x กำ")
	assert.Equal(t, []Span{{0, 3}, {1, 4}, {5, 8}, {8, 11}, {8, 11}, {11, 12}, {13, 19}, {16, 19}}, spansOf(several))
}

func spansOf(words []Word) (out []Span) {
	for _, w := range words {
		out = append(out, w.Span)
	}
	return out
}

func TestNoAllocations(t *testing.T) {
	texts := map[string]string{
		"Hindi":                  strings.Repeat("क़लम से क\u093cलम हिन्दी में लिखा। ", 50),
		"Arabic with marks":      strings.Repeat("كِتَابٌ شَدَّة شد\u0651\u064eة شد\u064e\u0651ة ﷺ ", 50),
		"marks to be put in":     strings.Repeat("cafe\u0301 x\u0301\u0323 tie\u0302\u0301ng Vie\u0323\u0302t ", 50),
		"Korean in parts":        strings.Repeat(norm.NFD.String("한국어 시의회는 화요일 "), 50),
		"Japanese, half width":   strings.Repeat("ﾃﾞｰﾀ か\u3099 ㌀ ㍻ ", 50),
		"what becomes several":   strings.Repeat("ŉ ½ ﷺ น้ำ ㎏ ", 50),
		"emoji":                  strings.Repeat("👨‍👩‍👧‍👦 1️⃣ 🇩🇪 ", 50),
		"invalid bytes":          strings.Repeat("ab\xffcd \xc3( \xe4\xb8 \xff\u0301 ", 50),
		"addresses":              strings.Repeat("https://example.org/a/b/c?d=e ", 50),
		"letters growing folded": strings.Repeat("ΐ\u0316ΰ\u0316Ⱥ\u0316", 50),
	}
	for _, l := range languages {
		texts[l.lang] = l.articles(1)[0]
	}
	for name, text := range texts {
		var s Shingler
		var dst Text
		var words []Word
		run := func() {
			s.Shingle(&dst, text)
			words = s.AppendWords(words[:0], text)
			words = s.ShingleWords(&dst, words[:0], text)
		}
		run()
		assert.Zero(t, testing.AllocsPerRun(5, run), name)
	}
}

// Long texts of the kinds that could cost more than their length: in time, a
// quadratic step over these would take minutes to hours; in memory, the buffers
// must stay within a bound for each byte. (Most words a byte: ﷺ, and characters
// like ㌖, become up to six words in three bytes.)
func TestWorstCasesAreLinear(t *testing.T) {
	const mega = 1 << 20
	fill := func(unit string, size int) string { return strings.Repeat(unit, size/len(unit)) }
	texts := []string{
		fill("a", 8*mega),
		fill("\u0301", 4*mega),
		"e" + fill("\u0301\u0316", mega/4),
		"x" + fill("\u0301\u200d", mega/4),
		fill("\u200d", mega/4),
		fill("\u1161", mega/4),
		fill("\u1100\u1161\u11a8", mega/4),
		"." + fill(")", mega),
		"x" + fill(".)", mega/4),
		"x" + fill(".\"”", mega/4),
		"x" + fill("?!", mega/4),
		fill("'", mega/4),
		"a" + fill("'’", mega/4),
		fill("a'", mega/4),
		fill("a/", mega/4),
		fill("a/b/c/d/e/f ", mega/4),
		fill("\n", mega/4),
		fill("\r", mega/4),
		fill("a\n", mega/4),
		fill("㌖", mega/16),
		fill("ﷺ", mega/16),
		fill("ำ", mega/16),
		fill("½", mega/16),
		fill("\xff", mega/4),
		fill("中", mega/4),
		fill("a.b ", mega/4),
	}
	for _, text := range texts {
		var s Shingler
		var dst Text
		s.Shingle(&dst, text)
		words := s.AppendWords(nil, text)
		require.Len(t, words, dst.Words)
		held := 8*cap(s.hashes) + 16*cap(s.spans) + 16*cap(s.prose.spans) + 16*cap(s.prose.holes) +
			cap(s.word) + cap(s.forms[0]) + cap(s.forms[1]) + 8*cap(dst.Shingles) + 16*cap(dst.Prose)
		require.Less(t, held, 120*len(text), "%.20q", text)
	}
}
