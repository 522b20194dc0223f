package batch

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/engine"
)

var update = flag.Bool("update", false, "write the golden rows")

// someRows returns a job and all rows of a collection.
func someRows(t testing.TB) (*Job, map[byte][]Row) {
	w := newWriter(4)
	docs := w.collection(40)
	again := docs[0]
	again.Text = strings.Join(w.text(150), " ")
	j := newJob(t, engine.Options{})
	return j, all(t, j, append(docs, again))
}

// The stages have the answers of an index when they are run one after another, too.
func TestStages(t *testing.T) {
	docs := newWriter(7).collection(40)
	j := newJob(t, engine.Options{})
	rows := all(t, j, docs)
	lines, _ := reference(t, engine.Options{}, docs)
	var got []string
	for _, r := range rows[ofLine] {
		got = append(got, string(r.Value[1:]))
	}
	slices.Sort(lines)
	require.Equal(t, lines, slices.Sorted(slices.Values(got)))
	_, err := j.Stage("none", &Facts{})
	require.ErrorIs(t, err, ErrStage)
}

// Of documents with one id the one that was published last stays, and of these the one with
// the greatest bytes. Its keys are those of its text, sketched before or not.
func TestKeys(t *testing.T) {
	w := newWriter(5)
	j := newJob(t, engine.Options{})
	var rows []Row
	latest, several := map[int64][]byte{}, map[int64]bool{}
	for i := range 90 {
		doc := engine.Document{ID: fmt.Sprint(w.rng.IntN(50)), Site: w.site(), Text: strings.Join(w.text(20+w.rng.IntN(80)), " "), Title: fmt.Sprint(i)}
		if n := w.rng.IntN(4); n > 0 {
			doc.Published = time.Date(2026, 1, n, 0, 0, 0, 0, time.FixedZone("", 3600*w.rng.IntN(2)))
		}
		v := appendVersion([]byte{ofDocument}, &doc)
		key := int64(cluster.HashID(doc.ID))
		for range 1 + w.rng.IntN(2) { // as it is once more
			rows = append(rows, Row{key, firstOrder, v})
			several[key] = latest[key] != nil
			if bytes.Compare(v, latest[key]) > 0 {
				latest[key] = v
			}
		}
	}
	s, err := j.Stage("keys", nil)
	require.NoError(t, err)
	found := map[byte][]Row{}
	all := through(t, s, rows)
	for _, r := range all {
		found[r.Value[0]] = append(found[r.Value[0]], r)
	}
	require.Len(t, found[ofBrief], len(latest))
	keys := 0
	for _, r := range found[ofBrief] {
		_, v := kindOf(r)
		got := v.brief()
		require.NoError(t, v.end(r))
		v = value{rest: latest[r.Key][1+8:]}
		doc := v.document()
		p, err := j.engine.Prepare(doc)
		require.NoError(t, err)
		require.Equal(t, brief{p.Time(), p.Holder().Text, p.Brief}, got)
		var of []Row
		for _, p := range found[ofPosting] {
			if _, v := kindOf(p); v.posting().Document == uint64(r.Key) {
				of = append(of, p)
			}
		}
		p.Keys(func(key uint64, place uint32) {
			h := p.Holder()
			h.Place = place
			require.Contains(t, of, Row{int64(key), p.Time(), appendPosting(nil, &h)})
			keys++
		})
	}
	require.Len(t, found[ofPosting], keys)
	stays := map[int64][]byte{}
	for _, r := range found[isLatest] {
		stays[r.Key] = r.Value[1:]
	}
	for key, is := range several {
		if version, ok := stays[key]; is {
			require.Equal(t, binary.BigEndian.AppendUint64(nil, versionOf(latest[key][1:])), version)
		} else {
			require.False(t, ok)
		}
	}

	sketches, err := j.Stage("sketches", nil)
	require.NoError(t, err)
	sketched := through(t, sketches, rows)
	require.Len(t, sketched, 2*len(rows))
	require.Equal(t, all, through(t, s, sketched))
	for i, r := range sketched { // where there is a sketch, no text is read
		if r.Value[0] == ofSketch {
			sketched[i].Value[1+8] ^= 1 // of the hash of the sample
		}
	}
	require.NotEqual(t, all, through(t, s, sketched))
}

