package store

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint"
)

// Options say how a store is opened. A zero field means the default that its
// comment names.
type Options struct {
	// Detector are the options of the detector, which a store keeps for its
	// life. A new store takes them as they are; one that exists is opened with
	// the same, or with the zero value, which stands for the store's own.
	Detector reprint.Options

	// Cache is the memory for what is read from disk and what is to be written to
	// it, in bytes; default 64 MiB. See the package documentation for what else
	// there is in memory.
	Cache int64

	// Checkpoint is after how many operations the index is written anew, while
	// others go on: as many, and up to twice as many, are to be replayed when the
	// store is opened after a crash. Default 16,384. The fewer, the more is
	// written.
	Checkpoint int

	// Texts says what becomes of texts; default KeepTexts. It may be another
	// each time that a store is opened, and is then what becomes of the
	// documents added from there on.
	Texts Texts

	// Fetch returns the text of a document, for FetchTexts.
	Fetch func(id string) (string, error)

	// Window is the age from which documents expire; 0 means never. WindowBy
	// says by which time, default ByPublished. See the package documentation.
	// They, too, may differ from one opening to the next. They have nothing to do
	// with Detector.Window, which is about matches.
	Window   time.Duration
	WindowBy WindowBy

	// ReadOnly opens a store that is there and changes nothing in it.
	ReadOnly bool

	// Events is how many operations, counted from the latest, Events can tell of
	// at least; default 1,000,000. A sixteenth more may be kept.
	Events int

	// Logger gets what an operator should know; nil is silent.
	Logger *slog.Logger

	// Metrics gets counts and measurements; nil counts nothing.
	Metrics Metrics

	// FS is the file system, Now the clock by which documents arrive; nil means
	// those of the machine. They are here for tests.
	FS  vfs.FS
	Now func() time.Time

	keepLog bool // also of what is not needed any more, for tests

	_ struct{}
}

// Texts says what becomes of the texts of documents.
type Texts uint8

const (
	KeepTexts  Texts = iota // they are kept, compressed
	DropTexts               // they are not; Text then wraps ErrNoText
	FetchTexts              // they are not; Text asks Options.Fetch
)

// WindowBy says by which time documents expire.
type WindowBy uint8

const (
	ByPublished WindowBy = iota // publication; arrival where that is unknown
	ByArrival                   // arrival
)

const (
	defaultCache      = 64 << 20
	defaultCheckpoint = 16 << 10
	defaultEvents     = 1_000_000
)

func (o Options) withDefaults() (Options, error) {
	if o.Cache == 0 {
		o.Cache = defaultCache
	}
	if o.Checkpoint == 0 {
		o.Checkpoint = defaultCheckpoint
	}
	if o.Events == 0 {
		o.Events = defaultEvents
	}
	if o.FS == nil {
		o.FS = vfs.Default
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = noMetrics{}
	}
	switch {
	case o.Cache < 0:
		return o, fmt.Errorf("%w: Cache is %d, want bytes or 0", ErrOptions, o.Cache)
	case o.Checkpoint < 0:
		return o, fmt.Errorf("%w: Checkpoint is %d, want a number or 0", ErrOptions, o.Checkpoint)
	case o.Events < 0:
		return o, fmt.Errorf("%w: Events is %d, want a number or 0", ErrOptions, o.Events)
	case o.Window < 0:
		return o, fmt.Errorf("%w: Window is %v, want a positive duration or 0", ErrOptions, o.Window)
	case o.WindowBy > ByArrival:
		return o, fmt.Errorf("%w: WindowBy is %d, want ByPublished or ByArrival", ErrOptions, o.WindowBy)
	case o.Texts > FetchTexts:
		return o, fmt.Errorf("%w: Texts is %d, want KeepTexts, DropTexts or FetchTexts", ErrOptions, o.Texts)
	case o.Texts == FetchTexts && o.Fetch == nil:
		return o, fmt.Errorf("%w: FetchTexts without Fetch, want a function that gets texts", ErrOptions)
	}
	return o, nil
}
