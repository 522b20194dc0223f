package report_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/report"
)

// articles are those of testdata, with outlet and time where these are known.
func articles(t testing.TB) []reprint.Document {
	f, err := os.Open("../testdata/outlets.jsonl")
	require.NoError(t, err)
	defer f.Close()
	known := map[string]reprint.Document{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var d reprint.Document
		require.NoError(t, json.Unmarshal(lines.Bytes(), &d))
		known[d.ID] = d
	}
	files, err := os.ReadDir("../testdata/articles")
	require.NoError(t, err)
	var docs []reprint.Document
	for _, e := range files {
		text, err := os.ReadFile(filepath.Join("../testdata/articles", e.Name()))
		require.NoError(t, err)
		doc := known[e.Name()]
		doc.ID, doc.Text = e.Name(), strings.ReplaceAll(string(text), "\r\n", "\n") // as a checkout on Windows may have them
		docs = append(docs, doc)
		delete(known, e.Name())
	}
	require.Greater(t, len(docs), 24)
	require.Empty(t, known, "outlets of no article")
	return docs
}

// hostile are two versions of an article by somebody who wants to write the
// page, and a copy with its halves exchanged.
func hostile() []reprint.Document {
	attack := `<script>window.owned = "script"</script> <img src=x onerror="window.owned='img'"> </script><!-- <script> --> ]]> &lt;b&gt; {{.Title}} ` + "`${window.owned=1}`"
	first := "Council <b>bans</b> angle brackets " + attack + "\n\n" +
		"The council of Little Markup voted on Tuesday to ban angle brackets from all public notices after a long and angry debate in the old town hall.\n\n" +
		"A clerk showed what had stood on the notice: " + attack + " and nobody in the room could say what any of it was meant to do to those who read it.\n\n" +
		"Line\u2028separators\u2029and \x00 NUL, \x1b[31m escapes, bad \xff\xfe bytes and \u202eoverrides\u202c were banned in the same sitting, by eleven votes against nine.\n\n" +
		"The ban takes effect on the first of the month. Printers in the district have asked for a year in which to use up the brackets that they still have."
	second := "Brackets out" + attack + "\n\n" + first[len("Council <b>bans</b> angle brackets "+attack+"\n\n"):] + "\n\nAn appeal is expected, said the mayor, who had voted with the minority and would do so again on any day."
	at := func(h int) time.Time { return time.Date(2025, 10, 11, h, 0, 0, 0, time.UTC) }
	return []reprint.Document{
		{ID: `</script><script>owned=1</script>`, Text: first, Site: `"><script>owned=2</script>.example`, Title: `<img src=x onerror=owned=3>` + "\u202e", Published: at(8)},
		{ID: `javascript:owned=4//&#38;%22\u003c"'`, Text: second, URL: `https://www.hostile.example/<script>`, Published: at(9)},
	}
}

func sequence(docs []reprint.Document) iter.Seq2[reprint.Document, error] {
	return func(yield func(reprint.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func detector(t testing.TB, docs []reprint.Document) *reprint.Detector {
	d, err := reprint.New(reprint.Options{})
	require.NoError(t, err)
	require.NoError(t, d.AddAll(t.Context(), sequence(docs), reprint.AddAllOptions{Threads: 2}))
	return d
}

// written is the page about some documents.
func written(t testing.TB, docs []reprint.Document, o report.Options) string {
	var b bytes.Buffer
	require.NoError(t, report.Write(t.Context(), &b, detector(t, docs), sequence(docs), o))
	return b.String()
}

// stored is the page as a file.
func stored(t testing.TB, docs []reprint.Document, o report.Options) string {
	path := filepath.Join(t.TempDir(), "a page #1 %20.html")
	require.NoError(t, os.WriteFile(path, []byte(written(t, docs, o)), 0o666))
	return path
}

// A parsed page is what a program reads in it.
type parsed struct {
	Relations, Sites []string
	Clusters         []row
	packs            []pack
}

type row struct {
	Packs   []int
	Members [][]any
}

type pack struct {
	Texts         []string
	Canonical, Of []*struct {
		Passages []struct {
			A, B  [2]int
			Words int
			Moved bool
			Edits [][4]int
		}
		A, B []struct {
			At    [2]int
			Class string
		}
		Coverage [2]float64
		Complete bool
	}
}

var (
	indexElement = regexp.MustCompile(`(?s)<script type="application/json" id="index">(.*?)</script>`)
	packElement  = regexp.MustCompile(`<script type="text/plain" id="pack(\d+)">([A-Za-z0-9+/=]*)</script>`)
)

func parse(t testing.TB, page string) parsed {
	t.Helper()
	var p parsed
	found := indexElement.FindAllStringSubmatch(page, -1)
	require.Len(t, found, 1)
	require.NoError(t, json.Unmarshal([]byte(found[0][1]), &p))
	for i, m := range packElement.FindAllStringSubmatch(page, -1) {
		require.Equal(t, fmt.Sprint(i), m[1])
		raw, err := base64.StdEncoding.DecodeString(m[2])
		require.NoError(t, err)
		z, err := gzip.NewReader(bytes.NewReader(raw))
		require.NoError(t, err)
		plain, err := io.ReadAll(z)
		require.NoError(t, err)
		var c pack
		require.NoError(t, json.Unmarshal(plain, &c))
		p.packs = append(p.packs, c)
	}
	return p
}

// article is the text of one of them.
func article(t testing.TB, id string) string {
	for _, d := range articles(t) {
		if d.ID == id {
			return d.Text
		}
	}
	require.Fail(t, "no article "+id)
	return ""
}
