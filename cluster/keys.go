package cluster

import (
	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Hash returns a hash of the id, by which documents of one time are ordered where many are
// added at once.
func (p Prepared) Hash() uint64 { return HashID(p.doc.ID) }

// HashID returns the hash of an id.
func HashID(id string) uint64 { return records.HashID(id) }

// weightAt returns the weight of the key at a place.
func weightAt(place uint32) int { return weight(uint64(place)) }

// textOf returns a hash of a document's sample. With a filter it is one of the id: of two
// documents that are alike only one may match a third.
func (x *Index) textOf(p Prepared, buf *[]uint64) uint32 {
	if x.filtered() {
		return uint32(p.Hash())
	}
	*buf = p.doc.Sample(*buf)
	return join.TextOf(int(p.doc.Size), *buf)
}
