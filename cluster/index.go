package cluster

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/hits"
	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// An Index holds documents and their clusters. It is safe for concurrent use:
// queries run side by side, additions and removals one at a time.
type Index struct {
	o       Options
	backend backend

	mu       sync.RWMutex
	docs     *records.Documents
	groups   *records.Groups
	shingles postings.Lists
	bands    postings.Lists
	clock    uint64 // counts arrivals
	stats    Stats
	scratch  sync.Pool

	change   change       // what the operation under way has done so far
	unlisted []join.Bands // of documents that were loaded, until they are in the lists
	limits   limits
	failed   atomic.Pointer[error]
	listing  chan struct{} // has room for the large clusters that are listed at a time
}

// A backend is where an index keeps what it knows: in memory, or in a storage.
type backend interface {
	// begin begins an operation that changes the index, at a position where there
	// is a storage.
	begin(position uint64) error

	// position returns that of the last operation, and written that of the last one
	// in the storage.
	position() uint64
	written() uint64

	// listed tells which documents of the lists are there; nil says that all are.
	listed() bitset.Set

	// hints returns hints for the keys of a document and its entry, those of bands before
	// those of the sample, or nil where hints are of no use.
	hints(d *records.Document, e *records.Entry) postings.Hints

	// readAhead reads what adding an entry will look up, and readAheadRemoval what
	// removing a document will.
	readAhead(p Prepared)
	readAheadRemoval(id string)

	mayHave(id string) bool

	// retired is told that a number was retired.
	retired()

	// evict takes out of memory what is too much there, between operations, and
	// full reports whether there is anything too much.
	evict()
	full() bool

	// keepsBands reports whether documents keep their bands to explain them.
	keepsBands() bool

	// clusters yields all clusters, after it has told as of which position they are.
	clusters(at func(position uint64), yield func(Cluster) bool)
	checkpoint() (position uint64, err error)
	entries() map[uint64]bool
	check(report func(error))
	reads() (all, vain int)
	close() error
}

// limits are set by tests, so that what needs many documents happens with few.
type limits struct {
	retired int  // numbers below which they are not swept out of the lists
	merged  int  // postings that a checkpoint merges, if there are so many to merge
	dense   bool // whether documents are packed as no storage has them
}

// New returns an empty index in memory, or an error that wraps ErrOptions.
func New(o Options) (*Index, error) {
	x, err := withoutBackend(o)
	if err != nil {
		return nil, err
	}
	shingles, bands := postings.NewTable(x.listBounds()), postings.NewTable(x.listBounds())
	x.shingles, x.bands = shingles, bands
	x.docs, x.groups = records.InMemory(x.o.NewJudge != nil)
	x.limits.dense = true
	x.backend = &inMemory{x: x, lists: [2]*postings.Table{shingles, bands}}
	return x, nil
}

// withoutBackend returns an index that has no backend yet.
func withoutBackend(o Options) (*Index, error) {
	o, err := o.WithDefaults()
	if err != nil {
		return nil, err
	}
	return &Index{
		o: o,
		// The other half of the processors is for additions.
		listing: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
		limits:  limits{retired: 1024, merged: 1 << 20},
		scratch: sync.Pool{New: func() any {
			s := new(scratch)
			if o.NewJudge != nil {
				s.judges = o.NewJudge()
			}
			return s
		}},
	}, nil
}

func (x *Index) listBounds() postings.Options {
	return postings.Options{Longest: longestList, Frequent: fewHolders, GivesWay: x.givesWay}
}

// givesWay chooses which document leaves a list that is full: the oldest one of the site
// that has the most in it, so that no site fills a list with pages of its own. All whose
// site is unknown are one.
func (x *Index) givesWay(list []postings.Posting, next postings.Posting) int {
	var shares hits.Shares
	shares.Add(x.docs.Briefs[next.Number()].Site)
	for _, p := range list {
		shares.Add(x.docs.Briefs[p.Number()].Site)
	}
	return slices.IndexFunc(list, func(p postings.Posting) bool {
		return shares.IsLargest(x.docs.Briefs[p.Number()].Site)
	})
}

// Len returns the number of documents.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.docs.Count()
}

// A Match is a document that was found to match another.
type Match struct {
	ID string `json:"id"`
	Figures
	Verdict Verdict `json:"verdict"` // what the judge found, 0 if none was asked

	// Digest says that one of the two holds several articles of others, as a newsletter
	// does, and the other is one of these. They are not one article.
	Digest bool `json:"digest,omitempty"`

	// Together says that both are in one cluster. A document that is not added is in none.
	Together bool `json:"together,omitempty"`
}

// Added is the answer to Add.
type Added struct {
	Cluster string  `json:"cluster"`           // the id of the canonical document of its cluster
	Size    int     `json:"size"`              // the number of documents in it
	Matches []Match `json:"matches,omitempty"` // with documents that were there, the strongest first
	Events  []Event `json:"events,omitempty"`  // how the clusters changed

	// Position is that of the addition: in memory the number of additions and removals
	// so far.
	Position uint64 `json:"position"`
}

