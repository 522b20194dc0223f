package cluster

// A hit is what a document shares with the one that is looked up.
type hit struct {
	doc    uint32 // its number plus one, 0 where none is
	weight uint32 // of the common shingles of the samples
	bands  uint32
}

// hits are those of one search: a hash table by the number of the document,
// small enough to stay in the processor's cache.
type hits struct {
	slots []hit
	used  int
	shift uint8
}

func (h *hits) reset() {
	if len(h.slots) == 0 || len(h.slots) > 1<<14 && h.used < len(h.slots)/16 {
		h.slots, h.shift = make([]hit, 1<<9), 32-9
	}
	clear(h.slots)
	h.used = 0
}

// at returns the hit of a document, which is empty at first.
func (h *hits) at(doc uint32) *hit {
	mask := uint32(len(h.slots) - 1)
	for i := (doc * 0x9E3779B1) >> h.shift; ; i = (i + 1) & mask {
		s := &h.slots[i]
		if s.doc == doc+1 {
			return s
		}
		if s.doc == 0 {
			if 2*h.used >= len(h.slots) {
				h.grow()
				return h.at(doc)
			}
			h.used++
			s.doc = doc + 1
			return s
		}
	}
}

func (h *hits) grow() {
	old := h.slots
	h.slots, h.used, h.shift = make([]hit, 2*len(old)), 0, h.shift-1
	for _, o := range old {
		if o.doc != 0 {
			*h.at(o.doc - 1) = o
		}
	}
}
