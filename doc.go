// Package reprint finds, among news texts that arrive one by one or lie in an
// archive, those that carry the same article: reprints, scraped copies,
// excerpts, updated versions.
//
// Make one [Detector] with the zero [Options] for everything that you want to
// compare. Give each document a name that stays. Say when it was published, on which
// site, and its title and URL, if you know. Add documents in the order of publication:
//
//	detector, err := reprint.New(reprint.Options{})
//	if err != nil {
//		return err
//	}
//	for doc := range documents {
//		added, err := detector.Add(ctx, doc)
//		if err != nil {
//			return err
//		}
//		fmt.Println(doc.ID, "carries the article of", added.Cluster)
//	}
//
// For an archive use [Detector.AddAll]. It reads texts in parallel, with as many
// threads as [AddAllOptions] say, and adds them in order of publication, whatever
// order they come in.
//
// Change no option until a measurement tells you to. The exception is text from OCR
// or speech: take the options of [Preset]("noisy").
//
// # What the answers mean
//
// A [Cluster] is the documents that carry one article, or a single document. Its
// id is that of its canonical document: the first published; of those at the same
// time, or without a time, the first by id. So the id can change when an earlier
// copy arrives late, and clusters can merge or lose a document when there is new
// evidence. [Added] and [Detector.Remove] report every such change as an [Event]. If
// you cache results, apply these events to stay in sync.
//
// A [Match] is a pair that was compared on the shingles (five consecutive words
// each) of both texts. Its [Figures] say how much they share. Jaccard says how alike
// the texts are as a whole, ContainmentA and ContainmentB how much of each is in the
// other. Score decides: it is the share of the smaller text that is in the larger.
// In it, running text counts ten times as much as menus and captions, and
// boilerplate not at all. The figures are exact unless Exact is false; then StdErr
// says how far off they may be.
//
// Two documents that match need not be in one cluster: two clusters merge only if
// what their members have in common overlaps, too, or if both documents as a whole
// are one article (a [Copy] or a [Revision]) and each holds what the other's cluster
// has in common. Otherwise menus would join two pages of one site. [Detector.Explain]
// says for any two documents why they are
// together or apart.
//
// The [Relation] of a match says how two documents belong together. It is told from
// the passages that they share and from where they differ. A [Copy], an [Excerpt]
// and a [Revision] are one article. Of two documents that are [Derived], one has a
// passage of the other: they match, and join no clusters. Documents that fill in one
// form with other facts do not match, however much they share. If only figures are
// known, with ByFigures or SamplesOnly, forms are not recognised, and the relation
// sums up the figures.
//
// # Empty, short and broken texts
//
// Documents without a word ("", "!!!") are kept, and match nothing, not even
// each other. The same holds for documents of fewer words than a shingle has.
// A document of fewer than 15 words matches only what is nearly the same (a
// Jaccard similarity of at least .8). From 15 words on all rules hold.
//
// Texts may be in any script. If words are not separated by spaces, each
// character counts as one. Accents, vowel signs, hamza, the script of digits, and
// simplified or traditional characters make no difference. Two scripts of one
// language do. Bytes that are not UTF-8 end a word and are otherwise ignored. See
// package shingle.
//
// # Concurrency and order
//
// All methods of a Detector are safe for concurrent use. Texts are read in
// parallel; one call at a time writes to the index.
//
// The clusters are a function of the documents in the order in which they were
// added: the same order gives the same clusters, on every run and with any
// number of threads. A stream in order of publication (ties by id) ends with
// the clusters that AddAll gives for the same documents.
//
// # Cost
//
// The time to add a document depends on its length, and not on the number of its
// copies: the lists of the index are bounded, and so is the number of documents that
// it is compared with. The benchmarks of this package measure it. A Detector keeps
// no text. It keeps 7 bytes a word, for the set of shingles and for passages, and
// the entries of its index. With ByFigures it keeps 4 bytes a word. With SamplesOnly
// it keeps a sample of the shingles, and figures get a standard error. (Of the
// hash of a shingle 31 bits are compared, so one comparison in 4,400 of two articles of
// 700 words counts one shingle too many.)
//
// # Other packages
//
// You can use the parts by themselves: [github.com/cbb30ed1/reprint/shingle]
// makes words and shingles of a text, [github.com/cbb30ed1/reprint/minhash]
// signatures of shingles, [github.com/cbb30ed1/reprint/cluster] clusters of
// sketches, [github.com/cbb30ed1/reprint/passage] the passages that two texts
// share, [github.com/cbb30ed1/reprint/report] a page that shows it all to people,
// and [github.com/cbb30ed1/reprint/eval] scores of clusters. Package
// github.com/cbb30ed1/reprint/store, a module of its own, keeps a detector on disk;
// the command is github.com/cbb30ed1/reprint/cmd/reprint. This package and store are
// built on [github.com/cbb30ed1/reprint/engine], which makes no promise of
// compatibility.
package reprint
