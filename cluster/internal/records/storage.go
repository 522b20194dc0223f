package records

// The keys and values of an index in a storage are, numbers in big-endian order,
// those said to be varints as encoding/binary has them:
//
//	m          what was so at the last checkpoint: see Header
//	d number   a document, by its number of four bytes: see record
//	g number   a group, likewise: see appendGroup
//	i id       the number of the document with the id, four bytes
//
// Postings are in runs, files with names such as s00000012.run for those of
// sampled shingles, and b00000012.run for those of bands: see package postings.

// Entries are the entries of documents.
type Entries interface {
	// Entry appends to dst the entry of the operation at a position, as AppendEntry
	// wrote it.
	Entry(dst []byte, position uint64) ([]byte, error)
}

// A View is the content of a storage at one moment: see cluster.View.
type View interface {
	Entries
	Get(dst, key []byte) (value []byte, ok bool, err error)
	Scan(from, below []byte, visit func(key, value []byte) error) error
	Close() error
}

// A Batch is changes that are made together: see cluster.Batch.
type Batch interface {
	Set(key, value []byte)
	Delete(key []byte)
	Drop(position uint64)
	Commit() error
}
