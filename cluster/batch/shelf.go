package batch

import (
	"math"
	"os"
)

// A shelf keeps the documents of a group, of which some go to a file where they are many.
type shelf struct {
	folder string
	most   int // bytes in memory
	places map[uint64]shelved
	memory []byte // what begins before most
	buf    []byte
	file   *os.File // what begins there or later
	end    int64
}

// A shelved document has these bytes.
type shelved struct{ begin, size int64 }

// mostShelved is how many bytes of documents of a group are kept in memory.
const mostShelved = 32 << 20

// add puts a document onto the shelf.
func (s *shelf) add(document uint64, b []byte) error {
	if s.places == nil {
		s.places = map[uint64]shelved{}
	}
	at := shelved{int64(len(s.memory)), int64(len(b))}
	if s.end == 0 && len(s.memory) < s.most {
		s.memory = append(s.memory, b...)
		s.places[document] = at
		return nil
	}
	if s.file == nil {
		f, err := os.CreateTemp(s.folder, "group-*")
		if err != nil {
			return failed(s.folder, err)
		}
		s.file = f
		_ = os.Remove(f.Name()) // see dataset
	}
	if _, err := s.file.WriteAt(b, s.end); err != nil {
		return failed(s.folder, err)
	}
	s.places[document] = shelved{math.MinInt64 + s.end, int64(len(b))}
	s.end += int64(len(b))
	return nil
}

// get returns a document that is on the shelf. It holds until the next call.
func (s *shelf) get(document uint64) ([]byte, error) {
	at, ok := s.places[document]
	if !ok {
		return nil, unexpected(Row{Key: int64(document)})
	}
	if at.begin >= 0 {
		return s.memory[at.begin : at.begin+at.size], nil
	}
	if int64(cap(s.buf)) < at.size {
		s.buf = make([]byte, at.size)
	}
	s.buf = s.buf[:at.size]
	if _, err := s.file.ReadAt(s.buf, at.begin-math.MinInt64); err != nil {
		return nil, failed(s.folder, err)
	}
	return s.buf, nil
}

// clear takes all documents from the shelf.
func (s *shelf) clear() {
	if len(s.places) > 0 {
		s.places = nil
	}
	s.memory, s.end = s.memory[:0], 0
}

func (s *shelf) close() {
	if s.file != nil {
		_ = s.file.Close() // nothing is read from it any more
	}
}
