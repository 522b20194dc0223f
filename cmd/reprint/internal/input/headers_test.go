package input

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inFile reads a file of some name and content.
func inFile(t testing.TB, name, content string, o Options) (items []Item, said string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o666))
	o.Paths = []string{path}
	return readAll(t, o)
}

// The names that people give to columns are found, however they are spelt.
func TestUsualHeaders(t *testing.T) {
	for header, row := range map[string]string{
		"ID;Zeitung;Datum;Titel;Volltext":                     "7;Quay;2024-03-05;Ferry;words",
		"id;Medium;Datum;Überschrift;Artikel":                 "7;Quay;2024-03-05;Ferry;words",
		"id;Quelle;DATUM;U\u0308berschrift;Inhalt":            "7;Quay;2024-03-05;Ferry;words",
		"id;source name;Publish-Date;Headline;Full Text":      "7;Quay;2024-03-05;Ferry;words",
		"Doc ID;Site_Name;published date;title;FULLTEXT":      "7;Quay;2024-03-05;Ferry;words",
		"id;journal;date de publication;titre;texte":          "7;Quay;2024-03-05;Ferry;words",
		"id;periódico;fecha;título;texto":                     "7;Quay;2024-03-05;Ferry;words",
		"\ufeffid;fuente;Fecha;Titulo;Contenido":              "7;Quay;2024-03-05;Ferry;words",
		"sep=;\r\nid;site;date;title;text":                    "7;Quay;2024-03-05;Ferry;words",
		"\ufeffSEP=|\nid|site|date|title|subtitle;a;b;c|text": "7|Quay|2024-03-05|Ferry|x|words",
	} {
		items, _, err := inFile(t, "a.csv", header+"\r\n"+row+"\r\n", Options{})
		require.NoError(t, err, header)
		require.Len(t, items, 1, header)
		d := items[0].Document
		assert.Equal(t, []string{"7", "Quay", "Ferry", "words"}, []string{d.ID, d.Site, d.Title, d.Text}, header)
		assert.Equal(t, time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC), d.Published, header)
	}
	items, said, err := inFile(t, "a.jsonl", `{"ID":7,"Zeitung":"Quay","Datum":"2024-03-05","Überschrift":"Ferry","Full Text":"words"}`, Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"7", "Quay", "Ferry", "words"}, []string{items[0].ID, items[0].Site, items[0].Title, items[0].Text})
	assert.Contains(t, said, `site from "zeitung"`)
	// A name that was given is that one.
	items, _, err = inFile(t, "a.csv", "id,full_text,Full Text\n1,first,second\n", Options{Fields: Fields{Text: "Full Text"}})
	require.NoError(t, err)
	assert.Equal(t, "second", items[0].Text)
}

// Excel calls a table with tabs in UTF-16 .txt. Text with tabs is text.
func TestTablesCalledText(t *testing.T) {
	table := "\ufeffID\tZeitung\tVolltext\r\n7\tQuay\tA ferry ran aground.\r\n8\tGazette\tA bridge was closed.\r\n"
	var wide []byte
	for _, c := range utf16.Encode([]rune(table)) {
		wide = append(wide, byte(c), byte(c>>8))
	}
	for _, content := range []string{table, string(wide)} {
		items, _, err := inFile(t, "a.txt", content, Options{})
		require.NoError(t, err)
		require.Len(t, items, 2)
		assert.Equal(t, []string{"8", "Gazette", "A bridge was closed."}, []string{items[1].ID, items[1].Site, items[1].Text})
	}
	for _, content := range []string{"text\tid", "A\tferry\nran\taground\n", "id,text\n1,words\n", "Text\tSource\nof a table of contents\n"} {
		items, _, err := inFile(t, "a.txt", content, Options{})
		require.NoError(t, err)
		require.Len(t, items, 1)
		assert.Equal(t, content, items[0].Text)
	}
}

func TestPageSavedWithItsParts(t *testing.T) {
	const mail = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://quay.example/ferry\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<html><body>words</body></html>\r\n"
	for _, name := range []string{"a.mhtml", "a.txt"} {
		_, _, err := inFile(t, name, mail, Options{})
		require.ErrorIs(t, err, ErrFormat)
		assert.ErrorContains(t, err, "MHTML")
	}
}

// A saved page says where it was, unless it says that it belongs elsewhere.
func TestSavedPages(t *testing.T) {
	const page = "<html><head><title>Ferry</title></head><body><p>A ferry ran onto a sandbank on Sunday.</p></body></html>"
	for comment, want := range map[string]string{
		"<!-- saved from url=(0026)https://quay.example/ferry -->\n<!DOCTYPE html>\n":                                    "https://quay.example/ferry",
		"<!DOCTYPE html> <!--\n Page saved with SingleFile \n url: https://quay.example/ferry?a=b \n saved date: x\n-->": "https://quay.example/ferry?a=b",
		"<!-- saved from url=(0014)about:internet -->":                                                                   "",
		"<!-- saved from url=(0026) -->":                                                                                 "",
		"<!-- our url: https://quay.example/ -->":                                                                        "",
	} {
		items, _, err := inFile(t, "a.html", comment+page, Options{})
		require.NoError(t, err)
		require.Len(t, items, 1)
		assert.Equal(t, want, items[0].URL, comment)
	}
	items, _, err := inFile(t, "a.html", "<!-- saved from url=(0026)https://m.quay.example/ferry -->"+strings.Replace(page, "<title>", `<link rel="canonical" href="/story"><title>`, 1), Options{})
	require.NoError(t, err)
	assert.Equal(t, "https://m.quay.example/story", items[0].URL)
}

