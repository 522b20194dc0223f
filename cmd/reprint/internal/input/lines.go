package input

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
)

// MaxDocument bounds a line, a row or a file that is one document, in bytes: it has to be
// held in memory. MaxText bounds its text: reading that takes up to 80 times as much, for
// each thread. It is twice what the longest novels have. A page of HTML may be as long,
// as its tree takes as much.
const (
	MaxDocument = 64 << 20
	MaxText     = 8 << 20
)

// CheckText returns the error about a text that is too long, if it is.
func CheckText(bytes int) error {
	if bytes <= MaxText {
		return nil
	}
	return bad("the text has %.1f MiB, want %d at most: is it one document?", float64(bytes)/(1<<20), MaxText>>20)
}

// BadError is an error of one document, after which the input goes on.
type BadError struct{ err error }

func (e BadError) Error() string { return e.err.Error() }

func (e BadError) Unwrap() error { return e.err }

func bad(format string, args ...any) error { return BadError{fmt.Errorf(format, args...)} }

// A Line is one that is not blank, or another part of a file that holds a document. N
// counts from 1. Text holds until the next, and so does Raw, which is the same with its
// end, as the file has it.
type Line struct {
	N         int
	Text, Raw []byte
}

// Lines yields the lines of r. One of more than so many bytes is a BadError, without
// being held in memory; any other error is the last.
func Lines(r io.Reader, longest int) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		br := bufio.NewReaderSize(r, 1<<20)
		var text []byte
		for n := 1; ; n++ {
			var long bool
			var err error
			text, long, err = readLine(br, text[:0], longest)
			if err != nil && err != io.EOF {
				yield(Line{N: n}, err)
				return
			}
			if long {
				if !yield(Line{N: n}, bad("the line has more than %d MiB", longest>>20)) {
					return
				}
			} else if t := trim(text, n); len(t) > 0 && !yield(Line{n, t, bytes.TrimPrefix(text, []byte("\ufeff"))}, nil) {
				return
			}
			if err == io.EOF {
				return
			}
		}
	}
}

// readLine appends a line with its end to text, unless that makes it longer than it
// may be: then it is passed over, and long is true.
func readLine(br *bufio.Reader, text []byte, longest int) (line []byte, long bool, err error) {
	for {
		part, err := br.ReadSlice('\n')
		if len(text)+len(part) > longest {
			long = true
			text = text[:0]
		} else if !long {
			text = append(text, part...)
		}
		if err != bufio.ErrBufferFull {
			return text, long, err
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
