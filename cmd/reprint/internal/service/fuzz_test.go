package service

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/store"
)

// FuzzHandler sends anything to the handlers. Whatever comes, nothing panics, the service
// is never at fault, and an error is one in JSON.
func FuzzHandler(f *testing.F) {
	doc := string(asJSON("a", lighthouse))
	for _, c := range [][4]string{
		{"POST", "/documents", "application/json", doc},
		{"POST", "/documents", "application/x-ndjson", doc + "\n\n{\n" + doc},
		{"POST", "/query", "application/json; charset=x", doc},
		{"POST", "/query", "application/x-ndjson", "[]\n" + doc},
		{"GET", "/documents/a%2Fb", "", ""},
		{"GET", "/documents/a/text", "", ""},
		{"DELETE", "/documents/a", "", ""},
		{"GET", "/clusters?site=x&since=2026-01-01&min-size=2&limit=3&page=eyJzaXplIjoyLCJpZCI6ImEifQ", "", ""},
		{"GET", "/clusters/a?page=eyJpZCI6ImEiLCJhdCI6LTF9&limit=1", "", ""},
		{"GET", "/origin?id=a", "", ""},
		{"GET", "/events?from=1&limit=2", "", ""},
		{"PATCH", "//..%2f?%", "\x00", "\xff"},
	} {
		f.Add(c[0], c[1], c[2], []byte(c[3]))
	}
	m := NewMetrics()
	opened, err := store.Open("store", store.Options{FS: vfs.NewMem(), Metrics: m})
	require.NoError(f, err)
	f.Cleanup(func() { opened.Close() })
	s, err := New(f.Context(), opened, m, Options{Document: 1 << 16, Inflight: 1 << 16, Fresh: 1})
	require.NoError(f, err)
	h := s.Handler()
	f.Fuzz(func(t *testing.T, method, target, media string, body []byte) {
		r, err := http.NewRequest(method, "http://localhost"+target, bytes.NewReader(body))
		if err != nil || strings.Contains(r.URL.RawQuery, "follow") {
			return // it never comes so far, or it never ends
		}
		r.Header.Set("Content-Type", media)
		w := httptest.NewRecorder()
		h.ServeHTTP(duplex{w}, r)
		require.NotEqual(t, 500, w.Code, w.Body.String())
		if w.Code >= 400 {
			var e refusal
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &e), w.Body.String())
			require.Equal(t, w.Code, e.Status)
			require.NotEmpty(t, e.Error)
		}
	})
}

// A duplex recorder may be read from while it is written to, as a connection may.
type duplex struct{ *httptest.ResponseRecorder }

func (duplex) EnableFullDuplex() error { return nil }
