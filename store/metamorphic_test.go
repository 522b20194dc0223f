package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// Random operations on a store whose disk fails at times, or loses what was not synced,
// are followed by a detector in memory and by a second store with another cache and
// other checkpoints, on a sound disk. All three must give the same answers, and the
// first no answer where it has an error.
//
//	go test ./store -run Metamorphic                              a few seconds
//	REPRINT_METAMORPHIC=10m go test ./store -run Metamorphic -timeout 20m
//	REPRINT_METAMORPHIC=1s REPRINT_SEED=77 go test …              from that seed on
//
// Each store that fails leaves some megabytes of Pebble behind (see park in
// internal/gate): where it is to take hours, start it every ten minutes with other seeds.
//
// A failed test names its seed. Goroutines make a run with the same seed differ a
// little: repeat it.
func TestMetamorphic(t *testing.T) {
	budget := 4 * time.Second
	if d, err := time.ParseDuration(os.Getenv("REPRINT_METAMORPHIC")); err == nil {
		budget = d
	}
	seed, _ := strconv.ParseUint(os.Getenv("REPRINT_SEED"), 10, 64)
	did := map[string]int{}
	for end := time.Now().Add(budget); time.Now().Before(end); seed++ {
		ok := t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			m := newMetamorphosis(t, seed, did)
			m.run(end)
		})
		if !ok {
			break
		}
	}
	t.Log(did)
}

// metamorphicOptions are those of the detectors.
var metamorphicOptions = []reprint.Options{
	{}, {SamplesOnly: true}, {ByFigures: true}, {SkipSameSite: true}, {Window: 3 * time.Hour}, {K: 1, Slots: 32},
	{K: 3, Containment: .2, Overlap: .2, ByFigures: true}, {Jaccard: .9, Containment: .9, Overlap: .9, Similarity: .9},
}

// A metamorphosis is one run.
type metamorphosis struct {
	*testing.T
	rng  *rand.Rand
	news *hardNews
	o    store.Options // of the store
	disk *vfs.MemFS    // below the faults
	bad  *faultyFS

	got    *store.Store
	other  *store.Store
	otherO store.Options
	want   *reprint.Detector

	there    map[string]reprint.Document
	ids      []string
	asked    map[string]reprint.Document // to be added, by calls that have not failed for sure
	answers  map[string]reprint.Added    // of those that have succeeded
	removed  map[string][]reprint.Event
	position uint64
	did      map[string]int
	watch    *time.Timer
}

func newMetamorphosis(t *testing.T, seed uint64, did map[string]int) *metamorphosis {
	rng := rand.New(rand.NewPCG(seed, 21))
	m := &metamorphosis{
		T: t, rng: rng, news: newHardNews(seed), disk: vfs.NewCrashableMem(), did: did, there: map[string]reprint.Document{},
		watch: time.AfterFunc(time.Hour, func() { panic(fmt.Sprintf("seed %d hangs", seed)) }),
	}
	m.o = store.Options{
		Detector: metamorphicOptions[seed%uint64(len(metamorphicOptions))], Texts: store.Texts(rng.IntN(2)),
		Now: func() time.Time { return m.news.now },
	}
	if rng.IntN(2) == 0 {
		m.o.Window, m.o.WindowBy = time.Duration(1+rng.IntN(60))*time.Hour, store.WindowBy(rng.IntN(2))
	}
	m.o = store.SmallGroups(m.o)
	m.otherO = store.Options{Detector: m.o.Detector, FS: vfs.NewMem(), Now: m.o.Now, Texts: store.DropTexts}
	m.otherO.Cache, m.otherO.Checkpoint = m.sizes()
	m.other = m.open(m.otherO)
	var err error
	m.want, err = reprint.New(m.o.Detector)
	require.NoError(t, err)
	m.forget()
	m.reopen(m.disk)
	t.Cleanup(func() {
		m.got.Close()
		m.other.Close()
	})
	return m
}

// open opens a store, which is not kept until the test ends, as there are many.
func (m *metamorphosis) open(o store.Options) *store.Store {
	s, err := store.Open("store", o)
	require.NoError(m, err)
	return s
}

// sizes are of a cache, and between checkpoints.
func (m *metamorphosis) sizes() (cache int64, checkpoint int) {
	return []int64{1, 4 << 10, 1 << 20}[m.rng.IntN(3)], []int{1, 3, 17, 200}[m.rng.IntN(4)]
}

