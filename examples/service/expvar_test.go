package main

import (
	"encoding/json"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/store"
)

// measure counts and observes the same for each adapter, from several goroutines.
func measure(m store.Metrics) {
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			m.Count(store.MetricAdded, 3)
			m.Count("later_total", 1)
			for _, v := range []float64{.5, 1, 1.5, 5000} {
				m.Observe(store.MetricGroup, v)
				m.Observe("later_seconds", v)
			}
		})
	}
	all.Wait()
}

func TestExpvarMetrics(t *testing.T) {
	m := newExpvarMetrics()
	measure(m)
	var got map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(m.String()), &got))
	require.Len(t, got, len(counters)+len(histograms)+2)
	require.JSONEq(t, `12`, string(got[store.MetricAdded]))
	require.JSONEq(t, `4`, string(got["later_total"]))
	require.JSONEq(t, `0`, string(got[store.MetricFailures]))
	for name, below := range map[string]map[string]uint64{ // a bound is in its bucket
		store.MetricGroup: {"1": 8, "2": 12, "1024": 12},
		"later_seconds":   {"0.25": 0, "0.5": 4, "1": 8, "2.5": 12, "30": 12},
	} {
		var h struct {
			Count   uint64
			Sum     float64
			Buckets map[string]uint64
		}
		require.NoError(t, json.Unmarshal(got[name], &h))
		require.EqualValues(t, 16, h.Count)
		require.Equal(t, 4*5003., h.Sum)
		for bound, n := range below {
			require.Equal(t, n, h.Buckets[bound], "%s up to %s", name, bound)
		}
	}
}
