package cluster

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A mapStorage is a storage in a map.
type mapStorage struct {
	values  map[string][]byte
	files   map[string][]byte
	entries map[uint64]Entry
	encode  func(*Entry) []byte
	fails   func(what string) error // asked before each call, may be nil
}

func newMapStorage() *mapStorage {
	return &mapStorage{values: map[string][]byte{}, files: map[string][]byte{}, entries: map[uint64]Entry{}}
}

func (s *mapStorage) check(what string) error {
	if s.fails != nil {
		return s.fails(what)
	}
	return nil
}

func (s *mapStorage) Entry(dst []byte, position uint64) ([]byte, error) {
	e, ok := s.entries[position]
	if !ok {
		return dst, fmt.Errorf("no entry at %d", position)
	}
	return append(dst, s.encode(&e)...), s.check("entry")
}

func (s *mapStorage) View() (View, error) {
	return &mapView{maps.Clone(s.values), s}, s.check("view")
}

func (s *mapStorage) Create(name string) (io.WriteCloser, error) {
	s.files[name] = nil
	return &mapFile{mapStorage: s, name: name}, s.check("create")
}

func (s *mapStorage) Open(name string) (File, error) {
	if _, ok := s.files[name]; !ok {
		return nil, fmt.Errorf("no file %s", name)
	}
	return &mapFile{s, name, bytes.NewReader(s.files[name])}, s.check("open")
}

func (s *mapStorage) Remove(name string) error {
	delete(s.files, name)
	return s.check("remove")
}

func (s *mapStorage) Files() ([]string, error) {
	return slices.Sorted(maps.Keys(s.files)), s.check("files")
}

type mapFile struct {
	*mapStorage
	name string
	*bytes.Reader
}

func (f *mapFile) ReadAt(p []byte, at int64) (int, error) {
	if err := f.check("read"); err != nil {
		return 0, err
	}
	return f.Reader.ReadAt(p, at)
}

func (f *mapFile) Write(p []byte) (int, error) {
	f.files[f.name] = append(f.files[f.name], p...)
	return len(p), f.check("write")
}

func (f *mapFile) Close() error {
	if f.Reader != nil {
		return nil
	}
	return f.check("close")
}

func (s *mapStorage) Batch() Batch { return &mapBatch{mapStorage: s} }

type mapView struct {
	values map[string][]byte
	*mapStorage
}

func (v *mapView) Get(dst, key []byte) ([]byte, bool, error) {
	b, ok := v.values[string(key)]
	return append(dst, b...), ok, v.check("get")
}

func (v *mapView) Scan(from, below []byte, visit func(key, value []byte) error) error {
	for _, k := range slices.Sorted(maps.Keys(v.values)) {
		if k < string(from) || k >= string(below) {
			continue
		}
		if err := visit([]byte(k), v.values[k]); err != nil {
			return err
		}
	}
	return v.check("scan")
}

func (v *mapView) Close() error { return nil }

type mapBatch struct {
	*mapStorage
	changes []func()
}

func (b *mapBatch) Set(key, value []byte) {
	k, v := string(key), bytes.Clone(value)
	b.changes = append(b.changes, func() { b.values[k] = v })
}

func (b *mapBatch) Delete(key []byte) {
	k := string(key)
	b.changes = append(b.changes, func() { delete(b.values, k) })
}

func (b *mapBatch) Drop(position uint64) {
	b.changes = append(b.changes, func() { delete(b.entries, position) })
}

func (b *mapBatch) Commit() error {
	if err := b.check("commit"); err != nil {
		return err
	}
	for _, change := range b.changes {
		change()
	}
	return nil
}

// openStored opens an index in a storage with hardly any memory.
func openStored(t testing.TB, o Options, s *mapStorage) *Index {
	o.Cache = 1
	x, err := Open(o, s)
	require.NoError(t, err)
	s.encode = func(e *Entry) []byte {
		b, err := x.prepare(e).AppendBinary(nil)
		require.NoError(t, err)
		return b
	}
	x.limits.retired, x.limits.merged = 4, 100
	return x
}

