package store_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// A golden is what a store of testdata has to answer.
type golden struct {
	Clusters map[string][]string
	Texts    map[string]string
	Events   []store.Change
}

func goldenOf(t *testing.T, s *store.Store) golden {
	stats, err := s.Stats()
	require.NoError(t, err)
	g := golden{Clusters: map[string][]string{}, Texts: map[string]string{}, Events: collect(t, s.Events(t.Context(), stats.FirstEvent))}
	for _, c := range collect(t, s.Clusters()) {
		for _, m := range c.Members {
			g.Clusters[c.ID] = append(g.Clusters[c.ID], m.ID)
		}
	}
	for _, d := range collect(t, s.Documents()) {
		text, err := s.Text(d.ID)
		require.NoError(t, err)
		g.Texts[d.ID] = d.Title + " | " + d.Site + " | " + d.URL + " | " + d.Published.String() + " | " + d.Arrived.String() + " | " + text
		if d.Metadata != nil {
			g.Texts[d.ID] += fmt.Sprint(" | ", d.Metadata)
		}
	}
	return g
}

func decodeGolden(t *testing.T, b []byte) (g golden) {
	require.NoError(t, json.Unmarshal(b, &g))
	for i := range g.Events { // no event and none that is left are one
		if len(g.Events[i].Events) == 0 {
			g.Events[i].Events = nil
		}
	}
	return g
}

// A store of this version is opened, and answers as it did. The folders of testdata are
// never written again.
func TestStoreOfThisVersion(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "v4"))))
	want, err := os.ReadFile(filepath.Join("testdata", "v4.json"))
	require.NoError(t, err)
	for _, readOnly := range []bool{true, false, false} {
		s := open(t, dir, store.Options{ReadOnly: readOnly})
		got, err := json.Marshal(goldenOf(t, s))
		require.NoError(t, err)
		expected, answers := decodeGolden(t, want), decodeGolden(t, got)
		require.ElementsMatch(t, expected.Events, answers.Events)
		expected.Events, answers.Events = nil, nil
		require.Equal(t, expected, answers)
		clean(t, s)
		shut(t, s)
	}
	s := open(t, dir, store.Options{Now: func() time.Time { return firstDay.AddDate(0, 0, 1) }})
	a := add(t, s, reprint.Document{ID: "ferry-again", Text: "The ferry to Ombro island will not sail on Monday, the harbour office said, because its engine waits for a part from the mainland. Passengers can take the mail boat at seven and at noon."})
	require.Equal(t, "ferry-gazette", a.Cluster)
	shut(t, s)
}

// Stores of earlier versions, which were made under other rules, are refused.
func TestStoresOfEarlierVersions(t *testing.T) {
	for _, version := range []string{"v1", "v2", "v3"} {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", version))))
		for _, readOnly := range []bool{true, false} {
			_, err := store.Open(dir, store.Options{ReadOnly: readOnly})
			require.ErrorIs(t, err, store.ErrRules, version)
			require.ErrorContains(t, err, "ClustersVersion is 1 in the store, and 2 in this version")
		}
	}
}
