package hits

// Shares count how many of a list each of a few has.
type Shares struct {
	counts [2 * mostShares]struct {
		who uint64
		n   uint8
	}
	largest uint8
}

// mostShares is how many different ones may be counted.
const mostShares = 64

// Add counts one more.
func (s *Shares) Add(who uint64) {
	c := &s.counts[s.at(who)]
	c.who = who
	c.n++
	s.largest = max(s.largest, c.n)
}

// IsLargest reports whether nobody has more.
func (s *Shares) IsLargest(who uint64) bool { return s.counts[s.at(who)].n == s.largest }

// at returns the place of one, or a free one.
func (s *Shares) at(who uint64) uint64 {
	at := who * 0x9E3779B97F4A7C15 >> 57
	for s.counts[at].n > 0 && s.counts[at].who != who {
		at = (at + 1) % uint64(len(s.counts))
	}
	return at
}
