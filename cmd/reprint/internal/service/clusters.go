package service

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
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

// after is where a page of members begins: after a member, or at a place if that has
// gone.
type after struct {
	ID string `json:"id"`
	At int    `json:"at"`
}

// getCluster answers for the id of any member: names of clusters change as
// documents come and go, and who asks may know an old one.
func (s *Service) getCluster(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit, err := number(query, "limit", defaultPage, 1, mostPage)
	var from after
	given := false
	if err == nil {
		given, err = pageFrom(query, &from)
	}
	var c reprint.Cluster
	if err == nil {
		c, err = s.cluster(r.Context(), r.PathValue("id"))
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	at := 0
	if given {
		at = min(max(from.At, 0), len(c.Members))
		if i := slices.IndexFunc(c.Members, func(m reprint.Member) bool { return m.ID == from.ID }); i >= 0 {
			at = i + 1
		}
	}
	out := cluster{ID: c.ID, Size: len(c.Members)}
	on := page[member]{limit: limit, room: s.o.Answer}
	for i, m := range c.Members[at:] {
		doc, err := s.store.Document(m.ID)
		if errors.Is(err, store.ErrUnknown) { // it has gone in between
			continue
		}
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		one := member{
			ID: m.ID, Relation: m.Relation, Of: m.Of, Jaccard: round(m.Jaccard), Containment: round(m.Score),
			Site: doc.Site, Published: known(doc.Published), Title: doc.Title, URL: doc.URL,
		}
		if !on.take(one) {
			out.Next = pageName(after{on.items[len(on.items)-1].ID, at + i})
			break
		}
	}
	out.Members = on.items
	s.answer(w, r, out)
}

// known returns a time, nil for none.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// largeCluster is the size from which on a cluster takes so long to list that the
// outcome is kept for as long as a listing may be old.
const largeCluster = 1000

// fresh returns how old what took so long to list may become: listing takes no more than
// a tenth of the time.
func (o Options) fresh(took time.Duration) time.Duration { return max(o.Fresh, 10*took) }

// cluster returns the cluster of a document. One that is large may be that of some
// seconds ago, whichever of its documents is asked for: the store reads all of them to
// put them into their order, for a part of the cluster as well as for the whole. Of many
// that ask at the same time most wait for what one lists.
func (s *Service) cluster(ctx context.Context, id string) (reprint.Cluster, error) {
	name, err := s.store.ClusterPart(id, "", noMembers)
	if err != nil {
		return reprint.Cluster{}, err
	}
	if c, ok := s.large.get(name.ID, time.Now()); ok {
		return c, nil
	}
	end, err := s.listing(ctx)
	if err != nil {
		return reprint.Cluster{}, err
	}
	defer end()
	begun := time.Now()
	if c, ok := s.large.get(name.ID, begun); ok { // while it waited
		return c, nil
	}
	c, err := s.store.Cluster(id)
	if len(c.Members) >= largeCluster {
		s.large.keep(c, begun.Add(s.o.fresh(time.Since(begun))))
	}
	return c, err
}

// mostKept is how many large clusters are kept.
const mostKept = 8

// recently keeps clusters for a while, the latest last. The zero value is empty.
type recently struct {
	mu   sync.Mutex
	kept []recent
}

type recent struct {
	until time.Time
	of    reprint.Cluster
}

func (c *recently) get(id string, now time.Time) (reprint.Cluster, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = slices.DeleteFunc(c.kept, func(r recent) bool { return now.After(r.until) })
	if i := slices.IndexFunc(c.kept, func(r recent) bool { return r.of.ID == id }); i >= 0 {
		return c.kept[i].of, true
	}
	return reprint.Cluster{}, false
}

func (c *recently) keep(of reprint.Cluster, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = append(c.kept, recent{until, of})
	c.kept = slices.Delete(c.kept, 0, max(0, len(c.kept)-mostKept))
}
