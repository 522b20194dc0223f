package eval

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// partition names document i by the letter at i of each word: "aab" puts the
// first two documents in one cluster and the third in another.
func partition(word string) map[string]string {
	of := make(map[string]string)
	for i, c := range word {
		of[fmt.Sprintf("doc-%02d", i)] = string(c)
	}
	return of
}

func TestClusters(t *testing.T) {
	for _, c := range []struct {
		why, want, got              string
		p, r, f1, b3p, b3r, b3, ari float64
	}{
		{"same, other names", "aabcc", "xxyzz", 1, 1, 1, 1, 1, 1, 1},
		{"by hand: 2 of 4 and 4 pairs, E = 1.6", "aaabb", "xxyyy", .5, .5, .5, 11. / 15, 11. / 15, 11. / 15, 1. / 6},
		{"by hand: all in one", "aaabb", "xxxxx", .4, 1, 4. / 7, .52, 1, 1.04 / 1.52, 0},
		{"by hand: all apart", "aaabb", "vwxyz", 1, 0, 0, 1, .4, .8 / 1.4, 0},
		{"by hand: crossed, worse than chance", "aabb", "xyxy", 0, 0, 0, .5, .5, .5, -.5},
		{"Bagga and Baldwin's example, response 1", "aaaaabbccccc", "xxxxxyyyyyyy", 21. / 31, 1, 42. / 52, 16. / 21, 1, 32. / 37, (21 - 21*31/66.) / (26 - 21*31/66.)},
		{"Bagga and Baldwin's example, response 2", "aaaaabbccccc", "xxxxxyyxxxxx", 21. / 46, 1, 42. / 67, 7. / 12, 1, 14. / 19, (21 - 21*46/66.) / (33.5 - 21*46/66.)},

		{"none", "", "", 1, 1, 1, 1, 1, 1, 1},
		{"one document", "a", "x", 1, 1, 1, 1, 1, 1, 1},
		{"one cluster both", "aaaa", "xxxx", 1, 1, 1, 1, 1, 1, 1},
		{"all apart both", "abcd", "wxyz", 1, 1, 1, 1, 1, 1, 1},
		{"one wanted, all apart", "aaaa", "wxyz", 1, 0, 0, 1, .25, .4, 0},
		{"all apart wanted, one found", "abcd", "xxxx", 0, 1, 0, .25, 1, .4, 0},
		{"two, wrongly joined", "ab", "xx", 0, 1, 0, .5, 1, 2. / 3, 0},
	} {
		t.Run(c.why, func(t *testing.T) {
			s, err := Clusters(partition(c.want), partition(c.got))
			require.NoError(t, err)
			assert.Equal(t, len(c.want), s.Documents)
			assert.InDeltaSlice(t,
				[]float64{c.p, c.r, c.f1, c.b3p, c.b3r, c.b3, c.ari},
				[]float64{s.Precision, s.Recall, s.F1, s.B3Precision, s.B3Recall, s.B3, s.ARI}, 1e-14)
		})
	}
}

func TestClustersCountsWhatIsLabelled(t *testing.T) {
	want := partition("aaabb")
	got := partition("xxyyy")
	before, err := Clusters(want, got)
	require.NoError(t, err)
	assert.Equal(t, [3]int{5, 2, 2}, [3]int{before.Documents, before.WantClusters, before.GotClusters})

	got["unlabelled"], got["another"] = "x", "z"
	after, err := Clusters(want, got)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

func TestClustersMissing(t *testing.T) {
	got := partition("xxyyy")
	delete(got, "doc-03")
	delete(got, "doc-01")
	s, err := Clusters(partition("aaabb"), got)
	require.ErrorIs(t, err, ErrMissing)
	assert.ErrorContains(t, err, `2 of 5, the first is "doc-01"`)
	assert.Zero(t, s)

	_, err = Clusters(map[string]string{"": "a", "b": "a"}, nil)
	assert.ErrorContains(t, err, `2 of 2, the first is ""`)
}

// deal puts n documents into at most k clusters.
func deal(rnd *rand.Rand, n, k int) map[string]string {
	of := make(map[string]string, n)
	for i := range n {
		of[fmt.Sprint("d", i)] = fmt.Sprint("c", rnd.IntN(k))
	}
	return of
}

func TestClustersAgainstAllPairs(t *testing.T) {
	for seed := range uint64(500) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		n := rnd.IntN(25)
		want, got := deal(rnd, n, 1+rnd.IntN(n+1)), deal(rnd, n, 1+rnd.IntN(n+1))
		s, err := Clusters(want, got)
		require.NoError(t, err)
		slow := allPairs(want, got)
		assert.InDeltaSlice(t, slow,
			[]float64{s.Precision, s.Recall, s.F1, s.B3Precision, s.B3Recall, s.B3, s.ARI}, 1e-12, "seed %d", seed)

		turned, err := Clusters(got, want)
		require.NoError(t, err)
		assert.Equal(t, Scores{
			n, s.GotClusters, s.WantClusters, s.Recall, s.Precision, s.F1, s.B3Recall, s.B3Precision, turned.B3, turned.ARI,
		}, turned, "seed %d", seed)
		assert.InDelta(t, s.B3, turned.B3, 1e-15, "seed %d", seed)
		assert.InDelta(t, s.ARI, turned.ARI, 1e-12, "seed %d", seed)
	}
}

