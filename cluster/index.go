package cluster

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
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
	Sequence  []uint32  // for the judge, where there is one

	_ struct{}
}

// A Match is a document that was found to match another.
type Match struct {
	ID string
	Figures
	Verdict Verdict // what the judge found, 0 if none was asked
}

// An Index holds documents and their clusters. It is safe for concurrent use:
// queries run side by side, additions and removals one at a time.
type Index struct {
	o Options

	mu        sync.RWMutex
	ids       ids
	docs      slots[document] // by number
	briefs    []brief         // by number
	sequences [][]uint32      // by number; none without a judge
	live      bitset          // the numbers of documents that are there
	gone      bitset          // those removed that others follow
	unused    []uint32        // numbers to be used again
	retired   []uint32        // numbers to be used again once the lists were swept
	groups    slots[group]    // by number

	unusedGroups []uint32

	shingles *lists
	bands    *lists
	clock    uint64 // counts arrivals
	stats    Stats
	scratch  sync.Pool

	change change // what the operation under way has done so far

	fewRetired  int // numbers below which they are not swept out of the lists
	leastMerged int // postings that a checkpoint merges, if there are so many to merge

	batch      *batch       // the one under way, if there is one
	fewKeys    int          // keys below which those of a batch are not counted
	fewPending int          // postings below which they are not entered together
	waiting    atomic.Int32 // readers who wait for nothing to be pending

	stored *stored // nil in memory
	failed atomic.Pointer[error]
}

// New returns an empty index, or an error that wraps ErrOptions.
func New(o Options) (*Index, error) {
	o, err := o.WithDefaults()
	if err != nil {
		return nil, err
	}
	return &Index{
		o:          o,
		ids:        newIDs(),
		fewRetired: 1024, leastMerged: 1 << 20,
		fewKeys: fewKeys, fewPending: fewPending,
		shingles: newLists(), bands: newLists(),
		scratch: sync.Pool{New: func() any {
			s := new(scratch)
			if o.NewJudge != nil {
				s.judges = o.NewJudge()
			}
			return s
		}},
	}, nil
}

// Len returns the number of documents.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.ids.count
}

// Prepared is an entry that is ready to be added. Entries may be prepared side
// by side, so that only what must be done in order is done in order.
type Prepared struct {
	doc *document
	*entry
}

// entry is what is needed of a document only until it was added.
type entry struct {
	bands    []uint32
	sequence []uint32
	brief    brief
	position uint64 // of its entry in a storage

	// Keys, those of bands before those of the sample, that the runs of the storage
	// did not have when it was at a position.
	absent   bitset
	absentAt uint64
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
	return x.addOf(nil, p, position, nil)
}

// addOf adds an entry of a batch, some of whose keys are unique there, or one by
// itself.
func (x *Index) addOf(b *batch, p Prepared, position uint64, unique bitset) (a Added, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	defer x.rescue(&err)
	if b == nil || b != x.batch {
		x.breakBatch()
		unique = nil
	}
	if err := x.begin(position); err != nil {
		return Added{}, err
	}
	d := p.doc
	if d.arrival != 0 { // it was added before
		d = &document{
			id: d.id, time: d.time, set: d.set,
			sampled: d.sampled, words: d.words, size: d.size, weight: d.weight,
		}
	}
	p.entry.position = position
	if old := x.find(d.id); old != nil {
		x.breakBatch()
		unique = nil
		x.remove(old)
	} else if len(x.unused) == 0 && len(x.docs) == mostDocuments {
		return Added{}, fmt.Errorf("%w: it holds %d documents, remove some", ErrFull, x.ids.count)
	}
	f := x.add(d, p.entry, x.known(d, p.entry, unique))
	a = Added{
		Cluster: x.cluster(d),
		Size:    x.clusterSize(d),
		Matches: x.answer(d, &x.briefs[d.number], p.entry, &f),
		Events:  x.events(d),
	}
	x.evict()
	return a, nil
}

// begin begins an operation that changes the index, at a position where that is
// in a storage.
func (x *Index) begin(position uint64) error {
	if err := x.Err(); err != nil {
		return err
	}
	if s := x.stored; s != nil {
		if position <= s.position {
			return fmt.Errorf("%w: position %d, want one after %d", ErrPosition, position, s.position)
		}
		s.position = position
	}
	x.change.begin()
	return nil
}

// Query answers what a document would match, without adding it.
func (x *Index) Query(e Entry) []Match {
	p := x.prepare(&e)
	defer x.letGo()
	x.rlock()
	defer x.mu.RUnlock()
	defer x.rescue(nil)
	if x.Err() != nil {
		return nil
	}
	f := x.search(p.doc, &p.brief, p.entry, known{})
	return x.answer(p.doc, &p.brief, p.entry, &f)
}

