package input

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// Row by row a document is what it is in a file of lines.
func TestRowsAreLines(t *testing.T) {
	lines := []string{
		`{"id":"a","text":"one two three","date":"2026-02-03","source":"x.example"}`,
		` {"URL":"https://y.example/1","Content":"four", "title":7} `,
		`{"id":12,"text":"fünf \u00e9","author":"Who"}`,
	}
	var want []reprint.Document
	for doc, err := range New(t.Context(), Options{Paths: []string{"-"}, Stdin: strings.NewReader(strings.Join(lines, "\n"))}).Documents() {
		require.NoError(t, err)
		want = append(want, doc)
	}
	r := NewRowReader(t.Context(), Options{})
	for i, line := range append(lines, "\ufeff"+lines[0]) {
		got, err := r.Document([]byte(line))
		require.NoError(t, err)
		assert.Equal(t, want[i%len(want)], got)
	}
	assert.Equal(t, time.February, want[0].Published.Month())
}

func TestBadRows(t *testing.T) {
	r := NewRowReader(t.Context(), Options{})
	for line, want := range map[string]string{
		``:                         "no JSON document",
		`{"id":"a","text":"b"`:     "no JSON document",
		`[1]`:                      "want an object",
		`{"text":"b"}`:             `neither "id" nor "url"`,
		`{"id":"a","text":["b"]}`:  `"text" is of type array, want a string`,
		`{"id":{"x":1},"text":""}`: `"id" is of type object`,
	} {
		_, err := r.Document([]byte(line))
		assert.ErrorAs(t, err, new(BadError), line)
		assert.ErrorContains(t, err, want, line)
	}
	doc, err := r.Document([]byte(`{"id":"after","text":"them"}`))
	require.NoError(t, err)
	assert.Equal(t, "after", doc.ID)
}