// allPairs looks at every pair of documents and takes each figure from its
// definition; ARI in the form over the four kinds of pairs.
func allPairs(want, got map[string]string) []float64 {
	var both, onlyWant, onlyGot, neither, b3p, b3r float64
	for x := range want {
		var w, g, wg float64
		for y := range want {
			sameWant, sameGot := want[x] == want[y], got[x] == got[y]
			switch {
			case sameWant && sameGot:
				w, g, wg = w+1, g+1, wg+1
			case sameWant:
				w++
			case sameGot:
				g++
			}
			if x >= y {
				continue
			}
			switch {
			case sameWant && sameGot:
				both++
			case sameWant:
				onlyWant++
			case sameGot:
				onlyGot++
			default:
				neither++
			}
		}
		b3p += wg / g
		b3r += wg / w
	}
	or1 := func(part, whole float64) float64 {
		if whole == 0 {
			return 1
		}
		return part / whole
	}
	p, r := or1(both, both+onlyGot), or1(both, both+onlyWant)
	f1 := 0.0
	if p+r > 0 {
		f1 = 2 * p * r / (p + r)
	}
	n := float64(len(want))
	b3p, b3r = or1(b3p, n), or1(b3r, n)
	ari := or1(2*(both*neither-onlyWant*onlyGot),
		(both+onlyWant)*(onlyWant+neither)+(both+onlyGot)*(onlyGot+neither))
	return []float64{p, r, f1, b3p, b3r, 2 * b3p * b3r / (b3p + b3r), ari}
}

// Adjusted means: the mean over all ways to deal the documents is 0.
func TestAdjustedRandIsZeroByChance(t *testing.T) {
	want := partition("aaabbc")
	got := []rune("xxyyyy")
	sum, deals := 0.0, 0
	var permute func(k int)
	permute = func(k int) {
		if k == len(got) {
			s, err := Clusters(want, partition(string(got)))
			require.NoError(t, err)
			sum += s.ARI
			deals++
			return
		}
		for i := k; i < len(got); i++ {
			got[k], got[i] = got[i], got[k]
			permute(k + 1)
			got[k], got[i] = got[i], got[k]
		}
	}
	permute(0)
	assert.Equal(t, 720, deals)
	assert.InDelta(t, 0, sum/720, 1e-14)
}

// One cluster of 200,000 holds 2·10¹⁰ pairs: past 32 bits, and its square
// past 64.
func TestClustersLarge(t *testing.T) {
	const n = 200_000
	want, halves := make(map[string]string, n), make(map[string]string, n)
	for i := range n {
		id := fmt.Sprint(i)
		want[id], halves[id] = "", fmt.Sprint(i%2)
	}
	s, err := Clusters(want, want)
	require.NoError(t, err)
	assert.Equal(t, Scores{n, 1, 1, 1, 1, 1, 1, 1, 1, 1}, s)

	s, err = Clusters(want, halves)
	require.NoError(t, err)
	assert.Equal(t, 1., s.Precision)
	assert.InDelta(t, (n/2-1.)/(n-1), s.Recall, 1e-15)
	assert.Equal(t, .5, s.B3Recall)
	assert.InDelta(t, 0, s.ARI, 1e-12)
}

func TestClustersSameBits(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	want, got := deal(rnd, 3000, 500), deal(rnd, 3000, 700)
	first, err := Clusters(want, got)
	require.NoError(t, err)
	for range 30 {
		again, err := Clusters(want, got)
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
}

func BenchmarkClusters(b *testing.B) {
	const n = 100_000
	rnd := rand.New(rand.NewPCG(1, 2))
	want, got := deal(rnd, n, n/3), deal(rnd, n, n/3)
	b.Run(fmt.Sprintf("docs=%d", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Clusters(want, got); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
	})
}
