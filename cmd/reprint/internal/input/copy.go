package input

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
)

// ErrCopy is wrapped by the error about an input that cannot be written as it came.
var ErrCopy = errors.New("cannot be written in the format of the input")

// A Note is what is to be written beside a document.
type Note struct {
	Keep     bool   `json:"keep"`
	Cluster  string `json:"cluster"`
	Size     int    `json:"size"`
	Relation string `json:"relation,omitempty"`
	Of       string `json:"of,omitempty"`
}

// A Chooser says what becomes of the part of a file: whether it is a document, whether
// it is kept, and, where documents are to be marked, the note. Its error ends the copy.
type Chooser func(file, n int) (document, keep bool, note *Note, err error)

// Copy reads the input again and writes the parts that are kept, unchanged and in their
// order: into one file, or, where each document is a file, into a folder.
func (r *Reader) Copy(path string, stdout io.Writer, choose Chooser) error {
	files, err := r.files()
	if err != nil {
		return err
	}
	c := &copier{r: r, path: path, stdout: stdout, choose: choose}
	err = c.files(files)
	return errors.Join(err, c.end(err == nil))
}

type copier struct {
	r      *Reader
	path   string
	stdout io.Writer
	choose Chooser

	format  Format    // of all, once one was read
	header  []byte    // of tables
	marks   []int     // of tables, see rows
	isArray bool      // of JSON
	out     io.Writer // nil before the first
	written int       // parts
	closers []func() error
	good    bool // nothing has failed

	rows   *parquet.GenericWriter[any]
	schema string // of rows
}

func (c *copier) files(files []file) error {
	for at, f := range files {
		if err := c.r.ctx.Err(); err != nil {
			return err
		}
		src, err := c.r.open(f)
		if err != nil {
			return err
		}
		err = c.file(src, at)
		src.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
	}
	return nil
}

// file writes what is kept of a file.
func (c *copier) file(src *source, at int) error {
	if why := c.r.refused(src); why != "" {
		return nil // it was passed over the first time, too, and named then
	}
	if src.format == Feed {
		return fmt.Errorf("a feed %w: --format jsonl", ErrCopy)
	}
	if src.format == HTML {
		src.format = Text // both are files that are copied
	}
	if c.format != "" && c.format != src.format {
		return fmt.Errorf("%s beside %s %w: --format jsonl", src.format, c.format, ErrCopy)
	}
	first := c.format == ""
	if first {
		if err := fits(src, c.path); err != nil {
			return err
		}
	}
	c.format = src.format
	switch src.format {
	case JSONLines:
		return c.parts(src, at, func(r io.Reader) partSeq { return partSeq(Lines(r, MaxDocument)) }, nil)
	case JSON:
		isArray := bytes.HasPrefix(bytes.TrimLeft(src.head, " \t\r\n\ufeff"), []byte("["))
		if first {
			c.isArray = isArray
		}
		return c.parts(src, at, func(r io.Reader) partSeq { return partSeq(elements(r)) }, nil)
	case WARC:
		return c.parts(src, at, func(r io.Reader) partSeq { return partSeq(warcRecords(r)) }, nil)
	case CSV:
		t, delimiter, err := c.r.tableOf(src)
		if err != nil {
			return err
		}
		return c.parts(src, at, func(r io.Reader) partSeq { return partSeq(csvRows(delimiter)(r)) }, &rows{table: t, delimiter: delimiter})
	case Parquet:
		return c.parquet(src, at)
	}
	return c.document(src, at)
}

type partSeq func(yield func(Line, error) bool)

// rows is what is known of a table.
type rows struct {
	*table
	delimiter byte
	marks     []int // columns with the notes of an earlier run
}

// parts writes the parts of a file that are kept.
func (c *copier) parts(src *source, at int, split func(io.Reader) partSeq, t *rows) error {
	header := t != nil
	for l, bad := range split(src) {
		if errors.As(bad, &BadError{}) {
			continue // not kept, as it is no document
		}
		if bad != nil {
			return bad
		}
		if header {
			header = false
			if src.decoded.name == "utf-8" && src.decoded.Encoding != nil { // by a mark, which office programs want
				l.Raw = append([]byte("\ufeff"), l.Raw...)
			}
			if err := c.begin(l, t); err != nil {
				return err
			}
			continue
		}
		document, keep, note, err := c.choose(at, l.N)
		if err != nil {
			return err
		}
		if !keep && (document || src.format != WARC) {
			continue
		}
		if err := c.write(l, note, t); err != nil {
			return err
		}
		if c.r.ctx.Err() != nil {
			return c.r.ctx.Err()
		}
	}
	return nil
}

// begin writes the header of a table, and of a second one sees that it is the same.
func (c *copier) begin(l Line, t *rows) error {
	if c.header != nil {
		t.marks = c.marks
		if !bytes.Equal(c.header, l.Text) {
			return fmt.Errorf("a table with other columns than the one before %w: --format csv", ErrCopy)
		}
		return nil
	}
	c.header = bytes.Clone(l.Text)
	_, _, note, err := c.choose(-1, 0)
	if err == nil {
		err = c.open()
	}
	if err != nil {
		return err
	}
	if note == nil {
		return c.put(ended(l.Raw))
	}
	t.marks = nil // of an earlier run, which these replace
	for i, name := range t.header {
		if slices.Contains(noteColumns, strings.TrimSpace(name)) {
			t.marks = append(t.marks, i)
		}
	}
	c.marks = t.marks
	return c.put(withColumns(l, t, noteColumns...))
}

