package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// largestDocument is how many bytes of JSON a document may take: some hundred times
// as much as a long article. Each request in flight may take as much memory.
const largestDocument = 4 << 20

type document struct {
	ID        string    `json:"id"`
	Text      *string   `json:"text"` // may be empty; forgotten is another thing
	Title     string    `json:"title"`
	Site      string    `json:"site"`
	URL       string    `json:"url"`
	Published time.Time `json:"published"`
}

// parse reads a document. Keys that it does not know are passed over: a pipeline
// carries more than is compared.
func parse(text []byte) (reprint.Document, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return reprint.Document{}, fmt.Errorf(`%w: want a JSON object such as {"id":"…","text":"…"}: %w`, errRequest, err)
	}
	if d.ID == "" {
		return reprint.Document{}, fmt.Errorf(`%w: the document has no "id"`, errRequest)
	}
	if d.Text == nil {
		return reprint.Document{}, fmt.Errorf(`%w: document %q has no "text", want "" if there is none`, errRequest, d.ID)
	}
	return reprint.Document{ID: d.ID, Text: *d.Text, Title: d.Title, Site: d.Site, URL: d.URL, Published: d.Published}, nil
}

// postDocuments adds documents, or replaces those with the same id.
//
// A content type is demanded, although curl has to be told it, as a page in a
// browser can post other types to a service on its machine without asking.
func (s *server) postDocuments(w http.ResponseWriter, r *http.Request) {
	given := r.Header.Get("Content-Type")
	switch media, _, _ := mime.ParseMediaType(given); media {
	case "application/json":
		s.postOne(w, r)
	case "application/x-ndjson":
		s.postStream(w, r)
	default:
		s.refuse(w, fmt.Errorf("%w %q, want application/json or application/x-ndjson", errMedia, given))
	}
}

func (s *server) postOne(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestDocument))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		s.refuse(w, fmt.Errorf("%w: want a document of %d bytes at most", errLarge, large.Limit))
		return
	}
	if err != nil {
		s.refuse(w, fmt.Errorf("%w: the body ends too soon: %w", errRequest, err))
		return
	}
	doc, err := parse(text)
	if err != nil {
		s.refuse(w, err)
		return
	}
	// The caller may leave before the document is being written: then it is not.
	added, err := s.store.Add(r.Context(), doc)
	if err != nil {
		s.refuse(w, err)
		return
	}
	s.answer(w, decide(doc.ID, added))
}

// known is what is told of a document.
type known struct {
	ID        string     `json:"id"`
	Title     string     `json:"title,omitempty"`
	Site      string     `json:"site,omitempty"`
	URL       string     `json:"url,omitempty"`
	Published *time.Time `json:"published,omitempty"`
	Arrived   time.Time  `json:"arrived"`
	Position  uint64     `json:"position"` // in the feed
	Cluster   string     `json:"cluster"`
	Size      int        `json:"size"`
}

func (s *server) getDocument(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	doc, err := s.store.Document(id)
	if err != nil {
		s.refuse(w, err)
		return
	}
	c, err := s.store.Cluster(id) // unknown, if the document has gone in between
	if err != nil {
		s.refuse(w, err)
		return
	}
	k := known{
		ID: doc.ID, Title: doc.Title, Site: doc.Site, URL: doc.URL,
		Arrived: doc.Arrived, Position: doc.Position, Cluster: c.ID, Size: len(c.Members),
	}
	if !doc.Published.IsZero() {
		k.Published = &doc.Published
	}
	s.answer(w, k)
}

func (s *server) deleteDocument(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	switch _, there, err := s.store.Remove(r.Context(), id); {
	case err != nil:
		s.refuse(w, err)
	case !there:
		s.refuse(w, fmt.Errorf("%w: %q", store.ErrUnknown, id))
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}
