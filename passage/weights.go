package passage

// This file is written by bench/judge/fit.py.

// A hypothesis on a pair is weighed by logistic regression: its odds are the
// exponential of the bias and of each feature times its worth.
type hypothesis struct {
	bias    float64
	weights []weight
}

// A weight says what a feature is worth as evidence. Above 0 it speaks for the
// hypothesis, below against it.
type weight struct {
	feature int
	worth   float64
}

// oneArticle says that two texts are one article.
var oneArticle = hypothesis{
	bias: -2.59,
	weights: []weight{
		{fStretch, -3.968},  // a long piece that the other text lacks
		{fMost, 2.444},      // most of one or much of both agrees
		{fBeyond, 7.906},    // how much more than most
		{fForm, -1.729},     // a site fills in its own forms
		{fFilled, -1.270},   // other names and numbers in every place, and nothing else
		{fPlain, 0.177},     // other words in place: an editor, or noise
		{fQuoted, -5.273},   // what agrees is quotation amid own text
		{fFramed, -3.245},   // they begin and end alike, around other text
		{fBefore, -0.448},   // both begin with text of their own
		{fWords, 2.146},     // how much agrees
		{fBetween, 0.153},   // agreement comes back after own text
		{fTitles, -2.214},   // their titles have other words
		{fLateForm, -3.474}, // published days apart, as short forms are
		{fSoon, 1.848},      // published within a day and a half
	},
}

// reused says, of two texts that are not one article, that one has a passage of
// the other, or both of a third, that is an article's own.
var reused = hypothesis{
	bias: -6.31,
	weights: []weight{
		{fPassage, 5.275}, // a passage that is long enough
		{fRunning, 4.844}, // what agrees is running text, no list
		{fFacts, -0.843},  // other names and numbers: a form
		{fFramed, -1.915}, // they begin and end alike, around other text
		{fPlain, 0.159},   // other words in place: an editor
		{fAfter, -0.411},  // both end with text of their own
		{fTail, -3.408},   // the end agrees: what stands below every article
		{fSite, -0.984},   // a site repeats its own text
		{fOwn, -0.140},    // a long piece that the other text lacks
		{fLate, -3.917},   // published days apart: a form, no loan
	},
}

// The scaling of probabilities, see calibrated.
const calibrationBias, calibrationSlope = 0.948, 0.503
