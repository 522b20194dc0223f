package gate

import (
	"errors"
	"slices"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// MakeDir makes a folder with those above it, and makes their names durable: what is
// in a folder is lost with its name. Texts may be confidential, so nobody else can read
// the folder. One that is there keeps its mode.
func MakeDir(fsys vfs.FS, dir string) error {
	parents := []string{fsys.PathDir(dir)}
	for {
		top := parents[len(parents)-1]
		above := fsys.PathDir(top)
		if receipt.Exists(fsys, top) || above == top {
			break
		}
		parents = append(parents, above)
	}
	err := fsys.MkdirAll(parents[0], 0o755)
	if err == nil {
		err = fsys.MkdirAll(dir, 0o700)
	}
	for _, p := range slices.Backward(parents) {
		if err == nil {
			err = SyncDir(fsys, p)
		}
	}
	return err
}

// SyncDir makes the names in a folder durable.
func SyncDir(fs vfs.FS, dir string) error {
	d, err := fs.OpenDir(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
