package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/gate"
	"github.com/cbb30ed1/reprint/store/internal/lock"
	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// prepare makes the folder. It refuses one that holds something else, so that
// the hundred files of a store do not end up among a user's own.
func prepare(dir string, o *Options) error {
	names, err := o.FS.List(dir)
	switch {
	case err != nil && o.ReadOnly:
		return fmt.Errorf("%w: %s: %w", ErrNotStore, dir, err)
	case errors.Is(err, fs.ErrNotExist):
		if err := gate.MakeDir(o.FS, dir); err != nil {
			return fmt.Errorf("store: making the folder %s: %w", dir, err)
		}
		return nil
	case err != nil:
		return fmt.Errorf("store: reading the folder %s: %w", dir, err)
	case o.ReadOnly && len(names) == 0:
		return fmt.Errorf("%w: %s is empty", ErrNotStore, dir)
	}
	foreign := ""
	for _, n := range names {
		if strings.HasPrefix(n, "marker.") {
			return nil // Pebble's
		}
		if n != lock.Name && n != receipt.Name && !strings.HasPrefix(n, "MANIFEST-") && !strings.HasPrefix(n, "OPTIONS-") {
			foreign = n
		}
	}
	if foreign != "" {
		return fmt.Errorf("%w: %s holds %s, want a store or a folder with nothing in it", ErrNotStore, dir, foreign)
	}
	return nil
}

// explain turns errors of Pebble into those of package store.
func explain(dir string, err error) error {
	switch {
	case errors.Is(err, pebble.ErrDBDoesNotExist):
		return fmt.Errorf("%w: %s: %w", ErrNotStore, dir, err)
	case strings.Contains(err.Error(), "name from file"): // of a merger, or a comparer
		return fmt.Errorf("%w: %s: %w", ErrNotStore, dir, err)
	case strings.Contains(err.Error(), "unknown format major version"):
		return fmt.Errorf("%w: %s: open it with the version that wrote it: %w", ErrVersion, dir, err)
	case pebble.IsCorruptionError(err), errors.Is(err, fs.ErrNotExist), strings.Contains(err.Error(), "object size mismatch"),
		strings.Contains(err.Error(), "may contain relevant WALs"): // of a folder that its OPTIONS name
		return fmt.Errorf("%w: %s: %w", ErrCorrupt, dir, err)
	}
	return err
}
