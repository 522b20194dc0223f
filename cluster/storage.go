package cluster

import "io"

// A Storage holds an index, of which only a part is then in memory. It has a map of
// bytes to bytes, in the order of keys; files; and the entries of documents by
// position. Positions count the operations on the index from 1. Callers that log the
// operations write an entry before they add it. The methods of a Storage may be called
// concurrently.
type Storage interface {
	Entries
	FileStorage

	// View returns the present content. Later writes do not change it.
	View() (View, error)

	// Batch returns an empty batch, or nil if nothing can be written.
	Batch() Batch
}

// Entries are the entries of documents.
type Entries interface {
	// Entry appends to dst the entry of the operation at a position, as
	// Prepared.AppendBinary wrote it.
	Entry(dst []byte, position uint64) ([]byte, error)
}

// A FileStorage has files that are written once, from beginning to end.
type FileStorage interface {
	// Create makes a file, and replaces one of that name. When Close returns no error,
	// the file is durable.
	Create(name string) (io.WriteCloser, error)

	// Open opens a file for concurrent reading.
	Open(name string) (File, error)

	// Remove deletes a file, and Files returns the names of those there are.
	Remove(name string) error
	Files() ([]string, error)
}

// A File is a file that is being read.
type File = interface {
	io.ReaderAt
	io.Closer
}

// A View is the content of a storage at one moment.
type View interface {
	Entries

	// Get appends the value of a key to dst. ok says whether there is one.
	Get(dst, key []byte) (value []byte, ok bool, err error)

	// Scan calls visit with the keys from one on that are below another, in order,
	// and with their values. Both are valid until visit returns. Scan stops at the
	// first error that visit returns, and returns it.
	Scan(from, below []byte, visit func(key, value []byte) error) error

	Close() error
}

// A Batch is changes that are made together, or not at all, in the order of the calls.
// It keeps no argument of a call.
type Batch interface {
	Set(key, value []byte)
	Delete(key []byte)

	// Drop deletes the entry at a position.
	Drop(position uint64)

	// Commit makes the changes, and makes them durable. If it returns an error, none
	// was made, and none will be.
	Commit() error
}
