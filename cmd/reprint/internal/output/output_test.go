package output

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type place struct {
	Site      string     `json:"site,omitempty"`
	Published *time.Time `json:"published,omitempty"`
}

type line struct {
	ID    string   `json:"id"`
	Size  int      `json:"size"`
	Score *float64 `json:"score,omitempty"`
	Exact bool     `json:"exact"`
	Bands []int    `json:"bands"`
	place
}

func lines() []line {
	score, day := -.25, time.Date(2024, 7, 5, 10, 10, 0, 0, time.UTC)
	return []line{
		{ID: "a", Size: 2, Score: &score, Exact: true, Bands: []int{1, 2}, place: place{"The Quay Gazette", &day}},
		{ID: "=1+2", Size: 1, place: place{Site: "evil\u202e\x1b[31m\nnews, \"x\""}},
	}
}

func written(t *testing.T, format string) string {
	var b bytes.Buffer
	w, err := New(&b, format)
	require.NoError(t, err)
	for _, l := range lines() {
		w.Write(l)
	}
	require.NoError(t, w.Close())
	return b.String()
}

func TestFormats(t *testing.T) {
	out := written(t, "jsonl")
	assert.Equal(t, out, written(t, ""), "a pipe gets JSON lines")
	first, _, _ := strings.Cut(out, "\n")
	assert.Equal(t, `{"id":"a","size":2,"score":-0.25,"exact":true,"bands":[1,2],"site":"The Quay Gazette","published":"2024-07-05T10:10:00Z"}`, first)

	for format, comma := range map[string]rune{"csv": ',', "tsv": '\t'} {
		r := csv.NewReader(strings.NewReader(written(t, format)))
		r.Comma = comma
		rows, err := r.ReadAll()
		require.NoError(t, err)
		assert.Equal(t, [][]string{
			{"id", "size", "score", "exact", "bands", "site", "published"},
			{"a", "2", "-0.25", "true", "[1,2]", "The Quay Gazette", "2024-07-05T10:10:00Z"},
			{"'=1+2", "1", "", "false", "", "evil\u202e\x1b[31m\nnews, \"x\"", ""},
		}, rows)
	}

	assert.Equal(t, "id    size  score  exact  bands  site                            published\n"+
		"a        2  -0.25  true   [1,2]  The Quay Gazette                2024-07-05T10:10:00Z\n"+
		"=1+2     1         false         evil\\u202e\\u001b[31m news, \"x\"\n", written(t, "table"))
}

