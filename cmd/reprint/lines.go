package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	fast "github.com/goccy/go-json"
)

// record is a line of input.
type record struct {
	ID        *string `json:"id"`
	Text      string  `json:"text"`
	Title     loose   `json:"title"`
	Site      loose   `json:"site"`
	Source    loose   `json:"source"`
	URL       loose   `json:"url"`
	Published loose   `json:"published"`
	Date      loose   `json:"date"`
}

// loose is a string that a document can do without: what is of another type
// stands there as its JSON, rather than make the document a bad one.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	*l = loose(s)
	return nil
}

// parse reads a line.
func parse(text []byte) (record, error) {
	var r record
	if fast.Unmarshal(text, &r) == nil {
		return r, nil
	}
	r = record{}
	err := json.Unmarshal(text, &r) // for its errors, which say more
	if unlike := (*json.UnmarshalTypeError)(nil); errors.As(err, &unlike) && unlike.Field != "" {
		return r, errBad{fmt.Errorf("%q is of type %s, want a string", unlike.Field, unlike.Value)}
	}
	if err != nil {
		return r, errBad{fmt.Errorf("no JSON document: %w", err)}
	}
	return r, nil
}

// A parsedLine is a record, or the error why it is none.
type parsedLine struct {
	record
	n   int // its number, from 1
	err error
}

// A block is some lines in a row, which are parsed together.
type block struct {
	text  *[]byte // of all of them
	ends  []int   // of each, in text
	lines []parsedLine
	done  chan struct{} // closed when they are parsed
}

// blockSize is the number of bytes from which a block is full.
const blockSize = 256 << 10

// texts has memory for the texts of blocks, which is free again once they are
// parsed: what a record holds is copied. Were it left to be collected, reading
// would take half as long again.
var texts = sync.Pool{New: func() any {
	b := make([]byte, 0, 2*blockSize)
	return &b
}}

func newBlock() *block { return &block{text: texts.Get().(*[]byte), done: make(chan struct{})} }

// records yields the records of JSON lines, in order, and closes r. As many
// goroutines parse as there are threads; of the input no more is in memory than
// some blocks for each.
func records(r io.ReadCloser, threads int) iter.Seq[parsedLine] {
	return func(yield func(parsedLine) bool) {
		threads = max(threads, 1)
		stop := make(chan struct{})
		defer close(stop)
		ordered, work := make(chan *block, threads), make(chan *block, threads)
		for range threads {
			go func() {
				for b := range work {
					b.parse()
				}
			}()
		}
		go func() {
			defer r.Close()
			defer close(ordered)
			defer close(work)
			for b := range blocks(r) {
				select {
				case <-stop:
					return
				case ordered <- b:
					work <- b
				}
			}
		}()
		for b := range ordered {
			<-b.done
			for _, l := range b.lines {
				if !yield(l) {
					return
				}
			}
		}
	}
}

// blocks yields the lines of r in blocks. One is handed on when it is full, and
// before r is read again, which may have to wait for long: of a live feed nothing
// is held back. What a file gives at once fills several.
func blocks(r io.Reader) iter.Seq[*block] {
	return func(yield func(*block) bool) {
		b := newBlock()
		wanted := true
		handOn := func() bool {
			if wanted && len(b.lines) > 0 {
				wanted = yield(b)
				b = newBlock()
			}
			return wanted
		}
		for l, err := range lines(announced{r, handOn}, maxDocument) {
			if !wanted {
				return
			}
			*b.text = append(*b.text, l.text...)
			b.ends = append(b.ends, len(*b.text))
			b.lines = append(b.lines, parsedLine{n: l.n, err: err})
			if len(*b.text) >= blockSize && !handOn() {
				return
			}
		}
		handOn()
	}
}

// An announced reader calls before each Read a function, which may also say that
// no more is wanted.
type announced struct {
	io.Reader
	before func() bool
}

func (a announced) Read(p []byte) (int, error) {
	if !a.before() {
		return 0, io.ErrClosedPipe
	}
	return a.Reader.Read(p)
}

func (b *block) parse() {
	start := 0
	for i, end := range b.ends {
		if l := &b.lines[i]; l.err == nil {
			l.record, l.err = parse((*b.text)[start:end])
		}
		start = end
	}
	if cap(*b.text) <= 4*blockSize { // and has not grown for one long line
		*b.text = (*b.text)[:0]
		texts.Put(b.text)
	}
	b.text = nil
	close(b.done)
}

// A line is one that is not blank; n counts from 1, and text holds until the
// next.
type line struct {
	n    int
	text []byte
}

// lines yields the lines of r. One of more than so many bytes is an errBad,
// without being held in memory; any other error is the last.
func lines(r io.Reader, longest int) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		br := bufio.NewReaderSize(r, 1<<20)
		var text []byte
		for n := 1; ; n++ {
			text = text[:0]
			var err error
			long := false
			for {
				var part []byte
				part, err = br.ReadSlice('\n')
				if len(text)+len(part) > longest {
					long = true
					text = text[:0]
				} else if !long {
					text = append(text, part...)
				}
				if err != bufio.ErrBufferFull {
					break
				}
			}
			if err != nil && err != io.EOF {
				yield(line{n: n}, err)
				return
			}
			if long {
				if !yield(line{n: n}, errBad{fmt.Errorf("the line has more than %d MiB", longest>>20)}) {
					return
				}
			} else if t := trim(text, n); len(t) > 0 && !yield(line{n, t}, nil) {
				return
			}
			if err == io.EOF {
				return
			}
		}
	}
}

// trim takes off white space, and in the first line the byte order mark that
// some systems put there.
func trim(line []byte, n int) []byte {
	if n == 1 {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	return bytes.TrimSpace(line)
}
