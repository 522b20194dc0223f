package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/cbb30ed1/reprint"
)

// maxDocument bounds a line or a text file, in bytes: more than that is no
// article, and would have to be held in memory.
const maxDocument = 256 << 20

// An input reads the documents of the command's arguments as a stream.
type input struct {
	ctx     context.Context
	paths   []string
	stdin   io.Reader
	stderr  io.Writer
	skipBad bool
	threads int  // that decode lines
	updates bool // an id may come again, and no id is remembered

	bad     int             // lines skipped
	empty   int             // documents without text, as feeds have them
	undated int             // documents whose date is in no known form
	seen    map[string]bool // ids so far
	bar     *progressbar.ProgressBar
}

// errBad is a line that is no document. It names the file and the line.
type errBad struct{ err error }

func (e errBad) Error() string { return e.err.Error() }
func (e errBad) Unwrap() error { return e.err }

// documents yields the documents of all inputs, in order, and stops at an
// error. Bad lines are an error unless they are to be skipped.
func (in *input) documents() iter.Seq2[reprint.Document, error] {
	return func(yield func(reprint.Document, error) bool) {
		if !in.updates {
			in.seen = map[string]bool{}
		}
		files, err := in.files()
		if err != nil {
			yield(reprint.Document{}, err)
			return
		}
		in.startBar(files)
		defer in.endBar()
		defer func() { in.seen = nil }() // its memory is wanted for the result
		for _, f := range files {
			for doc, err := range in.read(f) {
				if bad := (errBad{}); errors.As(err, &bad) && in.skipBad {
					in.bad++
					if err = in.ctx.Err(); err == nil {
						continue
					}
				}
				if !yield(doc, err) || err != nil {
					return
				}
			}
		}
	}
}

// report says on standard error what was passed over.
func (in *input) report() {
	if in.bad > 0 {
		fmt.Fprintf(in.stderr, "reprint: bad lines skipped: %d\n", in.bad)
	}
	if in.empty > 0 {
		fmt.Fprintf(in.stderr, "reprint: documents without text, which match nothing: %d\n", in.empty)
	}
	if in.undated > 0 {
		fmt.Fprintf(in.stderr, "reprint: dates in no known form, taken as unknown: %d\n", in.undated)
	}
}

// live reports whether the input may pause, and go on after a while.
func (in *input) live() bool {
	return slices.ContainsFunc(in.paths, func(path string) bool {
		info, err := os.Stat(path)
		return path == "-" || err == nil && !info.IsDir() && !info.Mode().IsRegular()
	})
}

// A file is one to read. Its id is its name, or its path with slashes in the
// folder where it was found.
type file struct {
	path, id string
	size     int64
}

