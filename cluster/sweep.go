package cluster

// A sweep takes postings of what is gone out of the lists in a storage, by merging
// all runs, so that numbers can be used again.
type sweep struct {
	numbers []uint32 // that will be free when it is done; nil where there is none
	done    [2]bool  // for each of the lists
}

// mergeQuota is how many of so many postings a checkpoint merges at least: so many
// that a sweep takes as many operations as a quarter of the documents that are there,
// and what is gone never takes more than about half as much as what is there.
func (x *Index) mergeQuota(postings int, operations uint64) int {
	share := float64(operations) / (float64(x.ids.count)/4 + 1)
	return max(x.leastMerged, int(min(1, share)*float64(postings)))
}
