package reprint_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/origin"
	"github.com/cbb30ed1/reprint/passage"
	"github.com/cbb30ed1/reprint/shingle"
)

func TestDecisions(t *testing.T) {
	text := newWriter("en", 5).text(1_200)
	d := detector(t, reprint.Options{})
	day := time.Date(2026, 5, 4, 8, 0, 0, 0, time.FixedZone("", 7200))
	a := add(t, d, reprint.Document{ID: "a", Text: text, Site: "a.example", Title: "A title", URL: "https://a.example/1", Published: day})
	require.True(t, a.New())
	require.Equal(t, reprint.Added{
		Decision: reprint.Decision{Cluster: "a", Size: 1},
		Events:   []reprint.Event{{Kind: reprint.Alone, ID: "a", Cluster: "a"}}, Position: 1,
	}, a)

	q, err := d.Query(reprint.Document{ID: "b", Text: text})
	require.NoError(t, err)
	require.Equal(t, []any{reprint.Copy, "a", "a", 1, false}, []any{q.Relation, q.Of, q.Cluster, q.Size, q.New()})
	b := add(t, d, reprint.Document{ID: "b", Text: text})
	require.Equal(t, []any{reprint.Copy, "a", "a", 2, uint64(2)}, []any{b.Relation, b.Of, b.Cluster, b.Size, b.Position})
	require.Equal(t, q.Matches, b.Matches)

	q, err = d.Query(reprint.Document{Text: "nothing of all that"})
	require.NoError(t, err)
	require.Equal(t, reprint.Decision{}, q)
	_, err = d.Query(reprint.Document{Text: strings.Repeat("a\n", reprint.MaxWords+1)})
	require.ErrorIs(t, err, reprint.ErrLarge)

	c, err := d.Cluster("b")
	require.NoError(t, err)
	m := c.Members[0]
	require.Equal(t, []any{"a.example", "A title", "https://a.example/1", day.UTC()}, []any{m.Site, m.Title, m.URL, m.Published})
	require.Zero(t, c.Members[1].Site+c.Members[1].Title+c.Members[1].URL)

	snapshot, err := d.Snapshot()
	require.NoError(t, err)
	defer snapshot.Close()
	require.Equal(t, uint64(2), snapshot.Position)
	_, ok, err := d.Remove(t.Context(), "z")
	require.NoError(t, err)
	require.False(t, ok)
	_, _, err = d.Remove(t.Context(), "a")
	require.NoError(t, err)
	var ids []string
	for c, err := range snapshot.Clusters() {
		require.NoError(t, err)
		ids = append(ids, memberIDs(c)...)
	}
	require.Equal(t, []string{"a", "b"}, ids, "as they were")
	snapshot.Close()
	for _, err := range snapshot.Clusters() {
		require.ErrorIs(t, err, reprint.ErrSnapshotClosed)
		ids = nil
	}
	require.Nil(t, ids, "the error came")
	require.Equal(t, uint64(4), add(t, d, reprint.Document{ID: "c", Text: "a"}).Position)

	empty, err := detector(t, reprint.Options{}).Snapshot()
	require.NoError(t, err)
	require.Zero(t, empty.Position)
	for range empty.Clusters() {
		require.Fail(t, "there is none")
	}
	empty.Close()
}

// How often Query says before what Add says after it.
func TestQueryForetellsAdd(t *testing.T) {
	docs, _ := collection(3, 120)
	d := detector(t, reprint.Options{})
	same, other := 0, 0
	for _, doc := range docs {
		q, err := d.Query(doc)
		require.NoError(t, err)
		a := add(t, d, doc)
		if q.New() == a.New() && q.Relation == a.Relation && q.Of == a.Of {
			same++
		} else {
			other++
		}
	}
	t.Logf("%d of %d", same, same+other)
	require.Less(t, other*20, same)
}

func TestAddAllSkips(t *testing.T) {
	docs := []reprint.Document{{ID: "b", Text: "two"}, {Text: "no id"}, {ID: "long", Text: strings.Repeat("a\n", reprint.MaxWords+1)}, {ID: "a", Text: "one"}}
	seq := func(yield func(reprint.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
	d := detector(t, reprint.Options{})
	var one *reprint.DocumentError
	err := d.AddAll(t.Context(), seq, reprint.AddAllOptions{})
	require.True(t, errors.As(err, &one))
	require.ErrorIs(t, err, reprint.ErrID)
	require.Zero(t, d.Len())

	var skipped, added []string
	require.NoError(t, d.AddAll(t.Context(), seq, reprint.AddAllOptions{
		Threads: 3,
		Skip:    func(err *reprint.DocumentError) { skipped = append(skipped, err.Error()) },
		Visit:   func(id string, a reprint.Added) { added = append(added, id) },
	}))
	require.Equal(t, []string{"a", "b"}, added)
	require.Len(t, skipped, 2)
	require.Contains(t, skipped[0], `document ""`)
	require.Contains(t, skipped[1], `document "long"`)
}

// What users get has names in JSON, in one style.
func TestNamesInJSON(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(of reflect.Type)
	walk = func(of reflect.Type) {
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			walk(of.Elem())
		case reflect.Struct:
			if seen[of] || of == reflect.TypeFor[time.Time]() {
				return
			}
			seen[of] = true
			for i := range of.NumField() {
				f := of.Field(i)
				if f.IsExported() && !f.Anonymous {
					name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
					require.NotEmpty(t, name, "%s.%s", of, f.Name)
					require.Equal(t, strings.ToLower(name), name)
				}
				if f.IsExported() {
					walk(f.Type)
				}
			}
		}
	}
	for _, v := range []any{
		reprint.Document{}, reprint.Added{}, reprint.Cluster{}, reprint.ClusterPart{}, reprint.Comparison{}, reprint.Explanation{},
		reprint.Event{}, reprint.OriginChange{}, cluster.Stats{}, cluster.Cluster{}, cluster.Added{}, origin.Answer{}, origin.Document{},
		origin.Corpus{}, passage.Alignment{}, shingle.Span{},
	} {
		walk(reflect.TypeOf(v))
	}
	doc := reprint.Document{ID: "a", Text: "b", Clock: origin.Page, Metadata: map[string]string{"k": "v"}}
	b, err := json.Marshal(doc)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"a","text":"b","clock":"page","metadata":{"k":"v"}}`, string(b))
	var back reprint.Document
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, doc, back)
	e := []reprint.Event{{Kind: reprint.Alone, ID: "a", Cluster: "a"}}
	b, err = json.Marshal(e)
	require.NoError(t, err)
	var events []reprint.Event
	require.NoError(t, json.Unmarshal(b, &events))
	require.True(t, slices.Equal(e, events))
}
