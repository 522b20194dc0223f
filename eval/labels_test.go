package eval

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const goodLabels = `{"id":"a","cluster":"1","text":"Storm over the coast"}

{"id":"b","text":"not labelled"}
{"id":"b2","cluster":null}
  ` + "\r" + `
{"id":"c","cluster":"","ID":"no","Cluster":"no"}
{"id":"a","cluster":"1"}
{"cluster":"2","id":"d\u00e9"}`

func TestReadLabels(t *testing.T) {
	want := map[string]string{"a": "1", "c": "", "dé": "2"}
	for name, text := range map[string]string{
		"unix":    goodLabels,
		"windows": strings.ReplaceAll(goodLabels, "\n", "\r\n"),
		"ended":   goodLabels + "\n",
	} {
		got, err := ReadLabels(iotest.OneByteReader(strings.NewReader(text)))
		require.NoError(t, err, name)
		assert.Equal(t, want, got, name)
	}

	got, err := ReadLabels(strings.NewReader(""))
	require.NoError(t, err)
	assert.Empty(t, got)
}

func TestReadLabelsLongLine(t *testing.T) {
	long := strings.Repeat("the sea rose ", 1<<20) // 13 MB
	got, err := ReadLabels(strings.NewReader(`{"id":"a","text":"` + long + `","cluster":"1"}`))
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a": "1"}, got)
}

var badLabels = []struct{ text, says string }{
	{"{\"id\":\"a\",\"cluster\":\"1\"}\n\n{\"id\":", "line 3: "},
	{"\n[]", "line 2: "},
	{"null", "line 1: null"},
	{`{"id":"a"} {"id":"b"}`, "line 1: "},
	{`{"id":"a","cluster":7}`, "line 1: cluster: "},
	{`{"id":7,"cluster":"a"}`, "line 1: id: "},
	{`{"cluster":"a"}`, "line 1: a cluster without an id"},
	{`{"id":null,"cluster":"a"}`, "line 1: an empty id"},
	{`{"id":"","cluster":"a"}`, "line 1: an empty id"},
	{"{\"id\":\"a\",\"cluster\":\"1\"}\n{\"id\":\"a\",\"cluster\":\"2\"}", `line 2: "a" is in cluster "2", and in "1" before`},
}

func TestReadLabelsRefuses(t *testing.T) {
	for _, c := range badLabels {
		got, err := ReadLabels(strings.NewReader(c.text))
		require.ErrorIs(t, err, ErrLabels, c.text)
		assert.ErrorContains(t, err, c.says)
		assert.Nil(t, got)
	}
}

func TestReadLabelsBrokenReader(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, text := range []string{"{\"id\":\"a\",\"cluster\":\"1\"}\n", "{\"id\":\"a\",\"cluster\":\"1\"}\n{\"id\":\"b\"}"} {
		got, err := ReadLabels(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)))
		require.ErrorIs(t, err, broken)
		assert.NotErrorIs(t, err, ErrLabels)
		assert.ErrorContains(t, err, "line 2")
		assert.Nil(t, got)
	}
}

// What is refused is ErrLabels; what is accepted reads the same when written
// again.
func FuzzReadLabels(f *testing.F) {
	f.Add(goodLabels)
	for _, c := range badLabels {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		labels, err := ReadLabels(strings.NewReader(text))
		if err != nil {
			require.ErrorIs(t, err, ErrLabels)
			return
		}
		var out strings.Builder
		enc := json.NewEncoder(&out)
		for id, cluster := range labels {
			require.NoError(t, enc.Encode(map[string]string{"id": id, "cluster": cluster}))
		}
		again, err := ReadLabels(strings.NewReader(out.String()))
		require.NoError(t, err)
		require.Equal(t, labels, again)
	})
}
