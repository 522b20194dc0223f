package records

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What was looked up ahead is what a plain map has, whoever looks beside, and is never more
// than it may be.
func TestNumbersAhead(t *testing.T) {
	t.Parallel()
	var l readAhead
	_, ok := l.number("nobody")
	require.False(t, ok)
	var all sync.WaitGroup
	for from := range 4 {
		all.Go(func() {
			for i := from; i < 3*mostAhead; i += 4 {
				l.setNumber(fmt.Sprint(i), uint32(i))
			}
		})
	}
	all.Wait()
	found := 0
	for i := range 3 * mostAhead {
		if n, ok := l.number(fmt.Sprint(i)); ok {
			require.Equal(t, uint32(i), n)
			found++
		}
	}
	require.Positive(t, found)
	require.LessOrEqual(t, found, mostAhead)
	l.clear()
	_, ok = l.number(fmt.Sprint(3*mostAhead - 1))
	require.False(t, ok)
}

// A document that was read ahead is taken once, and there are never more than there may be.
func TestDocumentsAhead(t *testing.T) {
	t.Parallel()
	var l readAhead
	require.Nil(t, l.take(1))
	d := &Document{Number: 1}
	l.put(map[uint32]*Document{1: d, 2: {Number: 2}})
	require.Same(t, d, l.take(1))
	require.Nil(t, l.take(1))
	require.True(t, l.saw(1))
	require.True(t, l.saw(2))
	require.False(t, l.saw(3))
	l.clear()
	require.False(t, l.saw(1))
	require.Nil(t, l.take(2))
	var all sync.WaitGroup
	var taken atomic.Int64
	for from := range uint32(4) {
		all.Go(func() {
			for n := from; n < 3*mostAhead; n += 4 {
				l.put(map[uint32]*Document{n: {Number: n}})
				if d := l.take(n / 2); d != nil {
					assert.Equal(t, n/2, d.Number)
					taken.Add(1)
				}
			}
		})
	}
	all.Wait()
	require.Positive(t, taken.Load())
	require.LessOrEqual(t, len(l.documents), mostAhead/2)
}
