package engine

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What has too many words is refused in every way, and what has just so many is not.
func TestTooManyWords(t *testing.T) {
	e, err := New(Options{ByFigures: true, SamplesOnly: true})
	require.NoError(t, err)
	most := Document{ID: "most", Text: strings.Repeat("a b.\n", MaxWords/2)}
	_, err = e.Add(most)
	require.NoError(t, err)
	tooLarge := []string{most.Text + "c", most.Text + most.Text, strings.Repeat("日本", MaxWords/2+1)}
	if testing.Short() { // one goroutine reads them: the race detector finds nothing in it
		tooLarge = tooLarge[:1]
	}
	for _, text := range tooLarge {
		large := Document{ID: "large", Text: text}
		_, err = e.Add(large)
		require.ErrorIs(t, err, ErrLarge)
		assert.ErrorContains(t, err, `"large" has`)
		_, err = e.Prepare(large)
		require.ErrorIs(t, err, ErrLarge)
		_, err = e.Query(large)
		require.ErrorIs(t, err, ErrLarge)
		_, err = e.Compare(most, large)
		require.ErrorIs(t, err, ErrLarge)
		_, ok, _ := e.Match(large, most)
		assert.False(t, ok)
	}
	assert.Equal(t, 1, e.Index().Len())
	assert.Zero(t, e.room.used)
}

// Counting words part by part, a few too many at each end of a part are no reason to
// refuse a text.
func TestLongWords(t *testing.T) {
	e, err := New(Options{SamplesOnly: true})
	require.NoError(t, err)
	_, err = e.Add(Document{ID: "long", Text: strings.Repeat("abcdefghijklmnopqrstuvwxyz ", MaxWords/8)})
	require.NoError(t, err)
}

// A room is never fuller than it may be, and lets all in.
func TestRoom(t *testing.T) {
	t.Parallel()
	r := newRoom()
	var inside atomic.Int64
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			for j := range 200 {
				bytes := (i*j)%7*mostRead/5 + i
				r.enter(bytes)
				n := int64(min(bytes, mostRead))
				assert.LessOrEqual(t, inside.Add(n), int64(mostRead))
				inside.Add(-n)
				r.leave(bytes)
			}
		})
	}
	all.Wait()
	assert.Zero(t, r.used)
}
