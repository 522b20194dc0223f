package service

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"
)

// leastToken is the length of a token that nobody guesses: 96 bits in hexadecimal.
const leastToken = 24

// A guard knows who may call.
type guard struct {
	tokens      [][sha256.Size]byte // their hashes, so that all are of one length
	hosts       map[string]bool
	crossOrigin *http.CrossOriginProtection
	requests    *semaphore.Weighted
	followers   *semaphore.Weighted
}

func newGuard(o Options) guard {
	g := guard{
		hosts: map[string]bool{"localhost": true}, crossOrigin: http.NewCrossOriginProtection(),
		requests: semaphore.NewWeighted(int64(o.Requests)), followers: semaphore.NewWeighted(int64(o.Followers)),
	}
	for _, token := range o.Tokens {
		g.tokens = append(g.tokens, sha256.Sum256([]byte(token)))
	}
	for _, host := range o.Hosts {
		g.hosts[strings.ToLower(host)] = true
	}
	return g
}

// knows reports whether a request may come by this Host. A page in a browser may have a
// name that is made to point here (DNS rebinding), but no name is an address.
func (g *guard) knows(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if g.hosts["*"] || g.hosts[host] {
		return true
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}

// admits compares with every token, in a time that tells nothing of them.
func (g *guard) admits(r *http.Request) bool {
	if len(g.tokens) == 0 {
		return true
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	given := sha256.Sum256([]byte(strings.TrimSpace(token)))
	found := 0
	for i := range g.tokens {
		found |= subtle.ConstantTimeCompare(given[:], g.tokens[i][:])
	}
	return found == 1 && strings.EqualFold(scheme, "Bearer")
}

// Errors of this package, beside those of the store.
var (
	errHost    = errors.New("unknown host")
	errOrigin  = errors.New("a page of another site")
	errToken   = errors.New("no valid token")
	errMany    = errors.New("too many requests at a time")
	errBusy    = errors.New("too much in flight")
	errRequest = errors.New("bad request")
	errLarge   = errors.New("too large")
	errMedia   = errors.New("unknown content type")
	errBroken  = errors.New("internal error")
)

// guarded gives each request a name, logs it, and lets in those that come by a known
// host and not from a page of another site.
func (s *Service) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestHeader)
		if !named(id) {
			id = newRequestID()
		}
		w.Header().Set(requestHeader, id)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, id))
		seen := &watched{ResponseWriter: w}
		begun := time.Now()
		defer func() { s.done(seen, r, begun, recover()) }()
		switch {
		case !s.guard.knows(r.Host):
			s.refuse(seen, r, fmt.Errorf("%w %q, want an address, localhost, or a name of --host", errHost, r.Host))
		case s.guard.crossOrigin.Check(r) != nil:
			s.refuse(seen, r, errOrigin)
		default:
			next.ServeHTTP(seen, r)
		}
	})
}

// done logs a request. A handler that panicked answers nothing of value; the others go
// on.
func (s *Service) done(w *watched, r *http.Request, begun time.Time, panicked any) {
	if panicked == http.ErrAbortHandler {
		panic(panicked)
	}
	if panicked != nil {
		s.log.Error("a request panicked", "request", requestID(r), "panic", fmt.Sprint(panicked), "stack", string(debug.Stack()))
		if w.status == 0 {
			s.refuse(w, r, errBroken)
		} else {
			defer panic(http.ErrAbortHandler) // half an answer must not look whole
		}
	}
	level := slog.LevelInfo
	if r.URL.Path == "/healthz" || r.URL.Path == "/metrics" {
		level = slog.LevelDebug
	}
	if w.status == 0 {
		w.status = http.StatusOK
	}
	s.log.Log(r.Context(), level, "request", "request", requestID(r), "method", r.Method, "path", r.URL.Path, "status", w.status,
		"bytes", w.bytes, "seconds", time.Since(begun).Seconds(), "from", r.RemoteAddr)
}

func (s *Service) withToken(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.guard.admits(r) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			s.refuse(w, r, fmt.Errorf(`%w: want a header "Authorization: Bearer TOKEN"`, errToken))
			return
		}
		next(w, r)
	}
}

// counted measures the calls of a pattern, and lets in no more at a time than it may.
func (s *Service) counted(pattern string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		defer func() {
			status := http.StatusInternalServerError // of a panic
			if seen, ok := w.(*watched); ok && seen.status != 0 {
				status = seen.status
			}
			s.metrics.request(pattern, status, time.Since(begun))
		}()
		switch pattern {
		case "GET /healthz", "GET /metrics": // also when all is full
			next(w, r)
			return
		}
		room := s.guard.requests
		if pattern == "GET /events" && r.URL.Query().Get("follow") == "1" {
			room = s.guard.followers
		}
		if !room.TryAcquire(1) {
			s.refuse(w, r, errMany)
			return
		}
		defer room.Release(1)
		next(w, r)
	}
}

// watched sees what is answered.
type watched struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

const requestHeader = "X-Request-Id"

type requestKey struct{}

// requestID returns the name of a request, which the caller gave it or we did.
func requestID(r *http.Request) string {
	id, _ := r.Context().Value(requestKey{}).(string)
	return id
}

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// named reports whether a caller's name of a request is fit for a log.
func named(id string) bool {
	if id == "" || len(id) > 128 {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == ':', c == '/', c == '+', c == '=':
		default:
			return false
		}
	}
	return true
}
