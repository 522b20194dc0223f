package service

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// Deadlines of streams, which may last as long as they like while lines move.
const (
	nextLine  = 5 * time.Minute  // for the next document to come
	lastLines = 2 * time.Second  // for all that are still to come when the program is to end
	sendLine  = 30 * time.Second // for the other side to take an answer
)

// postStream takes documents that come as lines, and answers each with a line as
// soon as it is on disk, before it reads the next. So the documents of a stream are
// added in their order; who wants more a second opens several streams, which then
// share writes to the disk. A stream waits while too much is in flight, and by that
// whoever sends it does.
//
// A line that is refused does not end the stream. That the store is closed or has
// failed does, after a last line that says so: what was answered before is kept.
func (s *Service) postStream(w http.ResponseWriter, r *http.Request, by decider) {
	stream := newStream(w)
	// Without this, the server would read the whole request before it sends the
	// first answer.
	if err := stream.EnableFullDuplex(); err != nil {
		s.refuse(w, r, err)
		return
	}
	of := s.share(nextLine)
	defer of.release()
	defer context.AfterFunc(s.closing, func() { _ = stream.SetReadDeadline(time.Now().Add(lastLines)) })()
	lines := bufio.NewReaderSize(r.Body, 64<<10)
	var last time.Time // the latest deadline, once the program is to end
	for n := 1; ; n++ {
		_ = stream.SetReadDeadline(time.Now().Add(nextLine))
		if s.closing.Err() != nil { // asked after that, or AfterFunc could have been in vain
			if last.IsZero() {
				last = time.Now().Add(lastLines)
			}
			_ = stream.SetReadDeadline(last)
		}
		of.release()
		line, err := readLine(lines, int(s.o.Document), func(n int) error { return of.grow(r.Context(), int64(n)) })
		if err == io.EOF {
			stream.begin() // of no document at all
			return
		}
		if err == nil && len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		ended := err != nil && !errors.Is(err, errLarge)
		var answer decision
		switch {
		case ended && s.closing.Err() != nil:
			err = fmt.Errorf("%w: send this line and those after it again", store.ErrClosed)
		case ended && !errors.Is(err, errBusy):
			err = fmt.Errorf("%w: the next line did not come: %w", errRequest, err)
		case err == nil:
			var doc reprint.Document
			if doc, err = s.parse(line); err == nil {
				answer, err = by(r.Context(), doc)
			}
		}
		if err == nil {
			err = stream.send(answer)
			ended = err != nil
		} else if !errors.Is(err, context.Canceled) {
			ended = ended || unavailable(err)
			if ended && !stream.begun {
				s.refuse(w, r, err)
				return
			}
			refused := s.refusal(r, err)
			refused.Line = n
			ended = stream.send(refused) != nil || ended
		}
		if ended || r.Context().Err() != nil {
			return
		}
	}
}

// readLine returns the next line, which holds until the next call; the last one
// needs no end. Of a line that is longer than most, the rest is passed over, and the
// error wraps errLarge. At the end it is io.EOF itself. Before it takes more memory than
// that of r it calls grow, whose error it returns.
func readLine(r *bufio.Reader, most int, grow func(n int) error) ([]byte, error) {
	var line []byte
	for size := 0; ; {
		part, err := r.ReadSlice('\n')
		size += len(part)
		switch {
		case size > most:
			line = nil
		case err == nil && line == nil:
			return part, nil
		default:
			if len(line)+len(part) > cap(line) {
				room := min(2*(len(line)+len(part)), most)
				if err := grow(room); err != nil {
					return nil, err
				}
				line = append(make([]byte, 0, room), line...)
			}
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == io.EOF && size == 0:
			return nil, io.EOF
		case err != nil && err != io.EOF:
			return nil, err
		case size > most:
			return nil, fmt.Errorf("%w: the line has %d bytes, want %d at most", errLarge, size, most)
		}
		return line, nil
	}
}

// A stream writes lines of JSON.
type stream struct {
	*http.ResponseController
	w     http.ResponseWriter
	begun bool
}

func newStream(w http.ResponseWriter) *stream {
	return &stream{ResponseController: http.NewResponseController(w), w: w}
}

// begin sends the headers: from here on errors are lines.
func (s *stream) begin() {
	if !s.begun {
		s.w.Header().Set("Content-Type", "application/x-ndjson")
		s.w.WriteHeader(http.StatusOK)
		s.begun = true
	}
}

// write writes a line, which may stay in memory for a while.
func (s *stream) write(v any) error {
	s.begin()
	_ = s.SetWriteDeadline(time.Now().Add(sendLine))
	return encoder(s.w).Encode(v)
}

// send writes a line for somebody who waits for it.
func (s *stream) send(v any) error {
	if err := s.write(v); err != nil {
		return err
	}
	return s.Flush()
}
