package minhash_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/minhash"
)

// plainSample is the definition: hash all, sort all, cut.
func plainSample(set []uint64, scale uint64, floor int, seed uint64) (hashes []uint64, limit uint64) {
	key := plainMix(plainMix(seed + 0x9e3779b97f4a7c15))
	hashes = []uint64{}
	for _, x := range set {
		hashes = append(hashes, plainMix(x^key))
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	below := 0
	for _, h := range hashes {
		if float64(h) < math.Pow(2, 64)/float64(scale) {
			below++
		}
	}
	keep := max(below, min(floor, len(hashes)))
	switch {
	case keep == len(hashes):
		return hashes, math.MaxUint64
	case below >= floor:
		return hashes[:keep], math.MaxUint64 / scale
	}
	return hashes[:keep], hashes[keep-1]
}

func TestSampleIsItsDefinition(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(19, 20))
	for _, scheme := range []minhash.SampleScheme{{}, {Scale: 1}, {Scale: 2, Floor: 1}, {Scale: 100, Floor: 1000}, {Scale: 1 << 32}} {
		for _, n := range []int{0, 1, 63, 64, 65, 90, 104, 105, 300, 700, 900, 6000} {
			for _, repeated := range []int{0, 1, 20} {
				scheme.Seed = r.Uint64()
				sampler := newSampler(t, scheme)
				full := sampler.Scheme()
				set := distinct(r, n)
				for range repeated {
					set = append(set, set[:n/2]...)
				}
				r.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
				got := sample(sampler, set)
				hashes, limit := plainSample(set, full.Scale, full.Floor, full.Seed)
				name := fmt.Sprintf("%v shingles=%d repeated=%d", full, n, repeated)
				require.Equal(t, len(hashes), len(got.Hashes()), name)
				require.True(t, slices.Equal(hashes, got.Hashes()), name)
				require.Equal(t, limit, got.Limit(), name)
				require.Equal(t, limit == math.MaxUint64, got.Exact(), name)
			}
		}
	}
}

// Hashes that crowd together, which shingles can be made to do by whoever knows the
// seed, cost time and not correctness.
func TestSampleOfCrowdedHashes(t *testing.T) {
	sampler := newSampler(t, minhash.SampleScheme{})
	key := plainMix(plainMix(0x9e3779b97f4a7c15))
	var set []uint64
	for h := uint64(3000); h > 0; h-- {
		set = append(set, plainUnmix(h)^key)
	}
	set = append(set, plainUnmix(1<<60)^key) // spreads the buckets
	got := sample(sampler, set)
	require.True(t, slices.IsSorted(got.Hashes()))
	require.Len(t, got.Hashes(), 3001)
	require.Equal(t, uint64(1), got.Hashes()[0])
	require.Equal(t, uint64(3000), got.Hashes()[2999])
}

// plainUnmix is the inverse of plainMix; it shows that nothing is lost by mixing.
func plainUnmix(z uint64) uint64 {
	z ^= z>>31 ^ z>>62
	z *= 0x319642b2d24d8ec3
	z ^= z>>27 ^ z>>54
	z *= 0x96de1b173f119089
	return z ^ z>>30 ^ z>>60
}

func TestMixIsABijection(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for range 1000 {
		x := r.Uint64()
		require.Equal(t, x, plainUnmix(plainMix(x)))
	}
}

func TestContainmentAgainstTheory(t *testing.T) {
	for _, tt := range []struct {
		name           string
		na, nb, common int
		trials         int
	}{
		{"both whole", 40, 60, 30, 200},
		{"both by the floor", 200, 300, 100, 4000},
		{"floor and limit", 200, 2000, 100, 2000},
		{"limit and floor", 2000, 200, 100, 2000},
		{"whole and floor", 50, 300, 25, 4000},
		{"both by the limit", 1000, 1500, 700, 2000},
		{"article in a page", 700, 1400, 665, 2000},
		{"1 to 50", 200, 10000, 120, 2000},
		{"50 to 1", 10000, 200, 120, 1000},
		{"1 to 50, all inside", 200, 10000, 200, 500},
		{"1 to 50, nothing shared", 200, 10000, 0, 500},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(tt.na), uint64(tt.nb)))
			sampler := newSampler(t, minhash.SampleScheme{Seed: 9})
			var contained, jaccard, containedErr, jaccardErr moments
			var p, q minhash.Sample
			for range tt.trials {
				a, b := overlappingSizes(r, tt.na, tt.nb, tt.common)
				sampler.Sample(&p, a)
				sampler.Sample(&q, b)
				e, err := p.Containment(&q)
				require.NoError(t, err)
				contained.add(e.Value)
				containedErr.add(e.StdErr * e.StdErr)
				e, err = p.Jaccard(&q)
				require.NoError(t, err)
				jaccard.add(e.Value)
				jaccardErr.add(e.StdErr * e.StdErr)
			}
			c := float64(tt.common) / float64(tt.na)
			j := float64(tt.common) / float64(tt.na+tt.nb-tt.common)
			checkEstimates(t, "containment", c, contained, containedErr)
			checkEstimates(t, "Jaccard", j, jaccard, jaccardErr)
		})
	}
}