// Of each key documents are listed as a list of all that have it would, with how new each
// is of all its keys.
func TestMeet(t *testing.T) {
	for _, o := range []engine.Options{{}, {SkipSameSite: true}} {
		w := newWriter(4)
		j := newJob(t, o)
		rows := all(t, j, w.collection(60))
		briefs := map[uint64]brief{}
		for _, r := range rows[ofBrief] {
			_, v := kindOf(r)
			briefs[uint64(r.Key)] = v.brief()
		}
		slices.SortFunc(rows[ofPosting], Row.Compare)
		byKey, known := map[int64][]join.Holder{}, map[uint64]uint32{}
		for _, r := range rows[ofPosting] {
			_, v := kindOf(r)
			h := j.posting(&v)
			if w, whole := j.joining.Weight(h.Place); !whole && len(byKey[r.Key]) > 0 {
				known[h.Document] += w
			}
			byKey[r.Key] = append(byKey[r.Key], h)
		}
		type common struct {
			weight uint32
			whole  bool
		}
		marks, meets := map[uint64][]uint32{}, map[pair]common{}
		l := j.list()
		l.Mark = func(h join.Holder) {
			if _, whole := j.joining.Weight(h.Place); !whole {
				marks[h.Document] = append(marks[h.Document], h.Place)
			}
		}
		l.Meet = func(h join.Holder, with []uint64) {
			w, whole := j.joining.Weight(h.Place)
			for _, d := range with {
				of := meets[pair{h.Document, d}]
				meets[pair{h.Document, d}] = common{of.weight + w, of.whole || whole}
			}
		}
		few, many := 0, 0
		for _, of := range byKey {
			if len(of) > l.Unmarked() {
				many++
			} else if len(of) > 1 {
				few++
			}
			for _, h := range of {
				b := briefs[h.Document]
				h.Site, h.Page = b.Site, b.Page
				if _, whole := j.joining.Weight(h.Place); !whole {
					h.Fresh = j.joining.Freshness(float64(b.Weight-known[h.Document]) / float64(max(1, b.Weight)))
				}
				l.Add(h)
			}
			l.End()
		}
		require.NotZero(t, few)
		require.NotZero(t, many)
		require.NotEmpty(t, marks)
		got := map[uint64][]uint32{}
		for _, r := range rows[ofMark] {
			_, v := kindOf(r)
			got[uint64(r.Key)] = append(got[uint64(r.Key)], uint32(v.uvarint()))
		}
		for _, of := range [...]map[uint64][]uint32{marks, got} {
			for _, places := range of {
				slices.Sort(places)
			}
		}
		require.Equal(t, marks, got)
		sums := map[pair]common{}
		for _, r := range rows[ofPaired] {
			_, v := kindOf(r)
			p := v.paired()
			of := sums[pair{p.document, uint64(r.Key)}]
			sums[pair{p.document, uint64(r.Key)}] = common{of.weight + p.common, of.whole || p.whole}
		}
		require.Equal(t, meets, sums)

		// What they have in common comes to the later one, with what the earlier one weighs.
		unmark(j, rows, briefs)
		require.Len(t, rows[ofMet], len(meets))
		for _, r := range rows[ofMet] {
			_, v := kindOf(r)
			m := v.met()
			require.NoError(t, v.end(r))
			b, of := briefs[m.document], meets[pair{uint64(r.Key), m.document}]
			require.Equal(t, met{b.time, m.document, records.Brief{Known: b.Known, Weight: b.Weight}, of.weight, of.whole}, m)
		}
	}
}

