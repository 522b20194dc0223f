package store

import (
	"errors"
	"time"

	"github.com/cbb30ed1/reprint/cluster"
)

// applyAll adds the groups of each commit to the index, in their order, and answers the
// callers: those of the last group once the changes that the commit made are written.
func (s *Store) applyAll() {
	for groups := range s.applying {
		s.applied.Lock()
		last := len(groups) - 1
		for _, g := range groups[:last] {
			s.apply(g)
			g.answer()
		}
		s.apply(groups[last])
		s.feed.write(s)
		s.applied.Unlock()
		s.checkpointer.step(s, s.index.Position())
		groups[last].answer()
	}
}

// answer tells the callers of a group that their requests are applied.
func (g *group) answer() {
	for _, r := range g.requests {
		close(r.done)
	}
}

// apply adds a group to the index, and shows it to readers.
func (s *Store) apply(g *group) {
	begin := time.Now()
	was := s.index.Counters()
	changes := make([]Change, 0, len(g.operations))
	next := s.aheadOf(g.operations)
	for i, op := range g.operations {
		if i%ahead == 0 {
			next()
		}
		switch {
		case errors.Is(op.err, ErrClock):
		case op.err != nil:
			s.o.Metrics.Count(MetricTooOld, 1)
		case op.position != 0:
			if c, ok := s.applyOne(op); ok {
				changes = append(changes, c)
				s.o.Metrics.Count(metricOf[c.Action], 1)
				s.o.Metrics.Count(MetricEvents, int64(len(c.Events)))
			}
		case op.action == Added:
			if op.wants == wantsAll {
				op.answer, op.err = s.index.Lookup(op.id)
				op.err = s.translate(op.err)
			}
			op.answer.Position = op.there
			s.o.Metrics.Count(MetricUnchanged, 1)
		}
	}
	s.show(g.view, g.position)
	s.feed.note(changes)
	now := s.index.Counters()
	s.o.Metrics.Count(MetricCandidates, int64(now.Candidates-was.Candidates))
	s.o.Metrics.Count(MetricMatches, int64(now.Matches-was.Matches))
	s.o.Metrics.Count(MetricSkipped, int64(now.Skipped-was.Skipped))
	s.o.Metrics.Observe(MetricApply, time.Since(begin).Seconds())
}

// applyOne applies to the index an operation that is on disk. It returns what it
// changed.
func (s *Store) applyOne(op *operation) (Change, bool) {
	c := Change{Position: op.position, Time: arrival(op.arrived), Action: op.action, ID: op.id}
	switch op.action {
	case Added, Updated:
		if op.wants == wantsAll {
			op.answer, op.err = s.index.AddAt(op.prepared, op.position)
			c.Events = op.answer.Events
		} else {
			c.Events, op.err = s.index.EnterAt(op.prepared, op.position)
			op.answer.Position = op.position
		}
		if errors.Is(op.err, ErrFull) {
			// The document is in the log, which must not have what the index lacks.
			// A replay finds the index full, too.
			s.queue.Put(&request{operations: []*operation{{action: Removed, id: op.id, only: op.position}}, done: make(chan struct{})}, 0)
		}
	case Removed, Expired:
		op.events, _, op.err = s.index.RemoveAt(op.id, op.position)
		c.Events = op.events
	}
	if errors.Is(op.err, cluster.ErrStorage) {
		s.unreadable(op.err)
	}
	op.err = s.translate(op.err)
	return c, op.err == nil
}

var metricOf = [...]string{Added: MetricAdded, Updated: MetricAdded, Removed: MetricRemoved, Expired: MetricExpired}
