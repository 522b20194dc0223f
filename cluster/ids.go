package cluster

import "hash/maphash"

// ids finds documents by their ids. It holds no ids, which the documents have:
// a list of postings tells which documents may have one. Nobody can choose ids
// that share a list, as the hash has a seed of its own.
type ids struct {
	seed     maphash.Seed
	postings *postings
	count    int
}

func newIDs() ids {
	return ids{seed: maphash.MakeSeed(), postings: newPostings(mostDocuments)}
}

func (t *ids) key(id string) uint32 { return uint32(maphash.String(t.seed, id)) }

// find returns the document with an id, or nil.
func (t *ids) find(id string, docs slots[document]) *document {
	var buf [4]posting
	for _, e := range t.postings.get(buf[:0], t.key(id), nil) {
		if d := docs.get(e.doc()); d != nil && d.id == id && !d.gone {
			return d
		}
	}
	return nil
}

func (t *ids) add(d *document) {
	t.postings.add(t.key(d.id), postingOf(d.number), nil)
	t.count++
}

func (t *ids) remove(d *document) {
	t.postings.remove(t.key(d.id), d.number)
	t.count--
}
