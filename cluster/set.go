package cluster

import "github.com/cbb30ed1/reprint/cluster/internal/sets"

// A Set is the set of a document's shingles: their hashes in increasing
// order, each with the knowledge whether it stands in running text. The hash
// loses its lowest bit, which holds that knowledge.
//
// Hashes must be uniform, as those of package shingle are: the smallest of
// them are then a random sample of the set, and the sample of an intersection
// is the intersection of the samples (FracMinHash: Hera, Pierce-Ward and
// Koslicki, "Deriving confidence intervals for mutation rates across a wide
// range of evolutionary distances using FracMinHash", 2023). A set that keeps
// only those is compared on what both sets kept.
//
// The zero value is the empty set.
type Set = sets.Set
