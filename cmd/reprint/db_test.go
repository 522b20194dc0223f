package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/store"
)

// filled returns the folder of a store with a collection of articles.
func filled(t testing.TB, stdin string, flags ...string) (dir, out string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "db")
	return dir, must(t, stdin, append(append([]string{"cluster", "--db", dir}, flags...), "-")...)
}

// position returns that of the last operation of a store.
func position(t testing.TB, dir string) uint64 {
	t.Helper()
	return parsed[dbStatsLine](t, must(t, "", "db", "stats", "--json", dir))[0].Position
}

// One batch has the clusters that the input has without a folder.
func TestDBOneBatch(t *testing.T) {
	for _, flags := range [][]string{nil, {"--samples-only"}, {"--preset", "noisy", "--skip-same-site"}, {"--texts", "drop", "--cache", "1", "--threads", "1"}} {
		path := write(t, t.TempDir(), "c.jsonl", collection(t, 11, 300))
		dir := filepath.Join(t.TempDir(), "db")
		out := must(t, "", append([]string{"cluster", "--db", dir, path}, flags...)...)
		if flags == nil || flags[0] != "--texts" {
			whole := must(t, "", append([]string{"cluster", path}, flags...)...)
			assert.LessOrEqual(t, 100*apart(t, out, whole), len(sorted(out)), "%v", flags)
		}
		list := must(t, "", "db", "list", dir)
		assert.Equal(t, sorted(out), sorted(list), "%v", flags)
		first := map[string]bool{}
		for _, l := range parsed[lines.Cluster](t, list) {
			assert.Equal(t, !first[l.Cluster], l.ID == l.Cluster, "the canonical document comes first")
			first[l.Cluster] = true
		}
	}
}

func TestDBRunsAddUp(t *testing.T) {
	docs := slices.SortedFunc(strings.Lines(collection(t, 12, 200)), func(a, b string) int {
		date := func(l string) string { return parsed[dated](t, l)[0].date() }
		return strings.Compare(date(a), date(b))
	})
	half := len(docs) / 2
	dir, first := filled(t, strings.Join(docs[:half], ""))
	second := must(t, strings.Join(docs[half:], ""), "cluster", "--db", dir, "-")
	list := must(t, "", "db", "list", dir)
	assert.Len(t, sorted(list), len(docs))
	once, _ := filled(t, strings.Join(docs, ""))
	assert.Equal(t, sorted(must(t, "", "db", "list", once)), sorted(list), "two runs in order of publication end as one does")
	assert.LessOrEqual(t, 100*apart(t, list, must(t, strings.Join(docs, ""), "cluster", "-")), len(docs), "and close to a batch")
	old := map[string]bool{}
	for _, l := range parsed[lines.Cluster](t, first) {
		old[l.ID] = true
	}
	joined := 0
	for _, l := range parsed[lines.Cluster](t, second) {
		assert.False(t, old[l.ID])
		if old[l.Of] {
			joined++
		}
	}
	assert.Positive(t, joined, "documents of the second run are copies of those of the first")
}

// date returns one that sorts, what has none last.
func (d dated) date() string {
	if d.Published == "" {
		return "~"
	}
	return d.Published
}

type dated struct {
	Published string `json:"published"`
}

func TestDBSameInputChangesNothing(t *testing.T) {
	in := collection(t, 13, 150)
	dir, first := filled(t, in)
	was := position(t, dir)
	for range 2 {
		assert.Equal(t, first, must(t, in, "cluster", "--db", dir, "-"))
		assert.Equal(t, was, position(t, dir))
	}
	// What is printed is what is known now.
	more := collection(t, 14, 50)
	must(t, strings.ReplaceAll(more, `"id":"`, `"id":"more-`), "cluster", "--db", dir, "-")
	again := must(t, in, "cluster", "--db", dir, "-")
	assert.Subset(t, sorted(must(t, "", "db", "list", dir)), sorted(again))
}

