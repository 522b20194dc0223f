package queue

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTake(t *testing.T) {
	q := New[*int](10)
	values := make([]int, 5)
	for i, bytes := range [...]int{11, 4, 6, 1, 3} {
		require.True(t, q.Put(&values[i], bytes))
	}
	<-q.More()
	for _, want := range [...][]*int{{&values[0]}, {&values[1], &values[2]}, {&values[3], &values[4]}, nil} {
		taken, open := q.Take()
		require.True(t, open)
		require.Len(t, taken, len(want))
		for i := range want {
			require.Same(t, want[i], taken[i])
		}
	}
}

func TestWithdraw(t *testing.T) {
	q := New[*int](10)
	a, b := new(int), new(int)
	require.True(t, q.Put(a, 1))
	require.True(t, q.Put(b, 1))
	require.True(t, q.Withdraw(a))
	require.False(t, q.Withdraw(a))
	taken, _ := q.Take()
	require.Len(t, taken, 1)
	require.Same(t, b, taken[0])
	require.False(t, q.Withdraw(b), "it was taken")
}

func TestClose(t *testing.T) {
	q := New[*int](1)
	require.True(t, q.Put(new(int), 1))
	require.True(t, q.Put(new(int), 1))
	q.Close()
	<-q.More()
	require.False(t, q.Put(new(int), 1))
	_, open := q.Take()
	require.True(t, open, "one is left")
	taken, open := q.Take()
	require.Len(t, taken, 1)
	require.False(t, open)
}
