package cluster

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// An Entry is a document as the index takes it.
type Entry struct {
	ID        string    // not empty; an entry with the same id is replaced
	Site      string    // who published it, if known
	Published time.Time // when, if known
	Page      uint32    // a hash of its URL, 0 if unknown: versions of one page are one page
	Words     int       // the number of words
	Bands     []uint64  // the keys of its LSH bands
	Set       Set       // its shingles, sorted
	Sequence  []uint32  // for the judge, where there is one
	Note      string    // for who lists clusters; an index in a storage does not keep it

	_ struct{}
}

// Prepared is an entry that is ready to be added. Entries can be prepared in
// parallel, so that only what needs an order is done in order.
type Prepared struct {
	doc *records.Document
	*records.Entry
}

// Prepare copies what an index keeps of an entry. It returns an error that
// wraps ErrID if the id is empty.
func (x *Index) Prepare(e Entry) (Prepared, error) {
	if e.ID == "" {
		return Prepared{}, fmt.Errorf("%w: it is empty, want a name for the document", ErrID)
	}
	return x.prepare(&e), nil
}

func (x *Index) prepare(e *Entry) Prepared {
	elements := e.Set.Elements()
	d := &records.Document{
		ID: strings.Clone(e.ID), Time: math.MaxInt64,
		Words: int32(min(e.Words, math.MaxInt32)), Size: int32(e.Set.Len()),
		Sampled: int32(len(sets.SampleOf(elements, uint64(x.o.Scale), x.o.Floor))),
	}
	if x.o.SamplesOnly {
		elements = elements[:d.Sampled]
	}
	d.Set = sets.Pack(elements, !x.o.SamplesOnly, x.limits.dense)
	if x.o.SamplesOnly {
		d.Sampled = int32(d.Set.Len())
		elements = elements[:d.Sampled]
	}
	d.Weight = int32(weigh(elements))
	if !e.Published.IsZero() {
		d.Time = records.Nanoseconds(e.Published)
	}
	b := records.Brief{Site: records.SiteKey(e.Site), Page: e.Page, Known: math.MaxUint32, Weight: uint32(weigh(elements[:d.Sampled]))}
	if d.Sampled > 0 && d.Sampled < d.Size {
		b.Known = uint32(elements[d.Sampled-1] >> 32)
	}
	bands := make([]uint32, len(e.Bands))
	for i, k := range e.Bands {
		bands[i] = postings.Key(k)
	}
	prepared := Prepared{d, &records.Entry{Bands: bands, Brief: b, Note: e.Note}}
	if x.o.NewJudge != nil {
		prepared.Sequence = sequences.Pack(e.Sequence, x.limits.dense)
	}
	return prepared
}

// ID returns the entry's id.
func (p Prepared) ID() string { return p.doc.ID }

// Order compares two entries by the order of AddBatch: it is negative if p comes
// first.
func (p Prepared) Order(q Prepared) int { return p.doc.Before(q.doc) }

// AppendBinary appends the entry to b, in the format that docs/format.md of the
// repository describes. It is for entries that were prepared and not yet added. The
// error wraps ErrID if p is a zero value; b is then returned unchanged.
func (p Prepared) AppendBinary(b []byte) ([]byte, error) {
	if p.doc == nil || p.Entry == nil {
		return b, fmt.Errorf("%w: the entry was not prepared", ErrID)
	}
	return records.AppendEntry(b, p.doc, p.Entry), nil
}

// Decode decodes what AppendBinary wrote of an entry that an index with the same
// options has prepared. Bytes that no index writes are rejected, and so are those
// of an index that keeps other parts of a document or another sample. The length is
// checked before anything is allocated; nothing of b is kept. The error wraps
// ErrFormat.
func (x *Index) Decode(b []byte) (Prepared, error) {
	l := x.layout()
	d, e, err := records.DecodeEntry(b, &l)
	if err != nil {
		return Prepared{}, err
	}
	if x.limits.dense {
		records.Densely(d, e)
	}
	return Prepared{d, e}, nil
}

// layout returns what the options mean for the bytes of entries.
func (x *Index) layout() records.Layout {
	return records.Layout{
		SamplesOnly: x.o.SamplesOnly, Sequences: x.o.NewJudge != nil, Scale: x.o.Scale, Floor: x.o.Floor,
		Weigh: weightOf, LeastWeight: weightOther, MostWeight: weightProse,
	}
}

// Prefetch reads ahead from the storage what adding an entry will look up, beside other
// readers and beside operations, so that the addition itself waits less. It notes in the
// entry which keys are absent. In memory it does nothing.
func (x *Index) Prefetch(p Prepared) {
	if p.doc == nil {
		return
	}
	defer x.rescue(nil)
	x.backend.readAhead(p)
}

// PrefetchRemoval reads ahead from the storage what removing a document will look up, as
// Prefetch does for adding one.
func (x *Index) PrefetchRemoval(id string) {
	defer x.rescue(nil)
	x.backend.readAheadRemoval(id)
}

// MayHave reports whether there may be a document with an id. It waits for nothing; where
// it says no, there was none when the last checkpoint was written, and none came since.
func (x *Index) MayHave(id string) bool { return x.backend.mayHave(id) }
