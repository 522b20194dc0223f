package store

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/minhash"
)

// A scheme is all that the answers of a detector depend on, as a store keeps
// it: nothing is left to a default, which may be another in a later version.
type scheme struct {
	Shingles     int // version of words, shingles and their hashes, 1
	K            int
	Method       string
	Slots        int
	Seed         uint64
	Similarity   float64
	Recall       float64
	Containment  float64
	Jaccard      float64
	Overlap      float64
	SamplesOnly  bool
	ByFigures    bool
	SkipSameSite bool
	Window       time.Duration
	MaxMatches   int
}

const shinglesVersion = 1

// schemeOf writes the defaults of options out.
func schemeOf(o reprint.Options) (scheme, error) {
	m, err := (minhash.Scheme{Method: o.Method, Slots: o.Slots, Seed: o.Seed, K: o.K}).Normalise()
	if err != nil {
		return scheme{}, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	s := scheme{
		Shingles: shinglesVersion, K: m.K, Method: m.Method.String(), Slots: m.Slots, Seed: m.Seed,
		Similarity: o.Similarity, Recall: o.Recall,
		Containment: o.Containment, Jaccard: o.Jaccard, Overlap: o.Overlap,
		SamplesOnly: o.SamplesOnly, ByFigures: o.ByFigures || o.SamplesOnly, SkipSameSite: o.SkipSameSite,
		Window: o.Window, MaxMatches: o.MaxMatches,
	}
	for _, f := range []struct {
		value *float64
		zero  float64
	}{{&s.Similarity, .5}, {&s.Recall, .99}, {&s.Containment, .5}, {&s.Overlap, .6}} {
		if *f.value == 0 {
			*f.value = f.zero
		}
	}
	if s.MaxMatches == 0 {
		s.MaxMatches = 16
	}
	return s, nil
}

// options returns those of a detector with this scheme.
func (s scheme) options() (reprint.Options, error) {
	o := reprint.Options{
		K: s.K, Slots: s.Slots, Seed: s.Seed, Similarity: s.Similarity, Recall: s.Recall,
		Containment: s.Containment, Jaccard: s.Jaccard, Overlap: s.Overlap,
		SamplesOnly: s.SamplesOnly, ByFigures: s.ByFigures, SkipSameSite: s.SkipSameSite,
		Window: s.Window, MaxMatches: s.MaxMatches,
	}
	switch s.Method {
	case minhash.FastSimilarity.String():
		o.Method = minhash.FastSimilarity
	case minhash.Classic.String():
		o.Method = minhash.Classic
	default:
		return o, fmt.Errorf("%w: signatures by method %q, want fast-similarity or classic", ErrCorrupt, s.Method)
	}
	return o, nil
}

func decodeScheme(b []byte) (s scheme, err error) {
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("%w: the options of the detector do not decode: %w", ErrCorrupt, err)
	}
	if s.Shingles > shinglesVersion {
		return s, fmt.Errorf("%w: shingles of version %d, want %d at most: open it with the version that made it", ErrVersion, s.Shingles, shinglesVersion)
	}
	return s, nil
}

// same returns an error that names the first field in which two schemes differ.
func (s scheme) same(given scheme) error {
	has, got := reflect.ValueOf(s), reflect.ValueOf(given)
	for i := range has.NumField() {
		if a, b := has.Field(i).Interface(), got.Field(i).Interface(); a != b {
			return fmt.Errorf("%w: %s is %v, and the store has %v: take its own, by no options at all, or fill another store",
				ErrScheme, has.Type().Field(i).Name, b, a)
		}
	}
	return nil
}
