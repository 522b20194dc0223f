package store

import (
	"context"
	"errors"

	"github.com/cbb30ed1/reprint/origin"
)

// largestCompared is the number of members up to which Origin reads their texts anew for
// comparison with one another; those of more are judged one by one.
const largestCompared = 64

// Origin says where the article of a document's cluster comes from. It reads the texts of
// all members of the cluster, if they are kept, and judges them now: nothing of it is
// computed when documents are added. Known is what is known of sites ([Store.Learn] or
// [origin.Corpus]); it may be nil.
//
// The answer changes only when the cluster does. To follow it, ask again for the clusters
// in the events of [Store.Follow]; [reprint.Origins] does so for a Detector.
//
// The error wraps ErrUnknown if the document is not there.
func (s *Store) Origin(id string, known *origin.Corpus) (origin.Answer, error) {
	c, err := s.Cluster(id)
	if err != nil {
		return origin.Answer{}, err
	}
	members := make([]*origin.Member, 0, len(c.Members))
	for _, m := range c.Members {
		d, err := s.member(m.ID)
		if errors.Is(err, ErrUnknown) {
			continue // it was removed meanwhile
		}
		if err != nil {
			return origin.Answer{}, err
		}
		if len(c.Members) > largestCompared {
			d = d.WithoutText()
		}
		members = append(members, d)
	}
	return origin.Judge(members, known), nil
}

// member reads what a document tells of its origin, its text too if that was kept.
func (s *Store) member(id string) (*origin.Member, error) {
	doc, err := s.Document(id)
	if err != nil {
		return nil, err
	}
	doc.Text, err = s.Text(id)
	if err != nil && !errors.Is(err, ErrNoText) {
		return nil, err
	}
	return origin.Prepare(doc.OriginDocument()), nil
}

// Learn returns what all documents of the store tell of their sites: how good their clocks
// are, and which names stand at the edges of texts. It reads every text. The answer can be
// saved, and be given to [Store.Origin] until it is old.
func (s *Store) Learn(ctx context.Context) (*origin.Corpus, error) {
	c := &origin.Corpus{}
	clusters := map[string]bool{} // members of clusters of several
	for found, err := range s.Clusters() {
		if err != nil {
			return nil, err
		}
		for _, m := range found.Members {
			clusters[m.ID] = len(found.Members) > 1
		}
	}
	for doc, err := range s.Documents() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		m, err := s.member(doc.ID)
		if errors.Is(err, ErrUnknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		c.Learn(m, clusters[doc.ID])
	}
	return c, nil
}
