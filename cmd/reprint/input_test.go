package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

func gzipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, s)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func zstandard(t testing.TB, s string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	defer w.Close()
	return string(w.EncodeAll([]byte(s), nil))
}

// read returns the documents of an input.
func read(t testing.TB, stdin string, in input) ([]reprint.Document, string, error) {
	t.Helper()
	var stderr bytes.Buffer
	in.ctx, in.stdin, in.stderr = t.Context(), strings.NewReader(stdin), &stderr
	var docs []reprint.Document
	for d, err := range in.Documents() {
		if err != nil {
			return docs, stderr.String(), err
		}
		docs = append(docs, d)
	}
	in.Report()
	return docs, stderr.String(), nil
}

func ids(docs []reprint.Document) []string {
	var all []string
	for _, d := range docs {
		all = append(all, d.ID)
	}
	return all
}

func TestForms(t *testing.T) {
	dir := t.TempDir()
	two := `{"id":"x","text":"first"}` + "\n" + `{"id":"y","text":"second"}` + "\n"
	lines := []reprint.Document{{ID: "x", Text: "first"}, {ID: "y", Text: "second"}}
	for _, c := range []struct {
		name, content string
		want          []reprint.Document
	}{
		{"a.jsonl", two, lines},
		{"b.jsonl", strings.TrimSuffix(two, "\n"), lines},
		{"c.jsonl", "\ufeff\r\n" + strings.ReplaceAll(two, "\n", "\r\n\r\n  \t\n"), lines},
		{"bom.jsonl", "\ufeff" + two, lines},
		{"D.JSONL", two, lines},
		{"a.jsonl.gz", gzipped(t, two), lines},
		{"members.jsonl.gz", gzipped(t, two[:30]) + gzipped(t, two[30:]), lines},
		{"a.jsonl.zst", zstandard(t, two), lines},
		{"a.b.txt", "one\n", []reprint.Document{{ID: "a.b.txt", Text: "one\n"}}},
		{"a.txt.gz", gzipped(t, "one\n"), []reprint.Document{{ID: "a.txt.gz", Text: "one\n"}}},
		{"a.txt.zst", zstandard(t, "one\n"), []reprint.Document{{ID: "a.txt.zst", Text: "one\n"}}},
		{"A.TXT.GZ", gzipped(t, "one\n"), []reprint.Document{{ID: "A.TXT.GZ", Text: "one\n"}}},
		{"invalid.txt", "\xff\x00", []reprint.Document{{ID: "invalid.txt", Text: "\xff\x00"}}},
		{"none.jsonl", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			docs, _, err := read(t, "", input{paths: []string{write(t, dir, c.name, c.content)}})
			require.NoError(t, err)
			assert.Equal(t, c.want, docs)
		})
	}
	t.Run("stdin", func(t *testing.T) {
		docs, _, err := read(t, two, input{paths: []string{"-"}})
		require.NoError(t, err)
		assert.Equal(t, lines, docs)
	})
	t.Run("several", func(t *testing.T) {
		docs, _, err := read(t, two, input{paths: []string{filepath.Join(dir, "a.txt.gz"), "-", filepath.Join(dir, "a.b.txt")}})
		require.NoError(t, err)
		assert.Equal(t, []string{"a.txt.gz", "x", "y", "a.b.txt"}, ids(docs))
	})
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "news.d")
	for _, name := range []string{"z.txt", "b/2.txt", "b/1.txt", "b/c/d.txt.gz", "a.txt", "readme.md", "b/photo.jpg"} {
		content := name
		if strings.HasSuffix(name, ".gz") {
			content = gzipped(t, content)
		}
		write(t, dir, name, content)
	}
	write(t, dir, "m.jsonl", `{"id":"lines/x","text":""}`)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "folder.txt"), 0o777))
	want := []string{"a.txt", "b/1.txt", "b/2.txt", "b/c/d.txt.gz", "lines/x", "z.txt"}

	for _, path := range []string{dir, dir + "/", filepath.Join(dir, "b", "..")} {
		docs, _, err := read(t, "", input{paths: []string{path}})
		require.NoError(t, err)
		assert.Equal(t, want, ids(docs), path)
		assert.Equal(t, "b/c/d.txt.gz", docs[3].Text)
	}
	t.Run("dot", func(t *testing.T) {
		t.Chdir(dir)
		docs, _, err := read(t, "", input{paths: []string{"."}})
		require.NoError(t, err)
		assert.Equal(t, want, ids(docs))
	})
	t.Run("link", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("links need a privilege there")
		}
		link := filepath.Join(t.TempDir(), "link")
		require.NoError(t, os.Symlink(dir, link))
		docs, _, err := read(t, "", input{paths: []string{link}})
		require.NoError(t, err)
		assert.Equal(t, want, ids(docs))
	})
	t.Run("nothing", func(t *testing.T) {
		empty := t.TempDir()
		write(t, empty, "readme.md", "words")
		r := call(t, "", "cluster", empty)
		assert.Equal(t, exitError, r.code)
		assert.Contains(t, r.err, "no .jsonl or .txt file in this folder")
	})
	t.Run("and others", func(t *testing.T) {
		other := write(t, t.TempDir(), "other.txt", "")
		docs, _, err := read(t, "", input{paths: []string{other, dir}})
		require.NoError(t, err)
		assert.Equal(t, append([]string{"other.txt"}, want...), ids(docs))
	})
}

