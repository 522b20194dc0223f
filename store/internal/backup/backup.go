// Package backup copies the folder of a store while another process writes it, and without
// its help. docs/format.md says why the copy is the store as it was at one moment.
package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/atomicfs"

	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/gate"
	"github.com/cbb30ed1/reprint/store/internal/lock"
	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

const (
	mostAttempts = 50
	mostPause    = 100 * time.Millisecond // between two
	mostPinned   = 64                     // files that are open at once, to be copied
)

// errMoving says that the store was opened anew, or replaced, while it was copied.
var errMoving = errors.New("the store was opened anew meanwhile")

// A Backup copies a folder.
type Backup struct {
	FS       vfs.FS
	From, To string // To is there, and has nothing in it
	MinFree  int64  // bytes of the disk that stay free

	// Prove opens the copy, deletes what is too much in it, and returns the position of its
	// last operation. Its error wraps disk.ErrCorrupt if something is missing.
	Prove func() (position uint64, err error)

	watch   *lock.Lock       // says whether the folder is still the same
	session string           // the OPTIONS of the process that writes
	have    map[string]int64 // the sizes of files that were copied; linked for those that were linked
}

const linked = -1

// Make makes the copy, and returns the position of the last operation in it. What was
// acknowledged before the call is in it. It begins again where the writer was faster, and
// keeps what it has then.
func (b *Backup) Make(ctx context.Context) (position uint64, err error) {
	for n := range mostAttempts {
		var before string
		if before, err = b.state(); err != nil {
			return 0, err
		}
		if position, err = b.attempt(ctx); err == nil {
			return position, nil
		}
		switch {
		case errors.Is(err, errMoving):
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, disk.ErrCorrupt), errors.Is(err, disk.ErrNotStore):
			if after, failed := b.state(); failed != nil || after == before {
				return 0, errors.Join(err, failed) // nobody writes
			}
		default:
			return 0, err
		}
		select {
		case <-time.After(min(time.Duration(n)*5*time.Millisecond, mostPause)):
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
	return 0, fmt.Errorf("%w: %s changes faster than it can be copied: try again when less is written, or close it there: %w", disk.ErrLocked, b.From, err)
}

// state returns what changes whenever something is written.
func (b *Backup) state() (string, error) {
	names, err := b.FS.List(b.From)
	if err != nil {
		return "", fmt.Errorf("%w: %s: %w", disk.ErrNotStore, b.From, err)
	}
	slices.Sort(names)
	f, err := b.FS.Open(b.FS.PathJoin(b.From, receipt.Name))
	if errors.Is(err, fs.ErrNotExist) {
		return strings.Join(names, "/"), nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	noted, err := io.ReadAll(f)
	return strings.Join(names, "/") + string(noted), err
}

// attempt copies everything once. The order matters: see docs/format.md.
func (b *Backup) attempt(ctx context.Context) (position uint64, err error) {
	if err := b.begin(); err != nil {
		return 0, err
	}
	first, read, err := b.receipt()
	if err != nil {
		return 0, err
	}
	if err := b.files(ctx); err != nil {
		return 0, err
	}
	newest, err := b.logs(ctx)
	if err != nil {
		return 0, err
	}
	if err := b.files(ctx); err != nil { // the sooner, the less is deleted by now
		return 0, err
	}
	list, length, err := b.lists(ctx)
	if err != nil {
		return 0, err
	}
	if err := b.files(ctx); err != nil {
		return 0, err
	}
	last, _, err := b.receipt()
	if err != nil {
		return 0, err
	}
	if b.watch.Here() != nil || b.optionsOf() != b.session {
		return 0, errMoving
	}
	noted := joined(first, last, list, length, newest)
	if read {
		if err := b.acknowledge(noted); err != nil {
			return 0, err
		}
	}
	if position, err = b.Prove(); err != nil {
		return 0, err
	}
	if read {
		noted.Position = position
		err = b.acknowledge(noted)
	}
	return position, errors.Join(err, gate.SyncDir(b.FS, b.To))
}

// joined returns the receipt of the copy: what the first one says was acknowledged, and the
// last one to be there, as far as it was there when it was copied.
func joined(first, last receipt.Receipt, list receipt.File, length uint64, newest uint64) receipt.Receipt {
	r := receipt.Receipt{Made: first.Made, Position: first.Position}
	if want, ok := first.Length(list.Number); ok {
		r.SetLength(list.Number, max(want, length))
	} else if _, ok := last.Length(list.Number); ok {
		r.SetLength(list.Number, length)
	}
	for _, n := range last.Logs {
		if n <= newest || slices.Contains(first.Logs, n) { // others were made after the listing
			r.AddLog(n)
		}
	}
	return r
}

// receipt reads the receipt. It is none if no page of it is whole.
func (b *Backup) receipt() (r receipt.Receipt, read bool, err error) {
	r, err = receipt.Read(b.FS, b.FS.PathJoin(b.From, receipt.Name))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, receipt.ErrDamaged):
		return r, false, nil
	case errors.Is(err, receipt.ErrVersion):
		return r, false, fmt.Errorf("%w: open it with the version that wrote it: %w", disk.ErrVersion, err)
	}
	return r, err == nil, err
}