// unmark takes what is boilerplate out of the weights of briefs.
func unmark(j *Job, rows map[byte][]Row, briefs map[uint64]brief) {
	for _, r := range rows[ofMarks] {
		_, v := kindOf(r)
		b := briefs[uint64(r.Key)]
		for _, place := range v.marks() {
			w, _ := j.joining.Weight(place)
			b.Weight -= w
		}
		briefs[uint64(r.Key)] = b
	}
}

func TestMarks(t *testing.T) {
	_, rows := someRows(t)
	want := map[int64][]uint32{}
	for _, r := range rows[ofMark] {
		_, v := kindOf(r)
		want[r.Key] = append(want[r.Key], uint32(v.uvarint()))
	}
	require.NotEmpty(t, want)
	require.Len(t, rows[ofMarks], len(want))
	for _, r := range rows[ofMarks] {
		_, v := kindOf(r)
		slices.Sort(want[r.Key])
		require.Equal(t, want[r.Key], v.marks())
	}
}

func TestCandidates(t *testing.T) {
	j, rows := someRows(t)
	briefs := map[uint64]brief{}
	for _, r := range rows[ofBrief] {
		_, v := kindOf(r)
		briefs[uint64(r.Key)] = v.brief()
	}
	unmark(j, rows, briefs)
	want, passed := map[uint64][]met{}, 0
	for _, r := range rows[ofMet] {
		_, v := kindOf(r)
		m := v.met()
		own := briefs[uint64(r.Key)]
		require.Negative(t, cmp.Or(cmp.Compare(m.time, own.time), cmp.Compare(m.document, uint64(r.Key))))
		if m.whole || j.index.Promising(&own.Brief, &m.brief, m.common) {
			want[uint64(r.Key)] = append(want[uint64(r.Key)], m)
		} else {
			passed++
		}
	}
	require.NotZero(t, passed)
	leaders, choices := map[uint64]uint64{}, map[uint64]Row{}
	for _, r := range rows[ofLeader] {
		leaders[uint64(r.Key)] = binary.BigEndian.Uint64(r.Value[1:])
	}
	for _, r := range rows[ofChoice] {
		choices[binary.BigEndian.Uint64(r.Value[1:])] = r
	}
	require.NotEmpty(t, want)
	require.Len(t, choices, len(want))
	require.Len(t, leaders, len(want))
	for d, all := range want {
		slices.SortFunc(all, func(a, b met) int {
			return cmp.Or(cmp.Compare(b.common, a.common), cmp.Compare(a.time, b.time), cmp.Compare(a.document, b.document))
		})
		all = all[:min(len(all), j.joining.Candidates)]
		value := binary.BigEndian.AppendUint64([]byte{ofChoice}, d)
		for _, m := range all {
			value = binary.BigEndian.AppendUint64(value, m.document)
		}
		require.Equal(t, value, choices[d].Value)
		require.Equal(t, leaderOf(all), leaders[d])
		require.Equal(t, int64(leaders[d]), choices[d].Key)
	}
}

// A document and all its candidates go to the group of its leader's leader, each once.
func TestGroups(t *testing.T) {
	_, rows := someRows(t)
	leaders := map[uint64]uint64{}
	for _, r := range rows[ofLeader] {
		leaders[uint64(r.Key)] = binary.BigEndian.Uint64(r.Value[1:])
	}
	type place struct{ group, document uint64 }
	want, followed := map[place]bool{}, false
	compared := map[string]int64{}
	for _, r := range rows[ofChoice] {
		group, ok := leaders[uint64(r.Key)]
		if !ok {
			group = uint64(r.Key)
		}
		followed = followed || ok
		for v := (value{rest: r.Value[1:]}); len(v.rest) > 0; {
			want[place{group, v.uint64()}] = true
		}
		compared[string(r.Value[1:])] = int64(group)
	}
	require.True(t, followed)
	require.Len(t, rows[ofCompared], len(compared))
	for _, r := range rows[ofCompared] {
		require.Equal(t, compared[string(r.Value[1:])], r.Key)
	}
	sent := map[place]bool{}
	for _, r := range rows[ofGrouped] {
		p := place{uint64(r.Key), binary.BigEndian.Uint64(r.Value[1:])}
		require.False(t, sent[p])
		sent[p] = true
	}
	require.Equal(t, want, sent)
}

