package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// defaultClockStep is longer than a month, after which somebody may add the next one's
// documents. Clocks that are wrong by less do harm, too, but cannot be told from that.
const defaultClockStep = 32 * 24 * time.Hour

// mostMoved is how many documents one commit of SetClock changes at most.
const mostMoved = 1 << 16

// A Clock is what a store knows of time. Times are zero where nothing was added yet.
type Clock struct {
	Arrived   time.Time `json:"arrived,omitzero"`   // when the last operation came
	Published time.Time `json:"published,omitzero"` // the latest known time of publication, of all documents that there ever were
	Ahead     int       `json:"ahead"`              // documents that arrived after the present time of Options.Now
}

// Clock returns what the store knows of time, by which documents expire.
func (s *Store) Clock() (c Clock, err error) {
	err = s.read(func(v *view) error {
		for _, t := range [...]struct {
			key []byte
			to  *time.Time
		}{{keys.Clock, &c.Arrived}, {keys.Newest, &c.Published}} {
			n, err := disk.Number(v, t.key)
			if err != nil {
				return err
			}
			if n != 0 && int64(n) != math.MinInt64 {
				*t.to = arrival(int64(n))
			}
		}
		return disk.Scan(v, keys.Timed(keys.Arrival, after(nanoseconds(s.o.Now())), 0), []byte{keys.Arrival + 1}, func(_, _ []byte) (bool, error) {
			c.Ahead++
			return true, nil
		})
	})
	return c, err
}

// SetClock sets the clock of the store, from which the machine's may be as far ahead as
// Options.ClockStep: to the present time after a long pause, or after the clock was
// wrong. Documents that arrived or were published later then count as of that time.
// It takes several commits: after an error repeat it.
func (s *Store) SetClock(ctx context.Context, to time.Time) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	for {
		r := &request{clock: &setting{to: nanoseconds(to)}}
		if err := s.submit(ctx, r); err != nil {
			return err
		}
		if r.clock.moved < mostMoved {
			return nil
		}
	}
}

// A setting asks to set the clock.
type setting struct {
	to    int64
	moved int // documents that arrived later, and do no longer
}

// tick brings the clock up to date. If the machine's is further ahead than it may be,
// the clock stays, and what this commit adds is refused.
func (c *committer) tick() {
	o := &c.s.o
	now := nanoseconds(o.Now())
	c.late = nil
	step := int64(o.ClockStep)
	switch {
	case c.clock == math.MinInt64 || step < 0:
	case now > c.clock && uint64(now)-uint64(c.clock) > uint64(step):
		c.late = fmt.Errorf("%w: it says %s, and the last document came at %s: if it is right now, set the one of the store with SetClock or \"reprint db clock DIR --set now\"",
			ErrClock, arrival(now).Format(time.RFC3339), arrival(c.clock).Format(time.RFC3339))
		c.tell("documents are refused: the clock is too far ahead of the last one", now)
		return
	case now < c.clock && uint64(c.clock)-uint64(now) > uint64(step):
		c.tell("the clock is far behind the last document, see \"reprint db clock\"", now)
	default:
		c.told = false
	}
	c.clock = max(c.clock, now)
}

// tell logs that the clock is wrong, once until it is right again.
func (c *committer) tell(what string, now int64) {
	if !c.told {
		c.s.o.Logger.Error(what, "clock", arrival(now), "last", arrival(c.clock))
	}
	c.told = true
}

// set sets the clock, and moves documents that came later to that time.
func (c *committer) set(r *setting) error {
	if c.position == 0 {
		return nil // there is nothing that came
	}
	c.clock, c.newest, c.group.changed = r.to, min(c.newest, r.to), true
	move := func(id string, there *record.Location) {
		c.group.batch.Delete(keys.Timed(keys.Published, there.Published, there.Position), nil)
		c.group.batch.Delete(keys.Timed(keys.Arrival, there.Arrived, there.Position), nil)
		to := *there
		to.Arrived, to.Published = min(to.Arrived, r.to), min(to.Published, r.to)
		c.place(id, &to)
		r.moved++
	}
	for id, there := range c.touched {
		if there != nil && there.Arrived > r.to {
			move(id, there)
		}
	}
	return disk.Scan(c.s.disk, keys.Timed(keys.Arrival, after(r.to), 0), []byte{keys.Arrival + 1}, func(key, value []byte) (bool, error) {
		id := string(value)
		if _, ok := c.touched[id]; ok {
			return true, nil
		}
		there, err := c.locate(id)
		if err != nil {
			return false, err
		}
		if there != nil {
			move(id, there)
		}
		return r.moved < mostMoved, nil
	})
}

// after returns the next moment.
func after(t int64) int64 {
	if t == math.MaxInt64 {
		return t
	}
	return t + 1
}

// nanoseconds returns the nanoseconds since 1970. Times before 1678 and after 2261
// count as the first and the last that 64 bits can tell.
func nanoseconds(t time.Time) int64 {
	switch y := t.UTC().Year(); {
	case y < 1678:
		return math.MinInt64
	case y > 2261:
		return math.MaxInt64
	}
	return t.UnixNano()
}

// arrival returns the time of so many nanoseconds since 1970.
func arrival(nanoseconds int64) time.Time { return time.Unix(0, nanoseconds).UTC() }
