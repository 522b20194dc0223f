package report

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/origin"
	"github.com/cbb30ed1/reprint/outlets"
)

// A finding is all that the page tells.
type finding struct {
	clusters []*cluster // that are shown, those of the most outlets first
	overview overview
}

// An overview counts all documents, shown or not.
type overview struct {
	documents, alone, clusters, largest int
	relations                           map[reprint.Relation]int
	sites                               map[string]string // what each outlet is called
	undated                             int
	first, last                         time.Time
	outlets                             outlets.Table
}

// A cluster is one of several documents, the canonical one first.
type cluster struct {
	members []member
	missing int // texts that have not come yet
	packs   []pack
	source  *source // whose the article is
}

// A member is a document of a cluster. The strings are clean.
type member struct {
	id, title, site string
	called          string          // the name of the site
	tells           origin.Document // its text, and what tells of its origin; until the cluster is packed
	published       time.Time
	relation        reprint.Relation
	of              int     // the member that put it here, -1 for the canonical one
	jaccard         float64 // with that one
	here, cut       bool    // cut: the text is longer than the page shows
	titled          bool    // the title is the document's own
	aligned
}

// aligned is what aligning a member with the canonical one has found.
type aligned struct {
	words       int
	found       float64 // the share of its words that the canonical one has
	holds       float64 // the share of the canonical one's words that it has
	boilerplate float64 // the share of its words outside passages and running text
}

// gather takes the clusters from the detector and their texts from docs, and
// packs each cluster when it is complete.
func gather(ctx context.Context, d Clusters, docs iter.Seq2[reprint.Document, error], o Options) (*finding, error) {
	f, places, err := clustersOf(d, o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	complete := make(chan *cluster, o.Threads)
	var packers sync.WaitGroup
	for range o.Threads {
		packers.Go(func() {
			var p packer
			for c := range complete {
				if ctx.Err() != nil {
					continue
				}
				if err := p.pack(ctx, c); err != nil {
					cancel(err)
				}
			}
		})
	}
	err = func() error {
		defer packers.Wait()
		defer close(complete) // also if docs panics
		for doc, err := range docs {
			if err == nil {
				err = context.Cause(ctx)
			}
			if err != nil {
				return err
			}
			at, shown := places[doc.ID]
			if !shown {
				if _, err := d.Cluster(doc.ID); err != nil {
					continue // unknown
				}
			}
			f.overview.add(doc)
			if !shown {
				continue
			}
			c := f.clusters[at.cluster]
			m := &c.members[at.member]
			if m.here {
				return fmt.Errorf("%w: %q comes twice", ErrDocuments, doc.ID)
			}
			m.read(doc, o.TextBytes)
			if c.missing--; c.missing == 0 {
				complete <- c
			}
		}
		return nil
	}()
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, c := range f.clusters {
		for _, m := range c.members {
			if !m.here {
				return nil, fmt.Errorf("%w: %q is missing", ErrDocuments, m.id)
			}
		}
	}
	return f, nil
}

// outletsOf counts the outlets of a cluster, as far as its members tell.
func outletsOf(c reprint.Cluster) int {
	outlets := map[string]bool{}
	for _, m := range c.Members {
		if o := (reprint.Document{Site: m.Site, URL: m.URL}).Outlet(); o != "" {
			outlets[o] = true
		}
	}
	return len(outlets)
}

// A wide cluster is one of so many outlets.
type wide struct {
	reprint.Cluster
	outlets int
}

// A place is where a document stands.
type place struct{ cluster, member int32 }

// clustersOf counts the detector's clusters and returns those to show, and
// where each document of them stands.
func clustersOf(d Clusters, o Options) (*finding, map[string]place, error) {
	f := &finding{overview: overview{relations: map[reprint.Relation]int{}, sites: map[string]string{}}}
	var found []wide
	for c, err := range d.Clusters() {
		if err != nil {
			return nil, nil, err
		}
		f.overview.documents += len(c.Members)
		f.overview.largest = max(f.overview.largest, len(c.Members))
		f.overview.outlets.Add(c)
		if len(c.Members) == 1 {
			f.overview.alone++
			continue
		}
		f.overview.clusters++
		for _, m := range c.Members[1:] {
			f.overview.relations[m.Relation]++
		}
		found = append(found, wide{c, outletsOf(c)})
	}
	slices.SortStableFunc(found, func(a, b wide) int {
		return cmp.Or(b.outlets-a.outlets, len(b.Members)-len(a.Members))
	})
	found = found[:min(len(found), o.Clusters)]
	places := map[string]place{}
	names := map[string]bool{}
	for i, c := range found {
		out := &cluster{members: make([]member, len(c.Members)), missing: len(c.Members)}
		for j, m := range c.Members {
			places[m.ID] = place{int32(i), int32(j)}
			out.members[j] = member{id: name(m.ID, names), relation: m.Relation, jaccard: m.Jaccard}
		}
		for j, m := range c.Members {
			out.members[j].of = -1
			if m.Of != "" {
				out.members[j].of = int(places[m.Of].member)
			}
		}
		f.clusters = append(f.clusters, out)
	}
	return f, places, nil
}

// name makes an id fit to be shown. Links go by it, so no two are alike, even
// if the ids differ only in what cannot be shown.
func name(id string, taken map[string]bool) string {
	shown := line(id)
	for n := 2; taken[shown]; n++ {
		shown = fmt.Sprintf("%s (%d)", line(id), n)
	}
	taken[shown] = true
	return shown
}

func (v *overview) add(doc reprint.Document) {
	if s := line(doc.Outlet()); s != "" && v.sites[s] == "" {
		v.sites[strings.Clone(s)] = strings.Clone(siteOf(doc))
	}
	t := doc.Published
	if !dated(t) {
		v.undated++
		return
	}
	if v.first.IsZero() || t.Before(v.first) {
		v.first = t
	}
	if v.last.IsZero() || t.After(v.last) {
		v.last = t
	}
}

// dated reports whether a time is known, and one that the page can write.
func dated(t time.Time) bool { return !t.IsZero() && t.UTC().Year() >= 1 && t.UTC().Year() <= 9999 }

// siteOf returns the name of a document's site, or else its outlet.
func siteOf(doc reprint.Document) string {
	if name := line(doc.Site); name != "" && !strings.Contains(name, ".") {
		return name
	}
	return line(doc.Outlet())
}

// read takes what the page shows of a document.
func (m *member) read(doc reprint.Document, most int) {
	m.here = true
	m.site = strings.Clone(line(doc.Outlet())) // which else could keep all of doc
	m.called = strings.Clone(siteOf(doc))
	m.tells = tells(doc)
	if dated(doc.Published) {
		m.published = doc.Published.UTC()
	}
	text := doc.Text
	if m.cut = len(text) > most; m.cut {
		text = strings.Clone(text[:boundary(text, most)])
	}
	m.tells.Text = clean(text)
	if m.title = headline(doc.Title); wordsIn(m.title) >= leastTitle {
		m.titled = true
	} else if m.title == "" {
		m.title = headline(m.tells.Text)
	}
	m.title = strings.Clone(m.title)
}

// headline returns the first line of a text that has any, shortened.
func headline(text string) string {
	for l := range strings.Lines(text) {
		if l = line(l); l == "" {
			continue
		}
		const most = 160 // characters
		n := 0
		for i := range l {
			if n++; n > most {
				return strings.TrimSpace(l[:i]) + "…"
			}
		}
		return l
	}
	return ""
}
