package passage

import "fmt"

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

// Relate judges the texts of two sequences. Exchanging them changes nothing but
// the sides of the evidence. It allocates nothing once the Aligner has grown to
// the size of the texts. The weights were fitted with the default options.
func (a *Aligner) Relate(x, y Sequence, c Corpus) Judgement {
	x, a.sources[0] = x.split()
	y, a.sources[1] = y.split()
	a.find(x, y)
	return a.judge(c)
}

// Compare is Align and Relate at once: it stores in dst what the texts of a and
// b share, and judges the two.
func (a *Aligner) Compare(dst *Alignment, x, y Document, c Corpus) Judgement {
	a.Align(dst, x.Text, y.Text)
	a.sources[0], a.sources[1] = a.AppendSource(a.sources[0][:0], x), a.AppendSource(a.sources[1][:0], y)
	return a.judge(c)
}

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
	Block                       // Template
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
	case Block:
		return "they share a block that either could have without the other"
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}
