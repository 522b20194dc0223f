package batch

import (
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

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/engine"
)

var update = flag.Bool("update", false, "write the golden rows")

// factsOf returns the facts of some rows.
func factsOf(t testing.TB, rows map[byte][]Row) *Facts {
	f := &Facts{}
	for _, kind := range []byte("xnwvygL") {
		for _, r := range rows[kind] {
			require.NoError(t, f.Add(r))
		}
	}
	f.sort()
	return f
}

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

func TestLatest(t *testing.T) {
	j := newJob(t, engine.Options{})
	rng := rand.New(rand.NewPCG(1, 2))
	var rows []Row
	latest := map[int64]dropped{}
	seen := map[int64]map[dropped]int{}
	for range 300 {
		d := dropped{int64(rng.IntN(3)), uint32(rng.IntN(3))}
		key := int64(rng.IntN(60))
		rows = append(rows, Row{key, d.time, binary.AppendUvarint(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte{ofBrief}, d.version), 7), 9)})
		if seen[key] == nil {
			seen[key] = map[dropped]int{}
		}
		seen[key][d]++
		if o, ok := latest[key]; !ok || cmp.Or(cmp.Compare(d.time, o.time), cmp.Compare(d.version, o.version)) > 0 {
			latest[key] = d
		}
	}
	s, err := j.Stage("latest", nil)
	require.NoError(t, err)
	found := map[byte][]Row{}
	for _, r := range through(t, s, rows) {
		found[r.Value[0]] = append(found[r.Value[0]], r)
	}
	f := factsOf(t, found)
	for key, all := range seen {
		_, again := f.again.get(uint64(key))
		require.Equal(t, all[latest[key]] > 1, again)
		for d := range all {
			require.Equal(t, d != latest[key], f.isDropped(uint64(key), d.time, d.version))
		}
	}
}

func TestFreshAndFreshness(t *testing.T) {
	j, rows := someRows(t)
	f := factsOf(t, rows)
	first := map[int64]Row{}
	weights, fresh := map[uint64]uint64{}, map[uint64]uint64{}
	for _, r := range rows[ofPosting] {
		_, v := kindOf(r)
		p := v.posting()
		if f.isDropped(p.holder.Document, r.Order, versionOf(&p.holder)) {
			continue
		}
		w, whole := j.joining.Weight(p.holder.Place)
		if o, ok := first[r.Key]; !whole && (!ok || r.Compare(o) < 0) {
			first[r.Key] = r
		}
		weights[p.holder.Document] += uint64(w)
	}
	for _, r := range first {
		_, v := kindOf(r)
		p := v.posting()
		w, _ := j.joining.Weight(p.holder.Place)
		fresh[p.holder.Document] += uint64(w)
	}
	want := map[uint64]byte{}
	for d := range weights {
		if is := j.joining.Freshness(float64(fresh[d]) / float64(max(1, weights[d]))); is != j.allNew() {
			want[d] = byte(is)
		}
	}
	require.NotEmpty(t, want)
	got := map[uint64]byte{}
	for _, r := range rows[isFresh] {
		got[uint64(r.Key)] = r.Value[1]
	}
	require.Equal(t, want, got)
}

func TestMarks(t *testing.T) {
	j, rows := someRows(t)
	want := map[int64][]uint32{}
	for _, r := range rows[ofMark] {
		_, v := kindOf(r)
		want[r.Key] = append(want[r.Key], uint32(v.uvarint()))
	}
	require.NotEmpty(t, want)
	f := factsOf(t, rows)
	require.Len(t, rows[ofMarks], len(want))
	for _, r := range rows[ofMarks] {
		_, v := kindOf(r)
		slices.Sort(want[r.Key])
		require.Equal(t, want[r.Key], v.marks())
		sum := uint32(0)
		for _, p := range want[r.Key] {
			w, _ := j.joining.Weight(p)
			sum += w
		}
		got, _ := f.marked.get(uint64(r.Key))
		require.Equal(t, sum, got)
	}
}

func TestCandidates(t *testing.T) {
	j, rows := someRows(t)
	f := factsOf(t, rows)
	briefs := map[uint64]met{} // of each document, as if it had been met
	for _, r := range rows[ofBrief] {
		_, v := kindOf(r)
		version := v.uint32()
		if m := (met{time: r.Order, document: uint64(r.Key)}); !f.isDropped(m.document, r.Order, version) {
			m.brief.Known = v.uint32()
			marked, _ := f.marked.get(m.document)
			m.brief.Weight = uint32(v.uvarint()) - marked
			briefs[m.document] = m
		}
	}
	found := map[pair]met{}
	for _, r := range rows[ofMet] {
		_, v := kindOf(r)
		m := v.met()
		s := found[pair{uint64(r.Key), m.document}]
		s.common += m.common
		s.whole = s.whole || m.whole
		found[pair{uint64(r.Key), m.document}] = s
	}
	want := map[uint64][]met{}
	for p, s := range found {
		own, m := briefs[p.later], briefs[p.earlier]
		m.common, m.whole = s.common, s.whole
		require.Negative(t, cmp.Or(cmp.Compare(m.time, own.time), cmp.Compare(m.document, own.document)))
		if m.whole || j.index.Promising(&own.brief, &m.brief, m.common) {
			want[p.later] = append(want[p.later], m)
		}
	}
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
	j, rows := someRows(t)
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
	sent, wanted := map[place]bool{}, map[int64]bool{}
	for _, r := range rows[ofGrouped] {
		p := place{uint64(r.Key), binary.BigEndian.Uint64(r.Value[1:])}
		require.False(t, sent[p])
		sent[p] = true
		wanted[int64(p.document)] = true
	}
	require.Equal(t, want, sent)
	require.Len(t, rows[isWanted], len(wanted))
	for _, r := range rows[isWanted] {
		require.True(t, wanted[r.Key])
	}

	// Documents that nobody wants keep all but their texts.
	s, err := j.Stage("texts", factsOf(t, rows))
	require.NoError(t, err)
	whole := map[int64][]byte{}
	texts := through(t, s, rows[ofDocument])
	require.Len(t, texts, len(rows[ofDocument]))
	for i, r := range texts {
		before, v := kindOf(rows[ofDocument][i])
		_, w := kindOf(r)
		require.Equal(t, before, r.Value[0])
		require.Equal(t, v.uint32(), w.uint32())
		want, got := v.document(), w.document()
		if !wanted[r.Key] {
			want.Text = ""
		}
		require.Equal(t, want, got)
		whole[r.Key] = r.Value
	}
	require.Greater(t, len(whole), len(wanted))
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
	m := j.newMeeting(&Facts{}, func(Row) error { emitted++; return nil })
	for i := range uint64(200_000) {
		m.add(&posting{holder: join.Holder{Document: i, Text: uint32(i), Site: i % 5000, Place: uint32(i % 64)}}, int64(i))
		most = max(most, len(m.of))
		require.LessOrEqual(t, len(m.found), mostSummed+64)
	}
	m.list.End()
	require.Less(t, most, 3000)
	require.NotZero(t, emitted+len(m.found))
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
// bytes of b, d or p are also a new savedRowsVersion.
func TestGoldenRows(t *testing.T) {
	const golden = "testdata/rows.txt"
	_, rows := someRows(t)
	require.Len(t, rows, len(kinds)-1) // places are of Local alone, nothing came twice, and it does without texts that are kept, which Local alone has
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
