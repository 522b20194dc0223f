// Package passage finds what two texts have in common, as ranges of bytes in
// both: the sentences that one took from the other, through edits, inserted
// clauses and paragraphs in another order. It also says what remains on each
// side, and what kind it is; and from where texts agree and differ, how they
// relate: whether they are one article.
//
// Start with the zero [Aligner], keep it for the next pair, and keep the
// [Alignment] that it fills: once both have grown to the size of the texts, a
// pair costs no allocation. [Aligner.Compare] aligns and judges two texts,
// [Aligner.Relate] judges two texts of which only a [Sequence] of four bytes a
// word was kept.
//
// # From words to passages
//
// Words, their hashes and their place are those of package shingle, so case,
// punctuation, spacing and composition of letters make no difference. A
// character of a script without spaces counts half a word in all of this.
//
//  1. Runs. Every run of K words or more that both texts have is found, as long
//     as it can be (seed.go).
//  2. Blocks. The longest run is chosen, then the longest that has no word of
//     it, and so on: each word agrees with one word at the most, and a phrase
//     that repeats is not multiplied. Of equal runs the one nearest to a
//     chosen one goes first (tile.go). This is greedy string tiling (M. Wise,
//     "String similarity via greedy string tiling and running Karp-Rabin
//     matching", 1993).
//  3. Order. Blocks that follow one another on both sides form groups (below).
//     The heaviest chain of groups in the same order is the main order. A group
//     outside of it that has less than MinWords is chance, and its words are
//     free again.
//  4. Filling. Between two blocks, and next to them, shorter runs are taken too,
//     down to one word, if they are longer than chance would have it in so
//     small a place (fill.go).
//  5. Passages. Groups are formed again (group.go): a gap is bridged if it has at
//     most Gap words, and less than agree before it and behind it, wherever
//     what is before and behind begins and ends. What is bridged is an [Edit].
//     Groups that have MinWords are passages; those outside the main order are
//     Moved.
//
// What lies outside is cut into parts of a [Class]: boilerplate, added, removed
// or edited.
//
// # From passages to a relation
//
// The same blocks tell how two texts relate (judge.go). What other documents tell
// of the pair, a [Corpus], need not be known, nor what a [Document] holds beside its
// text. In this order:
//
//  1. Texts of the same words are copies. Texts without a passage are unrelated.
//  2. What is known to be boilerplate is taken out of what agrees, and out of the
//     texts.
//  3. Are they one article? How much agrees speaks for it, and that it comes back
//     after text of their own; a long stretch of own text, quotation, other facts
//     in every place, other titles and days between them speak against it
//     (features.go, weights.go). Less than 20 words are enough for copies only. If
//     .9 of both agrees, all edits put plain words for plain words, and neither has
//     a piece of its own, they are one article.
//  4. One article is a copy if .8 of both agree (edits of 10 %, and another
//     headline) and few facts differ; an excerpt if the one holds three quarters of
//     the other and agrees a fifth less itself; else a revision.
//  5. If they are not, has one a passage of the other, or both of a third? From
//     about 50 words on, in one passage or several, unless what agrees is no running
//     text, stands at the end of both, or is a form. Then the one is derived.
//  6. Else they are a template if four facts differ, if they begin and end alike, or if
//     .4 of one, .15 of both or 50 words agree, and else unrelated.
//
// Menus and lists count a tenth in this. README.md says how often it is right.
//
// # What holds always
//
//   - Align(B, A) is Align(A, B) with the sides exchanged, to the last tie: texts
//     are ordered by their length and words before anything else is done.
//   - Passages do not overlap on either side. They and the parts hold every word
//     once. All ranges begin and end on character boundaries.
//   - Outside the edits of a passage the words agree one by one.
//   - Texts of the same words, if any, are one passage, however short.
//   - Relate(B, A) is Relate(A, B) with the sides exchanged, and the judgement by
//     sequences is that by texts.
//
// # Cost
//
// Time and memory are in proportion to both texts, whatever they hold: 80 to 160
// bytes a word, and a bounded number of steps (Options.Budget). If that does
// not suffice the answer is what was found so far, and Alignment.Complete is
// false. It takes much repetition: 421 pairs of an article and its page need
// one step a word in the mean, 21 at the most.
//
// The benchmarks of this package align pairs of generated texts of 4.5 kB each,
// words included. Pairs a second on one core of a virtual machine (Intel Xeon,
// family 6 model 207) with other work on it, Go 1.26.8, November 2026, the best
// of three runs of GOMAXPROCS=1 go test -run '^$' -bench Align ./passage,
// without an allocation; and by Relate, from sequences that were kept, of
// -bench Relate:
//
//	                              Align   Relate
//	the same, but for a word     15,800   34,900
//	a revision                   15,000   31,200
//	the article in a page        10,500
//	unrelated                    17,500   47,000
//	Chinese                       5,000
//
// and of -bench Hostile -benchtime 3x for texts of a million words, in
// milliseconds:
//
//	a word, against two million of it             270
//	a word, and an article at the other end       120
//	two words in any order, and in another        870
//	ten words in any order, and in another        930
//	a sentence again and again                    110
//	a form filled with other numbers              250
//	the sentences of a text shuffled              420
//	a revision                                    240
//
// README.md says what the constants rest on.
package passage
