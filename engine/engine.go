package engine

import (
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/cbb30ed1/reprint/cluster"
)

// An Engine reads texts, and holds the index of their entries. It is safe for
// concurrent use: texts are read in parallel, and one call at a time writes to the
// index.
type Engine struct {
	scheme  Scheme
	index   *cluster.Index
	readers sync.Pool // of *reader
	room    *room
}

// New returns an engine with an empty index in memory. Its error is that of NewScheme.
func New(o Options) (*Engine, error) {
	s, err := NewScheme(o)
	if err != nil {
		return nil, err
	}
	return newEngine(s, cluster.New)
}

// Open returns an engine with an index in a storage. It keeps about cache bytes of the
// index in memory; 0 means the default of package cluster. The scheme must be the one
// with which the index was made, with its key, and its rules must be those of this version. The
// error wraps ErrScheme, cluster.ErrStorage or cluster.ErrVersion.
func Open(s Scheme, in cluster.Storage, cache int) (*Engine, error) {
	if current := CurrentRules(); s.Rules != current {
		return nil, fmt.Errorf("%w: its rules are %+v, want those of this version, %+v", ErrScheme, s.Rules, current)
	}
	complete, err := s.Options.WithDefaults()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrScheme, err)
	}
	if !s.Options.Same(complete) {
		return nil, fmt.Errorf("%w: its options are %+v, want the defaults written out, as in %+v", ErrScheme, s.Options, complete)
	}
	if b := s.Bands; b.Rows < 1 || b.Bands < 1 || b.Rows > s.Options.Slots/b.Bands {
		return nil, fmt.Errorf("%w: %d bands of %d rows, want at least one of each, of %d slots", ErrScheme, b.Bands, b.Rows, s.Options.Slots)
	}
	if s.Options.Key.Check() != s.KeyCheck {
		return nil, fmt.Errorf("%w: the key is not the one with which the index was made", ErrScheme)
	}
	return newEngine(s, func(o cluster.Options) (*cluster.Index, error) {
		o.Cache = cache
		return cluster.Open(o, in)
	})
}

// newEngine returns an engine whose index is made by open.
func newEngine(s Scheme, open func(cluster.Options) (*cluster.Index, error)) (*Engine, error) {
	signatures, sequences := s.Options.ofSignatures(), !s.Options.ByFigures
	key := newKeyedHash(s.Options.Key)
	s.Options.Key = nil // it is not needed any more
	r, err := newReader(signatures, s.Bands, sequences, key)
	if err != nil {
		return nil, err
	}
	o := s.Options.ofClusters()
	o.Scale, o.Floor, o.MinWords = s.Rules.Scale, s.Rules.Floor, s.Rules.MinWords
	if sequences {
		o.NewJudge = func() cluster.Judge { return new(judge) }
	}
	e := &Engine{scheme: s, room: newRoom()}
	if e.index, err = open(o); err != nil {
		return nil, err
	}
	e.readers.Put(r)
	e.readers.New = func() any {
		r, _ := newReader(signatures, s.Bands, sequences, key) // as above, where it gave no error
		return r
	}
	return e, nil
}

// Scheme returns the scheme of the engine, without its key.
func (e *Engine) Scheme() Scheme { return e.scheme }

// Index returns the index of the engine. Add to it only what Prepare returns.
func (e *Engine) Index() *cluster.Index { return e.index }

// Add adds a document to an index in memory; see cluster.Index.Add. The error wraps
// ErrLarge if it has too many words.
func (e *Engine) Add(doc Document) (a cluster.Added, err error) {
	err = e.read(doc, func(_ *reader, entry cluster.Entry) (err error) {
		a, err = e.index.Add(entry)
		return err
	})
	return a, err
}

// read reads a document, and calls use with its entry, which holds as long.
func (e *Engine) read(doc Document, use func(*reader, cluster.Entry) error) error {
	return e.readAs(doc, true, use)
}

