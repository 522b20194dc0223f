package cluster

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// A closingStorage can be used side by side, and fails where something is read that was
// closed.
type closingStorage struct {
	*mapStorage
	entries *sync.Mutex
}

var errClosed = errors.New("it was closed")

func (s closingStorage) Entry(dst []byte, position uint64) ([]byte, error) {
	s.entries.Lock()
	defer s.entries.Unlock()
	return s.mapStorage.Entry(dst, position)
}

func (s closingStorage) Batch() Batch { return &closingBatch{s.mapStorage.Batch(), s.entries} }

type closingBatch struct {
	Batch
	entries *sync.Mutex
}

func (b *closingBatch) Commit() error {
	b.entries.Lock()
	defer b.entries.Unlock()
	return b.Batch.Commit()
}

func (s closingStorage) Open(name string) (File, error) {
	f, err := s.mapStorage.Open(name)
	return &closingFile{File: f}, err
}

type closingFile struct {
	File
	closed atomic.Bool
}

func (f *closingFile) ReadAt(p []byte, at int64) (int, error) {
	n, err := f.File.ReadAt(p, at)
	if f.closed.Load() { // perhaps meanwhile
		return 0, errClosed
	}
	return n, err
}

func (f *closingFile) Close() error {
	f.closed.Store(true)
	return f.File.Close()
}

func (s closingStorage) View() (View, error) {
	v, err := s.mapStorage.View()
	return &closingView{View: v}, err
}

type closingView struct {
	View
	closed atomic.Bool
}

func (v *closingView) Get(dst, key []byte) ([]byte, bool, error) {
	b, ok, err := v.View.Get(dst, key)
	if v.closed.Load() {
		return nil, false, errClosed
	}
	return b, ok, err
}

func (v *closingView) Close() error {
	v.closed.Store(true)
	return v.View.Close()
}

// Who reads ahead beside additions, removals and checkpoints changes no answer, and
// reads nothing that was closed.
func TestReadAheadBesideOperations(t *testing.T) {
	for name, o := range map[string]Options{"exact": {}, "samples": {SamplesOnly: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMaker(t, 5)
			docs, _ := m.collection(12)
			docs = append(docs, m.hard()[20:90]...)
			rng := rand.New(rand.NewPCG(5, 78))
			s := newMapStorage()
			openStored(t, o, s) // for the encoder of s
			o.Cache = 1 << 16   // of which lists are kept
			x, err := Open(o, closingStorage{s, new(sync.Mutex)})
			require.NoError(t, err)
			x.limits.retired, x.limits.merged = 4, 100
			inMemory := newIndex(t, o)

			type operation struct {
				of     Entry
				remove bool
				p      Prepared
				ready  chan struct{}
			}
			operations := make([]operation, 2*len(docs))
			for i := range operations {
				op := operation{of: docs[i%len(docs)], remove: rng.IntN(4) == 0, ready: make(chan struct{})}
				if i > len(docs) || op.remove {
					op.of = docs[rng.IntN(len(docs))]
				}
				if op.p = x.prepare(&op.of); !op.remove {
					s.entries[uint64(i+1)] = op.of
				}
				operations[i] = op
			}
			var all sync.WaitGroup
			next := make(chan *operation, 16)
			all.Go(func() {
				for i := range operations {
					next <- &operations[i]
				}
				close(next)
			})
			for range 3 {
				all.Go(func() {
					for op := range next {
						if op.remove {
							x.PrefetchRemoval(op.of.ID)
						} else {
							x.Prefetch(op.p)
						}
						close(op.ready)
					}
				})
			}
			var closed atomic.Bool
			all.Go(func() { // also of what is not added next, and after the end
				for i := 0; !closed.Load(); i++ {
					x.Prefetch(x.prepare(&docs[i%len(docs)]))
				}
			})
			for i, op := range operations {
				position := uint64(i + 1)
				<-op.ready
				if op.remove {
					want, wantOK := inMemory.Remove(op.of.ID)
					got, ok, err := x.RemoveAt(op.of.ID, position)
					require.NoError(t, err)
					require.Equal(t, wantOK, ok)
					require.Equal(t, want, got)
				} else {
					want, err := inMemory.Add(op.of)
					require.NoError(t, err)
					got, err := x.AddAt(op.p, position)
					require.NoError(t, err)
					want.Position = position
					require.Equal(t, want, got)
				}
				if rng.IntN(10) == 0 {
					checkpoint(t, x)
				}
				if i%100 == 0 {
					requireSound(t, x)
				}
			}
			require.Equal(t, slices.Collect(inMemory.Clusters()), slices.Collect(x.Clusters()))
			require.NoError(t, x.Close())
			x.Prefetch(x.prepare(&docs[0]))
			closed.Store(true)
			all.Wait()
			require.ErrorContains(t, x.Err(), "the index was closed")
		})
	}
}