// acknowledge writes the receipt of the copy.
func (b *Backup) acknowledge(r receipt.Receipt) error {
	path := b.FS.PathJoin(b.To, receipt.Name)
	if err := receipt.Create(b.FS, path); err != nil {
		return err
	}
	book, err := receipt.Open(b.FS, path, r, func(error) {})
	if err != nil {
		return err
	}
	return book.Close()
}

// begin deletes what is copied each time: all, if it is another folder now, or another
// process writes.
func (b *Backup) begin() (err error) {
	if now := b.optionsOf(); b.watch == nil || b.watch.Here() != nil || now != b.session {
		b.session, b.have = now, map[string]int64{}
		if b.watch, err = lock.Watch(b.FS, b.From); err != nil {
			return err
		}
	}
	names, err := b.FS.List(b.To)
	if err != nil {
		return err
	}
	for _, n := range names {
		if _, keep := b.have[n]; keep {
			continue
		}
		if err := b.FS.Remove(b.FS.PathJoin(b.To, n)); err != nil {
			return err
		}
	}
	return nil
}

// optionsOf returns the name of the latest OPTIONS. Each process that opens the store to
// write makes one. It may give the number of a run once more, which was never listed.
func (b *Backup) optionsOf() (newest string) {
	names, _ := b.FS.List(b.From)
	for _, n := range names {
		if strings.HasPrefix(n, "OPTIONS-") && (len(n) > len(newest) || len(n) == len(newest) && n > newest) {
			newest = n
		}
	}
	return newest
}

// files links or copies what is written once: tables, runs and options. What is deleted
// meanwhile is left out.
func (b *Backup) files(ctx context.Context) error {
	names, err := b.FS.List(b.From)
	if err != nil {
		return err
	}
	slices.Sort(names)
	var pinned []pin
	defer func() {
		for _, p := range pinned {
			p.Close()
		}
	}()
	for _, n := range names {
		options := strings.HasPrefix(n, "OPTIONS-")
		if !options && !strings.HasSuffix(n, ".sst") && !strings.HasSuffix(n, ".blob") && !disk.IsRun(n) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		from, to := b.FS.PathJoin(b.From, n), b.FS.PathJoin(b.To, n)
		size, there := b.have[n]
		if size == linked {
			continue
		}
		if there { // copied, maybe while it was being written
			if info, err := b.FS.Stat(from); err != nil || info.Size() == size {
				continue
			}
		} else if !options && b.FS.Link(from, to) == nil {
			b.have[n] = linked
			continue
		}
		f, err := b.FS.Open(from) // from here on it may be deleted there
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if pinned = append(pinned, pin{f, n}); len(pinned) == mostPinned {
			if err := b.copyAll(ctx, pinned); err != nil {
				return err
			}
			pinned = nil
		}
	}
	err = b.copyAll(ctx, pinned)
	pinned = nil
	return err
}

// A pin is a file that is open to be copied.
type pin struct {
	vfs.File
	name string
}

// copyAll copies and closes files.
func (b *Backup) copyAll(ctx context.Context, pinned []pin) (err error) {
	for _, p := range pinned {
		if err == nil && b.MinFree > 0 {
			err = disk.Room(b.FS, b.To, b.MinFree)
		}
		if err == nil {
			b.have[p.name], err = b.copy(ctx, p, p.name, -1)
		}
		err = errors.Join(err, p.Close())
	}
	return err
}

