package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint/origin"
)

// views are what is withheld of the documents.
var views = []struct {
	name string
	hide func(*origin.Document)
}{
	{"full", func(*origin.Document) {}},
	{"nobyline", func(d *origin.Document) { d.Byline = "" }},
	{"notime", func(d *origin.Document) { d.Published, d.Clock = time.Time{}, origin.Unknown }},
	{"text", func(d *origin.Document) { *d = origin.Document{ID: d.ID, Text: d.Text, Title: d.Title} }},
}

// A question is a pair or a cluster with a label.
type question struct {
	a, b    string
	members []string // nil for a pair
	truth   string
	all     []string // answers that are right
	byView  map[string][]string
	set     string // collection
	fold    int
	weight  float64
}

func (q *question) accept(v int) []string {
	if a, ok := q.byView[views[v].name]; ok {
		return a
	}
	return q.all
}

func (q *question) of(v *view) []*origin.Member {
	out := make([]*origin.Member, len(q.members))
	for i, id := range q.members {
		out[i] = v.members[id]
	}
	return out
}

// A view is the documents without what it withholds.
type view struct {
	members map[string]*origin.Member
	corpus  *origin.Corpus
}

type labels struct {
	questions []*question
	views     []view
}

func (l *labels) sets() []string {
	sets := map[string]bool{}
	for _, q := range l.questions {
		sets[q.set] = true
	}
	return slices.Sorted(maps.Keys(sets))
}

func load(dir string) (*labels, error) {
	l := &labels{}
	kinds := map[string]int{}
	var kind []string
	copied := map[string]bool{}
	for _, name := range []string{"direction-pairs", "clusters"} {
		err := eachLine(filepath.Join(dir, name+".jsonl.gz"), func(line []byte) error {
			var g struct {
				A, B, Cluster, Kind, Group, Truth, Origin string
				Members, Accept                           []string
				Views                                     map[string][]string `json:"accept_by_view"`
			}
			if err := json.Unmarshal(line, &g); err != nil {
				return err
			}
			q := &question{a: g.A, b: g.B, truth: cmp.Or(g.Truth, g.Origin), all: g.Accept, byView: g.Views}
			if name == "clusters" {
				q.members = g.Members
			}
			for _, id := range append([]string{g.A, g.B}, g.Members...) {
				copied[id] = true
			}
			q.set, _, _ = strings.Cut(cmp.Or(g.A, g.Cluster), "/")
			q.fold = foldOf(cmp.Or(g.Group, g.Cluster))
			l.questions, kind = append(l.questions, q), append(kind, name+g.Kind)
			kinds[name+g.Kind]++
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	// A kind of question counts as the root of how many there are.
	for i, q := range l.questions {
		q.weight = 1 / math.Sqrt(float64(kinds[kind[i]]))
	}
	for range views {
		l.views = append(l.views, view{map[string]*origin.Member{}, &origin.Corpus{}})
	}
	return l, eachLine(filepath.Join(dir, "docs.jsonl.gz"), func(line []byte) error {
		var r struct{ ID, Text, Title, Author, Site, URL, Date string }
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		for v := range views {
			d := origin.Document{ID: r.ID, Text: r.Text, Title: r.Title, Byline: r.Author, Site: r.Site, URL: r.URL}
			if d.Published = timeOf(r.Date); !d.Published.IsZero() && !strings.Contains(r.Date, ":") {
				d.Clock = origin.Day
			}
			views[v].hide(&d)
			m := origin.Prepare(d).WithoutText()
			l.views[v].members[d.ID] = m
			l.views[v].corpus.Learn(m, copied[d.ID])
		}
		return nil
	})
}

func timeOf(s string) time.Time {
	for _, form := range []string{time.RFC3339, time.DateTime, "2006-01-02T15:04:05", time.DateOnly, "2-Jan-2006 15:04:05.999", "2Jan2006"} {
		if t, err := time.Parse(form, strings.TrimSpace(s)); err == nil {
			return t
		}
	}
	return time.Time{}
}

func eachLine(path string, do func([]byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<26)
	for s.Scan() {
		if err := do(s.Bytes()); err != nil {
			return err
		}
	}
	return s.Err()
}
