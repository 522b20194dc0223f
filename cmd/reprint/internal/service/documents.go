package service

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// mostField bounds each of title, site and URL, in bytes: a page lists many of them.
const mostField = 16 << 10

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
func (s *Service) parse(text []byte) (reprint.Document, error) {
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
	if len(*d.Text) > s.o.Text {
		return reprint.Document{}, fmt.Errorf(`%w: the "text" has %d bytes, want %d at most`, errLarge, len(*d.Text), s.o.Text)
	}
	for name, field := range map[string]string{"title": d.Title, "site": d.Site, "url": d.URL} {
		if len(field) > mostField {
			return reprint.Document{}, fmt.Errorf("%w: %q has %d bytes, want %d at most", errLarge, name, len(field), mostField)
		}
	}
	return reprint.Document{ID: d.ID, Text: *d.Text, Title: d.Title, Site: d.Site, URL: d.URL, Published: d.Published}, nil
}

// postDocuments adds documents, or replaces those with the same id.
func (s *Service) postDocuments(w http.ResponseWriter, r *http.Request) { s.decided(w, r, s.add) }

// A decider answers for a document.
type decider func(ctx context.Context, doc reprint.Document) (decision, error)

// add adds a document. The caller may leave before it is being written: then it is not.
func (s *Service) add(ctx context.Context, doc reprint.Document) (decision, error) {
	added, err := s.store.Add(ctx, doc)
	return decide(doc.ID, added.Decision), err
}

// decided answers one document by a decision, or a stream of them by as many.
//
// A content type is demanded, although curl has to be told it, as a page in a
// browser can post other types to a service on its machine without asking.
func (s *Service) decided(w http.ResponseWriter, r *http.Request, by decider) {
	if packed := r.Header.Get("Content-Encoding"); packed != "" && packed != "identity" {
		s.refuse(w, r, fmt.Errorf("%w: the body is packed by %q, want it plain", errMedia, packed))
		return
	}
	given := r.Header.Get("Content-Type")
	switch media, _, _ := mime.ParseMediaType(given); media {
	case "application/json":
		s.postOne(w, r, by)
	case "application/x-ndjson":
		s.postStream(w, r, by)
	default:
		s.refuse(w, r, fmt.Errorf("%w %q, want application/json or application/x-ndjson", errMedia, given))
	}
}

func (s *Service) postOne(w http.ResponseWriter, r *http.Request, by decider) {
	of := s.share(patience)
	defer of.release()
	text, err := s.readBody(w, r, of)
	var doc reprint.Document
	if err == nil {
		doc, err = s.parse(text)
	}
	var d decision
	if err == nil {
		d, err = by(r.Context(), doc)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.answer(w, r, d)
}

// place is what is told of a document.
type place struct {
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

func (s *Service) getDocument(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	doc, err := s.store.Document(id)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	c, err := s.store.ClusterPart(id, "", noMembers) // unknown, if the document has gone in between
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	p := place{
		ID: doc.ID, Title: doc.Title, Site: doc.Site, URL: doc.URL, Published: known(doc.Published),
		Arrived: doc.Arrived, Position: doc.Position, Cluster: c.ID, Size: c.Size,
	}
	s.answer(w, r, p)
}

// getText answers with the text as it was given.
func (s *Service) getText(w http.ResponseWriter, r *http.Request) {
	text, err := s.store.Text(r.PathValue("id"))
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text) // the caller has gone, at worst
}

func (s *Service) deleteDocument(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	switch _, there, err := s.store.Remove(r.Context(), id); {
	case err != nil:
		s.refuse(w, r, err)
	case !there:
		s.refuse(w, r, fmt.Errorf("%w: %q", store.ErrUnknown, id))
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}
