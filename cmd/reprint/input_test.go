package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
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
func read(t testing.TB, stdin string, o input.Options) ([]reprint.Document, string, error) {
	t.Helper()
	var stderr bytes.Buffer
	o.Stdin, o.Stderr = strings.NewReader(stdin), &stderr
	in := input.New(t.Context(), o)
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
		{"invalid.txt", "caf\xe9", []reprint.Document{{ID: "invalid.txt", Text: "café"}}},
		{"none.jsonl", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			docs, _, err := read(t, "", input.Options{Paths: []string{write(t, dir, c.name, c.content)}})
			require.NoError(t, err)
			assert.Equal(t, c.want, docs)
		})
	}
	t.Run("stdin", func(t *testing.T) {
		docs, _, err := read(t, two, input.Options{Paths: []string{"-"}})
		require.NoError(t, err)
		assert.Equal(t, lines, docs)
	})
	t.Run("several", func(t *testing.T) {
		docs, _, err := read(t, two, input.Options{Paths: []string{filepath.Join(dir, "a.txt.gz"), "-", filepath.Join(dir, "a.b.txt")}})
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
		docs, _, err := read(t, "", input.Options{Paths: []string{path}})
		require.NoError(t, err)
		assert.Equal(t, want, ids(docs), path)
		assert.Equal(t, "b/c/d.txt.gz", docs[3].Text)
	}
	t.Run("dot", func(t *testing.T) {
		t.Chdir(dir)
		docs, _, err := read(t, "", input.Options{Paths: []string{"."}})
		require.NoError(t, err)
		assert.Equal(t, want, ids(docs))
	})
	t.Run("link", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("links need a privilege there")
		}
		link := filepath.Join(t.TempDir(), "link")
		require.NoError(t, os.Symlink(dir, link))
		docs, _, err := read(t, "", input.Options{Paths: []string{link}})
		require.NoError(t, err)
		assert.Equal(t, want, ids(docs))
	})
	t.Run("nothing", func(t *testing.T) {
		empty := t.TempDir()
		write(t, empty, "readme.md", "words")
		r := call(t, "", "cluster", empty)
		assert.Equal(t, exitError, r.code)
		assert.Contains(t, r.err, "no file that can be read, such as .jsonl, .csv or .txt: ")
	})
	t.Run("and others", func(t *testing.T) {
		other := write(t, t.TempDir(), "other.txt", "")
		docs, _, err := read(t, "", input.Options{Paths: []string{other, dir}})
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
		{`{"id":"x","text":"t"}`, reprint.Document{ID: "x", Text: "t"}},
		{`{"id":"x","text":"t","title":null,"site":null,"date":null}`, reprint.Document{ID: "x", Text: "t"}},
		{`{"id":"x","text":"t","title":"T","url":"u","other":[1,{}]}`, reprint.Document{ID: "x", Text: "t", Title: "T", URL: "u"}},
		{`{"id":"x","text":"t","site":"s"}`, reprint.Document{ID: "x", Text: "t", Site: "s"}},
		{`{"id":"x","text":"t","source":"s"}`, reprint.Document{ID: "x", Text: "t", Site: "s"}},
		{`{"id":"x","text":"t","source":"r","site":"s"}`, reprint.Document{ID: "x", Text: "t", Site: "s"}},
		{`{"id":"x","text":"t","source":7}`, reprint.Document{ID: "x", Text: "t", Site: "7"}},
		{`{"id":"x","text":"t","published":"2024-03-05"}`, reprint.Document{ID: "x", Text: "t", Published: day}},
		{`{"id":"x","text":"t","date":"2024-03-05"}`, reprint.Document{ID: "x", Text: "t", Published: day}},
		{`{"id":"x","text":"t","date":"2020-01-01","published":"2024-03-05"}`, reprint.Document{ID: "x", Text: "t", Published: day}},
		{`{"id":"x","text":"t","date":20240305}`, reprint.Document{ID: "x", Text: "t", Published: day}},
		{`{"id":"\u00e9\ud83d\ude00\"","text":"a\u0000\n"}`, reprint.Document{ID: "é😀\"", Text: "a\x00\n"}},
	} {
		docs, _, err := read(t, c.line, input.Options{Paths: []string{"-"}})
		require.NoError(t, err, c.line)
		assert.Equal(t, []reprint.Document{c.want}, docs, c.line)
	}
}

func TestWhatIsLackingIsCounted(t *testing.T) {
	in := `{"id":"a","text":"words","date":"yesterday"}
{"id":"b","text":"words","date":"March"}
{"id":"c","text":"words","date":{"day":5}}
{"id":"d","text":"words","date":"2024-03-05"}
{"id":"e"}
{"id":"f","text":" \n"}
`
	r := call(t, in, "cluster", "-", write(t, t.TempDir(), "empty.txt", ""))
	assert.Equal(t, exitDone, r.code)
	assert.Equal(t, 7, strings.Count(r.out, "\n"))
	assert.Equal(t, "reprint: documents without text, which match nothing: 3\nreprint: dates in no known form, taken as unknown: 3 (such as -:1: \"yesterday\", -:2: \"March\", -:3: \"{\\\"day\\\":5}\"); if another field has the time, --published-field names it\n", r.err)
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
	{`null`, `the document has neither "id" nor "text" nor "url"`},
	{`{}`, `the document has neither "id" nor "text" nor "url"`},
	{`{"id":["b"],"text":"second"}`, `"id" is of type array, want a string or a number`},
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
	assert.Contains(t, r.err, fmt.Sprintf("reprint: bad lines skipped: %d (the first ", len(badLines)))
	assert.Equal(t, `{"id":"a","cluster":"a","size":1}`+"\n"+`{"id":"z","cluster":"z","size":1}`+"\n", r.out)
}

func TestSameIDInTwoInputs(t *testing.T) {
	dir := t.TempDir()
	one, two := write(t, dir, "1/a.txt", "words"), write(t, dir, "2/a.txt", "others")
	r := call(t, "", "cluster", one, two)
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.err, two+`: the id "a.txt" was there before`)
	assert.Len(t, parsed[lines.Cluster](t, must(t, "", "cluster", dir)), 2, "in one folder, ids are paths")
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

// What compare reads is decoded like any input, and a guess is said.
func TestCompareEncodings(t *testing.T) {
	dir, text := t.TempDir(), strings.Repeat("Größere Umwege für die Lieferwagen fürchten zwölf Bäcker aus Übersee. ", 5)
	latin, err := charmap.ISO8859_1.NewEncoder().String(text)
	require.NoError(t, err)
	a, b := write(t, dir, "a.txt", text), write(t, dir, "b.txt", latin)
	r := call(t, "", "compare", a, b)
	assert.True(t, strings.HasPrefix(r.out, "copy"), r.out)
	assert.Contains(t, r.err, "encodings guessed")
	r = call(t, "", "compare", "--encoding", "latin1", b, b)
	assert.Empty(t, r.err)
}
