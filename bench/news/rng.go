package news

import "math/bits"

// rng is SplitMix64, which is as fast as a multiplication and good enough to
// choose words by.
type rng struct{ state uint64 }

func (r *rng) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n returns a number from 0 to n-1.
func (r *rng) n(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// between returns a number from a to b.
func (r *rng) between(a, b int) int { return a + r.n(b-a+1) }

// oneIn is true once in n times.
func (r *rng) oneIn(n int) bool { return r.n(n) == 0 }

// percent is true p times in 100.
func (r *rng) percent(p int) bool { return r.n(100) < p }

// derive returns a generator that depends on the state and on two numbers and
// leaves the state as it is.
func derive(seed uint64, a, b int) rng {
	r := rng{seed ^ 0x5851f42d4c957f2d}
	r.state = r.next() + uint64(a)
	r.state = r.next() + uint64(b)
	r.state = r.next()
	return r
}

// quantile draws from a distribution given by its quantiles at equal steps,
// linear between them.
func (r *rng) quantile(q []int) int {
	x := r.next()
	hi, lo := bits.Mul64(x, uint64(len(q)-1))
	i := int(hi)
	d := uint64(q[i+1] - q[i])
	part, _ := bits.Mul64(lo, d)
	return q[i] + int(part)
}

// articleSizes are the quantiles, at steps of 1/16, of a log-normal length in
// bytes with median 3,500 and σ = .55, cut at 1,500 and 12,000: mean 4,100.
var articleSizes = []int{
	1500, 1680, 1880, 2150, 2410, 2670, 2930, 3210, 3500,
	3820, 4170, 4590, 5080, 5690, 6600, 8230, 12000,
}

// delays are the quantiles, at steps of 1/16, of the number of documents
// between an article and a copy of it: exponential, mean 600, cut at 3,000.
var delays = []int{
	1, 39, 80, 125, 173, 225, 282, 345, 416,
	496, 588, 697, 832, 1004, 1248, 1664, 3000,
}

// alias chooses one of up to 2¹⁶ items by weight in one step (Walker's alias
// method, Vose's construction). len(items) is a power of two.
type alias struct {
	mask  uint64
	keep  []uint16 // the item itself is chosen if 16 random bits are below
	other []uint16
}

// newAlias takes weights that are a power of two in number.
func newAlias(weights []uint64) *alias {
	n := len(weights)
	var total uint64
	for _, w := range weights {
		total += w
	}
	a := &alias{mask: uint64(n - 1), keep: make([]uint16, n), other: make([]uint16, n)}
	// Scaled so that the mean weight is total: w·n against total.
	left := make([]uint64, n)
	var small, large []int
	for i, w := range weights {
		left[i] = w * uint64(n)
		if left[i] < total {
			small = append(small, i)
		} else {
			large = append(large, i)
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		hi, lo := bits.Mul64(left[s], 1<<16)
		q, _ := bits.Div64(hi, lo, total)
		a.keep[s], a.other[s] = uint16(q), uint16(l)
		left[l] -= total - left[s]
		if left[l] < total {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	for _, i := range append(small, large...) {
		a.keep[i], a.other[i] = 1<<16-1, uint16(i)
	}
	return a
}

func (a *alias) choose(r *rng) int {
	x := r.next()
	i := x & a.mask
	if uint16(x>>48) < a.keep[i] {
		return int(i)
	}
	return int(a.other[i])
}

// zipf returns n weights in proportion to 1/(r+q).
func zipf(n, q int) []uint64 {
	w := make([]uint64, n)
	for r := range w {
		w[r] = (1 << 30) / uint64(r+1+q)
	}
	return w
}
