package input

import (
	"bufio"
	"io"
	"iter"
)

// elements yields the objects of a JSON array, or those that follow one another over
// several lines each, as pretty-printed ones do. It looks at brackets and strings
// only; what is between them is judged by the parser. N is the number of the object.
func elements(r io.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		br := bufio.NewReaderSize(r, 1<<20)
		var text []byte
		n, depth := 0, 0
		inString, escaped, inArray, long := false, false, false, false
		for {
			c, err := br.ReadByte()
			if err == io.EOF {
				if depth > 0 || inArray || len(text) > 0 {
					yield(Line{N: n + 1}, bad("no JSON document: it ends too early"))
				}
				return
			}
			if err != nil {
				yield(Line{N: n + 1}, err)
				return
			}
			if depth == 0 {
				switch c {
				case ' ', '\t', '\r', '\n', ',', '\xef', '\xbb', '\xbf': // of a byte order mark
					if len(text) == 0 {
						continue
					}
				case '[':
					if n == 0 && !inArray && len(text) == 0 {
						inArray = true
						continue
					}
				case ']':
					if inArray && len(text) == 0 {
						inArray = false
						continue
					}
				}
			}
			if len(text) < MaxDocument {
				text = append(text, c)
			} else {
				long = true
			}
			switch {
			case escaped:
				escaped = false
			case inString:
				escaped = c == '\\'
				inString = c != '"'
			case c == '"':
				inString = true
			case c == '{' || c == '[':
				depth++
			case c == '}' || c == ']':
				depth--
			}
			// What is no object or array ends with the line.
			if !inString && depth <= 0 && (c == '}' || c == ']' || c == '\n' || c == ',') {
				n++
				if long {
					err = bad("the document has more than %d MiB", MaxDocument>>20)
				}
				if !yield(Line{n, text}, err) {
					return
				}
				text, depth, long = text[:0], 0, false
			}
		}
	}
}