func TestDBUpdates(t *testing.T) {
	text, other := prose(newRand(1), 200), prose(newRand(2), 200)
	in := jsonl(t,
		map[string]any{"id": "a", "text": text, "published": "2024-03-01"},
		map[string]any{"id": "b", "text": other, "published": "2024-03-02"},
		map[string]any{"id": "b", "text": text, "published": "2024-02-01"}) // later, if not by its date
	dir, out := filled(t, in)
	placed := parsed[lines.Cluster](t, out)
	require.Len(t, placed, 3)
	assert.Equal(t, []string{"a", "b", "b"}, []string{placed[0].Cluster, placed[1].Cluster, placed[2].Cluster})
	assert.Equal(t, []int{1, 1, 2}, []int{placed[0].Size, placed[1].Size, placed[2].Size})
	assert.Equal(t, text, must(t, "", "db", "text", dir, "b"))
	var actions []string
	for _, c := range parsed[struct{ Action, ID string }](t, must(t, "", "db", "events", dir)) {
		actions = append(actions, c.Action+" "+c.ID)
	}
	assert.Equal(t, []string{"added a", "added b", "updated b"}, actions)
	assert.Len(t, sorted(must(t, "", "db", "events", dir, "--from", "3")), 1)
	assert.Empty(t, must(t, "", "db", "events", dir, "--from", "4"))
}

func TestDBSettings(t *testing.T) {
	in := collection(t, 15, 20)
	dir, out := filled(t, in, "--preset", "noisy")
	path := write(t, t.TempDir(), "c.jsonl", in)
	for _, flags := range []string{"", "--preset noisy", "--preset noisy --k 3 --max-matches 16", "--threads 1", "--expire 1000000h --cache 8 --texts drop"} {
		assert.Equal(t, out, must(t, "", append([]string{"cluster", "--db", dir, path}, strings.Fields(flags)...)...), flags)
	}
	for flags, want := range map[string]string{
		"--preset default":                 "K is 5, and the store has 3",
		"--k 3":                            "Containment is 0.5, and the store has 0.1",
		"--preset noisy --samples-only":    "SamplesOnly is true, and the store has false",
		"--preset noisy --max-matches 100": "MaxMatches is 100, and the store has 16",
		"--max-matches 16":                 "K is 5, and the store has 3",
	} {
		for _, command := range []string{"cluster", "pairs"} {
			r := call(t, "", append([]string{command, "--db", dir, path}, strings.Fields(flags)...)...)
			assert.Equal(t, exitUsage, r.code, flags)
			assert.Contains(t, r.err, want)
			assert.Empty(t, r.out)
		}
	}
}

func TestDBWrongUsage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	in := write(t, t.TempDir(), "c.jsonl", "")
	for _, c := range []struct{ args, want string }{
		{"cluster --cache 8 " + in, "--db DIR"},
		{"cluster --texts drop " + in, "--db DIR"},
		{"pairs --expire-by arrival --expire 3h " + in, "--db DIR"},
		{"pairs --max-matches 3 " + in, "--db DIR"},
		{"cluster --db= " + in, "--db is empty"},
		{"cluster --db " + dir, "INPUT"},
		{"cluster --cache 0 --db " + dir + " " + in, "--cache is 0"},
		{"cluster --cache 10000000 --db " + dir + " " + in, "--cache is 10000000"},
		{"cluster --min-free -1 --db " + dir + " " + in, "--min-free is -1"},
		{"cluster --min-free 1 " + in, "--db DIR"},
		{"cluster --texts some --db " + dir + " " + in, `--texts is "some"`},
		{"cluster --max-matches 0 --db " + dir + " " + in, "--max-matches is 0"},
		{"cluster --expire 3h --expire-by date --db " + dir + " " + in, `--expire-by is "date"`},
		{"cluster --expire-by arrival --db " + dir + " " + in, "want both"},
		{"cluster --window -3h --db " + dir + " " + in, "Window is -3h"},
		{"cluster --expire -3h --db " + dir + " " + in, "Window is -3h"},
		{"cluster --expire 3x --db " + dir + " " + in, "72h or 3d"},
		{"cluster --k 65 --db " + dir + " " + in, "65"},
		{"cluster --threads 0 --db " + dir + " " + in, "--threads is 0"},
		{"explain --db " + dir + " a b " + in, "two ids and --db DIR"},
		{"db lst", `no command "lst", did you mean list?`},
		{"help db lst", `no command "lst", did you mean list?`},
		{"db list", "the folder"},
		{"db stats", "the folder"},
		{"db stats a b", "the folder"},
		{"db check a b", "the folder"},
		{"db repair", "the folder"},
		{"db clock", "the folder"},
		{"db clock D --set soon", "want now, or a time"},
		{"db accept-loss", "the folder"},
		{"db events a b", "the folder"},
		{"db text a", "an id"},
		{"db remove " + dir, "want ids"},
		{"db remove --ids x " + dir + " a", "want ids"},
		{"db expire " + dir, "want --before"},
		{"db expire --older-than 3h --before 2024-01-01 " + dir, "want --before"},
		{"db expire --older-than -3h " + dir, "--older-than is -3h"},
		{"db expire --before yesterday " + dir, `--before is "yesterday"`},
		{"db expire --older-than 3h --by date " + dir, `--by is "date"`},
	} {
		t.Run(strings.ReplaceAll(c.args, dir, "db"), func(t *testing.T) {
			r := call(t, "", strings.Fields(c.args)...)
			assert.Equal(t, exitUsage, r.code)
			assert.Contains(t, r.err, c.want)
			assert.Contains(t, r.err, "--help")
			assert.Empty(t, r.out)
		})
	}
	assert.NoDirExists(t, dir)
}

