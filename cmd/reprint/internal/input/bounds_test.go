package input

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const good = `{"id":"a","text":"first"}` + "\n"

// What unpacks to far too much is refused before it fills anything; what is packed well
// is not.
func TestBomb(t *testing.T) {
	packers := map[string]func(io.Writer) io.WriteCloser{
		"gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"zstd": func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
	}
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	text := bytes.Repeat([]byte("words that come again and again in other rows, "), 1<<15)
	for name, packer := range packers {
		for content, want := range map[string]error{string(bytes.Repeat(spaces, 8)): ErrRatio, prose(text): nil} {
			var b bytes.Buffer
			w := packer(&b)
			_, err := io.WriteString(w, content)
			require.NoError(t, err)
			require.NoError(t, w.Close())
			r, way, err := decompress(bufio.NewReader(&b))
			require.NoError(t, err)
			assert.Equal(t, name, way)
			r.(*bounded).free = 1 << 20
			n, err := io.Copy(io.Discard, r)
			assert.ErrorIs(t, err, want)
			if want != nil {
				assert.LessOrEqual(t, n, int64(2<<20))
			}
		}
	}
}

// prose numbers the lines of a text, by which it is packed less well.
func prose(text []byte) string {
	var b strings.Builder
	for i := 0; i < len(text); i += 40 {
		fmt.Fprintf(&b, "%d %s\n", i*i, text[i:min(i+40, len(text))])
	}
	return b.String()
}

// What is refused for its length is not held, and lines after it are read.
func TestLineThatIsTooLong(t *testing.T) {
	const longest = 3 << 20 // some times what is read at once
	long := strings.Repeat(" ", longest)
	r := strings.NewReader(good + long + "x\n" + good + long[1:] + "\n" + long + long + long + "x")
	var ns []int
	for l, err := range Lines(r, longest) {
		ns = append(ns, l.N)
		if l.N == 3 {
			assert.NoError(t, err)
			assert.Equal(t, strings.TrimSpace(good), string(l.Text))
		} else if l.N > 1 {
			assert.ErrorAs(t, err, &BadError{})
			assert.ErrorContains(t, err, "3 MiB")
		}
	}
	assert.Equal(t, []int{1, 2, 3, 5}, ns, "the fourth is blank")
}

// Blocks are read into memory that is used again: what was read before keeps its
// text.
func TestRecordsKeepTheirTexts(t *testing.T) {
	text := func(i int) string { return strings.Repeat(fmt.Sprintf("word%d \u00e9 ", i), 300) }
	var lines, rows bytes.Buffer
	table := csv.NewWriter(&rows)
	require.NoError(t, table.Write([]string{"id", "text", "title", "url"}))
	const n = 600 // several blocks for each thread
	for i := range n {
		line, err := json.Marshal(map[string]any{"id": fmt.Sprint(i), "text": text(i), "title": text(-i), "url": []int{i}})
		require.NoError(t, err)
		lines.Write(append(line, '\n'))
		require.NoError(t, table.Write([]string{fmt.Sprint(i), text(i), text(-i), fmt.Sprintf("[%d]", i)}))
	}
	table.Flush()
	require.Greater(t, lines.Len(), 4*blockSize)
	for _, in := range []*bytes.Buffer{&lines, &rows} {
		items, _, err := readAll(t, Options{Paths: []string{"-"}, Stdin: in, Threads: 2})
		require.NoError(t, err)
		require.Len(t, items, n)
		for i, got := range items {
			require.Equal(t, fmt.Sprint(i), got.ID)
			require.Equal(t, text(i), got.Text)
			require.Equal(t, text(-i), got.Title)
			require.Equal(t, fmt.Sprintf("[%d]", i), got.URL)
		}
	}
}

