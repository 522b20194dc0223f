package batch

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// fatesOfTests keep the member with the longest text, of these the first.
func fatesOfTests(c cluster.Cluster, docs func(id string) (Told, error)) (map[string]Fate, error) {
	kept, longest := "", -1
	for _, m := range c.Members {
		d, err := docs(m.ID)
		if err != nil {
			return nil, err
		}
		if len(d.Text) > longest {
			kept, longest = m.ID, len(d.Text)
		}
	}
	fates := map[string]Fate{}
	for _, m := range c.Members {
		if m.ID != kept {
			fates[m.ID] = Fate{true, fmt.Appendf(nil, "%q for %q: %+v", m.ID, kept, m)}
		}
	}
	return fates, nil
}

// originsOfTests learn of each word in a title, and of each site, in how many documents it is,
// and in how many that are copied.
type originsOfTests struct{}

// A count is of documents, and of those that are copied.
type count [2]uint64

func (originsOfTests) About(d Document) ([]byte, error) {
	return []byte(strings.Join(append(strings.Fields(d.Title), d.Site), "\x00")), nil
}

type lessonsOfTests struct{ counts map[string]count }

func (originsOfTests) Teach() Lessons { return &lessonsOfTests{map[string]count{}} }

func (l *lessonsOfTests) Add(about []byte, copied bool) (bool, error) {
	for name := range strings.SplitSeq(string(about), "\x00") {
		n := l.counts[name]
		n[0]++
		if copied {
			n[1]++
		}
		l.counts[name] = n
	}
	return len(l.counts) > 20, nil
}

func (l *lessonsOfTests) Take(lesson func(string, []byte) error) error {
	for name, n := range l.counts {
		if err := lesson(name, binary.AppendUvarint(binary.AppendUvarint(nil, n[0]), n[1])); err != nil {
			return err
		}
	}
	clear(l.counts)
	return nil
}

func (originsOfTests) Learn(name string, lessons iter.Seq2[[]byte, error]) ([]byte, error) {
	var sum count
	for b, err := range lessons {
		v := value{rest: b}
		n := count{v.uvarint(), v.uvarint()}
		if err == nil {
			err = v.end(Row{Value: b})
		}
		if err != nil {
			return nil, err
		}
		sum[0] += n[0]
		sum[1] += n[1]
	}
	if sum[1] == 0 {
		return nil, nil
	}
	return binary.AppendUvarint(binary.AppendUvarint(appendText(nil, name), sum[0]), sum[1]), nil
}

func (originsOfTests) Judge(learned [][]byte) (func(cluster.Cluster, func(string) (Told, error)) ([]byte, error), error) {
	known := map[string]count{}
	for _, b := range learned {
		v := value{rest: b}
		name := v.text()
		known[name] = count{v.uvarint(), v.uvarint()}
		if err := v.end(Row{Value: b}); err != nil {
			return nil, err
		}
	}
	return func(c cluster.Cluster, docs func(string) (Told, error)) ([]byte, error) {
		var out strings.Builder
		fmt.Fprintf(&out, "%q", c.ID)
		for _, m := range c.Members {
			d, err := docs(m.ID)
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&out, " %q %d:", m.ID, len(d.Text))
			for name := range strings.SplitSeq(string(d.About), "\x00") {
				fmt.Fprint(&out, " ", name, known[name])
			}
		}
		return []byte(out.String()), nil
	}, nil
}

