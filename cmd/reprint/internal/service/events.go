package service

import (
	"context"
	"errors"
	"fmt"
	"math"
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
func (s *Service) getEvents(w http.ResponseWriter, r *http.Request) {
	from, limit, follow, err := eventsAsked(r)
	if err != nil {
		s.refuse(w, r, err)
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
			s.endEvents(stream, r, err)
			return
		}
		if stream.write(c) != nil {
			return
		}
		from = c.Position + 1
		if limit--; limit == 0 {
			return
		}
	}
	stream.begin()
	if !follow || stream.Flush() != nil {
		return
	}
	for c, err := range s.store.Follow(ctx, from) {
		if err != nil {
			s.endEvents(stream, r, err)
			return
		}
		if limit--; stream.send(c) != nil || limit == 0 {
			return
		}
		from = c.Position + 1
	}
}

func (s *Service) endEvents(stream *stream, r *http.Request, err error) {
	switch {
	case !stream.begun:
		s.refuse(stream.w, r, err)
	case errors.Is(err, store.ErrClosed), errors.Is(err, context.Canceled):
	default:
		_ = stream.send(s.refusal(r, err))
	}
}

// eventsAsked reads what is asked for; a limit of 0 is none.
func eventsAsked(r *http.Request) (from uint64, limit int, follow bool, err error) {
	query := r.URL.Query()
	if text := query.Get("from"); text != "" {
		if from, err = strconv.ParseUint(text, 10, 64); err != nil {
			return 0, 0, false, fmt.Errorf("%w: from is %q, want a position, 1 for the first", errRequest, text)
		}
	}
	if limit, err = number(query, "limit", 0, 0, math.MaxInt32); err != nil {
		return 0, 0, false, err
	}
	switch text := query.Get("follow"); text {
	case "", "0":
		return from, limit, false, nil
	case "1":
		return from, limit, true, nil
	default:
		return 0, 0, false, fmt.Errorf("%w: follow is %q, want 0 or 1", errRequest, text)
	}
}
