package disk

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/store/internal/gate"
)

// The index has its postings in files of its own, beside those of Pebble. Looking
// them up in Pebble would take longer: see cluster/internal/postings/README.md.

// runSuffix ends the names of these files.
const runSuffix = ".run"

// IsRun reports whether a file has such a name.
func IsRun(name string) bool { return strings.HasSuffix(name, runSuffix) }

// Runs are these files.
type Runs struct{ Disk *Disk }

func (d *Disk) path(name string) string { return d.gate.FS.PathJoin(d.dir, name) }

// Create makes a file. It is synced now and then while it is written: syncing all at
// the end would delay commits meanwhile.
func (r Runs) Create(name string) (io.WriteCloser, error) {
	d := r.Disk
	var file vfs.File
	err := d.gate.DoNamed(func() (err error) { // rather than its Create, which waits once it is shut
		file, err = d.gate.FS.Create(d.path(name), vfs.WriteCategoryUnspecified)
		return err
	})
	if err != nil {
		d.fail(err)
		return nil, err
	}
	return &indexFile{vfs.NewSyncingFile(d.gate.Wrap(file), vfs.SyncingFileOptions{BytesPerSync: 1 << 20}), d}, nil
}

// An indexFile is a file that is being written.
type indexFile struct {
	vfs.File
	disk *Disk
}

func (f *indexFile) Write(b []byte) (int, error) {
	n, err := f.File.Write(b)
	if err != nil {
		f.disk.fail(err)
	}
	return n, err
}

// Close makes the file and its name durable.
func (f *indexFile) Close() error {
	err := errors.Join(f.Sync(), f.File.Close())
	if err == nil {
		err = f.disk.gate.Do(func() error { return gate.SyncDir(f.disk.gate.FS, f.disk.dir) })
	}
	if err != nil {
		f.disk.fail(err)
	}
	return err
}

func (r Runs) Open(name string) (cluster.File, error) {
	return r.Disk.gate.FS.Open(r.Disk.path(name))
}

func (r Runs) Remove(name string) error { return r.Disk.gate.Remove(r.Disk.path(name)) }

func (r Runs) Files() ([]string, error) {
	names, err := r.Disk.gate.FS.List(r.Disk.dir)
	return slices.DeleteFunc(names, func(n string) bool { return !IsRun(n) }), err
}

// Bytes returns the size of the files of Pebble and of the index.
func (d *Disk) Bytes() (uint64, error) {
	n := d.Metrics().DiskSpaceUsage()
	names, err := Runs{d}.Files()
	for _, name := range names {
		switch info, err := d.gate.FS.Stat(d.path(name)); {
		case errors.Is(err, fs.ErrNotExist): // deleted meanwhile
		case err != nil:
			return n, err
		default:
			n += uint64(info.Size())
		}
	}
	return n, err
}
