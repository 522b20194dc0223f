package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runMain in the environment makes the test binary the command itself, for the
// tests that need a process.
const runMain = "REPRINT_TEST_RUN_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(runMain) != "" {
		main()
	}
	os.Exit(m.Run())
}

const (
	articles = "../../testdata/articles"
	labels   = "../../testdata/labels.jsonl"
)

type result struct {
	code     int
	out, err string
}

// call runs the command in this process.
func call(t testing.TB, stdin string, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(stdin), &out, &err)
	return result{code, out.String(), err.String()}
}

// must is call for what must succeed; it returns the output.
func must(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	r := call(t, stdin, args...)
	require.Equal(t, exitDone, r.code, "reprint %s: %s", strings.Join(args, " "), r.err)
	return r.out
}

// parsed returns the JSON lines of an output.
func parsed[T any](t testing.TB, out string) []T {
	t.Helper()
	var all []T
	for l := range strings.Lines(out) {
		var v T
		require.NoError(t, json.Unmarshal([]byte(l), &v), l)
		all = append(all, v)
	}
	return all
}

// keys returns the names in a JSON line, in their order.
func keys(t testing.TB, line string) []string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(line))
	_, err := dec.Token()
	require.NoError(t, err, line)
	var names []string
	for dec.More() {
		name, err := dec.Token()
		require.NoError(t, err, line)
		names = append(names, name.(string))
		var value json.RawMessage
		require.NoError(t, dec.Decode(&value), line)
	}
	return names
}

// write writes a file into a folder of the test and returns its path.
func write(t testing.TB, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o666))
	return path
}

// jsonl returns documents as JSON lines.
func jsonl(t testing.TB, docs ...map[string]any) string {
	t.Helper()
	var b strings.Builder
	for _, d := range docs {
		l, err := json.Marshal(d)
		require.NoError(t, err)
		b.Write(append(l, '\n'))
	}
	return b.String()
}

func TestWrongUsage(t *testing.T) {
	dir := t.TempDir()
	txt := write(t, dir, "a.txt", "some words")
	pdf := write(t, dir, "a.pdf", "%PDF-1.4")
	for _, c := range []struct{ args, want string }{
		{"clustre", `no command "clustre", did you mean cluster?`},
		{"zzzzzz", `no command "zzzzzz"`},
		{"help zzzzzz", `no command "zzzzzz"`},
		{"help cluster zzz", `no command`},
		{"--frob", "--frob"},
		{"cluster --frob " + txt, "--frob"},
		{"cluster", "INPUT"},
		{"pairs", "INPUT"},
		{"eval --labels x.jsonl", "INPUT"},
		{"explain a b", "INPUT"},
		{"compare", "two files"},
		{"compare " + txt, "two files"},
		{"compare " + txt + " " + txt + " " + txt, "two files"},
		{"compare --pairs x.jsonl " + txt, "two files"},
		{"compare - -", "only once"},
		{"cluster - -", "only once"},
		{"cluster " + pdf, "a.pdf: no format that is read: it is PDF"},
		{"compare " + pdf + " " + txt, "it is PDF"},
		{"cluster --zone Nowhere " + txt, "zone"},
		{"cluster --date-order ymd " + txt, "dmy or mdy"},
		{"cluster --encoding klingon " + txt, "klingon"},
		{"cluster --duplicate-ids keep " + txt, "error, last or suffix"},
		{"eval " + txt, "--labels"},
		{"cluster --preset loose " + txt, `"loose"`},
		{"cluster --threads 0 " + txt, "--threads is 0"},
		{"cluster --threads -1 " + txt, "--threads is -1"},
		{"cluster --threads 1000000000 " + txt, "--threads is 1000000000"},
		{"cluster --threads many " + txt, "threads"},
		{"cluster --containment 1.5 " + txt, "Containment is 1.5"},
		{"cluster --containment -.1 " + txt, "Containment is -0.1"},
		{"cluster --containment NaN " + txt, "Containment is NaN"},
		{"cluster --jaccard 2 " + txt, "Jaccard is 2"},
		{"cluster --overlap 2 " + txt, "Overlap is 2"},
		{"cluster --k 65 " + txt, "65"},
		{"cluster --k -1 " + txt, "-1"},
		{"cluster --slots -1 " + txt, "-1"},
		{"cluster --slots 1000000000 " + txt, "1000000000"},
		{"cluster --window -1h " + txt, "Window is -1h"},
		{"cluster --window 3 " + txt, "72h or 3d"},
		{"compare --k 65 " + txt + " " + txt, "65"},
		// Without effect on two texts, so not there.
		{"compare --threads 2 " + txt + " " + txt, "--threads"},
		{"compare --skip-bad " + txt + " " + txt, "--skip-bad"},
		{"compare --samples-only " + txt + " " + txt, "--samples-only"},
	} {
		t.Run(c.args, func(t *testing.T) {
			r := call(t, "", strings.Fields(c.args)...)
			assert.Equal(t, exitUsage, r.code)
			assert.Contains(t, r.err, c.want)
			assert.Contains(t, r.err, "--help")
			assert.Empty(t, r.out)
		})
	}
}