func (m *metamorphosis) forget() {
	m.asked, m.answers, m.removed = map[string]reprint.Document{}, map[string]reprint.Added{}, map[string][]reprint.Event{}
}

// reopen opens the store on what a disk has. It must succeed.
func (m *metamorphosis) reopen(disk *vfs.MemFS) {
	m.disk, m.bad = disk, &faultyFS{FS: disk}
	m.o.FS = m.bad
	m.o.Cache, m.o.Checkpoint = m.sizes()
	m.got = m.open(m.o)
}

func (m *metamorphosis) run(end time.Time) {
	operations := 200 + m.rng.IntN(2000)
	removing := 1
	for i := 0; i < operations && time.Now().Before(end); i++ {
		m.watch.Reset(2 * time.Minute)
		if i%400 == 399 {
			removing = 1 + m.rng.IntN(6)
		}
		switch k := m.rng.IntN(40); {
		case k < 14:
			m.change("add", m.add)
		case k < 14+removing:
			m.change("remove", m.remove)
		case k < 22:
			m.change("batch", m.batch)
		case k < 25:
			m.change("several at once", m.several)
		case k < 26:
			m.change("expire", m.expire)
		case k < 30:
			m.question()
		case k < 32:
			m.change("close", func() {})
			shut(m, m.got)
			m.reopen(m.disk)
		case k < 34:
			m.crash()
		case k < 36:
			m.fail()
		case k < 37:
			m.other.Close()
			m.otherO.Cache, m.otherO.Checkpoint = m.sizes()
			m.other = m.open(m.otherO)
		case k < 38 && i%3 == 0:
			m.repair()
		}
		if i%300 == 299 {
			m.all()
		}
	}
	m.all()
	m.crash()
	m.all()
	shut(m, m.got)
	m.reopen(m.disk)
	m.all()
	shut(m, m.got)
	shut(m, m.other)
	m.watch.Stop()
	m.did["documents at most"] = max(m.did["documents at most"], len(m.there))
}

// change does something to the store, and then the same to the others.
func (m *metamorphosis) change(what string, do func()) {
	m.did[what]++
	do()
	m.follow()
}

// refused says that an error of adding is right.
func (m *metamorphosis) refused(err error) bool {
	return m.o.Window > 0 && errors.Is(err, store.ErrExpired)
}

// ends handles the error of a call, and reports whether the call has succeeded. The
// disk may be about to fail.
func (m *metamorphosis) ended(err error) bool {
	if err == nil {
		return true
	}
	if !m.refused(err) && !m.bad.hasFailed() {
		require.NoError(m, err)
	}
	return false
}

func (m *metamorphosis) id() string {
	if len(m.ids) > 0 && m.rng.IntN(6) == 0 {
		return m.ids[m.rng.IntN(len(m.ids))]
	}
	m.ids = append(m.ids, fmt.Sprintf("d%d", len(m.ids)))
	return m.ids[len(m.ids)-1]
}

// some returns the id of a document that is there, if it is found soon.
func (m *metamorphosis) some() string {
	for range 20 {
		if len(m.ids) > 0 {
			if id := m.ids[m.rng.IntN(len(m.ids))]; m.there[id].ID != "" {
				return id
			}
		}
	}
	return ""
}

func (m *metamorphosis) add() {
	d := m.news.document(m.id())
	m.asked[d.ID] = d
	if a, err := m.got.Add(m.Context(), d); m.ended(err) {
		m.answers[d.ID] = a
	}
}

// documents invents some, with ids of their own.
func (m *metamorphosis) documents(n int) (docs []reprint.Document) {
	for range n {
		if d := m.news.document(m.id()); m.asked[d.ID].ID == "" {
			m.asked[d.ID] = d
			docs = append(docs, d)
		}
	}
	return docs
}

func (m *metamorphosis) batch() {
	docs := m.documents(m.rng.IntN(40))
	err := m.got.AddAll(m.Context(), yield(docs, nil), reprint.AddAllOptions{Threads: 2, Visit: func(id string, a reprint.Added) {
		m.answers[id] = a
	}})
	m.ended(err)
}

func (m *metamorphosis) several() {
	var all sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for _, d := range m.documents(1 + m.rng.IntN(12)) {
		all.Go(func() {
			a, err := m.got.Add(m.Context(), d)
			mu.Lock()
			defer mu.Unlock()
			if errs = append(errs, err); err == nil {
				m.answers[d.ID] = a
			}
		})
	}
	if id := m.some(); id != "" && m.rng.IntN(2) == 0 {
		all.Go(func() { m.got.ClusterPart(id, "", 3) })
	}
	all.Wait()
	for _, err := range errs {
		m.ended(err)
	}
}