// A folder that is no store is not made one by a command that looks or removes,
// and no folder is made.
func TestDBNotThere(t *testing.T) {
	none, empty, other := filepath.Join(t.TempDir(), "db"), t.TempDir(), t.TempDir()
	write(t, other, "notes.txt", "words")
	for _, args := range []string{"list", "stats", "check", "events", "text D a", "remove D a", "expire D --older-than 1h"} {
		for _, dir := range []string{none, empty, other} {
			if !strings.Contains(args, "D") {
				args += " D"
			}
			r := call(t, "", append([]string{"db"}, strings.Fields(strings.ReplaceAll(args, "D", dir))...)...)
			assert.Equal(t, exitError, r.code, "%s %s", args, dir)
			assert.Contains(t, r.err, "not a store", args)
			assert.Empty(t, r.out)
		}
	}
	r := call(t, "", "cluster", "--db", other, articles)
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.err, "notes.txt")
	assert.NoDirExists(t, none)
	files, err := os.ReadDir(empty)
	require.NoError(t, err)
	assert.Empty(t, files)
}

func TestDBListSome(t *testing.T) {
	dir, out := filled(t, collection(t, 16, 30))
	listed := strings.SplitAfter(out, "\n")
	id := func(i int) string { return parsed[lines.Cluster](t, listed[i])[0].ID }
	r := call(t, "", "db", "list", dir, id(7), "nobody", id(3), id(3))
	assert.Equal(t, exitError, r.code)
	assert.Equal(t, listed[7]+listed[3]+listed[3], r.out)
	assert.Equal(t, "reprint: not there: \"nobody\"\nreprint: documents named that are not there: 1\n", r.err)
	assert.Equal(t, listed[7], must(t, "", "db", "list", dir, id(7)))
}

// A folder without its index is made anew, and what was there before stays beside it.
func TestDBRepair(t *testing.T) {
	dir, _ := filled(t, collection(t, 18, 40))
	n := parsed[dbStatsLine](t, must(t, "", "db", "stats", "--json", dir))[0].Documents
	runs, err := filepath.Glob(filepath.Join(dir, "s*.run"))
	require.NoError(t, err)
	require.NoError(t, os.Remove(runs[0]))
	r := call(t, "", "db", "list", dir)
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.err, "db repair")
	assert.Equal(t, exitError, call(t, "", "db", "check", dir).code)
	r = call(t, "", "db", "repair", dir)
	assert.Equal(t, result{exitDone, "", fmt.Sprintf("reprint: %d documents, and what was there before is in %s.damaged\n", n, dir)}, r)
	assert.Contains(t, call(t, "", "db", "check", dir).err, fmt.Sprintf("reprint: %d documents, nothing wrong\n", n))
	assert.DirExists(t, dir+".damaged")

	db, err := pebble.Open(dir, &pebble.Options{Logger: quiet{}})
	require.NoError(t, err)
	require.NoError(t, db.DeleteRange([]byte("t"), append([]byte("t"), 0, 0, 0, 0, 0, 0, 0, 3), pebble.Sync))
	require.NoError(t, db.Close())
	r = call(t, "", "db", "repair", dir)
	assert.Equal(t, exitError, r.code)
	assert.Equal(t, 2, strings.Count(r.out, "its text is gone"))
	assert.Contains(t, r.err, "records gone: 5") // with the files of the receipt that Pebble alone has replaced
	assert.DirExists(t, dir+".damaged-2")
	must(t, "", "db", "check", dir)
}

