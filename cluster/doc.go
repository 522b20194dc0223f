// Package cluster finds, among documents given as sets of shingle hashes,
// those that carry the same article, and keeps them in clusters while
// documents come and go.
//
// # From documents to clusters
//
// Candidates. A document meets others through its LSH bands (see package
// minhash) and through its sample: the shingles whose hash is smallest, each
// with a list of the documents that hold it. Bands find texts that are alike
// as a whole. The sample finds an article inside a page three times its size,
// which Jaccard similarity cannot see.
//
// Matches. Every candidate is compared on the two sets: exactly, or, where
// only samples are kept, with the standard error stated. What counts is the
// containment of the smaller set in the larger. Shingles outside running text
// weigh a tenth in it (a menu is no article), and boilerplate nothing.
//
// Relations. Two documents that fill in one form with other facts share as much
// as two versions of an article. They differ in another way, which sets do not
// show. So a Judge, if there is one, has the last word on a match. It sees a
// sequence of words that comes with each entry (judge.go).
//
// Boilerplate. A shingle that many otherwise new documents hold is on the pages
// of many different articles, and loses its weight. One that is in many copies
// of one article keeps it. Within a known site fewer pages suffice, with less
// that is new; among those that teach all sites, a few of each site count.
// Versions of one page count once (boilerplate.go).
//
// Clusters. Matches are taken from the strongest to the weakest. Every
// cluster has a core, at first the document's own set. Two clusters are
// merged if their cores overlap by enough of the smaller core. The new core
// is the overlap if that is nearly all of the smaller core, and else the
// smaller core. So two pages of one site stay apart even if their menus
// match: the clean copies that they are joined with have nothing in common.
//
// Cores can be different pieces of one article, two excerpts of it. So a match of
// which the judge says that both texts as a whole are one article (Unites) merges
// two clusters also if their cores do not overlap, where each core is held by the
// document on the other side nearly as much as the two hold one another. And an
// article on one page is joined with pages of its site that hold it together
// (core.go).
//
// # Order and cost
//
// A document that is nearly identical to one in the index becomes its duplicate
// (unless a filter gives each its own matches). It is a member of the same
// cluster, but adds nothing to the lists: a story printed a hundred thousand
// times costs its postings once. The list of a band or a shingle holds the
// latest documents up to a bound, and where it is full, a document of the site that has
// the most in it gives way, so that nobody fills it with pages of his own. A document is
// compared with a bounded number of candidates, and of those that are much larger than
// itself with a bounded number of their words: beyond, samples are compared, and nothing
// is judged; Stats counts it (Shortened). So the time to add a document does not grow with the
// number of its copies. Nor does it grow with the number of documents that are
// connected by matches: if these are more than 64, only the groups in which
// something changed are formed again (partition.go).
//
// In memory the lists are a hash table without keys, five or six bytes a posting
// (internal/postings). With SamplesOnly, documents of 700 words take 1.1 kB each
// in all; Stats tells the parts.
//
// The clusters are a function of the documents in the order in which they were added.
//
// # A collection at once
//
// A batch that an empty index gets, of which nobody wants to see the answers (AddBatch),
// is looked at as a whole. What is boilerplate is learned from all of its documents, then
// candidates are compared, then each connected component of the matches is clustered. No
// step depends on the order in which its parts are taken, so each runs on all threads.
// Clusters are close to those of a stream, which does not know what will come (README.md
// has how close), and depend on the documents only, in whatever order they were read.
// Every document then has matches and postings of its own, also one that is nearly
// identical to another.
//
// # In a storage
//
// Open returns an index whose documents, groups and lists are in a Storage. In
// memory are those that were used lately, what has changed since the last
// Checkpoint, and a filter of the keys in the storage. It answers as an index in
// memory does. The caller logs the operations, and repeats those after Position
// when it opens the index again; package store does that with Pebble.
//
// # Removing
//
// Removing a document takes its influence away: its postings, its matches, its
// part in clusters, and what was boilerplate because of it. Three things are not
// taken back. How much of another document was new when it came is not judged
// again. In a cluster of more than 64 representatives the core stays as it was, and what was
// joined through the removed stays so, until half of its links have lost a document
// (loosen.go). So removing all of a cluster takes time in proportion to its size.
// And a text with more than 64 duplicates stays, without its name, until half of
// them are gone.
package cluster
