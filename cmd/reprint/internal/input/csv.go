package input

import (
	"bufio"
	"bytes"
	"errors"
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
			said := "" // the first line of Excel, see saidDelimiter
			quote := 0 // the line of the last quote that opens a field
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
					var opened bool
					if quoted, opened = endsQuoted(row[before:], delimiter, quoted); opened {
						quote = n
					}
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
				if start == 1 && saidDelimiter(text) != 0 {
					said = string(bytes.TrimPrefix(row, []byte("\ufeff")))
					if err == io.EOF {
						return
					}
					continue
				}
				switch {
				case quoted: // no line but the first is known to be whole
					yield(Line{N: quote}, fmt.Errorf("%w: that of line %d, so that all behind it is one row, to the end of the file", ErrQuote, quote))
					return
				case long:
					if !yield(Line{N: start}, bad("the row has more than %d MiB", MaxDocument>>20)) {
						return
					}
				case len(text) > 0:
					raw := bytes.TrimPrefix(row, []byte("\ufeff"))
					if said != "" { // it goes with the header
						raw, said = append([]byte(said), raw...), ""
					}
					if !yield(Line{start, text, raw}, nil) {
						return
					}
				}
				if err == io.EOF {
					return
				}
			}
		}
	}
}

// ErrQuote is wrapped by the error about a quote that opens a field and is never closed.
var ErrQuote = errors.New("a quote is never closed")

// saidDelimiter returns the delimiter that the first line of a file names as Excel has
// it, sep=; or 0 for none.
func saidDelimiter(head []byte) byte {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("\ufeff")), []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) == len("sep=;") && bytes.EqualFold(line[:4], []byte("sep=")) {
		return line[4]
	}
	return 0
}

// headerOf returns the first line of a table, its delimiter, and how many columns that
// makes.
func headerOf(head []byte) (line []byte, delimiter byte, columns int) {
	said := saidDelimiter(head)
	line, rest, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("\ufeff")), []byte("\n"))
	if said != 0 {
		line, _, _ = bytes.Cut(rest, []byte("\n"))
	}
	line = bytes.TrimRight(line, "\r")
	if said != 0 {
		return line, said, len(csvFields(line, said))
	}
	delimiter, columns = delimiterOf(line)
	return line, delimiter, columns
}

// endsQuoted reports whether the end of a line is within quotes, if its beginning was
// or not, and whether a quote has opened a field in it.
func endsQuoted(line []byte, delimiter byte, quoted bool) (ends, opened bool) {
	if bytes.IndexByte(line, '"') < 0 {
		return quoted, false
	}
	for {
		if quoted {
			i := bytes.IndexByte(line, '"')
			if i < 0 {
				return true, opened
			}
			line = line[i+1:]
			if len(line) > 0 && line[0] == '"' {
				line = line[1:]
				continue
			}
			quoted = false
		} else if len(line) > 0 && line[0] == '"' {
			quoted, opened, line = true, true, line[1:]
			continue
		}
		i := bytes.IndexByte(line, delimiter)
		if i < 0 {
			return false, opened
		}
		line = line[i+1:]
	}
}

// A csvRow splits rows into fields. Those that need no change are part of the row, the
// others of its buffer: they hold until the next row.
type csvRow struct {
	fields [][]byte
	buf    []byte
	ragged bool // a field over several lines goes on behind its closing quote
}

func (r *csvRow) split(row []byte, delimiter byte) [][]byte {
	r.fields, r.buf, r.ragged = r.fields[:0], r.buf[:0], false
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
			r.ragged = r.ragged || len(bytes.TrimSpace(row[:end])) > 0 && bytes.IndexByte(field, '\n') >= 0
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
		if !looksLikeHeader(header) {
			return nil, fmt.Errorf("the first line seems to be no header: no column is called %q; want names there, such as id,text,site", f.names(roleText)[0])
		}
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

// looksLikeHeader reports whether the fields of a row could be names: none is a number,
// a date, an address or a sentence.
func looksLikeHeader(row []string) bool {
	for _, field := range row {
		field = strings.TrimSpace(field)
		if len(field) > 60 || strings.Contains(field, "://") || field != "" && field[0] >= '0' && field[0] <= '9' {
			return false
		}
	}
	return true
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
			if row.ragged {
				to.err = bad("a quote that opens here is closed within a field, %d lines further on: is one missing?", bytes.Count(part, []byte("\n")))
				return
			}
			if len(fields) != len(t.header) {
				over := ""
				if n := bytes.Count(part, []byte("\n")); n > 0 {
					over = fmt.Sprintf("; it goes over %d lines: is a quote not closed?", n+1)
				}
				to.err = bad("the row has %d fields, the header %d%s", len(fields), len(t.header), over)
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
