package store

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint/cluster"
)

// The index has files of its own, with postings, beside those of Pebble, in which
// it would take ten times as long to look them up.

// fileSuffix is that of their names.
const fileSuffix = ".run"

func (d *disk) path(name string) string { return d.gate.FS.PathJoin(d.dir, name) }

// Create makes a file. What is written to it goes to the disk now and then, as all at
// once in the end would make those wait who commit in the meantime.
func (t storage) Create(name string) (io.WriteCloser, error) {
	d := t.s.disk
	var file vfs.File
	err := d.gate.do(func() (err error) { // rather than its Create, which waits once it is shut
		file, err = d.gate.FS.Create(d.path(name), vfs.WriteCategoryUnspecified)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &indexFile{vfs.NewSyncingFile(&gatedFile{file, d.gate}, vfs.SyncingFileOptions{BytesPerSync: 1 << 20}), d}, nil
}

// An indexFile is one being written.
type indexFile struct {
	vfs.File
	disk *disk
}

// Close makes the file durable, and its name.
func (f *indexFile) Close() error {
	if err := errors.Join(f.Sync(), f.File.Close()); err != nil {
		return err
	}
	dir, err := f.disk.gate.OpenDir(f.disk.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
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

// bytes returns what the files of Pebble and those of the index take.
func (d *disk) bytes() (uint64, error) {
	n := d.Metrics().DiskSpaceUsage()
	names, err := d.files()
	for _, name := range names {
		switch info, err := d.gate.FS.Stat(d.path(name)); {
		case errors.Is(err, fs.ErrNotExist): // by now
		case err != nil:
			return n, err
		default:
			n += uint64(info.Size())
		}
	}
	return n, err
}