// Add adds a document, or replaces the one with the same id, and answers what
// it matches and where it belongs. It keeps nothing of the entry's memory. It
// returns an error that wraps ErrID if the id is empty.
func (x *Index) Add(e Entry) (Added, error) {
	p, err := x.Prepare(e)
	if err != nil {
		return Added{}, err
	}
	return x.AddPrepared(p)
}

// AddPrepared adds an entry that was prepared by the same index, which must be
// in memory.
func (x *Index) AddPrepared(p Prepared) (Added, error) { return x.AddAt(p, 0) }

// AddAt adds an entry that was prepared by the same index, and stands at a
// position in its storage: that of the operation, which is greater than all
// before.
func (x *Index) AddAt(p Prepared, position uint64) (a Added, err error) {
	if p.doc == nil {
		return Added{}, fmt.Errorf("%w: the entry was not prepared", ErrID)
	}
	return x.addOf(p, position, true, true)
}

// EnterAt adds an entry as AddAt does, and answers no more than how the clusters changed.
func (x *Index) EnterAt(p Prepared, position uint64) ([]Event, error) {
	if p.doc == nil {
		return nil, fmt.Errorf("%w: the entry was not prepared", ErrID)
	}
	a, err := x.addOf(p, position, false, true)
	return a.Events, err
}

// addOf adds an entry. It answers, and tells the events, if that is wanted.
func (x *Index) addOf(p Prepared, position uint64, answer, events bool) (a Added, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	defer x.rescue(&err)
	if len(p.Wholes) > 0 {
		return a, fmt.Errorf("%w: %q comes with the last batch, but something else came before it", ErrOptions, p.ID())
	}
	x.enterLoaded()
	if err := x.begin(position, false); err != nil {
		return Added{}, err
	}
	d := p.doc.Unused()
	if p.Entry.Position = position; x.limits.dense {
		records.Densely(d, p.Entry) // another index may have prepared it
	}
	if old := x.docs.Find(d.ID); old != nil {
		x.remove(old)
	} else if x.docs.Full() {
		return Added{}, fmt.Errorf("%w: it holds %d documents, remove some", ErrFull, x.docs.Count())
	}
	f := x.add(d, p.Entry, x.backend.hints(d, p.Entry))
	x.change.changes++
	if answer {
		a.Cluster, a.Size, a.Position = x.clustered().Cluster(d), x.clustered().Size(d), x.backend.position()
		a.Matches = x.answer(d, &x.docs.Briefs[d.Number], p.Entry, &f)
	}
	if events {
		a.Events = x.change.Events(d)
	}
	x.backend.evict()
	return a, nil
}

// begin begins an operation that changes the index. again says that it has the
// position of the one before.
func (x *Index) begin(position uint64, again bool) error {
	if err := x.Err(); err != nil {
		return err
	}
	if !again {
		if err := x.backend.begin(position); err != nil {
			return err
		}
	}
	x.change.begin(x.clustered())
	return nil
}

// Query answers what a document would match, without adding it.
func (x *Index) Query(e Entry) []Match {
	p := x.prepare(&e)
	defer x.evictIfIdle()
	x.rlock()
	defer x.mu.RUnlock()
	defer x.rescue(nil)
	if x.Err() != nil {
		return nil
	}
	f := x.search(p.doc, &p.Brief, p.Entry, nil)
	return x.answer(p.doc, &p.Brief, p.Entry, &f)
}

// Match compares two entries by themselves, without the index, and reports
// whether they match.
func (x *Index) Match(a, b Entry) (Match, bool) {
	p, q := x.prepare(&a), x.prepare(&b)
	e, ok := x.compare(p, q)
	return Match{ID: b.ID, Figures: figures(&e.Match), Verdict: Verdict(e.Verdict)}, ok
}

// compare compares two entries by themselves.
func (x *Index) compare(p, q Prepared) (evidence, bool) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	same := p.Brief.SameSite(&q.Brief)
	if !x.allowed(p.doc, q.doc, same) {
		return evidence{}, false
	}
	own, other := x.sketch(p.doc, &s.own), x.sketch(q.doc, &s.other)
	own.Sequence, other.Sequence = s.own.Sequence(p.Sequence), s.other.Sequence(q.Sequence)
	e := compare(&own, &other)
	return e, x.matching(p.doc, q.doc, &e.Match, same) && s.judge(&e, &own, &other, same)
}

// Remove removes a document of an index in memory and takes its influence away.
// It reports whether the document was there, and how the clusters changed.
func (x *Index) Remove(id string) ([]Event, bool) {
	events, ok, _ := x.RemoveAt(id, 0)
	return events, ok
}

// RemoveAt removes a document as Remove does, as the operation at a position of
// a storage. Several in a row may have the same.
func (x *Index) RemoveAt(id string, position uint64) (events []Event, ok bool, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	defer x.rescue(&err)
	if err := x.begin(position, x.backend.position() == position); err != nil {
		return nil, false, err
	}
	d := x.docs.Find(id)
	if d == nil {
		return nil, false, nil
	}
	x.enterLoaded()
	x.remove(d)
	x.change.changes++
	events = x.change.Events(nil)
	x.backend.evict()
	return events, true, nil
}
