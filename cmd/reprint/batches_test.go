package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
)

// gathered returns the ids of the batches of an input.
func gathered(t *testing.T, path string, stdin io.Reader) (all [][]string, err error) {
	var stderr bytes.Buffer
	in := input.New(t.Context(), input.Options{Paths: []string{path}, Stdin: stdin, Stderr: &stderr, Threads: 2, Updates: true})
	for docs, err := range batches(t.Context(), in) {
		if err != nil {
			return all, err
		}
		all = append(all, ids(docs))
	}
	return all, nil
}

func numbered(from, to int, text string) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, `{"id":"%d","text":%q}`+"\n", i, text)
	}
	return b.String()
}

func TestBatches(t *testing.T) {
	large := strings.Repeat("words ", fullBytes/6/3)
	for name, c := range map[string]struct {
		in   string
		want []int
	}{
		"nothing":  {"", nil},
		"one":      {numbered(0, 1, ""), []int{1}},
		"full":     {numbered(0, fullBatch, ""), []int{fullBatch}},
		"more":     {numbered(0, 2*fullBatch+1, ""), []int{fullBatch, fullBatch, 1}},
		"large":    {numbered(0, 10, large), []int{4, 4, 2}},
		"again":    {numbered(0, 3, "") + numbered(2, 5, "") + numbered(0, 4, ""), []int{3, 3, 2, 2}},
		"the same": {strings.Repeat(good, 3), []int{1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := gathered(t, write(t, t.TempDir(), "c.jsonl", c.in), nil)
			require.NoError(t, err)
			var sizes []int
			for _, b := range got {
				sizes = append(sizes, len(b))
			}
			if name == "again" {
				assert.Equal(t, [][]string{{"0", "1", "2"}, {"2", "3", "4", "0", "1"}, {"2", "3"}}, got)
				return
			}
			assert.Equal(t, c.want, sizes)
		})
	}
}

// What was read before an error is handed on.
func TestBatchBeforeAnError(t *testing.T) {
	got, err := gathered(t, "-", io.MultiReader(strings.NewReader(numbered(0, 3, "")), spaceless{}))
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Equal(t, [][]string{{"0", "1", "2"}}, got)
}

// A batch of a live input does not wait for more, and neither does what is in the
// middle of a line.
func TestBatchesOfALiveInput(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	var stderr bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in := input.New(ctx, input.Options{Paths: []string{"-"}, Stdin: &interruptible{ctx: ctx, r: r}, Stderr: &stderr, Threads: 2, Updates: true})
	go io.WriteString(w, numbered(0, 2, "")+"\n"+`{"id":"half","te`)
	var got [][]string
	for docs, err := range batches(ctx, in) {
		switch len(got) {
		case 0:
			go io.WriteString(w, `xt":"words"}`+"\n\n")
		case 1:
			cancel()
		case 2:
			assert.True(t, errors.Is(err, context.Canceled), "%v", err)
			continue
		}
		got = append(got, ids(docs))
	}
	assert.Equal(t, [][]string{{"0", "1"}, {"half"}}, got)
}
