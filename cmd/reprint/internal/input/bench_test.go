package input

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
)

// BenchmarkRead reads the same 4,000 documents of 4.5 kB from each format; MB/s are of
// their texts.
func BenchmarkRead(b *testing.B) {
	type doc struct {
		ID        string `json:"id" parquet:"id"`
		Text      string `json:"text" parquet:"text,zstd"`
		Title     string `json:"title" parquet:"title"`
		URL       string `json:"url" parquet:"url"`
		Published string `json:"published" parquet:"published"`
	}
	r := rand.New(rand.NewPCG(1, 2))
	var docs []doc
	size := 0
	var lines, rows, table bytes.Buffer
	w := csv.NewWriter(&rows)
	require.NoError(b, w.Write([]string{"id", "text", "title", "url", "published"}))
	for i := range 4000 {
		var t strings.Builder
		for t.Len() < 4500 {
			fmt.Fprintf(&t, "%s ", []string{"harbour", "the", "said", "Größe", "of", "\"quoted\"", "on Monday,", "and", "\n\nLater"}[r.IntN(9)])
		}
		d := doc{fmt.Sprint(i), t.String(), "A title of it", fmt.Sprintf("https://quay.example/%d", i), "2024-07-05T10:10:00Z"}
		docs, size = append(docs, d), size+t.Len()
		l, err := json.Marshal(d)
		require.NoError(b, err)
		lines.Write(append(l, '\n'))
		require.NoError(b, w.Write([]string{d.ID, d.Text, d.Title, d.URL, d.Published}))
	}
	w.Flush()
	require.NoError(b, parquet.Write(&table, docs))
	var array bytes.Buffer
	require.NoError(b, json.NewEncoder(&array).Encode(docs))
	dir := b.TempDir()
	for _, f := range []struct {
		name    string
		content []byte
	}{{"jsonl", lines.Bytes()}, {"json", array.Bytes()}, {"csv", rows.Bytes()}, {"parquet", table.Bytes()}} {
		path := filepath.Join(dir, "docs."+f.name)
		require.NoError(b, os.WriteFile(path, f.content, 0o666))
		b.Run("format="+f.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				n := 0
				for _, err := range New(b.Context(), Options{Paths: []string{path}, Stderr: io.Discard, Threads: 2}).Documents() {
					require.NoError(b, err)
					n++
				}
				require.Equal(b, len(docs), n)
			}
		})
	}
}
