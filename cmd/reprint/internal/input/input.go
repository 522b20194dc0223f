// Package input reads documents from the files that people have: JSON, tables, Parquet,
// web archives, pages, feeds and plain text, packed or not, by what they hold rather
// than by what they are called.
//
// A document passes from a file (files.go) that is opened and told by its beginning
// (open.go, sniff.go, compress.go, encoding.go), through the reader of its format,
// which makes a record of each line, row or page (one file each; blocks.go runs them
// side by side), to its fields (fields.go) and to a reprint.Document here.
package input

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/when"
)

// Duplicates says what becomes of documents with an id that was there before.
type Duplicates string

// What becomes of them. With Last the input is read twice.
const (
	Refuse Duplicates = "error"
	Last   Duplicates = "last"   // the last of them counts
	Suffix Duplicates = "suffix" // the second is called ID#2, the third ID#3
)

// LongestKept is the longest id that a store takes, in bytes.
const LongestKept = 1<<16 - 1

// Options say what to read and how. The zero value of a field is its default.
type Options struct {
	Paths      []string // files, folders, or "-"
	Stdin      io.Reader
	Stderr     io.Writer // of messages, and of a progress bar if it is a terminal
	Threads    int       // that decode
	SkipBad    bool      // pass over bad documents, and count them
	Fields     Fields
	Times      when.Parser
	Encoding   Encoding   // the zero value: by mark, by declaration, or by a guess
	Duplicates Duplicates // "" is Refuse
	Updates    bool       // an id may come again, and no id is remembered
}

// A Reader reads the documents of its options as a stream, once.
type Reader struct {
	Options
	ctx context.Context
	bar *progressbar.ProgressBar

	seen   map[string]bool // ids so far
	last   map[string]position
	named  map[string]bool // roles and the fields taken for them
	unread []string        // files of folders that are not read
	counts

	spooled       *Spooled // standard input, where it is read twice
	calledByPlace bool     // documents of standard input without an id, even where Updates is set
}

// counts are what Report tells.
type counts struct {
	read     int // documents
	bad      trouble
	empty    int // documents without text, as feeds have them
	longest  string
	noPage   int
	tails    int // texts without what feed software put behind them
	broken   int // texts with bytes that are no UTF-8
	times    [3]trouble
	barren   trouble     // files without a document
	hollow   trouble     // files of text that are empty
	filled   [roles]bool // by the field that was given for it
	guessed  trouble
	nameless trouble // documents called by file and line
}

// A trouble is counted, and the first is told.
type trouble struct {
	n     int
	first string
	more  []string // others, up to four
}

func (t *trouble) add(what string) {
	if t.n++; t.n == 1 {
		t.first = what
	} else if t.n <= 5 {
		t.more = append(t.more, what)
	}
}

// New returns a reader.
func New(ctx context.Context, o Options) *Reader {
	return &Reader{Options: o, ctx: ctx, named: map[string]bool{}}
}

// A position is where a document stands: in which file, counted from 0, and at which
// line, row, or record of it.
type position struct{ File, N int }

// An Item is a document and where it stands.
type Item struct {
	reprint.Document
	File, N int // see Copy
}

// Documents yields the documents of all inputs, in order, and stops at an error.
func (r *Reader) Documents() iter.Seq2[reprint.Document, error] {
	return func(yield func(reprint.Document, error) bool) {
		for item, err := range r.Items() {
			if !yield(item.Document, err) {
				return
			}
		}
	}
}

// Items is Documents with more of each.
func (r *Reader) Items() iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		files, err := r.files()
		if err == nil && r.Duplicates == Last && !r.Updates {
			err = r.findLast()
			defer func() {
				if r.spooled != nil {
					r.spooled.Remove()
				}
			}()
		}
		if err != nil {
			yield(Item{}, err)
			return
		}
		if !r.Updates {
			r.seen = map[string]bool{}
		}
		r.startBar(files)
		defer r.endBar()
		defer func() { r.seen, r.last = nil, nil }() // their memory is wanted for the result
		for item, err := range r.items(files) {
			if b := (BadError{}); errors.As(err, &b) && r.SkipBad {
				r.bad.add(err.Error())
				if err = r.ctx.Err(); err == nil {
					continue
				}
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
		if err := r.nothing(len(files)); err != nil {
			yield(Item{}, err)
		}
	}
}

// nothing returns the error about an input of which nothing can be compared, if so.
func (r *Reader) nothing(files int) error {
	switch {
	case r.read == 0 && len(r.unread) > 0 && len(r.unread) >= files:
		return fmt.Errorf("%s: no file that can be read, such as .jsonl, .csv or .txt: %s", strings.Join(r.Paths, " "), someOf(r.unread))
	case r.read == 0 && files == 0:
		return fmt.Errorf("%s: no file in this folder", strings.Join(r.Paths, " "))
	case r.read > 0 && r.hollow.n == r.read:
		return fmt.Errorf("%s: the file is empty", r.hollow.first)
	case r.read > 0 && r.empty == r.read && r.longest != "":
		return fmt.Errorf("no document has a text; the longest field is %q: try --text-field %s", r.longest, r.longest)
	case r.read > 0 && r.empty == r.read && !r.Updates:
		return errors.New("no document has a text: --text-field says which field has it")
	}
	if missing := r.unfilled(); missing != "" && !r.Updates {
		return errors.New(missing)
	}
	return nil
}