func (m *metamorphosis) remove() {
	id := m.some()
	if id == "" {
		return
	}
	if events, ok, err := m.got.Remove(m.Context(), id); m.ended(err) && ok {
		m.removed[id] = events
	}
}

func (m *metamorphosis) expire() {
	_, err := m.got.Expire(m.Context(), m.news.now.Add(-time.Duration(m.rng.IntN(100))*time.Hour))
	m.ended(err)
}

// follow does to the others what the feed tells, and compares the answers. What was
// acknowledged must be in the feed.
func (m *metamorphosis) follow() {
	for c, err := range m.got.Events(m.Context(), m.position+1) {
		if err != nil && m.bad.hasFailed() {
			break
		}
		require.NoError(m, err)
		require.Equal(m, m.position+1, c.Position)
		m.position++
		var want reprint.Added
		switch c.Action {
		case store.Added, store.Updated:
			d, ok := m.asked[c.ID]
			require.True(m, ok, "%s was added, which nobody wanted", c.ID)
			require.Equal(m, m.there[c.ID].ID != "", c.Action == store.Updated)
			want, err = m.want.Add(context.Background(), d)
			require.NoError(m, err)
			other, err := m.other.Add(m.Context(), d)
			require.NoError(m, err)
			require.Equal(m, want, other)
			if got, ok := m.answers[c.ID]; ok {
				require.Equal(m, want, got)
			}
			delete(m.answers, c.ID)
			m.there[c.ID] = d
		default:
			var ok bool
			want.Events, ok, _ = m.want.Remove(context.Background(), c.ID)
			require.True(m, ok)
			other, ok, err := m.other.Remove(m.Context(), c.ID)
			require.NoError(m, err)
			require.True(m, ok)
			require.Equal(m, want.Events, other)
			if got, ok := m.removed[c.ID]; ok && c.Action == store.Removed {
				require.Equal(m, want.Events, got)
			}
			delete(m.removed, c.ID)
			delete(m.there, c.ID)
			m.did[c.Action.String()]++
		}
		if len(want.Events)+len(c.Events) > 0 {
			require.Equal(m, want.Events, c.Events, "%+v with the fault %v, which has come: %v", c, m.bad.kind.Load(), m.bad.hasFailed())
		}
	}
	if m.bad.hasFailed() {
		return // and be opened again
	}
	for id := range m.answers { // unless it was there already
		require.Equal(m, m.there[id], m.asked[id], "%s was acknowledged", id)
	}
	for id := range m.removed {
		require.Fail(m, "lost", "the removal of %s was acknowledged", id)
	}
	m.forget()
}

// quiet waits until nothing expires any more.
func (m *metamorphosis) quiet() {
	for was := m.position + 1; was != m.position; {
		was = m.position
		_, err := m.got.Expire(m.Context(), time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC))
		require.NoError(m, err)
		m.follow()
	}
}

// question asks all three the same.
func (m *metamorphosis) question() {
	m.did["question"]++
	m.quiet()
	d, a, b := m.news.document("q"), m.some(), m.some()
	got, err := m.got.Query(d)
	require.NoError(m, err)
	decision, err := m.want.Query(d)
	require.NoError(m, err)
	require.Equal(m, decision, got)
	if a == "" || b == "" {
		return
	}
	e, err := m.got.Explain(a, b)
	require.NoError(m, err)
	want, err := m.want.Explain(a, b)
	require.NoError(m, err)
	if m.o.Detector.SamplesOnly { // bands are not kept in memory
		e.SharedBands, e.Bands, want.SharedBands, want.Bands = nil, 0, nil, 0
	}
	require.Equal(m, want, e)
	c, err := m.got.Compare(m.there[a], m.there[b])
	require.NoError(m, err)
	compared, err := m.want.Compare(m.there[a], m.there[b])
	require.NoError(m, err)
	require.Equal(m, compared, c)
	whole, err := m.want.Cluster(a)
	require.NoError(m, err)
	for _, s := range []*store.Store{m.got, m.other} {
		parts := reprint.Cluster{Members: []reprint.Member{}}
		limit := 1 + m.rng.IntN(len(whole.Members)+1)
		for from := "first"; from != ""; {
			p, err := s.ClusterPart(a, strings.TrimPrefix(from, "first"), limit)
			require.NoError(m, err)
			require.Len(m, whole.Members, p.Size)
			parts.ID, parts.Members, from = p.ID, append(parts.Members, p.Members...), p.Next
		}
		require.Equal(m, whole, parts)
	}
}

