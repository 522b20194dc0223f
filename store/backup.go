package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/store/internal/backup"
	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/gate"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/lock"
)

// Backup copies a store as it is at one moment, also while another process writes it, which
// notices nothing. The copy is a store of its own, in a folder that is not there yet or is
// empty, and appears there once it is complete and on disk. Everything acknowledged before
// the call is in it; its last operation has the position that is returned.
//
// On the file system of the store both share files, and the copy takes no more room than
// what is not in a table yet, until the store deletes what they share. Elsewhere files are
// copied as long as MinFree stays free there. Of the other options AcceptLoss, Logger and FS
// count. The error wraps ErrLocked if the store changes faster than it can be copied, and is
// else one that Open returns, ErrNoSpace, or the cause of ctx.
func Backup(ctx context.Context, dir, to string, o Options) (position uint64, err error) {
	real := o.FS == nil
	if o, err = o.withDefaults(); err != nil {
		return 0, err
	}
	mode := os.FileMode(0)
	if real {
		if dir, err = lock.Path(dir); err != nil {
			return 0, err
		}
		if to, err = lock.Path(to); err != nil {
			return 0, err
		}
		if info, err := os.Stat(to); err == nil {
			mode = info.Mode().Perm()
		}
	}
	for in := to; in != o.FS.PathDir(in); in = o.FS.PathDir(in) {
		if in == dir {
			return 0, fmt.Errorf("%w: %s is within the store, want a folder beside it", ErrOptions, to)
		}
	}
	names, err := o.FS.List(to)
	there := err == nil
	switch {
	case len(names) > 0:
		return 0, fmt.Errorf("%w: %s is to be a new store, and holds %s: name a folder that is not there", ErrOptions, to, names[0])
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return 0, err
	}
	scratch, err := backup.NewScratch(o.FS, to)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, scratch.Close()) }()
	if position, err = copyOf(ctx, dir, scratch.Dir, o); err != nil {
		return 0, err
	}
	if there {
		if mode != 0 {
			if err := os.Chmod(scratch.Dir, mode); err != nil {
				return 0, err
			}
		}
		if err := o.FS.Remove(to); err != nil {
			return 0, err
		}
	}
	if err := o.FS.Rename(scratch.Dir, to); err != nil {
		return 0, err
	}
	if err := gate.SyncDir(o.FS, o.FS.PathDir(to)); err != nil {
		return 0, errors.Join(err, o.FS.RemoveAll(to))
	}
	return position, nil
}

// OpenCopy opens for reading a copy of a store as it is at this moment, where Open returns
// ErrLocked because another process writes it. The copy is made beside the store, as Backup
// makes one, and deleted by Close; or by the next call, if the process was killed. Its
// folder has to be one that this process can write.
func OpenCopy(ctx context.Context, dir string, o Options) (s *Store, err error) {
	if o.FS == nil {
		if dir, err = lock.Path(dir); err != nil {
			return nil, err
		}
	}
	o.ReadOnly = true
	with, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	scratch, err := backup.NewScratch(with.FS, dir)
	if err != nil {
		return nil, err
	}
	if _, err = copyOf(ctx, dir, scratch.Dir, with); err == nil {
		s, err = Open(scratch.Dir, o)
		err = disk.InsteadOf(err, scratch.Dir, dir)
	}
	if err != nil {
		return nil, errors.Join(err, scratch.Close())
	}
	s.close = sync.OnceValue(func() error { return errors.Join(s.shutDown(), scratch.Close()) })
	return s, nil
}

// copyOf copies a store into a folder that is there and empty.
func copyOf(ctx context.Context, dir, to string, o Options) (position uint64, err error) {
	b := backup.Backup{FS: o.FS, From: dir, To: to, MinFree: o.MinFree, Prove: func() (uint64, error) { return prove(to, o) }}
	position, err = b.Make(ctx)
	return position, disk.InsteadOf(err, to, dir)
}

// prove opens a copy, deletes the files that its index does not need, and returns the
// position of its last operation. What is missing is an error.
func prove(dir string, o Options) (position uint64, err error) {
	o.ReadOnly = true
	d, err := disk.Open(dir, o.folder())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	version, err := disk.Number(d, keys.Version)
	switch {
	case err != nil:
		return 0, err
	case version > disk.FormatVersion:
		return 0, disk.ErrNewer(version)
	case 0 < version && version < disk.FormatVersion:
		return 0, fmt.Errorf("%w: format %d, want %d: copy it with the version that made it", ErrRules, version, disk.FormatVersion)
	case version == 0:
		return 0, fmt.Errorf("%w: it has no version, want %d", ErrNotStore, disk.FormatVersion)
	}
	s := &Store{o: o, disk: d}
	index := &indexView{s, d.NewSnapshot()}
	need, err := cluster.FilesOf(index)
	if err = errors.Join(s.translate(err), index.Close()); err != nil {
		return 0, err
	}
	there, err := disk.Runs{Disk: d}.Files()
	if err != nil {
		return 0, err
	}
	for _, n := range there {
		path := o.FS.PathJoin(dir, n)
		want, needed := need[n]
		if !needed {
			// The store may have it for its next checkpoint: the copy is to write its own.
			if err := o.FS.Remove(path); err != nil {
				return 0, err
			}
			continue
		}
		var info vfs.FileInfo
		if info, err = o.FS.Stat(path); err != nil {
			return 0, err
		}
		if info.Size() == want {
			delete(need, n)
		}
	}
	if len(need) > 0 {
		n := slices.Min(slices.Collect(maps.Keys(need)))
		return 0, fmt.Errorf("%w: %s: the file %s of %d bytes is not there%s", ErrCorrupt, dir, n, need[n], theIndex)
	}
	return disk.Number(d, keys.Position)
}
