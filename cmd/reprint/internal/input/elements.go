package input

import (
	"bufio"
	"bytes"
	"io"
	"iter"
)

// elements yields the objects of a JSON array, or those that follow one another over
// several lines each, as pretty-printed ones do. It looks at brackets and strings
// only; what is between them is judged by the parser. N is the number of the object.
func elements(r io.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		br := bufio.NewReaderSize(r, 1<<20)
		var s elementScanner
		for {
			_, err := br.Peek(1)
			if err == io.EOF {
				if s.depth > 0 || s.inArray || len(s.text) > 0 {
					yield(Line{N: s.n + 1}, bad("no JSON document: it ends too early"))
				}
				return
			}
			if err != nil {
				yield(Line{N: s.n + 1}, err)
				return
			}
			chunk, _ := br.Peek(br.Buffered())
			if !s.scan(chunk, yield) {
				return
			}
			br.Discard(len(chunk))
		}
	}
}

// An elementScanner is where elements stands between two chunks of the file.
type elementScanner struct {
	text              []byte // of the element, so far
	n, depth          int
	inArray, inString bool
	escaped, long     bool
}

// scan goes through a chunk. It returns false if no more is wanted.
func (s *elementScanner) scan(chunk []byte, yield func(Line, error) bool) bool {
	start := 0 // of what belongs to the element
	for i := 0; i < len(chunk); {
		if s.inString {
			i += s.string(chunk[i:])
			continue
		}
		c := chunk[i]
		i++
		if s.depth == 0 && len(s.text) == 0 && start == i-1 && s.between(c) {
			start = i
			continue
		}
		switch c {
		case '"':
			s.inString = true
		case '{', '[':
			s.depth++
		case '}', ']':
			s.depth--
		}
		// What is no object or array ends with the line.
		if s.depth <= 0 && !s.inString && (c == '}' || c == ']' || c == '\n' || c == ',') {
			s.add(chunk[start:i])
			start = i
			s.n++
			var err error
			if s.long {
				err = bad("the document has more than %d MiB", MaxDocument>>20)
			}
			if !yield(Line{s.n, s.text, s.text}, err) {
				return false
			}
			s.text, s.depth, s.long = s.text[:0], 0, false
		}
	}
	s.add(chunk[start:])
	return true
}

// string returns how much of what follows belongs to the string that it is in.
func (s *elementScanner) string(rest []byte) int {
	if s.escaped {
		s.escaped = false
		return 1
	}
	end := bytes.IndexByte(rest, '"')
	upTo := end
	if end < 0 {
		upTo = len(rest)
	}
	if i := bytes.IndexByte(rest[:upTo], '\\'); i >= 0 {
		s.escaped = true
		return i + 1
	}
	if end < 0 {
		return len(rest)
	}
	s.inString = false
	return end + 1
}

// between reports whether c stands between elements.
func (s *elementScanner) between(c byte) bool {
	switch c {
	case ' ', '\t', '\r', '\n', ',', '\xef', '\xbb', '\xbf': // of a byte order mark
		return true
	case '[':
		if s.n == 0 && !s.inArray {
			s.inArray = true
			return true
		}
	case ']':
		if s.inArray {
			s.inArray = false
			return true
		}
	}
	return false
}

func (s *elementScanner) add(part []byte) {
	if len(s.text)+len(part) > MaxDocument {
		s.long = true
		return
	}
	s.text = append(s.text, part...)
}