// Match compares two entries by themselves, without the index, and reports
// whether they match.
func (x *Index) Match(a, b Entry) (Match, bool) {
	p, q := x.prepare(&a), x.prepare(&b)
	e, ok := x.compare(p, q)
	return Match{b.ID, e.figures(), e.verdict}, ok
}

// compare compares two entries by themselves.
func (x *Index) compare(p, q Prepared) (evidence, bool) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	same := p.brief.sameSite(&q.brief)
	if !x.allowed(p.doc, q.doc, same) {
		return evidence{}, false
	}
	own, other := x.sketch(p.doc, &s.own), x.sketch(q.doc, &s.other)
	own.sequence, other.sequence = p.sequence, q.sequence
	e := compare(&own, &other)
	return e, x.matching(p.doc, q.doc, &e.match, same) && s.judge(&e, &own, &other, same)
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
	if s := x.stored; s != nil && s.position == position {
		s.position--
	}
	if err := x.begin(position); err != nil {
		return nil, false, err
	}
	d := x.find(id)
	if d == nil {
		return nil, false, nil
	}
	x.breakBatch()
	x.remove(d)
	events = x.events(nil)
	x.evict()
	return events, true, nil
}

// add puts a new document into the index, and returns what was found for it.
func (x *Index) add(d *document, e *entry, k known) finding {
	x.clock++
	d.arrival = x.clock
	x.enroll(d, e)
	f := x.search(d, &x.briefs[d.number], e, k)
	x.stats.Candidates += f.candidates
	x.stats.Skipped += len(f.beyond)
	x.stats.Matches += len(f.matches)
	for i := range f.matches {
		m := &f.matches[i]
		// With a filter, each document has its own matches.
		if to := x.doc(m.with); !x.filtered() && m.jaccard() >= nearlyIdentical && m.alike >= nearlyIdentical && !to.gone && !m.apart {
			x.follow(d, to, m.match, e.bands)
			return f
		}
	}
	if d.ties != nil {
		d.ties.formDone = int32(e.brief.weight - x.briefs[d.number].weight)
	}
	if len(f.matches) > 0 {
		d.tie().matches = make([]match, len(f.matches))
	}
	for i := range f.matches {
		m := f.matches[i].match
		d.ties.matches[i] = m
		to := x.doc(m.with)
		x.changed(to)
		to.tie().matches = append(to.matches(), m.swap(d.number))
	}
	x.stats.Indexed++
	x.join(d)
	x.enter(d, e.bands, freshness(f.novelty), k)
	return f
}

// enroll gives a document a number and its id to it.
func (x *Index) enroll(d *document, e *entry) {
	if n := len(x.unused); n > 0 {
		d.number, x.unused = x.unused[n-1], x.unused[:n-1]
		x.briefs[d.number] = e.brief
	} else {
		d.number = uint32(len(x.docs))
		x.briefs = append(x.briefs, e.brief)
	}
	x.docs.set(d.number, d)
	x.live.add(d.number)
	if x.stored != nil {
		x.enrollStored(d, e)
	} else if x.o.NewJudge != nil {
		if int(d.number) == len(x.sequences) {
			x.sequences = append(x.sequences, nil)
		}
		x.sequences[d.number] = e.sequence
	}
	x.enlist(d)
	x.changed(d)
}

func (x *Index) follow(d, r *document, likeness match, bands []uint32) {
	d.ties = &ties{following: &following{follows: r.number, likeness: likeness, bands: slices.Clone(bands)}}
	g := x.groupOf(r)
	x.note(g)
	x.changed(r)
	r.leads()
	heap.Push(followers{x, r}, d)
	x.gain(g, d)
}

