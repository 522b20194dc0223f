// Package news makes news-like text with planted truth: which documents carry
// the same article is known, because they were made from it. Any number of
// documents, as a stream, a function of the seed alone:
//
//	for doc := range news.New(news.Options{Docs: 1_000_000}).Documents() {
//		…
//	}
//
// The first n documents are the same however many are asked for. All
// arithmetic is in integers, so that they are the same on every machine.
//
// # The mixture
//
// Documents by [Kind], in a long stream; a short one has fewer copies, since
// these come later than what they copy:
//
//	kind       share  cluster      what it is
//	single       56%  its own      an article that nobody copies; one in eight is a brief
//	first         8%  its own      an article that will be copied
//	reprint      10%  the first's  the same text under another dateline, often
//	                               another headline, half of them cut at the end
//	page          8%  the first's  the article in the page of a site
//	revision      3%  the first's  10 to 25 % of its paragraphs new
//	excerpt       3%  the first's  the first 55 to 80 % of it
//	template      4%  its own      a form filled with other facts, and free text
//	report        4%  its own      of an event that others report: the same
//	                               names, and one quote word for word
//	site page     4%  its own      a page that is 70 % boilerplate
//
// An article is of log-normal length, 1.5 to 12 kB with a median of 3.5; a
// brief has 40 to 100 words. Most articles that are copied at all are copied
// one to five times; one in 400 is copied 100 to 600 times.
//
// # Sites
//
// There are 3,072 sites, the r-th of a language having a share in proportion
// to 1/(r+4). Each has a frame that stays: a menu, share buttons, a notice
// about cookies, terms, a footer. Its pages add teasers (headline and first
// sentence) of the site's latest stories. The frame and teasers are .5 to 3
// times 4,000 bytes, about the volume of an article. A notice is often the same on many
// sites of a language, as if bought from one vendor.
//
// # Languages
//
//	code  script      share  bytes a word, about
//	la    Latin         40%    6.3
//	lb    Latin with    20%    6.4
//	      accents
//	cy    Cyrillic      15%   10.9
//	ar    Arabic        10%    8.4
//	zh    Chinese       10%    2.8 (a character)
//	hi    Devanagari     5%   12
//
// No word is of a real language but by accident: each language has 32,768
// words made of syllables, or characters, of its script. The r-th most
// frequent has a share in proportion to 1/(r+q), with q chosen so that the
// first words take their usual share of a text; between them stand 64 function
// words. Some sentences hold one of 512 stock phrases, which is what makes
// texts with nothing else in common share shingles.
package news
