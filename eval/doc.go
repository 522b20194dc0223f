// Package eval says how good a clustering is: against labels ([Clusters]), or
// against a list of pairs that are known to be alike ([PairRecall]). It also
// judges ranges of two texts that are said to be shared ([Passages]).
//
// Look at precision first when clusters are deleted or merged unseen, at
// recall when every copy must be found. Pair figures grow with the square of
// a cluster and so speak for the large ones; B³ gives every document the same
// say; ARI is 0 for a clustering that chance would give as well.
//
// Everything is counted in integers and divided last. The same input gives
// the same bits, whatever the order in which Go walks a map.
package eval
