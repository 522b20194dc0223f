package store_test

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/store"
)

// A real disk that is full, where one can be made: it fails in more ways than the one
// of TestFullDisk, as its files take blocks, and room is reserved for logs.
func TestFullDiskOfTheSystem(t *testing.T) {
	docs := bulky(newNews(1), 800)
	points := long("REPRINT_FULL_DISKS", 6)
	for point := range points {
		room := 100<<10 + point*24_000_000/points
		t.Run(fmt.Sprint(room), func(t *testing.T) {
			dir := t.TempDir()
			if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", room)); err != nil {
				t.Skipf("no disk can be made: %v", err)
			}
			t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
			o := store.Options{Checkpoint: 20, Cache: 1, MinFree: -1}
			s, err := store.Open(dir+"/store", o)
			mem := vfs.NewMem()
			if err == nil {
				acknowledged, underWay := fill(t, s, docs, store.ErrFailed)
				if err := s.Close(); err != nil {
					require.ErrorIs(t, err, syscall.ENOSPC)
				}
				cloned, err := vfs.Clone(vfs.Default, mem, dir+"/store", "store")
				require.NoError(t, err)
				require.True(t, cloned)
				reopened(t, mem, acknowledged, underWay)
				return
			}
			require.ErrorIs(t, err, syscall.ENOSPC)
		})
	}
}
