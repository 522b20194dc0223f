package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/bench/news"
	"github.com/cbb30ed1/reprint/shingle"
)

// The lists of holders find what comparing all pairs of sets finds.
func TestSimilar(t *testing.T) {
	c, err := collect(news.Options{Docs: 600, Seed: 5})
	require.NoError(t, err)
	s, err := shingle.New(shingle.Options{})
	require.NoError(t, err)
	var sets []map[uint64]bool
	for _, doc := range c.docs {
		var read shingle.Text
		s.Shingle(&read, doc.Text)
		set := map[uint64]bool{}
		for _, h := range read.Shingles {
			set[h] = true
		}
		sets = append(sets, set)
	}
	want := map[pair]float64{}
	for i, a := range sets {
		for j, b := range sets[:i] {
			if 3*len(a) < len(b) || 3*len(b) < len(a) {
				continue // the similarity is below .5
			}
			both := 0
			for h := range a {
				if b[h] {
					both++
				}
			}
			if v := float64(both) / float64(len(a)+len(b)-both); v >= .5 {
				want[pair{uint32(j), uint32(i)}] = v
			}
		}
	}
	require.Greater(t, len(want), 20)
	require.Equal(t, want, c.truth.similar)
}

func TestJudge(t *testing.T) {
	c := truth{
		similar: map[pair]float64{{0, 1}: .9, {1, 2}: .6},
		planted: map[string]string{"a": "a", "b": "a", "c": "c", "d": "d"},
		ids:     []string{"a", "b", "c", "d"},
	}
	s, err := c.judge([]pair{{0, 1}, {2, 3}, {0, 1}})
	require.NoError(t, err)
	require.InDelta(t, .5, s.Recall5, 1e-9)
	require.InDelta(t, 1, s.Recall8, 1e-9)
	require.InDelta(t, .5, s.Precision, 1e-9)
	require.InDelta(t, 1, s.PlantedRecall, 1e-9)
	require.InDelta(t, .75, s.PlantedPrecision, 1e-9)
	s, err = c.judge(nil)
	require.NoError(t, err)
	require.Equal(t, score{Precision: 1, PlantedRecall: .75, PlantedPrecision: 1}, s)
}

// The program prints a line for every implementation in Go.
func TestRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, run(f, news.Options{Docs: 300, Seed: 1}, "", false))
	require.NoError(t, f.Close())
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, name := range []string{"| reprint, detector |", "| reprint |", "| go-minhash |", "| minhash-lsh, our hashes |", "| simhash, our hashes |"} {
		require.Equal(t, 1, strings.Count(string(b), name), name)
	}
}
