package input

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A file is one to read. Its id is its name, or its path with slashes in the folder
// where it was found.
type file struct {
	path, id string
	size     int64
	inFolder bool
}

// Errors to test for with errors.Is.
var (
	ErrTwice  = errors.New("standard input can be read only once")
	ErrFormat = errors.New("no format that is read")
)

func (r *Reader) files() ([]file, error) {
	var files []file
	for i, path := range r.Paths {
		if path == "-" {
			if slices.Contains(r.Paths[:i], "-") {
				return nil, ErrTwice
			}
			files = append(files, file{path: "-", id: "-"})
			continue
		}
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: there is no such file or folder", path)
		}
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, file{path: path, id: filepath.Base(path), size: info.Size()})
			continue
		}
		// Unlike filepath.WalkDir, this looks into a folder that is a link.
		err = fs.WalkDir(os.DirFS(path), ".", func(id string, e fs.DirEntry, err error) error {
			p := filepath.Join(path, filepath.FromSlash(id))
			if err != nil && id != "." && r.passable(file{path: p, inFolder: true}, pathless(err)) {
				return fs.SkipDir
			}
			if err != nil {
				return err
			}
			if id != "." && strings.HasPrefix(e.Name(), ".") {
				r.passOver(p, "hidden")
				if e.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if e.IsDir() {
				return nil
			}
			info, err := os.Stat(p)
			if errors.Is(err, fs.ErrNotExist) && e.Type()&fs.ModeSymlink != 0 {
				r.passOver(p, "a link to nothing")
				return nil
			}
			if err != nil && r.passable(file{path: p, inFolder: true}, pathless(err)) {
				return nil
			}
			if err != nil {
				return err
			}
			if !info.Mode().IsRegular() {
				if !info.IsDir() {
					r.passOver(p, "no plain file")
				}
				return nil
			}
			files = append(files, file{p, id, info.Size(), true})
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return files, nil
}

// passOver remembers a file that a folder holds and that is not read.
func (r *Reader) passOver(path, why string) {
	r.unread = append(r.unread, fmt.Sprintf("%s (%s)", path, why))
}
