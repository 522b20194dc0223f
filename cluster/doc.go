// Package cluster finds, among documents given as sets of shingle hashes,
// those that carry the same article, and keeps them in clusters while
// documents come and go.
//
// # From documents to clusters
//
// Candidates. A document meets others through its LSH bands (see package
// minhash) and through its sample: the shingles whose hash is smallest, each
// with a list of the documents that hold it. Bands find texts that are alike
// as a whole; the sample finds an article inside a page three times its size,
// which Jaccard similarity cannot see.
//
// Matches. Every candidate is verified on the two sets: exactly, or, where
// only samples are kept, with the standard error stated. What counts is the
// containment of the smaller set in the larger, in which shingles outside
// running text weigh a tenth (a menu is no article) and boilerplate nothing.
//
// Relations. Two documents that fill in one form with other facts share as much
// as two versions of an article. What tells them apart is where they differ,
// which sets do not show; so a Judge, if there is one, has the last word on a
// match, by a sequence of words that comes with each entry (judge.go).
//
// Boilerplate. A shingle that many documents hold which otherwise are new is
// on the pages of many different articles, and loses its weight; one that is
// in many copies of one article keeps it. Within a known site, fewer pages
// suffice, with less that is new (boilerplate.go).
//
// Clusters. Matches are taken from the strongest to the weakest. Every
// cluster has a core, at first the document's own set. Two clusters are
// merged if their cores overlap by enough of the smaller core; the new core
// is the overlap where that is nearly all of the smaller core, and else the
// smaller core. So two pages of one site stay apart even where their menus
// match: what the clean copies that they are joined with share is nothing.
//
// # Order and cost
//
// A document nearly identical to one that is there follows it (unless a filter
// gives each its own matches): it is a member of its cluster, but adds nothing
// to the index, so that a story printed a
// hundred thousand times costs its index entries once. The lists behind a
// band or a shingle hold the latest documents up to a bound, and a document
// is verified against a bounded number of candidates, so that the time for
// one document does not grow with the number of its copies. Nor does it with
// the number of documents that hang together by matches: where these are more
// than 64, only the groups in which something changed are formed anew (group.go).
//
// The lists are a hash table without keys, five or six bytes an entry
// (postings.go), in blocks that leave no holes (blocks.go). With SamplesOnly,
// documents of 700 words take 1.1 kB each in all; Stats tells the parts.
//
// The clusters are a function of the documents in the order in which they
// were added. Batches should be added in order of publication, ties by id:
// then they end like the stream that they record, in whatever order they were
// read.
//
// # In a storage
//
// Open gives an index whose documents, clusters and lists are in a Storage, of
// which a part is in memory: what was used lately, what has changed since the last
// Checkpoint, and a filter of the keys in the storage. It answers as one in memory
// does. Who uses it logs the operations, and does those after Position again when
// it is opened; package store does that with Pebble.
//
// # Removing
//
// Removing a document takes its influence away: its entries, its matches, its
// part in clusters, and what was boilerplate by it. Three things are not taken
// back. How much of another document was new when it came is not judged again.
// In a cluster of more than 64 representatives, the core stays as it was. And a
// text that more than 64 documents follow stays behind, unnamed, until half of
// them are gone.
package cluster
