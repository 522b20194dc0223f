package cluster

import (
	"cmp"
	"container/heap"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// An Entry is a document as the index takes it.
type Entry struct {
	ID        string    // not empty; an entry with the same id is replaced
	Site      string    // who published it, if known
	Published time.Time // when, if known
	Words     int       // the number of words
	Bands     []uint64  // the keys of its LSH bands
	Set       Set       // its shingles, sorted

	_ struct{}
}

// A Match is a document that was found to match another.
type Match struct {
	ID string
	Figures
}

// An Index holds documents and their clusters. It is safe for concurrent use:
// queries run side by side, additions and removals one at a time.
type Index struct {
	o Options

	mu       sync.RWMutex
	numbers  map[string]uint32
	docs     []*document // by number; nil where unused
	unused   []uint32
	shingles *postings
	bands    *postings
	clock    uint64 // counts arrivals
	stats    Stats
	scratch  sync.Pool

	change change // what the operation under way has done so far
}

// Stats counts what an index has done and holds.
type Stats struct {
	Documents  int // there now
	Indexed    int // of which with entries of their own in the index
	Entries    int // these entries: bands and sampled shingles
	Candidates int // documents verified so far
	Matches    int // of which matched
	Skipped    int // candidates beyond the bound, not verified
}

// A document is one in the index. It is either a representative, with entries
// in the index and a place in a cluster, or follows one.
type document struct {
	id, site string
	time     int64 // of publication in nanoseconds; MaxInt64 where unknown
	arrival  uint64
	number   uint32
	words    int
	size     int // distinct shingles
	sketch
	bands   []uint64
	sampled int // the first so many elements are in the index

	follows   *document // its representative, or nil
	likeness  Figures   // between the two
	slot      int       // its place among the followers
	followers followers
	gone      bool // removed, but kept for its followers
	kept      int  // how many these were then
	novel     bool // brought enough of its own to count as an article
	formDone  int  // weight of form when its matches were last judged
	matches   []match
	group     *group
}

// A match is a verified match between representatives.
type match struct {
	to *document
	evidence
}

// New returns an empty index, or an error that wraps ErrOptions.
func New(o Options) (*Index, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Index{
		o:        o,
		numbers:  map[string]uint32{},
		shingles: newPostings(longestList),
		bands:    newPostings(longestList),
		scratch:  sync.Pool{New: func() any { return new(scratch) }},
	}, nil
}

// Len returns the number of documents.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.numbers)
}

// Stats returns the counts so far.
func (x *Index) Stats() Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.stats
	s.Documents = len(x.numbers)
	return s
}

// Added is the answer to Add.
type Added struct {
	Cluster string  // the id of the canonical document of its cluster
	Size    int     // the number of documents in it
	Matches []Match // with documents that were there, the strongest first
	Events  []Event // how the clusters changed
}

// Prepared is an entry that is ready to be added. It is safe to prepare
// entries side by side, so that only what must be done in order is.
type Prepared struct{ doc *document }

// Prepare copies what an index keeps of an entry. It returns an error that
// wraps ErrID if the id is empty.
func (x *Index) Prepare(e Entry) (Prepared, error) {
	if e.ID == "" {
		return Prepared{}, fmt.Errorf("%w: it is empty, want a name for the document", ErrID)
	}
	d := x.document(&e)
	d.bands = slices.Clone(e.Bands)
	return Prepared{d}, nil
}

// Add adds a document, or replaces the one with the same id, and answers what
// it matches and where it belongs. It keeps nothing of the entry's memory. It
// returns an error that wraps ErrID if the id is empty.
func (x *Index) Add(e Entry) (Added, error) {
	p, err := x.Prepare(e)
	if err != nil {
		return Added{}, err
	}
	return x.AddPrepared(p), nil
}

// AddPrepared adds an entry that was prepared by the same index, once.
func (x *Index) AddPrepared(p Prepared) Added {
	d := p.doc
	x.mu.Lock()
	defer x.mu.Unlock()
	x.change.begin()
	if n, ok := x.numbers[d.id]; ok {
		x.remove(x.docs[n])
	}
	f := x.add(d)
	return Added{
		Cluster: d.home().name(),
		Size:    d.home().size,
		Matches: x.answer(d, f),
		Events:  x.change.events(d),
	}
}

// Query answers what a document would match, without adding it.
func (x *Index) Query(e Entry) []Match {
	d := x.document(&e)
	d.bands = e.Bands
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.answer(d, x.search(d))
}

// Remove removes a document and takes its influence away. It reports whether
// the document was there, and how the clusters changed.
func (x *Index) Remove(id string) ([]Event, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	n, ok := x.numbers[id]
	if !ok {
		return nil, false
	}
	x.change.begin()
	x.remove(x.docs[n])
	return x.change.events(nil), true
}

