package store_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	g := golden{Clusters: map[string][]string{}, Texts: map[string]string{}, Events: collect(t, s.Events(t.Context(), 1))}
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

// Stores that earlier versions made are opened, and answer as they did. The
// folders of testdata are never written again.
func TestStoresOfEarlierVersions(t *testing.T) {
	for _, version := range []string{"v1", "v2", "v3"} {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", version))))
		want, err := os.ReadFile(filepath.Join("testdata", version+".json"))
		require.NoError(t, err)
		for _, readOnly := range []bool{true, false, false} {
			s := open(t, dir, store.Options{ReadOnly: readOnly})
			answers := goldenOf(t, s)
			if version < "v3" { // replaying makes such events, which there were none of
				for i := range answers.Events {
					answers.Events[i].Events = slices.DeleteFunc(answers.Events[i].Events, func(e reprint.Event) bool { return e.Kind == reprint.Alone })
				}
			}
			got, err := json.Marshal(answers)
			require.NoError(t, err)
			require.JSONEq(t, string(want), string(got))
			clean(t, s)
			shut(t, s)
		}
		s := open(t, dir, store.Options{Now: func() time.Time { return firstDay.AddDate(0, 0, 1) }})
		a := add(t, s, reprint.Document{ID: "ferry-again", Text: "The ferry to Ombro island will not sail on Monday, the harbour office said, because its engine waits for a part from the mainland. Passengers can take the mail boat at seven and at noon."})
		require.Equal(t, "ferry-gazette", a.Cluster)
		shut(t, s)
	}
}
