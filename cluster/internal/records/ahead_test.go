package records

import (
	"fmt"
	"sync"
	"testing"

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
