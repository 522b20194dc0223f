package input

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/when"
)

// readAll returns the documents of some files, and what is said of them.
func readAll(t testing.TB, o Options) (items []Item, said string, err error) {
	t.Helper()
	var stderr bytes.Buffer
	o.Stderr = &stderr
	if o.Stdin == nil {
		o.Stdin = strings.NewReader("")
	}
	r := New(t.Context(), o)
	for item, err := range r.Items() {
		if err != nil {
			return items, stderr.String(), err
		}
		items = append(items, item)
	}
	r.Report()
	return items, stderr.String(), nil
}

func documents(items []Item) []reprint.Document {
	var docs []reprint.Document
	for _, i := range items {
		docs = append(docs, i.Document)
	}
	return docs
}

// made are the documents of which testdata/make.py makes its files.
func made(t testing.TB) []reprint.Document {
	items, said, err := readAll(t, Options{Paths: []string{"testdata/lines.jsonl"}})
	require.NoError(t, err)
	require.Empty(t, said)
	require.Len(t, items, 3)
	require.Equal(t, time.Date(2024, 7, 5, 10, 10, 0, 0, time.UTC), items[0].Published)
	require.Contains(t, items[0].Text, "\n\nThe pilot")
	return documents(items)
}

// Every format gives the documents of which its file was made by the usual tool.
func TestFormats(t *testing.T) {
	want := made(t)
	for name, said := range map[string]string{
		"numbers.ndjson": "", "array.json": "", "pretty.json": "", "objects.json": "", "utf16.jsonl": "",
		"synonyms.jsonl": `fields taken: id from "_id", published from "pubdate", site from "domain", text from "content", title from "headline", url from "link"`,
		"comma.csv":      "", "tabs.tsv": "", "quoted.csv": "", "utf16.csv": "", "comma.csv.gz": "",
		"excel.csv":        `fields taken: site from "Newspaper", text from "Body", title from "Headline", url from "Link"`,
		"latin1.csv":       "encodings guessed, as nothing in the file says which: 1 (the first testdata/latin1.csv as windows-1252)",
		"members.jsonl.gz": "", "lines.jsonl.xz": "", "lines.jsonl.bz2": "", "long.jsonl.zst": "",
		"snappy.parquet": "", "zstd.parquet": "", "gzip.parquet": "", "int96.parquet": "",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name)
			items, stderr, err := readAll(t, Options{Paths: []string{path}, Threads: 2})
			require.NoError(t, err)
			require.Equal(t, want, documents(items))
			if said == "" {
				assert.Empty(t, stderr)
			}
			assert.Contains(t, stderr, said)

			// What it is called does not matter, nor that it comes through a pipe.
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			items, _, err = readAll(t, Options{Paths: []string{"-"}, Stdin: bytes.NewReader(content)})
			require.NoError(t, err)
			require.Equal(t, want, documents(items))
			renamed := filepath.Join(t.TempDir(), "export.dat")
			require.NoError(t, os.WriteFile(renamed, content, 0o666))
			items, _, err = readAll(t, Options{Paths: []string{renamed}})
			require.NoError(t, err)
			require.Equal(t, want, documents(items))
		})
	}
}

func TestPages(t *testing.T) {
	want := made(t)
	for i, name := range []string{"page.html", "latin1.html"} {
		items, said, err := readAll(t, Options{Paths: []string{"testdata/" + name}})
		require.NoError(t, err)
		assert.Empty(t, said)
		require.Len(t, items, 1)
		got := items[0]
		assert.Equal(t, name, got.ID)
		assert.Contains(t, got.Text, want[i].Text)
		assert.NotContains(t, got.Text, "Sport")
		assert.NotContains(t, got.Text, "All rights reserved")
		assert.NotContains(t, got.Text, "track")
		assert.Equal(t, "Ada Reed", got.Byline)
		got.ID, got.Text, got.Byline = want[i].ID, want[i].Text, ""
		assert.Equal(t, want[i], got.Document)
	}
}

func TestWebArchive(t *testing.T) {
	want := made(t)
	items, said, err := readAll(t, Options{Paths: []string{"testdata/crawl.warc.gz"}, Threads: 2})
	require.NoError(t, err)
	assert.Equal(t, "reprint: records of web archives that are no pages: 6\n", said)
	require.Len(t, items, 3)
	for i, got := range items {
		text := strings.ReplaceAll(want[i].Text, "\t", " ")
		assert.Contains(t, got.Text, text)
		assert.NotContains(t, got.Text, "Sport")
		assert.Equal(t, want[i].URL, got.ID)
		got.ID, got.Text, got.Byline = want[i].ID, want[i].Text, ""
		assert.Equal(t, want[i], got.Document)
	}
}

