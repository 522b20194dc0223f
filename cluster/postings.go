package cluster

import "slices"

// postings maps a key, a shingle or a band, to the latest documents that hold
// it, up to a bound. Most keys have one document, so that takes no memory
// beside the map's entry.
type postings struct {
	entries map[uint64]uint32 // a document's number, or manyDocuments|index into lists
	lists   [][]uint32
	free    []uint32 // unused indexes of lists
	max     int
}

const manyDocuments = 1 << 31

func newPostings(bound int) *postings {
	return &postings{entries: map[uint64]uint32{}, max: bound}
}

// get appends the documents with the key to dst, in the order in which they
// were added.
func (p *postings) get(dst []uint32, key uint64) []uint32 {
	v, ok := p.entries[key]
	switch {
	case !ok:
		return dst
	case v&manyDocuments == 0:
		return append(dst, v)
	}
	return append(dst, p.lists[v&^manyDocuments]...)
}

// add appends a document to the key's list, the oldest of which gives way if
// the list is full.
func (p *postings) add(key uint64, doc uint32) {
	v, ok := p.entries[key]
	switch {
	case !ok:
		p.entries[key] = doc
	case v&manyDocuments == 0:
		if n := len(p.free); n > 0 {
			p.entries[key] = manyDocuments | p.free[n-1]
			p.lists[p.free[n-1]] = append(p.lists[p.free[n-1]], v, doc)
			p.free = p.free[:n-1]
		} else {
			p.entries[key] = manyDocuments | uint32(len(p.lists))
			p.lists = append(p.lists, []uint32{v, doc})
		}
	default:
		list := p.lists[v&^manyDocuments]
		if len(list) == p.max {
			list = slices.Delete(list, 0, 1)
		}
		p.lists[v&^manyDocuments] = append(list, doc)
	}
}

// remove takes a document from the key's list, if it is still there.
func (p *postings) remove(key uint64, doc uint32) {
	v, ok := p.entries[key]
	switch {
	case !ok:
	case v&manyDocuments == 0:
		if v == doc {
			delete(p.entries, key)
		}
	default:
		i := v &^ manyDocuments
		list := p.lists[i]
		if at := slices.Index(list, doc); at >= 0 {
			list = slices.Delete(list, at, at+1)
		}
		if len(list) == 1 {
			p.entries[key] = list[0]
			list = nil
			p.free = append(p.free, i)
		}
		p.lists[i] = list
	}
}
