package cluster

import (
	"fmt"
	"slices"
	"testing"
)

// BenchmarkAdd adds documents to an index that holds so many of one kind:
// articles that have nothing in common, near-identical copies of one story,
// versions of one story each with its own edits, and pages of one site with
// 70 % boilerplate. Time per document must not grow with their number.
func BenchmarkAdd(b *testing.B) {
	m := newMaker(b, 1)
	story, form := m.text(700), m.text(490)
	kinds := []struct {
		name string
		make func() []uint64
	}{
		{"articles", func() []uint64 { return m.text(700) }},
		{"copies", func() []uint64 {
			t := slices.Clone(story)
			for range 10 {
				t[m.rng.IntN(len(t))] = m.rng.Uint64()
			}
			return t
		}},
		{"versions", func() []uint64 {
			t := slices.Clone(story)
			for range 120 {
				t[m.rng.IntN(len(t))] = m.rng.Uint64()
			}
			return t
		}},
		{"pages", func() []uint64 { return slices.Concat(form, m.text(210)) }},
	}
	sizes := []int{1_000, 10_000, 100_000}
	if testing.Short() { // it takes 20 s to fill an index with so many, for each kind
		sizes = sizes[:2]
	}
	for _, k := range kinds {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("kind=%s/docs=%d", k.name, n), func(b *testing.B) {
				x := newIndex(b, Options{SamplesOnly: true, MaxMatches: 1})
				for i := range n {
					x.Add(m.entry(fmt.Sprint(i), k.make()))
				}
				next := make([]Entry, 1000)
				for i := range next {
					next[i] = m.entry("", k.make())
				}
				i := 0
				b.ReportAllocs()
				for b.Loop() {
					e := next[i%len(next)]
					e.ID = fmt.Sprint("new", i)
					x.Add(e)
					i++
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
			})
		}
	}
}
