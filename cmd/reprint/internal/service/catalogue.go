package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// clusters is a page of the clusters of several documents.
type clusters struct {
	Clusters []summary `json:"clusters"`
	Total    int       `json:"total"` // of those that are asked for, on all pages
	Made     time.Time `json:"made"`  // they are those of that time
	Next     string    `json:"next,omitempty"`
}

// A summary is what tells clusters from each other.
type summary struct {
	ID    string    `json:"id"`
	Size  int       `json:"size"`
	Title string    `json:"title,omitempty"` // of the canonical document
	Site  string    `json:"site,omitempty"`
	URL   string    `json:"url,omitempty"`
	First time.Time `json:"first"` // publication of a member, or arrival where that is unknown
	Last  time.Time `json:"last"`
	Sites []string  `json:"sites,omitempty"` // the outlets, as far as known
}

// mostSites is how many outlets a summary names.
const mostSites = 50

// A catalogue is the clusters of several documents, the largest first, as they were not
// long ago. To list them takes a checkpoint and reads all documents that are in one. So
// it is done once for all that ask, and takes no more than a tenth of the time.
type catalogue struct {
	listing chan struct{} // holds the right to read and write all
	made    time.Time
	took    time.Duration
	all     []entry
}

// An entry is a cluster and all its outlets.
type entry struct {
	summary
	outlets []string
}

// clusters returns the catalogue's clusters, which do not change, and when they were
// listed.
func (s *Service) clusters(ctx context.Context) ([]entry, time.Time, error) {
	c := &s.catalogue
	select {
	case c.listing <- struct{}{}:
		defer func() { <-c.listing }()
	case <-ctx.Done():
		return nil, time.Time{}, ctx.Err()
	}
	if age := time.Since(c.made); age < s.o.fresh(c.took) {
		return c.all, c.made, nil
	}
	end, err := s.listing(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer end()
	begun := time.Now()
	var all []entry
	for found, err := range s.store.Clusters() {
		if err == nil {
			err = cmp.Or(ctx.Err(), s.closing.Err())
		}
		if err != nil {
			return nil, time.Time{}, err
		}
		if len(found.Members) < 2 {
			continue
		}
		one, err := s.entry(found)
		if err != nil {
			return nil, time.Time{}, err
		}
		all = append(all, one)
	}
	slices.SortFunc(all, compareEntries)
	c.all, c.made, c.took = all, begun.UTC(), time.Since(begun)
	return c.all, c.made, nil
}

func compareEntries(a, b entry) int {
	return cmp.Or(cmp.Compare(b.Size, a.Size), strings.Compare(a.ID, b.ID))
}

func (s *Service) entry(c reprint.Cluster) (entry, error) {
	out := entry{summary: summary{ID: c.ID, Size: len(c.Members)}}
	for _, m := range c.Members {
		doc, err := s.store.Document(m.ID)
		if errors.Is(err, store.ErrUnknown) { // it has gone in between
			continue
		}
		if err != nil {
			return out, err
		}
		if m.ID == c.ID {
			out.Title, out.Site, out.URL = doc.Title, doc.Site, doc.URL
		}
		at := doc.Published
		if at.IsZero() {
			at = doc.Arrived
		}
		if out.First.IsZero() || at.Before(out.First) {
			out.First = at
		}
		if at.After(out.Last) {
			out.Last = at
		}
		if outlet := doc.Outlet(); outlet != "" {
			out.outlets = append(out.outlets, outlet)
		}
	}
	slices.Sort(out.outlets)
	out.outlets = slices.Clip(slices.Compact(out.outlets))
	out.Sites = out.outlets[:min(len(out.outlets), mostSites)]
	return out, nil
}

// A wish is what clusters are asked for.
type wish struct {
	site        string // an outlet
	since       time.Time
	least       int
	limit       int
	afterSize   int // the page begins after the cluster of this size and name
	afterID     string
	notTheFirst bool
}

// last is the cluster with which a page ends.
type last struct {
	Size int    `json:"size"`
	ID   string `json:"id"`
}

func wishOf(query url.Values) (w wish, err error) {
	if site := query.Get("site"); site != "" {
		w.site = cmp.Or(reprint.Document{Site: site}.Outlet(), site)
	}
	if text := query.Get("since"); text != "" {
		if w.since, err = time.Parse(time.RFC3339, text); err != nil {
			if w.since, err = time.Parse(time.DateOnly, text); err != nil {
				return w, fmt.Errorf("%w: since is %q, want a time such as 2026-03-01T06:00:00Z, or a day", errRequest, text)
			}
		}
	}
	if w.least, err = number(query, "min-size", 2, 2, 1<<31-1); err != nil {
		return w, err
	}
	if w.limit, err = number(query, "limit", defaultPage, 1, mostPage); err != nil {
		return w, err
	}
	var from last
	w.notTheFirst, err = pageFrom(query, &from)
	w.afterSize, w.afterID = from.Size, from.ID
	return w, err
}

// wants reports whether an entry is asked for, on any page.
func (w wish) wants(e entry) bool {
	if e.Size < w.least || !w.since.IsZero() && e.Last.Before(w.since) {
		return false
	}
	if w.site == "" {
		return true
	}
	_, found := slices.BinarySearch(e.outlets, w.site)
	return found
}

func (s *Service) getClusters(w http.ResponseWriter, r *http.Request) {
	wanted, err := wishOf(r.URL.Query())
	var all []entry
	out := clusters{}
	if err == nil {
		all, out.Made, err = s.clusters(r.Context())
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	on := page[summary]{items: []summary{}, limit: wanted.limit, room: s.o.Answer}
	begin := entry{summary: summary{Size: wanted.afterSize, ID: wanted.afterID}}
	for _, e := range all {
		if !wanted.wants(e) {
			continue
		}
		out.Total++
		if out.Next != "" || wanted.notTheFirst && compareEntries(e, begin) <= 0 {
			continue
		}
		if !on.take(e.summary) {
			end := on.items[len(on.items)-1]
			out.Next = pageName(last{end.Size, end.ID})
		}
	}
	out.Clusters = on.items
	s.answer(w, r, out)
}
