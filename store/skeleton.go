package store

import (
	"context"
	"iter"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
)

// A Store is a detector on disk. Its methods are safe for concurrent use: texts
// are read side by side, and operations that wait at the same time share one write
// to the disk, so that many callers together are much faster than one.
type Store struct{}

// A Document is what a store knows of one of its documents; Text returns the
// text. Times are in UTC.
type Document struct {
	reprint.Document           // without its Text
	Arrived          time.Time // when it was added, by the clock
	Position         uint64    // of the operation that added it
}

// Stats are those of the detector and of the disk.
type Stats struct {
	cluster.Stats
	Position  uint64 // of the last operation
	Log       uint64 // operations kept, to be replayed when the store is opened
	DiskBytes uint64
}

// A Problem is an inconsistency that Check has found.
type Problem struct {
	Key  []byte // of the record in question, or nil
	ID   string // of the document, where known
	What string
}

// Error returns the problem in words.
func (p Problem) Error() string { return p.What }

// Open opens the store in a folder, or makes one there if there is none. The
// error wraps ErrLocked, ErrVersion, ErrScheme, ErrNotStore, ErrCorrupt or
// ErrOptions, or is one of the file system.
func Open(dir string, o Options) (*Store, error) { panic("not yet") }

// Close writes what is waiting and closes the store. Methods that are called
// from then on return ErrClosed. It may be called again.
func (s *Store) Close() error { panic("not yet") }

// Add adds a document, or replaces the one with the same id, and answers what
// it matches and where it belongs, as Detector.Add does. A document that is there
// with exactly this text and metadata is left as it is: the answer then has no
// events, and nothing is written.
//
// Where ctx is done before the document was written, it is not added. Once it is
// being written, Add waits for the outcome.
func (s *Store) Add(ctx context.Context, doc reprint.Document) (reprint.Added, error) {
	panic("not yet")
}

// AddAll adds a batch of documents in the order of Detector.AddAll, by publication
// and then by id, in one commit: all of them or, if there is an error, none.
// Texts are read by so many threads side by side; 0 means one. visit, if not
// nil, is called for each document, in that order, when all are added.
func (s *Store) AddAll(ctx context.Context, docs iter.Seq2[reprint.Document, error], threads int, visit func(id string, a reprint.Added)) error {
	panic("not yet")
}

// Remove removes a document and its text. It reports whether the document was
// there, and how the clusters changed.
func (s *Store) Remove(ctx context.Context, id string) ([]reprint.Event, bool, error) {
	panic("not yet")
}

// RemoveAll removes documents in one commit: all of them or, if there is an
// error, none. It returns how many there were.
func (s *Store) RemoveAll(ctx context.Context, ids iter.Seq[string]) (int, error) {
	panic("not yet")
}

// Expire removes the documents whose time, as Options.WindowBy has it, is before
// another, the oldest first, and returns how many there were. It does so in
// several commits: after an error some may be gone.
func (s *Store) Expire(ctx context.Context, before time.Time) (int, error) { panic("not yet") }

// Query answers what a document would match, without adding it.
func (s *Store) Query(doc reprint.Document) ([]reprint.Match, error) { panic("not yet") }

// Cluster returns the cluster of a document, or an error that wraps ErrUnknown.
func (s *Store) Cluster(id string) (reprint.Cluster, error) { panic("not yet") }

// Clusters yields all clusters, as Detector.Clusters does. An error comes last.
func (s *Store) Clusters() iter.Seq2[reprint.Cluster, error] { panic("not yet") }

// Explain says why two documents are together or apart.
func (s *Store) Explain(a, b string) (reprint.Explanation, error) { panic("not yet") }

// Match compares two documents by themselves, as Detector.Match does.
func (s *Store) Match(a, b reprint.Document) (reprint.Match, bool, error) { panic("not yet") }

// Compare says how two documents relate, as Detector.Compare does.
func (s *Store) Compare(a, b reprint.Document) (reprint.Comparison, error) { panic("not yet") }

// Text returns the text of a document. The error wraps ErrUnknown if the document
// is not there, ErrNoText if its text was not kept, or is that of Options.Fetch.
func (s *Store) Text(id string) (string, error) { panic("not yet") }

// Document returns what is known of a document, or an error that wraps
// ErrUnknown.
func (s *Store) Document(id string) (Document, error) { panic("not yet") }

// Documents yields all documents by id. One that comes or goes meanwhile may be
// among them or not. An error comes last.
func (s *Store) Documents() iter.Seq2[Document, error] { panic("not yet") }

// Len returns the number of documents, 0 when the store is closed.
func (s *Store) Len() int { panic("not yet") }

// Stats returns counts of what the store holds and has done since it was
// opened.
func (s *Store) Stats() (Stats, error) { panic("not yet") }

// Events yields what operations did, from a position on, up to the last; 0 and 1
// are the first. An error comes last; it wraps ErrTrimmed if from is a position
// that is no longer kept.
func (s *Store) Events(ctx context.Context, from uint64) iter.Seq2[Change, error] {
	panic("not yet")
}

// Follow is Events, and then waits for more. It ends with the error of ctx, or
// with one that wraps ErrClosed.
func (s *Store) Follow(ctx context.Context, from uint64) iter.Seq2[Change, error] {
	panic("not yet")
}

// Check walks over all that is kept and returns every inconsistency that it
// finds, of the first 1,000. The error says why it could not look.
func (s *Store) Check(ctx context.Context) ([]Problem, error) { panic("not yet") }