func TestDBClock(t *testing.T) {
	dir, _ := filled(t, collection(t, 17, 20))
	c := parsed[dbClockLine](t, must(t, "", "db", "clock", dir))[0]
	assert.Zero(t, c.Ahead)
	assert.NotEmpty(t, c.Arrived)
	c = parsed[dbClockLine](t, must(t, "", "db", "clock", dir, "--set", "2020-02-03T04:05:06Z"))[0]
	assert.Equal(t, "2020-02-03T04:05:06Z", c.Arrived)
	assert.Equal(t, "2020-02-03T04:05:06Z", c.Published)
	r := call(t, `{"id":"x","text":"after a long pause"}`, "cluster", "--db", dir, "-")
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.err, "reprint db clock DIR --set now")
	assert.Contains(t, must(t, "", "db", "clock", dir, "--set", "now"), `"ahead":0`)
	must(t, `{"id":"x","text":"after a long pause"}`, "cluster", "--db", dir, "-")
	assert.Contains(t, call(t, "", "db", "check", dir).err, "nothing wrong")
}

func TestDBStats(t *testing.T) {
	dir, out := filled(t, collection(t, 17, 60))
	sizes := map[string]int{}
	for _, l := range parsed[lines.Cluster](t, out) {
		sizes[l.Cluster]++
	}
	n := parsed[dbStatsLine](t, must(t, "", "db", "stats", dir, "--json"))[0]
	want := dbStatsLine{Documents: strings.Count(out, "\n")}
	for _, size := range sizes {
		if size > 1 {
			want.Clusters++
			want.Clustered += size
			want.Largest = max(want.Largest, size)
		}
	}
	assert.Positive(t, n.DiskBytes)
	assert.Positive(t, n.Entries)
	want.Position, want.FirstEvent = uint64(want.Documents), 1
	want.DiskBytes, want.IndexBytes, want.Entries, want.Log = n.DiskBytes, n.IndexBytes, n.Entries, n.Log
	assert.Equal(t, want, n)
	words := must(t, "", "db", "stats", dir)
	assert.Contains(t, words, fmt.Sprintf("documents  %d\nclusters   %d of two or more, with %d documents; the largest has %d\n", want.Documents, want.Clusters, want.Clustered, want.Largest))
}

func TestSize(t *testing.T) {
	for n, want := range map[uint64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 9949: "9.9 kB", 9951: "10 kB", 999_499: "999 kB", 999_500: "1.0 MB", 105e6: "105 MB", 2e12: "2.0 TB", 5e15: "5000 TB"} {
		assert.Equal(t, want, size(n))
	}
}

func TestDBRemove(t *testing.T) {
	dir, out := filled(t, collection(t, 18, 30))
	listed := sorted(out)
	id := func(i int) string { return parsed[lines.Cluster](t, listed[i])[0].ID }

	r := call(t, "", "db", "remove", dir, id(0), "nobody", id(1))
	assert.Equal(t, exitError, r.code)
	assert.Equal(t, "reprint: not there: \"nobody\"\nreprint: documents removed: 2\nreprint: documents named that are not there: 1\n", r.err)
	assert.Empty(t, r.out)
	assert.Contains(t, call(t, "", "db", "text", dir, id(0)).err, "no such document")

	r = call(t, "\n"+id(2)+"\r\n "+id(3)+" \n", "db", "remove", dir, "--ids", "-")
	assert.Equal(t, exitDone, r.code, r.err)
	assert.Equal(t, "reprint: documents removed: 2\n", r.err)
	r = call(t, "", "db", "remove", dir, "--ids", write(t, t.TempDir(), "ids.txt.gz", gzipped(t, id(4)+"\n"+id(4)+"\n")))
	assert.Equal(t, exitDone, r.code, r.err)
	assert.Equal(t, "reprint: documents removed: 1\n", r.err)
	assert.Equal(t, exitError, call(t, "", "db", "remove", dir, "--ids", filepath.Join(dir, "none")).code)

	r = call(t, id(5)+"\n"+strings.Repeat("x", input.LongestKept+1)+"\n", "db", "remove", dir, "--ids", "-")
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.err, "-:2: ")
	assert.Contains(t, r.err, "documents removed: 0")

	assert.Len(t, sorted(must(t, "", "db", "list", dir)), len(listed)-5)
	assert.Contains(t, call(t, "", "db", "check", dir).err, fmt.Sprintf("reprint: %d documents, nothing wrong\n", len(listed)-5))
}