// moreOfReference returns the fates of documents and the origins of clusters by an index.
func moreOfReference(t testing.TB, o engine.Options, docs []engine.Document) (fates, origins []string) {
	e, err := engine.New(o)
	require.NoError(t, err)
	var entries []cluster.Prepared
	byDocument := map[string]Told{}
	told := func(id string) (Told, error) { return byDocument[id], nil }
	for i := range docs {
		p, err := e.Prepare(docs[i])
		require.NoError(t, err)
		entries = append(entries, p)
		about, err := originsOfTests{}.About(Document{Document: docs[i]})
		require.NoError(t, err)
		byDocument[docs[i].ID] = Told{&docs[i], about}
	}
	require.NoError(t, e.Index().AddBatch(t.Context(), entries, cluster.BatchOptions{Threads: 1}))
	byID, lessons := map[string]string{}, originsOfTests{}.Teach().(*lessonsOfTests)
	for c := range e.Index().Clusters() {
		found, err := fatesOfTests(c, told)
		require.NoError(t, err)
		for _, m := range c.Members {
			if found[m.ID].Dropped {
				byID[m.ID] = string(found[m.ID].Line)
			}
			_, err := lessons.Add(byDocument[m.ID].About, len(c.Members) > 1)
			require.NoError(t, err)
		}
	}
	for _, d := range docs {
		fates = append(fates, byID[d.ID])
	}
	var learned [][]byte
	for name, n := range lessons.counts {
		if n[1] > 0 {
			learned = append(learned, binary.AppendUvarint(binary.AppendUvarint(appendText(nil, name), n[0]), n[1]))
		}
	}
	judge, err := originsOfTests{}.Judge(learned)
	require.NoError(t, err)
	for c := range e.Index().Clusters() {
		if len(c.Members) > 1 {
			line, err := judge(c, told)
			require.NoError(t, err)
			origins = append(origins, string(line))
		}
	}
	return fates, origins
}

// Fates and origins are those by an index, whatever the threads, parts and memory, and with components in a file.
func TestLocalFatesAndOrigins(t *testing.T) {
	w := newWriter(21)
	docs := w.collection(30)
	j := newJob(t, engine.Options{})
	for _, l := range []Local{{}, {Threads: 3, Parts: 4, Memory: 1}, {Threads: 2, Parts: 64}, {Component: 1, Threads: 2}} {
		wantFates, wantOrigins := moreOfReference(t, engine.Options{}, docs)
		require.NotEmpty(t, strings.Join(wantFates, ""))
		require.NotEmpty(t, wantOrigins)
		var fates, origins []string
		l.Folder = t.TempDir()
		require.NoError(t, l.Run(t.Context(), j, yield(docs, nil), Answers{
			Fate:   func(b []byte) error { fates = append(fates, string(b)); return nil },
			Origin: func(b []byte) error { origins = append(origins, string(b)); return nil },
		}))
		requireEmpty(t, l.Folder)
		require.Equal(t, wantFates, fates)
		require.Equal(t, wantOrigins, origins)
		docs = w.shuffled(docs)
	}
}

// Of texts with one id one is kept, whichever part of the input it is in.
func TestClean(t *testing.T) {
	w := newWriter(8)
	docs := w.collection(20)
	j := newJob(t, engine.Options{})
	rows := all(t, j, docs)
	var dropped []string
	for _, r := range rows[ofFate] {
		id, _, _ := strings.Cut(string(r.Value[1:]), " ")
		dropped = append(dropped, id)
	}
	require.NotEmpty(t, dropped)
	require.Len(t, rows[isGone], len(dropped))
	require.Len(t, rows[ofKept], len(docs)-len(dropped))
	for _, r := range rows[ofKept] {
		require.Equal(t, cluster.HashID(docs[r.Order].ID), uint64(r.Key))
		require.NotContains(t, dropped, fmt.Sprintf("%q", docs[r.Order].ID))
		require.Equal(t, []byte{ofKept}, r.Value)
	}

	// A document once more as it is, and twice with another title; another one of a later time.
	kept := docs[rows[ofKept][0].Order]
	titled, later := kept, docs[slices.IndexFunc(docs, func(d engine.Document) bool { return d.ID != kept.ID && !d.Published.IsZero() })]
	titled.Title = "z" + titled.Title
	later.Published = later.Published.AddDate(1, 0, 0)
	more := append(slices.Clone(docs), kept, titled, later, titled)
	found := map[string][]Row{}
	for _, r := range all(t, j, more)[ofKept] {
		found[more[r.Order].ID] = append(found[more[r.Order].ID], r)
	}
	require.Len(t, found[kept.ID], 2)
	for i, r := range found[kept.ID] {
		require.Equal(t, len(docs)+1+2*i, int(r.Order))
		require.Equal(t, appendDocument([]byte{ofKept}, &titled), r.Value)
	}
	for _, r := range found[later.ID] { // none, if a cluster keeps another
		require.Equal(t, len(docs)+2, int(r.Order))
	}
}

