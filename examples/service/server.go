package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/cbb30ed1/reprint/store"
)

type server struct {
	store   *store.Store
	log     *slog.Logger
	closing context.Context // done when the program is to end

	vars, metrics http.Handler
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /documents", s.postDocuments)
	mux.HandleFunc("GET /documents/{id}", s.getDocument)
	mux.HandleFunc("DELETE /documents/{id}", s.deleteDocument)
	mux.HandleFunc("GET /clusters/{id}", s.getCluster)
	mux.HandleFunc("GET /events", s.getEvents)
	mux.HandleFunc("GET /healthz", s.getHealth)
	mux.Handle("GET /debug/vars", s.vars)
	mux.Handle("GET /metrics", s.metrics)
	return errorsInJSON(mux)
}

// getHealth says whether documents can be added. It costs nothing, and does not
// touch the disk: a disk that fails shows when it is next written.
func (s *server) getHealth(w http.ResponseWriter, _ *http.Request) {
	err := s.store.Err()
	if s.closing.Err() != nil {
		err = store.ErrClosed
	}
	if err != nil {
		s.refuse(w, err)
	} else {
		s.answer(w, map[string]any{"status": "ok", "documents": s.store.Len()})
	}
}

func (s *server) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := encoder(w).Encode(v); err != nil {
		s.log.Warn("an answer was not sent", "error", err)
	}
}

// encoder leaves <, > and & of ids and addresses as they are: this is no HTML.
func encoder(w http.ResponseWriter) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}