// Large-star and small-star find the components that union-find finds.
func TestComponents(t *testing.T) {
	j := newJob(t, engine.Options{})
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		n := 2 + rng.IntN(300)
		names := make([]uint64, n)
		root := map[uint64]uint64{}
		for i := range names {
			names[i] = rng.Uint64() // half of them negative as keys
			root[names[i]] = names[i]
		}
		var find func(uint64) uint64
		find = func(a uint64) uint64 {
			if root[a] != a {
				root[a] = find(root[a])
			}
			return root[a]
		}
		var matches []Row
		join := func(a, b uint64) {
			matches = append(matches, Row{int64(a), 0, binary.BigEndian.AppendUint64([]byte{ofMatch}, b)})
			matches[len(matches)-1].Value = append(matches[len(matches)-1].Value, make([]byte, 26)...)
			a, b = find(a), find(b)
			root[max(a, b)] = min(a, b)
		}
		for i := range n {
			switch seed % 3 {
			case 0:
				if k := rng.IntN(n); k != i {
					join(names[i], names[k])
				}
			case 1: // one long chain
				if i > 0 {
					join(names[i-1], names[i])
				}
			case 2: // few edges, some twice
				if k := rng.IntN(n); k != i && rng.IntN(3) == 0 {
					join(names[i], names[k])
					join(names[k], names[i])
				}
			}
		}
		r := runner{ctx: t.Context(), job: j, threads: 2, parts: 3, room: &room{folder: t.TempDir(), most: 1 << 20, codec: plain{}}, facts: &Facts{}, sets: map[byte]*dataset{}}
		for _, kind := range kinds {
			r.sets[kind] = newDataset(r.room, r.parts)
		}
		for _, m := range matches {
			require.NoError(t, r.emit(m))
		}
		require.NoError(t, r.run([]step{{"edges", 0, "e"}}))
		require.NoError(t, r.connect())
		got := map[uint64]uint64{}
		for n := range r.parts {
			for row, err := range read([]*dataset{r.sets[ofEdge]}, n) {
				require.NoError(t, err)
				got[uint64(row.Key)] = binary.BigEndian.Uint64(row.Value[1:])
			}
		}
		for _, a := range names {
			if find(a) == a {
				require.NotContains(t, got, a)
			} else {
				require.Equal(t, find(a), got[a])
			}
		}
	}
}

// What is remembered of a key does not grow with the number of documents that have it.
func TestKeyOfMany(t *testing.T) {
	j := newJob(t, engine.Options{})
	emitted, most := 0, 0
	m := j.newMeeting(func(Row) error { emitted++; return nil })
	for i := range uint64(60_000) {
		m.list.Add(join.Holder{Document: i, Text: uint32(i), Site: i % 5000, Place: uint32(i % 64)})
		most = max(most, len(m.sums.found))
	}
	m.list.End()
	require.NoError(t, m.err)
	require.LessOrEqual(t, most, mostSummed)
	require.Greater(t, emitted, 5*mostSummed)
}