// A second capture of an address has the time of its capture in its id.
func TestCapturedTwice(t *testing.T) {
	archive, err := os.ReadFile("testdata/crawl.warc.gz")
	require.NoError(t, err)
	items, _, err := readAll(t, Options{Paths: []string{"-"}, Stdin: bytes.NewReader(append(archive, archive...))})
	require.NoError(t, err)
	require.Len(t, items, 6)
	assert.Equal(t, items[0].ID+"#2024-07-07T00:00:00Z", items[3].ID)
}

func TestFeeds(t *testing.T) {
	want := made(t)
	for _, name := range []string{"rss.xml", "atom.xml"} {
		items, said, err := readAll(t, Options{Paths: []string{"testdata/" + name}})
		require.NoError(t, err)
		assert.Empty(t, said)
		require.Len(t, items, 2, name)
		for i, got := range items {
			w := want[2*i]
			w.Text = strings.ReplaceAll(w.Text, "\t", " ")
			assert.Equal(t, w, got.Document, name)
		}
	}
}

// Columns and fields are found by the names that the flags give.
func TestFieldNames(t *testing.T) {
	for in, f := range map[string]Fields{
		`{"nr":7,"artikel":"words","id":"x"}`:                                 {ID: "nr", Text: "artikel"},
		`{"_source":{"Body":"words","meta":{"nr":7}}}`:                        {ID: "_source.meta.nr", Text: "_source.body"},
		`{"a.b":"words","nr":"7"}`:                                            {ID: "NR", Text: "a.b"},
		"nr,artikel\n7,words\n":                                               {ID: "nr", Text: "artikel"},
		"nr|artikel|note\n7|\"wo\"rds|\"a\nb\"\n":                             {ID: "nr", Text: "artikel"},
		`[{"nr":7,"artikel":"words"}]`:                                        {ID: "nr", Text: "artikel"},
		"{\n \"nr\": 7,\n \"artikel\": \"words\"\n}\n":                        {ID: "nr", Text: "artikel"},
		`{"nr":7,"text":"other","artikel":"words","title":"t","Text":"more"}`: {ID: "nr", Text: "artikel"},
	} {
		items, said, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(in), Fields: f})
		require.NoError(t, err, in)
		require.Len(t, items, 1, in)
		assert.Equal(t, "7", items[0].ID, in)
		assert.Equal(t, "words", items[0].Text, in)
		assert.Empty(t, said, in)
	}
}

func TestIDs(t *testing.T) {
	for in, want := range map[string][]string{
		`{"id":7,"text":"a"}`:                                     {"7"},
		`{"id":12345678901234567890,"text":"a"}`:                  {"12345678901234567890"},
		`{"text":"a","url":"https://quay.example/a"}`:             {"https://quay.example/a"},
		`{"text":"a"}` + "\n\n" + `{"text":"b","id":""}`:          {"-:1", "-:3"},
		"title,text\nx,a\ny,\"b\nc\"\nz,d\n":                      {"-:2", "-:3", "-:5"},
		`[{"text":"a"},{"text":"b"}]`:                             {"-:1", "-:2"},
		`{"id":{"$oid":"5f"},"text":"a"}`:                         {"5f"},
		`{"id":"x","text":"a"}` + "\n" + `{"ID":"y","Text":"b"}`:  {"x", "y"},
		`{"text":"a","guid":"g","id":null}`:                       {"g"},
		`{"text":"a","url":"u","id":"i","guid":"g","doc_id":"d"}`: {"i"},
	} {
		items, _, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(in)})
		require.NoError(t, err, in)
		var got []string
		for _, i := range items {
			got = append(got, i.ID)
		}
		assert.Equal(t, want, got, in)
	}
	_, _, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(`{"text":"a"}`), Updates: true})
	assert.ErrorContains(t, err, `neither "id" nor "url"`, "a line number does not tell documents of two runs apart")
}

