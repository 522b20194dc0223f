package service

import (
	"context"
	"net/http"

	"github.com/cbb30ed1/reprint"
)

// postQuery answers for documents as postDocuments does, and adds none.
func (s *Service) postQuery(w http.ResponseWriter, r *http.Request) { s.decided(w, r, s.query) }

// query decides as Store.Query does. Size does not count the document.
func (s *Service) query(_ context.Context, doc reprint.Document) (decision, error) {
	d, err := s.store.Query(doc)
	return decide(doc.ID, d), err
}
