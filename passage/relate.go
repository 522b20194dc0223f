package passage

import (
	"fmt"
	"math"
)

// A Relation says how two texts belong together. The zero value is none of them.
type Relation string

// The relations. The first three are of one article, the last two of different
// ones that have nothing of substance in common.
const (
	Copy      Relation = "copy"      // the same article, edits of about 10 % or less
	Excerpt   Relation = "excerpt"   // one is a shortened or embedded piece of the other
	Revision  Relation = "revision"  // two versions of one article, with new or rewritten paragraphs
	Derived   Relation = "derived"   // different articles; a substantial passage is reused nearly verbatim
	Template  Relation = "template"  // the same form or boilerplate with other facts
	Unrelated Relation = "unrelated" // nothing of these
)

// SameArticle reports whether the relation joins two texts in one article.
func (r Relation) SameArticle() bool { return r == Copy || r == Excerpt || r == Revision }

// Corpus is what other documents tell of a pair. The zero value is a pair of
// which nothing else is known.
type Corpus struct {
	// SameSite says that both were published at the same place. What two pages
	// of a site share is rather its form than one's loan from the other.
	SameSite bool

	// Boilerplate is the share of what the two have in common that is on the
	// pages of many different articles. BoilerplateA and BoilerplateB are the
	// shares of each text of which that is true.
	Boilerplate, BoilerplateA, BoilerplateB float64

	// Others is the number of further documents that have most of what the
	// two have in common, and little of what they have not.
	Others int

	_ struct{}
}

// A Judgement is how two texts relate.
type Judgement struct {
	Relation Relation

	// Confidence is how likely the relation is right, 0 to 1; README.md has
	// how often it was.
	Confidence float64

	// Reason says in words what decided.
	Reason Reason

	Evidence
}

// rules are the thresholds of a judgement.
type rules struct {
	mostOfOne  float64 // coverage from which the one holds the other
	halfOfBoth float64 // geometric mean of coverages from which two texts are one article

	// So are they from a lower coverage of one of them if they agree all over,
	// in so many passages.
	allOver   int
	partOfOne float64

	copyOfBoth float64 // coverage of both from which it is a copy
	longer     float64 // how much longer the one is than its excerpt, at the least

	substantial float64 // words of a passage from which it is a loan

	// From so many exchanges it is a form, if they are so many a word.
	exchanged, exchangedOf float64

	fewWords   float64 // that agree below which two texts are no article but as copies
	manyOthers int     // documents that say that there is a form
}

// standard are the rules in use. README.md says what they rest on.
var standard = rules{
	mostOfOne: .75, halfOfBoth: .45, allOver: 5, partOfOne: .4,
	copyOfBoth: .8, longer: 1.25,
	substantial: 50,
	exchanged:   4, exchangedOf: .02,
	fewWords: 20, manyOthers: 3,
}

// Relate judges the texts of two sequences. Exchanging them changes nothing but
// the sides of the evidence. It allocates nothing once the Aligner has grown to
// the size of the texts. The thresholds were measured with the default options.
func (a *Aligner) Relate(x, y Sequence, c Corpus) Judgement {
	a.find(x, y)
	return a.judge(c)
}

// Compare is Align and Relate at once: it stores in dst what textA and textB
// share, and judges it.
func (a *Aligner) Compare(dst *Alignment, textA, textB string, c Corpus) Judgement {
	a.Align(dst, textA, textB)
	return a.judge(c)
}

// judge judges the pair that was aligned last.
func (a *Aligner) judge(c Corpus) Judgement {
	if a.swapped {
		c.BoilerplateA, c.BoilerplateB = c.BoilerplateB, c.BoilerplateA
	}
	e := a.evidence()
	j := standard.judge(&e, c, a.alike)
	j.Evidence = e
	if a.swapped {
		j.CoverageA, j.CoverageB = j.CoverageB, j.CoverageA
	}
	return j
}

