package postings

import "github.com/cbb30ed1/reprint/cluster/internal/bitset"

// A merge makes one run of several that stand in a row, as much at a time as is
// wanted.
type merge struct {
	inputs   []*run // the oldest first
	oldest   bool   // no run is older than these
	compact  bool   // it is of all runs, to take out what is dead
	cursors  []*cursor
	frequent []*keyReader // those that are not at their end
	passed   uint64       // no frequent key is below it
	out      *writer
	keys     int // there will be at most
	part     int // of the filter, that is being filled
	list     []Posting
}

// newMerge begins to merge.
func newMerge(files Files, prefix byte, number uint64, inputs []*run, oldest bool) (*merge, error) {
	m := &merge{inputs: inputs, oldest: oldest, part: -1}
	for _, r := range inputs {
		r.merging.Store(true)
		m.keys += r.keys
		c := &cursor{run: r}
		if ok, err := c.next(); err != nil {
			return nil, err
		} else if ok {
			m.cursors = append(m.cursors, c)
		}
		k, err := r.frequentKeys()
		if err != nil {
			return nil, err
		}
		if k.next() {
			m.frequent = append(m.frequent, &k)
		}
	}
	var err error
	if m.out, err = newWriter(files, prefix, number, new(filter)); err != nil {
		return nil, err
	}
	return m, nil
}

// step merges about so many postings, and reports whether all are done.
func (m *merge) step(postings int, live bitset.Set) (done bool, err error) {
	for postings > 0 && len(m.cursors) > 0 {
		key := m.cursors[0].key
		for _, c := range m.cursors[1:] {
			key = min(key, c.key)
		}
		m.passFrequent(uint64(key), false)
		m.fill(int(key >> (32 - partBits)))
		n, err := m.mergeKey(key, live)
		if err != nil {
			return false, err
		}
		postings -= n
	}
	if len(m.cursors) > 0 {
		return false, nil
	}
	m.passFrequent(1<<32, false)
	m.fill(len(m.out.filter) - 1)
	m.share(len(m.out.filter) - 1)
	return true, nil
}

// mergeKey writes the list of a key, and returns how many postings it read.
func (m *merge) mergeKey(key uint32, live bitset.Set) (n int, err error) {
	m.list = m.list[:0]
	replacing, ended := false, false
	for _, c := range m.cursors { // the oldest first
		for c.run != nil && c.key == key {
			n++
			if c.replaces {
				m.list, replacing = m.list[:0], true
			}
			if c.posting != 0 && live.Has(c.posting.Number()) {
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
		m.passFrequent(uint64(key)+1, true)
	}
	return n, err
}

// passFrequent passes on the frequent keys below one, but those of which nothing
// is left. some says that something is left of the last one.
func (m *merge) passFrequent(below uint64, some bool) {
	for below > m.passed {
		if len(m.frequent) == 0 {
			m.passed = 1 << 32
			return
		}
		at := 0
		for i, k := range m.frequent {
			if k.key < m.frequent[at].key {
				at = i
			}
		}
		key := m.frequent[at].key
		if m.passed = uint64(key); m.passed >= below {
			return
		}
		for i := 0; i < len(m.frequent); {
			if k := m.frequent[i]; k.key == key && !k.next() {
				m.frequent = append(m.frequent[:i], m.frequent[i+1:]...)
				continue
			}
			i++
		}
		if some && uint64(key) == below-1 || !m.oldest {
			m.out.addFrequent(key)
		}
	}
}

// fill makes the parts of the filter up to one, whose keys come next. The parts
// that are done take the place of those of the inputs, which have none but their
// keys.
func (m *merge) fill(part int) {
	if part == m.part {
		return
	}
	m.share(m.part)
	for m.part < part {
		m.part++
		m.out.filter[m.part].Store(newPart(m.keys))
	}
}

func (m *merge) share(upTo int) {
	m.out.know()
	for _, r := range m.inputs {
		for i := range upTo + 1 {
			r.filter[i].Store(m.out.filter[i].Load())
		}
	}
}
