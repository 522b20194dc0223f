// Package memory bounds what waits to be collected.
package memory

import (
	"context"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Pace keeps the memory that is waiting to be collected small beside what is
// in use, while a small heap is let grow by some rather than be collected all
// the time. Most of what a run holds has no pointers, so that a collection is
// cheap.
func Pace(ctx context.Context) {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	was := 0
	for {
		metrics.Read(live)
		n := float64(live[0].Value.Uint64())
		percent := int(math.Ceil(100 * max(leastGarbage, n*leastShare) / max(n, leastGarbage/4)))
		if percent != was {
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

const (
	leastGarbage = 48 << 20
	leastShare   = .06
)