// An index in a storage answers as one in memory does, whenever checkpoints are
// written, and wherever it is opened anew.
func TestStoredAnswersLikeMemory(t *testing.T) {
	for name, o := range map[string]Options{
		"exact":   {},
		"samples": {SamplesOnly: true},
		"judged":  {NewJudge: func() Judge { return byFirst{} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(Fewer(2)) {
				testStored(t, o, seed)
			}
		})
	}
}

func testStored(t *testing.T, o Options, seed uint64) {
	m := newMaker(t, seed)
	rng := rand.New(rand.NewPCG(seed, 77))
	docs, _ := m.collection(40)
	docs = append(docs, m.hard()...)
	for i := range docs {
		docs[i].Sequence = []uint32{uint32(i % 7)}
	}
	inMemory := newIndex(t, o)
	s := newMapStorage()
	x := openStored(t, o, s)
	type operation struct {
		add    *Entry
		remove string
	}
	log := map[uint64]operation{}
	position := uint64(0)
	reopen := func() {
		x = openStored(t, o, s)
		for p := x.Position() + 1; p <= position; p++ {
			if op := log[p]; op.add != nil {
				_, err := x.AddAt(x.prepare(op.add), p)
				require.NoError(t, err)
			} else {
				_, _, err := x.RemoveAt(op.remove, p)
				require.NoError(t, err)
			}
		}
	}
	var ids []string
	for range 2 * len(docs) {
		position++
		if rng.IntN(4) == 0 && len(ids) > 0 {
			id := ids[rng.IntN(len(ids))]
			log[position] = operation{remove: id}
			want, wantOK := inMemory.Remove(id)
			got, ok, err := x.RemoveAt(id, position)
			require.NoError(t, err)
			require.Equal(t, wantOK, ok)
			require.Equal(t, want, got)
		} else {
			e := docs[rng.IntN(len(docs))]
			if rng.IntN(3) > 0 { // in the order of the collection, too
				e = docs[int(position)%len(docs)]
			}
			ids = append(ids, e.ID)
			log[position], s.entries[position] = operation{add: &e}, e
			want, err := inMemory.Add(e)
			require.NoError(t, err)
			got, err := x.AddAt(x.prepare(&e), position)
			require.NoError(t, err)
			require.Equal(t, position, got.Position)
			want.Position = position // which in memory leaves out removals of nothing
			require.Equal(t, want, got, e.ID)
		}
		e := docs[rng.IntN(len(docs))]
		require.Equal(t, inMemory.Query(e), x.Query(e))
		requireKnown(t, inMemory, x, e.ID)
		require.Equal(t, inMemory.Len(), x.Len())
		switch rng.IntN(30) {
		case 0, 1:
			requireSound(t, x)
			checkpoint(t, x)
		case 2:
			reopen()
		case 3:
			checkpoint(t, x)
			reopen()
		}
		if position%100 == 0 {
			require.Equal(t, slices.Collect(inMemory.Clusters()), slices.Collect(x.Clusters()))
			requireSound(t, x)
			requireSound(t, inMemory)
		}
	}
	for _, a := range docs {
		b := docs[rng.IntN(len(docs))]
		want, errA := inMemory.Explain(a.ID, b.ID)
		got, errB := x.Explain(a.ID, b.ID)
		require.Equal(t, errA, errB)
		require.Equal(t, want, got)
		require.Equal(t, inMemory.Common(a, b), x.Common(a, b))
	}
	if !o.SamplesOnly { // the entries that are not needed are dropped
		checkpoint(t, x)
		assert.LessOrEqual(t, len(s.entries), x.Len()+x.goneDocuments())
	}
}