func TestDBExpire(t *testing.T) {
	doc := func(id, date string) map[string]any {
		return map[string]any{"id": id, "text": prose(newRand(1), 50), "published": date}
	}
	dir, _ := filled(t, jsonl(t, doc("a", "2024-03-01"), doc("b", "2024-03-02"), doc("c", "2024-03-03"), doc("d", "")))
	expire := func(args ...string) string {
		r := call(t, "", append([]string{"db", "expire", dir}, args...)...)
		assert.Equal(t, exitDone, r.code)
		assert.Empty(t, r.out)
		return r.err
	}
	assert.Equal(t, "reprint: documents expired: 1\n", expire("--before", "2024-03-02"))
	assert.Equal(t, "reprint: documents expired: 0\n", expire("--before", "2024-03-02T00:00:00Z"))
	assert.Equal(t, "reprint: documents expired: 0\n", expire("--older-than", "24h", "--by", "arrival"))
	assert.Equal(t, "reprint: documents expired: 2\n", expire("--older-than", "24h"))
	assert.Equal(t, `{"id":"d","cluster":"d","size":1}`+"\n", must(t, "", "db", "list", dir))
	assert.Equal(t, "reprint: documents expired: 1\n", expire("--older-than", "0s"))
}

func TestDBWindow(t *testing.T) {
	text := prose(newRand(1), 100)
	doc := func(id, date string) map[string]any {
		return map[string]any{"id": id, "text": text, "published": date}
	}
	dir, out := filled(t, jsonl(t, doc("a", "2024-03-01"), doc("b", "2024-03-09")))
	assert.Equal(t, 2, parsed[lines.Cluster](t, out)[1].Size, "without a window")

	in := jsonl(t, doc("c", "2024-03-10"), doc("d", "2024-03-01"))
	r := call(t, in, "cluster", "--db", dir, "--expire", "3d", "-")
	assert.Equal(t, exitDone, r.code)
	assert.Contains(t, r.err, "reprint: documents older than --expire, passed over: 1\n")
	var got []string
	for _, l := range parsed[lines.Cluster](t, r.out) {
		got = append(got, l.ID)
	}
	assert.Equal(t, []string{"c"}, got)
	ids := func() (all []string) {
		for _, l := range parsed[lines.Cluster](t, must(t, "", "db", "list", dir)) {
			all = append(all, l.ID)
		}
		return all
	}
	assert.Equal(t, []string{"b", "c"}, ids())
	must(t, jsonl(t, doc("e", "2024-02-01")), "cluster", "--db", dir, "--expire", "10000h", "--expire-by", "arrival", "-")
	assert.Equal(t, []string{"e", "b", "c"}, ids())
	must(t, jsonl(t, doc("f", "2024-02-02")), "cluster", "--db", dir, "--expire", "1ns", "--expire-by", "arrival", "-")
	assert.Equal(t, []string{"f"}, ids())
}

func TestDBTexts(t *testing.T) {
	dir, _ := filled(t, good)
	assert.Equal(t, "first", must(t, "", "db", "text", dir, "a"))
	must(t, `{"id":"b","text":"second"}`, "cluster", "--db", dir, "--texts", "drop", "-")
	r := call(t, "", "db", "text", dir, "b")
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.err, "the text is not kept")
}

// Lines before a bad one are added; with --skip-bad those after it, too.
func TestDBBadLines(t *testing.T) {
	bad := []string{`{"id":"b"`, `{"id":"` + strings.Repeat("x", input.LongestKept+1) + `","text":"t"}`}
	for _, line := range bad {
		in := good + line + "\n" + `{"id":"z","text":"last"}` + "\n"
		dir := filepath.Join(t.TempDir(), "db")
		r := call(t, in, "cluster", "--db", dir, "-")
		assert.Equal(t, exitError, r.code)
		assert.Contains(t, r.err, "-:2: ")
		assert.Equal(t, `{"id":"a","cluster":"a","size":1}`+"\n", r.out)
		r = call(t, in, "cluster", "--db", dir, "--skip-bad", "-")
		assert.Equal(t, exitDone, r.code)
		assert.Contains(t, r.err, "reprint: bad lines skipped: 1 (the first -:2: ")
		assert.Equal(t, 2, strings.Count(r.out, "\n"))
	}
}

