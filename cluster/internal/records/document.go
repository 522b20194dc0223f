// Package records has what an index knows of its documents and groups, and keeps
// it: in memory, or in a key–value storage of which a part is in memory. It knows
// the forms of records and their bytes, and none of the rules by which documents
// match and groups are formed.
//
// Documents and groups are told by numbers, which are used again. Callers read
// what Get returns, and change only what Edit returns: Edit notes that it must be
// written by the next checkpoint, and must stay in memory until then.
package records

import (
	"cmp"
	"hash/fnv"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/cbb30ed1/reprint/cluster/internal/compact"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// A Document is one in the index. It is either a representative, with entries in
// the index, or a near-identical duplicate of one.
type Document struct {
	ID      string
	Time    int64 // of publication in nanoseconds; MaxInt64 where unknown
	Arrival uint64
	Set     sets.Packed // see Documents.Set; Sampled of its elements are in the index
	Links   *Links      // may be nil where the document stands alone
	Number  uint32
	Sampled int32
	Words   int32
	Size    int32 // of the set of the text
	Weight  int32 // of the elements kept
	Fresh   uint8 // how much was new when it came, as its postings say it
	Gone    bool  // removed, but kept for its duplicates
}

// Links are what connects a document with others.
type Links struct {
	Matches        []Match
	Mask           Mask   // a bit for each element of the sample: whether it is boilerplate
	MaskJudged     int32  // weight of the boilerplate when the matches were last judged
	Group          uint32 // the number of its group plus one, 0 where it is alone
	Representative *Representative
	*Duplicate
}

// A Representative is what a document has that has duplicates, or keeps its bands
// to explain them.
type Representative struct {
	Duplicates []uint32 // a heap by time of publication
	AtRemoval  int32    // how many duplicates there were when it was removed
	Bands      []uint32
}

// A Duplicate is what a document has that is near-identical to a representative.
type Duplicate struct {
	Of       uint32   // the number of its representative
	Slot     int32    // its place among the duplicates
	Likeness Match    // with the representative
	Bands    []uint32 // to be added by when the representative goes
}

// A Brief is what must be known of each document that shares anything with the
// one that is looked up. There are many of those, so briefs are kept close
// together.
type Brief struct {
	Site   uint64 // hash of its name, 0 where unknown
	Page   uint32 // hash of its URL, 0 where unknown
	Known  uint32 // upper half of the hash up to which its elements are in the index
	Weight uint32 // of these elements without boilerplate
}

// SameSite reports whether two documents are known to be of one site.
func (b *Brief) SameSite(o *Brief) bool { return b.Site != 0 && b.Site == o.Site }

// Limit is the largest element that the index may have of the document.
func (b *Brief) Limit() uint64 { return uint64(b.Known)<<32 | 1<<32 - 1 }

// Reach returns the hash up to which the elements are in the index, its upper half.
func (b *Brief) Reach() float64 { return float64(b.Known) + 1 }

// SiteKey tells sites apart by a hash of their names. It is 0 for no name.
func SiteKey(name string) uint64 {
	if name == "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	return max(h.Sum64(), 1)
}

// Nanoseconds are those since 1970. Times that these cannot tell, before 1678
// and after 2261, count as the first and the last that they can.
func Nanoseconds(t time.Time) int64 {
	switch y := t.UTC().Year(); {
	case y < 1678:
		return math.MinInt64
	case y > 2261:
		return math.MaxInt64 - 1
	}
	return t.UnixNano()
}

// Sample returns the elements that are in the index, in the memory of buf where
// that is enough.
func (d *Document) Sample(buf []uint64) []uint64 { return d.Set.First(int(d.Sampled), buf) }

// Boilerplate appends to buf those of the document's elements that are boilerplate.
func (d *Document) Boilerplate(buf []uint64) []uint64 {
	if d.Links == nil {
		return buf
	}
	for i, w := range d.Links.Mask.Words() {
		for ; w != 0; w &= w - 1 {
			buf = append(buf, d.Set.At(64*i+bits.TrailingZeros64(w)))
		}
	}
	return buf
}

// A Key is that by which documents are ordered.
type Key struct {
	Time    int64
	ID      string
	Arrival uint64
}

// Key returns the key of a document.
func (d *Document) Key() Key { return Key{d.Time, d.ID, d.Arrival} }

// Compare compares two keys.
func (k Key) Compare(o Key) int {
	return cmp.Or(cmp.Compare(k.Time, o.Time), cmp.Compare(k.ID, o.ID), cmp.Compare(k.Arrival, o.Arrival))
}

// String returns the key without the arrival, for ParseKey.
func (k Key) String() string { return strconv.FormatInt(k.Time, 36) + "." + k.ID }

// ParseKey parses a key. The first of all is "".
func ParseKey(s string) (k Key, ok bool) {
	if s == "" {
		return Key{Time: math.MinInt64}, true
	}
	at, id, ok := strings.Cut(s, ".")
	t, err := strconv.ParseInt(at, 36, 64)
	return Key{Time: t, ID: id}, ok && err == nil
}

// Before is the order of documents in which the first of a cluster is its
// canonical one: by time of publication, and by id where that does not tell. (A
// document that is gone and the one that replaced it may have both alike.)
func (d *Document) Before(o *Document) int {
	return d.Key().Compare(o.Key())
}

// Within reports whether two documents are known to have been published no further apart
// than a window.
func (d *Document) Within(o *Document, window int64) bool {
	if d.Time == math.MaxInt64 || o.Time == math.MaxInt64 {
		return false // unknown
	}
	return uint64(max(d.Time, o.Time))-uint64(min(d.Time, o.Time)) <= uint64(window)
}

// NeedLinks returns the links, which are made where there are none.
func (d *Document) NeedLinks() *Links {
	if d.Links == nil {
		d.Links = &Links{}
	}
	return d.Links
}

// NeedRepresentative returns what the document has as a representative, which is
// made where there is nothing.
func (d *Document) NeedRepresentative() *Representative {
	t := d.NeedLinks()
	if t.Representative == nil {
		t.Representative = &Representative{}
	}
	return t.Representative
}

// Matches returns the matches with other representatives.
func (d *Document) Matches() []Match {
	if d.Links == nil {
		return nil
	}
	return d.Links.Matches
}

// SortMatches sorts the matches by the other document, and gives back the memory that they
// have in reserve.
func (d *Document) SortMatches() {
	if d.Links == nil {
		return
	}
	d.Links.Matches = append(make([]Match, 0, len(d.Links.Matches)), d.Links.Matches...)
	slices.SortFunc(d.Links.Matches, func(m, o Match) int { return cmp.Compare(m.With, o.With) })
}

// Duplicates returns the numbers of the document's duplicates.
func (d *Document) Duplicates() []uint32 {
	if d.Links == nil || d.Links.Representative == nil {
		return nil
	}
	return d.Links.Representative.Duplicates
}

// IsDuplicate reports whether the document is a duplicate of another.
func (d *Document) IsDuplicate() bool { return d.Links != nil && d.Links.Duplicate != nil }

// Bands returns the keys of its bands, where these are kept with it.
func (d *Document) Bands() []uint32 {
	switch {
	case d.Links == nil:
		return nil
	case d.Links.Duplicate != nil:
		return d.Links.Duplicate.Bands
	case d.Links.Representative != nil:
		return d.Links.Representative.Bands
	}
	return nil
}

// Bytes returns the memory of a document and its set.
func (d *Document) Bytes() int {
	return DocumentBytes + len(d.ID) + d.Set.Bytes() + d.Links.Bytes()
}

// DocumentBytes is the size of a document, of a pointer to it, and of its brief.
const DocumentBytes = int(unsafe.Sizeof(Document{}) + unsafe.Sizeof(&Document{}) + unsafe.Sizeof(Brief{}))

// Bytes returns the memory of the links.
func (l *Links) Bytes() int {
	if l == nil {
		return 0
	}
	n := int(unsafe.Sizeof(*l)) + int(unsafe.Sizeof(Match{}))*cap(l.Matches) + 8*len(l.Mask.Words())
	if r := l.Representative; r != nil {
		n += int(unsafe.Sizeof(*r)) + 4*cap(r.Duplicates) + 4*cap(r.Bands)
	}
	if d := l.Duplicate; d != nil {
		n += int(unsafe.Sizeof(*d)) + 4*cap(d.Bands)
	}
	return n
}

// A Mask is as many bits as a document has elements in its sample, in words.
type Mask struct{ words compact.Slice[uint64] }

// MaskOf returns the mask with these words.
func MaskOf(words []uint64) Mask { return Mask{compact.Of(words, 0)} }

// Words returns the bits, which may be changed.
func (m Mask) Words() []uint64 { return m.words.All() }

// Has reports whether the mask has bits at all, and the one at a place is set.
func (m Mask) Has(place int) bool { return m.words.Len() > 0 && m.Words()[place/64]>>(place%64)&1 != 0 }

// A Match is what was found in comparing two documents, as one of them keeps it
// of the other.
type Match struct {
	Score        float64
	With         uint32 // the number of the other
	Common, A, B uint32 // elements: those of both, of this one, of the other, as far as both are known
	Boilerplate  float32
	Exact        bool
	Apart        bool  // the judge says that they are two articles
	Whole        bool  // the judge says that they are one article as a whole
	Verdict      uint8 // of the judge; 0 where none was asked
}

// Swap returns the match as the other document, With is the number of this one,
// keeps it.
func (m Match) Swap(with uint32) Match {
	m.With, m.A, m.B = with, m.B, m.A
	return m
}

// Jaccard returns the Jaccard similarity.
func (m *Match) Jaccard() float64 {
	if m.Common == 0 {
		return 0
	}
	return float64(m.Common) / float64(m.A+m.B-m.Common)
}

// Linked reports whether a document was found to match another.
func Linked(d, o *Document) bool {
	follows := func(d, o *Document) bool { return d.IsDuplicate() && d.Links.Of == o.Number }
	return follows(d, o) || follows(o, d) || slices.ContainsFunc(d.Matches(), func(m Match) bool { return m.With == o.Number })
}

// StdErr returns the standard error of the larger containment, where only samples were
// compared.
func (m *Match) StdErr() float64 {
	least := float64(min(m.A, m.B))
	p := (float64(m.Common) + .5) / (least + 1)
	return math.Sqrt(p * (1 - p) / max(least, 1))
}
