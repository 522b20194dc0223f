package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// mostExpired is how many documents one commit removes at most.
const mostExpired = 1024

// Expire removes the documents whose time is before another, the oldest first, and
// returns how many it has removed. Options.WindowBy says which time counts. It takes
// several commits: after an error some documents may be gone.
func (s *Store) Expire(ctx context.Context, before time.Time) (int, error) {
	if err := s.ready(ctx); err != nil {
		return 0, err
	}
	n := 0
	for {
		r := &request{expire: &expiry{nanoseconds(before), mostExpired}}
		if err := s.submit(ctx, r); err != nil {
			return n, err
		}
		for _, op := range r.operations {
			if op.err != nil {
				return n, op.err
			}
			n++
		}
		if len(r.operations) < mostExpired {
			return n, nil
		}
	}
}

// expireOld removes documents that are older than the window.
func (c *committer) expireOld() error {
	o := &c.s.o
	if o.Window == 0 || c.newest == math.MinInt64 && o.WindowBy == ByPublished {
		c.expiring = false
		return nil
	}
	first := earlier(c.now(), o.Window)
	expired, err := c.expire(first, mostExpired)
	c.expiring = len(expired) == mostExpired
	for _, l := range c.touched {
		if l != nil && c.timeOf(l) < first {
			c.expiring = true // the commit itself has made it too old; the next one finds it
		}
	}
	return err
}

// timeOf returns the time by which a document expires.
func (c *committer) timeOf(l *record.Location) int64 {
	if c.s.o.WindowBy == ByArrival {
		return l.Arrived
	}
	return l.Published
}

// now returns the end of the window.
func (c *committer) now() int64 {
	if c.s.o.WindowBy == ByArrival {
		return c.clock
	}
	return c.newest
}

// tooOld returns an error that wraps ErrExpired if a document with this time of
// publication would expire at once.
func (c *committer) tooOld(published int64) error {
	o := &c.s.o
	if o.Window == 0 || o.WindowBy == ByArrival || c.newest == math.MinInt64 {
		return nil
	}
	if first := earlier(c.newest, o.Window); published < first {
		return fmt.Errorf("%w: it was published at %v, and the store keeps what was published since %v",
			ErrExpired, arrival(published).Format(time.RFC3339), arrival(first).Format(time.RFC3339))
	}
	return nil
}

// expire removes documents older than a time, the oldest first.
func (c *committer) expire(before int64, most int) (expired []*operation, err error) {
	kind := byte(keys.Published)
	if c.s.o.WindowBy == ByArrival {
		kind = keys.Arrival
	}
	err = disk.Scan(c.s.disk, []byte{kind}, keys.Timed(kind, before, 0), func(key, value []byte) (bool, error) {
		id := string(value)
		there, err := c.locate(id)
		if err != nil {
			return false, err
		}
		if len(key) != 17 || there == nil || there.Position != binary.BigEndian.Uint64(key[9:]) {
			return true, nil // this commit has already removed it
		}
		op := &operation{action: Expired, id: id, arrived: c.clock}
		c.remove(op, there)
		expired = append(expired, op)
		return len(expired) < most, nil
	})
	c.group.operations = append(c.group.operations, expired...)
	return expired, err
}

// earlier subtracts a duration, but returns no time before the first.
func earlier(t int64, d time.Duration) int64 {
	if t < math.MinInt64+int64(d) {
		return math.MinInt64
	}
	return t - int64(d)
}
