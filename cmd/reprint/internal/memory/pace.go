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

// used is what the runtime has of memory, in bytes.
type used struct {
	live   float64 // by objects, at the last collection
	gaps   float64 // between objects
	others float64 // not by the heap
}

func (p *pacer) run(ctx context.Context) {
	given := debug.SetMemoryLimit(-1) // by GOMEMLIMIT
	defer debug.SetMemoryLimit(given)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	read, was := reader(), 0
	for {
		u := read()
		percent := p.percent(u.live, u.gaps)
		if percent != was {
			debug.SetGCPercent(percent)
			was = percent
		}
		if p.begun.Load() {
			debug.SetMemoryLimit(min(given, u.limit(percent)))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// limit returns how much memory the process is to have where its heap may grow by so much.
// What is above that is given back to the system; without a limit the runtime keeps a tenth of
// the heap that nothing is in. It leaves the heap room to grow by all of that.
func (u used) limit(percent int) int64 {
	return int64(1.04*(max(u.live, leastGarbage/4)*(1+float64(percent)/100)+u.gaps+u.others)) + 8<<20
}

// reader returns a function that asks the runtime.
func reader() func() used {
	names := [...]string{"/gc/heap/live:bytes", "/memory/classes/heap/unused:bytes", "/memory/classes/total:bytes",
		"/memory/classes/heap/objects:bytes", "/memory/classes/heap/free:bytes", "/memory/classes/heap/released:bytes"}
	samples := make([]metrics.Sample, len(names))
	for i, name := range names {
		samples[i].Name = name
	}
	return func() used {
		metrics.Read(samples)
		at := func(i int) float64 { return float64(samples[i].Value.Uint64()) }
		return used{at(0), at(1), at(2) - at(1) - at(3) - at(4) - at(5)}
	}
}

// percent returns by how much the heap may grow, where objects have so many bytes, and gaps
// between them.
func (p *pacer) percent(live, gaps float64) int {
	share := leastShare
	if p.reading.Load() > 0 {
		share = readingShare
	}
	garbage := max(leastGarbage, live*share)
	if p.begun.Load() {
		garbage = max(garbage, p.most-live-gaps) // the peak is no higher if it is had again
		p.most = max(p.most, live+garbage)
	}
	return int(math.Ceil(100 * garbage / max(live, leastGarbage/4)))
}

const (
	leastGarbage = 48 << 20
	leastShare   = .06
	readingShare = .35
)
