package memory

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPercent(t *testing.T) {
	p := new(pacer)
	const mb = 1 << 20
	require.Equal(t, 400, p.percent(0)) // a small heap grows by 48 MB
	require.Equal(t, 96, p.percent(50*mb))
	require.Equal(t, 12, p.percent(400*mb))
	require.Equal(t, 6, p.percent(1000*mb))
	require.Equal(t, 13, p.percent(398.5*mb)) // a service does not keep its peak

	p = new(pacer)
	ctx := context.WithValue(t.Context(), pacerKey{}, p)
	one, other := Reading(ctx), Reading(ctx)
	require.Equal(t, 96, p.percent(50*mb))
	require.Equal(t, 25, p.percent(400*mb))
	one()
	require.Equal(t, 25, p.percent(420*mb)) // one input is still read
	other()
	require.Equal(t, 12, p.percent(469*mb)) // to 525
	require.Equal(t, 10, p.percent(500*mb))
	Reading(t.Context())() // nobody sets the pace
}