// requireKnown requires that two indexes know the same matches of a document, and that the
// one in a storage tells which of them are with documents that came before it.
func requireKnown(t *testing.T, inMemory, stored *Index, id string) {
	want, err := inMemory.Lookup(id)
	if err != nil {
		require.ErrorIs(t, err, ErrUnknown)
		_, err = stored.Lookup(id)
		require.ErrorIs(t, err, ErrUnknown)
		pairs, err := stored.PairsOf([]string{id})
		require.NoError(t, err)
		require.Empty(t, pairs)
		return
	}
	got, err := stored.Lookup(id)
	require.NoError(t, err)
	require.Equal(t, want, got)
	pairs, err := stored.PairsOf([]string{id})
	require.NoError(t, err)
	at := func(id string) uint64 { return stored.docs.Position(stored.docs.Find(id).Number) }
	var before []Match // as those of the document, whichever of the two was published first
	for _, p := range pairs {
		require.Negative(t, stored.docs.Find(p.Match.ID).Before(stored.docs.Find(p.ID)))
		m := p.Match
		if p.ID != id {
			require.Equal(t, id, m.ID)
			m.ID, m.ContainmentA, m.ContainmentB = p.ID, m.ContainmentB, m.ContainmentA
		}
		require.Less(t, at(m.ID), at(id))
		before = append(before, m)
	}
	if len(want.Matches) < stored.o.MaxMatches { // all are listed
		earlier := slices.DeleteFunc(want.Matches, func(m Match) bool { return at(m.ID) > at(id) })
		require.Len(t, before, len(earlier))
		for i := range earlier {
			require.Equal(t, earlier[i], before[i])
		}
	}
}

func (x *Index) goneDocuments() (n int) {
	for i := range uint32(x.docs.Len()) {
		if x.docs.Live.Has(i) && x.docs.Get(i).Gone {
			n++
		}
	}
	return n
}

func checkpoint(t *testing.T, x *Index) {
	position, err := x.Checkpoint()
	require.NoError(t, err)
	require.Equal(t, x.Position(), position)
}

func requireSound(t *testing.T, x *Index) {
	for err := range x.Check() {
		require.NoError(t, err)
	}
}

// hard returns documents that make forms, large clusters of copies, and lists
// that are full.
func (m *maker) hard() (docs []Entry) {
	menu := m.text(300)
	for i := range 45 {
		e := m.entry(fmt.Sprintf("page%02d", i), append(m.text(40), menu...))
		e.Site = "one"
		docs = append(docs, e)
	}
	story := m.text(400)
	for i := range 100 {
		docs = append(docs, m.entry(fmt.Sprintf("copy%03d", i), story[i%3:]))
	}
	for i := range 90 { // versions: a group of many that do not follow one another
		e := m.entry(fmt.Sprintf("version%02d", i), append(m.text(50), story[:250]...))
		e.Site = []string{"two", "three", ""}[i%3]
		docs = append(docs, e)
	}
	return docs
}

// Wherever a storage fails, the index says so from then on, and what was written
// before is there when it is opened again.
func TestStorageFails(t *testing.T) {
	for n := 1; n < 400; n += 1 + n/3 {
		m := newMaker(t, 5)
		docs, _ := m.collection(30)
		s := newMapStorage()
		x := openStored(t, Options{}, s)
		left := n
		s.fails = func(what string) error {
			if left--; left <= 0 {
				return fmt.Errorf("no %s today", what)
			}
			return nil
		}
		var failed error
		for i := range docs {
			position := uint64(i + 1)
			s.entries[position] = docs[i]
			if _, err := x.AddAt(x.prepare(&docs[i]), position); err != nil {
				failed = err
				break
			}
			if i%7 == 0 {
				if _, err := x.Checkpoint(); err != nil {
					failed = err
					break
				}
			}
		}
		if failed == nil {
			continue
		}
		require.ErrorIs(t, failed, ErrStorage)
		if x.Err() != nil { // it failed in reading
			_, err := x.AddAt(x.prepare(&docs[0]), 1<<40)
			require.ErrorIs(t, err, ErrStorage)
			require.Empty(t, x.Query(docs[0]))
			_, err = x.Cluster(docs[0].ID)
			require.ErrorIs(t, err, ErrStorage)
		}
		_, err := x.Checkpoint()
		require.ErrorIs(t, err, ErrStorage)
		require.NoError(t, x.Close())
		s.fails = nil
		x = openStored(t, Options{}, s)
		want := newIndex(t, Options{})
		for i := range docs {
			if uint64(i+1) <= x.Position() {
				_, err := want.Add(docs[i])
				require.NoError(t, err)
			}
		}
		require.Equal(t, slices.Collect(want.Clusters()), slices.Collect(x.Clusters()))
		requireSound(t, x)
	}
}

