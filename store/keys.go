package store

import (
	"encoding/binary"
	"math"
	"time"
)

// The first byte of a key says what it is. docs/format.md describes them all. Keys
// that begin with x are the index's own, see cluster.Storage.
const (
	byArrival   = 'a' // time of arrival, position
	anEntry     = 'e' // position
	anID        = 'i' // id
	aSetting    = 'm' // name
	byPublished = 'p' // time of publication, position
	aRemoval    = 'r' // position
	aText       = 't' // position
	anEvent     = 'v' // position
	ofTheIndex  = 'x'
)

// The settings.
var (
	versionKey  = []byte("mversion")  // of the format
	schemeKey   = []byte("mscheme")   // what the answers depend on; see scheme.go
	positionKey = []byte("mposition") // of the last operation
	newestKey   = []byte("mnewest")   // the latest time of publication, of all documents that there ever were
	clockKey    = []byte("mclock")    // time of the last arrival
	eventsKey   = []byte("mevents")   // the position up to which events are written
	lostKey     = []byte("mlost")     // the positions that were acknowledged and are gone
	firstKey    = []byte("mfirst")    // the position from which events are kept
)

// numbered returns the key of a record of which each position has one.
func numbered(kind byte, position uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{kind}, position)
}

// numberedTwice returns a key with two numbers.
func numberedTwice(kind byte, a, b uint64) []byte {
	return binary.BigEndian.AppendUint64(numbered(kind, a), b)
}

// timed returns a key that sorts by time, and by position for the same time.
func timed(kind byte, nanoseconds int64, position uint64) []byte {
	return numberedTwice(kind, sortable(nanoseconds), position)
}

func idKey(id string) []byte { return append([]byte{anID}, id...) }

// sortable maps times to numbers in the same order.
func sortable(nanoseconds int64) uint64 { return uint64(nanoseconds) ^ 1<<63 }

// nanoseconds returns the nanoseconds since 1970. Times before 1678 and after 2261
// count as the first and the last that 64 bits can tell.
func nanoseconds(t time.Time) int64 {
	switch y := t.UTC().Year(); {
	case y < 1678:
		return math.MinInt64
	case y > 2261:
		return math.MaxInt64
	}
	return t.UnixNano()
}

// arrival returns the time of so many nanoseconds since 1970.
func arrival(nanoseconds int64) time.Time { return time.Unix(0, nanoseconds).UTC() }
