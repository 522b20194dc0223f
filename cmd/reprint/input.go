package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
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
	paths   []string
	stdin   io.Reader
	stderr  io.Writer
	skipBad bool

	bad     int             // lines skipped
	empty   int             // documents without text, as feeds have them
	undated int             // documents whose date could not be read
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
		in.seen = map[string]bool{}
		files, err := in.files()
		if err != nil {
			yield(reprint.Document{}, err)
			return
		}
		in.startBar(files)
		defer in.endBar()
		for _, f := range files {
			for doc, err := range in.read(f) {
				if err == nil && in.seen[doc.ID] {
					err = errBad{fmt.Errorf("%s: the id %q was there before, want each once", f.path, doc.ID)}
				}
				if bad := (errBad{}); errors.As(err, &bad) && in.skipBad {
					in.bad++
					continue
				}
				if err == nil {
					in.seen[doc.ID] = true
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
		fmt.Fprintf(in.stderr, "reprint: skipped %d bad lines\n", in.bad)
	}
	if in.empty > 0 {
		fmt.Fprintf(in.stderr, "reprint: %d documents have no text; they match nothing\n", in.empty)
	}
	if in.undated > 0 {
		fmt.Fprintf(in.stderr, "reprint: %d documents have a date in no known form; they count as undated\n", in.undated)
	}
}

// A file is one to read; base is the folder that its id is relative to.
type file struct {
	path, id string
	size     int64
}

func (in *input) files() ([]file, error) {
	var files []file
	for _, path := range in.paths {
		if path == "-" {
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
		err = filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || kind(p) == "" {
				return err
			}
			info, err := os.Stat(p)
			if err != nil || !info.Mode().IsRegular() {
				return err
			}
			rel, err := filepath.Rel(path, p)
			files = append(files, file{p, filepath.ToSlash(rel), info.Size()})
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, fmt.Errorf("%s: no .jsonl or .txt file in this folder", path)
		}
	}
	return files, nil
}

// kind returns ".jsonl" or ".txt" for what can be read, else "".
func kind(path string) string {
	path = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(path), ".gz"), ".zst")
	for _, k := range []string{".jsonl", ".txt"} {
		if strings.HasSuffix(path, k) {
			return k
		}
	}
	return ""
}

func (in *input) read(f file) iter.Seq2[reprint.Document, error] {
	return func(yield func(reprint.Document, error) bool) {
		var raw io.Reader = in.stdin
		if f.path != "-" {
			opened, err := os.Open(f.path)
			if err != nil {
				yield(reprint.Document{}, err)
				return
			}
			defer opened.Close()
			raw = opened
		}
		if in.bar != nil {
			raw = io.TeeReader(raw, in.bar)
		}
		r, err := decompress(f.path, raw)
		if err != nil {
			yield(reprint.Document{}, fmt.Errorf("%s: %w", f.path, err))
			return
		}
		defer r.Close()
		if kind(f.path) == ".txt" {
			text, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
			if err == nil && len(text) > maxDocument {
				err = errBad{fmt.Errorf("more than %d MiB", maxDocument>>20)}
			}
			if err != nil {
				err = fmt.Errorf("%s: %w", f.path, err)
			}
			yield(reprint.Document{ID: f.id, Text: string(text)}, err)
			return
		}
		in.lines(f.path, r, yield)
	}
}

func decompress(path string, r io.Reader) (io.ReadCloser, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".gz":
		return gzip.NewReader(r)
	case ".zst":
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}
	return io.NopCloser(r), nil
}

// lines reads JSON lines. A line that is too long is passed over without being
// held in memory.
func (in *input) lines(path string, r io.Reader, yield func(reprint.Document, error) bool) {
	br := bufio.NewReaderSize(r, 1<<20)
	var line []byte
	for n := 1; ; n++ {
		line = line[:0]
		var err error
		long := false
		for {
			var part []byte
			part, err = br.ReadSlice('\n')
			if len(line)+len(part) > maxDocument {
				long = true
				line = line[:0]
			} else if !long {
				line = append(line, part...)
			}
			if err != bufio.ErrBufferFull {
				break
			}
		}
		if err != nil && err != io.EOF {
			yield(reprint.Document{}, fmt.Errorf("%s:%d: %w", path, n, err))
			return
		}
		if long {
			if !yield(reprint.Document{}, errBad{fmt.Errorf("%s:%d: the line has more than %d MiB", path, n, maxDocument>>20)}) {
				return
			}
		} else if len(bytes.TrimSpace(line)) > 0 {
			doc, bad := in.parse(line)
			if bad != nil {
				bad = errBad{fmt.Errorf("%s:%d: %w", path, n, bad)}
			}
			if !yield(doc, bad) {
				return
			}
		}
		if err == io.EOF {
			return
		}
	}
}

// record is a line of input.
type record struct {
	ID        *string `json:"id"`
	Text      string  `json:"text"`
	Title     string  `json:"title"`
	Site      string  `json:"site"`
	Source    string  `json:"source"`
	URL       string  `json:"url"`
	Published string  `json:"published"`
	Date      string  `json:"date"`
}

func (in *input) parse(line []byte) (reprint.Document, error) {
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return reprint.Document{}, fmt.Errorf("no JSON document: %w", err)
	}
	return in.document(r)
}

func (in *input) document(r record) (reprint.Document, error) {
	if r.ID == nil || *r.ID == "" {
		return reprint.Document{}, errors.New(`the document has no "id"`)
	}
	if r.Text == "" {
		in.empty++
	}
	doc := reprint.Document{ID: *r.ID, Text: r.Text, Title: r.Title, Site: r.Site, URL: r.URL}
	if doc.Site == "" {
		doc.Site = r.Source
	}
	date := r.Published
	if date == "" {
		date = r.Date
	}
	if date != "" {
		t, ok := parseTime(date)
		if !ok {
			in.undated++
		}
		doc.Published = t
	}
	return doc, nil
}

// layouts are the forms of dates that are understood, RFC 3339 first.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 -0700 MST", "2006-01-02 15:04:05 MST",
	time.RFC1123Z, time.RFC1123, time.RFC822Z, time.RFC822, time.RFC850, time.ANSIC, time.UnixDate,
	"Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05", "2 Jan 2006", "2 January 2006",
	"January 2, 2006", "Jan 2, 2006", "2Jan2006", "2-Jan-2006 15:04:05", "2-Jan-2006", "20060102", "20060102150405", "2006/01/02",
	"2.1.2006", "2.1.2006 15:04",
}

func parseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
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
