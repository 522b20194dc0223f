package cluster

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"time"
)

// A document is one in the index. It is either a representative, with entries
// in the index, or follows one.
type document struct {
	id      string
	time    int64 // of publication in nanoseconds; MaxInt64 where unknown
	arrival uint64
	site    uint64 // hash of its name, 0 where unknown

	// The elements of its set that are kept: all as they are, or the sample
	// packed, in increasing order. sampled of them are in the index.
	elements []uint64
	packed   []uint32

	ties *ties // may be nil where the document stands alone

	number  uint32
	sampled int32
	words   int32
	size    int32   // of its set
	weight  int32   // of the elements
	novelty float32 // share of the sample's weight that was new when it came
	gone    bool    // removed, but kept for its followers
}

// ties are what connects a document with others.
type ties struct {
	group     *group
	matches   []match
	form      []uint64 // of the sample, what is boilerplate
	formDone  int32    // weight of form when the matches were last judged
	kept      int32    // how many followers there were when the document went
	followers followers
	bands     []uint32 // of followers, and where all is kept, to explain
	*following
}

// following is what a document has that follows another.
type following struct {
	follows  *document // its representative
	likeness Figures   // between the two
	slot     int       // its place among the followers
}

// A match is a verified match between representatives.
type match struct {
	to *document
	evidence
}

func (x *Index) prepare(e *Entry) Prepared {
	kept := e.Set.elements
	d := &document{
		id: strings.Clone(e.ID), time: math.MaxInt64, site: siteKey(e.Site),
		words: int32(min(e.Words, math.MaxInt32)), size: int32(e.Set.Len()),
		sampled: int32(len(e.Set.sample(&x.o))),
	}
	if x.o.SamplesOnly {
		d.packed = pack(kept[:d.sampled])
		d.sampled = int32(len(d.packed))
		kept = kept[:d.sampled]
	} else {
		d.elements = slices.Clone(kept)
	}
	d.weight = int32(weigh(kept))
	if !e.Published.IsZero() {
		d.time = nanoseconds(e.Published)
	}
	bands := make([]uint32, len(e.Bands))
	for i, k := range e.Bands {
		bands[i] = tableKey(k)
	}
	return Prepared{d, bands}
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

// pack keeps the upper 31 bits of elements and what says whether they are
// running text. Among the elements of two samples that takes two that differ
// for the same with probability 1 in 10⁵ or less.
func pack(elements []uint64) []uint32 {
	out := make([]uint32, 0, len(elements))
	for _, e := range elements {
		p := uint32(e>>33)<<1 | uint32(e&runningText)
		if n := len(out); n > 0 && out[n-1]>>1 == p>>1 {
			out[n-1] |= p
			continue
		}
		out = append(out, p)
	}
	return out
}

// all returns the elements kept; buf is there to unpack them into.
func (d *document) all(buf []uint64) []uint64 {
	if d.packed == nil {
		return d.elements
	}
	for _, p := range d.packed {
		buf = append(buf, uint64(p>>1)<<33|uint64(p&runningText))
	}
	return buf
}

// sample returns the elements that are in the index.
func (d *document) sample(buf []uint64) []uint64 { return d.all(buf)[:d.sampled] }

// sketch returns what the document is compared by; buf is there to unpack its
// elements into.
func (d *document) sketch(buf []uint64) sketch {
	s := sketch{elements: d.all(buf), limit: math.MaxUint64, known: math.MaxUint64, form: d.form(), weight: int(d.weight)}
	if f := d.follows(); f != nil {
		s.form = f.form()
	}
	if n := len(s.elements); n > 0 && n < int(d.size) {
		s.limit = s.elements[n-1]
	}
	if d.sampled > 0 && d.sampled < d.size {
		s.known = s.elements[d.sampled-1]
	}
	return s
}

// before is the order of documents in which the first of a cluster is its
// canonical one: by time of publication, and by id where that does not tell.
func (d *document) before(o *document) int {
	return cmp.Or(cmp.Compare(d.time, o.time), cmp.Compare(d.id, o.id))
}

func (d *document) tie() *ties {
	if d.ties == nil {
		d.ties = &ties{}
	}
	return d.ties
}

func (d *document) form() []uint64 {
	if d.ties == nil {
		return nil
	}
	return d.ties.form
}

// setForm sets what of the document is boilerplate.
func (d *document) setForm(form []uint64) {
	if len(form) > 0 || d.ties != nil {
		d.tie().form = form
	}
}

func (d *document) matches() []match {
	if d.ties == nil {
		return nil
	}
	return d.ties.matches
}

func (d *document) follows() *document {
	if d.ties == nil || d.ties.following == nil {
		return nil
	}
	return d.ties.follows
}

func (d *document) followers() followers {
	if d.ties == nil {
		return nil
	}
	return d.ties.followers
}

// group returns the cluster that the document is in, or nil if it is alone.
func (d *document) group() *group {
	if d.ties == nil {
		return nil
	}
	if d.ties.following != nil {
		return d.ties.follows.ties.group
	}
	return d.ties.group
}

// cluster returns the id of the canonical document of its cluster.
func (d *document) cluster() string {
	if g := d.group(); g != nil {
		return g.name()
	}
	return d.id
}

func (d *document) clusterSize() int {
	if g := d.group(); g != nil {
		return g.size
	}
	return 1
}

// known is the hash up to which the elements are in the index.
func (d *document) known() float64 {
	switch {
	case d.sampled == d.size || d.sampled == 0:
		return math.MaxUint64
	case d.packed != nil:
		return float64(uint64(d.packed[d.sampled-1]) << 32)
	}
	return float64(d.elements[d.sampled-1])
}

// sampleWeight is the weight of the elements in the index that are no
// boilerplate.
func (d *document) sampleWeight() float64 {
	n := -weigh(d.form())
	if d.packed == nil {
		return float64(n + weigh(d.elements[:d.sampled]))
	}
	for _, p := range d.packed {
		n += 1 + 9*int(p&runningText)
	}
	return float64(n)
}
