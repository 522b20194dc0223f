package input

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
)

// A source is a file that is open, unpacked, and of a known format.
type source struct {
	io.Reader
	file
	format  Format
	why     string // it is not read
	head    []byte // its beginning
	whole   bool   // that is all of it
	packed  string // how
	plain   *os.File
	decoded Encoding // from which it was turned into UTF-8, if it was
	guess   bool     // by a guess
	closers []io.Closer
}

func (s *source) Close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// open opens a file, or standard input if it is called "-", and finds out what it is.
func (r *Reader) open(f file) (*source, error) {
	src := &source{file: f}
	if err := r.sniff(src); err != nil {
		src.Close()
		return nil, fmt.Errorf("%s: %w", f.path, err)
	}
	return src, nil
}

func (r *Reader) sniff(src *source) error {
	raw, live := r.Stdin, true
	if src.path != "-" {
		f, err := os.Open(src.path)
		if err != nil {
			return pathless(err)
		}
		src.plain = f
		src.closers = append(src.closers, f)
		info, err := f.Stat()
		if err != nil {
			return pathless(err)
		}
		raw, live = f, !info.Mode().IsRegular()
	}
	if r.bar != nil {
		raw = io.TeeReader(raw, r.bar)
	}
	unpacked, way, err := decompress(bufio.NewReaderSize(raw, sniffed))
	if err != nil {
		return err
	}
	if src.packed = way; way != "" {
		src.plain = nil
		src.closers = append([]io.Closer{unpacked}, src.closers...)
	}
	br := bufio.NewReaderSize(unpacked, sniffed)
	if src.head, src.whole, err = begin(br, live); err != nil {
		return err
	}
	src.Reader = br
	if way == "" && len(src.head) == 0 && packedName(src.path) {
		src.why = "empty, which no packed file is"
		return nil
	}
	var decided bool
	if src.format, src.why, decided = sniffBytes(src.head); decided {
		if src.plain != nil && src.format != Parquet {
			src.plain = nil
		}
		return nil
	}
	src.plain = nil
	if src.decoded, src.guess = r.encodingOf(src.head, src.whole); src.decoded.Encoding != nil {
		if c := bytes.TrimSpace(src.head)[0]; src.guess && src.decoded.name == "windows-1252" && c != '{' && c != '[' && !printable(src.head) {
			src.why = "no text"
			return nil
		}
		br = bufio.NewReaderSize(src.decoded.reader(br), sniffed)
		if src.head, src.whole, err = begin(br, live); err != nil {
			return err
		}
		src.Reader = br
	}
	src.format = sniffText(src.head, src.whole, src.path, r.Fields)
	return nil
}

// packedName reports whether a file is called as packed ones are.
func packedName(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".gz", ".zst", ".xz", ".bz2":
		return true
	}
	return false
}

// encodingOf returns how to decode a text. Pages and feeds say it themselves, further
// on.
func (r *Reader) encodingOf(head []byte, whole bool) (Encoding, bool) {
	if r.Encoding.name != "" {
		return r.Encoding, false
	}
	if e, ok := marked(head); ok {
		return e, false
	}
	if t := bytes.TrimSpace(head); len(t) > 0 && t[0] == '<' && sniffMarkup(t) != Unread {
		return Encoding{}, false
	}
	return guessed(head, whole)
}

