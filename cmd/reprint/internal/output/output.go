package output

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Formats are the names of the formats.
var Formats = []string{"jsonl", "csv", "tsv", "parquet", "table"}

// A Writer writes lines, all of one type. The first error is kept, and returned by
// Flush and Close.
type Writer interface {
	Write(line any)
	Flush() error // what can be written by now is
	Close() error // no more comes
}

// New returns a writer in a format; "" is a table for a Terminal, else JSON lines.
func New(w io.Writer, format string) (Writer, error) {
	t, terminal := w.(*Terminal)
	switch format {
	case "":
		if terminal {
			return newTable(w, t.Width()), nil
		}
		return NewJSONLines(w), nil
	case "jsonl":
		return NewJSONLines(w), nil
	case "csv":
		return newSeparated(w, ','), nil
	case "tsv":
		return newSeparated(w, '\t'), nil
	case "parquet":
		if terminal {
			return nil, errors.New("a Parquet file is not for a terminal: -o FILE")
		}
		return newParquet(w), nil
	case "table":
		width := 0
		if terminal {
			width = t.Width()
		}
		return newTable(w, width), nil
	}
	return nil, fmt.Errorf("no format is called %q, want %s", format, strings.Join(Formats, ", "))
}

// errKinds is the error about lines of several types, which no single table holds.
var errKinds = errors.New("the answer has lines of several kinds: want the format jsonl or table")

// A File is a file that is there only once it is whole. What is there and no plain
// file, such as a device, is written to as it is.
type File struct {
	*os.File
	path string
	part string // "" if it is written to as it is
}

// Create begins a file. Until it is whole it has a name that nobody can foresee, so that
// nothing that was put there before is followed or overwritten.
func Create(path string) (*File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			return nil, err
		}
		return &File{f, path, ""}, nil
	}
	path = followed(path)
	for try := 0; ; try++ {
		part := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:10]+".part")
		f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) && try < 100 {
			continue
		}
		if err != nil {
			return nil, err
		}
		return &File{f, path, part}, nil
	}
}

// followed returns what a link points to, which may not be there yet.
func followed(path string) string {
	for range 40 {
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return path
}

// Finish closes the file, and gives it its name; if good is false it deletes it.
func (f *File) Finish(good bool) error {
	err := f.Close()
	if f.part == "" {
		return err
	}
	if err == nil && good {
		err = os.Rename(f.part, f.path)
	}
	if err != nil || !good {
		os.Remove(f.part)
	}
	return err
}

// WriteFile writes a file that is there only once it is whole, or standard output for
// "-" and "".
func WriteFile(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "-" || path == "" {
		return write(stdout)
	}
	f, err := Create(path)
	if err != nil {
		return err
	}
	err = write(f)
	return cmp.Or(err, f.Finish(err == nil))
}

// jsonLines writes only whole lines: what was written when a run is interrupted can be
// read.
type jsonLines struct {
	w    io.Writer
	held bytes.Buffer // lines not written yet
	enc  *json.Encoder
	err  error
}

// NewJSONLines returns a writer of JSON lines.
func NewJSONLines(w io.Writer) Writer {
	o := &jsonLines{w: w}
	o.enc = json.NewEncoder(&o.held)
	o.enc.SetEscapeHTML(false)
	return o
}

func (o *jsonLines) Write(v any) {
	if o.err == nil {
		start := o.held.Len()
		if o.err = o.enc.Encode(v); o.err == nil {
			o.safe(start)
		}
	}
	if o.held.Len() >= 1<<16 {
		o.Flush()
	}
}

// safe puts what could command a terminal into escapes, which mean the same in JSON: a
// line may be shown long after it was written.
func (o *jsonLines) safe(start int) {
	line := o.held.Bytes()[start : o.held.Len()-1]
	if !suspect(line) {
		return
	}
	text := Safe(string(line), false)
	o.held.Truncate(start)
	o.held.WriteString(text)
	o.held.WriteByte('\n')
}

func (o *jsonLines) Flush() error {
	if o.err == nil {
		_, o.err = o.held.WriteTo(o.w)
	}
	return o.err
}

func (o *jsonLines) Close() error { return o.Flush() }

// A column is a field of the type of the lines, by its name in JSON; of what is no
// struct it is all of it, and has no index.
type column struct {
	name  string
	index []int
	of    reflect.Type
}

// in returns the value of a column in a line.
func (c column) in(line reflect.Value) reflect.Value {
	if len(c.index) == 0 {
		return line
	}
	return line.FieldByIndex(c.index)
}

// columnsOf returns the columns of a struct: what JSON lines leave out where it is
// empty is an empty cell.
func columnsOf(t reflect.Type) []column {
	if t.Kind() != reflect.Struct {
		return []column{{"value", nil, t}}
	}
	var all []column
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous { // its fields stand here, as in JSON
			for _, c := range columnsOf(f.Type) {
				all = append(all, column{c.name, append([]int{i}, c.index...), c.of})
			}
			continue
		}
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		all = append(all, column{name, []int{i}, f.Type})
	}
	return all
}

// cell returns a value in words, "" for none, and whether it is a number.
func cell(v reflect.Value) (text string, number bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", false
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case string:
		return x, false
	case time.Time:
		if x.IsZero() {
			return "", false
		}
		return x.UTC().Format(time.RFC3339), false
	case bool:
		return strconv.FormatBool(x), false
	case fmt.Stringer:
		return x.String(), false
	}
	switch {
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), true
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), true
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, 64), true
	case v.Kind() == reflect.String:
		return v.String(), false
	case (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0:
		return "", false
	}
	b, err := json.Marshal(v.Interface())
	if err != nil {
		return err.Error(), false
	}
	return string(b), false
}
