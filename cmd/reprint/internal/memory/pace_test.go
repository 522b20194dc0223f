package memory

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPercent(t *testing.T) {
	p := new(pacer)
	const mb = 1 << 20
	require.Equal(t, 400, p.percent(0, 0)) // a small heap grows by 48 MB
	require.Equal(t, 96, p.percent(50*mb, 0))
	require.Equal(t, 12, p.percent(400*mb, 0))
	require.Equal(t, 6, p.percent(1000*mb, 0))
	require.Equal(t, 13, p.percent(398.5*mb, 0)) // a service does not keep its peak

	p = new(pacer)
	ctx := context.WithValue(t.Context(), pacerKey{}, p)
	one, other := Reading(ctx), Reading(ctx)
	require.Equal(t, 96, p.percent(50*mb, 0))
	require.Equal(t, 35, p.percent(400*mb, 0))
	one()
	require.Equal(t, 35, p.percent(420*mb, 0)) // one input is still read
	other()
	require.Equal(t, 21, p.percent(469*mb, 0)) // to 567
	require.Equal(t, 14, p.percent(500*mb, 0))
	require.Equal(t, 10, p.percent(500*mb, 18*mb)) // gaps take some of that
	Reading(t.Context())()                         // nobody sets the pace
}

// The limit leaves room for as much as the heap may grow by, so that it does not bring
// collections about, and for little else.
func TestLimit(t *testing.T) {
	const mb = 1 << 20
	for _, u := range []used{{0, 0, 5 * mb}, {10 * mb, mb, 5 * mb}, {600 * mb, 90 * mb, 30 * mb}} {
		for _, percent := range []int{6, 35, 400} {
			goal := max(u.live, 12*mb) * (1 + float64(percent)/100)
			all := goal + u.gaps + u.others
			require.GreaterOrEqual(t, float64(u.limit(percent)), 1.03*all) // the runtime keeps three hundredths free
			require.LessOrEqual(t, float64(u.limit(percent)), 1.05*all+8*mb)
		}
	}
}

func TestReader(t *testing.T) {
	block := make([]byte, 64<<20)
	runtime.GC()
	u := reader()()
	runtime.KeepAlive(block)
	require.GreaterOrEqual(t, u.live, float64(len(block)))
	require.Less(t, u.gaps+u.others, float64(len(block)))
	require.Positive(t, u.others)
}