func TestHelpTeaches(t *testing.T) {
	for _, c := range []struct{ args, example string }{
		{"", "reprint cluster articles/"},
		{"--help", "reprint cluster articles/"},
		{"help", "reprint cluster articles/"},
		{"cluster --help", "reprint cluster --preset noisy"},
		{"help cluster", "reprint cluster --preset noisy"},
		{"help pairs", "reprint pairs crawl.jsonl.gz"},
		{"help compare", "reprint compare first.txt second.txt"},
		{"help explain", "reprint explain a.txt b.txt articles/"},
		{"help eval", "reprint eval --labels labels.jsonl articles/"},
		{"help help", "help [COMMAND]"},
	} {
		t.Run(c.args, func(t *testing.T) {
			r := call(t, "", strings.Fields(c.args)...)
			assert.Equal(t, exitDone, r.code)
			assert.Contains(t, r.out, c.example)
			assert.Empty(t, r.err)
		})
	}
}

func TestVersion(t *testing.T) {
	assert.Regexp(t, `^reprint version \S+\n$`, must(t, "", "--version"))
}

func TestDefaultsInHelpAreThoseOfTheLibrary(t *testing.T) {
	dir := t.TempDir()
	path := write(t, dir, "c.jsonl", collection(t, 1, 40))
	for preset, explicit := range map[string][]string{
		"default": {"--containment", ".5", "--overlap", ".6", "--k", "5", "--slots", "128", "--seed", "0"},
		"noisy":   {"--containment", ".2", "--overlap", ".2", "--k", "3"},
		"strict":  {"--containment", ".9", "--overlap", ".9", "--jaccard", ".9"},
	} {
		base := []string{"cluster", "--preset", preset, path}
		assert.Equal(t, must(t, "", base...), must(t, "", append(base, explicit...)...), preset)
	}
}

// failing takes so many bytes and then none.
type failing struct {
	bytes.Buffer
	left int
}

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		n, _ := f.Buffer.Write(p[:f.left])
		f.left = 0
		return n, io.ErrClosedPipe
	}
	f.left -= len(p)
	return f.Buffer.Write(p)
}

func TestOutputThatFails(t *testing.T) {
	dir := t.TempDir()
	docs := write(t, dir, "c.jsonl", collection(t, 2, 60))
	pairs := write(t, dir, "pairs.jsonl", strings.Repeat(`{"n":1,"a":{"text":"x"},"b":{"text":"y"}}`+"\n", 2000))
	text := articles + "/en-harbour-original.txt"
	for _, args := range [][]string{
		{"cluster", docs},
		{"pairs", docs},
		{"eval", "--labels", labels, articles},
		{"explain", "copy-1-of-000.example", "article-000", docs},
		{"explain", "--json", "copy-1-of-000.example", "article-000", docs},
		{"compare", text, text},
		{"compare", "--json", text, text},
		{"compare", "--pairs", pairs},
	} {
		for _, room := range []int{0, 10} {
			var stderr bytes.Buffer
			code := run(t.Context(), args, strings.NewReader(""), &failing{left: room}, &stderr)
			assert.Equal(t, exitError, code, "%v", args)
			assert.Contains(t, stderr.String(), io.ErrClosedPipe.Error(), "%v", args)
		}
	}
}

// A run that cannot write need not go on.
func TestPairsStopWhereTheOutputFails(t *testing.T) {
	var docs []map[string]any
	text := prose(newRand(3), 200)
	for i := range 300 {
		docs = append(docs, map[string]any{"id": strings.Repeat("x", i+1), "text": text})
	}
	w := &failing{left: 1 << 16}
	var stderr bytes.Buffer
	code := run(t.Context(), []string{"pairs", "-"}, strings.NewReader(jsonl(t, docs...)), w, &stderr)
	assert.Equal(t, exitError, code)
	assert.Equal(t, "reprint: "+io.ErrClosedPipe.Error()+"\n", stderr.String())
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestContextDoneBeforeTheStart(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, args := range [][]string{
		{"cluster", articles},
		{"pairs", articles},
		{"eval", "--labels", labels, articles},
		{"explain", "a", "b", articles},
		{"compare", "--pairs", write(t, t.TempDir(), "p.jsonl", `{"a":{"text":""},"b":{"text":""}}`)},
	} {
		var out, stderr bytes.Buffer
		assert.Equal(t, exitInterrupted, run(ctx, args, strings.NewReader(""), &out, &stderr), "%v", args)
		assert.Equal(t, "reprint: interrupted\n", stderr.String(), "%v", args)
		assert.Empty(t, out.String())
	}
}

func TestVersionCommand(t *testing.T) {
	assert.Regexp(t, `^reprint version \S+\nrevision .+\ngo1\S+ \w+/\w+\n$`, must(t, "", "version"))
}

// The shells complete commands and the values of flags.
func TestCompletion(t *testing.T) {
	assert.Contains(t, must(t, "", "completion", "bash"), "__start_reprint")
	assert.Contains(t, must(t, "", "__complete", "cluster", "--preset", ""), "noisy\ttext from OCR")
	assert.Contains(t, must(t, "", "__complete", "dedup", "--keep", ""), "longest")
	assert.Contains(t, must(t, "", "__complete", "db", "list", "--format", ""), "parquet")
}
