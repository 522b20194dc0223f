package service

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/store"
)

func TestPrometheusMetrics(t *testing.T) {
	m := NewMetrics()
	measure(m)
	scraped := scrape(t, m)
	for _, line := range []string{
		store.MetricAdded + " 12",
		"later_total 4",
		store.MetricFailures + " 0",
		store.MetricAddSeconds + "_count 0",
		store.MetricCommitted + `_bucket{le="1"} 8`,
		store.MetricCommitted + `_bucket{le="2"} 12`,
		store.MetricCommitted + `_bucket{le="+Inf"} 16`,
		store.MetricCommitted + "_sum 20012",
		`later_seconds_bucket{le="0.5"} 4`,
		"# TYPE " + store.MetricCommitted + " histogram",
		"# TYPE " + store.MetricAdded + " counter",
	} {
		require.Contains(t, scraped, line)
	}
}

// A name that Prometheus refuses does no harm, though it is not shown.
func TestPrometheusMetricsOddNames(t *testing.T) {
	m := NewMetrics()
	m.Count("", 1)
	m.Observe(store.MetricAdded, 1) // a counter
	require.Contains(t, scrape(t, m), store.MetricAdded+" 0")
}

// measure counts and observes from several goroutines.
func measure(m store.Metrics) {
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			m.Count(store.MetricAdded, 3)
			m.Count("later_total", 1)
			for _, v := range []float64{.5, 1, 1.5, 5000} {
				m.Observe(store.MetricCommitted, v)
				m.Observe("later_seconds", v)
			}
		})
	}
	all.Wait()
}

func scrape(t *testing.T, m *Metrics) []string {
	w := httptest.NewRecorder()
	m.handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	require.Equal(t, 200, w.Code)
	return strings.Split(w.Body.String(), "\n")
}
