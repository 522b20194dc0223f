package shingle

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/cases"
)

var goldenK = []int{1, 2, 3, 5}

// describeText renders a text as it stands in testdata/version1.txt.
func describeText(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "text %s\nwords", strconv.QuoteToGraphic(text))
	for _, k := range goldenK {
		s, err := New(Options{K: k})
		require.NoError(t, err)
		if k == 1 {
			for _, w := range s.AppendWords(nil, text) {
				fmt.Fprintf(&b, " %d:%d", w.Start, w.End)
			}
		}
		var got Text
		s.Shingle(&got, text)
		fmt.Fprintf(&b, "\nk=%d", k)
		for _, h := range got.Shingles {
			fmt.Fprintf(&b, " %016x", h)
		}
	}
	return b.String() + "\n"
}

// The words and shingles of version 1. The values in testdata/version1.txt
// must never change: signatures and indexes that people keep are made of them.
// To add a text, write its text line alone and copy what this test prints.
func TestVersion1(t *testing.T) {
	file, err := os.ReadFile("testdata/version1.txt")
	require.NoError(t, err)
	count := 0
	for block := range strings.SplitSeq(string(file), "\n\n") {
		for strings.HasPrefix(block, "#") {
			_, block, _ = strings.Cut(block, "\n")
		}
		if block = strings.Trim(block, "\n"); block == "" {
			continue
		}
		count++
		line, _, _ := strings.Cut(block, "\n")
		text, err := strconv.Unquote(strings.TrimPrefix(line, "text "))
		require.NoError(t, err, line)
		assert.Equal(t, block+"\n", describeText(t, text), "version 1 is frozen")

		words := referenceWords(text)
		for _, k := range goldenK {
			want := fmt.Sprintf("k=%d", k)
			for _, h := range referenceShingles(words, k) {
				want += fmt.Sprintf(" %016x", h)
			}
			assert.Contains(t, strings.Split(block, "\n"), want, "%q, words %q", text, words)
		}
	}
	require.GreaterOrEqual(t, count, 45)
}

// The normal form and class of every character of Unicode 15.0.0, with which
// version 1 began. A Go release brings newer tables; those may add characters
// but not change these. Should one ever do, its old entry belongs in classify
// or describe as an exception.
func TestCharactersOfVersion1(t *testing.T) {
	file, err := os.Open("testdata/unicode15.txt")
	require.NoError(t, err)
	defer file.Close()
	caser := cases.Fold()
	hash, count := xxhash.New(), 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var low, high rune
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x", &low, &high); err != nil {
			continue // a comment
		}
		for r := low; r <= high; r++ {
			form := fold(string(r), caser)
			hash.Write(binary.LittleEndian.AppendUint32(nil, uint32(r)))
			hash.WriteString(form)
			for _, q := range string(r) + form {
				c := classify(q)
				if c < letter {
					c = separator // what else it does concerns prose
				}
				hash.Write([]byte{byte(c)})
			}
			count++
		}
	}
	assert.Equal(t, 149251, count)
	assert.Equal(t, "e9ec1a4663af7058", fmt.Sprintf("%016x", hash.Sum64()))
}

