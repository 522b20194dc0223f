package store

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// A scheme that decodes is written as it was read; what does not is refused by an
// error to test for.
func FuzzDecodeScheme(f *testing.F) {
	s, err := newScheme(reprint.Options{})
	require.NoError(f, err)
	b, err := json.Marshal(s)
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"Rules":{"Floor":1e99}}`))
	f.Add(append(b[:len(b)-1:len(b)-1], `,"More":1}`...))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := decodeScheme(b)
		if err != nil {
			require.True(t, errors.Is(err, ErrCorrupt) || errors.Is(err, ErrRules) || errors.Is(err, ErrVersion), err)
			return
		}
		text, err := json.Marshal(got)
		require.NoError(t, err)
		again, err := decodeScheme(text)
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}
