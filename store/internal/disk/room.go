package disk

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// roomOfLog is what Pebble reserves for a log at first, and something for what it lists.
const roomOfLog = 8 << 20

// Room returns an error if less than so much is free where the folder is.
func (d *Disk) Room(want int64) error { return Room(d.gate.FS, d.dir, want) }

// Room returns an error if less than so much is free where a folder is. Where the system
// does not tell, there is room.
func Room(fs vfs.FS, dir string, want int64) error {
	if want <= 0 {
		return nil
	}
	use, err := fs.GetDiskUsage(dir)
	if err != nil || use.AvailBytes >= uint64(want) {
		return nil
	}
	return fmt.Errorf("%w: %d MiB are free at %s, want %d: free some, or remove documents", ErrNoSpace, use.AvailBytes>>20, dir, want>>20)
}

// roomToOpen returns an error if there is no room to open the database: it flushes what
// the logs have, and begins a new one.
func (d *Disk) roomToOpen(minFree int64) error {
	if minFree < 0 {
		return nil
	}
	names, err := d.gate.FS.List(d.dir)
	if err != nil {
		return err
	}
	want := int64(roomOfLog)
	for _, n := range names {
		if info, err := d.gate.FS.Stat(d.path(n)); err == nil && receipt.FileOf(n).IsLog() {
			want += info.Size()
		}
	}
	return d.Room(min(want, minFree))
}
