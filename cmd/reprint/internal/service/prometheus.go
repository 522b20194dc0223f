package service

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are what a store and the service before it count, for Prometheus to scrape,
// with the process and the Go runtime beside them. A store takes them as its Metrics.
type Metrics struct {
	registry *prometheus.Registry

	mu         sync.RWMutex
	counters   map[string]prometheus.Counter
	histograms map[string]prometheus.Histogram

	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func NewMetrics() *Metrics {
	m := &Metrics{
		registry:   prometheus.NewRegistry(),
		counters:   map[string]prometheus.Counter{},
		histograms: map[string]prometheus.Histogram{},
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "reprint_http_requests_total", Help: "Requests, by call and status.",
		}, []string{"call", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "reprint_http_request_seconds", Help: "Time of a request, streams included.", Buckets: bucketsOf("_seconds"),
		}, []string{"call"}),
	}
	m.registry.MustRegister(m.requests, m.seconds)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for name := range counters {
		m.counter(name)
	}
	for name := range histograms {
		m.histogram(name)
	}
	return m
}

// watch adds what is not counted but known.
func (m *Metrics) watch(s *Service) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "reprint_documents", Help: "Documents in the store.",
	}, func() float64 { return float64(s.store.Len()) }))
}

// request counts a request by the pattern of its call.
func (m *Metrics) request(call string, status int, took time.Duration) {
	m.requests.WithLabelValues(call, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(call).Observe(took.Seconds())
}

func (m *Metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Count adds to a counter.
func (m *Metrics) Count(name string, n int64) { m.counter(name).Add(float64(n)) }

// Observe adds to a histogram.
func (m *Metrics) Observe(name string, value float64) { m.histogram(name).Observe(value) }

func (m *Metrics) counter(name string) prometheus.Counter {
	return metric(m, m.counters, name, func() prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: counters[name]})
	})
}

func (m *Metrics) histogram(name string) prometheus.Histogram {
	return metric(m, m.histograms, name, func() prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: histograms[name], Buckets: bucketsOf(name)})
	})
}

// metric returns the metric of a name, and makes it the first time.
func metric[M prometheus.Collector](m *Metrics, known map[string]M, name string, make func() M) M {
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
