package reprint

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
	"github.com/cbb30ed1/reprint/minhash"
	"github.com/cbb30ed1/reprint/origin"
)

// Errors to test for with errors.Is.
var (
	ErrOptions = errors.New("reprint: bad options")
	ErrID      = cluster.ErrID
	ErrUnknown = cluster.ErrUnknown
	ErrFull    = cluster.ErrFull
	ErrLarge   = engine.ErrLarge

	ErrSnapshotClosed = errors.New("reprint: the snapshot is closed: range over its clusters before")
)

// MaxWords is how many words a document may have. What is longer is refused, with an
// error that wraps ErrLarge.
const MaxWords = engine.MaxWords

// A Document is a text to look for copies of.
type Document struct {
	ID        string    `json:"id"`                 // not empty; a document with the same id is replaced
	Text      string    `json:"text,omitempty"`     // plain text; bytes that are not UTF-8 end a word
	Title     string    `json:"title,omitempty"`    // no part of the text; helps to judge a pair, if known
	Site      string    `json:"site,omitempty"`     // who published it, a name or a host, if known; see Outlet
	URL       string    `json:"url,omitempty"`      // of the page, if known: documents with one URL are versions of one page
	Published time.Time `json:"published,omitzero"` // if known

	// What tells whose an article is, see package origin; clusters do not depend on it.
	Byline string        `json:"byline,omitempty"` // the author field
	Owner  string        `json:"owner,omitempty"`  // who owns the site, where known
	Clock  origin.Clock  `json:"clock,omitempty"`  // what kind of time Published is
	Hints  []origin.Hint `json:"hints,omitempty"`  // what the page says of an earlier source

	// What is the caller's own. A store keeps it and gives it back; a Detector does not
	// keep it. A document whose metadata alone has changed has changed.
	Metadata map[string]string `json:"metadata,omitempty"`
}

// read returns what of a document the engine reads.
func (d Document) read() engine.Document {
	return engine.Document{ID: d.ID, Text: d.Text, Title: d.Title, Site: d.Site, URL: d.URL, Published: d.Published}
}

// toKeep returns what is read of a document that is added, with what describes it.
func (d *Document) toKeep() engine.Document {
	in := d.read()
	in.Note = string(aboutOf(d))
	return in
}

// Outlet returns who published a document, if it says so: the registrable domain of
// its Site, if that is a host, or else that of its URL, or else the Site as it is, or
// "". A name comes last since it may be that of a feed or a section, and differ within
// an outlet. The host of a web archive, an aggregator, a database of the press, a feed
// proxy or a URL shortener is no outlet: the URL that it carries counts, where there is
// one.
func (d Document) Outlet() string { return d.read().Outlet() }

// Options are the parameters of a Detector. A zero field means the default
// that its comment names; the zero value is the preset "default".
type Options struct {
	// K is the number of words in a shingle, 1 to 64; default 5.
	K int

	// Method, Slots and Seed say how signatures are made; defaults
	// minhash.FastSimilarity, 128 and 0.
	Method minhash.Method
	Slots  int
	Seed   uint64

	// The LSH bands find a pair of Jaccard similarity Similarity with probability
	// Recall, and more similar pairs with more; defaults .5 and .99. See
	// minhash.Tune.
	Similarity, Recall float64

	// Containment, Jaccard and Overlap are the thresholds of a match and of
	// the merging of clusters; defaults .5, 0 and .6. See cluster.Options.
	Containment, Jaccard, Overlap float64

	// SamplesOnly keeps samples of documents rather than all shingles: under
	// 2 kB for a document of 700 words rather than 6.
	SamplesOnly bool

	// ByFigures tells relations by figures alone, not by the passages that two
	// documents share. It saves 3 bytes a word, and joins forms that were filled
	// in with other facts. SamplesOnly and the preset "noisy" imply it.
	ByFigures bool

	// SkipSameSite makes documents with the same known site never match.
	SkipSameSite bool

	// Window, where not 0, makes documents match only if they were published
	// no further apart. A document without a time matches none then.
	Window time.Duration

	// MaxMatches is the number of matches that an answer lists at most;
	// default 16.
	MaxMatches int

	// Key is a secret of 16 random bytes or more. With it the hashes of shingles cannot
	// be computed by others, so nobody knows which words of an article are looked up;
	// without it they are the public ones of package shingle. It is never written: keep
	// it, since a store that was made with it opens with it only. See SECURITY.md.
	Key Key `json:"-"`
}

// A Key is a secret. Printed, logged or encoded it does not show its bytes.
type Key = engine.Key

