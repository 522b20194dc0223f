package records

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
)

// A Header, key m, is what was so at the last checkpoint:
//
//	version                       1, a byte
//	position, clock               varints: of the last operation, of arrivals
//	documents, groups             how many numbers were given, varints
//	candidates, matches, skipped  counts of what was done, varints
//	shingles, bands               of each the version: see postings.Version
type Header struct {
	Position, Clock              uint64
	Documents, Groups            int
	Candidates, Matches, Skipped int
	Lists                        [2]postings.Version
}

// HeaderKey is the key of the header.
var HeaderKey = []byte{'m'}

const headerVersion = 2

// AppendBinary appends the header.
func (h *Header) AppendBinary(b []byte) []byte {
	b = append(b, headerVersion)
	for _, n := range [...]uint64{
		h.Position, h.Clock, uint64(h.Documents), uint64(h.Groups),
		uint64(h.Candidates), uint64(h.Matches), uint64(h.Skipped),
	} {
		b = binary.AppendUvarint(b, n)
	}
	for i := range h.Lists {
		b = h.Lists[i].AppendBinary(b)
	}
	return b
}

// FilesOf returns the runs that the header lists, with their sizes.
func FilesOf(view View) (map[string]int64, error) {
	h, err := readHeader(view)
	files := map[string]int64{}
	for i, prefix := range [...]byte{'s', 'b'} {
		for _, r := range h.Lists[i].Runs {
			files[postings.RunName(prefix, r.Number)] = r.Size
		}
	}
	return files, err
}

// readHeader reads the header, if there is one.
func readHeader(view View) (h Header, err error) {
	v, ok, err := view.Get(nil, HeaderKey)
	if err != nil || !ok {
		return h, err
	}
	if len(v) > 0 && v[0] > headerVersion {
		return h, fmt.Errorf("%w of this package wrote the index (format %d, this one reads %d)", ErrVersion, v[0], headerVersion)
	}
	d := decoder{b: v}
	if version := d.byte(); d.err == nil && version < headerVersion {
		return h, fmt.Errorf("%w: an earlier version of this package wrote the index (format %d, this one reads %d): make a new one", ErrFormat, version, headerVersion)
	}
	h.Position, h.Clock = d.uvarint(), d.uvarint()
	h.Documents, h.Groups = int(d.below(postings.MostNumbers+1)), int(d.below(postings.MostNumbers+1))
	h.Candidates, h.Matches, h.Skipped = int(d.uvarint()), int(d.uvarint()), int(d.uvarint())
	for i := range h.Lists {
		h.Lists[i].Made = d.uvarint()
		for range d.count(2) {
			h.Lists[i].Runs = append(h.Lists[i].Runs, postings.RunRecord{Number: d.uvarint(), Size: int64(d.uvarint() & math.MaxInt64)})
		}
	}
	if err := d.end(); err != nil {
		return Header{}, fmt.Errorf("header: %w", err)
	}
	return h, nil
}
