package cluster

import (
	"cmp"
	"container/heap"
	"fmt"
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
	docs     []*document // by number; nil where none is
	unused   []uint32    // numbers to be used again
	retired  []uint32    // numbers to be used again once the lists were swept
	shingles *postings
	bands    *postings
	clock    uint64 // counts arrivals
	stats    Stats
	scratch  sync.Pool

	change change // what the operation under way has done so far
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

// Prepared is an entry that is ready to be added. Entries may be prepared side
// by side, so that only what must be done in order is done in order.
type Prepared struct {
	doc   *document
	bands []uint32
}

// Prepare copies what an index keeps of an entry. It returns an error that
// wraps ErrID if the id is empty.
func (x *Index) Prepare(e Entry) (Prepared, error) {
	if e.ID == "" {
		return Prepared{}, fmt.Errorf("%w: it is empty, want a name for the document", ErrID)
	}
	return x.prepare(&e), nil
}

// ID returns the entry's id.
func (p Prepared) ID() string { return p.doc.id }

// Compare orders entries by time of publication, those without one last, and
// then by id: the order in which a batch should be added.
func (p Prepared) Compare(o Prepared) int { return p.doc.before(o.doc) }

// Added is the answer to Add.
type Added struct {
	Cluster string  // the id of the canonical document of its cluster
	Size    int     // the number of documents in it
	Matches []Match // with documents that were there, the strongest first
	Events  []Event // how the clusters changed
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

// AddPrepared adds an entry that was prepared by the same index.
func (x *Index) AddPrepared(p Prepared) Added {
	if p.doc == nil {
		return Added{}
	}
	d := new(document)
	*d = *p.doc // it may be added again
	x.mu.Lock()
	defer x.mu.Unlock()
	x.change.begin()
	if n, ok := x.numbers[d.id]; ok {
		x.remove(x.docs[n])
	}
	f := x.add(d, p.bands)
	return Added{
		Cluster: d.cluster(),
		Size:    d.clusterSize(),
		Matches: x.answer(d, f),
		Events:  x.change.events(d),
	}
}

// Query answers what a document would match, without adding it.
func (x *Index) Query(e Entry) []Match {
	p := x.prepare(&e)
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.answer(p.doc, x.search(p.doc, p.bands))
}

// Match compares two entries by themselves, without the index, and reports
// whether they match.
func (x *Index) Match(a, b Entry) (Match, bool) {
	p, q := x.prepare(&a).doc, x.prepare(&b).doc
	e, ok := x.verify(p, q)
	return Match{b.ID, e.Figures}, ok && p.size > 0 && q.size > 0
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

// add puts a new document into the index, and returns what was found for it.
func (x *Index) add(d *document, bands []uint32) finding {
	x.clock++
	d.arrival = x.clock
	x.enroll(d)
	f := x.search(d, bands)
	x.stats.Candidates += f.candidates
	x.stats.Skipped += len(f.beyond)
	x.stats.Matches += len(f.matches)
	for _, m := range f.matches {
		// With a filter, each document has its own matches.
		if !x.filtered() && m.Jaccard >= nearlyIdentical && m.alike >= nearlyIdentical && !m.to.gone {
			x.follow(d, m.to, m.Figures)
			d.ties.bands = bands
			return f
		}
	}
	d.novelty = float32(f.novelty)
	if len(d.form()) > 0 {
		d.ties.formDone = int32(weigh(d.form()))
	}
	for _, m := range f.matches {
		d.tie().matches = append(d.ties.matches, m)
		m.to.tie().matches = append(m.to.ties.matches, match{d, m.evidence.swap()})
	}
	x.stats.Indexed++
	x.join(d)
	x.enter(d, bands)
	return f
}

// enroll gives a document a number and its id to it.
func (x *Index) enroll(d *document) {
	if n := len(x.unused); n > 0 {
		d.number, x.unused = x.unused[n-1], x.unused[:n-1]
		x.docs[d.number] = d
	} else {
		d.number = uint32(len(x.docs))
		x.docs = append(x.docs, d)
	}
	x.numbers[d.id] = d.number
}

// A document that is this much like a representative follows it.
const nearlyIdentical = .9

func (x *Index) follow(d, r *document, f Figures) {
	d.ties = &ties{following: &following{follows: r, likeness: f}}
	g := x.groupOf(r)
	x.change.note(g)
	heap.Push(&r.tie().followers, d)
	g.gain(d)
}

// enter writes a representative into the lists of the index, and brings up to
// date which shingles are boilerplate by it.
func (x *Index) enter(d *document, bands []uint32) {
	for _, k := range bands {
		x.bands.add(k, d.number, x.docs)
	}
	if !x.o.SamplesOnly {
		d.tie().bands = bands
	}
	var buf [64]uint64
	for _, e := range d.sample(buf[:0]) {
		x.shingles.add(shingleKey(e), d.number, x.docs)
	}
	x.relabel(d)
}

// remove takes a document out.
func (x *Index) remove(d *document) {
	delete(x.numbers, d.id)
	x.change.leave(d)
	r := d
	if f := d.follows(); f != nil {
		r = f
		x.change.note(r.ties.group)
		heap.Remove(&r.ties.followers, d.ties.slot)
		x.docs[d.number] = nil
		x.unused = append(x.unused, d.number)
		r.ties.group.lose(d)
	} else {
		d.gone = true
		if g := d.group(); g != nil {
			x.change.note(g)
			d.ties.kept = int32(len(d.ties.followers))
			g.lose(d)
		}
	}
	n := len(r.followers())
	if r.gone && (n <= fewFollowers || 2*n <= int(r.ties.kept)) {
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
	followers := d.followers()
	if len(followers) > 0 {
		x.change.noteFollowers(d)
	}
	x.leave(d)
	slices.SortFunc(followers, func(a, b *document) int { return cmp.Compare(a.arrival, b.arrival) })
	for _, f := range followers {
		bands := f.ties.bands
		f.ties = nil
		x.docs[f.number] = nil
		x.unused = append(x.unused, f.number)
		x.add(f, bands)
	}
}

// leave takes a representative out: its entries, matches, and place in its
// cluster.
func (x *Index) leave(d *document) {
	x.docs[d.number] = nil
	x.retired = append(x.retired, d.number)
	x.refill(d)
	for _, m := range d.matches() {
		m.to.ties.matches = slices.DeleteFunc(m.to.ties.matches, func(o match) bool { return o.to == d })
	}
	x.relabel(d)
	x.part(d)
	d.ties = nil
	x.stats.Indexed--
	if len(x.retired) > 1024 && len(x.retired) > len(x.docs)/4 || len(x.numbers) == 0 {
		x.sweep()
	}
}

// refill lists those that d had matched for the shingles that they share, where
// d makes room in a list that was full: they may have had to give way.
func (x *Index) refill(d *document) {
	if len(d.matches()) == 0 {
		return
	}
	var list []uint32
	for _, e := range d.sample(nil) {
		list = x.shingles.get(list[:0], shingleKey(e), x.docs)
		for _, m := range d.matches() {
			if len(list) != longestList-1 {
				break
			}
			if n, _, _ := shared(m.to.sample(nil), []uint64{e}); n > 0 && !slices.Contains(list, m.to.number) {
				x.shingles.add(shingleKey(e), m.to.number, x.docs)
				list = append(list, m.to.number)
			}
		}
	}
}

// sweep takes out of the lists what is gone, so that its numbers can be used
// again.
func (x *Index) sweep() {
	x.shingles.sweep(x.docs)
	x.bands.sweep(x.docs)
	x.unused = append(x.unused, x.retired...)
	x.retired = x.retired[:0]
}
