package reprint

import (
	"sync"

	"github.com/cbb30ed1/reprint/origin"
)

// Origins says where the articles of a detector's clusters come from. It keeps
// what its documents tell of that, without their texts: about 1.5 kB a document.
// It learns from all of them how good the clocks of sites are and who is
// credited. The zero value is ready. It is safe for concurrent use.
type Origins struct {
	mu      sync.RWMutex
	members map[string]*origin.Member
	corpus  origin.Corpus
}

// Add takes in a document, or replaces the one with the same ID. Copied says
// that another owner has a copy of it, as far as is known: [Added].Size is
// more than 1.
func (o *Origins) Add(doc origin.Document, copied bool) {
	m := origin.Prepare(doc).WithoutText()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.members == nil {
		o.members = map[string]*origin.Member{}
	}
	if o.members[doc.ID] == nil {
		o.corpus.Learn(m, copied)
	}
	o.members[doc.ID] = m
}

// Remove forgets a document. What was learned from it stays.
func (o *Origins) Remove(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.members, id)
}

// Of says where the article of a cluster comes from. Members that were not
// added are left out.
func (o *Origins) Of(c Cluster) origin.Answer {
	var ids []string
	for _, m := range c.Members {
		ids = append(ids, m.ID)
	}
	return o.OfIDs(ids)
}

// OfIDs is Of for the members with these ids.
func (o *Origins) OfIDs(ids []string) origin.Answer {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var members []*origin.Member
	for _, id := range ids {
		if m := o.members[id]; m != nil {
			members = append(members, m)
		}
	}
	return origin.Judge(members, &o.corpus)
}

// OfTexts is OfIDs with the texts of the members, which are then compared: a change that one
// copy inherits from another tells who has it from whom. Text returns "" for a text that is
// not there.
func (o *Origins) OfTexts(ids []string, text func(id string) string) origin.Answer {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var members []*origin.Member
	for _, id := range ids {
		if m := o.members[id]; m != nil {
			members = append(members, m.WithText(text(id)))
		}
	}
	return origin.Judge(members, &o.corpus)
}

// LearnLeads takes in who leads whom, from an answer that is sure. Call it after the
// clusters of a run were judged: a story must not be told by itself.
func (o *Origins) LearnLeads(ids []string, a origin.Answer) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var members []*origin.Member
	for _, id := range ids {
		if m := o.members[id]; m != nil {
			members = append(members, m)
		}
	}
	o.corpus.LearnLeads(a, members)
}

// Corpus returns a copy of what was learned, to be saved.
func (o *Origins) Corpus() (*origin.Corpus, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	b, err := o.corpus.MarshalJSON()
	c := &origin.Corpus{}
	if err == nil {
		err = c.UnmarshalJSON(b)
	}
	return c, err
}

// Know makes what an earlier run learned the beginning of what is learned. Call it before
// the first Add.
func (o *Origins) Know(c *origin.Corpus) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.corpus = *c
}

// Origin says where the article of a document's cluster comes from, by what
// origins knows of its members. The error wraps ErrUnknown.
func (d *Detector) Origin(id string, origins *Origins) (origin.Answer, error) {
	c, err := d.Cluster(id)
	if err != nil {
		return origin.Answer{}, err
	}
	return origins.Of(c), nil
}

// OriginDocument returns what a document tells of its origin.
func (d Document) OriginDocument() origin.Document {
	return origin.Document{
		ID: d.ID, Text: d.Text, Title: d.Title, Byline: d.Byline, Site: d.Site, Owner: d.Owner,
		URL: d.URL, Published: d.Published, Clock: d.Clock, Hints: d.Hints,
	}
}
