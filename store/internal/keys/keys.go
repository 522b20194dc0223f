// Package keys has the keys of what a store writes into Pebble; docs/format.md describes
// them.
package keys

import "encoding/binary"

// The first byte of a key says what it is. Keys
// that begin with x are the index's own, see cluster.Storage.
const (
	Arrival   = 'a' // time of arrival, position
	Entry     = 'e' // position
	ID        = 'i' // id
	Setting   = 'm' // name
	Published = 'p' // time of publication, position
	Removal   = 'r' // position
	Text      = 't' // position
	Event     = 'v' // position
	Index     = 'x'
)

// The settings.
var (
	Version  = []byte("mversion")  // of the format
	Scheme   = []byte("mscheme")   // what the answers depend on; see Scheme in package engine
	Position = []byte("mposition") // of the last operation
	Newest   = []byte("mnewest")   // the latest time of publication, of all documents that there ever were
	Clock    = []byte("mclock")    // time of the last arrival
	Events   = []byte("mevents")   // the position up to which events are written
	Lost     = []byte("mlost")     // the positions that were acknowledged and are gone
	First    = []byte("mfirst")    // the position from which events are kept
)

// Numbered returns the key of a record of which each position has one.
func Numbered(kind byte, position uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{kind}, position)
}

// NumberedTwice returns a key with two numbers.
func NumberedTwice(kind byte, a, b uint64) []byte {
	return binary.BigEndian.AppendUint64(Numbered(kind, a), b)
}

// Timed returns a key that sorts by time, and by position for the same time.
func Timed(kind byte, nanoseconds int64, position uint64) []byte {
	return NumberedTwice(kind, Sortable(nanoseconds), position)
}

// OfID returns the key of the record of an id.
func OfID(id string) []byte { return append([]byte{ID}, id...) }

// Sortable maps times to numbers in the same order.
func Sortable(nanoseconds int64) uint64 { return uint64(nanoseconds) ^ 1<<63 }