// A component of many documents, of which nearly nothing stays in memory, is clustered as by
// an index that has them all.
func TestComponentOfMany(t *testing.T) {
	n := 20_000
	if testing.Short() { // the race detector needs no more than many
		n = 2000
	}
	w := newWriter(2)
	docs := make([]engine.Document, n)
	story := w.text(len(docs)*10 + 50) // of which each has a part, most of it with the one before
	for i := range docs {
		docs[i] = engine.Document{ID: fmt.Sprint(i), Text: strings.Join(story[i*10:][:60], " ")}
	}
	e, err := engine.New(engine.Options{})
	require.NoError(t, err)
	known, entries := map[string]*engine.Document{}, make([]cluster.Prepared, len(docs))
	for i := range docs {
		known[docs[i].ID] = &docs[i]
		entries[i], err = e.Prepare(docs[i])
		require.NoError(t, err)
	}
	require.NoError(t, e.Index().AddBatch(t.Context(), entries, cluster.BatchOptions{Threads: 2}))
	require.GreaterOrEqual(t, e.Index().Stats().Matches, len(docs)-1) // all are connected
	want := map[string][]byte{}
	for c := range e.Index().Clusters() {
		for _, m := range c.Members {
			want[m.ID], err = formatOfTests.Line(c, m, known[m.ID])
			require.NoError(t, err)
		}
	}
	i := 0
	require.NoError(t, Local{Threads: 2, Folder: t.TempDir(), Component: 1}.Run(t.Context(), newJob(t, engine.Options{}), yield(docs, nil), Answers{Line: func(line []byte) error {
		require.Equal(t, string(want[docs[i].ID]), string(line))
		i++
		return nil
	}}))
	require.Equal(t, len(docs), i)
}

// The rows of each kind have these bytes: all processes of a job must agree on them. Other
// bytes of d or S are also a new savedRowsVersion.
func TestGoldenRows(t *testing.T) {
	const golden = "testdata/rows.txt"
	_, rows := someRows(t)
	require.Len(t, rows, len(kinds)) // with texts that are kept, without places, which are of Local alone
	var out strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(rows)) {
		sum := xxhash.New()
		for _, r := range rows[kind] {
			fmt.Fprintf(sum, "%d %d %x\n", r.Key, r.Order, r.Value)
		}
		r := rows[kind][0]
		fmt.Fprintf(&out, "%c: %d rows %016x, the first: %d %d %s\n", kind, len(rows[kind]), sum.Sum64(), r.Key, r.Order, hex.EncodeToString(r.Value[:min(len(r.Value), 80)]))
	}
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o777))
		require.NoError(t, os.WriteFile(golden, []byte(out.String()), 0o666))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
}

// beside is the bit of a stage that keeps components in a file.
const beside = 1 << 7

// Rows that no stage writes are refused.
func FuzzRows(f *testing.F) {
	j, rows := someRows(f)
	for i, s := range j.Stages(&Facts{}) {
		var seed []byte
		for _, kind := range []byte(s.Kinds) {
			for _, r := range rows[kind][:min(len(rows[kind]), 3)] {
				seed = binary.AppendUvarint(append(seed, byte(r.Key), byte(r.Order)), uint64(len(r.Value)))
				seed = append(seed, r.Value...)
			}
		}
		f.Add(uint8(i), seed)
		f.Add(uint8(i|beside), seed)
		f.Add(uint8(i), seed[:len(seed)/2])
	}
	names := j.Stages(&Facts{})
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, stage uint8, b []byte) {
		if len(b) > 1<<14 {
			return
		}
		facts := &Facts{}
		var in []Row
		v := value{rest: b}
		for len(v.rest) > 0 && !v.bad {
			r := Row{Key: int64(v.byte()), Order: int64(int8(v.byte()))}
			r.Value = v.bytes(v.uvarint())
			if facts.Add(r) != nil {
				in = append(in, r)
			}
		}
		job := j
		if stage&beside != 0 {
			job = j.WithComponents(Components{Memory: 1, Folder: folder})
		}
		s, err := job.Stage(names[int(stage&^beside)%len(names)].Name, facts)
		require.NoError(t, err)
		if s.Sorted {
			slices.SortFunc(in, Row.Compare)
		}
		err = s.Run(t.Context(), rowsOf(in), func(r Row) error {
			require.NotEmpty(t, r.Value)
			return nil
		})
		if err != nil && s.Name != "read" {
			require.ErrorIs(t, err, ErrRow, s.Name)
		}
	})
}