// unfilled says which of the fields that were given no document has.
func (r *Reader) unfilled() string {
	var missing []string
	for as := range roleAuthor {
		if name := r.Fields.given(as); name != "" && !r.filled[as] && r.read > 0 {
			missing = append(missing, fmt.Sprintf("%q (--%s-field)", name, as))
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return "no document has anything in the field " + strings.Join(missing, " or ")
}

func someOf(all []string) string {
	const most = 5
	if len(all) > most {
		return strings.Join(all[:most], ", ") + fmt.Sprintf(" and %d more", len(all)-most)
	}
	return strings.Join(all, ", ")
}

// items yields the documents and errors of files.
func (r *Reader) items(files []file) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		stop := make(chan struct{})
		order := r.ahead(files, stop)
		defer func() {
			close(stop)
			go func() { // close those that were opened in vain
				for waiting := range order {
					if o := <-waiting; o.src != nil {
						o.src.Close()
					}
				}
			}()
		}()
		at := -1
		for waiting := range order {
			at++
			o := <-waiting
			if o.err != nil {
				if r.passable(files[at], o.err) {
					continue
				}
				yield(Item{}, o.err)
				return
			}
			if o.src.format == Unread {
				if !o.src.inFolder {
					yield(Item{}, fmt.Errorf("%s: %w: it is %s", o.src.path, ErrFormat, o.src.why))
					return
				}
				r.passOver(o.src.path, o.src.why)
				continue
			}
			if o.src.guess {
				r.noteGuess(o.src)
			}
			if o.one != nil && o.src.whole && len(o.src.head) == 0 {
				r.hollow.add(o.src.path)
			}
			none := true
			for to := range r.records(o) {
				none = false
				if to.err == errNoPage {
					r.noPage++
					continue
				}
				item, err := r.item(&to, o.src, at)
				if err == errNotLast {
					continue
				}
				if err != nil {
					where := o.src.path
					if to.n > 0 {
						where = fmt.Sprintf("%s:%d", where, to.n)
					}
					err = fmt.Errorf("%s: %w", where, err)
				}
				if err != nil && !errors.As(err, new(BadError)) && r.passable(files[at], err) {
					break
				}
				if !yield(item, err) {
					return
				}
			}
			if none && o.src.path != "-" {
				what := o.src.path
				if o.src.whole && len(o.src.head) == 0 {
					what += ": the file is empty"
				}
				r.barren.add(what)
			}
		}
	}
}

// passable notes a file that cannot be read, or not to its end, and reports whether the
// others are to be read all the same: of a folder, if bad documents are passed over.
func (r *Reader) passable(f file, err error) bool {
	if !r.SkipBad || !f.inFolder || r.ctx.Err() != nil {
		return false
	}
	r.passOver(f.path, strings.TrimPrefix(err.Error(), f.path+": "))
	return true
}

// records yields what a file holds, and closes it.
func (r *Reader) records(o opened) iter.Seq[record] {
	src := o.src
	switch {
	case o.one != nil:
		return func(yield func(record) bool) { yield(*o.one) }
	case src.format == JSONLines:
		return records(readCloser{src, src}, func(r io.Reader) iter.Seq2[Line, error] { return Lines(r, MaxDocument) }, jsonParser(r.Fields), r.Threads)
	case src.format == JSON:
		return records(readCloser{src, src}, elements, jsonParser(r.Fields), r.Threads)
	case src.format == WARC:
		return records(readCloser{src, src}, warcRecords, warcParser(r.Encoding), r.Threads)
	case src.format == CSV:
		t, delimiter, err := r.tableOf(src)
		if err != nil {
			src.Close()
			return func(yield func(record) bool) { yield(record{err: err}) }
		}
		return records(readCloser{src, src}, withoutHeader(csvRows(delimiter)), csvParser(t, delimiter), r.Threads)
	}
	return func(yield func(record) bool) {
		defer src.Close()
		all := readFeed(src)
		if src.format == Parquet {
			at, size, done, err := onDisk(src)
			if err != nil {
				yield(record{err: err})
				return
			}
			defer done()
			all = inBackground(readParquet(at, size, r.Fields))
		}
		for to := range all {
			if !yield(to) {
				return
			}
		}
	}
}

type readCloser struct {
	io.Reader
	io.Closer
}

// tableOf reads the header of a table.
func (r *Reader) tableOf(src *source) (*table, byte, error) {
	head := src.head
	for l, err := range csvRows(delimiterIn(head))(strings.NewReader(string(head))) {
		if err != nil {
			return nil, 0, err
		}
		d, _ := delimiterOf(l.Text)
		if given := saidDelimiter(head); given != 0 {
			d = given
		}
		t, err := newTable(r.Fields, toStrings(csvFields(l.Text, d)))
		return t, d, err
	}
	return nil, 0, errors.New("the table has no header")
}

