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

	// The bytes that the parts of the index take: the lists of bands and of
	// sampled shingles, the sets that are kept, ids, and the rest of what is
	// known of a document. Clusters of several documents take more.
	BandBytes, ShingleBytes, SetBytes, IDBytes, DocumentBytes int
}

// Stats returns the counts so far. It takes time in proportion to the number
// of documents.
func (x *Index) Stats() Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.stats
	s.Documents = len(x.numbers)
	s.Entries = x.bands.entries + x.shingles.entries
	s.BandBytes, s.ShingleBytes = x.bands.bytes(), x.shingles.bytes()
	for _, d := range x.docs {
		if d == nil {
			continue
		}
		s.SetBytes += 8*cap(d.elements) + 4*cap(d.packed)
		// The text of the id, and its entry in the map of ids: a string
		// header and a number at the map's usual load.
		s.IDBytes += len(d.id) + 32
		s.DocumentBytes += documentBytes
	}
	return s
}

// segmentBytes is the size of a segment without its places.
const segmentBytes = int(unsafe.Sizeof(segment{}))

// documentBytes is the size of a document and of a pointer to it.
const documentBytes = int(unsafe.Sizeof(document{}) + unsafe.Sizeof(&document{}))