func TestDBCheck(t *testing.T) {
	dir, out := filled(t, collection(t, 19, 20))
	n := strings.Count(out, "\n")
	assert.Equal(t, result{exitDone, "", fmt.Sprintf("reprint: %d documents, nothing wrong\n", n)}, call(t, "", "db", "check", dir))
	damage(t, dir, 3)
	damage(t, dir, 5)
	must(t, "", "db", "accept-loss", dir) // of what was written without the receipt
	r := call(t, "", "db", "check", dir)
	assert.Equal(t, exitError, r.code)
	lines := sorted(r.out)
	require.Len(t, lines, 2, r.out)
	for _, l := range lines {
		assert.Contains(t, l, "does not decompress")
	}
	assert.Equal(t, "reprint: store: damaged: problems found: 2\n", r.err)
}

// damage makes the text of the document at a position undecodable.
func damage(t testing.TB, dir string, position uint64) {
	t.Helper()
	db, err := pebble.Open(dir, &pebble.Options{FormatMajorVersion: pebble.FormatValueSeparation, Logger: quiet{}})
	require.NoError(t, err)
	require.NoError(t, db.Set(binary.BigEndian.AppendUint64([]byte("t"), position), []byte("?"), pebble.Sync))
	require.NoError(t, db.Close())
}

type quiet struct{}

func (quiet) Infof(string, ...any)           {}
func (quiet) Errorf(string, ...any)          {}
func (quiet) Fatalf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }

// A folder's pairs are those of what is known when a batch is added. Fed again they are
// printed again, by what is known then.
func TestDBPairs(t *testing.T) {
	docs := slices.Collect(strings.Lines(collection(t, 20, 250)))
	in := strings.Join(docs, "")
	dir := filepath.Join(t.TempDir(), "db")
	r := call(t, in, "pairs", "--db", dir, "--max-matches", "1000", "--stats", "-")
	assert.Regexp(t, `^reprint: \d+ documents, \d+ candidates verified`, r.err)
	assert.Equal(t, r.out, must(t, in, "pairs", "--db", dir, "-"))

	pairs := func(out string) (all []string) {
		for _, l := range parsed[lines.Pair](t, out) {
			all = append(all, l.A+" "+l.B)
		}
		slices.Sort(all)
		assert.Equal(t, slices.Compact(slices.Clone(all)), all, "each once")
		return all
	}
	parts, inParts := filepath.Join(t.TempDir(), "db"), ""
	for part := range slices.Chunk(docs, 50) {
		inParts += must(t, strings.Join(part, ""), "pairs", "--db", parts, "--max-matches", "1000", "-")
	}
	whole := pairs(must(t, in, "pairs", "-"))
	for name, out := range map[string]string{"one batch": r.out, "parts": inParts, "parts again": must(t, in, "pairs", "--db", parts, "-")} {
		same := 0
		all := pairs(out)
		for _, p := range all {
			if _, ok := slices.BinarySearch(whole, p); ok {
				same++
			}
		}
		t.Logf("%s: %d pairs, %d of the %d without a folder", name, len(all), same, len(whole))
		assert.Greater(t, same, len(whole)*95/100, name)
		assert.Less(t, len(all), len(whole)*105/100, name)
	}
}

