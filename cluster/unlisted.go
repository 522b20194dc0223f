package cluster

import (
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
)

// An unlisted has the bands of documents that were loaded, until they are in the lists,
// which only searches, additions and removals need.
type unlisted struct {
	bands []uint32 // of all documents
	ends  []int    // where those of each end
}

// grow makes room for the bands of some entries.
func (u *unlisted) grow(entries []Prepared) {
	n := 0
	for _, p := range entries {
		n += len(p.Bands)
	}
	u.bands, u.ends = make([]uint32, 0, n), make([]int, 0, len(entries))
}

// add adds the bands of the next document.
func (u *unlisted) add(bands []uint32) {
	u.bands = append(u.bands, bands...)
	u.ends = append(u.ends, len(u.bands))
}

// of returns the bands of a document.
func (u *unlisted) of(n int) []uint32 {
	begin := 0
	if n > 0 {
		begin = u.ends[n-1]
	}
	return u.bands[begin:u.ends[n]:u.ends[n]]
}

// enterLoaded enters what was loaded into the lists.
func (x *Index) enterLoaded() {
	u := x.unlisted
	if u == nil {
		return
	}
	var side sync.WaitGroup
	side.Go(func() {
		for n := range u.ends {
			for _, key := range u.of(n) {
				x.bands.Add(key, postings.Of(uint32(n)), nil, nil)
			}
		}
	})
	var sample []uint64
	for n := range u.ends {
		d := x.docs.Get(uint32(n))
		sample = d.Sample(sample)
		for i, e := range sample {
			x.shingles.Add(shingleKey(e), postingOf(d, i), nil, nil)
		}
	}
	side.Wait()
	if x.backend.keepsBands() {
		for n := range u.ends {
			x.docs.Get(uint32(n)).NeedRepresentative().Bands = u.of(n)
		}
	}
	x.unlisted = nil
}

// rlock takes the lock for reading what lists hold, when all is in them.
func (x *Index) rlock() {
	for x.mu.RLock(); x.unlisted != nil; x.mu.RLock() {
		x.mu.RUnlock()
		x.mu.Lock()
		x.enterLoaded()
		x.mu.Unlock()
	}
}
