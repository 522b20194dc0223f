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
	note := func(d *Document, m Match) {
		t := d.NeedLinks()
		if t.Matches == nil {
			t.Matches = make([]Match, 0, many[d.Number])
		}
		t.Matches = append(t.Matches, m)
	}
	for n, found := range matches {
		all += len(found)
		d := docs[n]
		if len(found) > 0 && len(found) == int(many[n]) {
			d.NeedLinks().Matches = found
		} else {
			for _, m := range found {
				note(d, m)
			}
		}
		for _, m := range found {
			note(docs[m.With], m.Swap(d.Number))
		}
		matches[n] = nil
	}
	return all
}

// Note notes one match with both documents, as d keeps it.
func Note(d, o *Document, m Match) {
	d.NeedLinks().Matches = append(d.Matches(), m)
	o.NeedLinks().Matches = append(o.Matches(), m.Swap(d.Number))
}
