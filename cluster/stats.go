package cluster

import "unsafe"

// Stats counts what an index has done and holds.
type Stats struct {
	Documents  int // there now
	Indexed    int // of which with entries of their own in the index
	Entries    int // these entries: bands and sampled shingles
	Candidates int // documents verified so far
	Matches    int // of which matched
	Skipped    int // candidates beyond the bounds, not verified

	// Of an index in a storage, the lists of postings that were read, and those of
	// them that were looked for in vain, since it was opened. Bytes below are then
	// those in memory.
	Reads, VainReads int

	// The bytes that the parts of the index take: the lists of bands and of
	// sampled shingles, the sets that are kept, ids, and the rest of what is
	// known of a document. Clusters of several documents take more.
	BandBytes, ShingleBytes, SetBytes, IDBytes, DocumentBytes int
}

// Stats returns the counts so far. It takes time in proportion to the number
// of documents.
func (x *Index) Stats() Stats {
	x.rlock()
	defer x.mu.RUnlock()
	s := x.stats
	s.Documents = x.ids.count
	for _, l := range x.lists() {
		if s.Entries += l.list.entryCount(); l.list.tiers != nil {
			s.Reads += int(l.list.runs.reads.Load())
			s.VainReads += int(l.list.runs.vain.Load())
		}
	}
	s.BandBytes, s.ShingleBytes = x.bands.bytes(), x.shingles.bytes()
	for n := range x.docs {
		d := x.docs.get(uint32(n))
		if d == nil {
			continue
		}
		s.SetBytes += 4 * int(d.set.n)
		s.IDBytes += len(d.id)
		s.DocumentBytes += documentBytes + d.ties.bytes()
	}
	s.IDBytes += 8 * len(x.ids.slots)
	for _, q := range x.sequences {
		s.SetBytes += 4*cap(q) + 24
	}
	return s
}

// documentBytes is the size of a document, of a pointer to it, and of its brief.
const documentBytes = int(unsafe.Sizeof(document{}) + unsafe.Sizeof(&document{}) + unsafe.Sizeof(brief{}))

// bytes returns the memory of what connects a document with others, its part of
// its cluster included.
func (t *ties) bytes() int {
	if t == nil {
		return 0
	}
	n := int(unsafe.Sizeof(ties{})) + int(unsafe.Sizeof(match{}))*cap(t.matches) + 8*int(t.form.n)
	if t.lead != nil {
		n += int(unsafe.Sizeof(lead{})) + 4*cap(t.lead.followers) + 4*cap(t.lead.bands)
	}
	if t.following != nil {
		n += int(unsafe.Sizeof(following{})) + 4*cap(t.following.bands)
	}
	return n
}
