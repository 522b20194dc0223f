package engine

import (
	"reflect"
	"time"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/minhash"
	"github.com/cbb30ed1/reprint/shingle"
)

// Options are the parameters of an engine that users can choose. They have the fields
// of reprint.Options, which documents them. A zero field means its default.
type Options struct {
	K                             int
	Method                        minhash.Method
	Slots                         int
	Seed                          uint64
	Similarity, Recall            float64
	Containment, Jaccard, Overlap float64
	SamplesOnly                   bool
	ByFigures                     bool
	SkipSameSite                  bool
	Window                        time.Duration
	MaxMatches                    int
	Key                           Key `json:"-"`
}

// WithDefaults returns the options with their defaults written out: those of
// packages minhash and cluster. The error says which option is wrong.
func (o Options) WithDefaults() (Options, error) {
	s, err := NewScheme(o)
	return s.Options, err
}

// Same reports whether two options are the same but for their keys.
func (o Options) Same(other Options) bool {
	o.Key, other.Key = nil, nil
	return reflect.DeepEqual(o, other)
}

// ofSignatures returns the options of package minhash.
func (o *Options) ofSignatures() minhash.Scheme {
	return minhash.Scheme{Method: o.Method, Slots: o.Slots, Seed: o.Seed, K: o.K}
}

// ofClusters returns the options of package cluster.
func (o *Options) ofClusters() cluster.Options {
	return cluster.Options{
		Containment: o.Containment, Jaccard: o.Jaccard, Overlap: o.Overlap,
		SamplesOnly: o.SamplesOnly, SkipSameSite: o.SkipSameSite, Window: o.Window,
		MaxMatches: o.MaxMatches,
	}
}

// complete writes the defaults out, and chooses the bands.
func (o *Options) complete() (minhash.Bands, error) {
	if err := o.Key.validate(); err != nil {
		return minhash.Bands{}, err
	}
	if _, err := shingle.New(shingle.Options{K: o.K}); err != nil {
		return minhash.Bands{}, err
	}
	signatures, err := o.ofSignatures().Normalise()
	if err != nil {
		return minhash.Bands{}, err
	}
	o.K, o.Slots = signatures.K, signatures.Slots
	if o.Similarity == 0 {
		o.Similarity = minhash.DefaultThreshold
	}
	if o.Recall == 0 {
		o.Recall = minhash.DefaultRecall
	}
	t, err := minhash.Tune(minhash.TuneOptions{Slots: o.Slots, Threshold: o.Similarity, Recall: o.Recall})
	if err != nil {
		return minhash.Bands{}, err
	}
	c, err := o.ofClusters().WithDefaults()
	if err != nil {
		return minhash.Bands{}, err
	}
	o.Containment, o.Jaccard, o.Overlap, o.MaxMatches = c.Containment, c.Jaccard, c.Overlap, c.MaxMatches
	o.ByFigures = o.ByFigures || o.SamplesOnly
	return t.Bands, nil
}
