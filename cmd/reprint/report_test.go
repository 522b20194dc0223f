package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReport(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "page.html")
	require.Empty(t, must(t, "", "report", articles, "-o", path, "--title", "Invented articles"))
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(page), "<h1 id=\"title\" dir=\"auto\" tabindex=\"-1\">Invented articles</h1>")
	require.Contains(t, string(page), "21 of 33 documents carry an article that another has too: 9 clusters.")
	require.Contains(t, string(page), `"en-bridge-long-page.txt"`)

	// The same for any number of threads, and on standard output.
	require.Equal(t, string(page), must(t, "", "report", "--threads", "1", "--title", "Invented articles", articles, "-o", "-"))

	// A file that was there is replaced.
	require.Empty(t, must(t, "", "report", articles, "-o", path, "--clusters", "1"))
	shorter, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Less(t, len(shorter), len(page))
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing is left beside it")
}

// What is no plain file stays what it is.
func TestReportToALink(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	dir := t.TempDir()
	link, path := filepath.Join(dir, "link.html"), filepath.Join(dir, "page.html")
	require.NoError(t, os.Symlink(path, link))
	must(t, "", "report", articles, "-o", link)
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink)
	require.FileExists(t, path)
}

// Standard input is read twice all the same.
func TestReportOfStdin(t *testing.T) {
	line := `{"id":"%","site":"%.example","published":"2025-10-0%","text":"A night ferry ran onto a sandbank off Marrow Point on Sunday. All ninety passengers were taken off by lifeboat before dawn, and nobody was hurt."}` + "\n"
	in := strings.ReplaceAll(line, "%", "1") + strings.ReplaceAll(line, "%", "2")
	file := filepath.Join(t.TempDir(), "in.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(in), 0o666))
	page := must(t, in, "report", "-", "-o", "-")
	require.Contains(t, page, "1.example")
	require.Equal(t, must(t, "", "report", file, "-o", "-"), page)
	// A bad line is skipped both times, and counted once.
	r := call(t, in+"{\n", "report", "--skip-bad", "-", "-o", "-")
	require.Equal(t, exitDone, r.code)
	require.Equal(t, page, r.out)
	require.Contains(t, r.err, "reprint: bad lines skipped: 1 (the first -:3: ")
	require.Equal(t, 1, strings.Count(r.err, "\n"))
}

func TestReportErrors(t *testing.T) {
	dir := t.TempDir()
	for name, args := range map[string][]string{
		"no output":    {articles},
		"no input":     {"-o", filepath.Join(dir, "x.html")},
		"clusters":     {articles, "-o", "-", "--clusters", "-1"},
		"text bytes":   {articles, "-o", "-", "--text-bytes", "-1"},
		"no threads":   {articles, "-o", "-", "--threads", "0"},
		"stdin, twice": {"-", "-", "-o", "-"},
	} {
		r := call(t, "", append([]string{"report"}, args...)...)
		require.Equal(t, exitUsage, r.code, "%s: %s", name, r.err)
		require.Empty(t, r.out)
	}
	r := call(t, "", "report", articles, "-o", filepath.Join(dir, "none", "x.html"))
	require.Equal(t, exitError, r.code)
	r = call(t, "{\n", "report", "-", "-o", filepath.Join(dir, "x.html"))
	require.Equal(t, exitError, r.code)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files, "nothing is written where something failed")
}
