package main

import (
	"context"
	"io"
)

// interruptible is a reader whose Read returns when ctx is done, though the
// Read of r beneath it may go on waiting: nothing else frees a program from a
// terminal or pipe that says nothing. That one Read is then abandoned with its
// memory; else each has ended when Read returns.
type interruptible struct {
	ctx  context.Context
	r    io.Reader
	buf  []byte
	rest []byte // of buf, read but not handed on
	err  error  // that came with it
}

func (i *interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	if len(i.rest) == 0 && i.err == nil {
		if i.buf == nil {
			i.buf = make([]byte, 1<<16)
		}
		type result struct {
			n   int
			err error
		}
		done := make(chan result, 1)
		go func() {
			n, err := i.r.Read(i.buf)
			done <- result{n, err}
		}()
		select {
		case <-i.ctx.Done():
			return 0, i.ctx.Err()
		case r := <-done:
			i.rest, i.err = i.buf[:r.n], r.err
		}
	}
	n := copy(p, i.rest)
	i.rest = i.rest[n:]
	if len(i.rest) > 0 {
		return n, nil
	}
	return n, i.err
}
