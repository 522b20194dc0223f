package when

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestDuration(t *testing.T) {
	const day = 24 * time.Hour
	for in, want := range map[string]time.Duration{
		"3d": 3 * day, "72h": 3 * day, "1w2d12h": 9*day + 12*time.Hour, "1.5d": 36 * time.Hour, "90m": 90 * time.Minute, "0s": 0, "-3d": -3 * day, "0": 0,
	} {
		var d Duration
		if assert.NoError(t, d.Set(in), in) {
			assert.Equal(t, want, time.Duration(d), in)
		}
	}
	for _, in := range []string{"", "3", "d", "3 days", "99999999999d"} {
		_, err := ParseDuration(in)
		assert.Error(t, err, in)
	}
}
