package input

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// csvRows yields the rows of CSV as RFC 4180 has it: a field in quotes may hold
// delimiters, line ends, and quotes that are doubled. N is the number of the line on
// which a row begins; the first row is the header.
func csvRows(delimiter byte) splitter {
	return func(r io.Reader) iter.Seq2[Line, error] {
		return func(yield func(Line, error) bool) {
			br := bufio.NewReaderSize(r, 1<<20)
			var row []byte
			for n := 1; ; {
				row = row[:0]
				start, quoted, long := n, false, false
				var err error
				for {
					before := len(row)
					var tooLong bool
					row, tooLong, err = readLine(br, row, MaxDocument)
					long = long || tooLong
					if tooLong {
						before = 0
					}
					quoted = endsQuoted(row[before:], delimiter, quoted)
					n++
					if !quoted || err != nil {
						break
					}
				}
				if err != nil && err != io.EOF {
					yield(Line{N: start}, err)
					return
				}
				text := bytes.TrimRight(row, "\r\n")
				if start == 1 {
					text = bytes.TrimPrefix(text, []byte("\ufeff"))
				}
				switch {
				case long:
					if !yield(Line{N: start}, bad("the row has more than %d MiB", MaxDocument>>20)) {
						return
					}
				case quoted:
					yield(Line{N: start}, bad("the row that begins here ends within quotes"))
					return
				case len(text) > 0 && !yield(Line{start, text, bytes.TrimPrefix(row, []byte("\ufeff"))}, nil):
					return
				}
				if err == io.EOF {
					return
				}
			}
		}
	}
}

// endsQuoted reports whether the end of a line is within quotes, if its beginning was
// or not.
func endsQuoted(line []byte, delimiter byte, quoted bool) bool {
	if bytes.IndexByte(line, '"') < 0 {
		return quoted
	}
	for {
		if quoted {
			i := bytes.IndexByte(line, '"')
			if i < 0 {
				return true
			}
			line = line[i+1:]
			if len(line) > 0 && line[0] == '"' {
				line = line[1:]
				continue
			}
			quoted = false
		} else if len(line) > 0 && line[0] == '"' {
			quoted, line = true, line[1:]
			continue
		}
		i := bytes.IndexByte(line, delimiter)
		if i < 0 {
			return false
		}
		line = line[i+1:]
	}
}

// A csvRow splits rows into fields. Those that need no change are part of the row, the
// others of its buffer: they hold until the next row.
type csvRow struct {
	fields [][]byte
	buf    []byte
}

func (r *csvRow) split(row []byte, delimiter byte) [][]byte {
	r.fields, r.buf = r.fields[:0], r.buf[:0]
	for {
		var field []byte
		if len(row) > 0 && row[0] == '"' {
			field, row = r.quoted(row[1:])
		}
		i := bytes.IndexByte(row, delimiter)
		end := i
		if i < 0 {
			end = len(row)
		}
		switch {
		case field == nil:
			field = row[:end]
		case end > 0: // what stands between the closing quote and the delimiter
			field = append(field[:len(field):len(field)], row[:end]...)
		}
		r.fields = append(r.fields, field)
		if i < 0 {
			return r.fields
		}
		row = row[i+1:]
	}
}

// quoted returns a field in quotes, whose first was taken off, and what follows the last.
func (r *csvRow) quoted(row []byte) (field, rest []byte) {
	from := len(r.buf)
	for {
		i := bytes.IndexByte(row, '"')
		switch {
		case i < 0:
			i, rest = len(row), nil
		case i+1 < len(row) && row[i+1] == '"':
			r.buf = append(r.buf, row[:i+1]...)
			row = row[i+2:]
			continue
		default:
			rest = row[i+1:]
		}
		if from == len(r.buf) {
			return row[:i:i], rest
		}
		r.buf = append(r.buf, row[:i]...)
		return r.buf[from:len(r.buf):len(r.buf)], rest
	}
}

func csvFields(row []byte, delimiter byte) [][]byte { return new(csvRow).split(row, delimiter) }

// A table is the header of a file of rows, and which columns are wanted.
type table struct {
	header  []string
	columns [roles][]int
	usual   [roles][]bool
	known   []bool // whether a column has a role
}

func newTable(f Fields, header []string) (*table, error) {
	t := &table{header: header}
	var text bool
	if t.columns, text = f.columns(header); !text {
		return nil, fmt.Errorf("no column is called %q; there are %s: --text-field says which has the text", f.names(roleText)[0], quoted(header))
	}
	t.known = make([]bool, len(header))
	for r, columns := range t.columns {
		for _, c := range columns {
			t.known[c] = true
			name := strings.ToLower(strings.TrimSpace(header[c]))
			usual := f.given(role(r)) != ""
			for _, n := range f.names(role(r))[:min(documented[r], len(f.names(role(r))))] {
				usual = usual || n == name
			}
			t.usual[r] = append(t.usual[r], usual)
		}
	}
	return t, nil
}

// fill sets the record to the values of a row.
func (t *table) fill(to *record, value func(column int) string) {
	for r, columns := range t.columns {
		for i, c := range columns {
			if v := value(c); v != "" {
				to.take(role(r), v, t.header[c], t.usual[r][i])
				break
			}
		}
	}
	to.values[roleID] = strings.TrimSpace(to.values[roleID])
	to.broken = !utf8.ValidString(to.values[roleText])
}

// csvParser reads rows; that of the header, which is the first, makes no document.
func csvParser(t *table, delimiter byte) func() parser {
	return func() parser {
		var row csvRow
		return func(part []byte, to *record) {
			fields := row.split(part, delimiter)
			if len(fields) != len(t.header) {
				to.err = bad("the row has %d fields, the header %d", len(fields), len(t.header))
				return
			}
			t.fill(to, func(c int) string { return string(fields[c]) })
			if to.values[roleText] == "" {
				longest := 0
				for i, f := range fields {
					if !t.known[i] && len(f) > longest {
						longest, to.longest = len(f), t.header[i]
					}
				}
			}
		}
	}
}

// delimiterOf returns the delimiter of a header: the one that gives most columns.
func delimiterOf(header []byte) (delimiter byte, columns int) {
	for _, d := range []byte(",\t;|") {
		if n := len(csvFields(header, d)); n > columns {
			delimiter, columns = d, n
		}
	}
	return delimiter, columns
}

func quoted(names []string) string {
	const most = 20
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == most {
			fmt.Fprintf(&b, "and %d more", len(names)-most)
			break
		}
		fmt.Fprintf(&b, "%q", n)
	}
	return b.String()
}
