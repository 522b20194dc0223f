package store

import (
	"errors"
	"strings"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// Errors to test for with errors.Is.
var (
	ErrLocked   = errors.New("store: open in another process")
	ErrVersion  = errors.New("store: made by a newer version")
	ErrRules    = errors.New("store: made under other rules")
	ErrScheme   = errors.New("store: other options than the store's")
	ErrNotStore = errors.New("store: not a store")
	ErrReadOnly = errors.New("store: opened for reading")
	ErrClosed   = errors.New("store: closed")
	ErrCorrupt  = record.ErrCorrupt
	ErrFailed   = errors.New("store: writing failed")
	ErrNoSpace  = errors.New("store: too little room on the disk")
	ErrTrimmed  = errors.New("store: events no longer kept") // take a Snapshot, and go on from its Position+1
	ErrExpired  = errors.New("store: older than the window")
	ErrClock    = errors.New("store: the clock is too far ahead")
	ErrNoText   = errors.New("store: the text is not kept")
	ErrTooLarge = errors.New("store: too large for one commit")

	// These wrap the errors of package reprint with the same names.
	ErrOptions error = &worded{"store: bad options", []error{reprint.ErrOptions}}
	ErrID      error = &worded{"store: bad id", []error{reprint.ErrID}}
	ErrUnknown error = &worded{"store: no such document", []error{reprint.ErrUnknown}}
	// ErrLost is a kind of ErrCorrupt.
	ErrLost error = &worded{"store: what was acknowledged is gone", []error{ErrCorrupt}}

	ErrFull  error = &worded{"store: the store is full", []error{reprint.ErrFull}}
	ErrLarge error = &worded{"store: the document is too large", []error{reprint.ErrLarge}}
)

// A worded error has its own text, and wraps other errors.
type worded struct {
	text  string
	wraps []error
}

func (w *worded) Error() string   { return w.text }
func (w *worded) Unwrap() []error { return w.wraps }

// withoutPrefix returns an error that wraps err. Its text is that of err without the
// text of the sentinel that it begins with.
func withoutPrefix(err, sentinel error) error {
	text, ok := strings.CutPrefix(err.Error(), sentinel.Error()+": ")
	if !ok {
		return err
	}
	return &worded{text, []error{err}}
}

// theIndex ends what is said of a damaged index.
const theIndex = ": the index can be made anew, see \"reprint db repair\""

// translate returns an error of the index in the words of the store.
func (s *Store) translate(err error) error {
	if err == nil {
		return nil
	}
	if failure := s.disk.failing(); failure != nil && errors.Is(err, cluster.ErrStorage) {
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
			return &worded{out.Error() + theIndex, []error{out}}
		} else {
			return out
		}
	}
	return err
}

// reword returns an error that wraps err and to, with the text of to in the place of
// that of from.
func reword(err, from, to error) error {
	rest := strings.TrimPrefix(withoutPrefix(err, from).Error(), "cluster: ")
	rest = strings.TrimPrefix(rest, to.Error()+": ") // said by the storage already
	return &worded{to.Error() + ": " + rest, []error{to, err}}
}
