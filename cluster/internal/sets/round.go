package sets

// Elements are rounded when a set is made, so that all places where one is kept or
// compared have the same: memory, a storage and the bytes of an entry. Of a hash the upper
// 31 bits are left, which two different shingles of two documents of n shingles have in
// common with probability n²/2³¹: of 700, one comparison in 4,400 counts one shingle too
// many, and of any number one in 2³¹/n is. In the lowest sixteenth of all hashes, where
// most samples are, 39 bits are left, so that lists of millions of documents are no longer
// than they must be: their keys have 32 bits.
const (
	coarseShift = 64 - 31
	fineShift   = 64 - 39
	fine        = 1 << 60
)

// Round returns an element with the bits that are compared. Elements stay in order.
func Round(e uint64) uint64 {
	keep := ^uint64(1<<coarseShift - 1)
	if e < fine {
		keep = ^uint64(1<<fineShift - 1)
	}
	return e&keep | e&Prose
}
