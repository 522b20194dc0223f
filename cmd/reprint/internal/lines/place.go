package lines

import (
	"time"

	"github.com/cbb30ed1/reprint"
)

// A Cluster says where a document stands, and why.
type Cluster struct {
	ID          string   `json:"id"`
	Cluster     string   `json:"cluster"`
	Size        int      `json:"size"`
	Relation    string   `json:"relation,omitempty"`
	Of          string   `json:"of,omitempty"`
	Jaccard     *float64 `json:"jaccard,omitempty"`
	Containment *float64 `json:"containment,omitempty"`
	StdErr      *float64 `json:"std_err,omitempty"`
	Publication
	Origin string `json:"origin,omitempty"`
}

// A Place is where a document stands, in less memory than its line.
type Place struct {
	about
	cluster, of                  string
	relation                     reprint.Relation
	jaccard, containment, stdErr float32
	size                         int32
}

// PlaceAmong returns the place of a document of a cluster, and adds those of the others.
func PlaceAmong(c reprint.Cluster, id string, others map[string]Place) (p Place) {
	for _, m := range c.Members {
		if m.ID == id {
			p = PlaceOf(c, m)
		} else {
			others[m.ID] = PlaceOf(c, m)
		}
	}
	return p
}

// PlaceOf returns the place of a member of a cluster.
func PlaceOf(c reprint.Cluster, m reprint.Member) Place { return PlaceIn(c.ID, len(c.Members), m) }

// PlaceIn returns the place of a member of a cluster of that name and size.
func PlaceIn(cluster string, size int, m reprint.Member) Place {
	p := Place{about: about{m.ID, m.Site, m.Title, m.URL, m.Published}, cluster: cluster, size: int32(size)}
	if m.Of != "" {
		p.of, p.relation = m.Of, m.Relation
		p.jaccard, p.containment = float32(m.Jaccard), float32(m.Score)
		if !m.Exact {
			p.stdErr = float32(m.StdErr)
		}
	}
	return p
}

// Line returns the line of the document.
func (p Place) Line() Cluster {
	l := Cluster{ID: p.id, Cluster: p.cluster, Size: int(p.size), Publication: p.publication()}
	if p.of != "" {
		j, c := Round(float64(p.jaccard)), Round(float64(p.containment))
		l.Relation, l.Of, l.Jaccard, l.Containment = string(p.relation), p.of, &j, &c
		if p.stdErr > 0 {
			e := Round(float64(p.stdErr))
			l.StdErr = &e
		}
	}
	return l
}

// about is what a line says of a document, beside its place.
type about struct {
	id               string
	site, title, url string
	published        time.Time
}

func (a about) publication() Publication {
	p := Publication{Site: a.site, Title: a.title, URL: a.url}
	if published := a.published; !published.IsZero() {
		p.Published = &published
	}
	return p
}