func (e *Engine) readAs(doc Document, sign bool, use func(*reader, cluster.Entry) error) error {
	e.room.enter(len(doc.Text))
	defer e.room.leave(len(doc.Text))
	r := e.readers.Get().(*reader)
	if len(doc.Text) <= keptText {
		defer e.readers.Put(r) // others have grown to many times the text
	}
	entry, err := r.readAs(doc, sign)
	if err != nil {
		return err
	}
	return use(r, entry)
}

// readBoth reads two documents, and calls use with their entries.
func (e *Engine) readBoth(a, b Document, use func(r *reader, p, q cluster.Entry) error) error {
	bytes := len(a.Text) + len(b.Text)
	e.room.enter(bytes)
	defer e.room.leave(bytes)
	r, s := e.readers.Get().(*reader), e.readers.Get().(*reader)
	if bytes <= keptText {
		defer e.readers.Put(r)
		defer e.readers.Put(s)
	}
	p, err := r.read(a)
	if err != nil {
		return err
	}
	q, err := s.read(b)
	if err != nil {
		return err
	}
	return use(r, p, q)
}

// keptText is the size in bytes of the largest text for which the memory of a reader is
// kept.
const keptText = 1 << 20

// Prepare reads a document. That is most of the work of adding it, and can be done in
// parallel. The error wraps cluster.ErrID if the id is empty, and ErrLarge if the
// document has too many words.
func (e *Engine) Prepare(doc Document) (p cluster.Prepared, err error) {
	err = e.read(doc, func(_ *reader, entry cluster.Entry) (err error) {
		p, err = e.index.Prepare(entry)
		return err
	})
	return p, err
}

// PrepareToCompare reads a document as Prepare does, but for its bands: it can be compared
// with others, and not be found by them.
func (e *Engine) PrepareToCompare(doc Document) (p cluster.Prepared, err error) {
	err = e.readAs(doc, false, func(_ *reader, entry cluster.Entry) error {
		p, err = e.index.Prepare(entry)
		return err
	})
	return p, err
}

// Query decides what a document is among those that are there, without adding it. The
// error wraps cluster.ErrStorage if the storage of the index has failed, and ErrLarge if
// the document has too many words. An index in memory has no other errors.
func (e *Engine) Query(doc Document) (Decision, error) {
	for {
		found, err := e.matches(doc)
		if err != nil {
			return Decision{}, err
		}
		d := Decision{Matches: found}
		d.decide(func(cluster.Match) bool { return true })
		if d.Of == "" {
			return d, nil
		}
		c, err := e.index.ClusterPart(d.Of, "", -1)
		if errors.Is(err, cluster.ErrUnknown) {
			continue // it has gone in between
		}
		if err != nil {
			return Decision{}, err
		}
		d.Cluster, d.Size = c.ID, c.Size
		return d, nil
	}
}

// matches returns what a document matches.
func (e *Engine) matches(doc Document) (found []cluster.Match, err error) {
	err = e.read(doc, func(_ *reader, entry cluster.Entry) error {
		found = e.index.Query(entry)
		return e.index.Err() // the matches may be incomplete
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Match compares two documents without the index, and reports whether they match. The
// error wraps ErrLarge if one has too many words.
func (e *Engine) Match(a, b Document) (m cluster.Match, ok bool, err error) {
	err = e.readBoth(a, b, func(_ *reader, p, q cluster.Entry) error {
		m, ok = e.index.Match(p, q)
		return nil
	})
	return m, ok, err
}

// Clusters yields all clusters, and tells as of which position; see
// cluster.Index.ClustersAt. An error, as that of Query, comes last.
func (e *Engine) Clusters(at func(position uint64)) iter.Seq2[cluster.Cluster, error] {
	return func(yield func(cluster.Cluster, error) bool) {
		for c := range e.index.ClustersAt(at) {
			if !yield(c, nil) {
				return
			}
		}
		if err := e.index.Err(); err != nil {
			yield(cluster.Cluster{}, err)
		}
	}
}
