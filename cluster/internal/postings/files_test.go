package postings

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
)

// mapFiles are files in a map.
type mapFiles map[string][]byte

func newMapFiles() mapFiles { return mapFiles{} }

func (f mapFiles) Create(name string) (io.WriteCloser, error) {
	f[name] = nil
	return &writtenFile{files: f, name: name}, nil
}

func (f mapFiles) Open(name string) (File, error) {
	b, ok := f[name]
	if !ok {
		return nil, fmt.Errorf("no file %s", name)
	}
	return readFile{bytes.NewReader(b)}, nil
}

func (f mapFiles) Remove(name string) error {
	delete(f, name)
	return nil
}

func (f mapFiles) Files() ([]string, error) { return slices.Sorted(maps.Keys(f)), nil }

type writtenFile struct {
	files mapFiles
	name  string
}

func (w *writtenFile) Write(p []byte) (int, error) {
	w.files[w.name] = append(w.files[w.name], p...)
	return len(p), nil
}

func (w *writtenFile) Close() error { return nil }

type readFile struct{ *bytes.Reader }

func (readFile) Close() error { return nil }
