// Package postings maps keys, which are hashes of 32 bits, to short lists of
// numbers. It knows nothing of what the numbers stand for.
//
// A list holds the latest postings of its key up to a bound; where it is full,
// the oldest gives way, or one that the caller chooses. Which numbers are live is a parameter of every call, so
// that removing a number takes no time: postings of dead numbers are passed over,
// replaced first, and taken out by sweeps and merges.
//
// There are two implementations of Lists. A Table is a hash table in memory. A
// Tree is a log-structured merge-tree (O'Neil and others, "The log-structured
// merge-tree", 1996): new postings are in a memtable, the rest in sorted files,
// which are called runs. Both give the same lists for the same calls; the tests
// compare them with a plain map.
//
// README.md has the measurements that decided against a key–value store for the
// runs.
package postings

import (
	"io"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// A Posting is a number in the list of a key, with a few flags: the number plus
// one above FlagBits bits. 0 is none.
type Posting uint32

const (
	// FlagBits is how many of the lowest bits are flags. The lowest one is Marked,
	// which Mark changes; the others belong to the caller.
	FlagBits = 3

	Marked Posting = 1

	// MostNumbers is how many numbers a posting can tell apart.
	MostNumbers = 1<<(32-FlagBits) - 1
)

// Of returns the posting of a number, without flags.
func Of(number uint32) Posting { return Posting(number+1) << FlagBits }

// Number returns the number of a posting.
func (p Posting) Number() uint32 { return uint32(p>>FlagBits) - 1 }

// Key makes a key of a hash of 64 bits.
func Key(hash uint64) uint32 { return uint32(hash * 0x9E3779B97F4A7C15 >> 32) }

// Options are the bounds of lists.
type Options struct {
	Longest  int // postings of a key, at least 1 and at most 255
	Frequent int // postings from which on a key counts as frequent

	// GivesWay returns the place of the posting that gives way where a list is full and
	// the next one comes; nil stands for the oldest. It depends on these postings, but
	// for Marked, alone.
	GivesWay func(list []Posting, next Posting) int
}

func (o *Options) givesWay(list []Posting, next Posting) int {
	if o.GivesWay == nil {
		return 0
	}
	return o.GivesWay(list, next)
}

// Lists are the lists of all keys.
//
// In all methods live tells which numbers are live; nil stands for all. A hint
// may be nil.
type Lists interface {
	// Get appends to dst the live postings of a key, the oldest first. Where a
	// hint is given, it learns how many these are.
	Get(dst []Posting, key uint32, live bitset.Set, h *Hint) []Posting

	// Add adds a posting as the latest of its key, and returns how many the key
	// has then. Where the list is full, a dead posting gives way, or else the
	// one that Options say. A hint is one that Get has seen since the list last changed.
	Add(key uint32, p Posting, live bitset.Set, h *Hint) int

	// Mark sets whether a number is Marked in the list of a key.
	Mark(key, number uint32, on bool, live bitset.Set)

	// Frequent reports whether a key may have Options.Frequent postings or more.
	Frequent(key uint32) bool

	// Prefetch reads the places of keys in memory, all without waiting for one
	// another, so that looking them up one by one finds them in the processor's
	// cache. The sum is there so that the reads are not optimised away.
	Prefetch(keys []uint32) (sum byte)

	// Len returns the number of postings, in a Tree about that.
	Len() int

	// Bytes returns the memory of the lists.
	Bytes() int
}

// A Hint is what is known of the list of one key, so that it need not be looked
// up, or not once more. An empty one says that it is likely to be in memory. A Table has
// no use for hints.
type Hint struct {
	Absent  bool // the runs do not have the key
	counted bool // Get has counted the list
	count   uint8
}

// Files keep the runs of a tree. Each file is written once, from beginning to
// end. The methods may be called side by side.
type Files interface {
	// Create makes a file in the place of one of that name. When Close returns no
	// error, the file is durable.
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
