//go:build unix

package store_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/store"
)

// intruder opens a store in another process, and returns what that says.
func intruder(t *testing.T, dir string) string {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(os.Environ(), victimOf+"="+dir)
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	return string(out)
}

// A process that reads and closes the lock file, as a copy of the folder does, still
// has the lock.
func TestLockOutlivesACopy(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	add(t, s, newNews(1).documents(3)...)
	require.Contains(t, intruder(t, dir), store.ErrLocked.Error())
	require.NoError(t, os.CopyFS(filepath.Join(t.TempDir(), "copy"), os.DirFS(dir)))
	require.Contains(t, intruder(t, dir), store.ErrLocked.Error())
	shut(t, s)
}

// Stores that are only read are open side by side, and no lock file is made for them.
func TestReaders(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	add(t, s, newNews(1).documents(3)...)
	shut(t, s)
	lock := filepath.Join(dir, "LOCK")
	for _, locked := range []bool{true, false} {
		a := open(t, dir, store.Options{ReadOnly: true})
		b := open(t, dir, store.Options{ReadOnly: true})
		require.Equal(t, 3, a.Len())
		require.Equal(t, 3, b.Len())
		if locked {
			_, err := store.Open(dir, store.Options{})
			require.ErrorIs(t, err, store.ErrLocked)
			require.NoError(t, os.Remove(lock))
		}
		shut(t, a)
		shut(t, b)
		require.NoFileExists(t, lock)
	}
}

// A folder that is moved, or removed, under a store that is open ends the store, and
// what is then in its place is left alone.
func TestFolderMoved(t *testing.T) {
	n := newNews(1)
	for name, move := range map[string]func(t *testing.T, dir string){
		"moved":       func(t *testing.T, dir string) { require.NoError(t, os.Rename(dir, dir+"-moved")) },
		"removed":     func(t *testing.T, dir string) { require.NoError(t, os.RemoveAll(dir)) },
		"lock lost":   func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "LOCK"))) },
		"parent gone": func(t *testing.T, dir string) { require.NoError(t, os.RemoveAll(filepath.Dir(dir))) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "parent", "store")
			s := open(t, dir, store.Options{})
			docs := n.documents(4)
			add(t, s, docs...)
			move(t, dir)
			var other *store.Store
			if name != "lock lost" {
				other = open(t, dir, store.Options{Checkpoint: 2})
				add(t, other, docs[:2]...)
			}
			_, err := s.Add(t.Context(), n.document("after"))
			require.ErrorIs(t, err, store.ErrFailed)
			require.ErrorContains(t, err, "the folder was moved or removed while it was open")
			require.ErrorIs(t, s.Close(), store.ErrFailed)
			if other != nil {
				add(t, other, docs...)
				clean(t, other)
				shut(t, other)
				clean(t, open(t, dir, store.Options{}))
			}
			if name == "moved" {
				s = open(t, dir+"-moved", store.Options{})
				require.Equal(t, 4, s.Len())
				clean(t, s)
				shut(t, s)
			}
		})
	}
}

// Closing a store whose folder was moved writes no checkpoint into another.
func TestFolderMovedAndClosed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	s := open(t, dir, store.Options{})
	add(t, s, newNews(1).documents(4)...)
	require.NoError(t, os.Rename(dir, dir+"-moved"))
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.ErrorIs(t, s.Close(), store.ErrFailed)
	names, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, names)
}

// A new folder is its owner's alone; one that was there keeps its mode.
func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "parent", "store")
	shut(t, open(t, dir, store.Options{}))
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	info, err = os.Stat(filepath.Dir(dir))
	require.NoError(t, err)
	require.NotZero(t, info.Mode().Perm()&0o055)

	dir = t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o750))
	shut(t, open(t, dir, store.Options{}))
	info, err = os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o750), info.Mode().Perm())
}
