package store_test

import (
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

const tooLarge = `store: the document is too large: "long" has 2097154 bytes and more than 1048576 words: split it, or leave it out`

// Errors have the prefix of the store and no other, and are those of package reprint
// as well where these have the same name.
func TestErrorsSpeakOfTheStore(t *testing.T) {
	s := open(t, "store", store.Options{FS: vfs.NewMem()})
	_, adding := s.Add(t.Context(), reprint.Document{Text: "A text without an id."})
	_, of := s.Cluster("nobody")
	_, explaining := s.Explain("nobody", "else")
	_, document := s.Document("nobody")
	_, large := s.Add(t.Context(), reprint.Document{ID: "long", Text: strings.Repeat("a\n", reprint.MaxWords+1)})
	_, asking := s.Query(reprint.Document{ID: "long", Text: strings.Repeat("a\n", reprint.MaxWords+1)})
	_, options := store.Open("store", store.Options{FS: vfs.NewMem(), Cache: -1})
	for _, c := range []struct {
		err, is, also error
		text          string
	}{
		{adding, store.ErrID, reprint.ErrID, "store: bad id: it is empty, want a name for the document"},
		{of, store.ErrUnknown, reprint.ErrUnknown, `store: no such document: "nobody"`},
		{explaining, store.ErrUnknown, reprint.ErrUnknown, `store: no such document: "nobody"`},
		{document, store.ErrUnknown, reprint.ErrUnknown, `store: no such document: "nobody"`},
		{large, store.ErrLarge, reprint.ErrLarge, tooLarge},
		{asking, store.ErrLarge, reprint.ErrLarge, tooLarge},
		{options, store.ErrOptions, reprint.ErrOptions, "store: bad options: Cache is -1, want bytes or 0"},
		{store.ErrFull, store.ErrFull, reprint.ErrFull, "store: the store is full"},
	} {
		require.ErrorIs(t, c.err, c.is)
		require.ErrorIs(t, c.err, c.also)
		require.EqualError(t, c.err, c.text)
	}
	require.Equal(t, 0, s.Len())
	require.NotErrorIs(t, adding, store.ErrUnknown)
	_, err := store.Open("store", store.Options{FS: vfs.NewMem(), Detector: reprint.Options{K: 99}})
	require.ErrorIs(t, err, store.ErrOptions)
	require.True(t, strings.HasPrefix(err.Error(), "store: bad options: Detector: "), err)
}

// A question to an index that turns out to be damaged gets an error, and no answer;
// and so does all that is asked after it.
func TestDamageIsAnError(t *testing.T) {
	docs := newNews(6).documents(12)
	for name, ask := range map[string]func(s *store.Store) (any, error){
		"Query":   func(s *store.Store) (any, error) { return s.Query(docs[0]) },
		"Compare": func(s *store.Store) (any, error) { return s.Compare(docs[0], docs[0]) },
	} {
		t.Run(name, func(t *testing.T) {
			fs := vfs.NewMem()
			s := open(t, "store", store.Options{FS: fs})
			add(t, s, docs...)
			shut(t, s)
			damageRun(t, fs, "postings damaged")
			s = open(t, "store", store.Options{FS: fs})
			refused := func(answer any, err error) {
				t.Helper()
				require.ErrorIs(t, err, store.ErrCorrupt)
				require.True(t, strings.HasPrefix(err.Error(), "store: damaged: "), err)
				require.NotContains(t, err.Error(), "cluster:")
				require.Empty(t, answer)
			}
			refused(ask(s))
			refused(s.Query(docs[1]))
			refused(s.Compare(docs[0], docs[1]))
			refused(s.Cluster(docs[1].ID))
			refused(s.Explain(docs[0].ID, docs[1].ID))
			refused(nil, s.Err())
			last := error(nil)
			for c, err := range s.Clusters() {
				require.NoError(t, last, "an error comes last")
				last = err
				require.Equal(t, err != nil, len(c.Members) == 0)
			}
			refused(nil, last)
		})
	}
}