// judge applies the rules, in this order, to the evidence of texts that may be
// alike word for word.
func (r *rules) judge(e *Evidence, c Corpus, alike bool) Judgement {
	if alike && e.Passages > 0 {
		return Judgement{Relation: Copy, Confidence: .99, Reason: SameWords}
	}
	// What is boilerplate is taken out of what agrees, and out of the texts.
	own := 1 - c.Boilerplate
	words, longest := float64(e.Words)*own, float64(e.Longest)*own
	x, y := rest(e.CoverageA*own, c.BoilerplateA), rest(e.CoverageB*own, c.BoilerplateB)
	hi, lo := max(x, y), min(x, y)

	// Names and numbers exchanged within sentences that agree: a form. Half as
	// many are enough where a form is likely.
	count := e.Exchanges
	if c.SameSite {
		count = e.AllExchanges
	}
	form := min(float64(count)/r.exchanged, float64(count)/float64(max(e.Words, 1))/r.exchangedOf)
	if c.SameSite || c.Others >= r.manyOthers {
		form *= 2
	}
	if form >= 1 {
		return Judgement{Relation: Template, Confidence: sure(form - 1), Reason: OtherFacts}
	}

	same := max(hi/r.mostOfOne, math.Sqrt(hi*lo)/r.halfOfBoth)
	if e.Passages >= r.allOver {
		same = max(same, hi/r.partOfOne)
	}
	if same >= 1 && (words >= r.fewWords || lo >= r.copyOfBoth) {
		confidence := sure(min(1-form, 2*(same-1)))
		switch {
		case lo >= r.copyOfBoth:
			return Judgement{Relation: Copy, Confidence: confidence, Reason: FewEdits}
		case hi >= r.mostOfOne && hi >= r.longer*lo:
			return Judgement{Relation: Excerpt, Confidence: confidence, Reason: OneHoldsOther}
		}
		return Judgement{Relation: Revision, Confidence: confidence, Reason: PartsDiffer}
	}

	// A site's own texts have paragraphs in common without one being the
	// source of the other.
	loan := longest / r.substantial
	if hi >= .5 {
		loan = words / r.substantial
	}
	if c.SameSite {
		loan /= 2
	}
	if loan >= 1 && e.Framed {
		return Judgement{Relation: Template, Confidence: sure(min(loan-1, 2*(1-same))), Reason: Framed}
	}
	if loan >= 1 {
		return Judgement{Relation: Derived, Confidence: sure(min(loan-1, 2*(1-same))), Reason: PassageReused}
	}
	known := c.Boilerplate >= .5 || c.Others >= r.manyOthers
	if float64(e.Words)-words >= r.substantial || known && max(e.CoverageA, e.CoverageB) >= .5 {
		return Judgement{Relation: Template, Confidence: sure(1 - loan), Reason: Known}
	}
	return Judgement{Relation: Unrelated, Confidence: sure(1 - loan), Reason: TooLittle}
}

// rest returns the share of what is no boilerplate that agrees.
func rest(agrees, boilerplate float64) float64 {
	if boilerplate > .95 {
		return 0
	}
	return min(1, agrees/(1-boilerplate))
}

// sure makes a confidence of a margin, which is 0 at the threshold.
func sure(margin float64) float64 { return .5 + .45*min(1, max(0, margin)) }

// Reason is what decided a judgement.
type Reason uint8

// The reasons.
const (
	TooLittle     Reason = iota // Unrelated
	SameWords                   // Copy
	FewEdits                    // Copy
	OneHoldsOther               // Excerpt
	PartsDiffer                 // Revision
	PassageReused               // Derived
	OtherFacts                  // Template
	Framed                      // Template
	Known                       // Template
)

// String returns the reason in words.
func (r Reason) String() string {
	switch r {
	case TooLittle:
		return "they share little or nothing of their own"
	case SameWords:
		return "they have the same words"
	case FewEdits:
		return "nearly all of both is the same"
	case OneHoldsOther:
		return "most of the shorter is in the longer"
	case PartsDiffer:
		return "much of both is the same, and parts are new or rewritten"
	case PassageReused:
		return "a passage of three sentences or more is the same, and most of both is not"
	case OtherFacts:
		return "names and numbers differ within sentences that are the same"
	case Framed:
		return "they begin alike and end alike, around other text"
	case Known:
		return "what they share is on the pages of many articles"
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}
