package store

import (
	"errors"
	"strings"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/store/internal/disk"
)

// Errors to test for with errors.Is.
var (
	ErrLocked   = disk.ErrLocked
	ErrVersion  = disk.ErrVersion
	ErrRules    = errors.New("store: made under other rules")
	ErrScheme   = errors.New("store: other options than the store's")
	ErrNotStore = disk.ErrNotStore
	ErrReadOnly = errors.New("store: opened for reading")
	ErrClosed   = errors.New("store: closed")
	ErrCorrupt  = disk.ErrCorrupt
	ErrFailed   = disk.ErrFailed
	ErrNoSpace  = disk.ErrNoSpace
	ErrTrimmed  = errors.New("store: events no longer kept") // take a Snapshot, and go on from its Position+1
	ErrExpired  = errors.New("store: older than the window")
	ErrClock    = errors.New("store: the clock is too far ahead")
	ErrNoText   = errors.New("store: the text is not kept")
	ErrTooLarge = errors.New("store: too large for one commit")

	// These wrap the errors of package reprint with the same names.
	ErrOptions = disk.Reworded("store: bad options", reprint.ErrOptions)
	ErrID      = disk.Reworded("store: bad id", reprint.ErrID)
	ErrUnknown = disk.Reworded("store: no such document", reprint.ErrUnknown)
	// ErrLost is a kind of ErrCorrupt.
	ErrLost = disk.ErrLost

	ErrFull  = disk.Reworded("store: the store is full", reprint.ErrFull)
	ErrLarge = disk.Reworded("store: the document is too large", reprint.ErrLarge)
)

// theIndex ends what is said of a damaged index.
const theIndex = ": the index can be made anew, see \"reprint db repair\""

// translate returns an error of the index in the words of the store.
func (s *Store) translate(err error) error {
	if err == nil {
		return nil
	}
	if failure := s.disk.Failing(); failure != nil && errors.Is(err, cluster.ErrStorage) {
		return failure
	}
	for _, e := range [...]struct{ index, store error }{
		{cluster.ErrVersion, ErrVersion}, // before ErrStorage, which it may come with
		{cluster.ErrStorage, ErrCorrupt},
		{cluster.ErrFormat, ErrCorrupt},
		{cluster.ErrUnknown, ErrUnknown},
		{cluster.ErrID, ErrID},
		{cluster.ErrFull, ErrFull},
		{cluster.ErrOptions, ErrOptions},
		{reprint.ErrLarge, ErrLarge},
	} {
		if !errors.Is(err, e.index) {
			continue
		}
		if out := reword(err, e.index, e.store); e.index != cluster.ErrStorage {
			return out
		} else if !strings.Contains(out.Error(), theIndex) {
			return disk.Reworded(out.Error()+theIndex, out)
		} else {
			return out
		}
	}
	return err
}

// reword returns an error that wraps err and to, with the text of to in the place of
// that of from.
func reword(err, from, to error) error {
	rest := strings.TrimPrefix(disk.WithoutPrefix(err, from).Error(), "cluster: ")
	rest = strings.TrimPrefix(rest, to.Error()+": ") // said by the storage already
	return disk.Reworded(to.Error()+": "+rest, to, err)
}