var presets = map[string]Options{
	"default": {},
	"noisy":   {K: 3, Containment: .1, Overlap: .1, ByFigures: true},
	"strict":  {Jaccard: .9, Containment: .9, Overlap: .9, Similarity: .9},
}

// Preset returns the options of a preset:
//
//	default  articles and web pages
//	noisy    text from OCR or speech: shorter shingles, lower thresholds
//	strict   near-exact copies only
func Preset(name string) (Options, error) {
	o, ok := presets[name]
	if !ok {
		return o, fmt.Errorf(`%w: no preset is called %q, want "default", "noisy" or "strict"`, ErrOptions, name)
	}
	return o, nil
}

// A Match is a document that another matches.
type Match struct {
	ID       string   `json:"id"`
	Relation Relation `json:"relation,omitempty"`
	Figures
}

// Figures say how much two documents share; see cluster.Figures.
type Figures = cluster.Figures

// Event is a change of clusters; see cluster.Event.
type Event = cluster.Event

// Kind says what an event is.
type Kind = cluster.Kind

// The kinds of events. Names of clusters are those before the operation in
// From, and those after it in Cluster.
const (
	Joined    = cluster.Joined    // ID, which is new, joined others in Cluster
	Left      = cluster.Left      // ID was removed; it had been in From
	Merged    = cluster.Merged    // all that remains of From is now in Cluster
	Moved     = cluster.Moved     // ID was in From and is now in Cluster
	Canonical = cluster.Canonical // the cluster From is now called Cluster
	Alone     = cluster.Alone     // ID, which is new, is the only one in Cluster, which has its name
)

// Explanation says why two documents are together or apart.
type Explanation = cluster.Explanation

// A Cluster is the documents that carry one article, the canonical one first.
type Cluster struct {
	ID      string   `json:"id"`
	Members []Member `json:"members,omitempty"`
}

// A ClusterPart is some members of a cluster, in their order.
type ClusterPart struct {
	Cluster
	Size int    `json:"size"`           // members of the whole cluster
	Next string `json:"next,omitempty"` // where the next part begins, "" if there is none
}

// A Member is a document of a cluster. Of names the member whose match put it into
// the cluster. Relation and Figures describe that match: A is the member, B is Of.
// The canonical document has none. Site, Title, URL and Published are those of the
// document, where known. In a listing that others change meanwhile they may be those of a
// later version of the document, or missing for one that has gone.
type Member struct {
	ID       string   `json:"id"`
	Of       string   `json:"of,omitempty"`
	Relation Relation `json:"relation,omitempty"`
	Figures
	Site      string    `json:"site,omitempty"`
	Title     string    `json:"title,omitempty"`
	URL       string    `json:"url,omitempty"`
	Published time.Time `json:"published,omitzero"`
}

// A Detector finds which documents are reprints of which. It is safe for concurrent
// use: texts are read in parallel, and one call at a time writes to the index.
type Detector struct {
	engine *engine.Engine
}

// New returns an empty detector, or an error that wraps ErrOptions.
func New(o Options) (*Detector, error) {
	e, err := engine.New(engine.Options(o))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	return &Detector{engine: e}, nil
}

// Add adds a document, or replaces the one with the same id. It returns what the
// document matches and which cluster it is in. Texts with fewer words than a shingle
// match nothing. Texts of fewer than 15 words match only what is nearly the same. The
// error wraps ErrID if the id is empty, and ErrLarge if the text has more than MaxWords
// words. If ctx is done before, the document is not added.
func (d *Detector) Add(ctx context.Context, doc Document) (Added, error) {
	if ctx.Err() != nil {
		return Added{}, context.Cause(ctx)
	}
	a, err := d.engine.Add(doc.toKeep())
	if err != nil {
		return Added{}, err
	}
	return addedOf(a), nil
}

// Query says what a document is among those that are there, without adding it. A document
// with the same id is not among the matches. The error wraps ErrLarge.
//
// It decides by the matches alone: Cluster is that of the closest, and Size is how many
// documents it has now, 0 if the document is new. Adding it may say something else: that
// it is new, as a match joins a cluster only where their cores agree, or that it is of
// another cluster, or joins two. See [Detector.Explain].
func (d *Detector) Query(doc Document) (Decision, error) {
	found, err := d.engine.Query(doc.read())
	return decisionOf(found), err
}