func (x *Index) document(e *Entry) *document {
	set := e.Set.clone(&x.o)
	d := &document{
		id: e.ID, site: e.Site, time: math.MaxInt64, words: e.Words, size: set.size,
		sketch:  sketch{elements: set.elements, limit: set.limit, weight: weigh(set.elements)},
		sampled: len(set.sample(&x.o)),
	}
	d.known = math.MaxUint64
	if d.sampled < set.size {
		d.known = d.elements[d.sampled-1]
	}
	if !e.Published.IsZero() {
		d.time = e.Published.UnixNano()
	}
	return d
}

// before is the order of documents in which the first of a cluster is its
// canonical one: by time of publication, and by id where that does not tell.
func (d *document) before(o *document) int {
	return cmp.Or(cmp.Compare(d.time, o.time), cmp.Compare(d.id, o.id))
}

func (d *document) home() *group {
	if d.follows != nil {
		return d.follows.group
	}
	return d.group
}

// add puts a new document into the index, and returns what was found
// for it.
func (x *Index) add(d *document) finding {
	x.clock++
	d.arrival = x.clock
	if n := len(x.unused); n > 0 {
		d.number, x.unused = x.unused[n-1], x.unused[:n-1]
		x.docs[d.number] = d
	} else {
		d.number = uint32(len(x.docs))
		x.docs = append(x.docs, d)
	}
	x.numbers[d.id] = d.number

	f := x.search(d)
	x.stats.Candidates += f.candidates
	x.stats.Skipped += len(f.beyond)
	x.stats.Matches += len(f.matches)
	for _, m := range f.matches {
		if m.Jaccard >= nearlyIdentical && m.alike >= nearlyIdentical && !m.to.gone {
			x.follow(d, m.to, m.Figures)
			return f
		}
	}
	d.novel = f.novelty >= novelShare
	d.formDone = weigh(d.form)
	for _, m := range f.matches {
		d.matches = append(d.matches, m)
		m.evidence.ContainmentA, m.evidence.ContainmentB = m.ContainmentB, m.ContainmentA
		m.to.matches = append(m.to.matches, match{d, m.evidence})
	}
	x.stats.Indexed++
	x.join(d)
	x.enter(d)
	return f
}

// A document that is this much like a representative follows it.
const nearlyIdentical = .9

func (x *Index) follow(d, r *document, f Figures) {
	d.follows, d.likeness, d.form = r, f, nil
	x.change.note(r.group)
	heap.Push(&r.followers, d)
	r.group.gain(d)
}

// enter writes a representative into the lists of the index, and learns which
// shingles are boilerplate by it.
func (x *Index) enter(d *document) {
	if !x.indexed(d) {
		return
	}
	x.stats.Entries += len(d.bands) + d.sampled
	for _, k := range d.bands {
		x.bands.add(k, d.number)
	}
	for _, e := range d.elements[:d.sampled] {
		x.shingles.add(e>>1, d.number)
	}
	if d.novel {
		x.learn(d)
	}
}

// indexed reports whether a document can be found: an empty one cannot.
func (x *Index) indexed(d *document) bool { return d.size > 0 }

// remove takes a document out.
func (x *Index) remove(d *document) {
	delete(x.numbers, d.id)
	x.change.leave(d)
	r := d
	if d.follows != nil {
		r = d.follows
		x.change.note(r.group)
		heap.Remove(&r.followers, d.slot)
		x.discard(d)
	} else {
		x.change.note(d.group)
		d.gone, d.kept = true, len(d.followers)
	}
	r.group.lose(d)
	if r.gone && (len(r.followers) <= fewFollowers || 2*len(r.followers) <= r.kept) {
		x.dissolve(r)
	}
}

// A representative that is removed while it has more followers than this stays
// behind as their common text, unlisted, until half of them have gone too:
// otherwise, taking a large cluster away document by document would take time
// with the square of its size.
const fewFollowers = 64

// dissolve takes a representative that is gone out of the index, and adds its
// followers anew.
func (x *Index) dissolve(d *document) {
	x.change.noteFollowers(d)
	followers := d.followers
	x.leave(d)
	d.followers = nil
	slices.SortFunc(followers, func(a, b *document) int { return cmp.Compare(a.arrival, b.arrival) })
	for _, f := range followers {
		f.follows = nil
		x.discard(f)
		x.add(f)
	}
}

// leave removes a representative's entries, matches and place in its cluster.
func (x *Index) leave(d *document) {
	if x.indexed(d) {
		x.stats.Entries -= len(d.bands) + d.sampled
		for _, k := range d.bands {
			x.bands.remove(k, d.number)
		}
		for _, e := range d.elements[:d.sampled] {
			x.shingles.remove(e>>1, d.number)
		}
		x.forget(d)
	}
	for _, m := range d.matches {
		m.to.matches = slices.DeleteFunc(m.to.matches, func(o match) bool { return o.to == d })
	}
	d.matches = nil
	x.stats.Indexed--
	x.discard(d)
	x.part(d)
	d.group = nil
}

func (x *Index) discard(d *document) {
	if d.number < uint32(len(x.docs)) && x.docs[d.number] == d {
		x.docs[d.number] = nil
		x.unused = append(x.unused, d.number)
	}
}
