package reprint_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// A label says to which cluster an article of testdata belongs, and why.
type label struct{ ID, Cluster, Needs, Why string }

func readLabels(t *testing.T) (labels []label) {
	f, err := os.Open("testdata/labels.jsonl")
	require.NoError(t, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var l label
		require.NoError(t, json.Unmarshal(lines.Bytes(), &l))
		labels = append(labels, l)
	}
	require.GreaterOrEqual(t, len(labels), 24)
	return labels
}

// Every article of testdata ends in its cluster, the one that only containment
// shows included, and so it does with samples alone.
func TestArticles(t *testing.T) {
	labels := readLabels(t)
	needs := 0
	for _, l := range labels {
		if l.Needs != "" {
			needs++
		}
	}
	require.NotZero(t, needs, "no article that needs containment")
	for name, o := range map[string]reprint.Options{"default": {}, "samples": {SamplesOnly: true}, "key": {Key: secret}} {
		t.Run(name, func(t *testing.T) {
			d := detector(t, o)
			want := map[string][]string{}
			for _, l := range labels {
				text, err := os.ReadFile(filepath.Join("testdata/articles", l.ID))
				require.NoError(t, err)
				_, err = d.Add(t.Context(), reprint.Document{ID: l.ID, Text: string(text)})
				require.NoError(t, err)
				want[l.Cluster] = append(want[l.Cluster], l.ID)
			}
			require.Equal(t, len(labels), d.Len())
			for _, l := range labels {
				c, err := d.Cluster(l.ID)
				require.NoError(t, err)
				require.ElementsMatch(t, want[l.Cluster], memberIDs(c), "%s: %s", l.ID, l.Why)
			}
			require.Len(t, clustersOf(d), len(want))
		})
	}
}

func detector(t testing.TB, o reprint.Options) *reprint.Detector {
	d, err := reprint.New(o)
	require.NoError(t, err)
	return d
}

// clustersOf lists all clusters.
func clustersOf(d *reprint.Detector) (all []reprint.Cluster) {
	for c, err := range d.Clusters() {
		if err != nil {
			panic(err)
		}
		all = append(all, c)
	}
	return all
}

func memberIDs(c reprint.Cluster) (ids []string) {
	for _, m := range c.Members {
		ids = append(ids, m.ID)
	}
	return ids
}

// add adds documents one by one and returns the last answer.
func add(t testing.TB, d *reprint.Detector, docs ...reprint.Document) (last reprint.Added) {
	for _, doc := range docs {
		var err error
		last, err = d.Add(t.Context(), doc)
		require.NoError(t, err)
	}
	return last
}

// addAll adds documents by AddAll.
func addAll(t testing.TB, d *reprint.Detector, docs []reprint.Document, threads int) {
	require.NoError(t, d.AddAll(context.Background(), yield(docs, nil), reprint.AddAllOptions{Threads: threads}))
}

// yield yields documents and then an error, if it is one.
func yield(docs []reprint.Document, then error) func(func(reprint.Document, error) bool) {
	return func(yield func(reprint.Document, error) bool) {
		for _, doc := range docs {
			if !yield(doc, nil) {
				return
			}
		}
		if then != nil {
			yield(reprint.Document{}, then)
		}
	}
}