// What is learned of a name does not depend on how its lessons were spread, nor on names
// that have its key.
func TestLearn(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	j := newJob(t, engine.Options{})
	s, err := j.Stage("learn", &Facts{})
	require.NoError(t, err)
	want := map[string]count{}
	var rows []Row
	for range 500 {
		name, n := fmt.Sprint("name", rng.IntN(40)), count{rng.Uint64N(9), rng.Uint64N(2)}
		sum := want[name]
		want[name] = count{sum[0] + n[0], sum[1] + n[1]}
		rows = append(rows, Row{int64(len(name)), 0, binary.AppendUvarint(binary.AppendUvarint(appendText([]byte{ofLesson}, name), n[0]), n[1])})
	}
	got := map[string]count{}
	for _, r := range through(t, s, rows) {
		_, v := kindOf(r)
		got[v.text()] = count{v.uvarint(), v.uvarint()}
		require.NoError(t, v.end(r))
	}
	maps.DeleteFunc(want, func(_ string, n count) bool { return n[1] == 0 })
	require.Equal(t, want, got)
	require.Empty(t, through(t, s, nil))
}

// Stages that need functions that the format lacks say so.
func TestFormatLacks(t *testing.T) {
	f := formatOfTests
	f.Fates, f.Origins = nil, nil
	j, err := New(engine.Options{}, f)
	require.NoError(t, err)
	for _, name := range []string{"tell", "keep", "teach", "learn", "judge"} {
		s, err := j.Stage(name, &Facts{})
		require.NoError(t, err)
		require.ErrorIs(t, s.Run(t.Context(), rowsOf(nil), nil), ErrFormat, name)
	}
	nothing := func([]byte) error { return nil }
	for _, a := range []Answers{{Fate: nothing}, {Origin: nothing}} {
		l := Local{Folder: t.TempDir()}
		require.ErrorIs(t, l.Run(t.Context(), j, yield(newWriter(1).collection(1), nil), a), ErrFormat)
		requireEmpty(t, l.Folder)
	}
}

var errOfFormat = errors.New("of the format")

// failing fails where it is told to.
type failing struct {
	originsOfTests
	at string
}

func (f failing) failed(at string) error {
	if at == f.at {
		return errOfFormat
	}
	return nil
}

func (f failing) About(d Document) ([]byte, error) {
	if err := f.failed("about"); err != nil {
		return nil, err
	}
	return f.originsOfTests.About(d)
}

func (f failing) Learn(name string, lessons iter.Seq2[[]byte, error]) ([]byte, error) {
	if f.at == "stops" { // before it has read all lessons
		return nil, nil
	}
	if err := f.failed("learn"); err != nil {
		return nil, err
	}
	return f.originsOfTests.Learn(name, lessons)
}

func (f failing) Judge(learned [][]byte) (func(cluster.Cluster, func(string) (Told, error)) ([]byte, error), error) {
	return func(cluster.Cluster, func(string) (Told, error)) ([]byte, error) { return nil, f.failed("cluster") }, f.failed("judge")
}

// Errors of the format end a run.
func TestOriginsFail(t *testing.T) {
	docs := newWriter(1).collection(8)
	for at, want := range map[string]error{"about": errOfFormat, "learn": errOfFormat, "stops": ErrRow, "judge": errOfFormat, "cluster": errOfFormat} {
		f := formatOfTests
		f.Origins = failing{at: at}
		j, err := New(engine.Options{}, f)
		require.NoError(t, err)
		l := Local{Folder: t.TempDir()}
		require.ErrorIs(t, l.Run(t.Context(), j, yield(docs, nil), Answers{Origin: func([]byte) error { return nil }}), want, at)
		requireEmpty(t, l.Folder)
	}
}
