package main

import (
	"net/http"

	"github.com/cbb30ed1/reprint"
)

type cluster struct {
	ID      string   `json:"id"` // of the canonical document
	Size    int      `json:"size"`
	Members []member `json:"members"` // the canonical document first
}

// A member is in the cluster by its match with another, but for the first.
type member struct {
	ID          string           `json:"id"`
	Relation    reprint.Relation `json:"relation,omitempty"`
	Of          string           `json:"of,omitempty"`
	Jaccard     float64          `json:"jaccard,omitempty"`
	Containment float64          `json:"containment,omitempty"`
}

// getCluster answers for the id of any member: names of clusters change as
// documents come and go, and who asks may know an old one.
func (s *server) getCluster(w http.ResponseWriter, r *http.Request) {
	c, err := s.store.Cluster(r.PathValue("id"))
	if err != nil {
		s.refuse(w, err)
		return
	}
	out := cluster{ID: c.ID, Size: len(c.Members)}
	for _, m := range c.Members {
		out.Members = append(out.Members, member{m.ID, m.Relation, m.Of, round(m.Jaccard), round(m.Score)})
	}
	s.answer(w, out)
}
