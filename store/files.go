package store

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

// fileSuffix ends the names of these files.
const fileSuffix = ".run"

func (d *disk) path(name string) string { return d.gate.FS.PathJoin(d.dir, name) }

// Create makes a file. It is synced now and then while it is written: syncing all at
// the end would delay commits meanwhile.
func (t storage) Create(name string) (io.WriteCloser, error) {
	d := t.s.disk
	var file vfs.File
	err := d.gate.DoNamed(func() (err error) { // rather than its Create, which waits once it is shut
		file, err = d.gate.FS.Create(d.path(name), vfs.WriteCategoryUnspecified)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &indexFile{vfs.NewSyncingFile(d.gate.Wrap(file), vfs.SyncingFileOptions{BytesPerSync: 1 << 20}), d}, nil
}

// An indexFile is a file that is being written.
type indexFile struct {
	vfs.File
	disk *disk
}

// Close makes the file and its name durable.
func (f *indexFile) Close() error {
	if err := errors.Join(f.Sync(), f.File.Close()); err != nil {
		return err
	}
	return f.disk.gate.Do(func() error { return gate.SyncDir(f.disk.gate.FS, f.disk.dir) })
}

func (t storage) Open(name string) (cluster.File, error) {
	return t.s.disk.gate.FS.Open(t.s.disk.path(name))
}

func (t storage) Remove(name string) error { return t.s.disk.gate.Remove(t.s.disk.path(name)) }

func (t storage) Files() ([]string, error) { return t.s.disk.files() }

func (d *disk) files() ([]string, error) {
	names, err := d.gate.FS.List(d.dir)
	return slices.DeleteFunc(names, func(n string) bool { return !strings.HasSuffix(n, fileSuffix) }), err
}

// bytes returns the size of the files of Pebble and of the index.
func (d *disk) bytes() (uint64, error) {
	n := d.Metrics().DiskSpaceUsage()
	names, err := d.files()
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
