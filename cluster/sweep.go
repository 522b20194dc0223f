package cluster

// A sweep takes postings of what is gone out of the pages, some pages with each
// checkpoint, so that numbers can be used again.
type sweep struct {
	numbers []uint32 // that will be free when it is done; nil where there is none
	page    uint32   // the next one of either prefix
	until   uint32   // the one after the last to be swept with this checkpoint
}

// pagesToSweep is how many pages of each prefix a checkpoint sweeps: so many that a
// sweep takes as many operations as a quarter of the documents that are there, and
// what is gone never takes more than about half as much as what is there.
func (x *Index) pagesToSweep() uint32 {
	operations := x.stored.position - x.stored.written
	share := float64(operations) / (float64(x.ids.count)/4 + 1)
	return uint32(min(1, max(share, 1./64)) * (1 << pageBits))
}

// sweepPages takes what is gone out of the next pages.
func (x *Index) sweepPages(batch Batch, there bitset) error {
	s := x.stored
	from, to := s.sweep.page, s.sweep.until
	for _, l := range x.lists() {
		err := s.view.Scan(pageKey(l.prefix, from), pageKey(l.prefix, to), func(key, page []byte) error {
			if rest, less := swept(page, there); less && len(rest) == 0 {
				batch.Delete(key)
			} else if less {
				batch.Set(key, rest)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	s.sweep.page = to
	return nil
}
