package passage

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/shingle"
)

// marked writes a text's words with what its sequence says of each: | begins a
// block, / a sentence, # is a number, ^ a capital, ~ stands alone, + shares a
// character with the word before.
func marked(text string) string {
	var s shingle.Shingler
	words := s.AppendWords(nil, text)
	var out []string
	for i, v := range AppendSequence(nil, words, text) {
		var b strings.Builder
		for _, m := range []struct {
			bit  uint32
			mark string
		}{{isBlock, "|"}, {isSentence, "/"}, {isNumber, "#"}, {isCapital, "^"}, {isAlone, "~"}, {isJoined, "+"}} {
			if v&m.bit != 0 {
				b.WriteString(m.mark)
			}
		}
		out = append(out, b.String()+text[words[i].Start:words[i].End])
	}
	return strings.Join(out, " ")
}

func TestSequence(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		"Rain fell. It stopped.":  "|/^Rain fell /^It stopped",
		"Why? Nobody knew…":       "|/^Why /^Nobody knew",
		"On 5. May Mr. Ode came.": "|/^On #5 ^May ^Mr ^Ode came",
		"It ended in 1904. Then":  "|/^It ended in #1904 /^Then",
		"z. B. am Fluss":          "|/z ^B am ^Fluss",
		"at 2.5 per cent":         "|/at #2 #5 per cent",
		"Home\nNews":              "|/^Home |/^News",
		"one two three four five six\nseven eight. Nine": "|/one two three four five six seven eight /^Nine",
		"one two three four five six.\nseven":            "|/one two three four five six |/seven",
		"one two three four five six\n\nseven":           "|/one two three four five six |/seven",
		"one two three four five six\r\nseven":           "|/one two three four five six seven",
		"雨が降る。寒い":                                        "|/~雨 ~が ~降 ~る /~寒 ~い",
		"ฝน ๕":                                           "|/~ฝ ~น #๕",
		"雨\n晴れ":                                          "|/~雨 |/~晴 ~れ",
		"It cost 1,000 or 2 500 000.":                    "|/^It cost #1,000 or #2 500 000",
		"½ cup, Élan, ٣ أيام؟ نعم":                       "|/½ +½ cup ^Élan #٣ أيام /نعم",
	} {
		assert.Equal(t, want, marked(text), text)
	}
}

// Words keep 20 bits of their hashes, and whether they are running text.
func TestSequenceKeepsHashes(t *testing.T) {
	text := "Home\nThe ferry left the harbour late, and nobody on the quay knew why it had waited."
	var s shingle.Shingler
	words := s.AppendWords(nil, text)
	seq := AppendSequence(Sequence{1, 2}, words, text)
	require.Len(t, seq, len(words)+2)
	assert.Equal(t, Sequence{1, 2}, seq[:2])
	for i, w := range words {
		assert.Equal(t, w.Hash>>44, uint64(seq[i+2]>>hashShift))
		assert.Equal(t, w.Prose, seq[i+2]&isProse != 0)
	}
}

// The hash of a number's digits is that of their values, without the signs between
// groups, and without what follows.
func TestDigitsOf(t *testing.T) {
	for _, number := range []string{"1000", "1,000", "1.000", "1 000", "1'000", "1\u202f000", "١٬٠٠٠", "۱۰۰۰", "१०००", "๑๐๐๐", "１０００", "𝟏𝟎𝟎𝟎", "𝟙𝟘𝟘𝟘", "1000م", "1,000th"} {
		assert.Equal(t, digitsOf("1000"), digitsOf(number), number)
	}
	differ := 0
	for i := range 1000 {
		if digitsOf(strconv.Itoa(i)) != digitsOf(strconv.Itoa(i+1)) {
			differ++
		}
	}
	assert.Greater(t, differ, 850) // of 1000, where the hash has 16 values
}
