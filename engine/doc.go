// Package engine turns texts into entries of an index, queries the index, and names
// the relations of what it finds. Packages reprint and store are built on it.
//
// It makes no promise of compatibility: anything here may change in any version,
// without an entry in the changelog. Programs use package reprint, or package store
// if documents are to be on disk. Use this package only to put the index into a
// storage of your own, and then pin the version.
//
// An [Engine] is made from a [Scheme], which is everything that its answers depend on
// besides the documents: the options, and the version of every rule that is not an
// option. A program that stores what an engine has made stores the scheme with it.
package engine
