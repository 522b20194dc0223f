// Package batch clusters a whole collection in stages: each reads rows that are sorted by
// a key, and writes others. So a collection that is too large for one machine can be
// spread over many, by an engine that sorts rows, such as Apache Spark. The clusters are
// those of AddAll of a new Detector, byte for byte, whatever the number of machines.
//
// The stages, each with the rows that it reads, by the letters of value.go:
//
//	read        texts        d       documents
//	sketches    d            d S     beside each document what keys would make of it, for
//	                                 engines that save rows
//	keys        d S          b p y   of documents with one id that which stays: what is known
//	                                 of it, and its keys; which one that is (facts)
//	fresh       p            f u h   how much of each document others had before, who meets
//	                                 whom at keys that few have, and who has others
//	freshness   b f h        P       who has such keys, and how new each is
//	meet        P            m u     what is boilerplate, and who meets whom there
//	marks       m            M       boilerplate by document
//	weigh       b M u        c       who meets whom, with what the earlier one weighs
//	candidates  b M c        l a     with whom a document is to be compared
//	groups      l a          r k     where it is compared
//	send        d M r        t       documents go to where they are compared
//	compare     t k          e       matches
//	edges       e            s z     the graph of the matches
//	large       s z          s       large-star
//	small       s            s z     small-star; both again until nothing changes
//	tell        texts        A       what documents tell of their origin, beside the text
//	gather      d M e s z A  D E     documents and matches go to their component
//	cluster     D E          o       lines of the clusters
//	pairs       D E          q       lines of the pairs
//	lines       q            q       only the lines, for engines that order them as such
//	keep        D E          F g     what becomes of documents if one of each cluster is
//	                                 kept; those that are not (facts)
//	clean       texts        C       which of the texts are kept
//	teach       D E          K       what is to be learned of names, for origins
//	learn       K            L       what is learned (facts)
//	judge       D E          j       lines of the origins of clusters
//	origins     j            j       only the lines
//	version     anything     V       what the rows of read depend on
//
// Each reads what stages before it have written of these kinds; all but those that read
// texts, and sketches, edges, lines, origins and version read it sorted. What is to be known of a
// document comes as rows by its key: so nothing that a stage has in memory grows with the
// collection, but for facts, which are given to clean and judge as a whole. What tell writes is
// read if origins are asked for. The texts that clean and
// tell read are those that read has read: clean writes no text, but the number of each
// that is kept, by which an engine takes it out of its input as it came.
//
// How new a document is matters for keys that so many documents have that they may be
// boilerplate. Only these are listed by a stage of their own.
//
// Components are found by large-star and small-star (Kiveris and others, "Connected
// components in MapReduce and beyond", SoCC 2014).
//
// The rows of sketches may be saved for a later job, which takes them beside those of new texts:
// the answers are those of one job over all texts, but for clean and tell, which read texts.
// What the stage version writes must be the same then. Other rows are not saved beyond a
// job: their bytes, which value.go has, may change with every version, so that all processes
// of a job must be of one.
//
// Of documents with one id the one that was published last stays. Of equal times AddAll
// keeps the one that came last; here, where there is no such order, it is the one with the
// greatest bytes.
//
// Facts are tables of hashes: nine bytes for each document that is not kept when the corpus is
// cleaned, seventeen for each id that came several times, and what is learned of names.
//
// A stage keeps no more than the rows of one document, or the documents of one component;
// of a key only those that an index would list (cluster/internal/join). Of a component that
// exceeds Components.Memory only what is small stays in memory, and the rest is in a file:
// none is too large, and nothing is cut. Compare keeps the documents of a group, those
// beyond some megabytes in a file, and some of the entries that it read last. A group is
// documents of which the earliest candidates, their leaders, have one leader, and the
// candidates of all these, of which they have many in common: a text goes to each group
// once. Teach keeps what documents teach of some thousands of names, until it is taken.
package batch

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// ErrStage is wrapped by the error for a stage that does not exist.
var ErrStage = errors.New("batch: no such stage")

// A Job is the clustering of a collection.
type Job struct {
	engine  *engine.Engine
	scheme  engine.Scheme
	index   *cluster.Index // empty: it knows the rules
	joining cluster.Joining
	format  Format
	bounds  Components
}

// A Format says how documents are read, and answers are written.
type Format struct {
	// Read reads the documents of some texts, such as lines of JSON. It yields a document
	// before it asks for another text.
	Read func(ctx context.Context, texts iter.Seq2[[]byte, error]) iter.Seq2[Document, error]

	// Line returns the line of a document of a cluster, which comes without its text, and
	// Pair that of a match of a document with an earlier one.
	Line func(c cluster.Cluster, m cluster.Member, doc *engine.Document) ([]byte, error)
	Pair func(id string, m cluster.Match) ([]byte, error)

	// Fates returns which documents of a cluster are dropped if one is kept, and lines of
	// those of which there is something to say.
	Fates func(c cluster.Cluster, docs func(id string) (Told, error)) (map[string]Fate, error)

	Origins Origins
}

// A Document is one that a job reads.
type Document struct {
	engine.Document
	Rest any // what else the functions of the format know of it
}

// New returns a job with the options of an engine. Its error is that of engine.New.
func New(o engine.Options, f Format) (*Job, error) {
	e, err := engine.New(o)
	if err != nil {
		return nil, err
	}
	s, err := engine.NewScheme(o)
	if err != nil {
		return nil, err
	}
	return &Job{engine: e, scheme: s, index: e.Index(), joining: e.Index().Joining(), format: f}, nil
}

// Stages returns the stages of the job, in order. They read the facts when they run; these
// must not change then.
func (j *Job) Stages(f *Facts) []Stage {
	return []Stage{
		{"read", "", false, j.read},
		{"sketches", "d", false, j.sketches},
		{"keys", "dS", true, j.keys},
		{"fresh", "p", true, j.fresh},
		{"freshness", "bfh", true, j.freshness},
		{"meet", "P", true, j.meet},
		{"marks", "m", true, j.marks},
		{"weigh", "bMu", true, j.weigh},
		{"candidates", "bMc", true, j.candidates},
		{"groups", "la", true, groups},
		{"send", "dMr", true, send},
		{"compare", "tk", true, j.compare},
		{"edges", "e", false, edges},
		{"large", "sz", true, largeStar},
		{"small", "s", true, smallStar},
		{"tell", "", false, j.tell},
		{"gather", "dMeszA", true, gather},
		{"cluster", "DE", true, j.cluster},
		{"pairs", "DE", true, j.pairs},
		{"lines", "q", false, lines},
		{"keep", "DE", true, j.keep},
		{"clean", "", false, j.clean(f)},
		{"teach", "DE", true, j.teach},
		{"learn", "K", true, j.learn},
		{"judge", "DE", true, j.judge(f)},
		{"origins", "j", false, lines},
		{"version", "", false, j.version},
	}
}

type run = func(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error

// Stage returns the stage with a name, or an error that wraps ErrStage.
func (j *Job) Stage(name string, f *Facts) (Stage, error) {
	for _, s := range j.Stages(f) {
		if s.Name == name {
			return s, nil
		}
	}
	return Stage{}, fmt.Errorf("%w: %q", ErrStage, name)
}
