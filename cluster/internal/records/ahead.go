package records

import "sync"

// lookedUp is what the view says of some ids, which were looked up before it is their turn.
// It is cleared with the view.
type lookedUp struct {
	mu      sync.Mutex
	numbers map[string]uint32
}

// mostLookedUp is how many ids are kept, so that a large batch does not keep all of its own.
const mostLookedUp = 1 << 12

func (l *lookedUp) get(id string) (n uint32, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, ok = l.numbers[id]
	return n, ok
}

func (l *lookedUp) set(id string, n uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.numbers) == mostLookedUp || l.numbers == nil {
		l.numbers = make(map[string]uint32)
	}
	l.numbers[id] = n
}

func (l *lookedUp) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.numbers = nil
}

// LookUpAhead looks up which document has an id in the view, side by side with other readers
// and with operations, so that finding it then takes no reading.
func (s *Store) LookUpAhead(id string) { s.docs.ahead.set(id, s.docs.viewed(id)) }
