package records

// Connect notes matches with both documents, and returns how many there are. The documents
// are told by their numbers, and have no matches yet; of each there are those that it keeps
// with others. It takes the matches out of the slice.
func Connect(docs []*Document, matches [][]Match) (all int) {
	many := make([]int32, len(docs))
	for n, found := range matches {
		many[n] += int32(len(found))
		for _, m := range found {
			many[m.With]++
		}
	}
	var links slab[Links]
	var noted slab[Match]
	note := func(d *Document, m Match) {
		if d.Links == nil {
			d.Links = &links.take(1)[0]
		}
		if d.Links.Matches == nil {
			d.Links.Matches = noted.take(int(many[d.Number]))[:0]
		}
		d.Links.Matches = append(d.Links.Matches, m)
	}
	for n, found := range matches {
		all += len(found)
		for _, m := range found {
			note(docs[n], m)
			note(docs[m.With], m.Swap(uint32(n)))
		}
		matches[n] = nil
	}
	return all
}

// A slab is memory for values of which there are many, so that few objects hold them: that
// costs the garbage collector less. It is free once all values of one are.
type slab[T any] struct{ rest []T }

const slabLen = 64

func (s *slab[T]) take(n int) (out []T) {
	if n > slabLen/4 {
		return make([]T, n)
	}
	if n > len(s.rest) {
		s.rest = make([]T, slabLen)
	}
	out, s.rest = s.rest[:n:n], s.rest[n:]
	return out
}

// Note notes one match with both documents, as d keeps it.
func Note(d, o *Document, m Match) {
	d.NeedLinks().Matches = append(d.Matches(), m)
	o.NeedLinks().Matches = append(o.Matches(), m.Swap(d.Number))
}
