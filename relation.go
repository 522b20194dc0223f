package reprint

// A Relation says how two documents that match belong together.
type Relation string

// The relations, as far as the share of common shingles tells them.
const (
	Copy     Relation = "copy"     // the same article, with small edits
	Excerpt  Relation = "excerpt"  // one is a shortened or embedded piece of the other
	Revision Relation = "revision" // two versions of one article
)

// relation judges a match by its figures: most of both is a copy, most of the
// smaller one in a larger one is an excerpt.
func relation(f Figures) Relation {
	switch {
	case f.Jaccard >= .8:
		return Copy
	case max(f.ContainmentA, f.ContainmentB, f.Score) >= .9:
		return Excerpt
	}
	return Revision
}
