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

	"codeberg.org/readeck/go-readability/v2"
	"codeberg.org/readeck/go-readability/v2/render"
	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
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

// BenchmarkPages reads 300 pages of HTML, a file each, on one thread and on two. By
// extractor=alone, the extractor does what it does for them, on one thread and with
// nothing else. MB/s are of the pages.
func BenchmarkPages(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	dir := b.TempDir()
	var pages [][]byte
	size := 0
	for i := range 300 {
		var page strings.Builder
		fmt.Fprintf(&page, `<!doctype html><html><head><title>A title of page %d</title><meta property="og:site_name" content="Quay News"></head><body><nav><ul>`, i)
		for n := range 60 {
			fmt.Fprintf(&page, `<li><a href="/section/%d">Section %d</a></li>`, n, n)
		}
		page.WriteString("</ul></nav><article><h1>A title of it</h1>")
		for range 20 {
			page.WriteString("<p>")
			for range 60 {
				page.WriteString([]string{"harbour ", "the ", "said, ", "Größe ", "of ", "<b>quoted</b> ", "on Monday, ", "and "}[r.IntN(8)])
			}
			page.WriteString("</p>")
		}
		page.WriteString("</article><aside>")
		for n := range 40 {
			fmt.Fprintf(&page, `<div class="teaser"><a href="/story/%d"><img src="/%d.jpg" alt=""><span>Another story %d</span></a></div>`, n, n, n)
		}
		page.WriteString("</aside></body></html>")
		pages, size = append(pages, []byte(page.String())), size+page.Len()
		require.NoError(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.html", i)), pages[i], 0o666))
	}
	b.Run("extractor=alone", func(b *testing.B) {
		b.SetBytes(int64(size))
		for b.Loop() {
			for _, page := range pages {
				doc, err := html.Parse(bytes.NewReader(page))
				require.NoError(b, err)
				article, err := readability.FromDocument(doc, nil)
				require.NoError(b, err)
				require.NotEmpty(b, render.InnerText(article.Node))
			}
		}
	})
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				n := 0
				for doc, err := range New(b.Context(), Options{Paths: []string{dir}, Stderr: io.Discard, Threads: threads}).Documents() {
					require.NoError(b, err)
					require.Contains(b, doc.Text, "harbour")
					n++
				}
				require.Equal(b, len(pages), n)
			}
		})
	}
}
