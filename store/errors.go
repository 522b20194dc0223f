package store

import (
	"errors"

	"github.com/cbb30ed1/reprint"
)

// Errors to test for with errors.Is.
var (
	ErrLocked   = errors.New("store: open in another process")
	ErrVersion  = errors.New("store: made by a newer version")
	ErrScheme   = errors.New("store: other options than the store's")
	ErrNotStore = errors.New("store: not a store")
	ErrReadOnly = errors.New("store: opened for reading")
	ErrClosed   = errors.New("store: closed")
	ErrCorrupt  = errors.New("store: damaged")
	ErrFailed   = errors.New("store: writing failed")
	ErrTrimmed  = errors.New("store: events no longer kept")
	ErrExpired  = errors.New("store: older than the window")
	ErrNoText   = errors.New("store: the text is not kept")
	ErrTooLarge = errors.New("store: too large for one commit")

	// Those of the detector, which mean the same here.
	ErrOptions = reprint.ErrOptions
	ErrID      = reprint.ErrID
	ErrUnknown = reprint.ErrUnknown
	ErrFull    = reprint.ErrFull
)
