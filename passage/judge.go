package passage

import "math"

// The thresholds of the rules. README.md says what they rest on.
const (
	mostOfOne  = .75 // coverage from which the one holds the other
	halfOfBoth = .45 // geometric mean of coverages from which much of both agrees

	// So it does from a lower coverage of one of them if they agree all over, in
	// so many passages.
	allOver   = 5
	partOfOne = .4

	copyOfBoth = .8   // coverage of both from which it is a copy
	updated    = 8    // Evidence.Facts from which it is a version with other facts instead
	longer     = 1.25 // how much longer the one is than its excerpt, at the least

	unlikely     = .01 // the probability of one article where a rule forbids it
	likely       = .8  // and where a rule demands it
	nearlyAll    = .9  // coverage of both from which other words alone are no form
	shortStretch = 10  // Evidence.Stretch below which neither text has a piece of its own
	longText     = 400 // words that agree, more than any form or notice has
	fewWords     = 20  // that agree below which two texts are no article but as copies

	// What is no article and no loan is a form or boilerplate from any of these
	// on, and else nothing.
	formFacts  = 4   // Evidence.Facts
	formOfOne  = .5  // coverage of one
	formOfBoth = .15 // coverage of both

	manyOthers = 3 // documents that say that there is a form
)

// judge judges the pair that was aligned last.
func (a *Aligner) judge(c Corpus) Judgement {
	if a.swapped {
		c.BoilerplateA, c.BoilerplateB = c.BoilerplateB, c.BoilerplateA
	}
	e := a.evidence()
	j := e.judge(&c, a.alike)
	j.Evidence = e
	if a.swapped {
		j.CoverageA, j.CoverageB = j.CoverageB, j.CoverageA
	}
	return j
}

// judge judges texts that may be alike word for word.
func (e *Evidence) judge(c *Corpus, alike bool) Judgement {
	switch {
	case e.Passages == 0:
		return Judgement{Relation: Unrelated, Confidence: .99, Reason: TooLittle}
	case alike:
		return Judgement{Relation: Copy, Confidence: .99, Reason: SameWords}
	}
	// What is boilerplate is taken out of what agrees, and out of the texts.
	own := 1 - c.Boilerplate
	words := float64(e.Words) * own
	x, y := rest(e.CoverageA*own, c.BoilerplateA), rest(e.CoverageB*own, c.BoilerplateB)
	hi, lo := max(x, y), min(x, y)

	var f [nFeatures]float64
	e.features(&f, c, x, y, words)
	same := oneArticle.probability(&f)
	switch {
	case words < fewWords && lo < copyOfBoth:
		same = unlikely
	case lo >= nearlyAll && e.Edits == e.Plain && (e.Stretch < shortStretch || e.Words >= longText): // a form is filled in with other facts
		same = max(same, likely)
	}
	loan := reused.probability(&f)
	switch {
	case same >= .5:
		relation, reason := Revision, PartsDiffer
		switch {
		case lo >= copyOfBoth && e.Facts < updated:
			relation, reason = Copy, FewEdits
		case hi >= mostOfOne && hi >= longer*lo:
			relation, reason = Excerpt, OneHoldsOther
		}
		return Judgement{Relation: relation, Confidence: calibrated(same), Reason: reason}
	case loan >= .5:
		return Judgement{Relation: Derived, Confidence: calibrated((1 - same) * loan), Reason: PassageReused}
	}
	relation, reason := Template, Block
	switch {
	case e.Facts >= formFacts:
		reason = OtherFacts
	case e.Framed:
		reason = Framed
	case e.little(): // be it boilerplate
		relation, reason = Unrelated, TooLittle
	case c.Boilerplate >= .5 || c.Others >= manyOthers:
		reason = Known
	}
	return Judgement{Relation: relation, Confidence: calibrated((1 - same) * (1 - loan)), Reason: reason}
}

// little reports whether too little agrees for a form.
func (e *Evidence) little() bool {
	hi, lo := max(e.CoverageA, e.CoverageB), min(e.CoverageA, e.CoverageB)
	return e.Words < fewWords || hi < formOfOne && lo < formOfBoth
}

// probability returns how likely the hypothesis is, by logistic regression.
func (h *hypothesis) probability(f *[nFeatures]float64) float64 {
	sum := h.bias
	for _, w := range h.weights {
		sum += float64(w.worth * f[w.feature]) // the conversion forbids a fused operation
	}
	return 1 / (1 + math.Exp(-sum))
}

// calibrated makes of a probability by the weights how often such a judgement was
// right, on pairs that the weights were not fitted to. That is Platt's scaling.
func calibrated(p float64) float64 {
	odds := calibrationBias + float64(calibrationSlope*math.Log(p/(1-p)))
	return min(.99, 1/(1+math.Exp(-odds)))
}

// rest returns the share of what is no boilerplate that agrees.
func rest(agrees, boilerplate float64) float64 {
	if boilerplate > .95 {
		return 0
	}
	return min(1, agrees/(1-boilerplate))
}