// What checkpoints have left behind that did not come to their end is deleted by the
// next one, and nothing else.
func TestFilesLeftBehind(t *testing.T) {
	m := newMaker(t, 7)
	docs, _ := m.collection(20)
	s := newMapStorage()
	x := openStored(t, Options{}, s)
	add := func(from, to int) {
		for i := from; i < to; i++ {
			s.entries[uint64(i+1)] = docs[i]
			_, err := x.AddAt(x.prepare(&docs[i]), uint64(i+1))
			require.NoError(t, err)
		}
	}
	add(0, 10)
	checkpoint(t, x)
	require.NoError(t, x.Close())
	left := []string{"s00000900.run", "b123456789.run"}
	others := []string{"x00000001.run", "s1.run", "s00000001.run.old", "mine.run"}
	for _, name := range slices.Concat(left, others) {
		s.files[name] = nil
	}
	x = openStored(t, Options{}, s)
	add(10, len(docs))
	for _, name := range left {
		require.Contains(t, s.files, name) // nothing was written yet
	}
	checkpoint(t, x)
	for _, name := range left {
		require.NotContains(t, s.files, name)
	}
	for _, name := range others {
		require.Contains(t, s.files, name)
	}
	requireSound(t, x)
}

// Records that are damaged are refused, and so is what a newer version wrote.
func TestDamagedRecords(t *testing.T) {
	m := newMaker(t, 6)
	docs, _ := m.collection(10)
	s := newMapStorage()
	x := openStored(t, Options{}, s)
	for i := range docs {
		s.entries[uint64(i+1)] = docs[i]
		_, err := x.AddAt(x.prepare(&docs[i]), uint64(i+1))
		require.NoError(t, err)
	}
	checkpoint(t, x)
	require.NoError(t, x.Close())
	for key, value := range s.values {
		problems := func(b []byte) (n int) {
			s.values[key] = b
			defer func() { s.values[key] = value }()
			o := Options{Cache: 1}
			x, err := Open(o, s)
			if err != nil {
				require.ErrorIs(t, err, ErrStorage)
				return 1
			}
			for range x.Check() {
				n++
			}
			require.NoError(t, x.Close())
			return n
		}
		switch key[0] {
		case 'd', 'g':
			require.Zero(t, problems(value))
			for n := 0; n < len(value); n += 1 + len(value)/Fewer(40) {
				require.NotZero(t, problems(value[:n]), "%q cut to %d bytes", key, n)
			}
			require.NotZero(t, problems(append(bytes.Clone(value), 0)), "%q with another byte", key)
		case 'i': // of a document that there is none of
			s.values[key] = binary.BigEndian.AppendUint32(nil, uint32(len(docs)))
			x, err := Open(Options{Cache: 1}, s)
			require.NoError(t, err)
			_, err = x.PairsOf([]string{key[1:]})
			require.ErrorIs(t, err, ErrStorage)
			x.Close()
			s.values[key] = value
		case 'm':
			s.values[key] = append([]byte{value[0] + 1}, value[1:]...)
			_, err := Open(Options{}, s)
			require.ErrorIs(t, err, ErrVersion)
			s.values[key] = value
		}
	}
}
