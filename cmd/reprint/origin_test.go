package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	originStory = "The old swing bridge over the Marrow was closed on Tuesday evening after a barge struck its middle pier. " +
		"Nobody was hurt. Divers will look at the pier in the morning, and the town asks drivers to use the ferry until Friday."
	originDocs = `{"id":"gazette","site":"marrow-gazette.example","date":"2024-05-07T12:00:00Z","text":"OSLO (AP) — ` + originStory + `"}
{"id":"harbour","site":"harbour.example","author":"Associated Press","text":"` + originStory + ` More news."}
{"id":"agency","site":"apnews.com","date":"2024-05-07T11:00:00Z","clock":"trusted","text":"OSLO (AP) — ` + originStory + ` It opened in 1931."}
`
)

func runOrigin(t *testing.T, args ...string) []map[string]any {
	t.Helper()
	var out, errs bytes.Buffer
	require.Equal(t, exitDone, run(context.Background(), args, strings.NewReader(originDocs), &out, &errs), errs.String())
	var lines []map[string]any
	for line := range strings.Lines(out.String()) {
		var l map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &l))
		lines = append(lines, l)
	}
	return lines
}

func TestOriginInput(t *testing.T) {
	lines := runOrigin(t, "origin", "-")
	require.Len(t, lines, 1)
	require.Equal(t, "member:agency", lines[0]["origin"])
	require.EqualValues(t, 3, lines[0]["size"])
	require.Len(t, lines[0]["sources"], 2)
}

func TestOriginPairsAndClusters(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
		return path
	}
	docs := file("docs.jsonl", originDocs)
	pairs := file("pairs.jsonl", `{"pair":"1","a":"agency","b":"gazette","accept":["a"]}
{"pair":"2","a":"harbour","b":"agency","accept":["b"]}
{"pair":"3","a":"gazette","b":"harbour","accept":["common"],"accept_by_view":{"nobyline":["undecidable"]}}
`)
	lines := runOrigin(t, "origin", "--docs", docs, "--pairs", pairs)
	require.Equal(t, []any{"a", "b", "common"}, []any{lines[0]["source"], lines[1]["source"], lines[2]["source"]})
	text := ""
	for _, l := range lines {
		b, err := json.Marshal(l)
		require.NoError(t, err)
		text += string(b) + "\n"
	}
	scores := runOrigin(t, "eval", "--origin", "--labels", pairs, "--plot", filepath.Join(dir, "plot.svg"), file("answers.jsonl", text))
	require.EqualValues(t, 1, scores[0]["accuracy"])
	require.FileExists(t, filepath.Join(dir, "plot.svg"))

	lines = runOrigin(t, "origin", "--docs", docs, "--pairs", pairs, "--withhold", "times,byline,site,url,credits")
	for _, l := range lines {
		require.Nil(t, l["source"])
	}

	clusters := file("clusters.jsonl", `{"cluster":"all","members":["gazette","harbour","agency"]}
{"cluster":"absent","members":["gazette","harbour"]}
`)
	corpus := filepath.Join(dir, "corpus.json")
	lines = runOrigin(t, "origin", "--docs", docs, "--clusters", clusters, "--save", corpus)
	require.Equal(t, "member:agency", lines[0]["origin"])
	require.Equal(t, "hidden:AP", lines[1]["origin"])
	lines = runOrigin(t, "origin", "--corpus", corpus, "--show")
	require.Contains(t, lines, map[string]any{"leader": "n:AP", "follower": "s:marrow-gazette.example", "leads": lines[len(lines)-2]["leads"], "follows": 0.0})
}

func TestOriginUsage(t *testing.T) {
	for _, args := range [][]string{
		{"origin"}, {"origin", "--docs", "x"}, {"origin", "--docs", "x", "--pairs", "p", "--clusters", "c"},
		{"origin", "--docs", "x", "--pairs", "p", "--withhold", "nothing"}, {"credits"},
	} {
		var out, errs bytes.Buffer
		code := run(context.Background(), args, strings.NewReader(""), &out, &errs)
		require.NotEqual(t, exitDone, code, args)
	}
}

func TestCreditsCommand(t *testing.T) {
	lines := runOrigin(t, "credits", "-")
	require.Len(t, lines, 3)
	first := lines[0]["credits"].([]any)[0].(map[string]any)
	require.Equal(t, "AP", first["name"])
	require.Equal(t, "text", first["kind"])
	require.EqualValues(t, 6, first["start"])
	require.EqualValues(t, 8, first["end"])
	require.Equal(t, "self", lines[2]["credits"].([]any)[0].(map[string]any)["kind"])
}

func TestClusterLinesHaveOrigin(t *testing.T) {
	for _, l := range runOrigin(t, "cluster", "--origin", "-") {
		require.Equal(t, "member:agency", l["origin"])
	}
	for _, l := range runOrigin(t, "cluster", "-") {
		require.NotContains(t, l, "origin")
	}
}

// What a folder keeps of the documents tells of their origins as the input does.
func TestOriginOfFolder(t *testing.T) {
	db := filepath.Join(t.TempDir(), "db")
	want := runOrigin(t, "cluster", "--origin", "-")
	require.Len(t, want, 3)
	require.Equal(t, "member:agency", want[0]["origin"])
	got := runOrigin(t, "cluster", "--origin", "--db", db, "-")
	require.Len(t, got, len(want))
	for i := range want { // a folder has what is nearly identical lead to one of them, a batch to the closest
		for _, figure := range []string{"of", "jaccard", "containment"} {
			delete(want[i], figure)
			delete(got[i], figure)
		}
	}
	require.Equal(t, want, got)
	require.Equal(t, runOrigin(t, "origin", "-"), runOrigin(t, "origin", "--db", db))

	learned := filepath.Join(t.TempDir(), "corpus.json")
	runOrigin(t, "origin", "--db", db, "--save", learned)
	require.NotEmpty(t, runOrigin(t, "origin", "--corpus", learned, "--show"))
	var out, errs bytes.Buffer
	require.NotEqual(t, exitDone, run(context.Background(), []string{"origin", "--db", db, "-"}, strings.NewReader(""), &out, &errs))
	require.Contains(t, errs.String(), "no INPUT")
}