func TestFields(t *testing.T) {
	day := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		line string
		want reprint.Document
	}{
		{`{"id":"x"}`, reprint.Document{ID: "x"}},
		{`{"id":"x","text":null,"title":null,"site":null,"date":null}`, reprint.Document{ID: "x"}},
		{`{"id":"x","text":"t","title":"T","url":"u","other":[1,{}]}`, reprint.Document{ID: "x", Text: "t", Title: "T", URL: "u"}},
		{`{"id":"x","site":"s"}`, reprint.Document{ID: "x", Site: "s"}},
		{`{"id":"x","source":"s"}`, reprint.Document{ID: "x", Site: "s"}},
		{`{"id":"x","source":"r","site":"s"}`, reprint.Document{ID: "x", Site: "s"}},
		{`{"id":"x","source":7}`, reprint.Document{ID: "x", Site: "7"}},
		{`{"id":"x","published":"2024-03-05"}`, reprint.Document{ID: "x", Published: day}},
		{`{"id":"x","date":"2024-03-05"}`, reprint.Document{ID: "x", Published: day}},
		{`{"id":"x","date":"2020-01-01","published":"2024-03-05"}`, reprint.Document{ID: "x", Published: day}},
		{`{"id":"x","date":20240305}`, reprint.Document{ID: "x", Published: day}},
		{`{"id":"\u00e9\ud83d\ude00\"","text":"a\u0000\n"}`, reprint.Document{ID: "é😀\"", Text: "a\x00\n"}},
	} {
		docs, _, err := read(t, c.line, input{paths: []string{"-"}})
		require.NoError(t, err, c.line)
		assert.Equal(t, []reprint.Document{c.want}, docs, c.line)
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"2024-03-05T10:11:12Z":            "2024-03-05T10:11:12Z",
		"2024-03-05T10:11:12.5+02:00":     "2024-03-05T08:11:12.5Z",
		"2024-03-05T10:11:12+0200":        "2024-03-05T08:11:12Z",
		"2024-03-05T10:11+02:00":          "2024-03-05T08:11:00Z",
		"2024-03-05T10:11:12":             "2024-03-05T10:11:12Z",
		"2024-03-05 10:11:12":             "2024-03-05T10:11:12Z",
		"2024-03-05 10:11:12.345678":      "2024-03-05T10:11:12.345678Z",
		" 2024-03-05\t":                   "2024-03-05T00:00:00Z",
		"20240305":                        "2024-03-05T00:00:00Z",
		"5 Mar 2024":                      "2024-03-05T00:00:00Z",
		"March 5, 2024":                   "2024-03-05T00:00:00Z",
		"5.3.2024":                        "2024-03-05T00:00:00Z",
		"10Apr2007":                       "2007-04-10T00:00:00Z",
		"26-FEB-1987 15:01:01.79":         "1987-02-26T15:01:01.79Z",
		"Tue, 05 Mar 2024 10:11:12 +0100": "2024-03-05T09:11:12Z",
		"Tue, 5 Mar 2024 10:11:12 GMT":    "2024-03-05T10:11:12Z",
		"Tue, 5 Mar 2024 10:11:12 EST":    "2024-03-05T15:11:12Z",
		"Tue, 05 Mar 2024 10:11:12 PDT":   "2024-03-05T17:11:12Z",
		"Tue Mar 05 10:11:12 +0000 2024":  "2024-03-05T10:11:12Z",
		"2024-03-05 10:11:12 -0500 EST":   "2024-03-05T15:11:12Z",
		"0001-01-01T00:00:00Z":            "0001-01-01T00:00:00Z",
		"":                                "0001-01-01T00:00:00Z",
	} {
		got, ok := parseTime(in)
		assert.True(t, ok, in)
		assert.Equal(t, want, got.UTC().Format(time.RFC3339Nano), in)
	}
	for _, in := range []string{"yesterday", "2024-13-05", "1709633472", "05/03/2024", "2024-03-05T25:00:00Z"} {
		_, ok := parseTime(in)
		assert.False(t, ok, in)
	}
}

