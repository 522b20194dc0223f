package reprint

import (
	"github.com/cbb30ed1/reprint/passage"
)

// A Relation says how two documents belong together. The zero value means none.
type Relation = passage.Relation

// The relations. Copies, excerpts and revisions carry one article. Derived documents match,
// too, and are not one article; what has one of the last two relations does not match.
// Within a cluster a document can have any of them to the one that it is listed with, if
// others hold the cluster together.
const (
	Copy      = passage.Copy      // the same article, with small edits
	Excerpt   = passage.Excerpt   // one is a shortened or embedded piece of the other
	Revision  = passage.Revision  // two versions of one article
	Derived   = passage.Derived   // different articles, of which one reuses a passage
	Template  = passage.Template  // the same form or boilerplate with other facts
	Unrelated = passage.Unrelated // nothing of these
)

// A Comparison says how two documents relate, and where they agree.
type Comparison struct {
	Relation   Relation `json:"relation"`
	Confidence float64  `json:"confidence"`       // how likely the relation is right, 0 to 1
	Reason     string   `json:"reason,omitempty"` // what decided, in words
	Figures             // exact, A being the first document

	// Passages are what both texts have, the differences in them, and what
	// remains on each side.
	Passages passage.Alignment `json:"passages"`
}

// Compare says how two documents relate. From the detector's documents it knows what
// of the two is form or boilerplate. The two need not be among them, and do not count
// if they are. Compare ignores the thresholds of a match. It says nothing
// of texts of more than MaxWords words: the error then wraps ErrLarge.
func (d *Detector) Compare(a, b Document) (Comparison, error) {
	c, err := d.engine.Compare(a.read(), b.read())
	return Comparison(c), err
}
