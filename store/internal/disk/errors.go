package disk

import (
	"errors"
	"strings"

	"github.com/cbb30ed1/reprint/store/internal/record"
)

// Errors of package store.
var (
	ErrLocked   = errors.New("store: open in another process")
	ErrVersion  = errors.New("store: made by a newer version")
	ErrNotStore = errors.New("store: not a store")
	ErrCorrupt  = record.ErrCorrupt
	ErrFailed   = errors.New("store: writing failed")
	ErrNoSpace  = errors.New("store: too little room on the disk")

	// ErrLost is a kind of ErrCorrupt.
	ErrLost = Reworded("store: what was acknowledged is gone", ErrCorrupt)
)

// Reworded returns an error with its own text that wraps others.
func Reworded(text string, wraps ...error) error { return &reworded{text, wraps} }

type reworded struct {
	text  string
	wraps []error
}

func (w *reworded) Error() string   { return w.text }
func (w *reworded) Unwrap() []error { return w.wraps }

// WithoutPrefix returns an error that wraps err. Its text is that of err without the
// text of the sentinel that it begins with.
func WithoutPrefix(err, sentinel error) error {
	text, ok := strings.CutPrefix(err.Error(), sentinel.Error()+": ")
	if !ok {
		return err
	}
	return Reworded(text, err)
}

// InsteadOf returns an error that wraps err, and names one folder instead of another.
func InsteadOf(err error, folder, name string) error {
	if err == nil || !strings.Contains(err.Error(), folder) {
		return err
	}
	return Reworded(strings.ReplaceAll(err.Error(), folder, name), err)
}