func TestDuplicateIDs(t *testing.T) {
	in := `{"id":"a","text":"first"}
{"id":"b","text":"other"}
{"id":"a","text":"second"}
{"id":"a#2","text":"taken"}
{"id":"a","text":"third"}
`
	read := func(d Duplicates) (all []string, err error) {
		items, _, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(in), Duplicates: d})
		for _, i := range items {
			all = append(all, i.ID+" "+i.Text)
		}
		return all, err
	}
	_, err := read(Refuse)
	assert.ErrorContains(t, err, `-:3: the id "a" was there before, want each once (or --duplicate-ids last or suffix)`)
	got, err := read(Last)
	require.NoError(t, err)
	assert.Equal(t, []string{"b other", "a#2 taken", "a third"}, got)
	got, err = read(Suffix)
	require.NoError(t, err)
	assert.Equal(t, []string{"a first", "b other", "a#2 second", "a#2#2 taken", "a#3 third"}, got)
}

func TestNoText(t *testing.T) {
	for in, want := range map[string]string{
		`{"id":1,"wortlaut":"words and words","kurz":"x"}`: `the longest field is "wortlaut": try --text-field wortlaut`,
		"id,text,wortlaut\n1,,words and words\n":           `try --text-field wortlaut`,
		`{"id":1,"text":""}`:                               "--text-field says which field has it",
	} {
		_, _, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(in)})
		assert.ErrorContains(t, err, want)
	}
	path := filepath.Join(t.TempDir(), "a.csv")
	require.NoError(t, os.WriteFile(path, []byte("nr;wortlaut\n1;words\n"), 0o666))
	_, _, err := readAll(t, Options{Paths: []string{path}})
	assert.ErrorContains(t, err, `no column is called "text"; there are "nr", "wortlaut": --text-field says`)
}

// What a folder holds and is not read is counted and named.
func TestFolderNamesWhatItDoesNotRead(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"a.txt": "words", "b.JSONL": `{"id":"b","text":"words"}`, "c.csv": "id,text\nc,words\n", "d": "id\ttext\nd\twords\n",
		"e.html": "<html><body><p>words of a page</p></body></html>", "readme.md": "about", "photo.jpg": "\xff\xd8\xff\xe0\x00",
		"sales.csv": "year,sum\n2024,5\n", "package.json": "{\n \"name\": \"x\"\n}\n", "sub/.git/config": "x", ".hidden": "x", "report.pdf": "%PDF-1.4",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o666))
	}
	items, said, err := readAll(t, Options{Paths: []string{dir}, Threads: 3})
	require.NoError(t, err)
	var got []string
	for _, i := range items {
		got = append(got, i.ID)
	}
	assert.Equal(t, []string{"a.txt", "b", "c", "d", "e.html"}, got)
	assert.Contains(t, said, "files not read: 7:")
	assert.Contains(t, said, ".hidden (hidden)")
	assert.Contains(t, said, " and 2 more")
}

func TestEncodingFlag(t *testing.T) {
	latin2, err := EncodingNamed("iso-8859-2")
	require.NoError(t, err)
	items, said, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader("id,text\n1,\xb3\xf3d\xbc\n"), Encoding: latin2})
	require.NoError(t, err)
	assert.Empty(t, said)
	assert.Equal(t, "łódź", items[0].Text)
	_, err = EncodingNamed("klingon")
	assert.Error(t, err)
}

// Bytes that are not UTF-8 where none were at the beginning are counted.
func TestBrokenText(t *testing.T) {
	in := strings.Repeat(`{"text":"words of a text"}`+"\n", 1+sniffed/20) + `{"text":"caf` + "\xe9" + `"}` + "\n"
	_, said, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(in)})
	require.NoError(t, err)
	assert.Contains(t, said, "texts with bytes that are not UTF-8: 1; --encoding says")
}

func TestTimesAreCounted(t *testing.T) {
	in := `{"id":1,"text":"a","date":"Fri, 05 Jul 2024 10:10:00 XYZ"}
{"id":2,"text":"a","date":"05/03/2024"}
{"id":3,"text":"a","date":"yesterday"}
{"id":4,"text":"a","date":"05/04/2024"}
`
	items, said, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(in)})
	require.NoError(t, err)
	for _, i := range items {
		assert.Zero(t, i.Published)
	}
	assert.Contains(t, said, `dates in no known form, taken as unknown: 1 (the first -:3: "yesterday")`)
	assert.Contains(t, said, `not known, or is that of several countries, taken as unknown: 1 (the first -:1:`)
	assert.Contains(t, said, "cannot be told apart, taken as unknown: 2 (such as -:2: \"05/03/2024\", -:4: \"05/04/2024\"); --date-order says")

	items, said, err = readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(in), Times: when.Parser{Order: when.DayFirst}})
	require.NoError(t, err)
	assert.NotContains(t, said, "told apart")
	assert.Equal(t, time.March, items[1].Published.Month())
}