// A name of a time zone means the same wherever the command runs.
func TestDatesDoNotDependOnTheMachine(t *testing.T) {
	before := time.Local
	defer func() { time.Local = before }()
	time.Local = time.FixedZone("CET", 3600)
	got, ok := parseTime("Tue, 05 Mar 2024 10:11:12 CET")
	require.True(t, ok)
	here := got.UTC()
	time.Local = time.UTC
	got, ok = parseTime("Tue, 05 Mar 2024 10:11:12 CET")
	require.True(t, ok)
	assert.Equal(t, here, got.UTC())
}

func TestWhatIsLackingIsCounted(t *testing.T) {
	in := `{"id":"a","text":"words","date":"yesterday"}
{"id":"b","text":"words","date":1709633472}
{"id":"c","text":"words","date":{"day":5}}
{"id":"d","text":"words","date":"2024-03-05"}
{"id":"e"}
{"id":"f","text":" \n"}
`
	r := call(t, in, "cluster", "-", write(t, t.TempDir(), "empty.txt", ""))
	assert.Equal(t, exitDone, r.code)
	assert.Equal(t, 7, strings.Count(r.out, "\n"))
	assert.Equal(t, "reprint: documents without text, which match nothing: 3\nreprint: dates in no known form, taken as unknown: 3\n", r.err)
	for _, args := range [][]string{{"pairs", "-"}, {"explain", "a", "b", "-"}} {
		assert.Contains(t, call(t, in, args...).err, "dates in no known form, taken as unknown: 3", "%v", args)
	}
	assert.Empty(t, call(t, `{"id":"a","text":"words"}`, "cluster", "-").err)
}

const good = `{"id":"a","text":"first"}` + "\n"

var badLines = []struct{ line, want string }{
	{`{"id":"b","text":`, "no JSON document"},
	{`{"id":"b"} {"id":"c"}`, "no JSON document"},
	{`words`, "no JSON document"},
	{`["b"]`, "no JSON document"},
	{"\x1f\x8b\x08\x00", "no JSON document"},
	{`{"text":"second"}`, `the document has no "id"`},
	{`{"id":null,"text":"second"}`, `the document has no "id"`},
	{`{"id":"","text":"second"}`, `the document has no "id"`},
	{`null`, `the document has no "id"`},
	{`{}`, `the document has no "id"`},
	{`{"id":7,"text":"second"}`, `"id" is of type number, want a string`},
	{`{"id":"b","text":["second"]}`, `"text" is of type array, want a string`},
	{`{"id":"a","text":"second"}`, `the id "a" was there before`},
}

func TestBadLines(t *testing.T) {
	dir := t.TempDir()
	for i, c := range badLines {
		path := write(t, dir, fmt.Sprintf("%d.jsonl", i), good+"\n"+c.line+"\n")
		for _, args := range [][]string{
			{"cluster", path},
			{"pairs", "--threads", "3", path},
			{"explain", "a", "a", path},
			{"eval", "--labels", write(t, dir, "l.jsonl", `{"id":"a","cluster":"x"}`), path},
		} {
			r := call(t, "", args...)
			assert.Equal(t, exitError, r.code, c.line)
			assert.Contains(t, r.err, path+":3: "+c.want, "%v", args)
			assert.Empty(t, r.out)
		}
		r := call(t, good+c.line, "cluster", "-")
		assert.Equal(t, exitError, r.code, c.line)
		assert.Contains(t, r.err, "-:2: "+c.want)
	}
}

func TestSkipBad(t *testing.T) {
	var b strings.Builder
	b.WriteString(good)
	for _, c := range badLines {
		b.WriteString(c.line + "\n")
	}
	b.WriteString(`{"id":"z","text":"last"}` + "\n")
	r := call(t, b.String(), "cluster", "--skip-bad", "-")
	assert.Equal(t, exitDone, r.code)
	assert.Equal(t, fmt.Sprintf("reprint: bad lines skipped: %d\n", len(badLines)), r.err)
	assert.Equal(t, `{"id":"a","cluster":"a","size":1}`+"\n"+`{"id":"z","cluster":"z","size":1}`+"\n", r.out)
}

func TestSameIDInTwoInputs(t *testing.T) {
	dir := t.TempDir()
	one, two := write(t, dir, "1/a.txt", ""), write(t, dir, "2/a.txt", "")
	r := call(t, "", "cluster", one, two)
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.err, two+`: the id "a.txt" was there before`)
	assert.Len(t, parsed[clusterLine](t, must(t, "", "cluster", dir)), 2, "in one folder, ids are paths")
}

func TestFilesThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	doc := strings.Repeat(good, 1)
	gz, zst := gzipped(t, doc+prose(newRand(1), 300)), zstandard(t, doc+prose(newRand(1), 300))
	for name, content := range map[string]string{
		"short.jsonl.gz":  gz[:len(gz)-9],
		"short.jsonl.zst": zst[:len(zst)-9],
		"short.txt.gz":    gz[:len(gz)-9],
		"short.txt.zst":   zst[:len(zst)-9],
		"sum.txt.gz":      gz[:len(gz)-8] + "\x00\x00\x00\x00" + gz[len(gz)-4:],
		"empty.txt.gz":    "",
		"plain.jsonl.gz":  doc,
		"plain.jsonl.zst": doc,
	} {
		path := write(t, dir, name, content)
		for _, args := range [][]string{
			{"cluster", path},
			{"cluster", "--skip-bad", path},
			{"compare", path, path},
			{"compare", "--pairs", path},
			{"eval", "--labels", path, articles},
		} {
			r := call(t, "", args...)
			assert.Equal(t, exitError, r.code, "%v", args)
			assert.Contains(t, r.err, name, "%v", args)
			assert.Empty(t, r.out)
		}
	}
	for _, args := range [][]string{
		{"cluster", filepath.Join(dir, "none.txt")},
		{"cluster", filepath.Join(dir, "none")},
		{"pairs", "-", filepath.Join(dir, "none.txt")},
		{"compare", filepath.Join(dir, "none.txt"), "-"},
		{"compare", "--pairs", filepath.Join(dir, "none.jsonl")},
		{"eval", "--labels", filepath.Join(dir, "none.jsonl"), articles},
	} {
		r := call(t, "", args...)
		assert.Equal(t, exitError, r.code, "%v", args)
		assert.Contains(t, r.err, "none", "%v", args)
	}
}

// What is refused for its length is not held, and lines after it are read.
func TestLineThatIsTooLong(t *testing.T) {
	const longest = 3 << 20 // some times what is read at once
	long := strings.Repeat(" ", longest)
	r := strings.NewReader(good + long + "x\n" + good + long[1:] + "\n" + long + long + long + "x")
	var ns []int
	for l, err := range lines(r, longest) {
		ns = append(ns, l.n)
		if l.n == 3 {
			assert.NoError(t, err)
			assert.Equal(t, strings.TrimSpace(good), string(l.text))
		} else if l.n > 1 {
			assert.ErrorAs(t, err, &errBad{})
			assert.ErrorContains(t, err, "3 MiB")
		}
	}
	assert.Equal(t, []int{1, 2, 3, 5}, ns, "the fourth is blank")
}

func FuzzInput(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("\ufeff" + good + "\r\n" + good))
	f.Add([]byte(`{"id":"x","text":"t","site":"s","source":1,"date":"5 Mar 2024","title":[],"url":{}}`))
	for _, c := range badLines {
		f.Add([]byte(good + c.line + "\n" + good))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		strict, _, bad := read(t, string(data), input{paths: []string{"-"}})
		skipped, stderr, err := read(t, string(data), input{paths: []string{"-"}, skipBad: true})
		require.NoError(t, err)
		seen := map[string]bool{}
		for _, d := range skipped {
			require.NotEmpty(t, d.ID)
			require.False(t, seen[d.ID])
			seen[d.ID] = true
		}
		require.Equal(t, bad != nil, strings.Contains(stderr, "bad lines skipped"))
		require.True(t, slices.Equal(ids(strict), ids(skipped)[:len(strict)]))
		if bad != nil {
			require.ErrorAs(t, bad, &errBad{})
			require.Regexp(t, `^-:\d+: `, bad.Error())
		}
	})
}

// Blocks are read into memory that is used again: what was read before keeps its
// text.
func TestRecordsKeepTheirTexts(t *testing.T) {
	text := func(i int) string { return strings.Repeat(fmt.Sprintf("word%d \u00e9 ", i), 300) }
	var b strings.Builder
	const n = 600 // several blocks for each thread
	for i := range n {
		line, err := json.Marshal(map[string]any{"id": fmt.Sprint(i), "text": text(i), "title": text(-i), "url": []int{i}})
		require.NoError(t, err)
		b.Write(append(line, '\n'))
	}
	require.Greater(t, b.Len(), 4*blockSize)
	var all []parsedLine
	for l := range records(io.NopCloser(strings.NewReader(b.String())), 2) {
		require.NoError(t, l.err)
		all = append(all, l)
	}
	require.Len(t, all, n)
	for i, l := range all {
		require.Equal(t, fmt.Sprint(i), *l.ID)
		require.Equal(t, text(i), l.Text)
		require.Equal(t, loose(text(-i)), l.Title)
		require.Equal(t, loose(fmt.Sprintf("[%d]", i)), l.URL)
	}
}
