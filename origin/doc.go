// Package origin says where the article of a cluster comes from: from which
// member, from an absent source that members name, such as an agency, or that it
// is not to be told. It also says from whom each member has it.
//
// Use [Credits] to find who is credited in a text. Use [Prepare] once for each
// document, then [Judge] for a cluster or [JudgePair] for two documents. A
// [Corpus] learns from all documents how good the clock of a site is, and who
// usually has a story first.
//
// # Credits
//
// A credit is a range of bytes with a kind: text (the article is theirs),
// citation, photo, self (the site names itself) or author. Two tables hold what
// depends on names and languages: names.tsv and contexts.tsv. The code knows
// only what holds in all of them:
//
//   - Names joined by signs, with the initials of editors between, are a group and
//     are judged together: "ntv.de, rpe/dpa".
//   - A group alone in a bracket is a credit behind a place, a day, or a sentence.
//     It is none if it explains the words before it.
//   - A group beside a place at the beginning of a line, with a dash, a colon or
//     the end of the line behind it, is a credit.
//   - So is a group behind the last sentence, a line of persons that ends in a group, and a
//     line that is nothing but an agency.
//   - A person's name and a slash, or a word for pictures, make it a photo's.
//   - A name that is the site's own is a self-credit.
//   - Words end by script: an Arabic agency of three letters is not found inside a word,
//     and a name in Chinese needs no space around it.
//
// # Inference
//
// A story has one source: a member, an absent name, or an absent source that nobody names. From
// it hangs a tree over all members: each has the text from the source or from another
// member. The weight of a tree is the product of the weights of its edges, and the
// weight of an edge is the exponential of a sum of log-odds, one for each piece
// of evidence (model.go, weights.go). The sum over all trees is a determinant (the matrix-tree
// theorem), so the probability of each source is exact under these weights, in
// time n³. The likeliest tree is found by the algorithm of Chu, Liu and Edmonds.
//
// In clusters of more than 64 members the 64 that are the likeliest sources may have
// given it to others, and the rest have it from one of these or from the absent source.
//
// Members that still have their texts are compared, up to 64 of them. A change that one copy
// inherits from another tells who has it from whom (edits.go); what frames the text on a site
// is no change. Offices that publish a release together name each other (joint.go).
//
// Probabilities are calibrated on labelled pairs (README.md). Where the likeliest answer
// has a probability below [Threshold] none is given. An absent source that nobody names,
// "hidden:?", needs .9: it is told of sites that name no source and no other.
//
// # What holds always
//
//   - Exchanging the documents of a pair exchanges the sides of the answer.
//   - The order of members changes nothing.
//   - A worse clock never raises the probability of what the times say.
//   - Evidence that contradicts the answer is listed with a negative weight.
package origin