func checkEstimates(t *testing.T, what string, truth float64, values, variances moments) {
	t.Helper()
	stated := math.Sqrt(variances.mean())
	t.Logf("%s %.3f: mean=%.4f sd=%.4f stated=%.4f", what, truth, values.mean(), values.sd(), stated)
	bias := truth * (1 - truth) * (1 - truth) / minhash.DefaultFloor // as documented
	assert.InDelta(t, truth, values.mean(), bias+sigmas*values.sd()/math.Sqrt(values.n)+1e-12, what)
	// The smoothed variance is stated too large where the truth is near 0 or 1.
	assert.LessOrEqual(t, values.sd(), stated*math.Sqrt(1+sigmas*math.Sqrt(2/values.n))+1e-12, what)
	if truth > .15 && truth < .85 {
		assert.GreaterOrEqual(t, values.sd(), .9*stated, what)
	}
}

func TestSampleCardinality(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(23, 24))
	sampler := newSampler(t, minhash.SampleScheme{})
	for _, n := range []int{0, 1, 64, 65, 100, 300, 500, 700, 3000} {
		var values, variances moments
		for range 2000 {
			s := sample(sampler, distinct(r, n))
			e := s.Cardinality()
			values.add(e.Value)
			variances.add(e.StdErr * e.StdErr)
			require.Equal(t, s.Exact(), e.Exact())
		}
		stated := math.Sqrt(variances.mean())
		t.Logf("n=%d mean=%.2f sd=%.3f stated=%.3f", n, values.mean(), values.sd(), stated)
		// Where floor and limit take turns (500 shingles) the estimate is that of
		// the greater limit, which is biased by less than 1 %.
		assert.InDelta(t, float64(n), values.mean(), sigmas*values.sd()/math.Sqrt(values.n)+.01*float64(n)+1e-9)
		assert.LessOrEqual(t, values.sd(), 1.12*stated+1e-9)
	}
}

// What a sample says when it has nothing to say: 0 ± ½, not certainty.
func TestContainmentWithoutEvidence(t *testing.T) {
	sampler := newSampler(t, minhash.SampleScheme{Scale: 1000, Floor: 1})
	page := sample(sampler, consecutive(0, 20000))
	found := false
	for n := range 200 {
		few := sample(sampler, consecutive(n, 3))
		if few.Hashes()[0] <= page.Limit() {
			continue
		}
		found = true
		e, err := few.Containment(&page)
		require.NoError(t, err)
		assert.Zero(t, e.Value)
		assert.InDelta(t, .5, e.StdErr, .001)
	}
	assert.True(t, found)
}

func TestExactSamples(t *testing.T) {
	sampler := newSampler(t, minhash.SampleScheme{})
	a, b := sample(sampler, consecutive(0, 40)), sample(sampler, consecutive(30, 50))
	e, err := a.Containment(&b)
	require.NoError(t, err)
	assert.Equal(t, minhash.Estimate{Value: .25}, e)
	assert.True(t, e.Exact())
	e, err = b.Containment(&a)
	require.NoError(t, err)
	assert.Equal(t, minhash.Estimate{Value: .2}, e)
	e, err = a.Jaccard(&b)
	require.NoError(t, err)
	assert.Equal(t, minhash.Estimate{Value: 10. / 80}, e)
	assert.Equal(t, minhash.Estimate{Value: 40}, a.Cardinality())

	empty := sample(sampler, nil)
	assert.True(t, empty.Empty())
	assert.True(t, empty.Exact())
	for _, pair := range [][2]*minhash.Sample{{&empty, &empty}, {&empty, &a}, {&a, &empty}} {
		e, err = pair[0].Containment(pair[1])
		require.NoError(t, err)
		assert.Equal(t, minhash.Estimate{}, e)
		e, err = pair[0].Jaccard(pair[1])
		require.NoError(t, err)
		assert.Equal(t, minhash.Estimate{}, e)
	}
}

func TestSampleAllocatesNothing(t *testing.T) {
	for _, n := range []int{0, 30, 300, 700, 5000, 60000} {
		sampler := newSampler(t, minhash.SampleScheme{})
		set := consecutive(0, n)
		s := sample(sampler, set)
		o := s.Clone()
		encoded, err := s.MarshalBinary()
		require.NoError(t, err)
		assert.Zero(t, testing.AllocsPerRun(10, func() {
			sampler.Sample(&s, set)
			_, _ = s.Containment(&o)
			_, _ = s.Jaccard(&o)
			_ = s.Cardinality()
			encoded, _ = s.AppendBinary(encoded[:0])
			_ = s.UnmarshalBinary(encoded)
		}), "shingles=%d", n)
	}
}