// logs copies the logs, in their order, and returns the number of the last. Of that, which
// is being written, it copies what is whole; those before were closed before it was made.
func (b *Backup) logs(ctx context.Context) (newest uint64, err error) {
	names, err := b.FS.List(b.From)
	if err != nil {
		return 0, err
	}
	names = slices.DeleteFunc(names, func(n string) bool { return !receipt.FileOf(n).IsLog() })
	slices.SortFunc(names, func(x, y string) int {
		return int(int64(receipt.FileOf(x).Number) - int64(receipt.FileOf(y).Number))
	})
	for i, n := range names {
		newest = receipt.FileOf(n).Number
		if i < len(names)-1 {
			err = b.copyNamed(ctx, n)
		} else {
			_, err = b.copyWhole(ctx, n)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // else it is not needed any more
			return 0, err
		}
	}
	return newest, nil
}

// lists copies the list of tables that counts now, and the markers.
func (b *Backup) lists(ctx context.Context) (list receipt.File, length uint64, err error) {
	for _, marker := range [...]string{"format-version", "manifest"} {
		value, err := atomicfs.ReadMarker(b.FS, b.From, marker)
		if err != nil {
			return list, 0, fmt.Errorf("%w: %w", disk.ErrCorrupt, err)
		}
		if value == "" {
			return list, 0, fmt.Errorf("%w: %s: the file marker.%s.… is not there", disk.ErrNotStore, b.From, marker)
		}
		f, err := b.FS.Create(b.FS.PathJoin(b.To, fmt.Sprintf("marker.%s.000001.%s", marker, value)), vfs.WriteCategoryUnspecified)
		if err != nil {
			return list, 0, err
		}
		if err := f.Close(); err != nil {
			return list, 0, err
		}
		if marker == "manifest" {
			list = receipt.FileOf(value)
			if length, err = b.copyWhole(ctx, value); errors.Is(err, fs.ErrNotExist) {
				err = fmt.Errorf("%w: %s: the file %s, the list of tables, is not there", disk.ErrCorrupt, b.From, value)
			}
			if err != nil {
				return list, 0, err
			}
		}
	}
	return list, length, nil
}

// copyWhole copies what is whole of a file that is being appended to.
func (b *Backup) copyWhole(ctx context.Context, name string) (length uint64, err error) {
	from := b.FS.PathJoin(b.From, name)
	length, damaged, err := receipt.Whole(b.FS, from)
	if damaged { // or what is missing was written after it was read, and what follows then
		var again uint64
		again, _, err = receipt.Whole(b.FS, from)
		damaged = again == length
	}
	if err != nil {
		return 0, err
	}
	if damaged {
		return length, b.copyNamed(ctx, name) // opening it says so
	}
	f, err := b.FS.Open(from)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if _, err := b.copy(ctx, f, name, int64(length)); err != nil {
		return 0, err
	}
	got, _, err := receipt.Whole(b.FS, b.FS.PathJoin(b.To, name))
	if err == nil && got != length {
		err = errMoving // a log was used again
	}
	return length, err
}

// copyNamed copies all of a file.
func (b *Backup) copyNamed(ctx context.Context, name string) error {
	f, err := b.FS.Open(b.FS.PathJoin(b.From, name))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = b.copy(ctx, f, name, -1)
	return err
}

// copy copies so many bytes of a file, all if that is -1, and syncs the copy.
func (b *Backup) copy(ctx context.Context, from vfs.File, name string, bytes int64) (size int64, err error) {
	if bytes < 0 {
		info, err := from.Stat()
		if err != nil {
			return 0, err
		}
		bytes = info.Size()
	}
	to, err := b.FS.Create(b.FS.PathJoin(b.To, name), vfs.WriteCategoryUnspecified)
	if err != nil {
		return 0, notOfSource(err)
	}
	file := vfs.NewSyncingFile(to, vfs.SyncingFileOptions{BytesPerSync: 1 << 20})
	size, err = io.Copy(file, io.LimitReader(&reader{ctx, from}, bytes))
	if err != nil {
		return 0, errors.Join(err, file.Close())
	}
	return size, errors.Join(file.Sync(), file.Close())
}

// notOfSource returns an error of the copy, which is not one of the store that is copied.
func notOfSource(err error) error { return fmt.Errorf("store: writing a copy: %v", err) }

// A reader reads until its context ends.
type reader struct {
	ctx  context.Context
	from io.Reader
}

func (r *reader) Read(b []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.from.Read(b)
}
