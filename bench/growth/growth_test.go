package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMeasure(t *testing.T) {
	for _, only := range []bool{false, true} {
		var b bytes.Buffer
		require.NoError(t, one(&b, 1_000, options{Seed: 1, Threads: 2, SamplesOnly: only, Last: 200}))
		var r result
		require.NoError(t, json.Unmarshal(b.Bytes(), &r))
		require.Equal(t, 1_000, r.Docs)
		require.Equal(t, 900, r.Batch)
		require.Equal(t, only, r.SamplesOnly)
		require.InDelta(t, 4.5e6, r.Bytes, 1e6)
		require.Greater(t, r.Sketch, 0.)
		require.Greater(t, r.Add, 0.)
		require.Greater(t, r.PerDoc, 500.)
		require.Greater(t, r.Median, 0.)
		require.GreaterOrEqual(t, r.Slow, r.Median)
		require.Greater(t, r.Recall, .9)
		require.Greater(t, r.Precision, .9)
		require.Greater(t, r.Indexed, 600)
	}
}

func TestNumbers(t *testing.T) {
	got, err := numbers("10,1000")
	require.NoError(t, err)
	require.Equal(t, []int{10, 1000}, got)
	for _, list := range []string{"", "x", "10,", "1"} {
		_, err := numbers(list)
		require.Error(t, err, "%q", list)
	}
}

// Table and plot have something for each size, also where memory is not known.
func TestPrint(t *testing.T) {
	results := []result{
		{Docs: 1_000, Batch: 900, Seconds: .78, Sketch: .5, Add: .2, Median: 1e-4, Slow: 1e-3, Recall: 1, Precision: 1, ARI: 1},
		{Docs: 20_000, Batch: 15_000, Seconds: 16, Sketch: 9, Add: 3, Median: 2e-4, Slow: 2e-3, Recall: 1, Precision: 1, ARI: 1},
	}
	var b bytes.Buffer
	require.NoError(t, table(&b, results))
	require.Contains(t, b.String(), "\n| 20000 | 0 | 9.0 | 3.0 | 1250 | 0 |")
	for range 2 {
		svg := draw(results)
		d := xml.NewDecoder(bytes.NewReader(svg))
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
		}
		require.NotContains(t, string(svg), "NaN")
		require.Equal(t, 6, strings.Count(string(svg), "<circle")+2*strings.Count(string(svg), "not known"))
		results[0].Peak, results[1].Peak = 5e7, 9e8
	}
}

// Results of a file are drawn in two series, those of a store by themselves.
func TestRedraw(t *testing.T) {
	from, plot := filepath.Join(t.TempDir(), "results.jsonl"), filepath.Join(t.TempDir(), "plot.svg")
	lines := `{"docs":1000,"seconds":1,"peak_bytes":1e7,"p99_seconds":0.01}
{"docs":10000,"seconds":11,"peak_bytes":9e7}
{"docs":100000,"store":true,"seconds":20,"peak_bytes":2e8}
`
	require.NoError(t, os.WriteFile(from, []byte(lines), 0o600))
	require.NoError(t, redraw(from, plot))
	svg, err := os.ReadFile(plot)
	require.NoError(t, err)
	require.Equal(t, 3+3+1, strings.Count(string(svg), "<circle"))
	require.Equal(t, 2, strings.Count(string(svg), ">in a store<"))
	require.NoError(t, os.WriteFile(from, []byte(lines+"{"), 0o600))
	require.ErrorContains(t, redraw(from, plot), "results.jsonl")
	require.Error(t, redraw(from+"x", plot))
}
