package engine

import (
	"errors"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/minhash"
)

// ErrScheme is wrapped by the error of Open if the scheme is not of this version.
var ErrScheme = errors.New("engine: another scheme")

// A Scheme is all that the answers of an engine depend on besides the documents. It
// leaves nothing to defaults, which may change in a later version.
type Scheme struct {
	Rules   Rules
	Options Options       // complete: as WithDefaults returns them
	Bands   minhash.Bands // chosen by Similarity and Recall

	// KeyCheck proves the key, which is nowhere written, without telling it: see
	// Key.Check.
	KeyCheck string `json:",omitempty"`
}

// Rules are what users cannot change by options. They change only with the version of
// this module.
type Rules struct {
	ClustersVersion  int // of the constants in package cluster: cluster.RulesVersion
	RelationsVersion int // of how package passage tells relations
	ShinglesVersion  int // of words, shingles and their hashes
	ProseVersion     int // of what counts as running text

	// The fields of cluster.Options that are not in Options.
	Scale, Floor, MinWords int
}

// The versions of rules of other packages that have no version of their own. If
// passage.Relate changes the relation of some pair, or package shingle what it takes
// for running text, that is a new version: stored entries and clusters were made by
// the old one. What a word is never changes (see CONTRIBUTING.md): another definition
// would be another version beside this one.
const (
	relationsVersion = 1
	shinglesVersion  = 1
	proseVersion     = 1
)

// NewScheme returns the scheme of options in this version of the module. The error
// says which option is wrong, and wraps ErrOptions of package minhash, shingle
// or cluster, ErrKey, or minhash.ErrUnreachable.
func NewScheme(o Options) (Scheme, error) {
	bands, err := o.complete()
	if err != nil {
		return Scheme{}, err
	}
	return Scheme{Rules: CurrentRules(), Options: o, Bands: bands, KeyCheck: o.Key.Check()}, nil
}

// CurrentRules returns the rules of this version of the module.
func CurrentRules() Rules {
	o, _ := cluster.Options{}.WithDefaults() // which are never out of range
	return Rules{
		ClustersVersion: cluster.RulesVersion, RelationsVersion: relationsVersion,
		ShinglesVersion: shinglesVersion, ProseVersion: proseVersion,
		Scale: o.Scale, Floor: o.Floor, MinWords: o.MinWords,
	}
}
