package cluster

// A merger makes one run of several that stand in a row, as much at a time as is
// wanted.
type merger struct {
	inputs  []*run // the oldest first
	oldest  bool   // no run is older than these
	all     bool   // it is of all runs, to take out what is gone
	cursors []*cursor
	many    []*keyReader // those that are not at their end
	out     *runWriter
	keys    int // there will be at most
	part    int // of the filter, that is being filled
	list    []posting
}

// newMerger begins to merge.
func newMerger(files FileStorage, prefix byte, number uint64, inputs []*run, oldest bool) (*merger, error) {
	m := &merger{inputs: inputs, oldest: oldest, part: -1}
	for _, r := range inputs {
		r.merging.Store(true)
		m.keys += r.keys
		c := &cursor{run: r}
		if ok, err := c.next(); err != nil {
			return nil, err
		} else if ok {
			m.cursors = append(m.cursors, c)
		}
		k, err := r.manyKeys()
		if err != nil {
			return nil, err
		}
		if k.next() {
			m.many = append(m.many, &k)
		}
	}
	var err error
	if m.out, err = newRun(files, prefix, number, new(filter)); err != nil {
		return nil, err
	}
	return m, nil
}

// step merges about so many postings, of documents that are there, and reports
// whether all are done.
func (m *merger) step(postings int, there bitset) (done bool, err error) {
	for postings > 0 && len(m.cursors) > 0 {
		key := m.cursors[0].key
		for _, c := range m.cursors[1:] {
			key = min(key, c.key)
		}
		m.addMany(uint64(key), false)
		m.fill(int(key >> (32 - partBits)))
		n, err := m.merge(key, there)
		if err != nil {
			return false, err
		}
		postings -= n
	}
	if len(m.cursors) > 0 {
		return false, nil
	}
	m.addMany(1<<32, false)
	m.fill(len(m.out.filter) - 1)
	m.share(len(m.out.filter) - 1)
	return true, nil
}

// merge writes the list of a key, and returns how many postings it read.
func (m *merger) merge(key uint32, there bitset) (n int, err error) {
	m.list = m.list[:0]
	replacing, ended := false, false
	for _, c := range m.cursors { // the oldest first
		for c.run != nil && c.key == key {
			n++
			if c.replaces {
				m.list, replacing = m.list[:0], true
			}
			if c.posting != 0 && there.has(c.posting.doc()) {
				m.list = append(m.list, c.posting)
			}
			ok, err := c.next()
			if err != nil {
				return n, err
			}
			if !ok {
				c.run, ended = nil, true
			}
		}
	}
	if ended {
		left := m.cursors[:0]
		for _, c := range m.cursors {
			if c.run != nil {
				left = append(left, c)
			}
		}
		m.cursors = left
	}
	replacing = replacing && !m.oldest
	if len(m.list) == 0 && replacing {
		err = m.out.add(key, 0, true)
	}
	for i, e := range m.list {
		if err := m.out.add(key, e, replacing && i == 0); err != nil {
			return n, err
		}
	}
	if len(m.list) > 0 {
		m.addMany(uint64(key)+1, true)
	}
	return n, err
}

// addMany passes on the keys below one that have had many postings, but those of
// which nothing is left. there says that something is, of the last one.
func (m *merger) addMany(below uint64, there bool) {
	for len(m.many) > 0 {
		at := 0
		for i, k := range m.many {
			if k.key < m.many[at].key {
				at = i
			}
		}
		key := m.many[at].key
		if uint64(key) >= below {
			return
		}
		for i := 0; i < len(m.many); {
			if k := m.many[i]; k.key == key && !k.next() {
				m.many = append(m.many[:i], m.many[i+1:]...)
				continue
			}
			i++
		}
		if there && uint64(key) == below-1 || !m.oldest {
			m.out.addMany(key)
		}
	}
}

// fill makes the parts of the filter up to one, whose keys come next. The parts
// that are done take the place of those of the inputs, which have none but their
// keys.
func (m *merger) fill(part int) {
	if part == m.part {
		return
	}
	m.share(m.part)
	for m.part < part {
		m.part++
		m.out.filter[m.part].Store(newPart(m.keys))
	}
}

func (m *merger) share(upTo int) {
	for _, r := range m.inputs {
		for i := range upTo + 1 {
			r.filter[i].Store(m.out.filter[i].Load())
		}
	}
}
