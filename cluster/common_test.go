package cluster

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a form is shows by those who fill it in; the two asked about, and texts
// that are the same as one of them, do not count.
func TestCommonOfAForm(t *testing.T) {
	for _, o := range []Options{{}, {SamplesOnly: true}} {
		m := newMaker(t, 1)
		form := m.text(200)
		x := newIndex(t, o)
		page := func(id string) Entry {
			e := m.entry(id, slices.Concat(form, m.text(100)))
			e.Site = "office"
			return e
		}
		a, b := page("a"), page("b")
		c := x.Common(a, b)
		assert.Equal(t, Common{SameSite: true}, c, "an empty index knows nothing")
		for i := range 12 {
			_, err := x.Add(page(fmt.Sprint(i)))
			require.NoError(t, err)
			if i == 2 {
				c = x.Common(a, b)
				assert.Equal(t, 3, c.Others)
				assert.Zero(t, c.Shared, "three are too few")
			}
		}
		c = x.Common(a, b)
		assert.Equal(t, 12, c.Others)
		assert.Equal(t, 1., c.Shared)
		assert.InDelta(t, 2./3, c.A, .2)
		assert.InDelta(t, 2./3, c.B, .2)
		assert.Equal(t, c, swapCommon(x.Common(b, a)))

		same := a
		same.ID = "the same"
		for _, e := range []Entry{a, b, same} {
			_, err := x.Add(e)
			require.NoError(t, err)
		}
		assert.Equal(t, c, x.Common(a, b))

		a.Site, b.Site = "", ""
		assert.True(t, x.Common(a, b).SameSite, "as they are in the index")
		b.Site = "elsewhere"
		assert.False(t, x.Common(a, b).SameSite)
	}
}

// Copies of one of the two are no others, in however many papers.
func TestCommonOfCopies(t *testing.T) {
	m := newMaker(t, 2)
	body := m.text(200)
	texts := [2][]uint64{slices.Concat(body, m.text(60)), slices.Concat(body, m.text(60))}
	x := newIndex(t, Options{})
	for i := range 20 {
		text := slices.Clone(texts[i%2])
		for range 10 {
			text[m.rng.IntN(len(text))] = m.rng.Uint64()
		}
		_, err := x.Add(m.entry(fmt.Sprint(i), text))
		require.NoError(t, err)
	}
	assert.Zero(t, x.Common(m.entry("a", texts[0]), m.entry("b", texts[1])).Others)
}

func TestCommonOfNothing(t *testing.T) {
	m := newMaker(t, 3)
	x := newIndex(t, Options{})
	for i := range 20 {
		_, err := x.Add(m.entry(fmt.Sprint(i), m.text(100)))
		require.NoError(t, err)
	}
	assert.Equal(t, Common{}, x.Common(m.entry("a", m.text(100)), m.entry("b", m.text(100))))
	assert.Equal(t, Common{}, x.Common(m.entry("a", nil), m.entry("b", nil)))
}

func TestCompare(t *testing.T) {
	m := newMaker(t, 4)
	text := m.text(300)
	a, b := m.entry("a", text[:200]), m.entry("b", text[100:])
	f := Compare(a, b)
	assert.True(t, f.Exact)
	assert.InDelta(t, 1./3, f.Jaccard, 1e-9)
	assert.InDelta(t, .5, f.ContainmentA, 1e-9)
	found, _ := newIndex(t, Options{}).Match(a, b)
	assert.Equal(t, found.Figures, f)
	assert.Zero(t, Compare(m.entry("a", nil), b).Jaccard)
}

func swapCommon(c Common) Common {
	c.A, c.B = c.B, c.A
	return c
}
