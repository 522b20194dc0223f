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
	bias: -3.10,
	weights: []weight{
		{fStretch, -3.880},  // a long piece that the other text lacks
		{fMost, 2.631},      // most of one or much of both agrees
		{fBeyond, 10.768},   // how much more than most
		{fForm, -2.066},     // a site fills in its own forms
		{fFilled, -1.308},   // other names and numbers in every place, and nothing else
		{fPlain, 0.169},     // other words in place: an editor, or noise
		{fQuoted, -4.927},   // what agrees is quotation amid own text
		{fFramed, -3.168},   // they begin and end alike, around other text
		{fBefore, -0.359},   // both begin with text of their own
		{fWords, 2.398},     // how much agrees
		{fBetween, 0.154},   // agreement comes back after own text
		{fTitles, -2.114},   // their titles have other words
		{fLateForm, -3.984}, // published days apart, as short forms are
		{fSoon, 1.674},      // published within a day and a half
	},
}

// reused says, of two texts that are not one article, that one has a passage of
// the other, or both of a third, that is an article's own.
var reused = hypothesis{
	bias: -6.58,
	weights: []weight{
		{fPassage, 5.056}, // a passage that is long enough
		{fRunning, 4.776}, // what agrees is running text, no list
		{fFacts, -0.791},  // other names and numbers: a form
		{fFramed, -1.681}, // they begin and end alike, around other text
		{fPlain, 0.200},   // other words in place: an editor
		{fAfter, -0.442},  // both end with text of their own
		{fTail, -3.494},   // the end agrees: what stands below every article
		{fSite, -0.954},   // a site repeats its own text
		{fQuoted, -0.600}, // what agrees is quotation amid own text
		{fLate, -3.888},   // published days apart: a form, no loan
	},
}

// The scaling of probabilities, see calibrated.
const calibrationBias, calibrationSlope = 1.367, 0.299
