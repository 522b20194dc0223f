package cluster

// RulesVersion is the version of the constants below. Stored clusters were formed by
// the rules of their time: so a store keeps the version, and each change of a constant
// is a new version.
const RulesVersion = 2

// The constants of the rules by which documents match and clusters are formed.
// README.md of this folder has what was measured to choose them.
const (
	// The weights of a shingle, in tenths: running text counts ten times as much
	// as menus, captions and lists of links.
	weightProse = 10
	weightOther = 1

	// longestList is how many documents are listed for one shingle or band: the
	// latest ones, where no site has more in it than others.
	longestList = 32

	// A candidate shares in the sample at least slack of what a match must share,
	// or, if the two have a band in common, which says that they are alike as a
	// whole, slackBand. At 48 sampled shingles and the default threshold these
	// are 3.5 and 5 standard errors below it.
	slack     = .5
	slackBand = .25

	// mostVerified bounds the candidates by which a document is clustered, and
	// mostOfCluster those in one cluster: the ones that share the most. In a
	// large cluster all say much the same.
	mostVerified  = 64
	mostOfCluster = 16

	// mostExcess and mostJudged bound how many elements and words the candidates of a
	// document may have more than the document itself, all together, to be compared in
	// full and to be judged. Of larger ones the samples are compared.
	mostExcess = 1 << 20
	mostJudged = 1 << 18

	// mostClustered bounds the elements, and mostRejudged the words, of documents and
	// cores that are compared to cluster documents again, those of two that have no
	// more than smallPair not counted. Beyond, samples are compared, and verdicts stay.
	mostClustered = 1 << 20
	mostRejudged  = 1 << 18
	smallPair     = 1 << 13

	// nearExact is the Jaccard similarity that documents of fewer than MinWords
	// words must have to match.
	nearExact = .8

	// ofSameSite is the factor for the score of two pages of one site, which share
	// more than two equally different pages of two sites.
	ofSameSite = .8

	// A document of which less than this share of the weight is not boilerplate
	// matches nothing.
	leastOwn = .05

	// A document that is this much like a representative becomes its duplicate.
	nearlyIdentical = .9

	// What of two documents is boilerplate does not matter if their Jaccard similarity is
	// wholeCopy: whatever others publish that holds an article, copies of the whole are
	// found. Documents that share nearBands of the bands may be so, and are compared.
	wholeCopy = .95
	nearBands = .6

	// A collection that is loaded has keys of so many bands in a row in the place of
	// bands: of 35 bands of 3 rows, copies of a whole at wholeCopy have at least one of
	// 11 keys of 9 rows in common with a probability of 1 - 2⋅10⁻⁵.
	bandsOfWhole = 3

	// The overlap of two cores becomes the core of both clusters if it is at least
	// coreShrinks of the smaller one, and at least minCoreShare of the lightest
	// document: a core does not wear away by many small differences.
	coreShrinks  = .9
	minCoreShare = .3

	// Two clusters whose cores do not overlap are merged by two documents that are one
	// article as a whole, if each core is held by the document of the other cluster
	// to this share of what the two documents hold of one another.
	heldShare = .8

	// Or if of all pairs of a document of the one and one of the other this share are
	// one article as a whole.
	unitedShare = .5

	// An article on one page joins the pages that it also stands on by parts if they
	// hold this share of it together, and it holds this share of each.
	pageShare = .9

	// A document is a digest if it holds digestArticles articles of other sites, none of
	// which has more than digestCommon of another. One of more than largestDigest
	// elements is none: what it holds would have to be read each time.
	digestArticles = 3
	digestCommon   = .05
	largestDigest  = 1 << 16

	// mostRegrouped is how many representatives are clustered again for one added
	// document. In larger clusters, which are many versions of one story,
	// the document's own matches are taken by themselves.
	mostRegrouped = 64

	// Such a cluster is clustered again when this share of its links are bridges, which
	// stand for documents that were removed. So removing all of it takes time in
	// proportion to its size.
	mostBridges = .5

	// A representative that is removed while it has more duplicates than this stays,
	// unlisted, as their common text, until half of them are removed too. Otherwise
	// removing a large cluster document by document would take time with the square
	// of its size.
	fewDuplicates = 64

	// manyPages is the number of different pages of one site on which a shingle
	// is boilerplate for the documents of that site. A page is different if
	// newPage of it, by weight of its sample, was in no document before: an
	// article with another menu, a teaser before a paywall, other names in a form.
	manyPages = 8
	newPage   = .05

	// manyPublishers is the number of different publishers, known sites, on whose
	// articles a shingle is boilerplate for all, if they are mostArticles of those
	// listed. Here newArticle of a document must be new: each paper that prints a story
	// may change a sentence, or put a frame around it. Whoever has fewer sites teaches
	// nobody but himself.
	manyPublishers = 28
	mostArticles   = .75
	newArticle     = .2

	// manyArticles is the number of different articles of unknown sites on which a
	// shingle is boilerplate for other such documents, if they are mostArticles of those
	// listed.
	manyArticles = 16

	// If a shingle is boilerplate for this share of the documents listed, or of their
	// publishers where these count, it stays so down to two thirds of the thresholds. What
	// is new in a document is estimated with an error, and the outcome must not change
	// with every addition.
	staysMarked = .5

	// fewHolders is the number of documents listed below which a shingle is never
	// boilerplate, nor was it so lately.
	fewHolders = manyPages / 2

	// Matches of a document are judged again when the weight of its boilerplate has
	// changed by this share of its sample.
	muchRelabelled = .125

	// With fewer sampled shingles in common than this, two documents say nothing
	// about a form.
	fewCommon = 4
)
