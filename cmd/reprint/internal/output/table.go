package output

import (
	"bytes"
	"io"
	"reflect"
	"strings"

	"github.com/rivo/uniseg"
)

// Of a table the first rows say how wide its columns are; a cell is cut to widest.
const (
	rowsForWidth = 1000
	widest       = 60
)

// table writes rows for people: columns in line, those left out that are empty in the
// first rows, and no row longer than a line of the terminal.
type table struct {
	w       io.Writer
	width   int          // of the terminal, 0 for none
	of      reflect.Type // of the lines
	columns []column
	rows    [][]string // that wait for the width
	numbers []bool
	widths  []int // nil until they are known
	err     error
}

func newTable(w io.Writer, width int) *table { return &table{w: w, width: width} }

func (t *table) Write(line any) {
	v := reflect.Indirect(reflect.ValueOf(line))
	if t.of != nil && t.of != v.Type() { // another table
		t.put()
		t.columns, t.widths = nil, nil
		t.printf("\n")
	}
	if t.columns == nil {
		t.of = v.Type()
		t.columns = columnsOf(v.Type())
		t.numbers = make([]bool, len(t.columns))
	}
	row := make([]string, len(t.columns))
	for i, c := range t.columns {
		text, number := cell(c.in(v))
		row[i] = shorten(Safe(strings.Join(strings.Fields(text), " "), false), widest)
		t.numbers[i] = t.numbers[i] || number
	}
	if t.rows = append(t.rows, row); t.widths == nil && len(t.rows) >= rowsForWidth || t.widths != nil && len(t.rows) >= 100 {
		t.put()
	}
}

func (t *table) printf(s string) {
	if t.err == nil {
		_, t.err = io.WriteString(t.w, s)
	}
}

func shorten(s string, most int) string {
	if uniseg.StringWidth(s) <= most {
		return s
	}
	var b strings.Builder
	width := 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		if width += g.Width(); width > most-1 {
			break
		}
		b.WriteString(g.Str())
	}
	return b.String() + "…"
}

// put writes the rows that wait.
func (t *table) put() {
	if t.err != nil || len(t.rows) == 0 {
		return
	}
	var b bytes.Buffer
	if t.widths == nil {
		t.widths = make([]int, len(t.columns))
		header := make([]string, len(t.columns))
		for i, c := range t.columns {
			for _, row := range t.rows {
				t.widths[i] = max(t.widths[i], uniseg.StringWidth(row[i]))
			}
			if header[i] = c.name; t.widths[i] > 0 {
				t.widths[i] = max(t.widths[i], len(c.name))
			}
		}
		t.row(&b, header)
	}
	for _, row := range t.rows {
		t.row(&b, row)
	}
	t.rows = t.rows[:0]
	_, t.err = t.w.Write(b.Bytes())
}

func (t *table) row(b *bytes.Buffer, cells []string) {
	var line strings.Builder
	for i, c := range cells {
		if t.widths[i] == 0 {
			continue
		}
		c = shorten(c, t.widths[i])
		if line.Len() > 0 {
			line.WriteString("  ")
		}
		blank := strings.Repeat(" ", max(0, t.widths[i]-uniseg.StringWidth(c)))
		if t.numbers[i] {
			line.WriteString(blank + c)
		} else {
			line.WriteString(c + blank)
		}
	}
	s := strings.TrimRight(line.String(), " ")
	if t.width > 0 {
		s = shorten(s, t.width)
	}
	b.WriteString(s + "\n")
}

func (t *table) Flush() error {
	if t.widths != nil {
		t.put()
	}
	return t.err
}

func (t *table) Close() error {
	t.put()
	return t.err
}
