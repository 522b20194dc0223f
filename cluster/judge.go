package cluster

// A Verdict is what a Judge found two documents to be to one another: a number
// of the judge's own. 0 says that none was asked.
type Verdict uint8

// A Judge says how two documents whose figures make a match relate, by what
// their entries brought for it. Documents that are no match after all, because
// they fill in one form, are told apart from those that are by where they differ,
// which figures do not show.
type Judge interface {
	Judge(a, b []uint32, c Corpus) (v Verdict, outcome Outcome)
}

// An Outcome is what a verdict means for the index.
type Outcome uint8

const (
	Joins     Outcome = iota // the one is a piece of the other: their clusters merge if their cores overlap
	Unites                   // the two are one article as a whole: their clusters merge
	Links                    // they are a match, but two articles
	Separates                // they are no match
)

// Corpus is what the index knows of a pair, for a Judge.
type Corpus struct {
	SameSite bool

	// The share of what the two have in common that is boilerplate, by weight
	// of the sample, and of each of the two.
	Boilerplate, BoilerplateA, BoilerplateB float64
}

// judge asks the judge of a match, where there is one who knows the documents.
// It reports whether the two are a match.
func (s *scratch) judge(e *evidence, a, b *sketch, same bool) bool {
	if s.judges == nil || a.Sequence == nil || b.Sequence == nil {
		return true
	}
	var verdict Verdict
	var outcome Outcome
	verdict, outcome = s.judges.Judge(a.Sequence, b.Sequence, Corpus{
		SameSite: same, Boilerplate: float64(e.Boilerplate), BoilerplateA: e.BoilerplateA, BoilerplateB: e.BoilerplateB,
	})
	e.Verdict, e.Apart, e.Whole = uint8(verdict), outcome > Unites, outcome == Unites
	return outcome != Separates
}
