package stages

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/origins"
	provenance "github.com/cbb30ed1/reprint/origin"
)

// judging says where the articles of clusters come from, as the command origin does. The
// lesson of a name is a part of a corpus.
type judging struct {
	before *provenance.Corpus            // what was known beforehand
	parts  map[string]*provenance.Corpus // of before
}

func newOrigins(before *provenance.Corpus) *judging {
	if before == nil {
		before = &provenance.Corpus{}
	}
	return &judging{before, maps.Collect(before.Parts())}
}

// about is what a document tells of its origin, beside what an engine.Document has.
type about struct {
	Byline string             `json:"byline,omitempty"`
	Owner  string             `json:"owner,omitempty"`
	Clock  provenance.Clock   `json:"clock,omitempty"`
	Hints  []provenance.Hint  `json:"hints,omitempty"`
	Corpus *provenance.Corpus `json:"corpus"` // what is learned of it, if it has no copy
}

func (j *judging) About(d batch.Document) ([]byte, error) {
	doc, ok := d.Rest.(reprint.Document)
	if !ok {
		return nil, fmt.Errorf("document %q has come without what tells of its origin", d.ID)
	}
	a := about{doc.Byline, doc.Owner, doc.Clock, doc.Hints, &provenance.Corpus{}}
	a.Corpus.Learn(provenance.Prepare(doc.OriginDocument()), false)
	return json.Marshal(a)
}

func readAbout(b []byte) (a about, err error) {
	if err = json.Unmarshal(b, &a); err == nil && a.Corpus == nil {
		err = provenance.ErrCorpus
	}
	if err != nil {
		err = fmt.Errorf("%w: what a document tells: %w", batch.ErrRow, err)
	}
	return a, err
}

// mostLessons is how many names documents teach of before these lessons are taken.
const mostLessons = 1 << 14

// lessons are what some documents teach.
type lessons struct{ provenance.Corpus }

func (j *judging) Teach() batch.Lessons { return &lessons{} }

func (l *lessons) Add(b []byte, copied bool) (full bool, err error) {
	a, err := readAbout(b)
	if err != nil {
		return false, err
	}
	if copied {
		a.Corpus.Copied = a.Corpus.Docs
		for _, e := range a.Corpus.Edges {
			e.Copied = e.Docs
		}
	}
	l.Merge(a.Corpus)
	return len(l.Sites)+len(l.Edges) >= mostLessons, nil
}

func (l *lessons) Take(lesson func(name string, lesson []byte) error) error {
	for name, part := range l.Parts() {
		b, err := part.MarshalJSON()
		if err == nil {
			err = lesson(name, b)
		}
		if err != nil {
			return err
		}
	}
	l.Corpus = provenance.Corpus{}
	return nil
}

func (j *judging) Learn(name string, lessons iter.Seq2[[]byte, error]) ([]byte, error) {
	var c provenance.Corpus
	before := j.parts[name]
	if before != nil {
		c.Merge(before)
	}
	for b, err := range lessons {
		var part provenance.Corpus
		if err == nil {
			err = readPart(b, &part)
		}
		if err != nil {
			return nil, err
		}
		c.Merge(&part)
	}
	out := &c
	if before == nil { // else it stands instead of what was known, whatever it says
		out = c.Condensed()
	}
	for range out.Parts() {
		return out.MarshalJSON()
	}
	return nil, nil // nothing is left of it
}

func readPart(b []byte, to *provenance.Corpus) error {
	if err := to.UnmarshalJSON(b); err != nil {
		return fmt.Errorf("%w: %w", batch.ErrRow, err)
	}
	return nil
}

func (j *judging) Judge(learned [][]byte) (func(c cluster.Cluster, docs func(id string) (batch.Told, error)) ([]byte, error), error) {
	var corpus provenance.Corpus
	corpus.Merge(j.before)
	if corpus.Sites == nil {
		corpus.Sites = map[string]*provenance.SiteClock{}
	}
	if corpus.Edges == nil {
		corpus.Edges = map[string]*provenance.EdgeString{}
	}
	for _, b := range learned {
		var part provenance.Corpus
		if err := readPart(b, &part); err != nil {
			return nil, err
		}
		maps.Copy(corpus.Sites, part.Sites)
		maps.Copy(corpus.Edges, part.Edges)
		if part.Docs > 0 {
			corpus.Docs, corpus.Copied = part.Docs, part.Copied
		}
	}
	return func(c cluster.Cluster, docs func(id string) (batch.Told, error)) ([]byte, error) {
		members := make([]*provenance.Member, len(c.Members))
		for i, m := range c.Members {
			d, err := docs(m.ID)
			if err != nil {
				return nil, err
			}
			a, err := readAbout(d.About)
			if err != nil {
				return nil, err
			}
			members[i] = provenance.Prepare(provenance.Document{
				ID: d.ID, Text: d.Text, Title: d.Title, Byline: a.Byline, Site: d.Site, Owner: a.Owner,
				URL: d.URL, Published: d.Published, Clock: a.Clock, Hints: a.Hints,
			})
		}
		line := origins.LineOf(c.ID, provenance.Judge(members, &corpus))
		line.Size = len(c.Members)
		return encode(line)
	}, nil
}
