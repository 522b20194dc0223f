package eval

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const pairTable = "source\tb\ta\tcontainment_of_smaller\tjaccard\n" +
	"wire\tp2\tp1\t1.0000\t0.9\n" +
	"\n" +
	"wire\tp3\tp1\t0.9\t0.8000\r\n" +
	"\tp4\tp1\t0.7\t0.5\n" +
	"\tp5\tp1\t0.8\t0.4999\n" +
	"\tp6\tp1\t1\t0.1\n" +
	"\tp7\tp1\t0.79\t0.4"

func TestReadPairs(t *testing.T) {
	got, err := ReadPairs(strings.NewReader(pairTable))
	require.NoError(t, err)
	assert.Equal(t, []ListedPair{
		{"p1", "p2", .9, 1},
		{"p1", "p3", .8, .9},
		{"p1", "p4", .5, .7},
		{"p1", "p5", .4999, .8},
		{"p1", "p6", .1, 1},
		{"p1", "p7", .4, .79},
	}, got)
}

func TestReadPairsRefuses(t *testing.T) {
	const head = "a\tb\tjaccard\tcontainment_of_smaller\n"
	for _, c := range []struct{ text, says string }{
		{"", "no header"},
		{"\n \n", "no header"},
		{"a\tb\tjaccard\n", `line 1: no column "containment_of_smaller"`},
		{head + "x\ty\t.5", "line 2: 3 columns, wanted 4"},
		{head + "x\ty\t.5\t.9\tz", "line 2: 5 columns, wanted 4"},
		{head + "\nx\ty\t1.5\t.9", `line 3: "1.5", wanted`},
		{head + "x\ty\t.5\tNaN", `line 2: "NaN", wanted`},
		{head + "x\ty\t-1\tmany", `"many", wanted`},
		{head + "x\t\t.5\t.9", `line 2: "x" and "", wanted two`},
		{head + "x\tx\t.5\t.9", `line 2: "x" and "x", wanted two`},
	} {
		got, err := ReadPairs(strings.NewReader(c.text))
		require.ErrorIs(t, err, ErrPairs, c.text)
		assert.ErrorContains(t, err, c.says)
		assert.Nil(t, got)
	}
}

func TestPairRecall(t *testing.T) {
	listed, err := ReadPairs(strings.NewReader(pairTable))
	require.NoError(t, err)

	var asked []string
	rows := PairRecall(listed, func(a, b string) bool {
		asked = append(asked, a+b)
		return b == "p2" || b == "p6" || b == "p7"
	})
	assert.Equal(t, []RecallRow{
		{"jaccard>=0.8", 2, 1, .5},
		{"jaccard>=0.5", 3, 1, 1. / 3},
		{"containment>=0.8,jaccard<0.5", 2, 1, .5},
	}, rows)
	assert.Equal(t, []string{"p1p2", "p1p3", "p1p4", "p1p5", "p1p6", "p1p7"}, asked)

	assert.Equal(t, []RecallRow{
		{"jaccard>=0.8", 0, 0, 1},
		{"jaccard>=0.5", 0, 0, 1},
		{"containment>=0.8,jaccard<0.5", 0, 0, 1},
	}, PairRecall(nil, nil))
}

func TestSameCluster(t *testing.T) {
	same := SameCluster(map[string]string{"a": "1", "b": "1", "c": "2", "d": ""})
	assert.True(t, same("a", "b"))
	assert.False(t, same("a", "c"))
	assert.False(t, same("d", "unknown"), "an empty name is a cluster, no cluster is not")
	assert.False(t, same("unknown", "unheard of"))
}
