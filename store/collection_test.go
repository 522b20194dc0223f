package store_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// A detector and a store are the same to who uses a collection.
func TestDetectorAndStoreAreCollections(t *testing.T) {
	d, err := reprint.New(reprint.Options{})
	require.NoError(t, err)
	s := open(t, t.TempDir(), store.Options{})
	defer shut(t, s)
	story := "The ferry to Ombro island will not sail on Monday, the harbour office said, because its engine waits for a part from the mainland."
	var answers [2]string
	for i, c := range []reprint.Collection{d, s} {
		var out strings.Builder
		say := func(v any, err error) {
			require.NoError(t, err)
			b, err := json.Marshal(v)
			require.NoError(t, err)
			out.Write(append(b, '\n'))
		}
		a, err := c.Add(t.Context(), reprint.Document{ID: "a", Text: story, Site: "gazette", Title: "No ferry", URL: "https://gazette.example/1", Published: firstDay})
		say(a, err)
		q, err := c.Query(reprint.Document{Text: story})
		say(q, err)
		require.NoError(t, c.AddAll(t.Context(), yield([]reprint.Document{{ID: "b", Text: story + " It is old."}, {ID: "c", Text: "A note."}, {Text: "no id"}}, nil), reprint.AddAllOptions{
			Skip:  func(err *reprint.DocumentError) { require.ErrorIs(t, err, reprint.ErrID) },
			Visit: func(id string, a reprint.Added) { say(a, nil) },
		}))
		events, ok, err := c.Remove(t.Context(), "c")
		require.True(t, ok)
		say(events, err)
		snapshot, err := c.Snapshot()
		require.NoError(t, err)
		say(snapshot.Position, nil)
		say(collect(t, snapshot.Clusters()), nil)
		snapshot.Close()
		p, err := c.ClusterPart("b", "", 1)
		say(p, err)
		e, err := c.Explain("a", "b")
		e.SharedBands, e.Bands = nil, 0
		say(e, err)
		say(c.Compare(reprint.Document{Text: story}, reprint.Document{Text: "A note."}))
		_, _, err = c.Match(reprint.Document{Text: strings.Repeat("a\n", reprint.MaxWords+1)}, reprint.Document{})
		require.ErrorIs(t, err, reprint.ErrLarge)
		answers[i] = out.String()
	}
	require.Equal(t, answers[0], answers[1])
	require.Contains(t, answers[0], `"title":"No ferry"`)
}

func TestMetadata(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	doc := reprint.Document{ID: "a", Text: "Some words.", Metadata: map[string]string{"feed": "front", "": "é", "crawl": ""}}
	require.Equal(t, uint64(1), add(t, s, doc).Position)
	require.Equal(t, uint64(1), add(t, s, doc).Position, "it is there")
	shut(t, s)
	s = open(t, dir, store.Options{})
	defer shut(t, s)
	got, err := s.Document("a")
	require.NoError(t, err)
	require.Equal(t, doc.Metadata, got.Metadata)
	doc.Metadata["feed"] = "back"
	require.Equal(t, uint64(2), add(t, s, doc).Position, "it has changed")
	got, err = s.Document("a")
	require.NoError(t, err)
	require.Equal(t, doc.Metadata, got.Metadata)
}

// AddAll says what was too old.
func TestAddAllSkipsTheOld(t *testing.T) {
	s := open(t, t.TempDir(), store.Options{Window: time.Hour, Now: func() time.Time { return firstDay.Add(100 * time.Hour) }})
	defer shut(t, s)
	var skipped []string
	docs := []reprint.Document{{ID: "new", Text: "a", Published: firstDay.Add(90 * time.Hour)}}
	add(t, s, docs[0])
	docs = []reprint.Document{{ID: "old", Text: "b", Published: firstDay}, {ID: "newer", Text: "c", Published: firstDay.Add(91 * time.Hour)}}
	require.NoError(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{Skip: func(err *reprint.DocumentError) {
		require.ErrorIs(t, err, store.ErrExpired)
		skipped = append(skipped, err.ID)
	}}))
	require.Equal(t, []string{"old"}, skipped)
}

// A snapshot and the feed from its position on are the store, whatever others write.
func TestSnapshotUnderLoad(t *testing.T) {
	s := open(t, t.TempDir(), store.Options{Checkpoint: 50})
	defer shut(t, s)
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() {
			for i := range 120 {
				text := fmt.Sprintf("Report %d of the harbour office about ferries, engines, tides and the mail boat at noon, number %d for the day.", i/3, i/3)
				_, err := s.Add(t.Context(), reprint.Document{ID: fmt.Sprint(w, "-", i), Text: text + strings.Repeat(fmt.Sprintf(" word%d", i/3), 30)})
				if err == nil && i%7 == 6 {
					_, _, err = s.Remove(t.Context(), fmt.Sprint(w, "-", i-3))
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	type mirror map[string]string
	var snapshots []mirror
	var at []uint64
	for range 8 {
		snapshot, err := s.Snapshot()
		require.NoError(t, err)
		m := mirror{}
		for c, err := range snapshot.Clusters() {
			require.NoError(t, err)
			for _, d := range c.Members {
				m[d.ID] = c.ID
			}
		}
		at, snapshots = append(at, snapshot.Position), append(snapshots, m)
		snapshot.Close()
	}
	writers.Wait()
	want := mirror{}
	for c, err := range s.Clusters() {
		require.NoError(t, err)
		for _, d := range c.Members {
			want[d.ID] = c.ID
		}
	}
	for i, m := range snapshots {
		for c, err := range s.Events(t.Context(), at[i]+1) {
			require.NoError(t, err)
			next := mirror{}
			for _, e := range c.Events {
				switch e.Kind {
				case reprint.Merged, reprint.Canonical:
					for id, cluster := range m {
						if _, moved := next[id]; cluster == e.From && !moved {
							next[id] = e.Cluster
						}
					}
				case reprint.Left:
					delete(m, e.ID)
				default:
					next[e.ID] = e.Cluster
				}
			}
			for id, cluster := range next {
				m[id] = cluster
			}
		}
		require.Equal(t, want, m, "from position %d", at[i])
	}
}