func TestParquet(t *testing.T) {
	type row struct {
		ID        *string    `parquet:"id,optional"`
		Size      *int64     `parquet:"size,optional"`
		Score     *float64   `parquet:"score,optional"`
		Exact     *bool      `parquet:"exact,optional"`
		Bands     *string    `parquet:"bands,optional"`
		Site      *string    `parquet:"site,optional"`
		Published *time.Time `parquet:"published,optional"`
	}
	content := written(t, "parquet")
	rows, err := parquet.Read[row](strings.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Equal(t, "a", *rows[0].ID)
	assert.Equal(t, int64(2), *rows[0].Size)
	assert.Equal(t, -.25, *rows[0].Score)
	assert.Equal(t, "[1,2]", *rows[0].Bands)
	assert.True(t, rows[0].Published.Equal(*lines()[0].Published))
	assert.Nil(t, rows[1].Score)
	assert.Nil(t, rows[1].Published)
	assert.Equal(t, "=1+2", *rows[1].ID)

	var empty bytes.Buffer
	w, err := New(&empty, "parquet")
	require.NoError(t, err)
	require.NoError(t, w.Close())
	_, err = parquet.OpenFile(bytes.NewReader(empty.Bytes()), int64(empty.Len()))
	assert.NoError(t, err)
}

func TestLinesOfSeveralKinds(t *testing.T) {
	for format, ok := range map[string]bool{"jsonl": true, "table": true, "csv": false, "parquet": false} {
		var b bytes.Buffer
		w, err := New(&b, format)
		require.NoError(t, err)
		w.Write(lines()[0])
		w.Write(place{Site: "x"})
		assert.Equal(t, ok, w.Close() == nil, format)
	}
	_, err := New(nil, "xlsx")
	assert.ErrorContains(t, err, `"xlsx", want jsonl, csv`)
}

func TestOutputIsWholeLines(t *testing.T) {
	var chunks []string
	out := NewJSONLines(writerFunc(func(p []byte) (int, error) {
		chunks = append(chunks, string(p))
		return len(p), nil
	}))
	for i := range 10000 {
		out.Write(map[string]any{"id": strings.Repeat("<é\u2028>", i%50)})
	}
	require.NoError(t, out.Close())
	assert.Greater(t, len(chunks), 2)
	for _, c := range chunks {
		assert.True(t, strings.HasSuffix(c, "\n"))
	}
	for l := range strings.Lines(strings.Join(chunks, "")) {
		require.True(t, json.Valid([]byte(l)))
	}
	assert.Contains(t, chunks[0], "<é", "is not escaped for HTML")
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// What goes to a terminal commands it nothing, in whatever pieces it comes; and what
// was JSON still is, and means the same.
func TestTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "terminal"))
	require.NoError(t, err)
	term := &Terminal{Plain{w: f}, f}
	text := "plain é 日本\t\x1b]0;title\x07 \u202eevil\u2069 \u009b31m \x7f caf\xe9\n"
	for i := range len(text) {
		n, err := term.Write([]byte(text[i : i+1]))
		require.NoError(t, err)
		require.Equal(t, 1, n)
	}
	got, err := os.ReadFile(f.Name())
	require.NoError(t, err)
	assert.Equal(t, "plain é 日本\t\\u001b]0;title\\u0007 \\u202eevil\\u2069 \\u009b31m \\u007f caf\ufffd\n", string(got))

	b, err := json.Marshal("a\u202e\x7fb")
	require.NoError(t, err)
	var back string
	require.NoError(t, json.Unmarshal([]byte(Safe(string(b), true)), &back))
	assert.Equal(t, "a\u202e\x7fb", back)
}

// JSON lines are harmless wherever they are shown, and mean the same.
func TestJSONLinesAreSafe(t *testing.T) {
	id := "plain é 日本\t\x1b]0;title\x07 \u202eevil\u2069 \u009b31m \x7f \u00a0 \u2014 \u200e \n\u2028"
	var b bytes.Buffer
	out := NewJSONLines(&b)
	for range 3 {
		out.Write(map[string]string{"id": id})
	}
	require.NoError(t, out.Close())
	require.Equal(t, 3, strings.Count(b.String(), "\n"))
	for line := range strings.Lines(b.String()) {
		require.Equal(t, line, Safe(line, true))
		var back map[string]string
		require.NoError(t, json.Unmarshal([]byte(line), &back))
		require.Equal(t, id, back["id"])
		require.Contains(t, line, "é 日本")
	}
}

// What suspect passes, Safe leaves as it is.
func TestSuspect(t *testing.T) {
	for r := rune(' '); r < 0x3000; r++ {
		if s := "a" + string(r) + "b"; !suspect([]byte(s)) {
			require.Equal(t, s, Safe(s, false), "%U", r)
		}
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	for _, good := range []bool{false, true} {
		f, err := Create(path)
		require.NoError(t, err)
		assert.NoFileExists(t, path)
		require.NoError(t, f.Finish(good))
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing is left beside it")
	require.Equal(t, "out.csv", files[0].Name())
}

// A link that somebody has put where a part would be is not followed: no name of a part
// can be foreseen, and what is there is never opened.
func TestFileFollowsNoPlantedLink(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	dir := t.TempDir()
	path, victim := filepath.Join(dir, "x.html"), filepath.Join(dir, "victim")
	require.NoError(t, os.WriteFile(victim, []byte("mine"), 0o600))
	require.NoError(t, os.Symlink(victim, path+".part"))
	names := map[string]bool{}
	for range 3 {
		f, err := Create(path)
		require.NoError(t, err)
		require.False(t, names[f.part])
		names[f.part] = true
		_, err = f.WriteString("page")
		require.NoError(t, err)
		require.NoError(t, f.Finish(true))
	}
	kept, err := os.ReadFile(victim)
	require.NoError(t, err)
	require.Equal(t, "mine", string(kept))
	made, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "page", string(made))
}
