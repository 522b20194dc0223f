package cluster

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Errors to test for with errors.Is.
var (
	ErrOptions = errors.New("cluster: bad options")
	ErrID      = errors.New("cluster: bad id")
	ErrUnknown = errors.New("cluster: no such document")
	ErrFull    = errors.New("cluster: the index is full")

	// Of an index in a storage.
	ErrStorage  = records.ErrStorage
	ErrVersion  = records.ErrVersion  // a newer version wrote the index
	ErrPosition = records.ErrPosition // an operation that does not come after those before it

	// ErrFormat is wrapped by errors about bytes that no index with the same options
	// has written.
	ErrFormat = records.ErrFormat
)

// Options are the parameters of an Index. A zero field means the default that
// its comment names.
type Options struct {
	// Containment is the share of the smaller document that the larger must have
	// for a match, by weight, up to 1; default .5. Texts with a
	// Jaccard similarity of at least t have a containment of at least
	// 2t/(1+t), so the default finds pairs from a Jaccard similarity of 1/3.
	Containment float64

	// Jaccard is the least Jaccard similarity of a match, 0 to 1; default 0.
	Jaccard float64

	// Overlap is the share of the smaller of two cores that the other must have for
	// two clusters to merge, by weight, up to 1; default .6. Where there is a judge,
	// clusters also merge without it: see Unites.
	Overlap float64

	// MinWords is the number of words from which containment counts; default 15.
	// Shorter documents match only with a Jaccard similarity of at least .8: what
	// they share with a longer one may be a phrase.
	MinWords int

	// Scale and Floor say how many shingles of a document are in the index:
	// one in Scale, but at least Floor; defaults 16 and 48.
	Scale, Floor int

	// SamplesOnly keeps only the sample of a document: four bytes for each sampled
	// shingle rather than eight for each shingle. Figures of matches then have a
	// standard error.
	SamplesOnly bool

	// SkipSameSite makes documents with the same known site never match.
	SkipSameSite bool

	// Window, if not 0, makes documents match only if they were published no further
	// apart. A document without a time then matches none.
	Window time.Duration

	// MaxMatches is the number of matches that an answer lists at most, the
	// strongest that it finds; default 16. Beyond the candidates it compares no
	// more documents than that, which it takes from the candidates' clusters.
	MaxMatches int

	// NewJudge, if not nil, returns a judge of matches. One goroutine at a time asks
	// each judge. Entries then need a sequence.
	NewJudge func() Judge

	// Cache is the number of bytes of documents and clusters that an index in a
	// storage keeps in memory, besides what has changed since the last
	// checkpoint; default 64 MiB.
	Cache int

	_ struct{}
}

// WithDefaults returns the options with their defaults written out. The error wraps
// ErrOptions if a field is out of range.
func (o Options) WithDefaults() (Options, error) {
	for _, f := range []struct {
		name  string
		value *float64
		zero  float64
	}{
		{"Containment", &o.Containment, .5},
		{"Jaccard", &o.Jaccard, 0},
		{"Overlap", &o.Overlap, .6},
	} {
		if *f.value == 0 {
			*f.value = f.zero
		}
		if !(*f.value >= 0 && *f.value <= 1) {
			return o, fmt.Errorf("%w: %s is %v, want a share from 0 to 1", ErrOptions, f.name, *f.value)
		}
	}
	for _, f := range []struct {
		name      string
		value     *int
		zero, max int
	}{
		{"MinWords", &o.MinWords, 15, 1 << 20},
		{"Scale", &o.Scale, 16, 1 << 20},
		{"Floor", &o.Floor, 48, 1 << 20},
		{"MaxMatches", &o.MaxMatches, 16, 1 << 30},
		{"Cache", &o.Cache, 64 << 20, math.MaxInt},
	} {
		if *f.value == 0 {
			*f.value = f.zero
		}
		if *f.value < 1 || *f.value > f.max {
			return o, fmt.Errorf("%w: %s is %d, want 1 to %d", ErrOptions, f.name, *f.value, f.max)
		}
	}
	if o.Window < 0 {
		return o, fmt.Errorf("%w: Window is %v, want a positive duration or 0", ErrOptions, o.Window)
	}
	return o, nil
}
