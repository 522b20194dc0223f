// Package reprint finds, among news texts that arrive one by one or lie in an
// archive, those that carry the same article: reprints, scraped copies,
// excerpts, updated versions.
//
// Make one [Detector] with the zero [Options] for everything that is to be
// compared, give each document a name that stays, say when it was published
// and on which site if that is known, and add documents in the order in which
// they were published:
//
//	detector, err := reprint.New(reprint.Options{})
//	if err != nil {
//		return err
//	}
//	for doc := range documents {
//		added, err := detector.Add(doc)
//		if err != nil {
//			return err
//		}
//		fmt.Println(doc.ID, "carries the article of", added.Cluster)
//	}
//
// An archive goes through [Detector.AddAll], which reads texts side by side, with
// as many threads as [AddAllOptions] say, and adds them in order of publication,
// whatever order they come in.
//
// Change no option until a measurement says so. Text from OCR or speech is the
// exception: take the options of [Preset]("noisy").
//
// # What the answers mean
//
// A [Cluster] is the documents that carry one article, a single document
// included. It goes by the id of its canonical document: the first published,
// and of those at the same time, or without a time, the first by id. So the
// name can change when an earlier copy arrives late, and clusters can merge or
// lose a document when there is new evidence. [Added] and [Detector.Remove]
// tell every such change as an [Event]; who keeps the answers elsewhere must
// heed them.
//
// A [Match] is a pair that was verified on the shingles (five consecutive
// words each) of both texts. Of its [Figures], Jaccard says how alike the
// texts are as a whole, ContainmentA and ContainmentB how much of each is in
// the other, and Score what decides: the share of the smaller text that is in
// the larger, in which running text counts ten times as much as menus and
// captions, and boilerplate not at all. The figures are exact unless Exact is
// false, and then StdErr says how far off they may be.
//
// A match is not yet a common cluster: two clusters merge only if what their
// members have in common overlaps, too. Otherwise two pages of one site would
// be joined by their menu. [Detector.Explain] says for any two documents why
// they are together or apart.
//
// The [Relation] of a match says how two documents belong together, told from
// the passages that they share and where they differ. A [Copy], an [Excerpt] and
// a [Revision] are one article; of two documents that are [Derived], one has a
// passage of the other: they match, and join no clusters. Documents that fill in
// one form with other facts are no match, however much they share. Where only
// figures are known, with ByFigures or SamplesOnly, forms are not told apart, and
// the relation sums up the figures.
//
// # Empty, short and broken texts
//
// Documents without a word ("", "!!!") are kept, and match nothing, not even
// each other. The same holds for documents of fewer words than a shingle has.
// Below 15 words a document matches only what is nearly the same (a Jaccard
// similarity of at least .8); from there on all rules hold.
//
// Texts may be in any script; where words are not separated by spaces, each
// character counts as one. Bytes that are not UTF-8 end a word and are
// otherwise passed over. See package shingle.
//
// # Concurrency and order
//
// All methods of a Detector are safe for concurrent use. Texts are read in
// parallel, and the index is written by one call at a time.
//
// The clusters are a function of the documents in the order in which they were
// added: the same order gives the same clusters, on every run and with any
// number of threads. A stream in order of publication (ties by id) ends with
// the clusters that AddAll gives for the same documents.
//
// # Cost
//
// The time to add a document depends on its length, and not on how many copies
// of it there are: the lists that it is looked up in are bounded, and so is
// the number of documents that it is compared with. The benchmarks of this
// package measure it. A Detector keeps no text, but 12 bytes a word, for the set
// of shingles and for passages, and the entries of its index; with ByFigures 8
// bytes a word; with SamplesOnly a sample of the shingles, and figures get a
// standard error.
//
// # Other packages
//
// The parts can be used by themselves: [github.com/cbb30ed1/reprint/shingle]
// makes words and shingles of a text, [github.com/cbb30ed1/reprint/minhash]
// signatures of shingles, [github.com/cbb30ed1/reprint/cluster] clusters of
// sketches, [github.com/cbb30ed1/reprint/passage] the passages that two texts
// share, [github.com/cbb30ed1/reprint/report] a page that shows it all to people,
// and [github.com/cbb30ed1/reprint/eval] scores of clusters. Package
// github.com/cbb30ed1/reprint/store, a module of its own, keeps a detector on disk;
// the command is github.com/cbb30ed1/reprint/cmd/reprint. Package
// [github.com/cbb30ed1/reprint/engine] is what this package and store are made of,
// and makes no promise of compatibility.
package reprint
