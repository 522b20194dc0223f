package cluster

import "io"

// A Storage is where an index keeps what it knows, so that only a part of it
// need be in memory: a map of bytes to bytes, in the order of keys; files; and the
// entries of the documents by position. Positions, from 1 on, count the
// operations on the index; callers that log the operations write an entry before
// they add it. The methods of a Storage may be called side by side.
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
	// Entry appends to dst the entry of the operation at a position, as
	// Prepared.AppendBinary wrote it.
	Entry(dst []byte, position uint64) ([]byte, error)
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
type File = interface {
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
