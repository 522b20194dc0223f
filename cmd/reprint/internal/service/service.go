// Package service answers over HTTP what a store knows: documents come in, and each is
// answered by a decision that a pipeline can act on.
//
// openapi.json describes all calls, and tests hold it and the handlers together. A
// request passes guard.go, which asks who calls and by which name, and counts what is
// in flight, then a handler: documents.go, stream.go, query.go, clusters.go, origin.go,
// events.go. Errors become statuses in refusal.go. listen.go serves and ends.
package service

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/cbb30ed1/reprint/origin"
	"github.com/cbb30ed1/reprint/store"
)

// Options say who may call, and how much. A zero field means the default that its
// comment names.
type Options struct {
	// Tokens let a caller in; any of them does. None lets everybody in.
	Tokens []string

	// Hosts are the names by which the service may be called, beside addresses and
	// localhost; "*" stands for any.
	Hosts []string

	Document  int64         // bytes of JSON of a document; default 4 MiB
	Text      int           // bytes of its text; default 1 MiB
	Inflight  int64         // bytes of documents that are read and added at a time; default 16 MiB
	Requests  int           // at a time, followers of the feed aside; default 256
	Followers int           // of the feed; default 64
	Listings  int           // answers about whole clusters that are made at a time; default 2
	Answer    int           // bytes from which a page ends early; default 1 MiB
	Timeout   time.Duration // for a request to come, and for its answer to go; default 1 min
	Grace     time.Duration // for requests in flight when the service ends; default 15 s
	Fresh     time.Duration // how old a listing of clusters may be; default 5 s

	// Connections are those that are open at a time; default 512.
	Connections int

	// Corpus is what is known of sites, for /origin; nil knows nothing.
	Corpus *origin.Corpus

	Logger *slog.Logger // default none
}

func (o Options) withDefaults() Options {
	setDefault(&o.Document, 4<<20)
	setDefault(&o.Text, 1<<20)
	setDefault(&o.Inflight, max(16<<20, o.Document))
	setDefault(&o.Requests, 256)
	setDefault(&o.Followers, 64)
	setDefault(&o.Listings, 2)
	setDefault(&o.Answer, 1<<20)
	setDefault(&o.Timeout, time.Minute)
	setDefault(&o.Grace, 15*time.Second)
	setDefault(&o.Fresh, 5*time.Second)
	setDefault(&o.Connections, 512)
	if o.Corpus == nil {
		o.Corpus = &origin.Corpus{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

func setDefault[T comparable](value *T, to T) {
	var zero T
	if *value == zero {
		*value = to
	}
}

// ErrOptions is wrapped by errors about options.
var ErrOptions = errors.New("service: bad options")

func (o Options) check() error {
	for name, n := range map[string]int64{
		"document": o.Document, "text": int64(o.Text), "in flight": o.Inflight, "requests": int64(o.Requests), "followers": int64(o.Followers),
		"listings": int64(o.Listings), "answer": int64(o.Answer), "timeout": int64(o.Timeout), "grace": int64(o.Grace), "fresh": int64(o.Fresh), "connections": int64(o.Connections),
	} {
		if n < 0 {
			return fmt.Errorf("%w: the limit of %s is negative", ErrOptions, name)
		}
	}
	if o.Inflight < o.Document {
		return fmt.Errorf("%w: %d bytes in flight are fewer than the %d of a document", ErrOptions, o.Inflight, o.Document)
	}
	for _, token := range o.Tokens {
		if len(token) < leastToken {
			return fmt.Errorf("%w: a token has %d characters, want %d at least, such as of: openssl rand -hex 32", ErrOptions, len(token), leastToken)
		}
	}
	return nil
}

// A Service answers calls about a store.
type Service struct {
	store   *store.Store
	o       Options
	log     *slog.Logger
	closing context.Context // done when the service is to end
	metrics *Metrics

	guard     guard
	inflight  *semaphore.Weighted // bytes
	listings  *semaphore.Weighted
	catalogue catalogue
	large     recently // clusters that take long to list
}

// New returns a service for a store that m counts. It ends when closing is done.
func New(closing context.Context, s *store.Store, m *Metrics, o Options) (*Service, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	sv := &Service{
		store: s, o: o, log: o.Logger, closing: closing, metrics: m,
		guard:    newGuard(o),
		inflight: semaphore.NewWeighted(o.Inflight),
		listings: semaphore.NewWeighted(int64(o.Listings)),
	}
	sv.catalogue.listing = make(chan struct{}, 1)
	m.watch(sv)
	return sv, nil
}

// OpenAPI is the description of all calls, as OpenAPI 3.1.
//
//go:embed openapi.json
var OpenAPI []byte

// A route is a call. An open one wants no token.
type route struct {
	pattern string
	handle  http.HandlerFunc
	open    bool
}

func (s *Service) routes() []route {
	return []route{
		{"POST /documents", s.postDocuments, false},
		{"GET /documents/{id}", s.getDocument, false},
		{"DELETE /documents/{id}", s.deleteDocument, false},
		{"GET /documents/{id}/text", s.getText, false},
		{"POST /query", s.postQuery, false},
		{"GET /clusters", s.getClusters, false},
		{"GET /clusters/{id}", s.getCluster, false},
		{"GET /origin", s.getOrigin, false},
		{"GET /events", s.getEvents, false},
		{"GET /metrics", s.metrics.handler().ServeHTTP, false},
		{"GET /healthz", s.getHealth, true},
		{"GET /openapi.json", getOpenAPI, true},
	}
}

// Handler answers all calls.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		handle := r.handle
		if !r.open {
			handle = s.withToken(handle)
		}
		mux.HandleFunc(r.pattern, s.counted(r.pattern, handle))
	}
	return s.guarded(errorsInJSON(mux))
}

func getOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(OpenAPI) // the caller has gone, at worst
}

type health struct {
	Status    string `json:"status"`
	Documents int    `json:"documents"`
}

// getHealth says whether documents can be added. It costs nothing, and does not
// touch the disk: a disk that fails shows when it is next written.
func (s *Service) getHealth(w http.ResponseWriter, r *http.Request) {
	err := s.store.Err()
	if s.closing.Err() != nil {
		err = store.ErrClosed
	}
	if err != nil {
		s.refuse(w, r, err)
	} else {
		s.answer(w, r, health{"ok", s.store.Len()})
	}
}

func (s *Service) answer(w http.ResponseWriter, r *http.Request, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := encoder(w).Encode(v); err != nil {
		s.log.Warn("an answer was not sent", "request", requestID(r), "error", err)
	}
}

// encoder leaves <, > and & of ids and addresses as they are: this is no HTML.
func encoder(w http.ResponseWriter) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}
