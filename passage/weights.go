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
	bias: -2.45,
	weights: []weight{
		{fStretch, -4.028}, // a long piece that the other text lacks
		{fMost, 1.969},     // most of one or much of both
		{fBeyond, 11.133},  // how much more than most
		{fForm, -1.001},    // a site fills in its own forms
		{fFilled, -1.317},  // other names and numbers in every place, and nothing else
		{fPlain, 0.194},    // other words in place: an editor, or noise
		{fQuoted, -4.749},  // what agrees is quotation, around it is own text
		{fFramed, -2.976},  // begin and end alike, around other text
		{fBefore, -0.301},  // both begin with text of their own
		{fLead, 0.407},     // both begin with the same text
		{fWords, 1.732},    // how much agrees
		{fBetween, 0.267},  // agreement comes back after own text
		{fTitles, -1.946},  // their titles have other words
		{fLate, -3.281},    // published days apart
		{fSoon, 1.567},     // published within a day and a half
	},
}

// reused says, of two texts that are not one article, that one has a passage of
// the other, or both of a third, that is an article's own.
var reused = hypothesis{
	bias: -6.71,
	weights: []weight{
		{fPassage, 5.507}, // a passage that is long enough
		{fRunning, 5.046}, // what agrees is running text, no list
		{fFacts, -0.834},  // other names and numbers: a form
		{fFramed, -1.909}, // begin and end alike, around other text
		{fPlain, 0.187},   // other words in place: an editor
		{fAfter, -0.373},  // both end with text of their own
		{fTail, -3.058},   // the end of both agrees: what stands below each article
		{fSite, -0.976},   // a site repeats its own text
		{fOwn, -0.190},    // a long piece that the other text lacks
		{fLate, -3.935},   // published days apart: no loan, a form
	},
}

// The scaling of probabilities in calibrated.
const calibrationBias, calibrationSlope = 1.298, .406
