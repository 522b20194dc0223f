// Package memory bounds what waits to be collected.
package memory

import (
	"context"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"
)

// Pace keeps the memory that is waiting to be collected small beside what is
// in use, while a small heap is let grow by some rather than be collected all
// the time. What it returns is for Reading.
func Pace(ctx context.Context) context.Context {
	p := new(pacer)
	go p.run(ctx)
	return context.WithValue(ctx, pacerKey{}, p)
}

// Reading says that a collection is being read of which what comes later takes more
// memory than to read it does, so that more may wait to be collected. Callers call done
// when all was read.
func Reading(ctx context.Context) (done func()) {
	p, ok := ctx.Value(pacerKey{}).(*pacer)
	if !ok {
		return func() {}
	}
	p.begun.Store(true)
	p.reading.Add(1)
	return func() { p.reading.Add(-1) }
}

type pacerKey struct{}

type pacer struct {
	reading atomic.Int32
	begun   atomic.Bool // reading a collection: this process ends when it is done with it
	most    float64     // bytes that the heap was let have since
}

func (p *pacer) run(ctx context.Context) {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	was := 0
	for {
		metrics.Read(live)
		if percent := p.percent(float64(live[0].Value.Uint64())); percent != was {
			debug.SetGCPercent(percent)
			was = percent
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// percent returns by how much the heap may grow, of which so many bytes are in use.
func (p *pacer) percent(live float64) int {
	share := leastShare
	if p.reading.Load() > 0 {
		share = readingShare
	}
	garbage := max(leastGarbage, live*share)
	if p.begun.Load() {
		garbage = max(garbage, p.most-live) // the peak is no higher if it is had again
		p.most = max(p.most, live+garbage)
	}
	return int(math.Ceil(100 * garbage / max(live, leastGarbage/4)))
}

const (
	leastGarbage = 48 << 20
	leastShare   = .06
	readingShare = .25
)
