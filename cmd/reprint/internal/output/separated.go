package output

import (
	"encoding/csv"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"
)

// separated writes CSV or TSV with a header.
type separated struct {
	w       *csv.Writer
	of      reflect.Type // of the lines
	columns []column
	row     []string
	err     error
}

func newSeparated(w io.Writer, comma rune) *separated {
	s := &separated{w: csv.NewWriter(w)}
	s.w.Comma = comma
	return s
}

func (s *separated) Write(line any) {
	v := reflect.Indirect(reflect.ValueOf(line))
	if s.of != nil && s.of != v.Type() {
		s.err = errKinds
		return
	}
	if s.columns == nil {
		s.of = v.Type()
		s.columns = columnsOf(v.Type())
		for _, c := range s.columns {
			s.row = append(s.row, c.name)
		}
		s.put()
	}
	s.row = s.row[:0]
	for _, c := range s.columns {
		text, number := cell(c.in(v))
		if !number {
			text = AsText(text)
		}
		s.row = append(s.row, text)
	}
	s.put()
}

func (s *separated) put() {
	if s.err == nil {
		s.err = s.w.Write(s.row)
	}
}

func (s *separated) Flush() error {
	s.w.Flush()
	if s.err == nil {
		s.err = s.w.Error()
	}
	return s.err
}

func (s *separated) Close() error { return s.Flush() }

// AsText returns a cell that a spreadsheet takes for text: what begins like a formula
// gets an apostrophe before it, also where it begins in the wide form of East Asia.
func AsText(s string) string {
	if r, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20", r) {
		return "'" + s
	}
	return s
}
