package store

import (
	"fmt"
	"math"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

const (
	// A commit takes no more requests once it has so many bytes, and a group none once it
	// has so many operations: bench/RESULTS.md has what it gains ("On disk").
	largestTaken     = 32 << 20
	defaultFullGroup = 16

	// A batch of Pebble cannot exceed 4 GiB, nor can memory on 32 bits.
	largestCommit = min(3<<30, math.MaxInt/4)
)

func errTooLarge(bytes int) error {
	return fmt.Errorf("%w: %d bytes, want %d at most: split the batch", ErrTooLarge, bytes, largestCommit)
}

// A group is some of the requests of a commit. The index takes the groups one after
// another, and the callers of each are answered before it takes the next: they go on
// meanwhile. Were all that wait at a time one group, index and callers would take turns.
type group struct {
	requests   []*request
	operations []*operation // in the order of their positions
	position   uint64       // of the last operation
	batch      *pebble.Batch
	changed    bool             // there is something to write
	view       *pebble.Snapshot // with what was written
}

// A state is what a store knows of its operations.
type state struct {
	position uint64 // of the last one
	newest   int64  // time of publication
	clock    int64  // time of the last arrival
}

// A committer collects requests in groups, gives positions to their operations, and
// makes all groups that wait durable at once. It runs in one goroutine. The index
// follows in another, so that the disk and the index work at the same time.
type committer struct {
	s *Store
	state
	expiring bool // there is, or may be, more to expire
	told     bool // that the machine's clock is wrong
	full     bool // the disk had no room for the last commit

	// Of the commit under way.
	from    uint64 // the position before it
	groups  []*group
	group   *group                      // the last one, which requests go into
	touched map[string]*record.Location // the documents that the commit changes; nil for one that it removes
	late    error                       // why nothing can be added

	recent recent // of the commits before
}

// load reads the state after the last commit.
func (c *committer) load() error {
	s := c.s
	var numbers [3]uint64
	for i, key := range [...][]byte{keys.Position, keys.Newest, keys.Clock} {
		var err error
		if numbers[i], err = disk.Number(s.disk, key); err != nil {
			return err
		}
	}
	c.position, c.newest, c.clock = numbers[0], int64(numbers[1]), int64(numbers[2])
	if c.position == 0 {
		c.newest, c.clock = math.MinInt64, math.MinInt64
	}
	return nil
}

func (c *committer) run() {
	defer close(c.s.applying)
	for {
		requests, open := c.s.queue.Take()
		if len(requests) == 0 && !c.expiring {
			if !open {
				return
			}
			<-c.s.queue.More()
			continue
		}
		if requests = c.admit(requests); len(requests) == 0 && !c.expiring {
			continue
		}
		if err := c.commit(requests); err != nil {
			c.expiring = false
			for _, r := range requests {
				r.err = err
				close(r.done)
			}
		}
	}
}

// commit commits requests and passes them on. If it returns an error, nothing of them
// was written, or the disk has failed.
func (c *committer) commit(requests []*request) error {
	s := c.s
	if err := s.disk.Check(); err != nil {
		return err
	}
	begin, before := time.Now(), c.state
	c.from, c.touched = c.position, map[string]*record.Location{}
	c.tick()
	if err := c.gather(requests); err != nil {
		c.state = before
		for _, g := range c.groups {
			g.batch.Close()
		}
		return err
	}
	if written, err := c.write(); err != nil {
		return err
	} else if written {
		s.o.Metrics.Observe(MetricCommit, time.Since(begin).Seconds())
		s.o.Metrics.Observe(MetricCommitted, float64(c.position-before.position))
	}
	c.recent.add(changed{c.touched, c.position})
	s.applying <- c.groups
	c.groups, c.group, c.touched = nil, nil, nil
	return nil
}

// gather puts requests into groups, and writes their operations into the batches of these.
func (c *committer) gather(requests []*request) error {
	c.groups = nil
	c.begin()
	for _, r := range requests {
		if len(c.group.operations) >= c.s.o.fullGroup {
			c.end()
			c.begin()
		}
		c.group.requests = append(c.group.requests, r)
		if err := c.take(r); err != nil {
			return err
		}
	}
	err := c.expireOld()
	c.end()
	return err
}

// begin begins a group.
func (c *committer) begin() {
	c.group = &group{position: c.position, batch: c.s.disk.NewBatch()}
	c.groups = append(c.groups, c.group)
}

// take enters the operations of a request.
func (c *committer) take(r *request) (err error) {
	switch {
	case r.expire != nil:
		r.operations, err = c.expire(r.expire.before, r.expire.most)
		return err
	case r.clock != nil:
		return c.set(r.clock)
	}
	for i, op := range r.operations {
		if i%ahead == 0 {
			c.locateAhead(r.operations[i:min(i+ahead, len(r.operations))])
		}
		if err := c.enter(op); err != nil {
			return err
		}
		op.found = nil
		c.group.operations = append(c.group.operations, op)
	}
	return nil
}

// end ends a group.
func (c *committer) end() {
	g := c.group
	if g.changed = g.changed || c.position > g.position; g.changed {
		g.position = c.position
		g.batch.Set(keys.Position, eightBytes(c.position), nil)
		g.batch.Set(keys.Newest, eightBytes(uint64(c.newest)), nil)
		g.batch.Set(keys.Clock, eightBytes(uint64(c.clock)), nil)
	}
}

// write writes the groups, each in one batch, and takes their views. It waits for the disk
// once, with the last batch: then it has those before, too.
func (c *committer) write() (written bool, err error) {
	s := c.s
	last := -1
	for i, g := range c.groups {
		if g.changed {
			last = i
		}
	}
	for i, g := range c.groups {
		if g.changed {
			sync := pebble.NoSync
			if i == last {
				sync = pebble.Sync
			}
			if err := s.disk.Write(g.batch, sync); err != nil {
				return false, err
			}
		}
		g.batch.Close()
		g.view = s.disk.NewSnapshot()
	}
	if last < 0 {
		return false, nil
	}
	if s.disk.Acknowledge(c.position, false) != nil {
		return false, s.disk.Failing()
	}
	return true, nil
}

// locate finds a document as it is after the operations so far.
func (c *committer) locate(id string) (*record.Location, error) {
	if l, ok := c.touched[id]; ok {
		return l, nil
	}
	return c.s.locate(c.s.disk, id)
}

// there finds the document of an operation, as locate does. What was found when the
// operation was prepared is still so if no group since then has changed it.
func (c *committer) there(op *operation) (*record.Location, error) {
	if _, ok := c.touched[op.id]; ok || op.foundAt == 0 || !c.recent.covers(op.foundAt) {
		return c.locate(op.id)
	}
	if l, ok := c.recent.after(op.foundAt, op.id); ok {
		return l, nil
	}
	return op.found, nil
}

// enter gives an operation its position, and writes its records into the batch.
func (c *committer) enter(op *operation) error {
	op.arrived = c.clock
	there, err := c.there(op)
	if err != nil {
		return err
	}
	if op.action != Added {
		if there != nil && (op.only == 0 || op.only == there.Position) {
			c.remove(op, there)
		}
		return nil
	}
	if there != nil && there.Hash == op.record.Hash {
		op.there = there.Position
		return nil
	}
	if c.late != nil {
		op.err = c.late
		return nil
	}
	if op.record.Entry == nil { // it was there when it was prepared
		if op.err = c.s.translate(c.s.complete(op)); op.err != nil {
			return nil
		}
	}
	to := record.Location{Arrived: op.arrived, Published: op.arrived, HasText: op.record.HasText, Hash: op.record.Hash}
	if published := op.record.Doc.Published; !published.IsZero() {
		to.Published = min(nanoseconds(published), op.arrived)
		if err := c.tooOld(to.Published); err != nil {
			op.err = err
			return nil
		}
		c.newest = max(c.newest, to.Published)
	}
	c.position++
	op.position, to.Position = c.position, c.position
	op.record.Arrived = op.arrived
	if there != nil {
		op.action = Updated
		op.record.Replaces = there.Position
		c.drop(there)
	}
	b := make([]byte, 0, len(op.record.Entry)+len(op.record.Doc.Title)+len(op.record.Doc.Site)+len(op.record.Doc.URL)+128)
	c.group.batch.Set(keys.Numbered(keys.Entry, op.position), op.record.Append(b), nil)
	if to.HasText {
		c.group.batch.Set(keys.Numbered(keys.Text, op.position), op.text, nil)
	}
	c.place(op.id, &to)
	return nil
}

// place writes the records that say where a document is, and when it expires.
func (c *committer) place(id string, at *record.Location) {
	c.group.batch.Set(keys.OfID(id), at.Append(nil), nil)
	c.group.batch.Set(keys.Timed(keys.Published, at.Published, at.Position), []byte(id), nil)
	c.group.batch.Set(keys.Timed(keys.Arrival, at.Arrived, at.Position), []byte(id), nil)
	c.touched[id] = at
}

// remove writes the records of a removal.
func (c *committer) remove(op *operation, there *record.Location) {
	c.position++
	op.position = c.position
	r := record.Removed{Expired: op.action == Expired, Arrived: op.arrived, Entry: there.Position, ID: op.id}
	c.group.batch.Set(keys.Numbered(keys.Removal, op.position), r.Append(nil), nil)
	c.group.batch.Delete(keys.OfID(op.id), nil)
	c.drop(there)
	c.touched[op.id] = nil
}

// drop deletes all records of a document but its entry. That stays in the log until
// a checkpoint: documents that came later may have been clustered through it.
func (c *committer) drop(there *record.Location) {
	if there.HasText {
		c.group.batch.Delete(keys.Numbered(keys.Text, there.Position), nil)
	}
	c.group.batch.Delete(keys.Timed(keys.Published, there.Published, there.Position), nil)
	c.group.batch.Delete(keys.Timed(keys.Arrival, there.Arrived, there.Position), nil)
}
