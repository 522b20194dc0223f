package passage

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// A writer invents text of words that mean nothing, common and rare ones as in
// a real text, in sentences and paragraphs.
type writer struct {
	rng   *rand.Rand
	words []string
	space string
	stop  string
}

func newWriter(seed uint64) *writer {
	w := &writer{rng: rand.New(rand.NewPCG(seed, 1)), space: " ", stop: "."}
	for range 8_000 {
		var b strings.Builder
		for range 1 + w.rng.IntN(3) {
			b.WriteString(w.pick(strings.Fields("b br c ch d f g gr h j k l m n p pl r s st t th tr v w")))
			b.WriteString(w.pick(strings.Fields("a e i o u ea ou")))
			b.WriteString(w.pick([]string{"", "", "n", "r", "s", "nd", "st"}))
		}
		w.words = append(w.words, b.String())
	}
	return w
}

// newHan is newWriter for a script without spaces.
func newHan(seed uint64) *writer {
	w := &writer{rng: rand.New(rand.NewPCG(seed, 2)), stop: "。"}
	for range 3_000 {
		w.words = append(w.words, string(rune(0x4E00+w.rng.IntN(6_000))))
	}
	return w
}

func (w *writer) pick(from []string) string { return from[w.rng.IntN(len(from))] }

// word returns a word; the n-th is n times as rare as the first, about.
func (w *writer) word() string {
	u := w.rng.Float64()
	return w.words[int(u*u*u*float64(len(w.words)))]
}

func (w *writer) phrase(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = w.word()
	}
	return strings.Join(out, w.space)
}

func (w *writer) sentence() string { return w.phrase(9+w.rng.IntN(14)) + w.stop }

func (w *writer) sentences(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = w.sentence()
	}
	return out
}

// article returns sentences of so many bytes together.
func (w *writer) article(bytes int) []string {
	var out []string
	for size := 0; size < bytes; {
		s := w.sentence()
		out = append(out, s)
		size += len(s) + 1
	}
	return out
}

// text sets sentences in paragraphs.
func text(sentences []string) string {
	var b strings.Builder
	for i, s := range sentences {
		b.WriteString(s)
		if i%3 == 2 {
			b.WriteString("\n\n")
		} else {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
}

// revise returns a revision: one sentence in five has an edited word, one in
// eight is new, and the last ones stand before the first.
func (w *writer) revise(sentences []string) []string {
	var out []string
	for _, s := range sentences {
		switch w.rng.IntN(40) {
		case 0, 1, 2, 3, 4:
			out = append(out, w.sentence())
			continue
		case 5, 6, 7, 8, 9, 10, 11, 12:
			words := strings.Fields(s)
			words[w.rng.IntN(len(words)-1)] = w.word()
			s = strings.Join(words, " ")
		}
		out = append(out, s)
	}
	n := len(out) * 4 / 5
	return append(out[n:len(out):len(out)], out[:n]...)
}

func BenchmarkAlign(b *testing.B) {
	w, han := newWriter(1), newHan(1)
	for _, c := range []struct {
		name string
		pair func() (string, string)
	}{
		{"kind=same", func() (string, string) { s := w.article(4500); return text(s), text(s) + " end" }},
		{"kind=revised", func() (string, string) { s := w.article(4500); return text(s), text(w.revise(s)) }},
		{"kind=unrelated", func() (string, string) { return text(w.article(4500)), text(w.article(4500)) }},
		{"kind=page", func() (string, string) {
			s := w.article(4500)
			return text(s), w.phrase(300) + "\n\n" + text(s) + "\n\n" + text(w.article(2000))
		}},
		{"kind=han", func() (string, string) {
			s := han.article(4500)
			return text(s), text(append(s[2:len(s):len(s)], s[:2]...))
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var pairs [64][2]string
			size := 0
			for i := range pairs {
				pairs[i][0], pairs[i][1] = c.pair()
				size += len(pairs[i][0]) + len(pairs[i][1])
			}
			var a Aligner
			var dst Alignment
			for _, p := range pairs {
				a.Align(&dst, p[0], p[1])
			}
			b.SetBytes(int64(size / len(pairs)))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				a.Align(&dst, pairs[i%len(pairs)][0], pairs[i%len(pairs)][1])
				i++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
		})
	}
}

// From two sequences to a judgement.
func BenchmarkRelate(b *testing.B) {
	w := newWriter(1)
	for _, c := range []struct {
		name string
		pair func() (string, string)
	}{
		{"kind=same", func() (string, string) { s := w.article(4500); return text(s), text(s) + " end" }},
		{"kind=revised", func() (string, string) { s := w.article(4500); return text(s), text(w.revise(s)) }},
		{"kind=unrelated", func() (string, string) { return text(w.article(4500)), text(w.article(4500)) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var pairs [64][2]Sequence
			var a Aligner
			for i := range pairs {
				x, y := c.pair()
				pairs[i] = [2]Sequence{sequence(x), sequence(y)}
				a.Relate(pairs[i][0], pairs[i][1], Corpus{})
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				a.Relate(pairs[i%len(pairs)][0], pairs[i%len(pairs)][1], Corpus{})
				i++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	for _, c := range hostile {
		b.Run("kind="+strings.ReplaceAll(c.name, " ", "-")+"/words=1000000", func(b *testing.B) {
			x, y := c.pair(1_000_000)
			var a Aligner
			var dst Alignment
			a.Align(&dst, x, y)
			b.ReportAllocs()
			for b.Loop() {
				a.Align(&dst, x, y)
			}
			b.ReportMetric(max(dst.CoverageA, dst.CoverageB), "covered")
		})
	}
}