// enter writes a representative into the lists of the index, and brings up to
// date which shingles are boilerplate by it.
func (x *Index) enter(d *document, bands []uint32, fresh posting, k known) {
	listed := x.listed()
	d.fresh = uint8(fresh)
	if x.waiting.Load() > 0 {
		k.unique = nil
	}
	if k.unique != nil {
		x.makeRoom(len(bands), int(d.sampled))
	}
	var entered [2]keySet
	for i, key := range bands {
		if k.unique.has(uint32(i)) {
			x.batch.bands.add(key, postingOf(d.number))
		} else {
			x.bands.enter(key, postingOf(d.number), listed, &k, i, &entered[0])
		}
	}
	if !x.o.SamplesOnly && x.stored == nil {
		d.leads().bands = bands // to explain what is found by them
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	s.own.elements = d.sample(s.own.elements)
	n := 0
	for i, e := range s.own.elements {
		key, number := shingleKey(e), len(bands)+i
		if k.unique.has(uint32(number)) {
			x.batch.shingles.add(key, d.posting(i))
		} else if x.shingles.enter(key, d.posting(i), listed, &k, number, &entered[1]) >= fewHolders {
			s.own.elements[n] = e
			n++
		}
	}
	x.relabel(s.own.elements[:n])
}

// posting returns what the list of an element of the sample says of it.
func (d *document) posting(place int) posting {
	p := postingOf(d.number) | posting(d.fresh)
	if d.ties != nil && d.ties.form.n > 0 && d.ties.form.words()[place/64]>>(place%64)&1 != 0 {
		p |= marked
	}
	return p
}

// remove takes a document out.
func (x *Index) remove(d *document) {
	x.delist(d)
	x.noteLeaving(d)
	r := d
	if f := x.follows(d); f != nil {
		r = f
		g := x.group(r)
		x.note(g)
		x.changed(r)
		heap.Remove(followers{x, r}, int(d.ties.slot))
		x.drop(d)
		x.vacate(d)
		x.unused = append(x.unused, d.number)
		x.lose(g, d)
	} else {
		x.changed(d)
		d.gone = true
		x.gone.add(d.number)
		if g := x.group(d); g != nil {
			x.note(g)
			d.leads().kept = int32(len(d.followers()))
			x.lose(g, d)
		}
	}
	n := len(r.followers())
	if r.gone && (n <= fewFollowers || 2*n <= int(r.leads().kept)) {
		x.dissolve(r)
	}
}

// dissolve takes a representative that is gone out of the index, and adds its
// followers anew.
func (x *Index) dissolve(d *document) {
	var followers []*document
	for _, n := range d.followers() {
		followers = append(followers, x.doc(n))
	}
	if len(followers) > 0 {
		x.noteFollowers(d)
	}
	x.drop(d)
	x.leave(d)
	slices.SortFunc(followers, func(a, b *document) int { return cmp.Compare(a.arrival, b.arrival) })
	for _, f := range followers {
		e := entry{bands: f.ties.following.bands, sequence: x.sequence(f), brief: x.briefs[f.number], position: x.positionOf(f)}
		f.ties = nil
		e.brief.weight = uint32(weigh(f.sample(nil)))
		x.delist(f)
		x.vacate(f)
		x.unused = append(x.unused, f.number)
		x.add(f, &e, x.known(f, &e, nil))
	}
}

// leave takes a representative out: its entries, matches, and place in its
// cluster.
func (x *Index) leave(d *document) {
	x.live.remove(d.number)
	x.retired = append(x.retired, d.number)
	x.refill(d)
	for _, m := range d.matches() {
		to := x.doc(m.with)
		x.changed(to)
		to.ties.matches = slices.DeleteFunc(to.ties.matches, func(o match) bool { return o.with == d.number })
	}
	x.relabel(d.sample(nil))
	if g := x.group(d); g != nil && slices.Contains(g.reps, d.number) { // not clustered anew without it
		x.part(d)
	}
	x.vacate(d)
	d.ties = nil
	x.stats.Indexed--
	if x.stored == nil && (len(x.retired) > x.fewRetired && len(x.retired) > len(x.docs)/4 || x.ids.count == 0) {
		x.sweep() // in a storage, checkpoints do it
	}
}

// vacate lets go of what is kept by a document's number.
func (x *Index) vacate(d *document) {
	x.changed(d)
	x.live.remove(d.number)
	x.gone.remove(d.number)
	x.docs.set(d.number, nil)
	if x.keepsBodies() {
		x.stored.bodies.set(d.number, nil)
	}
	if int(d.number) < len(x.sequences) {
		x.sequences[d.number] = nil
	}
}

// refill lists those that d had matched for the shingles that they share, where
// d makes room in a list that was full: they may have had to give way.
func (x *Index) refill(d *document) {
	if len(d.matches()) == 0 {
		return
	}
	var list []posting
	for _, e := range d.sample(nil) {
		key := shingleKey(e)
		if !x.shingles.many(key) {
			continue
		}
		list = x.shingles.get(list[:0], key, x.live)
		for _, m := range d.matches() {
			if len(list) != longestList-1 {
				break
			}
			o := x.doc(m.with)
			if i, ok := o.set.find(e, int(o.sampled)); ok && !slices.ContainsFunc(list, func(p posting) bool { return p.doc() == o.number }) {
				x.shingles.add(key, o.posting(i), x.live)
				list = append(list, o.posting(i))
			}
		}
	}
}

// sweep takes out of the lists what is gone, so that its numbers can be used
// again.
func (x *Index) sweep() {
	x.shingles.sweep(x.live)
	x.bands.sweep(x.live)
	x.unused = append(x.unused, x.retired...)
	x.retired = x.retired[:0]
}
