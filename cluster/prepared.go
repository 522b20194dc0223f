package cluster

import "fmt"

// Order says which of two entries comes first in a batch, as AddBatch has it:
// negative if it is p.
func (p Prepared) Order(q Prepared) int { return p.doc.before(q.doc) }

// Lookup answers for an entry whose document is there already, unchanged: what it
// matches and where it belongs. Nothing changes by it. The error wraps ErrUnknown
// if no document has its id.
func (x *Index) Lookup(p Prepared) (a Added, err error) {
	if p.doc == nil {
		return Added{}, fmt.Errorf("%w: the entry was not prepared", ErrID)
	}
	defer x.letGo()
	x.rlock()
	defer x.mu.RUnlock()
	defer x.rescue(&err)
	if err := x.Err(); err != nil {
		return Added{}, err
	}
	d := x.find(p.doc.id)
	if d == nil {
		return Added{}, fmt.Errorf("%w: %q", ErrUnknown, p.doc.id)
	}
	f := x.search(p.doc, &p.brief, p.entry, known{})
	return Added{Cluster: x.cluster(d), Size: x.clusterSize(d), Matches: x.answer(p.doc, &p.brief, p.entry, &f)}, nil
}

// Counters returns those of the counts in Stats that take no time to tell, which
// are the numbers of documents, of candidates and of matches.
func (x *Index) Counters() Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return Stats{
		Documents: x.ids.count, Indexed: x.stats.Indexed,
		Candidates: x.stats.Candidates, Matches: x.stats.Matches, Skipped: x.stats.Skipped,
	}
}
