package join

import (
	"encoding/binary"
	"sync"
)

// A run is pairs in order, each once, in some four bytes: by how much its documents exceed
// those of the one before, and the rest, as varints. It is written and read from one end
// to the other, and made of pieces, of which what is read is given back at once: so a new
// run takes little more memory than the old one of which it is made.
type run struct {
	pieces [][]byte
	n      int
}

const (
	pieceBytes = 1 << 12
	mostOfPair = 2 * binary.MaxVarintLen64
)

// A writer writes a run.
type writer struct {
	run
	spare  *spare
	before uint64
}

func (w *writer) add(p pair) {
	n := len(w.pieces)
	if n == 0 || len(w.pieces[n-1]) > pieceBytes-mostOfPair {
		w.pieces = append(w.pieces, w.spare.take())
		n++
	}
	b := binary.AppendUvarint(w.pieces[n-1], p.documents()-w.before)
	w.pieces[n-1] = binary.AppendUvarint(b, uint64(p)&(1<<(weightBits+1)-1))
	w.before = p.documents()
	w.n++
}

// A reader reads a run, and gives its pieces back.
type reader struct {
	run
	spare  *spare // may be nil
	rest   chunk  // of the first piece
	begun  bool   // it is
	before uint64
}

func (r *reader) next() (p pair, ok bool) {
	if len(r.rest) == 0 {
		if r.begun {
			r.spare.giveBack(r.pieces[0])
			r.pieces = r.pieces[1:]
		}
		if r.begun = len(r.pieces) > 0; !r.begun {
			return 0, false
		}
		r.rest = r.pieces[0]
	}
	r.before += r.rest.next()
	return pair(r.before<<(weightBits+1) | r.rest.next()), true
}

// Spare pieces are those that no run has.
type spare struct {
	mu     sync.Mutex
	pieces [][]byte
}

func (s *spare) take() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.pieces); n > 0 {
		b := s.pieces[n-1]
		s.pieces = s.pieces[:n-1]
		return b[:0]
	}
	return make([]byte, 0, pieceBytes)
}

func (s *spare) giveBack(b []byte) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pieces = append(s.pieces, b)
}