// Of many copies of a text each has as many pairs as may be printed, and the same ones when
// it comes again, but for those of one that has another text by then.
func TestDBPairsOfMany(t *testing.T) {
	r := newRand(3)
	text := prose(r, 200)
	var docs []map[string]any
	for i, id := range r.Perm(40) {
		docs = append(docs, map[string]any{"id": fmt.Sprint("copy", id), "text": text, "published": fmt.Sprintf("2024-03-01T%02d:00:00Z", i%24)})
	}
	docs = append(docs, map[string]any{"id": "other", "text": text}, map[string]any{"id": "other", "text": prose(r, 200)})
	dir := filepath.Join(t.TempDir(), "db")
	out := must(t, jsonl(t, docs...), "pairs", "--db", dir, "--max-matches", "5", "-")
	own := map[string]int{}
	for _, l := range parsed[lines.Pair](t, out) {
		own[l.B]++
	}
	want := map[int]int{1: 1, 2: 1, 3: 1, 4: 1, 5: 36}
	got := map[int]int{}
	for _, n := range own {
		got[n]++
	}
	assert.Equal(t, want, got)
	docs = append(docs[:40], docs[41])
	r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	before, _, _ := strings.Cut(out, `{"a":"copy11","b":"other"`)
	assert.Equal(t, before, must(t, jsonl(t, docs...), "pairs", "--db", dir, "-"))
}

// A pair is printed with the one first that was published first, whichever comes
// first.
func TestDBPairsInOrderOfPublication(t *testing.T) {
	r := newRand(1)
	article := prose(r, 200)
	page := prose(r, 300) + "\n\n" + article
	for _, dates := range [][2]string{{"2024-03-01", "2024-03-02"}, {"2024-03-02", "2024-03-01"}, {"", ""}, {"", "2024-03-01"}, {"2024-03-01", ""}} {
		docs := []map[string]any{{"id": "page", "text": page, "published": dates[0]}, {"id": "article", "text": article, "published": dates[1]}}
		want := must(t, jsonl(t, docs...), "pairs", "-")
		require.Len(t, sorted(want), 1)
		for _, order := range [][2]int{{0, 1}, {1, 0}} {
			dir := filepath.Join(t.TempDir(), "db")
			assert.Empty(t, must(t, jsonl(t, docs[order[0]]), "pairs", "--db", dir, "-"))
			assert.Equal(t, want, must(t, jsonl(t, docs[order[1]]), "pairs", "--db", dir, "-"), "%v %v", dates, order)
			assert.Equal(t, want, must(t, jsonl(t, docs...), "pairs", "--db", dir, "-"), "%v again", dates)
		}
	}
}

func TestDBLocked(t *testing.T) {
	dir, _ := filled(t, good)
	s, err := store.Open(dir, store.Options{})
	require.NoError(t, err)
	defer s.Close()
	for _, args := range [][]string{
		{"cluster", "--db", dir, "-"}, {"pairs", "--db", dir, "-"}, {"db", "repair", dir}, {"db", "clock", dir, "--set", "now"},
		{"db", "remove", dir, "a"}, {"db", "expire", dir, "--older-than", "1h"},
	} {
		r := call(t, "", args...)
		assert.Equal(t, exitError, r.code, "%v", args)
		assert.Contains(t, r.err, "open in another process", "%v", args)
		assert.Empty(t, r.out)
	}
}

func TestDBHelp(t *testing.T) {
	for _, args := range []string{"db", "db --help", "help db"} {
		assert.Contains(t, must(t, "", strings.Fields(args)...), "reprint db list news.reprint")
	}
	for _, args := range []string{"help db list", "db list --help"} {
		assert.Contains(t, must(t, "", strings.Fields(args)...), "reprint db list news.reprint article-17")
	}
}

func TestDBOutputThatFails(t *testing.T) {
	in := collection(t, 21, 40)
	dir, _ := filled(t, in)
	for _, args := range [][]string{
		{"cluster", "--db", dir, "-"}, {"pairs", "--db", dir, "-"}, {"db", "list", dir}, {"db", "stats", dir}, {"db", "stats", "--json", dir},
		{"db", "events", dir}, {"db", "text", dir, "article-000"},
	} {
		var stderr strings.Builder
		assert.Equal(t, exitError, run(t.Context(), args, strings.NewReader(in), &failing{left: 10}, &stderr), "%v", args)
		assert.Contains(t, stderr.String(), "closed pipe", "%v", args)
	}
	must(t, "", "db", "check", dir) // it is not locked
}

// apart returns how many documents have another cluster in one of two listings.
func apart(t *testing.T, a, b string) (n int) {
	of := map[string]string{}
	for _, l := range parsed[lines.Cluster](t, a) {
		of[l.ID] = l.Cluster
	}
	placed := parsed[lines.Cluster](t, b)
	require.Len(t, placed, len(of))
	for _, l := range placed {
		if of[l.ID] != l.Cluster {
			n++
		}
	}
	return n
}