func delimiterIn(head []byte) byte {
	_, d, _ := headerOf(head)
	return d
}

// withoutHeader leaves out the first row.
func withoutHeader(split splitter) splitter {
	return func(r io.Reader) iter.Seq2[Line, error] {
		return func(yield func(Line, error) bool) {
			first := true
			for l, err := range split(r) {
				if first && err == nil {
					first = false
					continue
				}
				if !yield(l, err) {
					return
				}
			}
		}
	}
}

// item makes a document of a record, and counts what it lacks.
func (r *Reader) item(from *record, src *source, at int) (Item, error) {
	if from.err != nil {
		return Item{}, from.err
	}
	v := &from.values
	if err := CheckText(len(v[roleText])); err != nil {
		return Item{}, err
	}
	where := src.id
	if from.n > 0 {
		where = fmt.Sprintf("%s:%d", src.id, from.n)
	}
	id := strings.Clone(v[roleID]) // which else would keep the whole line
	if id == "" {
		id = strings.Clone(v[roleURL])
	}
	if id == "" {
		if v[roleText] == "" && (from.longest == "" || from.hint != "") {
			return Item{}, bad(`the document has neither "id" nor "text" nor "url"%s`, from.hint)
		}
		if r.Updates && src.path == "-" && !r.calledByPlace {
			return Item{}, bad(`the document has neither "id" nor "url", by which a store is to know it again`)
		}
		id = where
		r.nameless.add(id)
	}
	if r.Updates && len(id) > LongestKept {
		return Item{}, bad("the id has %d bytes, want %d at most", len(id), LongestKept)
	}
	here := position{at, from.n}
	if r.last != nil {
		if r.last[id] != here {
			return Item{}, errNotLast
		}
	} else if r.seen[id] {
		switch {
		case from.spare != "" && !r.seen[from.spare]:
			id = from.spare
		case r.Duplicates == Suffix:
			for n := 2; ; n++ {
				if next := fmt.Sprintf("%s#%d", id, n); !r.seen[next] {
					id = next
					break
				}
			}
		default:
			return Item{}, bad("the id %q was there before, want each once (or --duplicate-ids last or suffix)", id)
		}
	}
	if r.seen != nil {
		r.seen[id] = true
	}
	text := v[roleText]
	switch src.format {
	case JSONLines, JSON, CSV, Parquet, Feed:
		if short := withoutTail(text); len(short) < len(strings.TrimRight(text, " \t\r\n")) {
			r.tails++
			text = short
		}
	}
	r.count(from, where)
	published, err := r.Times.Parse(v[rolePublished])
	if err != nil {
		for i, kind := range []error{when.ErrForm, when.ErrZone, when.ErrOrder} {
			if errors.Is(err, kind) {
				r.times[i].add(fmt.Sprintf("%s: %.60q", where, v[rolePublished]))
			}
		}
	}
	return Item{
		Document: reprint.Document{
			ID: id, Text: text, Title: strings.Clone(v[roleTitle]), Site: strings.Clone(v[roleSite]), URL: strings.Clone(v[roleURL]),
			Published: published, Byline: strings.Clone(v[roleAuthor]), Owner: strings.Clone(v[roleOwner]),
			Clock: clockOf(v[roleClock]), Hints: hintsOf(v[roleHints]),
		},
		File: at, N: from.n,
	}, nil
}

func (r *Reader) count(from *record, where string) {
	r.read++
	if strings.TrimSpace(from.values[roleText]) == "" {
		r.empty++
		if r.longest == "" {
			r.longest = from.longest
		}
	} else if from.broken {
		r.broken++
	}
	for as, value := range from.values {
		r.filled[as] = r.filled[as] || value != ""
	}
	for as, name := range from.named {
		if name != "" && role(as) != roleAuthor {
			r.named[fmt.Sprintf("%s from %q", role(as), name)] = true
		}
	}
}

// errNotLast marks a document that another with its id comes after.
var errNotLast = errors.New("not the last")

// findLast reads the input once for the ids, and notes where each stands last.
func (r *Reader) findLast() error {
	o := r.Options
	if slices.Contains(r.Paths, "-") {
		var err error
		if r.spooled, err = Spool(r.Stdin); err != nil {
			return err
		}
		o.Stdin, r.Stdin = r.spooled.Reader(), r.spooled.Reader()
	}
	o.Stderr, o.Updates = io.Discard, true // which is to say that none is refused
	r.last = map[string]position{}
	first := New(r.ctx, o)
	first.calledByPlace = true
	for item, err := range first.Items() {
		if err != nil {
			return nil // the second time it is said where all of it is said
		}
		r.last[item.ID] = position{item.File, item.N}
	}
	return nil
}

// Live reports whether the input may pause, and go on after a while.
func (r *Reader) Live() bool {
	return slices.ContainsFunc(r.Paths, func(path string) bool {
		info, err := os.Stat(path)
		return path == "-" || err == nil && !info.IsDir() && !info.Mode().IsRegular()
	})
}
