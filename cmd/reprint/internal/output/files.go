package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// ErrFile is wrapped by errors about a file that is not to be written.
var ErrFile = errors.New("not to be written")

// Flags that name files to write, with the endings of what they hold, and flags that
// name what is read.
var (
	writes = []struct {
		flag    string
		endings []string
	}{
		{"output", []string{"csv", "tsv", "jsonl", "ndjson", "parquet", "json"}},
		{"matrix", []string{"csv"}},
		{"dropped", []string{"jsonl", "ndjson", "json"}},
		{"save", []string{"json"}},
		{"plot", []string{"svg"}},
	}
	reads   = []string{"docs", "pairs", "clusters", "labels", "corpus", "background", "ids", "db", "token-file", "key-file"}
	page    = []string{"html", "htm", "xhtml"}
	packed  = []string{"gz", "zst"}
	foreign = []string{"xlsx", "xlsm", "xlsb", "xls", "ods", "numbers", "tab", "xz", "bz2", "lz4", "zip", "7z", "br", "tgz", "tar", "pdf", "doc", "docx",
		"odt", "rtf", "xml", "yaml", "yml", "feather", "arrow", "orc", "avro", "sqlite", "sqlite3", "db", "dta", "sav", "rds"}
)

// A Run is what a command is called with.
type Run struct {
	Command       string
	Flags         *pflag.FlagSet
	Args          []string
	Dropped       string // the file that dedup names itself
	Stdin, Stdout any    // which may be an *os.File
}

// Check returns the error about a file that would be written over what is read, or over
// another that is written, or whose name promises what it would not hold. It looks at
// the files themselves, so that links and other spellings are found.
func (r Run) Check() error {
	if f := r.Flags.Lookup("output"); f == nil || r.Command == "help" {
		return nil
	}
	if r.Command == "report" && r.Flags.Changed("format") {
		return fmt.Errorf("%w: a report is a page of HTML and has no --format", ErrFile)
	}
	written := []use{}
	for _, w := range writes {
		f := r.Flags.Lookup(w.flag)
		if f == nil {
			continue
		}
		path := f.Value.String()
		if w.flag == "dropped" && path == "" {
			path = r.Dropped
		}
		if path == "" && w.flag == "output" {
			path = "-"
		}
		if path == "" || path == "none" && w.flag == "dropped" {
			continue
		}
		if err := r.name(w.flag, path, w.endings); err != nil {
			return err
		}
		one := use{said: "--" + w.flag + " " + path, path: path}
		if path == "-" {
			one.info = ofFile(r.Stdout)
		} else {
			one.info, _ = os.Stat(path)
		}
		for _, other := range written {
			if one.same(other) {
				return fmt.Errorf("%w: %s and %s are one file", ErrFile, other.said, one.said)
			}
		}
		written = append(written, one)
	}
	for _, from := range r.read() {
		for _, to := range written {
			if to.info == nil || from.info == nil || strings.HasPrefix(to.said, "--save") && strings.HasPrefix(from.said, "--corpus") {
				continue // what is known of sites is read whole before it is saved again
			}
			if os.SameFile(from.info, to.info) && (to.info.IsDir() || to.info.Mode().IsRegular()) {
				return fmt.Errorf("%w: %s is what is read, want another file", ErrFile, to.said)
			}
			if from.info.IsDir() && to.path != "-" && within(to.path, from.info) {
				return fmt.Errorf("%w: %s is there already, in the folder %s that is read, want another place", ErrFile, to.said, from.path)
			}
		}
	}
	return nil
}

// A use is a file that is read or written. info is nil where there is none.
type use struct {
	said, path string
	info       fs.FileInfo
}

func ofFile(f any) fs.FileInfo {
	if file, ok := f.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			return info
		}
	}
	return nil
}

// same reports whether two files to write are one. Devices can be written to twice.
func (u use) same(v use) bool {
	switch {
	case u.info != nil && v.info != nil:
		return u.info.Mode().IsRegular() && os.SameFile(u.info, v.info)
	case u.info != nil || v.info != nil:
		return false
	}
	return target(u.path) == target(v.path)
}

// target returns where a file would come to be.
func target(path string) string {
	if path == "-" {
		return path
	}
	path = followed(path)
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	return path
}

// within reports whether a file that is there is in a folder, however deep.
func within(path string, folder fs.FileInfo) bool {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	if path, err = filepath.Abs(path); err != nil {
		return false
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && os.SameFile(info, folder) {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

// read returns what the command reads.
func (r Run) read() []use {
	var all []use
	add := func(said, path string) {
		u := use{said: said, path: path}
		if path == "-" {
			u.info = ofFile(r.Stdin)
		} else {
			u.info, _ = os.Stat(path)
		}
		all = append(all, u)
	}
	for _, path := range r.Args {
		add(path, path)
	}
	for _, name := range reads {
		f := r.Flags.Lookup(name)
		if f == nil || !f.Changed {
			continue
		}
		paths := []string{f.Value.String()}
		if s, ok := f.Value.(pflag.SliceValue); ok {
			paths = s.GetSlice()
		}
		for _, path := range paths {
			add("--"+name, path)
		}
	}
	return all
}

// name returns the error about a name that promises what the file would not hold.
func (r Run) name(flag, path string, endings []string) error {
	ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	if info, err := os.Stat(path); path == "-" || ext == "" || err == nil && !info.Mode().IsRegular() {
		return nil
	}
	formatted := r.Flags.Changed("format")
	asItCame := flag == "output" && r.Command == "dedup" && !formatted
	others := slices.Concat(foreign, packed)
	switch {
	case flag == "output" && r.Command == "report":
		endings = page
		others = append(others, writes[0].endings...)
	case asItCame:
		endings = append(slices.Concat(endings, packed), "tab") // and what the input is, decides
	case flag == "output" && r.Command == "text":
		others = slices.Concat(others, page)
	case flag == "output" && formatted:
		endings = append(slices.Clone(endings), "tab")
		others = slices.Concat(others, page)
	default:
		others = slices.Concat(others, writes[0].endings, page)
	}
	if !slices.Contains(others, ext) || slices.Contains(endings, ext) {
		return nil
	}
	return fmt.Errorf("%w: %s: nothing of the kind .%s is written here, want a name that ends in .%s", ErrFile, path, ext, strings.Join(endings, ", ."))
}
