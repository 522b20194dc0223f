package cluster

import (
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
)

// enterLoaded enters what was loaded into the lists, which only searches, additions and
// removals need.
func (x *Index) enterLoaded() {
	if x.unlisted == nil {
		return
	}
	var side sync.WaitGroup
	side.Go(func() {
		for n, bands := range x.unlisted {
			for _, key := range bands.All() {
				x.bands.Add(key, postings.Of(uint32(n)), nil, nil)
			}
		}
	})
	var sample []uint64
	for n := range uint32(x.docs.Len()) {
		d := x.docs.Get(n)
		sample = d.Sample(sample)
		for i, e := range sample {
			x.shingles.Add(shingleKey(e), postingOf(d, i), nil, nil)
		}
	}
	side.Wait()
	if x.backend.keepsBands() {
		for n, bands := range x.unlisted {
			x.docs.Get(uint32(n)).NeedRepresentative().Bands = bands.All()
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