// A quote that is never closed is no bad row among others: what follows it would be lost.
func TestQuoteNeverClosed(t *testing.T) {
	const in = "id,text\n1,\"two\nlines\"\n2,words\n3,\"never closed\n4,words\n5,words\n"
	for _, skip := range []bool{false, true} {
		items, _, err := inFile(t, "a.csv", in, Options{SkipBad: skip})
		require.ErrorIs(t, err, ErrQuote)
		assert.ErrorContains(t, err, "a.csv:5: a quote is never closed: that of line 5, so that all behind it")
		assert.Len(t, items, 2)
	}
	_, said, err := inFile(t, "a.csv", "id,text\n1,\"open\n2,words\n3,\"x\"\n4,words\n", Options{SkipBad: true})
	require.NoError(t, err)
	assert.Contains(t, said, "bad lines skipped: 1 (the first ")
	assert.Contains(t, said, "a.csv:2: a quote that opens here is closed within a field, 2 lines further on: is one missing?)")
}

// The id of a bad line is free.
func TestBadLinesKeepNoID(t *testing.T) {
	for _, worst := range []string{`{"id":"a","text":5}`, `{"id":"a","text":"` + strings.Repeat("x", MaxText+1) + `"}`, `{"id":"a","text":"x"`, `{"id":"a","text":["x"]}`} {
		items, said, err := inFile(t, "a.jsonl", worst+"\n"+`{"id":"a","text":"words"}`+"\n", Options{SkipBad: true})
		require.NoError(t, err)
		require.Len(t, items, 1)
		assert.Equal(t, "words", items[0].Text)
		assert.Contains(t, said, "bad lines skipped: 1 (the first ")
		assert.Contains(t, said, "a.jsonl:1: ")
	}
	items, _, err := inFile(t, "a.csv", "id,text\na,b,c\na,words\n", Options{SkipBad: true})
	require.NoError(t, err)
	assert.Len(t, items, 1)
}

// A field that was named and that no document has is an error; one that a few have is not.
func TestNamedFieldsThatAreNotThere(t *testing.T) {
	for in, o := range map[string]Fields{
		"site":      {Site: "nope"},
		"published": {Published: "nope"},
		"title":     {Title: "nope"},
		"url":       {URL: "nope"},
		"id":        {ID: "nope"},
	} {
		for _, content := range []string{"id,text,site\n1,words,x\n", `{"id":1,"text":"words","site":"x"}` + "\n"} {
			_, _, err := inFile(t, "a", content, Options{Fields: o})
			assert.EqualError(t, err, `no document has anything in the field "nope" (--`+in+`-field)`)
			_, said, err := inFile(t, "a", content, Options{Fields: o, Updates: true})
			require.NoError(t, err)
			assert.Contains(t, said, `no document has anything in the field "nope"`)
		}
	}
	_, _, err := inFile(t, "a.jsonl", `{"id":1,"text":"a"}`+"\n"+`{"id":2,"text":"b","rubrik":"x"}`, Options{Fields: Fields{Site: "rubrik"}})
	require.NoError(t, err)
}

// What is wrong is said as users see it.
func TestWhatIsWrongWithAFile(t *testing.T) {
	for name, c := range map[string][2]string{
		"empty.txt":  {"", "empty.txt: the file is empty"},
		"list.json":  {`{"status":"ok","articles":[{"id":1,"text":"words"}]}`, `the articles seem to be inside "articles": take them out, as by jq '.["articles"]'`},
		"rows.csv":   {"1,2024-03-05,A ferry ran aground\n2,2024-03-06,A bridge was closed\n", "the first line seems to be no header"},
		"other.csv":  {"nr,wortlaut\n1,words\n", `there are "nr", "wortlaut"`},
		"lists.json": {`{"a":1,"b":[1,2]}`, `neither "id" nor "text" nor "url"`},
	} {
		_, _, err := inFile(t, name, c[0], Options{})
		assert.ErrorContains(t, err, c[1], name)
	}
	for _, name := range []string{"a.jsonl", "a.csv"} {
		_, said, err := inFile(t, name, "", Options{})
		if err == nil {
			assert.Contains(t, said, name+": the file is empty)", name)
		} else {
			assert.ErrorContains(t, err, "the file is empty", name)
		}
	}
	_, _, err := readAll(t, Options{Paths: []string{"nothing.jsonl"}})
	assert.EqualError(t, err, "nothing.jsonl: there is no such file or folder")
}
