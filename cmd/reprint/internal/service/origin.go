package service

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/origins"
	"github.com/cbb30ed1/reprint/origin"
	"github.com/cbb30ed1/reprint/store"
)

// mostJudged is how many members of a cluster are looked at for its origin: the first
// ones, of which one is the origin if any is.
const mostJudged = 500

// whose is the line of the command origin, and how many members it rests on.
type whose struct {
	origins.ClusterLine
	Judged int `json:"judged"`
}

// getOrigin reads the texts of a cluster and judges whose its article is.
func (s *Service) getOrigin(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	if id == "" {
		s.refuse(w, r, fmt.Errorf(`%w: want "id", of any document of the cluster`, errRequest))
		return
	}
	c, err := s.cluster(r.Context(), id)
	var end func()
	if err == nil {
		end, err = s.listing(r.Context())
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	defer end()
	var members []*origin.Member
	for _, m := range c.Members[:min(len(c.Members), mostJudged)] {
		doc, err := s.store.Document(m.ID)
		if err == nil {
			doc.Text, err = s.store.Text(m.ID)
		}
		if errors.Is(err, store.ErrUnknown) { // it has gone in between
			continue
		}
		if err == nil {
			err = r.Context().Err()
		}
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		members = append(members, origin.Prepare(doc.OriginDocument()).WithoutText())
	}
	out := whose{origins.LineOf(c.ID, origin.Judge(members, s.o.Corpus)), len(members)}
	out.Size = len(c.Members)
	s.answer(w, r, out)
}
