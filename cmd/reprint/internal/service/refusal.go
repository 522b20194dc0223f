package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/cbb30ed1/reprint/store"
)

// A refusal is the answer to what cannot be done: the body of a response, or a
// line in a stream, whose own status has been sent long before.
type refusal struct {
	Line    int    `json:"line,omitempty"` // of the stream of documents
	Error   string `json:"error"`
	Status  int    `json:"status"`
	Request string `json:"request,omitempty"`
}

// statusOf says by which status an error is told. What the caller can mend is 4xx;
// what he may try again later, as it is, 429 or 503.
func statusOf(err error) int {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout
	case errors.Is(err, errRequest), errors.Is(err, store.ErrID):
		return http.StatusBadRequest
	case errors.Is(err, errToken):
		return http.StatusUnauthorized
	case errors.Is(err, errOrigin):
		return http.StatusForbidden
	case errors.Is(err, errHost):
		return http.StatusMisdirectedRequest
	case errors.Is(err, errLarge), errors.Is(err, store.ErrTooLarge), errors.Is(err, store.ErrLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errMedia):
		return http.StatusUnsupportedMediaType
	case errors.Is(err, store.ErrUnknown):
		return http.StatusNotFound
	case errors.Is(err, store.ErrNoText):
		return http.StatusConflict
	case errors.Is(err, store.ErrTrimmed):
		return http.StatusGone
	case errors.Is(err, store.ErrExpired):
		return http.StatusUnprocessableEntity
	case errors.Is(err, store.ErrFull), errors.Is(err, store.ErrNoSpace):
		return http.StatusInsufficientStorage
	case errors.Is(err, errMany):
		return http.StatusTooManyRequests
	case errors.Is(err, errBusy), unavailable(err):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// unavailable reports whether an error will meet every other request, too.
func unavailable(err error) bool {
	return errors.Is(err, store.ErrFailed) || errors.Is(err, store.ErrClosed) || errors.Is(err, store.ErrClock)
}

// refuse answers with an error. One that the caller cannot mend is logged; that he
// has gone is none.
func (s *Service) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return
	}
	out := s.refusal(r, err)
	w.Header().Set("Content-Type", "application/json")
	switch {
	case errors.Is(err, errMany), errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "1")
	case out.Status == http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "5")
	}
	w.WriteHeader(out.Status)
	_ = encoder(w).Encode(out) // the caller has gone, at worst
}

func (s *Service) refusal(r *http.Request, err error) refusal {
	out := refusal{Error: err.Error(), Status: statusOf(err), Request: requestID(r)}
	if out.Status >= http.StatusInternalServerError && !isLogged(err) {
		s.log.Error("a request failed", "request", out.Request, "error", err)
	}
	return out
}

// isLogged reports whether the store has logged an error that many requests meet, or
// nobody needs to know of it.
func isLogged(err error) bool {
	for _, known := range [...]error{store.ErrClosed, store.ErrClock, store.ErrNoSpace, errBusy} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// errorsInJSON puts the mux's own answers, to paths and methods that it does not
// know, into the form of the others.
func errorsInJSON(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		own := &statusOnly{ResponseWriter: w}
		mux.ServeHTTP(own, r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(own.status)
		text := fmt.Sprintf("%s %s: %s", r.Method, r.URL.Path, strings.ToLower(http.StatusText(own.status)))
		if allow := w.Header().Get("Allow"); allow != "" {
			text += ", want " + allow
		}
		_ = encoder(w).Encode(refusal{Error: text, Status: own.status, Request: requestID(r)})
	})
}

// statusOnly keeps a status, and drops the text that goes with it.
type statusOnly struct {
	http.ResponseWriter
	status int
}

func (s *statusOnly) WriteHeader(status int)      { s.status = status }
func (s *statusOnly) Write(p []byte) (int, error) { return len(p), nil }
