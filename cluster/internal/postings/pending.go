package postings

// Pending are postings of keys that a table does not have, to be added together.
// One by one, each waits for memory, and moves a few dozen others on; many at a
// time, each segment of the table is read and written once.
type Pending struct {
	postings []uint64 // the key above the posting
}

// NewPending makes room for so many postings.
func NewPending(room int) Pending { return Pending{make([]uint64, 0, room)} }

// Room returns how many postings may be added before Flush must be called.
func (p *Pending) Room() int { return cap(p.postings) - len(p.postings) }

// Len returns how many postings are pending.
func (p *Pending) Len() int { return len(p.postings) }

// Add leaves a posting to be added by Flush.
func (p *Pending) Add(key uint32, e Posting) {
	p.postings = append(p.postings, uint64(key)<<32|uint64(e))
}

// Flush adds all pending postings to the table.
func (p *Pending) Flush(to *Table) {
	sortHashes(p.postings, 0)
	to.addAll(p.postings)
	p.postings = p.postings[:0]
}
