package cluster

import (
	"context"
	"sync/atomic"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
)

// WithMeter returns a context with which AddBatch, to an empty index, adds up the nanoseconds in
// which all of its threads have work. The rest of the time is that of one thread.
func WithMeter(ctx context.Context, spent *atomic.Int64) context.Context {
	return join.WithMeter(ctx, spent)
}
