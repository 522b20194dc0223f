package main

import (
	"encoding/json"
	"expvar"
	"slices"
	"strconv"
	"sync"
)

// expvarMetrics is what a store counts, as one variable of package expvar: an
// object of counters, and of histograms with the buckets of Prometheus.
type expvarMetrics struct {
	expvar.Map
	making sync.Mutex
}

func newExpvarMetrics() *expvarMetrics {
	m := &expvarMetrics{}
	for name := range counters {
		m.Count(name, 0)
	}
	for name := range histograms {
		m.histogram(name)
	}
	return m
}

func (m *expvarMetrics) Count(name string, n int64) { m.Add(name, n) }

func (m *expvarMetrics) Observe(name string, value float64) { m.histogram(name).observe(value) }

func (m *expvarMetrics) histogram(name string) *histogram {
	if h, ok := m.Get(name).(*histogram); ok {
		return h
	}
	m.making.Lock()
	defer m.making.Unlock()
	if h, ok := m.Get(name).(*histogram); ok {
		return h
	}
	h := &histogram{bounds: bucketsOf(name)}
	h.counts = make([]uint64, len(h.bounds))
	m.Set(name, h)
	return h
}

// A histogram counts values by the first bound that they do not exceed.
type histogram struct {
	bounds []float64

	mu     sync.Mutex
	counts []uint64
	count  uint64
	sum    float64
}

func (h *histogram) observe(value float64) {
	i, _ := slices.BinarySearch(h.bounds, value)
	h.mu.Lock()
	defer h.mu.Unlock()
	if i < len(h.counts) {
		h.counts[i]++
	}
	h.count++
	h.sum += value
}

// String returns the histogram as JSON. As with Prometheus, a bucket holds those
// before it.
func (h *histogram) String() string {
	var out struct {
		Count   uint64            `json:"count"`
		Sum     float64           `json:"sum"`
		Buckets map[string]uint64 `json:"buckets"`
	}
	out.Buckets = map[string]uint64{}
	h.mu.Lock()
	defer h.mu.Unlock()
	out.Count, out.Sum = h.count, h.sum
	below := uint64(0)
	for i, bound := range h.bounds {
		below += h.counts[i]
		out.Buckets[strconv.FormatFloat(bound, 'g', -1, 64)] = below
	}
	text, err := json.Marshal(out)
	if err != nil { // the sum is not finite
		return "null"
	}
	return string(text)
}
