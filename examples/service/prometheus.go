package main

import (
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/cbb30ed1/reprint/store"
)

// prometheusMetrics is what a store counts, for Prometheus to scrape, with the
// process and the Go runtime beside it.
type prometheusMetrics struct {
	registry *prometheus.Registry

	mu         sync.RWMutex
	counters   map[string]prometheus.Counter
	histograms map[string]prometheus.Histogram
}

func newPrometheusMetrics() *prometheusMetrics {
	m := &prometheusMetrics{
		registry:   prometheus.NewRegistry(),
		counters:   map[string]prometheus.Counter{},
		histograms: map[string]prometheus.Histogram{},
	}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for name := range counters {
		m.counter(name)
	}
	for name := range histograms {
		m.histogram(name)
	}
	return m
}

// watch adds what the store does not count but knows.
func (m *prometheusMetrics) watch(s *store.Store) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "reprint_documents", Help: "Documents in the store.",
	}, func() float64 { return float64(s.Len()) }))
}

func (m *prometheusMetrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *prometheusMetrics) Count(name string, n int64) { m.counter(name).Add(float64(n)) }

func (m *prometheusMetrics) Observe(name string, value float64) { m.histogram(name).Observe(value) }

func (m *prometheusMetrics) counter(name string) prometheus.Counter {
	return metric(m, m.counters, name, func() prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: counters[name]})
	})
}

func (m *prometheusMetrics) histogram(name string) prometheus.Histogram {
	return metric(m, m.histograms, name, func() prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: histograms[name], Buckets: bucketsOf(name)})
	})
}

// metric returns the metric of a name, and makes it the first time.
func metric[M prometheus.Collector](m *prometheusMetrics, known map[string]M, name string, make func() M) M {
	m.mu.RLock()
	one, ok := known[name]
	m.mu.RUnlock()
	if ok {
		return one
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if one, ok := known[name]; ok {
		return one
	}
	one = make()
	_ = m.registry.Register(one) // a name that is no name is counted, and not shown
	known[name] = one
	return one
}
