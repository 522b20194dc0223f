package cluster

import (
	"slices"
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
)

// enterLoaded enters what was loaded into the lists, which only searches, additions and
// removals need.
func (x *Index) enterLoaded() {
	u := x.unlisted
	if u == nil {
		return
	}
	var side sync.WaitGroup
	side.Go(func() {
		for n := range u.Len() {
			for _, key := range u.Of(n) {
				x.bands.Add(key, postings.Of(uint32(n)), nil, nil)
			}
		}
	})
	var sample []uint64
	for n := range u.Len() {
		d := x.docs.Get(uint32(n))
		sample = d.Sample(sample)
		for i, e := range sample {
			x.shingles.Add(shingleKey(e), postingOf(d, i), nil, nil)
		}
	}
	side.Wait()
	if x.backend.keepsBands() {
		for n := range u.Len() {
			x.docs.Get(uint32(n)).NeedRepresentative().Bands = slices.Clone(u.Of(n))
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