// Each group holds spellings of one text, which must have the same shingles.
var agreeing = [][]string{
	{"café", "cafe\u0301", "CAFÉ", "CAFE\u0301", "ca\u00adfé", "ca\u200bfe\u200d\u0301", "cafe", "çáfĕ̃"},
	{"Straße", "STRASSE", "strasse", "STRAẞE", "Stra\u00adße"},
	{"ﬁnance oﬃce", "finance office", "ＦＩＮＡＮＣＥ　ＯＦＦＩＣＥ"},
	{"don't", "don’t", "don‘t", "donʼt", "dont", "DON＇T", "donʻt"},
	{"‘quoted’ \"words\" here", "'quoted' “words” here", "«quoted» „words“ here", "quoted words here"},
	{"one\r\ntwo", "one\ntwo", "one\rtwo", "one two", "one\x00two", "one\xfftwo", "one\xf0\x9ftwo", "one\ufffdtwo", " one\u00a0\u2028two\t"},
	{"ὈΔΥΣΣΕΎΣ", "Ὀδυσσεύς", "ὀδυσσεύσ", "ο\u0313δυσσευ\u0301ς", "ΟΔΥΣΣΕΥΣ", "οδυσσευς"},
	{"ΜΑΪΟΣ Ϊ\u0301", "μαϊος ΐ", "μαι\u0308ος ι\u0308\u0301", "μαιος ι", "μᾳιος ι"},
	{"شد\u0651\u064eة", "شد\u064e\u0651ة", "شدّة", "شد\u0651ة", "شدة", "شده"},
	{"كتاب", "كـــتاب", "ﻛﺘﺎﺏ", "كت\u200fاب", "كِتَابٌ", "کتاب"},
	{"السلام", "اﻟﺴﻼم"},
	{"أحمد إلى آخر ٱسم", "احمد الى اخر اسم", "أحمد إلي آخر إسم", "ا\u0654حمد ا\u0655لى ا\u0653خر اسم"},
	{"مسؤول شئون", "مسوول شيون"},
	{"می\u200cخواهم کتاب\u200cها", "مي خواهم كتاب ها", "می\u200c\u200cخواهم کتاب\u200cها\u200c"},
	{"١٢ ۱۲ १२ １２ ๑๒", "12 12 12 12 12"},
	{"שָׁלוֹם", "שׁ\u05b8לו\u05b9ם", "ש\u05b8\u05c1לוֹם", "שלום"},
	{"צה״ל", "צה\"ל", "צה ל"},
	{"ג׳ורג", "ג'ורג", "גורג"},
	{"क़लम", "क\u093cलम", "कलम"},
	{"हाँ ज़मीन", "हां जमीन"},
	{"അവൻ പേർ", "അവന്\u200d പേര്\u200d", "അവന് പേര്"},
	{"হঠাৎ", "হঠাত্\u200d"},
	{"ᏣᎳᎩ", "ꮳꮃꭹ"},
	{"น้ำ", "น้ํา"},
	{"电话１２３", "电话123", "电 话 123", "电话：①②③"[:9] + "１2３", "電話123", "電話１２３"},
	{"臺灣颱風裏麵頭髮發後乾幹", "台湾台风里面头发发后干干", "台灣台風裡面頭髮發后乾干"},
	{"データ", "ﾃﾞｰﾀ", "テ\u3099ータ", "デ ー タ"},
	{"が", "か\u3099", "か\u200d\u3099", "か\u0301\u3099", "か\u20dd\u3099"},
	{"한국어", "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165", "한\u200b국어"},
	{"Å", "\u212b", "A\u030a", "å", "a"},
	{"x\u0323\u0301", "x\u0301\u0323", "x"},
	{"1️⃣ go", "1\u20e3 go", "1 go"},
	{"👨‍👩‍👧 family", "👨👩👧 family", "family"},
	{"㎏ ㏒", "kg log", "KG LOG"},
	{"½", "1⁄2", "1/2", "1 2"},
	{"Ⅷ", "viii"},
	{"naïve", "nai\u0308ve", "NAÏVE", "na\ufeffïve", "naive"},
	{"Жёлтый", "жё\u00adлтый", "ЖЕ\u0308ЛТЫИ\u0306", "Желтый", "желтыи"},
	{"Orașul București ține", "Oraşul Bucureşti ţine", "Orasul Bucuresti tine"},
	{"Łódź Đakovo Ærø œuvre Øresund", "Lodz Dakovo Aero oeuvre Oresund"},
	{"istanbul", "İstanbul", "ıstanbul", "ISTANBUL", "I\u0307stanbul"},
	{"ґанок її", "ганок іі"},
	{
		"1,000 12,345,678", "1.000 12.345.678", "1 000 12 345 678", "1\u00a0000 12\u202f345\u202f678", "1'000 12’345’678",
		"1000 12345678", "١٬٠٠٠ ١٢٬٣٤٥٬٦٧٨", "１，０００ 12，345，678", "1\u2009000 12,345,678",
	},
	{"1,234.56 m", "1.234,56 m", "1 234,56 m", "1234.56 m"},
	{"0.125", "0,125", "0 125"},
	{"2015 100", "2015, 100", "2015,100"},
}

func TestAgreement(t *testing.T) {
	for _, group := range agreeing {
		for _, k := range goldenK {
			s, err := New(Options{K: k})
			require.NoError(t, err)
			var want, got Text
			s.Shingle(&want, group[0])
			require.NotZero(t, want.Words)
			for _, text := range group[1:] {
				s.Shingle(&got, text)
				assert.Equal(t, want.Shingles, got.Shingles, "%q and %q", group[0], text)
			}
		}
	}
}

// Each group holds texts no two of which may have the same shingles: what
// version 1 does not take for the same.
var differing = [][]string{
	{"", "the", "the the", "the the the the the", "the the the the the the"},
	{"كتاب", "كتب", "كاتب", "كتابة"},
	{"شيء", "شي"},
	{"cafe", "caf", "kafe"},
	{"one two", "two one", "onetwo", "one"},
	{"3.14", "314", "3 1 4"},
	{"1,00", "100"},
	{"1,0000", "10000"},
	{"1000", "1000000", "1, 000"},
	{"0,125", "0125"},
	{"2015,100", "2015100"},
	{"1,000.000", "1,000,000"},
	{"か", "が", "カ", "ガ"},
	{"एक", "ए", "ऐक"},
	{"น้ำ", "นำ"},
	{"中国", "国中", "中"},
	{"x²", "x 2"},
	{"þing", "thing"},
	{"hi\u200cgh", "hi gh"},
	{"rock 'n' roll", "rock'n'roll"},
	{strings.Repeat("a", 31), strings.Repeat("a", 32), strings.Repeat("a", 33), strings.Repeat("a", 40)},
	{"a", "aa", "aaaaaaaa", "aaaaaaaaa"},
}

func TestDifference(t *testing.T) {
	for _, group := range differing {
		for _, k := range goldenK {
			seen := map[string]string{}
			s, err := New(Options{K: k})
			require.NoError(t, err)
			for _, text := range group {
				var got Text
				s.Shingle(&got, text)
				key := fmt.Sprint(got.Shingles)
				if other, ok := seen[key]; ok {
					t.Errorf("%q and %q have the same shingles", other, text)
				}
				seen[key] = text
			}
		}
	}
}

// hashWord and xxhash8 are xxhash itself.
func TestHashIsXXHash(t *testing.T) {
	for n := 1; n <= 100; n++ {
		word := strings.Repeat("ab", n)[:n]
		assert.Equal(t, referenceHash(word), hashWord(append(make([]byte, 0, 112), word...)), n)
	}
	for v := uint64(1); v != 0; v <<= 1 {
		want := xxhash.Sum64(binary.LittleEndian.AppendUint64(nil, v-1))
		assert.Equal(t, want, xxhash8(v-1))
	}
}
