package input

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
)

// named are the formats that the ending of a file promises.
var named = map[string][]Format{
	".jsonl": {JSONLines}, ".ndjson": {JSONLines}, ".json": {JSON}, ".csv": {CSV}, ".tsv": {CSV}, ".tab": {CSV}, ".parquet": {Parquet}, ".warc": {WARC},
}

// Fits returns the error about a name under which Copy would write another format than
// it promises, as far as the first file tells. It reads no more than its beginning, and
// nothing of standard input, of which Copy says the same.
func (r *Reader) Fits(path string) error {
	files, err := r.files()
	r.unread = nil // which Items names
	if err != nil {
		return nil // which Items says
	}
	for _, f := range files {
		if f.path == "-" {
			return nil
		}
		src, err := r.open(f)
		if err != nil {
			return nil
		}
		src.Close()
		if r.refused(src) == "" {
			return fits(src, path)
		}
	}
	return nil
}

func fits(src *source, path string) error {
	ext := extension(path)
	promised := named[ext]
	if path == "-" || promised == nil || src.format == Feed || ext == extension(src.path) && src.format != Text && src.format != HTML && (src.format != Parquet || !packedName(path)) {
		return nil
	}
	holds := string(src.format)
	switch {
	case src.format == Text || src.format == HTML:
		return fmt.Errorf("%w: %s: each document of the input is a file, so that OUT is a folder (--format %s writes them into one file)", output.ErrFile, path, strings.TrimPrefix(ext, "."))
	case src.format == Parquet && packedName(path):
		return fmt.Errorf("%w: %s: Parquet is packed in itself, want a name that ends in .parquet", output.ErrFile, path)
	case src.format == CSV:
		tabs := delimiterIn(src.head) == '\t'
		if tabs {
			holds = "columns with tabs between them"
		}
		if tabs == (ext != ".csv") && slices.Contains(promised, CSV) {
			return nil
		}
	case slices.Contains(promised, src.format):
		return nil
	}
	hint := ""
	if format := strings.Replace(strings.TrimPrefix(ext, "."), "ndjson", "jsonl", 1); slices.Contains(output.Formats, format) && !packedName(path) {
		hint = ", or --format " + format
	}
	return fmt.Errorf("%w: %s would hold %s, the format of the input: want another name, such as %s%s", output.ErrFile, path, holds,
		strings.TrimSuffix(strings.TrimSuffix(path, filepath.Ext(path)), ext)+endingOf(src), hint)
}

// endingOf returns how a file of the format of a source is called.
func endingOf(src *source) string {
	switch {
	case src.format == CSV && delimiterIn(src.head) == '\t':
		return ".tsv"
	case src.format == JSONLines:
		return ".jsonl"
	}
	return "." + strings.ToLower(string(src.format))
}
