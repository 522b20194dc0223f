package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/klauspost/compress/zstd"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/lock"
	"github.com/cbb30ed1/reprint/store/internal/queue"
)

// A Store is a detector on disk. Its methods are safe for concurrent use. Texts are
// read in parallel, and operations that wait at the same time share one write to
// the disk: many callers together are much faster than one.
type Store struct {
	o      Options
	disk   *disk.Disk
	engine *engine.Engine
	index  *cluster.Index // of the engine
	compression

	queue        *queue.Queue[*request]
	committer    committer
	checkpointer checkpointer   // of the goroutine that applies
	batchBytes   atomic.Int64   // of the last checkpoint, and an eighth more
	applying     chan []*group  // of a commit each
	done         sync.WaitGroup // the goroutines that commit and apply

	feed feed
	losses

	shared
	lifetime
}

// compression is what texts are compressed with.
type compression struct {
	zip   *zstd.Encoder
	unzip *zstd.Decoder
}

// losses are what opening the store has found missing.
type losses struct {
	lost    disk.Spans
	damages []Problem // of the log
	broken  error     // why the index cannot be asked
}

// shared is what readers see.
type shared struct {
	mu       sync.Mutex // of what follows
	shown    *view
	listings map[*listing]bool // clusters being listed
	applied  sync.Mutex        // held while a commit is applied: the index, the view and the feed on disk may differ
}

// lifetime tells whether the store is open.
type lifetime struct {
	using  sync.RWMutex // held for reading while a method reads
	closed bool
	close  func() error
}

// Open opens the store in a folder, or makes one if there is none. The
// error wraps ErrLocked, ErrVersion, ErrRules, ErrScheme, ErrNotStore, ErrCorrupt,
// ErrLost, ErrFailed or ErrOptions, or is one of the file system.
func Open(dir string, o Options) (*Store, error) {
	real := o.FS == nil
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if real {
		if dir, err = lock.Path(dir); err != nil {
			return nil, err
		}
	}
	begin := time.Now()
	d, err := disk.Open(dir, o.folder())
	if err != nil {
		return nil, err
	}
	s := &Store{o: o, disk: d}
	s.listings = map[*listing]bool{}
	if err := s.start(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	o.Metrics.Observe(MetricOpenSeconds, time.Since(begin).Seconds())
	o.Logger.Info("opened", "folder", dir, "documents", s.index.Len(), "position", s.committer.position, "took", time.Since(begin))
	return s, nil
}

// start reads the settings, brings the index up to date and starts the
// goroutines.
func (s *Store) start() (err error) {
	if err := s.loadSettings(); err != nil {
		return err
	}
	// A window larger than 1 MiB does not compress articles better.
	s.zip, err = zstd.NewWriter(nil, zstd.WithEncoderCRC(false), zstd.WithZeroFrames(true), zstd.WithWindowSize(1<<20))
	if err != nil {
		return err
	}
	if s.unzip, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0)); err != nil {
		return err
	}
	s.close = sync.OnceValue(s.shutDown)
	s.queue = queue.New[*request](largestTaken)
	s.committer.s = s
	s.show(s.disk.NewSnapshot(), 0)
	s.checkpointer.begun = s.index.Position()
	if err := s.replay(s.checkpointer.begun); err != nil {
		return errors.Join(err, s.release())
	}
	for _, err := range s.disk.Found.Errors() {
		s.damages = append(s.damages, Problem{What: err.Error()})
	}
	if s.o.ReadOnly {
		return nil
	}
	if err := s.acceptLoss(); err != nil {
		return errors.Join(err, s.release())
	}
	if err := s.disk.Acknowledge(s.committer.position, true); err != nil {
		return errors.Join(err, s.release())
	}
	s.applying = make(chan []*group, 1)
	s.done.Go(s.committer.run)
	s.done.Go(s.applyAll)
	return nil
}

// loadSettings reads the settings of the store, or makes those of a new one.
func (s *Store) loadSettings() error {
	version, err := disk.Number(s.disk, keys.Version)
	switch {
	case err != nil:
		return err
	case version > disk.FormatVersion:
		return disk.ErrNewer(version)
	case version == 0:
		return s.create()
	}
	b, err := disk.Get(s.disk, keys.Scheme)
	if err != nil {
		return err
	}
	kept, err := decodeScheme(b)
	if err != nil {
		return err
	}
	if err := kept.takes(s.o.Detector); err != nil {
		return err
	}
	if err := kept.unlock(s.o.Detector.Key); err != nil {
		return err
	}
	return s.open(kept)
}

