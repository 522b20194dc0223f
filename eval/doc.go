// Package eval says how good a clustering is: against labels ([Clusters]), or
// against a list of pairs that are known to be alike ([PairRecall]). It also
// judges ranges of two texts that are said to be shared ([Passages]).
//
// If clusters are deleted or merged unseen, precision matters most; if every copy must
// be found, recall does. Pair figures grow with the square of a cluster, and so mostly
// measure the large ones. B³ gives every document the same weight. ARI is 0 for a
// clustering no better than chance.
//
// Everything is counted in integers and divided last. The same input gives
// the same bits, whatever the order in which Go walks a map.
package eval
