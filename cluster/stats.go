package cluster

// Stats are counts of what an index has done, and of what it holds.
type Stats struct {
	Documents  int `json:"documents"`  // there now
	Indexed    int `json:"indexed"`    // of which with entries of their own in the index
	Entries    int `json:"entries"`    // these entries: bands and sampled shingles
	Candidates int `json:"candidates"` // documents verified so far
	Matches    int `json:"matches"`    // of which matched
	Skipped    int `json:"skipped"`    // candidates beyond the bounds, not verified

	// Comparisons since it was opened that were of samples only, and matches that were
	// not judged, since the documents are too large for so many comparisons.
	Shortened int `json:"shortened"`

	// Of an index in a storage: the lists of postings that were read since it was
	// opened, and how many of them were empty. The bytes below are then those in
	// memory.
	Reads     int `json:"reads"`
	VainReads int `json:"vain_reads"`

	// The bytes of the parts of the index: the lists of bands and of sampled
	// shingles, the sets, the ids, and the rest of each document. Clusters of
	// several documents take more.
	BandBytes     int `json:"band_bytes"`
	ShingleBytes  int `json:"shingle_bytes"`
	SetBytes      int `json:"set_bytes"`
	IDBytes       int `json:"id_bytes"`
	DocumentBytes int `json:"document_bytes"`
}

// Stats returns the counts so far. It takes time in proportion to the number
// of documents.
func (x *Index) Stats() Stats {
	x.rlock()
	defer x.mu.RUnlock()
	s := x.stats
	s.Documents = x.docs.Count()
	s.Entries = x.bands.Len() + x.shingles.Len()
	s.Shortened += x.change.effort.Cut
	s.Reads, s.VainReads = x.backend.reads()
	s.BandBytes, s.ShingleBytes = x.bands.Bytes(), x.shingles.Bytes()
	s.SetBytes, s.IDBytes, s.DocumentBytes = x.docs.Memory()
	return s
}

// Counters returns the counts of Stats that take no time: the numbers of documents, of
// candidates and of matches.
func (x *Index) Counters() Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return Stats{
		Documents: x.docs.Count(), Indexed: x.stats.Indexed,
		Candidates: x.stats.Candidates, Matches: x.stats.Matches, Skipped: x.stats.Skipped,
	}
}