func (c *copier) write(l Line, note *Note, t *rows) error {
	if err := c.open(); err != nil {
		return err
	}
	c.written++
	switch c.format {
	case WARC:
		if note != nil {
			return fmt.Errorf("a mark in a web archive %w: --format jsonl", ErrCopy)
		}
		return c.member(append(l.Raw, "\r\n\r\n"...))
	case CSV:
		if note == nil {
			return c.put(ended(l.Raw))
		}
		return c.put(withColumns(l, t, fmt.Sprint(note.Keep), note.Cluster, fmt.Sprint(note.Size), note.Relation, note.Of))
	}
	raw := l.Raw
	if note != nil {
		raw = withNote(l.Text, note)
	}
	if c.format == JSON {
		between := "\n"
		if c.isArray && c.written == 1 {
			between = "[\n"
		} else if c.isArray {
			between = ",\n"
		} else if c.written == 1 {
			between = ""
		}
		return c.put(append([]byte(between), raw...))
	}
	return c.put(ended(raw))
}

// noteName is the name of a note in an object, noteColumns those of its parts in a table.
const noteName = "reprint"

var noteColumns = []string{"reprint_keep", "reprint_cluster", "reprint_size", "reprint_relation", "reprint_of"}

// withNote adds a note to an object, in the place of one that is there.
func withNote(object []byte, note *Note) []byte {
	object = withoutMember(object, noteName)
	b, err := json.Marshal(note)
	end := bytes.LastIndexByte(object, '}')
	if err != nil || end < 0 {
		return object
	}
	head := bytes.TrimRight(object[:end], " \t\r\n")
	out := bytes.Clone(head)
	if len(head) > 0 && head[len(head)-1] != '{' {
		out = append(out, ',')
	}
	out = append(out, `"`+noteName+`":`...)
	return append(append(out, b...), '}')
}

// withColumns adds fields to a row, and leaves out those of marks.
func withColumns(l Line, t *rows, fields ...string) []byte {
	raw := ended(l.Raw)
	text := bytes.TrimRight(raw, "\r\n")
	end := raw[len(text):]
	out := withoutFields(text, t.delimiter, t.marks)
	delimiter := t.delimiter
	for _, f := range fields {
		out = append(out, delimiter)
		if strings.ContainsAny(f, "\"\r\n"+string(delimiter)) {
			f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		out = append(out, f...)
	}
	return append(out, end...)
}

// ended returns a line with an end, which the last of a file may lack.
func ended(raw []byte) []byte {
	if !bytes.HasSuffix(raw, []byte("\n")) {
		return append(bytes.Clone(raw), '\n')
	}
	return raw
}

func (c *copier) put(b []byte) error {
	_, err := c.out.Write(b)
	return err
}

// member writes a record of a web archive, packed by itself where all is packed, as
// readers that seek want it.
func (c *copier) member(b []byte) error {
	if !strings.HasSuffix(c.path, ".gz") {
		return c.put(b)
	}
	w := gzip.NewWriter(c.out)
	if _, err := w.Write(b); err != nil {
		return err
	}
	return w.Close()
}

// open makes the file, packed if its name says so.
func (c *copier) open() error {
	if c.out != nil {
		return nil
	}
	if c.path == "-" {
		c.out = c.stdout
		return nil
	}
	if info, err := os.Stat(c.path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder, want a file for %s", c.path, c.format)
	}
	f, err := output.Create(c.path)
	if err != nil {
		return err
	}
	c.out = f
	c.closers = append(c.closers, func() error { return f.Finish(c.good) })
	switch {
	case c.format == WARC || c.format == Parquet:
	case strings.HasSuffix(c.path, ".gz"):
		w := gzip.NewWriter(f)
		c.out, c.closers = w, append(c.closers, w.Close)
	case strings.HasSuffix(c.path, ".zst"):
		w, err := zstd.NewWriter(f)
		if err != nil {
			return err
		}
		c.out, c.closers = w, append(c.closers, w.Close)
	case strings.HasSuffix(c.path, ".xz"), strings.HasSuffix(c.path, ".bz2"):
		return fmt.Errorf("%s: want a name that ends in .gz or .zst, or in neither", c.path)
	}
	return nil
}

// end writes what closes the file, and gives it its name if all went well.
func (c *copier) end(good bool) error {
	var errs []error
	if good && c.format != Text && c.format != "" {
		errs = append(errs, c.open()) // where nothing is kept there is an empty file
	}
	if good && c.format == JSON && c.out != nil {
		last := "\n"
		if c.isArray && c.written == 0 {
			last = "[]\n"
		} else if c.isArray {
			last = "\n]\n"
		}
		errs = append(errs, c.put([]byte(last)))
	}
	c.good = good && errors.Join(errs...) == nil
	for i := len(c.closers) - 1; i >= 0; i-- {
		errs = append(errs, c.closers[i]())
	}
	return errors.Join(errs...)
}

// document copies a file that is one document into a folder.
func (c *copier) document(src *source, at int) error {
	_, keep, note, err := c.choose(at, 0)
	if err != nil {
		return err
	}
	if note != nil {
		return fmt.Errorf("a mark in files of text %w: --format jsonl", ErrCopy)
	}
	if !keep {
		return nil
	}
	if c.path == "-" || src.path == "-" {
		return fmt.Errorf("a document on standard input %w: --format jsonl", ErrCopy)
	}
	to := filepath.Join(c.path, filepath.FromSlash(src.id))
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	from, err := os.Open(src.path)
	if err != nil {
		return err
	}
	defer from.Close()
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}
