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
	bias: -2.35,
	weights: []weight{
		{fStretch, -4.097}, // a long piece that the other text lacks
		{fMost, 1.915},     // most of one or much of both
		{fBeyond, 11.817},  // how much more than most
		{fForm, -0.946},    // a site fills in its own forms
		{fFilled, -1.185},  // other names and numbers in every place, and nothing else
		{fPlain, 0.194},    // other words in place: an editor, or noise
		{fQuoted, -4.476},  // what agrees is quotation, around it is own text
		{fFramed, -3.036},  // begin and end alike, around other text
		{fBefore, -0.296},  // both begin with text of their own
		{fLead, 0.472},     // both begin with the same text
		{fWords, 1.651},    // how much agrees
		{fBetween, 0.254},  // agreement comes back after own text
		{fTitles, -1.944},  // their titles have other words
		{fLate, -3.382},    // published days apart
		{fSoon, 1.523},     // published within a day and a half
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
