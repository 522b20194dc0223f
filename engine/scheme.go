package engine

import (
	"errors"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/minhash"
)

// ErrScheme is what the error of Open wraps about a scheme that is not of this
// version.
var ErrScheme = errors.New("engine: another scheme")

// A Scheme is all that the answers of an engine depend on besides the documents.
// Nothing in it is left to a default, which may be another in a later version.
type Scheme struct {
	Rules   Rules
	Options Options       // complete: as WithDefaults returns them
	Bands   minhash.Bands // chosen by Similarity and Recall
}

// Rules are what no option of a user changes. They change when a version of this
// module changes them.
type Rules struct {
	ClustersVersion  int // of the constants in package cluster: cluster.RulesVersion
	RelationsVersion int // of how package passage tells relations
	ShinglesVersion  int // of words, shingles and their hashes
	ProseVersion     int // of what counts as running text

	// The fields of cluster.Options that are not in Options.
	Scale, Floor, MinWords int
}

// The versions of rules that other packages have and do not count. A change of
// passage.Relate that changes the relation of some pair, or of what package shingle
// takes for running text, is a new version: entries and clusters that are kept were
// made by the old one. What a word is never changes (see CONTRIBUTING.md): another
// definition would be another version, beside this one.
const (
	relationsVersion = 1
	shinglesVersion  = 1
	proseVersion     = 1
)

// NewScheme returns the scheme of some options in this version of the module. The
// error says which option is wrong, and wraps ErrOptions of package minhash, shingle
// or cluster, or minhash.ErrUnreachable.
func NewScheme(o Options) (Scheme, error) {
	bands, err := o.complete()
	if err != nil {
		return Scheme{}, err
	}
	return Scheme{Rules: CurrentRules(), Options: o, Bands: bands}, nil
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
