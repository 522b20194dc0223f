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

// Evidence is what was measured of a pair: what a judgement rests on. A word
// outside running text, of a menu or a list, counts a tenth of one, unless one
// of the texts has next to no running text.
type Evidence struct {
	// CoverageA and CoverageB are the shares of each text that agree with the
	// other in passages.
	CoverageA, CoverageB float64

	Words    int // that agree, in all passages together
	Longest  int // that agree in the longest passage
	Passages int
	Moved    int // passages that stand out of order

	// Framed says that both texts begin with one passage and end with another.
	Framed bool

	// Exchanges are the edits in running text that put a name for a name,
	// and twice those that put a number for a number; AllExchanges those too
	// that put more or fewer of them.
	Exchanges, AllExchanges int
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

	fewWords   float64 // below which nothing is said of an article
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

// evidence measures the pair that was aligned last, A being x.
func (a *Aligner) evidence() Evidence {
	var e Evidence
	// What a word is worth outside running text, and what it must be for an
	// edit behind it to count.
	worth, prose := int64(1), uint32(isProse)
	if !a.x.running() || !a.y.running() {
		worth, prose = full, 0
	}
	all, longest, inX, inY := int64(0), int64(0), int64(0), int64(0)
	for _, g := range a.groups.all {
		words := int64(0)
		for i, b := range a.blocks[g.first:g.end] {
			x, y := a.x.worth(b.x, b.x+b.n, worth), a.y.worth(b.y, b.y+b.n, worth)
			inX += x
			inY += y
			words += min(x, y)
			if i > 0 {
				p := a.blocks[int(g.first)+i-1]
				x, y := p.x+p.n, p.y+p.n
				if a.x.seq[x-1]&a.y.seq[y-1]&prose == prose {
					strict, all := exchanges(a.x.seq[x:b.x], a.y.seq[y:b.y])
					e.Exchanges += strict
					e.AllExchanges += all
				}
			}
		}
		e.Passages++
		if g.moved {
			e.Moved++
		}
		all += words
		longest = max(longest, words)
	}
	e.Framed = a.framed()
	if e.Passages > 0 {
		e.CoverageA = float64(inX) / float64(a.x.worth(0, int32(len(a.x.seq)), worth))
		e.CoverageB = float64(inY) / float64(a.y.worth(0, int32(len(a.y.seq)), worth))
	}
	e.Words, e.Longest = int((all+full)/(2*full)), int((longest+full)/(2*full))
	return e
}

// framed reports whether the passages in order begin where both texts begin,
// and the last of several ends where both end, a few words aside.
func (a *Aligner) framed() bool {
	const aside = 5
	n := len(a.groups.all)
	if n < 2 {
		return false
	}
	first, last := a.groups.all[0], a.groups.all[n-1]
	b, c := a.blocks[first.first], a.blocks[last.end-1]
	return !first.moved && !last.moved && max(b.x, b.y) <= aside &&
		max(len(a.x.seq)-int(c.x+c.n), len(a.y.seq)-int(c.y+c.n)) <= aside
}

// full is what half a word is worth in running text.
const full = 10

// worth weighs the words from i to before j, half a word outside running text
// as given.
func (s *side) worth(i, j int32, outside int64) int64 {
	sum := int64(0)
	for _, v := range s.seq[i:j] {
		w := int64(2)
		if v&isAlone != 0 {
			w = 1
		}
		if v&isProse != 0 {
			w *= full
		} else {
			w *= outside
		}
		sum += w
	}
	return sum
}

// running reports whether a text has running text: at least a tenth of it.
func (s *side) running() bool {
	prose := 0
	for _, v := range s.seq {
		prose += int(v & isProse)
	}
	return 10*prose >= len(s.seq)
}

// exchanges weighs an edit that puts names for names or numbers for numbers: 2
// for numbers, 1 for names. It is strict if there are as many on both sides;
// where there are not, one may be written in another way (2,500 and 2500), and
// it counts only between texts of the same hand.
func exchanges(x, y Sequence) (strict, all int) {
	var numbers, names [2]int
	for i, s := range [2]Sequence{x, y} {
		for _, v := range s {
			if v&isNumber != 0 {
				numbers[i]++
			} else if v&isCapital != 0 {
				names[i]++
			}
		}
	}
	switch {
	case numbers[0]+names[0] == 0 || numbers[1]+names[1] == 0:
		return 0, 0
	case numbers[0]+numbers[1] == 0 && names[0] == names[1]:
		return 1, 1
	case numbers[0]+numbers[1] == 0:
		return 0, 1
	case numbers[0] == numbers[1]:
		return 2, 2
	}
	return 0, 2
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
	if same >= 1 && words >= r.fewWords {
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
		return "they share no passage of three sentences or a paragraph"
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
