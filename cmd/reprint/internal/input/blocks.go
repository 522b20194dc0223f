package input

import (
	"io"
	"iter"
	"sync"
)

// A splitter yields the parts of a file that hold a document each, such as lines. The
// bytes of a part hold until the next.
type splitter func(r io.Reader) iter.Seq2[Line, error]

// A parser makes a record of a part. Each goroutine has one of its own.
type parser func(part []byte, to *record)

// A block is some parts in a row, which are parsed together.
type block struct {
	text    *[]byte // of all of them
	ends    []int   // of each, in text
	records []record
	done    chan struct{} // closed when they are parsed
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

// newBlock returns a block with room for so many parts.
func newBlock(parts int) *block {
	return &block{text: texts.Get().(*[]byte), ends: make([]int, 0, parts), records: make([]record, 0, parts), done: make(chan struct{})}
}

// records yields the records of a file, in order, and closes it. As many goroutines
// parse as there are threads; of the input no more is in memory than some blocks for
// each.
func records(r io.ReadCloser, split splitter, newParser func() parser, threads int) iter.Seq[record] {
	return func(yield func(record) bool) {
		threads = max(threads, 1)
		stop := make(chan struct{})
		defer close(stop)
		ordered, work := make(chan *block, threads), make(chan *block, threads)
		for range threads {
			go func() {
				parse := newParser()
				for b := range work {
					b.parse(parse)
				}
			}()
		}
		go func() {
			defer r.Close()
			defer close(ordered)
			defer close(work)
			for b := range blocks(r, split) {
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
			for _, r := range b.records {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// blocks yields the parts of r in blocks. One is handed on when it is full, and
// before r is read again, which may have to wait for long: of a live feed nothing
// is held back. What a file gives at once fills several.
func blocks(r io.Reader, split splitter) iter.Seq[*block] {
	return func(yield func(*block) bool) {
		b := newBlock(0)
		wanted := true
		handOn := func() bool {
			if wanted && len(b.records) > 0 {
				wanted = yield(b)
				b = newBlock(len(b.records) + len(b.records)/8) // as many as there were, or some more
			}
			return wanted
		}
		for l, err := range split(announced{r, handOn}) {
			if !wanted {
				return
			}
			*b.text = append(*b.text, l.Text...)
			b.ends = append(b.ends, len(*b.text))
			b.records = append(b.records, record{n: l.N, err: err})
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

func (b *block) parse(parse parser) {
	start := 0
	for i, end := range b.ends {
		if r := &b.records[i]; r.err == nil {
			parse((*b.text)[start:end], r)
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
