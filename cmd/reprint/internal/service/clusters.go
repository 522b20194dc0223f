package service

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

type cluster struct {
	ID      string   `json:"id"` // of the canonical document
	Size    int      `json:"size"`
	Members []member `json:"members"`        // the canonical document first
	Next    string   `json:"next,omitempty"` // page
}

// A member is in the cluster by its match with another, but for the first.
type member struct {
	ID          string           `json:"id"`
	Relation    reprint.Relation `json:"relation,omitempty"`
	Of          string           `json:"of,omitempty"`
	Jaccard     float64          `json:"jaccard,omitempty"`
	Containment float64          `json:"containment,omitempty"`
	Site        string           `json:"site,omitempty"`
	Published   *time.Time       `json:"published,omitempty"`
	Title       string           `json:"title,omitempty"`
	URL         string           `json:"url,omitempty"`
}

// getCluster answers for the id of any member: names of clusters change as
// documents come and go, and who asks may know an old one.
func (s *Service) getCluster(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit, err := number(query, "limit", defaultPage, 1, mostPage)
	begin := ""
	if err == nil {
		_, err = pageFrom(query, &begin)
	}
	var out cluster
	if err == nil {
		out, err = s.page(r.Context(), r.PathValue("id"), begin, limit)
	}
	if errors.Is(err, store.ErrOptions) {
		err = noPage(query)
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.answer(w, r, out)
}

// page returns a page of a cluster. If so many members are too long for one, it begins
// again with those for which there is room.
func (s *Service) page(ctx context.Context, id, begin string, limit int) (cluster, error) {
	end, err := s.listing(ctx)
	if err != nil {
		return cluster{}, err
	}
	defer end()
	for {
		p, err := s.store.ClusterPart(id, begin, limit)
		if err != nil {
			return cluster{}, err
		}
		on := page[member]{limit: limit, room: s.o.Answer}
		fit := 0
		for _, m := range p.Members {
			doc, err := s.store.Document(m.ID)
			if err != nil && !errors.Is(err, store.ErrUnknown) {
				return cluster{}, err
			}
			if err == nil && !on.take(memberOf(m, doc)) { // else it has gone in between
				break
			}
			fit++
		}
		if fit == len(p.Members) {
			out := cluster{ID: p.ID, Size: p.Size, Members: on.items}
			if p.Next != "" {
				out.Next = pageName(p.Next)
			}
			return out, nil
		}
		limit = fit
	}
}

func memberOf(m reprint.Member, doc store.Document) member {
	return member{
		ID: m.ID, Relation: m.Relation, Of: m.Of, Jaccard: round(m.Jaccard), Containment: round(m.Score),
		Site: doc.Site, Published: known(doc.Published), Title: doc.Title, URL: doc.URL,
	}
}

// known returns a time, nil for none.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
