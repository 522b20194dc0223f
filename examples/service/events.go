package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/cbb30ed1/reprint/store"
)

// getEvents sends the feed from a position on, a line for each change; with
// follow=1 it then waits for more. A follower that is cut off goes on from the
// position after the last line that he got.
//
// The program ends a follower's stream without a word when it ends itself; any
// other reason is told by a last line with an error.
func (s *server) getEvents(w http.ResponseWriter, r *http.Request) {
	from, follow, err := eventsAsked(r)
	if err != nil {
		s.refuse(w, err)
		return
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	defer context.AfterFunc(s.closing, func() { cancel(store.ErrClosed) })()
	stream := newStream(w)
	_ = stream.SetReadDeadline(time.Time{}) // nothing is to be read; a deadline would end the context

	// What is there already goes out in large pieces.
	for c, err := range s.store.Events(ctx, from) {
		if err != nil {
			s.endEvents(stream, err)
			return
		}
		if stream.write(c) != nil {
			return
		}
		from = c.Position + 1
	}
	stream.begin()
	if !follow || stream.Flush() != nil {
		return
	}
	for c, err := range s.store.Follow(ctx, from) {
		if err != nil {
			s.endEvents(stream, err)
			return
		}
		if stream.send(c) != nil {
			return
		}
		from = c.Position + 1
	}
}

func (s *server) endEvents(stream *stream, err error) {
	switch {
	case !stream.begun:
		s.refuse(stream.w, err)
	case errors.Is(err, store.ErrClosed), errors.Is(err, context.Canceled):
	default:
		_ = stream.send(s.refusal(err))
	}
}

func eventsAsked(r *http.Request) (from uint64, follow bool, err error) {
	query := r.URL.Query()
	if text := query.Get("from"); text != "" {
		if from, err = strconv.ParseUint(text, 10, 64); err != nil {
			return 0, false, fmt.Errorf("%w: from is %q, want a position, 1 for the first", errRequest, text)
		}
	}
	switch text := query.Get("follow"); text {
	case "", "0":
		return from, false, nil
	case "1":
		return from, true, nil
	default:
		return 0, false, fmt.Errorf("%w: follow is %q, want 0 or 1", errRequest, text)
	}
}