// pathless takes the path off an error that is to be said behind the path.
func pathless(err error) error {
	if p := (*os.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// begin returns the beginning of what br reads: of a live input no more than what
// comes with the first two lines that are not blank.
func begin(br *bufio.Reader, live bool) (head []byte, whole bool, err error) {
	if !live {
		head, err = br.Peek(sniffed)
	} else {
		for {
			_, err = br.Peek(br.Buffered() + 1)
			if head, _ = br.Peek(br.Buffered()); err != nil || len(head) >= sniffed || enough(head) {
				break
			}
		}
	}
	switch {
	case err == io.EOF:
		return head, true, nil
	case err != nil && err != bufio.ErrBufferFull && len(head) == 0:
		return head, false, err
	}
	return head, false, nil
}

// enough reports whether the beginning of a live input tells what it is: the first
// line does, unless an object goes on in the next.
func enough(head []byte) bool {
	head = bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	first, rest, ok := bytes.Cut(head, []byte("\n"))
	if !ok {
		// The white space that was cut off may have been the end of the line.
		return len(head) > 2 && head[0] == '{' && head[len(head)-1] == '}'
	}
	return len(first) > 2 && first[0] == '{' && first[len(bytes.TrimSpace(first))-1] == '}' || len(bytes.TrimSpace(rest)) > 0
}

// Open opens and unpacks a file, or stdin if it is called "-".
func Open(path string, stdin io.Reader) (io.ReadCloser, error) {
	src := &source{}
	raw := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		raw, src.closers = f, append(src.closers, f)
	}
	plain, _, err := decompress(bufio.NewReaderSize(raw, sniffed))
	if err != nil {
		src.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	src.Reader, src.closers = plain, append([]io.Closer{plain}, src.closers...)
	return src, nil
}

// ReadText reads a file that is one document, text or a page of HTML, and says if its
// encoding is a guess. The paths of the options do not count.
func ReadText(path string, o Options) (string, error) {
	r := &Reader{Options: o}
	src, err := r.open(file{path: path, id: path})
	if err != nil {
		return "", err
	}
	defer src.Close()
	if src.format == Unread {
		return "", fmt.Errorf("%s: %w: it is %s", path, ErrFormat, src.why)
	}
	if src.format != HTML {
		src.format = Text
	}
	one := r.single(src)
	if one.err == nil {
		one.err = CheckText(len(one.values[roleText]))
	}
	if one.err != nil {
		return "", fmt.Errorf("%s: %w", path, one.err)
	}
	if src.guess {
		r.noteGuess(src)
	}
	r.Report()
	return one.values[roleText], nil
}

// single reads a file that is one document.
func (r *Reader) single(src *source) record {
	to := record{}
	all, err := readBounded(src)
	if err != nil {
		return record{err: err}
	}
	if src.format == HTML {
		given := src.decoded
		if given.name == "" {
			given = r.Encoding
		} else {
			given.Encoding = nil // it is UTF-8 by now
		}
		page, e, guess := decodeHTML(all, "", given)
		if guess {
			src.decoded, src.guess = e, true
		}
		readPage(page, "", &to)
	} else {
		to.values[roleText] = string(bytes.TrimPrefix(all, []byte("\ufeff")))
		to.broken = !utf8.Valid(all)
	}
	to.values[roleID] = src.id
	return to
}

// startBar shows progress by bytes, if standard error is a terminal and says so by a
// method File.
func (r *Reader) startBar(files []file) {
	t, ok := r.Stderr.(interface{ File() *os.File })
	if !ok {
		return
	}
	f := t.File()
	var total int64
	for _, f := range files {
		total += f.size
		if f.path == "-" {
			total = -1
			break
		}
	}
	r.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(f), progressbar.OptionShowBytes(true),
		progressbar.OptionSetDescription("reading"), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
}

func (r *Reader) endBar() {
	if r.bar != nil {
		r.bar.Finish()
	}
}

// ahead opens files side by side, in order, and reads those that are one document: of
// a folder of pages all threads then extract. No more than two for each thread wait.
func (r *Reader) ahead(files []file, stop <-chan struct{}) <-chan chan opened {
	threads := max(r.Threads, 1)
	order := make(chan chan opened, threads)
	type job struct {
		f  file
		to chan opened
	}
	jobs := make(chan job)
	for range min(threads, len(files)) {
		go func() {
			for j := range jobs {
				j.to <- r.openOne(j.f)
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(jobs)
		for _, f := range files {
			to := make(chan opened, 1)
			select {
			case order <- to:
			case <-stop:
				return
			}
			jobs <- job{f, to}
		}
	}()
	return order
}

// opened is a file that is open, or what was read of it.
type opened struct {
	src *source
	one *record // of a file that is one document; it is closed
	err error
}

func (r *Reader) openOne(f file) opened {
	src, err := r.open(f)
	if err != nil {
		return opened{err: err}
	}
	if why := r.refused(src); why != "" {
		src.Close()
		src.format, src.why = Unread, why
	}
	if src.format == Text || src.format == HTML {
		one := r.single(src)
		src.Close()
		return opened{src: src, one: &one}
	}
	return opened{src: src}
}

// refused says why a file that a folder holds is passed over, if it is: its content
// does not show that it is meant.
func (r *Reader) refused(src *source) string {
	if !src.inFolder {
		return src.why
	}
	switch ext := extension(src.path); {
	case src.format == Unread:
		return src.why
	case src.format == Text && ext != ".txt" && ext != ".text":
		return "text that is not called .txt"
	case src.format == CSV:
		if _, _, err := r.tableOf(src); err != nil {
			return err.Error()
		}
	case src.format == JSON && src.whole:
		var first record
		for l, err := range elements(bytes.NewReader(src.head)) {
			if err == nil {
				parseObject(r.Fields, l.Text, &first)
			}
			break
		}
		if strings.Join(first.values[:roleTitle], "") == "" {
			return "no field for a text" + first.hint
		}
	}
	return ""
}