// crash takes the power away while documents are added.
func (m *metamorphosis) crash() {
	m.did["crash"]++
	m.quiet()
	var all sync.WaitGroup
	for _, d := range m.documents(m.rng.IntN(20)) {
		all.Go(func() { m.got.Add(m.Context(), d) })
	}
	time.Sleep(time.Duration(m.rng.IntN(2000)) * time.Microsecond)
	clone := m.disk.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: []int{0, 50, 100}[m.rng.IntN(3)], RNG: rand.New(rand.NewPCG(m.rng.Uint64(), 1))})
	all.Wait()
	m.got.Close()
	m.reopen(clone)
	m.follow()
}

// fail lets the disk fail at some time of what is done then, and opens the store again.
func (m *metamorphosis) fail() {
	m.quiet()
	kind := m.bad.arm(m.rng)
	m.did["fault: "+kind]++
	for range 30 {
		if m.bad.hasFailed() {
			break
		}
		switch m.rng.IntN(6) {
		case 0, 1:
			m.add()
		case 2:
			m.remove()
		case 3:
			m.batch()
		case 4:
			m.several()
		case 5:
			m.readBadly()
		}
		if !m.bad.hasFailed() {
			m.follow()
		}
	}
	if m.bad.hasFailed() {
		m.did["fault came"]++
	}
	err := m.got.Close()
	if !m.bad.hasFailed() {
		require.NoError(m, err)
	}
	disk := m.disk
	if m.rng.IntN(2) == 0 {
		disk = m.disk.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 50, RNG: rand.New(rand.NewPCG(m.rng.Uint64(), 2))})
	}
	m.bad.heal()
	m.openBadly(disk)
	m.reopen(disk)
	m.follow()
	m.forget()
}

// openBadly opens the store while the disk may fail, which must end, and change nothing
// that was acknowledged.
func (m *metamorphosis) openBadly(disk *vfs.MemFS) {
	bad := &faultyFS{FS: disk}
	m.did["opened with "+bad.arm(m.rng)]++
	o := m.o
	o.FS = bad
	s, err := store.Open("store", o)
	if err != nil && !bad.hasFailed() {
		require.NoError(m, err)
	}
	if err == nil {
		s.Close()
	}
}

// readBadly asks while the disk may fail: an answer without an error is right.
func (m *metamorphosis) readBadly() {
	m.follow()
	if m.bad.hasFailed() {
		return
	}
	d := m.news.document("q")
	was := m.position
	got, err := m.got.Query(d)
	c, cerr := m.got.Cluster(m.some())
	if stats, serr := m.got.Stats(); serr != nil || stats.Position != was {
		return // something has expired
	}
	if m.ended(err) {
		want, err := m.want.Query(d)
		require.NoError(m, err)
		require.Equal(m, want, got)
	}
	if cerr == nil {
		want, err := m.want.Cluster(c.ID)
		require.NoError(m, err)
		require.Equal(m, want, c)
	}
}

// repair makes a copy of the store anew.
func (m *metamorphosis) repair() {
	m.did["repair"]++
	m.quiet()
	shut(m, m.got)
	copied := m.disk.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: m.rng})
	r, err := store.Repair(m.Context(), "store", store.Options{FS: copied})
	require.NoError(m, err)
	require.Zero(m, r.GoneCount, r.Gone)
	require.Equal(m, len(m.there), r.Documents)
	m.reopen(m.disk)
}

// all compares all that there is.
func (m *metamorphosis) all() {
	m.did["all compared"]++
	m.quiet()
	want := collect(m, m.want.Clusters())
	for _, s := range []*store.Store{m.got, m.other} {
		require.Equal(m, want, collect(m, s.Clusters()))
		problems, err := s.Check(context.Background())
		require.NoError(m, err)
		require.Empty(m, problems)
		require.Equal(m, len(m.there), s.Len())
		stats, err := s.Stats()
		require.NoError(m, err)
		require.Equal(m, m.position, stats.Position)
		require.Equal(m, m.want.Stats().Indexed, stats.Indexed)
	}
	for _, d := range collect(m, m.got.Documents()) {
		want := m.there[d.ID]
		if m.o.Texts == store.KeepTexts {
			var err error
			d.Text, err = m.got.Text(d.ID)
			require.NoError(m, err)
		} else {
			want.Text = ""
		}
		require.Equal(m, want, d.Document)
	}
}
