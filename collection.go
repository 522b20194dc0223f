package reprint

import (
	"context"
	"fmt"
	"iter"
)

// A Collection is documents and their clusters: a [Detector], in memory, or a Store of
// package store, on disk. The same operations in the same order give both the same
// clusters, figures and events, so that one can stand for the other, as a Detector does in
// tests. What writes takes a context, as it may have to wait; what reads does not.
//
// They differ in this. A Store leaves a document alone that comes again as it was, and a
// Detector replaces it. A Store has a feed of what it did, with the positions of Added and
// Snapshot. It lets documents expire, keeps texts and metadata, and its methods fail when
// the disk does.
type Collection interface {
	// Add adds a document, or replaces the one with the same id.
	Add(ctx context.Context, doc Document) (Added, error)

	// AddAll adds a batch in order of publication, then of id.
	AddAll(ctx context.Context, docs iter.Seq2[Document, error], o AddAllOptions) error

	// Remove removes a document. It says how clusters changed, and whether it was there.
	Remove(ctx context.Context, id string) ([]Event, bool, error)

	// Query says what a document is among those that are there, and adds nothing.
	Query(doc Document) (Decision, error)

	// Cluster and ClusterPart return the cluster of a document, or some of its members.
	// Clusters yields all, and Snapshot with their position. Len counts documents.
	Cluster(id string) (Cluster, error)
	ClusterPart(id, begin string, limit int) (ClusterPart, error)
	Clusters() iter.Seq2[Cluster, error]
	Snapshot() (*Snapshot, error)
	Len() int

	// Explain says why two documents are together or apart, Compare how any two
	// relate, and Match whether they match by themselves.
	Explain(a, b string) (Explanation, error)
	Compare(a, b Document) (Comparison, error)
	Match(a, b Document) (Match, bool, error)
}

var _ Collection = (*Detector)(nil)

// A Decision says what a document is among others: new, or a copy, an excerpt or a revision
// of one. Of several that it matches, the one of the closest relation counts, a copy before
// an excerpt before a revision, and then the strongest match.
type Decision struct {
	Relation Relation `json:"relation,omitempty"` // "" if it is new, else to the document Of
	Of       string   `json:"of,omitempty"`
	Cluster  string   `json:"cluster"`           // the id of the canonical document of its cluster
	Size     int      `json:"size"`              // the number of documents in it
	Matches  []Match  `json:"matches,omitempty"` // with documents that were there, the strongest first
}

// New reports whether the document carries no article that was there.
func (d Decision) New() bool { return d.Of == "" }

// Added is the answer to Add. Size counts the document.
type Added struct {
	Decision
	Events   []Event `json:"events,omitempty"` // how the clusters changed
	Position uint64  `json:"position"`         // of the operation that added it: in memory how many additions and removals there were
}

// A Snapshot is all clusters as they are after one operation. To keep a copy in sync, take
// the clusters from it, and go on with the feed from Position+1. What describes members
// (site, title, URL, time) may be of a later operation.
type Snapshot struct {
	Position uint64 // of the last operation that the clusters show
	clusters iter.Seq2[Cluster, error]
	close    func()
	closed   bool
}

// NewSnapshot begins to list clusters: list tells their position before it yields the first
// one. It is for those who implement a Collection.
func NewSnapshot(list func(at func(position uint64)) iter.Seq2[Cluster, error]) (*Snapshot, error) {
	s := &Snapshot{}
	next, stop := iter.Pull2(list(func(position uint64) { s.Position = position }))
	c, err, ok := next()
	if err != nil {
		stop()
		return nil, err
	}
	s.close = stop
	s.clusters = func(yield func(Cluster, error) bool) {
		if s.closed {
			yield(Cluster{}, ErrSnapshotClosed)
			return
		}
		for ok && yield(c, err) {
			c, err, ok = next()
		}
	}
	return s, nil
}

// Clusters yields the clusters, as Clusters of a [Collection] does. Range over it once, and
// before Close: after it, it yields ErrSnapshotClosed.
func (s *Snapshot) Clusters() iter.Seq2[Cluster, error] { return s.clusters }

// Close ends the snapshot, and releases what it holds.
func (s *Snapshot) Close() {
	s.closed = true
	s.close()
}

// A DocumentError says which document of a batch could not be added. It wraps the reason.
type DocumentError struct {
	ID  string
	Err error
}

// Error returns the reason and the id.
func (e *DocumentError) Error() string { return fmt.Sprintf("%v: document %q", e.Err, e.ID) }

// Unwrap returns the reason.
func (e *DocumentError) Unwrap() error { return e.Err }
