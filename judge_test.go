package reprint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// filledIn returns two texts from one form, with other names and numbers, and an
// edited copy of the first.
func filledIn(w *writer) (first, second, edited string) {
	var texts [3]strings.Builder
	for i := range 14 {
		before, after := w.phrase(11), w.phrase(10)
		for j := range texts {
			name, number := "Harlow", 140+i
			if j == 1 {
				name, number = "Bexley", 377-3*i
			}
			end := after
			if j == 2 && i%7 == 3 {
				end = w.phrase(3) + " " + after
			}
			fmt.Fprintf(&texts[j], "The %s of %s paid %d for %s.\n", before, name, number, end)
		}
	}
	return texts[0].String(), texts[1].String(), texts[2].String()
}

// Forms that were filled in with other facts are told from edited copies, though
// they share as much; by figures they are not.
func TestFormsAreNotJoined(t *testing.T) {
	for seed := range uint64(10) {
		first, second, edited := filledIn(newWriter("en", seed))
		docs := []reprint.Document{{ID: "a", Text: first}, {ID: "b", Text: second}, {ID: "c", Text: edited}}

		d := detector(t, reprint.Options{})
		other := add(t, d, docs[:2]...)
		assert.Empty(t, other.Matches)
		assert.Equal(t, 1, other.Size)
		again := add(t, d, docs[2])
		require.Len(t, again.Matches, 1)
		assert.Equal(t, "a", again.Matches[0].ID)
		assert.Equal(t, reprint.Copy, again.Matches[0].Relation)
		e, err := d.Explain("a", "b")
		require.NoError(t, err)
		assert.False(t, e.Match)
		assert.Contains(t, e.Why, "not one article")

		d = detector(t, reprint.Options{ByFigures: true})
		assert.Equal(t, 3, add(t, d, docs...).Size)
	}
}
