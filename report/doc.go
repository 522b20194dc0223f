// Package report writes what a detector found as one HTML page for people: the
// clusters with a timeline of who published when, and any document beside the
// one that it was taken from, with the passages that both share.
//
//	detector.AddAll(ctx, documents, reprint.AddAllOptions{Threads: 2})
//	report.Write(ctx, file, detector, documents, report.Options{Title: "Tuesday"})
//
// The page is a single file that needs nothing else: it opens from a disk, in
// an archive, as an attachment, and asks no network for anything.
//
// # What is compared
//
// Each document of a cluster is aligned with the canonical one, the first
// published, because a reader wants to know how much of this text was there before.
// If the detector joined it through another document (Member.Of), it is aligned with
// that one as well, because that is why it is in the cluster; the page offers both. The earlier document stands on the
// left. Coverage is the share of the words of one text that agree with a word
// of the other, in a passage; see package passage.
//
// # What is in the file
//
// Documents that are alone are only counted. Of those in clusters the page
// holds
//
//   - who, when and how they relate, as plain JSON in one inert element with the
//     id "index", so that other programs can search and read the file;
//   - texts and passages as gzipped JSON in base64, in inert elements "pack0",
//     "pack1", …, which the page unpacks when a cluster is opened. The texts of a
//     cluster are mostly the same, so they take little room side by side. A new
//     pack begins every 128 kB of text, so that a cluster of thousands opens as fast
//     as one of ten.
//
// Nothing of a document is ever markup: its title, site and text become text nodes.
// The Content-Security-Policy of the page allows only its own style and script, by
// their hashes, and forbids the script to make markup of strings (trusted types).
//
// Texts are shown as they are, with these exceptions: bytes that are not UTF-8
// and control characters become U+FFFD; all line ends become one; and the signs
// that embed, override or isolate a direction of writing are dropped, because they
// would reorder what stands around them. These signs are no part of a word, so
// passages are the same with and without them. Each paragraph has its own direction.
//
// The same documents give the same bytes, in any order and with any number of
// threads, from builds with the same release of Go (which compresses).
//
// # Cost
//
// Write reads the documents again, and aligns a cluster as soon as it has all its
// texts. It holds the texts of clusters that are not yet complete, and
// the packed page once. The page has some .35 bytes for one of text in clusters,
// where most clusters are of two or three documents, less where they are of
// many, and 60 kB of its own. README.md of the module has figures.
package report