// create makes a new store.
func (s *Store) create() error {
	i, err := s.disk.NewIter(nil)
	if err != nil {
		return err
	}
	any := i.First()
	if err := i.Close(); err != nil {
		return err
	}
	if any || s.o.ReadOnly {
		return fmt.Errorf("%w: it has no version, want %d", ErrNotStore, disk.FormatVersion)
	}
	made, err := newScheme(s.o.Detector)
	if err != nil {
		return err
	}
	if err := s.open(made); err != nil {
		return err
	}
	text, err := json.Marshal(made)
	if err != nil {
		return err
	}
	b := s.disk.NewBatch()
	b.Set(keys.Version, eightBytes(disk.FormatVersion), nil)
	b.Set(keys.Scheme, text, nil)
	return s.disk.Write(b, pebble.Sync)
}

// open opens the engine, with its index in the folder.
func (s *Store) open(with scheme) (err error) {
	s.engine, err = engine.Open(engine.Scheme(with), storage{disk.Runs{Disk: s.disk}, s}, indexCache(s.o.Cache))
	if errors.Is(err, engine.ErrScheme) {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if err = s.translate(err); s.o.ReadOnly && errors.Is(err, ErrCorrupt) {
		s.broken = err // texts and events are read without it
		s.engine, err = engine.New(with.Options)
	}
	if err != nil {
		return err
	}
	s.index = s.engine.Index()
	return nil
}

// indexError returns the error with which the index has failed, if it has: it may
// have found damage.
func (s *Store) indexError() error { return cmp.Or(s.broken, s.translate(s.index.Err())) }

// Close writes the operations that wait, and closes the store. Methods that are
// called afterwards return ErrClosed. Close may be called again. The error wraps
// ErrFailed if a write has failed since the store was opened.
func (s *Store) Close() error { return s.close() }

func (s *Store) shutDown() error {
	s.queue.Close()
	s.done.Wait()
	if !s.o.ReadOnly && s.disk.Failing() == nil && s.index.Position() > s.checkpointer.begun && s.roomToRemove() == nil {
		s.checkpoint() // so that there is nothing to replay
	}
	s.using.Lock()
	s.closed = true
	for l := range s.listings {
		l.stop()
	}
	s.using.Unlock()
	s.feed.close()
	return errors.Join(s.release(), s.disk.Close())
}

// release releases everything but the disk.
func (s *Store) release() error {
	err := s.index.Close()
	if s.disk.Failing() == nil {
		s.shown.release()
	}
	s.unzip.Close()
	return errors.Join(err, s.zip.Close())
}

// enter is called before reading, and leave after it, so that Close waits.
func (s *Store) enter() error {
	s.using.RLock()
	if s.closed {
		s.using.RUnlock()
		return ErrClosed
	}
	return nil
}

func (s *Store) leave() { s.using.RUnlock() }

// Err returns nil, or the error for which the store writes or answers nothing any
// more. It wraps ErrFailed, ErrCorrupt or ErrClosed. Health checks can call it.
func (s *Store) Err() error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	return cmp.Or(s.disk.Failing(), s.indexError())
}

// Query says what a document is among those that are there, without adding it, as
// Detector.Query does. The error wraps ErrClosed, ErrFailed, ErrCorrupt or ErrLarge; no
// answer comes with it.
func (s *Store) Query(doc reprint.Document) (reprint.Decision, error) {
	if err := s.ask(); err != nil {
		return reprint.Decision{}, err
	}
	defer s.leave()
	found, err := s.engine.Query(read(doc))
	if err != nil {
		return reprint.Decision{}, s.translate(err)
	}
	return decisionOf(found), nil
}

// Cluster returns the cluster of a document, or an error that wraps ErrUnknown.
func (s *Store) Cluster(id string) (reprint.Cluster, error) {
	if err := s.ask(); err != nil {
		return reprint.Cluster{}, err
	}
	defer s.leave()
	c, err := s.index.Cluster(id)
	if err != nil {
		return reprint.Cluster{}, s.translate(err)
	}
	return s.described(c)
}

