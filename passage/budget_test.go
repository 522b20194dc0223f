package passage

import (
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// hostile are pairs of texts made to cost much, of about so many words.
var hostile = []struct {
	name  string
	pair  func(n int) (string, string)
	least float64 // what must be found of the shorter all the same
}{
	{"one word", func(n int) (string, string) {
		return strings.Repeat("no ", n), strings.Repeat("no ", 2*n)
	}, 1},
	{"one word, and an article", func(n int) (string, string) {
		w := newWriter(1)
		s := text(w.article(4500))
		return strings.Repeat("no ", n) + s, s + strings.Repeat(" no", n)
	}, .99},
	{"two words", func(n int) (string, string) { return flips(n, 1), flips(n-1, 2) }, 0},
	{"ten words", func(n int) (string, string) { return digits(n, 1), digits(n, 2) }, 0},
	{"a sentence again and again", func(n int) (string, string) {
		s := newWriter(1).phrase(19)
		return strings.Repeat(s+" then ", n/20), "then " + strings.Repeat(s+" then ", n/20-1) + "or never"
	}, .99},
	{"a sentence with a number", func(n int) (string, string) {
		s := newWriter(1).phrase(19)
		var x, y strings.Builder
		for i := range n / 20 {
			x.WriteString(s + " " + strconv.Itoa(i) + " ")
			y.WriteString(s + " " + strconv.Itoa(i+n) + " ")
		}
		return x.String(), y.String()
	}, .9},
	{"Fibonacci words", func(n int) (string, string) {
		a, b := "yes ", "yes no "
		for len(b) < 3*n {
			a, b = b, b+a
		}
		return b, "no " + b + "no"
	}, .9},
	{"shuffled sentences", func(n int) (string, string) {
		w := newWriter(1)
		s := w.sentences(n / 16)
		x := strings.Join(s, " ")
		w.rng.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
		return x, strings.Join(s, " ")
	}, .99},
	{"every third word edited", func(n int) (string, string) {
		w := newWriter(1)
		var x, y strings.Builder
		for i := range n {
			p, q := w.word(), w.word()
			x.WriteString(p + " ")
			if i%3 != 0 {
				q = p
			}
			y.WriteString(q + " ")
		}
		return x.String(), y.String()
	}, 0},
	{"a megabyte revised", func(n int) (string, string) {
		w := newWriter(1)
		s := w.sentences(n / 16)
		return text(s), text(w.revise(s))
	}, .8},
}

func flips(n int, seed uint64) string { return drawn(n, seed, "yes ", "no ") }

func digits(n int, seed uint64) string {
	return drawn(n, seed, "0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "7 ", "8 ", "9 ")
}

// drawn returns n words drawn from some.
func drawn(n int, seed uint64, from ...string) string {
	rng := rand.New(rand.NewPCG(seed, 3))
	var b strings.Builder
	for range n {
		b.WriteString(from[rng.IntN(len(from))])
	}
	return b.String()
}

// Nothing costs much more than its length, and what runs out of budget says so
// and still holds.
func TestBudget(t *testing.T) {
	const n = 100_000
	for _, c := range hostile {
		x, y := c.pair(n)
		var a Aligner
		var dst Alignment
		start := time.Now()
		a.Align(&dst, x, y)
		took := time.Since(start)
		var mem runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&mem)
		t.Logf("%s: %v, %.3f and %.3f in %d passages, complete %v, %d MB", c.name, took, dst.CoverageA, dst.CoverageB, len(dst.Passages), dst.Complete, mem.HeapAlloc>>20)
		runtime.KeepAlive(&a)
		assert.Less(t, took, 5*time.Second, c.name) // .1 s where nothing else runs
		assert.GreaterOrEqual(t, max(dst.CoverageA, dst.CoverageB), c.least, c.name)

		x, y = c.pair(2_000)
		align(t, Options{}, x, y)
	}
}