func (in *input) files() ([]file, error) {
	var files []file
	for i, path := range in.paths {
		if path == "-" {
			if slices.Contains(in.paths[:i], "-") {
				return nil, fmt.Errorf("%w: standard input can be read only once", errUsage)
			}
			files = append(files, file{path: "-"})
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			if kind(path) == "" {
				return nil, fmt.Errorf("%w: %s is neither .jsonl nor .txt (nor these with .gz or .zst)", errUsage, path)
			}
			files = append(files, file{path, filepath.Base(path), info.Size()})
			continue
		}
		before := len(files)
		// Unlike filepath.WalkDir, this looks into a folder that is a link.
		err = fs.WalkDir(os.DirFS(path), ".", func(id string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || kind(id) == "" {
				return err
			}
			p := filepath.Join(path, filepath.FromSlash(id))
			info, err := os.Stat(p)
			if err != nil || !info.Mode().IsRegular() {
				return err
			}
			files = append(files, file{p, id, info.Size()})
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(files) == before {
			return nil, fmt.Errorf("%s: no .jsonl or .txt file in this folder", path)
		}
	}
	return files, nil
}

// kind returns ".jsonl" or ".txt" for what can be read, else "".
func kind(path string) string {
	path = strings.ToLower(path)
	if ext := filepath.Ext(path); ext == ".gz" || ext == ".zst" {
		path = strings.TrimSuffix(path, ext)
	}
	for _, k := range []string{".jsonl", ".txt"} {
		if strings.HasSuffix(path, k) {
			return k
		}
	}
	return ""
}

func (in *input) read(f file) iter.Seq2[reprint.Document, error] {
	return func(yield func(reprint.Document, error) bool) {
		r, err := open(f.path, in.stdin, in.bar)
		if err != nil {
			yield(reprint.Document{}, err)
			return
		}
		if kind(f.path) != ".txt" {
			for l := range records(r, in.threads) {
				var doc reprint.Document
				if l.err == nil {
					doc, l.err = in.document(l.record)
				}
				if l.err != nil {
					l.err = fmt.Errorf("%s:%d: %w", f.path, l.n, l.err)
				}
				if !yield(doc, l.err) {
					return
				}
			}
			return
		}
		defer r.Close()
		text, err := readText(r)
		var doc reprint.Document
		if err == nil {
			doc, err = in.document(record{ID: &f.id, Text: text})
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", f.path, err)
		}
		yield(doc, err)
	}
}

// open opens and unpacks a file, or standard input if it is called "-". The
// bar, if not nil, is told of what is read.
func open(path string, stdin io.Reader, bar *progressbar.ProgressBar) (io.ReadCloser, error) {
	from := io.NopCloser(stdin)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		from = f
	}
	var raw io.Reader = from
	if bar != nil {
		raw = io.TeeReader(raw, bar)
	}
	plain, err := decompress(path, raw)
	if err != nil {
		from.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return opened{plain, from}, nil
}

type opened struct {
	io.ReadCloser // what is unpacked
	from          io.Closer
}

func (o opened) Close() error { return errors.Join(o.ReadCloser.Close(), o.from.Close()) }

func decompress(path string, r io.Reader) (io.ReadCloser, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".gz":
		d, err := gzip.NewReader(r)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return d, err
	case ".zst":
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}
	return io.NopCloser(r), nil
}

// readText reads one text to the end.
func readText(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err == nil && len(text) > maxDocument {
		err = errBad{fmt.Errorf("more than %d MiB", maxDocument>>20)}
	}
	return string(text), err
}

// document makes a document of a record, and counts what it lacks.
func (in *input) document(r record) (reprint.Document, error) {
	if r.ID == nil || *r.ID == "" {
		return reprint.Document{}, errBad{errors.New(`the document has no "id"`)}
	}
	if in.updates && len(*r.ID) > longestKept {
		return reprint.Document{}, errBad{fmt.Errorf("the id has %d bytes, want %d at most", len(*r.ID), longestKept)}
	}
	id := strings.Clone(*r.ID) // which else would keep the whole line
	if in.seen[id] {
		return reprint.Document{}, errBad{fmt.Errorf("the id %q was there before, want each once", id)}
	}
	if in.seen != nil {
		in.seen[id] = true
	}
	if strings.TrimSpace(r.Text) == "" {
		in.empty++
	}
	published, ok := parseTime(string(cmp.Or(r.Published, r.Date)))
	if !ok {
		in.undated++
	}
	return reprint.Document{
		ID: id, Text: r.Text, Title: string(r.Title), Site: string(cmp.Or(r.Site, r.Source)), URL: string(r.URL),
		Published: published,
	}, nil
}

// layouts are the forms of dates that are understood, RFC 3339 first.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02",
	"2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 -0700 MST", "2006-01-02 15:04:05 MST",
	time.RFC1123Z, time.RFC1123, time.RFC822Z, time.RFC822, time.RFC850, time.ANSIC, time.UnixDate, time.RubyDate,
	"Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05", "2 Jan 2006", "2 January 2006",
	"January 2, 2006", "Jan 2, 2006", "2Jan2006", "2-Jan-2006 15:04:05", "2-Jan-2006", "20060102", "20060102150405", "2006/01/02",
	"2.1.2006", "2.1.2006 15:04",
}

// zones are the names of time zones in RFC 822, in hours. Go knows, of names,
// only those in use where it runs, by which the output would depend on that.
var zones = map[string]int{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}

// parseTime returns the time that s says, the zero one for "". ok is false if
// the form is not known.
func parseTime(s string) (t time.Time, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return t, true
	}
	for _, l := range layouts {
		if t, err := time.ParseInLocation(l, s, time.UTC); err == nil {
			if zone, offset := t.Zone(); offset == 0 {
				t = t.Add(-time.Duration(zones[zone]) * time.Hour)
			}
			return t, true
		}
	}
	return time.Time{}, false
}

// startBar shows progress by bytes, if standard error is a terminal.
func (in *input) startBar(files []file) {
	f, ok := in.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return
	}
	var total int64
	for _, f := range files {
		total += f.size
		if f.path == "-" {
			total = -1
			break
		}
	}
	in.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(f), progressbar.OptionShowBytes(true),
		progressbar.OptionSetDescription("reading"), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
}

func (in *input) endBar() {
	if in.bar != nil {
		in.bar.Finish()
	}
}
