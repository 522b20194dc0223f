package records

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// What was looked up ahead is what a plain map has, whoever looks beside, and is never more
// than it may be.
func TestLookedUp(t *testing.T) {
	t.Parallel()
	var l lookedUp
	_, ok := l.get("nobody")
	require.False(t, ok)
	var all sync.WaitGroup
	for from := range 4 {
		all.Go(func() {
			for i := from; i < 3*mostLookedUp; i += 4 {
				l.set(fmt.Sprint(i), uint32(i))
			}
		})
	}
	all.Wait()
	found := 0
	for i := range 3 * mostLookedUp {
		if n, ok := l.get(fmt.Sprint(i)); ok {
			require.Equal(t, uint32(i), n)
			found++
		}
	}
	require.Positive(t, found)
	require.LessOrEqual(t, found, mostLookedUp)
	l.clear()
	_, ok = l.get(fmt.Sprint(3*mostLookedUp - 1))
	require.False(t, ok)
}