// Remove removes a document. It returns how the clusters changed, and whether the
// document was there. If ctx is done before, nothing is removed.
func (d *Detector) Remove(ctx context.Context, id string) ([]Event, bool, error) {
	if ctx.Err() != nil {
		return nil, false, context.Cause(ctx)
	}
	events, ok := d.engine.Index().Remove(id)
	return events, ok, nil
}

// Len returns the number of documents.
func (d *Detector) Len() int { return d.engine.Index().Len() }

// Stats returns counts of what the detector holds and has done.
func (d *Detector) Stats() cluster.Stats { return d.engine.Index().Stats() }

// Clusters yields all clusters, those of one document included, ordered by
// publication and id of their canonical documents. It shows the clusters as they
// are when it is called. In memory there are no errors.
func (d *Detector) Clusters() iter.Seq2[Cluster, error] {
	return d.clusters(func(uint64) {})
}

func (d *Detector) clusters(at func(position uint64)) iter.Seq2[Cluster, error] {
	return func(yield func(Cluster, error) bool) {
		for c, err := range d.engine.Clusters(at) {
			if !yield(d.clusterOf(c), err) {
				return
			}
		}
	}
}

// Snapshot returns the clusters as they are at one moment, and the position of the last
// operation before it: positions count additions and removals. Close it.
func (d *Detector) Snapshot() (*Snapshot, error) { return NewSnapshot(d.clusters) }

// Pairs yields all pairs of documents that match, by what is known now: each document
// with those before it, by publication and then by id, that it matches, the strongest
// first. It compares again, without a bound: the cost is that of all pairs. Documents
// that are added meanwhile are left out.
func (d *Detector) Pairs() iter.Seq2[string, []Match] {
	return func(yield func(string, []Match) bool) {
		for id, found := range d.engine.Index().Pairs() {
			if !yield(id, matchesOf(found)) {
				return
			}
		}
	}
}

// Cluster returns the cluster of a document, or an error that wraps
// ErrUnknown.
func (d *Detector) Cluster(id string) (Cluster, error) {
	c, err := d.engine.Index().Cluster(id)
	return d.clusterOf(c), err
}

// ClusterPart returns at most so many members of the cluster of a document, 0 for all.
// A negative limit is for none, only the id and the size. The first part begins at "",
// each other one at the Next of the one before. Documents may come and go between two parts: those that stay are in one of them. The error
// wraps ErrUnknown, or ErrOptions if there is no such beginning.
func (d *Detector) ClusterPart(id, begin string, limit int) (ClusterPart, error) {
	p, err := d.engine.Index().ClusterPart(id, begin, limit)
	if errors.Is(err, cluster.ErrOptions) {
		err = fmt.Errorf("%w: %w", ErrOptions, err)
	}
	return ClusterPart{d.clusterOf(p.Cluster), p.Size, p.Next}, err
}

// Explain says why two documents are together or apart. The error wraps
// ErrUnknown if one of them is not there.
func (d *Detector) Explain(a, b string) (Explanation, error) { return d.engine.Index().Explain(a, b) }

// Match compares two documents by themselves, without the detector's documents. So
// it does not know what is boilerplate. It returns the figures, of which A is the
// first document, and whether the two match. The error wraps ErrLarge.
func (d *Detector) Match(a, b Document) (Match, bool, error) {
	m, ok, err := d.engine.Match(a.read(), b.read())
	out := Match{ID: b.ID, Figures: m.Figures}
	if ok {
		out.Relation = engine.RelationOf(m.Verdict, m.Figures)
	}
	return out, ok, err
}

// Answers of the engine, with the names of relations.

func addedOf(a cluster.Added) Added {
	return Added{decisionOf(engine.DecisionOf(a)), a.Events, a.Position}
}

func decisionOf(d engine.Decision) Decision {
	return Decision{d.Relation, d.Of, d.Cluster, d.Size, matchesOf(d.Matches)}
}

func matchesOf(found []cluster.Match) []Match {
	if len(found) == 0 {
		return nil
	}
	out := make([]Match, len(found))
	for i, m := range found {
		out[i] = Match{m.ID, engine.RelationOfMatch(m), m.Figures}
	}
	return out
}

func (d *Detector) clusterOf(c cluster.Cluster) Cluster {
	out := Cluster{ID: c.ID, Members: make([]Member, len(c.Members))}
	for i, m := range c.Members {
		out.Members[i] = Member{ID: m.ID, Of: m.Of, Figures: m.Figures}
		if m.Of != "" {
			out.Members[i].Relation = engine.RelationOf(m.Verdict, m.Figures)
		}
		about(m.Note).describe(&out.Members[i])
	}
	return out
}
