package origin

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// A Corpus is what all documents tell: how good the clock of a site is, which
// owner usually has a story before which other, and which strings at the edges
// of texts are names of sources. The zero value knows nothing. It is not safe
// for concurrent use.
type Corpus struct {
	Sites  map[string]*SiteClock  `json:"sites,omitempty"`
	Leads  map[string][2]float64  `json:"leads,omitempty"` // stories in which the first leads, and the second
	Edges  map[string]*EdgeString `json:"edges,omitempty"`
	Docs   int                    `json:"docs,omitempty"`   // documents learned
	Copied int                    `json:"copied,omitempty"` // of which another owner has a copy

	// Weights sets what kinds of evidence are worth, in nats, by the names that the function
	// Weights lists. The others are worth what they are worth without a corpus.
	Weights map[string]float64 `json:"weights,omitempty"`
}

// SiteClock is what was seen of the times of one owner.
type SiteClock struct {
	Times []int64 `json:"times"`           // seconds, at most maxTimes of them
	Clock Clock   `json:"clock,omitempty"` // what they have shown, where they are not kept
}

const maxTimes = 1024

// Learn takes in the time of a document, and the strings at the edges of its
// text. Copied says that another owner has a copy of it.
func (c *Corpus) Learn(m *Member, copied bool) {
	c.learnEdges(m, copied)
	if m.Published.IsZero() || m.Clock != Unknown {
		return
	}
	if c.Sites == nil {
		c.Sites = map[string]*SiteClock{}
	}
	s := c.Sites[m.owner]
	if s == nil {
		s = &SiteClock{}
		c.Sites[m.owner] = s
	}
	s.add(m.Published.Unix())
}

func (s *SiteClock) add(t int64) {
	i, _ := slices.BinarySearch(s.Times, t)
	s.Times = slices.Insert(s.Times, i, t)
	if len(s.Times) > maxTimes {
		// The earliest goes: clocks are judged by what they show now.
		s.Times = s.Times[1:]
	}
}

// Clock returns what kind of time an owner's documents have. Times at midnight
// only are days. Times that come in bursts, or in few hours of the day, are when
// a crawler came by. Times that do neither, in many documents, are of the page.
func (c *Corpus) Clock(owner string) Clock {
	s := c.Sites[owner]
	if s != nil && len(s.Times) == 0 {
		return s.Clock
	}
	if s == nil || len(s.Times) < 2 {
		return Unknown
	}
	midnight, burst := 0, 0
	hours := map[int64]bool{}
	for i, t := range s.Times {
		if t%86400 == 0 {
			midnight++
		}
		hours[t/3600%24] = true
		if i > 0 && t-s.Times[i-1] < 60 || i+1 < len(s.Times) && s.Times[i+1]-t < 60 {
			burst++
		}
	}
	n := len(s.Times)
	// A burst is five times as likely of a crawler, a single time 1.2 times as
	// likely of a page.
	odds := -0.7 + 0.2*float64(n-burst) - 1.6*float64(burst)
	switch {
	case midnight*10 >= n*9:
		return Day
	case n >= 20 && len(hours) <= 4:
		return Crawl
	case odds > 2 && burst*8 < n:
		return Page
	case odds < -2:
		return Crawl
	}
	return Unknown
}

// LearnLead takes in that one owner's document was taken by another's, with a
// probability.
func (c *Corpus) LearnLead(from, to *Member, p float64) {
	if from.owner == to.owner {
		return
	}
	if c.Leads == nil {
		c.Leads = map[string][2]float64{}
	}
	key, side := leadKey(from.owner, to.owner)
	n := c.Leads[key]
	n[side] += p
	c.Leads[key] = n
}

// surely is the probability from which an answer is learned from.
const surely = 0.9

// LearnLeads takes in who had a story from whom, by an answer that is sure. Judge
// other clusters with the corpus before: a story must not be told by itself.
func (c *Corpus) LearnLeads(a Answer, members []*Member) {
	if a.Origin.Kind == IsUnknown || a.Probability < surely {
		return
	}
	by := map[string]*Member{}
	for _, m := range members {
		by[m.ID] = m
	}
	for _, t := range a.Sources {
		if t.From.Kind == IsMember && t.Probability >= surely {
			c.LearnLead(by[t.From.Name], by[t.Member], t.Probability)
		}
	}
}

func leadKey(a, b string) (key string, side int) {
	if a > b {
		a, b, side = b, a, 1
	}
	return a + "\t" + b, side
}

// lead returns what earlier stories tell of a leading b, in nats.
func (c *Corpus) lead(a, b *Member) float64 {
	if c == nil || a.owner == b.owner {
		return 0
	}
	key, side := leadKey(a.owner, b.owner)
	n := c.Leads[key]
	v := math.Log1p(n[side]) - math.Log1p(n[1-side])
	return max(-maxLead, min(maxLead, v))
}

const corpusFormat = "reprint origin corpus 1"

// MarshalJSON writes the corpus, the same bytes for the same corpus.
func (c *Corpus) MarshalJSON() ([]byte, error) {
	type plain Corpus
	return json.Marshal(struct {
		Format string `json:"format"`
		*plain
	}{corpusFormat, (*plain)(c)})
}

// UnmarshalJSON reads what MarshalJSON wrote. If an error is returned, the
// corpus is unchanged.
func (c *Corpus) UnmarshalJSON(b []byte) error {
	type plain Corpus
	var in struct {
		Format string `json:"format"`
		plain
	}
	if err := json.Unmarshal(b, &in); err != nil {
		return fmt.Errorf("%w: %w", ErrCorpus, err)
	}
	if in.Format != corpusFormat {
		return fmt.Errorf("%w: format %q, want %q", ErrCorpus, in.Format, corpusFormat)
	}
	for owner, s := range in.Sites {
		if s == nil || !slices.IsSorted(s.Times) || len(s.Times) > maxTimes {
			return fmt.Errorf("%w: times of %q", ErrCorpus, owner)
		}
	}
	for pair, n := range in.Leads {
		if n[0] < 0 || n[1] < 0 || math.IsNaN(n[0]+n[1]) {
			return fmt.Errorf("%w: leads of %q", ErrCorpus, pair)
		}
	}
	for key, e := range in.Edges {
		if e == nil || e.Docs < 0 || e.Copied < 0 || !slices.IsSorted(e.Owners) || len(e.Owners) > maxOwners {
			return fmt.Errorf("%w: edge string %q", ErrCorpus, key)
		}
	}
	for name, w := range in.Weights {
		if !isWeight(name) || math.IsNaN(w) || math.IsInf(w, 0) {
			return fmt.Errorf("%w: weight %q", ErrCorpus, name)
		}
	}
	*c = Corpus(in.plain)
	return nil
}
