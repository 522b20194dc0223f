package cluster

import (
	"github.com/cbb30ed1/reprint/cluster/internal/events"
	"github.com/cbb30ed1/reprint/cluster/internal/kinds"
	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Kind says what an event is.
type Kind = kinds.Kind

// The kinds of events. From has names as they were before the operation, Cluster names
// as they are after it. To keep a copy in sync, apply all events of an operation to the
// state before it.
const (
	Joined    = kinds.Joined    // ID, which is new, joined others in Cluster
	Left      = kinds.Left      // ID was removed; it had been in From
	Merged    = kinds.Merged    // all that remains of From is now in Cluster
	Moved     = kinds.Moved     // ID was in From and is now in Cluster
	Canonical = kinds.Canonical // the cluster From is now called Cluster
	Alone     = kinds.Alone     // ID, which is new, is the only one in Cluster, which has its name
)

// An Event is a change of clusters, which are named by the id of their
// canonical document: its Kind, and the fields ID, From and Cluster.
type Event = events.Event

// A change is what the operation under way has done so far.
type change struct {
	events.Journal
	changes uint64              // counts additions and removals since the index was opened
	stale   []*records.Document // documents whose boilerplate changed
	isStale map[*records.Document]bool

	effort likeness.Effort

	edges []edge // memory
	hints postings.Hints
}

// begin begins an operation.
func (c *change) begin(clusters records.Clusters) {
	c.Begin(clusters)
	clear(c.edges)
	*c = change{
		Journal: c.Journal, changes: c.changes,
		effort: likeness.Effort{Elements: mostClustered, Words: mostRejudged, Cut: c.effort.Cut},
		edges:  c.edges, hints: c.hints,
	}
}

// relabelled notes a document whose boilerplate changed.
func (c *change) relabelled(d *records.Document) {
	if c.isStale == nil {
		c.isStale = map[*records.Document]bool{}
	}
	if !c.isStale[d] {
		c.isStale[d] = true
		c.stale = append(c.stale, d)
	}
}