// ClusterPart returns some members of the cluster of a document, as
// Detector.ClusterPart does. Documents are added while a large cluster is read.
func (s *Store) ClusterPart(id, begin string, limit int) (reprint.ClusterPart, error) {
	if err := s.ask(); err != nil {
		return reprint.ClusterPart{}, err
	}
	defer s.leave()
	p, err := s.index.ClusterPart(id, begin, limit)
	if err != nil {
		return reprint.ClusterPart{}, s.translate(err)
	}
	c, err := s.described(p.Cluster)
	if err != nil {
		return reprint.ClusterPart{}, err
	}
	return reprint.ClusterPart{Cluster: c, Size: p.Size, Next: p.Next}, nil
}

// Clusters yields all clusters, as Detector.Clusters does. An error comes last. It
// writes a checkpoint, and then reads that, part by part.
func (s *Store) Clusters() iter.Seq2[reprint.Cluster, error] { return s.clusters(func(uint64) {}) }

// Snapshot returns all clusters as Clusters does, with the position that they show, from
// which to go on with Follow. Close it.
func (s *Store) Snapshot() (*reprint.Snapshot, error) { return reprint.NewSnapshot(s.clusters) }

func (s *Store) clusters(at func(position uint64)) iter.Seq2[reprint.Cluster, error] {
	return func(yield func(reprint.Cluster, error) bool) {
		if err := s.ask(); err != nil {
			yield(reprint.Cluster{}, err)
			return
		}
		next, stop := iter.Pull2(s.engine.Clusters(at))
		l := &listing{stop}
		s.mu.Lock()
		s.listings[l] = true
		s.mu.Unlock()
		s.leave()
		defer s.endListing(l)
		for {
			if err := s.enter(); err != nil { // closed meanwhile, maybe by the loop
				yield(reprint.Cluster{}, err)
				return
			}
			c, err, ok := next()
			var out reprint.Cluster
			if err = s.translate(err); err == nil && ok {
				out, err = s.described(c)
			}
			s.leave()
			if err != nil {
				yield(reprint.Cluster{}, err)
				return
			}
			if !ok || !yield(out, nil) {
				return
			}
		}
	}
}

// A listing is a call of Clusters under way. Close ends it.
type listing struct{ stop func() }

func (s *Store) endListing(l *listing) {
	if s.enter() != nil {
		return // Close has ended it
	}
	defer s.leave()
	s.mu.Lock()
	delete(s.listings, l)
	s.mu.Unlock()
	l.stop()
}

// Explain says why two documents are together or apart. The error wraps
// ErrUnknown if one of them is not there.
func (s *Store) Explain(a, b string) (reprint.Explanation, error) {
	if err := s.ask(); err != nil {
		return reprint.Explanation{}, err
	}
	defer s.leave()
	e, err := s.index.Explain(a, b)
	return e, s.translate(err)
}

// Match compares two documents by themselves, as Detector.Match does.
func (s *Store) Match(a, b reprint.Document) (reprint.Match, bool, error) {
	if err := s.enter(); err != nil {
		return reprint.Match{}, false, err
	}
	defer s.leave()
	m, ok, err := s.engine.Match(read(a), read(b))
	out := reprint.Match{ID: b.ID, Figures: m.Figures}
	if ok {
		out.Relation = engine.RelationOf(m.Verdict, m.Figures)
	}
	return out, ok, s.translate(err)
}

// Compare says how two documents relate, as Detector.Compare does.
func (s *Store) Compare(a, b reprint.Document) (reprint.Comparison, error) {
	if err := s.ask(); err != nil {
		return reprint.Comparison{}, err
	}
	defer s.leave()
	c, err := s.engine.Compare(read(a), read(b))
	return reprint.Comparison(c), s.translate(err)
}

// Len returns the number of documents, 0 when the store is closed.
func (s *Store) Len() (n int) {
	s.read(func(v *view) (err error) {
		n, err = s.documentCount(v)
		return err
	})
	return n
}

// ready returns the error with which a method that writes fails at once.
func (s *Store) ready(ctx context.Context) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if s.o.ReadOnly {
		return fmt.Errorf("%w: open it without ReadOnly to change it", ErrReadOnly)
	}
	if err := s.disk.Failing(); err != nil {
		return err
	}
	return context.Cause(ctx)
}
