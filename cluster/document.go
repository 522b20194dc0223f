package cluster

import (
	"cmp"
	"hash/fnv"
	"math"
	"math/bits"
	"strings"
	"time"
)

// A document is one in the index. It is either a representative, with entries
// in the index, or follows one.
type document struct {
	id      string
	time    int64 // of publication in nanoseconds; MaxInt64 where unknown
	arrival uint64
	set     kept  // the elements of its set that are kept; sampled of them are in the index
	ties    *ties // may be nil where the document stands alone
	number  uint32
	sampled int32
	words   int32
	size    int32 // of its set
	weight  int32 // of the elements kept
	fresh   uint8 // how much was new when it came, as its postings say it
	gone    bool  // removed, but kept for its followers
}

// ties are what connects a document with others.
type ties struct {
	matches  []match
	form     bitmap // a bit for each element of the sample: whether it is boilerplate
	formDone int32  // weight of the form when the matches were last judged
	group    uint32 // the number of its group plus one, 0 where it is alone
	lead     *lead
	*following
}

// lead is what a representative has that has followers, or keeps its bands to
// explain them.
type lead struct {
	followers []uint32 // a heap: see followers
	kept      int32    // how many followers there were when it was removed
	bands     []uint32
}

// following is what a document has that follows another.
type following struct {
	follows  uint32   // the number of its representative
	slot     int32    // its place among the followers
	likeness match    // with the representative
	bands    []uint32 // to be added by when the other goes
}

// A brief is what is to be known of each document that shares anything with
// the one that is looked up. There are many of those, so briefs are kept close
// together.
type brief struct {
	site   uint64 // hash of its name, 0 where unknown
	known  uint32 // upper half of the hash up to which its elements are in the index
	weight uint32 // of these elements without boilerplate
}

func (x *Index) prepare(e *Entry) Prepared {
	elements := e.Set.elements
	d := &document{
		id: strings.Clone(e.ID), time: math.MaxInt64,
		words: int32(min(e.Words, math.MaxInt32)), size: int32(e.Set.Len()),
		sampled: int32(len(e.Set.sample(&x.o))),
	}
	if x.o.SamplesOnly {
		d.set = keep(elements[:d.sampled], false)
		d.sampled = int32(d.set.len())
		elements = elements[:d.sampled]
	} else {
		d.set = keep(elements, true)
	}
	d.weight = int32(weigh(elements))
	if !e.Published.IsZero() {
		d.time = nanoseconds(e.Published)
	}
	b := brief{site: siteKey(e.Site), known: math.MaxUint32, weight: uint32(weigh(elements[:d.sampled]))}
	if d.sampled > 0 && d.sampled < d.size {
		b.known = uint32(elements[d.sampled-1] >> 32)
	}
	bands := make([]uint32, len(e.Bands))
	for i, k := range e.Bands {
		bands[i] = tableKey(k)
	}
	return Prepared{d, &entry{bands: bands, sequence: x.sequenceOf(e), brief: b}}
}

// sequenceOf copies what the judge needs of an entry.
func (x *Index) sequenceOf(e *Entry) []uint32 {
	if x.o.NewJudge == nil {
		return nil
	}
	return append(make([]uint32, 0, len(e.Sequence)), e.Sequence...)
}

// nanoseconds are those since 1970. Times that these cannot tell, before 1678
// and after 2261, count as the first and the last that they can.
func nanoseconds(t time.Time) int64 {
	switch y := t.UTC().Year(); {
	case y < 1678:
		return math.MinInt64
	case y > 2261:
		return math.MaxInt64 - 1
	}
	return t.UnixNano()
}

// siteKey tells sites apart by a hash of their names.
func siteKey(name string) uint64 {
	if name == "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	return max(h.Sum64(), 1)
}

// sample returns the elements that are in the index, in the memory of buf where
// that is enough.
func (d *document) sample(buf []uint64) []uint64 { return d.set.first(int(d.sampled), buf) }

// unpacked is memory for the elements of a document, and those of its form.
type unpacked struct{ elements, form []uint64 }

// sketch returns what a document is compared by; buf is there to unpack its
// elements into.
func (x *Index) sketch(d *document, buf *unpacked) sketch {
	s := sketch{limit: math.MaxUint64, known: math.MaxUint64, weight: int(d.weight)}
	k := x.kept(d)
	buf.elements = k.first(k.len(), buf.elements)
	s.elements = buf.elements
	if n := len(s.elements); n > 0 && n < int(d.size) {
		s.limit = s.elements[n-1]
	}
	if d.sampled > 0 && d.sampled < d.size {
		s.known = s.elements[d.sampled-1]
	}
	if f := x.follows(d); f != nil {
		s.form, buf.form = f.form(f.sample(nil), buf.form[:0])
		return s
	}
	s.form, buf.form = d.form(s.elements, buf.form[:0])
	return s
}

// form returns those of the document's elements that are boilerplate, and buf,
// into which it writes them.
func (d *document) form(elements, buf []uint64) (form, buffer []uint64) {
	if d.ties == nil {
		return nil, buf
	}
	for i, w := range d.ties.form.words() {
		for ; w != 0; w &= w - 1 {
			buf = append(buf, elements[64*i+bits.TrailingZeros64(w)])
		}
	}
	return buf, buf
}

// before is the order of documents in which the first of a cluster is its
// canonical one: by time of publication, and by id where that does not tell. (A
// document that is gone and the one that replaced it may have both alike.)
func (d *document) before(o *document) int {
	return cmp.Or(cmp.Compare(d.time, o.time), cmp.Compare(d.id, o.id), cmp.Compare(d.arrival, o.arrival))
}

func (d *document) tie() *ties {
	if d.ties == nil {
		d.ties = &ties{}
	}
	return d.ties
}

// leads returns what the representative has for its followers.
func (d *document) leads() *lead {
	t := d.tie()
	if t.lead == nil {
		t.lead = &lead{}
	}
	return t.lead
}

func (d *document) matches() []match {
	if d.ties == nil {
		return nil
	}
	return d.ties.matches
}

// followers returns the numbers of those that follow the document.
func (d *document) followers() []uint32 {
	if d.ties == nil || d.ties.lead == nil {
		return nil
	}
	return d.ties.lead.followers
}

// isFollower reports whether the document follows another.
func (d *document) isFollower() bool { return d.ties != nil && d.ties.following != nil }

// bands returns the keys of its bands, where these are kept.
func (d *document) bands() []uint32 {
	switch {
	case d.ties == nil:
		return nil
	case d.ties.following != nil:
		return d.ties.following.bands
	case d.ties.lead != nil:
		return d.ties.lead.bands
	}
	return nil
}

// follows returns the representative that the document follows, or nil.
func (x *Index) follows(d *document) *document {
	if !d.isFollower() {
		return nil
	}
	return x.doc(d.ties.follows)
}

// groupNumber returns the number of the cluster that the document is in, plus
// one, or 0 if it is alone.
func (x *Index) groupNumber(d *document) uint32 {
	if f := x.follows(d); f != nil {
		d = f
	}
	if d.ties == nil {
		return 0
	}
	return d.ties.group
}

// group returns the cluster that the document is in, or nil if it is alone.
func (x *Index) group(d *document) *group {
	if n := x.groupNumber(d); n > 0 {
		return x.groupAt(n - 1)
	}
	return nil
}

// cluster returns the id of the canonical document of its cluster.
func (x *Index) cluster(d *document) string {
	if g := x.group(d); g != nil {
		return x.name(g)
	}
	return d.id
}

func (x *Index) clusterSize(d *document) int {
	if g := x.group(d); g != nil {
		return g.size
	}
	return 1
}
