package store

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store/internal/disk"
)

// Options say how a store is opened. A zero field means the default that its
// comment names.
type Options struct {
	// Detector are the options of the detector, which never change in a store. A
	// new store takes them as they are. Open a store that exists with the same
	// options, or with the zero value, which stands for the store's own; but for the
	// Key, which must be the same and is not kept.
	Detector reprint.Options

	// Cache is the memory for reading from disk and writing to it, in bytes;
	// default 64 MiB. See the package documentation for what else is in memory.
	Cache int64

	// Checkpoint is the number of operations after which a checkpoint is written,
	// while others go on. After a crash, Open replays up to twice as many. Default
	// 16,384. The fewer, the more is written.
	Checkpoint int

	// Texts says whether texts are kept; default KeepTexts. It may differ each time
	// that a store is opened, and holds for the documents that are then added.
	Texts Texts

	// Fetch returns the text of a document, for FetchTexts.
	Fetch func(id string) (string, error)

	// Window is the age at which documents expire; 0 means never. WindowBy says
	// by which time, default ByPublished. See the package documentation. They may
	// differ each time that a store is opened. Detector.Window is something else:
	// it is about matches.
	Window   time.Duration
	WindowBy WindowBy

	// ClockStep is how much later by the clock a document may arrive than the last
	// one. Later ones are refused with an error that wraps ErrClock, as a clock that
	// is wrong once would let all others expire, or count as too old. Default 32 days;
	// any where it is negative.
	ClockStep time.Duration

	// AcceptLoss opens a store of which something that was acknowledged is gone, for
	// which Open otherwise returns ErrLost. If it is opened for writing, the positions
	// that are gone are never given again, and those who follow the feed get
	// ErrTrimmed. Call Check then: what is left may not fit together.
	AcceptLoss bool

	// MinFree is how many bytes must be free on the disk. Where less is, additions get
	// ErrNoSpace, and below half of it removals, too; reading goes on, and so does
	// adding once there is room. So a disk is not filled up to where writing fails
	// in the middle, with ErrFailed. Default 256 MiB, less than 0 is no bound. It
	// should have room for a merge as well: a store of 100 GB wants some GB.
	MinFree int64

	// ReadOnly opens a store that exists, and changes nothing in it.
	ReadOnly bool

	// Events is the number of operations, counted back from the latest, whose
	// changes are kept at least; default 1,000,000. A sixteenth more may be kept.
	Events int

	// Logger gets what an operator should know; nil is silent.
	Logger *slog.Logger

	// Metrics gets counts and measurements; nil counts nothing.
	Metrics Metrics

	// FS is the file system, Now the clock by which documents arrive; nil means
	// those of the machine. They are here for tests.
	FS  vfs.FS
	Now func() time.Time

	keepLog   bool // keeps all of the log, for tests
	repairing bool // what cannot be read is left to Repair
	memTable  int  // bytes of a memory table of Pebble, for tests; 0 means by Cache
	fullGroup int  // operations from which on a group takes no more, for tests; 0 means 16

	_ struct{}
}

// Texts says whether a store keeps the texts of documents.
type Texts uint8

const (
	KeepTexts  Texts = iota // keeps them, compressed
	DropTexts               // does not; errors of Text then wrap ErrNoText
	FetchTexts              // does not; Text then calls Options.Fetch
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
	if o.fullGroup == 0 {
		o.fullGroup = defaultFullGroup
	}
	if o.Checkpoint == 0 {
		o.Checkpoint = defaultCheckpoint
	}
	if o.Events == 0 {
		o.Events = defaultEvents
	}
	if o.ClockStep == 0 {
		o.ClockStep = defaultClockStep
	}
	if o.MinFree == 0 {
		o.MinFree = defaultMinFree
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

// folder returns what of the options is about the folder.
func (o *Options) folder() *disk.Options {
	return &disk.Options{
		FS: o.FS, Cache: o.Cache, MinFree: o.MinFree, ReadOnly: o.ReadOnly, AcceptLoss: o.AcceptLoss, Repairing: o.repairing, MemTable: o.memTable,
		Logger: o.Logger, Failed: func() { o.Metrics.Count(MetricFailures, 1) },
	}
}
