package cluster

import "io"

// A Storage is where an index keeps what it knows, so that only a part of it
// need be in memory: a map of bytes to bytes, in the order of keys; files; and the
// entries of the documents by position. Positions, from 1 on, count the
// operations on the index; who logs the operations writes the entries, before it
// adds them. Its methods may be called side by side.
//
// The keys and values of an index are, numbers in big-endian order, those said
// to be varints as encoding/binary has them:
//
//	m          what was so at the last checkpoint: see open.go
//	d number   a document, by its number of four bytes
//	g number   a group (a cluster of several documents), likewise
//	i id       the number of the document with the id, four bytes
//
// records.go has the documents and groups. Postings are in files, runs, with names
// such as s00000012.run for those of sampled shingles, and b00000012.run for those of
// bands: run.go has these.
type Storage interface {
	Entries
	FileStorage

	// View returns what is stored now. What is written later does not change it.
	View() (View, error)

	// Batch returns changes to be made, of which there are none yet; or nil, where
	// nothing can be written.
	Batch() Batch
}

// Entries are the entries of documents.
type Entries interface {
	// Entry returns the entry of the operation at a position.
	Entry(position uint64) (Prepared, error)
}

// A FileStorage keeps files, which are written once, from beginning to end.
type FileStorage interface {
	// Create makes a file, in the place of one of that name. When Close returns no
	// error, it is durable.
	Create(name string) (io.WriteCloser, error)

	// Open opens a file for reading, by several at a time.
	Open(name string) (File, error)

	// Remove deletes a file, and Files returns the names of those there are.
	Remove(name string) error
	Files() ([]string, error)
}

// A File is one being read.
type File interface {
	io.ReaderAt
	io.Closer
}

// A View is the content of a storage at one moment.
type View interface {
	Entries

	// Get appends the value of a key to dst. ok says whether there is one.
	Get(dst, key []byte) (value []byte, ok bool, err error)

	// Scan calls visit with the keys from one on that are below another, in
	// order, and their values, which hold until it returns. It stops at the
	// first error that visit returns, and returns that.
	Scan(from, below []byte, visit func(key, value []byte) error) error

	Close() error
}

// A Batch is changes that are made together, or not at all. They are made in
// the order of the calls, which keep nothing of their arguments.
type Batch interface {
	Set(key, value []byte)
	Delete(key []byte)

	// Drop deletes the entry at a position.
	Drop(position uint64)

	// Commit makes the changes, and makes them durable. Where it returns an error,
	// none was made, and none will be.
	Commit() error
}