// Tables are read as encoding/csv reads them.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("id,text\n1,words\n2,\"a \"\"b\"\", c\nd\"\r\n\n3,\n"), byte(','))
	f.Add([]byte("id\ttext\n1\twords\n\"\"\t\"\"\n"), byte('\t'))
	f.Fuzz(func(t *testing.T, data []byte, delimiter byte) {
		if !strings.ContainsRune(",;\t|", rune(delimiter)) || bytes.HasPrefix(data, []byte("\ufeff")) {
			return
		}
		reference := csv.NewReader(bytes.NewReader(data))
		reference.Comma, reference.FieldsPerRecord = rune(delimiter), -1
		want, err := reference.ReadAll()
		var got [][]string
		var failed error
		for l, err := range csvRows(delimiter)(bytes.NewReader(data)) {
			if err != nil {
				failed = err
				break
			}
			got = append(got, toStrings(csvFields(l.Text, delimiter)))
		}
		// It turns \r\n within fields into \n, and is strict about quotes.
		if err != nil || bytes.Contains(data, []byte("\r")) {
			return
		}
		require.NoError(t, failed)
		require.Equal(t, want, got)
	})
}

// Objects of an array are those that encoding/json finds.
func FuzzElements(f *testing.F) {
	f.Add([]byte(`[{"a":"]}\""},{"b":[1,{}]}]`))
	f.Add([]byte("{\n \"a\": 1\n}\n{\"b\":2}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var want []map[string]any
		valid := json.Unmarshal(data, &want) == nil
		n := 0
		for l, err := range elements(bytes.NewReader(data)) {
			if err != nil {
				require.False(t, valid)
				return
			}
			if valid && n < len(want) && want[n] != nil {
				var got map[string]any
				require.NoError(t, json.Unmarshal(l.Text, &got))
				require.Equal(t, want[n], got)
			}
			n++
		}
	})
}

// Whatever comes in is documents with ids of their own, or an error that names its
// place; and bad documents passed over leave the others.
func fuzzInput(f *testing.F, seeds ...string) {
	for _, name := range seeds {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		strict, _, bad := readAll(t, Options{Paths: []string{"-"}, Stdin: bytes.NewReader(data)})
		skipped, _, err := readAll(t, Options{Paths: []string{"-"}, Stdin: bytes.NewReader(data), SkipBad: true, Threads: 2})
		seen := map[string]bool{}
		for _, d := range skipped {
			require.NotEmpty(t, d.ID)
			require.False(t, seen[d.ID])
			seen[d.ID] = true
		}
		require.LessOrEqual(t, len(strict), len(skipped))
		for i, d := range strict {
			require.Equal(t, d, skipped[i])
		}
		if bad != nil && errors.As(bad, &BadError{}) {
			require.Regexp(t, `^-(:\d+)?: `, bad.Error())
		} else if bad != nil {
			require.Error(t, err)
		}
	})
}

func FuzzLines(f *testing.F) {
	f.Add([]byte(`{"id":"x","text":"t","site":"s","source":1,"date":"5 Mar 2024","title":[],"url":{}}`))
	f.Add([]byte(good + `{"id":"b","text":` + "\n" + good))
	fuzzInput(f, "lines.jsonl", "array.json", "pretty.json", "synonyms.jsonl", "utf16.jsonl")
}
func FuzzTables(f *testing.F) {
	fuzzInput(f, "comma.csv", "excel.csv", "tabs.tsv", "latin1.csv", "utf16.csv")
}
func FuzzPages(f *testing.F)   { fuzzInput(f, "page.html", "latin1.html") }
func FuzzFeeds(f *testing.F)   { fuzzInput(f, "rss.xml", "atom.xml") }
func FuzzParquet(f *testing.F) { fuzzInput(f, "snappy.parquet", "int96.parquet") }
func FuzzPacked(f *testing.F) {
	fuzzInput(f, "members.jsonl.gz", "lines.jsonl.xz", "lines.jsonl.bz2", "long.jsonl.zst")
}

func FuzzArchives(f *testing.F) {
	packed, err := os.ReadFile("testdata/crawl.warc.gz")
	require.NoError(f, err)
	r, _, err := decompress(bufio.NewReader(bytes.NewReader(packed)))
	require.NoError(f, err)
	archive, err := io.ReadAll(r)
	require.NoError(f, err)
	f.Add(archive)
	fuzzInput(f, "crawl.warc.gz")
}
