package input

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// A Format is what a file holds.
type Format string

// The formats. Unread is what holds no documents, as far as can be told.
const (
	JSONLines Format = "JSON lines"
	JSON      Format = "JSON" // an array, or objects over several lines
	CSV       Format = "CSV"
	Parquet   Format = "Parquet"
	WARC      Format = "WARC"
	HTML      Format = "HTML"
	Feed      Format = "feed"
	Text      Format = "text"
	Unread    Format = ""
)

// sniffed is how much of the beginning of a file is looked at.
const sniffed = 64 << 10

// foreign are the beginnings of files that hold no text that could be read here.
var foreign = map[string]string{
	"%PDF-": "PDF", "\x89PNG": "PNG", "\xff\xd8\xff": "JPEG", "GIF8": "GIF", "PK\x03\x04": "a zip archive (or a document of an office program)",
	"RIFF": "sound or video", "\x7fELF": "a program", "SQLite format 3": "an SQLite database", "Rar!": "a rar archive", "\x04\x22\x4d\x18": "an lz4 file", "7z\xbc\xaf": "a 7z archive",
	"{\\rtf": "RTF", "ORC": "ORC", "Obj\x01": "Avro", "ARROW1": "Arrow", "\xd0\xcf\x11\xe0": "a document of an office program",
}

// sniffBytes tells a format by bytes that are no text, and why not where it is none of
// those that can be read. decided is false for what looks like text.
func sniffBytes(head []byte) (f Format, why string, decided bool) {
	switch {
	case bytes.HasPrefix(head, []byte("PAR1")):
		return Parquet, "", true
	case bytes.HasPrefix(head, []byte("WARC/")):
		return WARC, "", true
	}
	for magic, what := range foreign {
		if bytes.HasPrefix(head, []byte(magic)) {
			return Unread, what, true
		}
	}
	if isMHTML(head) {
		return Unread, "a page saved with all of its parts (MHTML): save it as HTML", true
	}
	if _, ok := marked(head); ok {
		return Unread, "", false
	}
	if _, ok := wide(head); ok {
		return Unread, "", false
	}
	if t := bytes.TrimSpace(head); bytes.IndexByte(head, 0) >= 0 && t[0] != '{' && t[0] != '[' {
		return Unread, "no text", true
	}
	return Unread, "", false
}

// isMHTML reports whether a file is a page that a browser saved as a mail of several
// parts.
func isMHTML(head []byte) bool {
	lower := bytes.ToLower(head[:min(len(head), 4096)])
	fields, _, _ := bytes.Cut(bytes.ReplaceAll(lower, []byte("\r"), nil), []byte("\n\n"))
	name, _, ok := bytes.Cut(fields, []byte(":"))
	return ok && len(name) < 40 && !bytes.ContainsAny(name, " \n<{") && bytes.Contains(fields, []byte("multipart/related")) && bytes.Contains(fields, []byte("mime-version:"))
}

// sniffText tells a format by the beginning of a text in UTF-8. whole says that the
// beginning is all of it. Names count only where the content leaves it open: a text may
// begin with a bracket, and a table may have any header.
func sniffText(head []byte, whole bool, path string, f Fields) Format {
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	trimmed := bytes.TrimSpace(head)
	ext := extension(path)
	if len(trimmed) == 0 {
		switch ext {
		case ".jsonl", ".ndjson", ".json", "":
			return JSONLines
		}
		return Text
	}
	switch trimmed[0] {
	case '{':
		if f := sniffObject(trimmed, whole); f != Unread {
			return f
		}
	case '[':
		inner := bytes.TrimSpace(trimmed[1:])
		if len(inner) > 0 && (inner[0] == '{' || inner[0] == ']') || len(inner) == 0 && ext != ".txt" {
			return JSON
		}
	case '<':
		if f := sniffMarkup(trimmed); f != Unread {
			return f
		}
	}
	switch ext {
	case ".jsonl", ".ndjson":
		return JSONLines // with a bad first line
	case ".json":
		return JSON
	case ".csv", ".tsv", ".tab":
		return CSV
	case ".htm", ".html", ".xhtml":
		return HTML
	case ".txt", ".text", ".md":
		// Excel calls its tables with tabs .txt, too.
		if _, d, _ := headerOf(trimmed); ext == ".md" || len(f.Text) == 0 && (d != '\t' || !bytes.Contains(trimmed, []byte("\n"))) {
			return Text
		}
	}
	if isTable(trimmed, f) {
		return CSV
	}
	return Text
}

// sniffObject tells JSON lines from objects over several lines, and from text that
// begins with a brace.
func sniffObject(head []byte, whole bool) Format {
	inner := bytes.TrimSpace(head[1:])
	if len(inner) > 0 && inner[0] != '"' && inner[0] != '}' {
		return Unread
	}
	first, rest, more := bytes.Cut(head, []byte("\n"))
	if !more || json.Valid(first) {
		return JSONLines
	}
	// Lines whose first is damaged are lines all the same.
	if second, _, _ := bytes.Cut(bytes.TrimLeft(rest, "\r\n"), []byte("\n")); len(second) > 0 && second[0] == '{' && (json.Valid(second) || !whole) {
		return JSONLines
	}
	return JSON
}

// sniffMarkup tells feeds from pages.
func sniffMarkup(head []byte) Format {
	lower := bytes.ToLower(head[:min(len(head), 4096)])
	for _, mark := range []string{"<rss", "<feed", "<rdf:rdf"} {
		if i := bytes.Index(lower, []byte(mark)); i >= 0 && !bytes.Contains(lower[:i], []byte("<html")) {
			return Feed
		}
	}
	for _, mark := range []string{"<!doctype html", "<html", "<head", "<body", "<meta", "<title", "<article", "<div", "<p>", "<p ", "<h1"} {
		if bytes.Contains(lower, []byte(mark)) {
			return HTML
		}
	}
	return Unread
}

// isTable reports whether a text is a table: its first line has a column for the text
// and another one that is known, and the second row has as many fields.
func isTable(head []byte, f Fields) bool {
	line, d, n := headerOf(head)
	if n < 2 {
		return false
	}
	found, text := f.columns(toStrings(csvFields(line, d)))
	if !text {
		return false
	}
	known := 0
	for _, columns := range found {
		known += min(len(columns), 1)
	}
	rows := 0
	for l, err := range csvRows(d)(bytes.NewReader(head)) {
		if rows++; err == nil && rows == 2 {
			return known >= 2 && len(csvFields(l.Text, d)) == n
		}
	}
	return known >= 2 // a header alone, or a row longer than what is looked at
}

func toStrings(fields [][]byte) []string {
	s := make([]string, len(fields))
	for i, f := range fields {
		s[i] = string(f)
	}
	return s
}

// extension returns the last part of a name, of a packed file the one before, in lower
// case.
func extension(path string) string {
	path = strings.ToLower(path)
	ext := filepath.Ext(path)
	switch ext {
	case ".gz", ".zst", ".xz", ".bz2":
		ext = filepath.Ext(strings.TrimSuffix(path, ext))
	}
	return ext
}

// printable reports whether bytes could be text in an encoding of single bytes: no
// control characters but white space, form feeds and escapes.
func printable(head []byte) bool {
	if utf8.Valid(head) {
		return true
	}
	odd := 0
	for _, c := range head {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\x1b' || c == 0x7f {
			odd++
		}
	}
	return odd*50 <= len(head)
}
