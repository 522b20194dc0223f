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
	longer     = 1.25 // how much longer the one is than its excerpt, at the least

	fewWords   = 20 // that agree below which two texts are no article but as copies

	// What is no article and no loan is a form or boilerplate from any of these
	// on, and else nothing.
	formFacts  = 4
	formOfOne  = .4
	formOfBoth = .15
	formWords  = 50

	manyOthers = 3  // documents that say that there is a form
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
	if words < fewWords && lo < copyOfBoth {
		same = 0
	}
	if same >= .5 {
		switch {
		case lo >= copyOfBoth:
			return Judgement{Relation: Copy, Confidence: same, Reason: FewEdits}
		case hi >= mostOfOne && hi >= longer*lo:
			return Judgement{Relation: Excerpt, Confidence: same, Reason: OneHoldsOther}
		}
		return Judgement{Relation: Revision, Confidence: same, Reason: PartsDiffer}
	}
	loan := reused.probability(&f)
	if loan >= .5 {
		return Judgement{Relation: Derived, Confidence: (1 - same) * loan, Reason: PassageReused}
	}
	confidence := (1 - same) * (1 - loan)
	switch {
	case e.Facts >= formFacts:
		return Judgement{Relation: Template, Confidence: confidence, Reason: OtherFacts}
	case e.Framed:
		return Judgement{Relation: Template, Confidence: confidence, Reason: Framed}
	case c.Boilerplate >= .5 || c.Others >= manyOthers:
		return Judgement{Relation: Template, Confidence: confidence, Reason: Known}
	case hi >= formOfOne || lo >= formOfBoth || e.Words >= formWords:
		return Judgement{Relation: Template, Confidence: confidence, Reason: Block}
	}
	return Judgement{Relation: Unrelated, Confidence: confidence, Reason: TooLittle}
}

// probability returns how likely the hypothesis is, by logistic regression.
func (h *hypothesis) probability(f *[nFeatures]float64) float64 {
	sum := h.bias
	for _, w := range h.weights {
		sum += float64(w.worth * f[w.feature]) // the conversion forbids a fused operation
	}
	return 1 / (1 + math.Exp(-sum))
}

// rest returns the share of what is no boilerplate that agrees.
func rest(agrees, boilerplate float64) float64 {
	if boilerplate > .95 {
		return 0
	}
	return min(1, agrees/(1-boilerplate))
}
