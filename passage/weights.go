package passage

// A hypothesis on a pair is weighed by logistic regression: its odds are the
// exponential of the bias and of each feature times its worth.
type hypothesis struct {
	bias    float64
	weights []weight
}

// A weight says what a feature is worth as evidence. The sign is the direction:
// above 0 it speaks for the hypothesis.
type weight struct {
	feature int
	worth   float64
}

// oneArticle says that two texts are one article. The weights are those of
// bench/judge/fit.py; README.md says what they were fitted to.
var oneArticle = hypothesis{
	bias: -1.73,
	weights: []weight{
		{fStretch, -5.062}, // a long piece that the other text lacks
		{fMost, 1.591},     // most of one or much of both
		{fBeyond, 14.887},  // how much more than most
		{fSite, -0.675},    // a site repeats its own forms
		{fFilled, -1.123},  // other names and numbers in every place, and nothing else
		{fPlain, 0.161},    // other words in place: an editor, or noise
		{fQuoted, -4.730},  // what agrees is quotation, around it is own text
		{fFramed, -2.724},  // begin and end alike, around other text
		{fBefore, -0.238},  // both begin with text of their own
		{fWords, 0.918},    // how much agrees
		{fLate, -3.572},    // published days apart
		{fSoon, 1.419},     // published within a day and a half
		{fBetween, 0.429},  // agreement comes back after own text
	},
}

// reused says, of two texts that are not one article, that one has a passage of
// the other, or both of a third, that is an article's own.
var reused = hypothesis{
	bias: -6.83,
	weights: []weight{
		{fLate, -3.905},     // published days apart: no loan, a form
		{fPassage, 5.572},   // a passage that is long enough
		{fRunning, 5.234},   // what agrees is running text, no list
		{fFacts, -0.874},    // other names and numbers: a form
		{fFramed, -1.856},   // begin and end alike, around other text
		{fPlain, 0.179},     // other words in place: an editor
		{fAfter, -0.356},    // both end with text of their own
		{fTail, -3.307},     // the end of both agrees: what stands below each article
		{fSameSite, -0.930}, // a site repeats its own text
		{fOwn, -0.217},      // a long piece that the other text lacks
	},
}
