package engine

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/passage"
)

func numbers(n int, then error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		if then != nil {
			yield(-1, then)
		}
	}
}

func TestReadAll(t *testing.T) {
	square := func(n int) (int, error) { return n * n, nil }
	bad := errors.New("bad")
	for _, threads := range []int{-1, 0, 1, 4} {
		for _, n := range []int{0, 1, blockLen - 1, blockLen, 2*blockLen + 5} {
			got, err := ReadAll(t.Context(), numbers(n, nil), threads, square)
			require.NoError(t, err)
			require.Equal(t, n, got.Len())
			i := 0
			for out := range got.Take() {
				require.Equal(t, i*i, out)
				i++
			}
			require.Equal(t, n, i)
		}

		_, err := ReadAll(t.Context(), numbers(20, bad), threads, func(n int) (int, error) {
			require.GreaterOrEqual(t, n, 0, "what comes with an error is not read")
			return n, nil
		})
		require.ErrorIs(t, err, bad)
		_, err = ReadAll(t.Context(), numbers(300, nil), threads, func(n int) (int, error) {
			if n == 7 {
				return 0, bad
			}
			return n, nil
		})
		require.ErrorIs(t, err, bad)

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = ReadAll(ctx, numbers(300, nil), threads, square)
		require.ErrorIs(t, err, context.Canceled)
	}
}

func TestRelationOf(t *testing.T) {
	for _, c := range []struct {
		verdict cluster.Verdict
		figures cluster.Figures
		want    passage.Relation
	}{
		{1, cluster.Figures{}, passage.Copy},
		{4, cluster.Figures{Jaccard: 1}, passage.Derived},
		{6, cluster.Figures{Jaccard: 1}, passage.Unrelated},
		{0, cluster.Figures{Jaccard: .8}, passage.Copy},
		{0, cluster.Figures{Jaccard: .79, ContainmentA: .9}, passage.Excerpt},
		{0, cluster.Figures{ContainmentB: .9}, passage.Excerpt},
		{0, cluster.Figures{Score: .9}, passage.Excerpt},
		{0, cluster.Figures{Jaccard: .79, ContainmentA: .89, ContainmentB: .89, Score: .89}, passage.Revision},
		{200, cluster.Figures{Jaccard: .8}, passage.Copy}, // as damage on disk may have it
	} {
		require.Equal(t, c.want, RelationOf(c.verdict, c.figures), "%+v", c)
	}
}

// Each relation has its number, and a judge finds it.
func TestVerdicts(t *testing.T) {
	relations := []passage.Relation{
		passage.Copy, passage.Excerpt, passage.Revision, passage.Derived, passage.Template, passage.Unrelated,
	}
	require.ElementsMatch(t, relations, verdicts[1:])
	e, err := New(Options{})
	require.NoError(t, err)
	text := "The lighthouse on Grey Spit goes dark on Friday for the first time since the war. " +
		"Two climbers will take the lamp down, clean each of its ninety lenses, and put it back by Sunday night."
	a, err := e.Add(Document{ID: "a", Text: text})
	require.NoError(t, err)
	require.Empty(t, a.Matches)
	a, err = e.Add(Document{ID: "b", Text: "Home\nNews\n\n" + text})
	require.NoError(t, err)
	require.Len(t, a.Matches, 1)
	require.Equal(t, cluster.Verdict(slices.Index(verdicts[:], passage.Copy)), a.Matches[0].Verdict)
	for c, err := range e.Clusters(func(uint64) {}) {
		require.NoError(t, err)
		require.Len(t, c.Members, 2)
	}
}
