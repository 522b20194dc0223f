// Package dedup chooses which document of each cluster of a collection is kept, and says
// what has become of the others.
package dedup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/outlets"
)

// A Rule says which document of a cluster is kept.
type Rule struct {
	keep   string
	wanted []string               // the sites of keep
	better func(a, b *choice) int // below 0 if a is to be kept rather than b
}

// A choice is a document that may be kept for its cluster.
type choice struct {
	*reprint.Member
	length int // of its text
}

// NewRule returns the one that --keep says: first, longest, newest or site=NAME,….
func NewRule(keep string) (Rule, error) {
	r := Rule{keep: keep}
	name, sites, bySite := strings.Cut(keep, "=")
	switch {
	case keep == "first":
		r.better = func(a, b *choice) int { return 0 }
	case keep == "longest":
		r.better = func(a, b *choice) int { return cmp.Compare(b.length, a.length) }
	case keep == "newest":
		r.better = func(a, b *choice) int { return b.Published.Compare(a.Published) }
	case bySite && name == "site" && sites != "":
		r.wanted = strings.Split(sites, ",")
		rank := func(v *choice) int {
			if i := slices.IndexFunc(r.wanted, isOf(v.Site, v.URL)); i >= 0 {
				return i
			}
			return len(r.wanted)
		}
		r.better = func(a, b *choice) int { return cmp.Compare(rank(a), rank(b)) }
	default:
		return r, fmt.Errorf("--keep is %q, want first, longest, newest or site=NAME,…", keep)
	}
	return r, nil
}

// isOf returns what reports whether a name that was given is that of a site.
func isOf(site, url string) func(name string) bool {
	outlet := outlets.Of(site, url)
	return func(name string) bool {
		name = strings.TrimSpace(name)
		return strings.EqualFold(name, outlet) || strings.EqualFold(name, site)
	}
}

// Kept returns the id of the document of a cluster that is kept. Length returns that of a
// text, and whether the document is one of this input: if one is not, an earlier run has
// kept it.
func (r Rule) Kept(c reprint.Cluster, length func(id string) (n int, here bool)) string {
	var best choice
	for i := range c.Members {
		n, here := length(c.Members[i].ID)
		if !here {
			return c.Members[i].ID
		}
		v := choice{&c.Members[i], n}
		if best.Member == nil || r.better(&v, &best) < 0 {
			best = v
		}
	}
	return best.ID
}

// A Fate is what becomes of a document.
type Fate struct {
	DroppedLine
	Note *input.Note `json:"reprint,omitempty"` // where documents are to be marked
}

// A DroppedLine says why a document was dropped.
type DroppedLine struct {
	ID          string   `json:"id"`
	Kept        string   `json:"kept"`
	Relation    string   `json:"relation,omitempty"`
	Of          string   `json:"of,omitempty"`
	Jaccard     *float64 `json:"jaccard,omitempty"`
	Containment *float64 `json:"containment,omitempty"`
	lines.Publication
}

// FateOf returns that of a member of a cluster of which one is kept.
func FateOf(l lines.Cluster, kept string, mark bool) Fate {
	f := Fate{DroppedLine: DroppedLine{l.ID, kept, l.Relation, l.Of, l.Jaccard, l.Containment, l.Publication}}
	if mark {
		f.Note = &input.Note{Keep: !f.Dropped(), Cluster: l.Cluster, Size: l.Size, Relation: l.Relation, Of: l.Of}
	}
	return f
}

// Dropped reports whether the document is dropped.
func (f *Fate) Dropped() bool { return f.Kept != f.ID }
