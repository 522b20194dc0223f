package service

import (
	"context"
	"errors"
	"net/http"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// postQuery answers for documents as postDocuments does, and adds none.
func (s *Service) postQuery(w http.ResponseWriter, r *http.Request) { s.decided(w, r, s.query) }

// query decides by the matches alone: it takes a document for part of the cluster of the
// closest of them. Adding it may show more, as it may join clusters. Size does not count
// the document.
func (s *Service) query(ctx context.Context, doc reprint.Document) (decision, error) {
	matches, err := s.store.Query(doc)
	if err != nil {
		return decision{}, err
	}
	d := decide(doc.ID, reprint.Added{Matches: matches, Size: 1 + len(matches)})
	if d.Size = 0; d.Of == "" {
		return d, nil
	}
	c, err := s.store.ClusterPart(d.Of, "", noMembers)
	if errors.Is(err, store.ErrUnknown) { // it has gone in between
		return s.query(ctx, doc)
	}
	d.Cluster, d.Size = c.ID, c.Size
	return d, err
}
