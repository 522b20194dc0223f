package reprint

import (
	"errors"
	"slices"

	"github.com/cbb30ed1/reprint/origin"
)

// An OriginChange says that another answer is now the likeliest to whose the article of a
// cluster is.
type OriginChange struct {
	Cluster     string        `json:"cluster"`
	From        origin.Origin `json:"from,omitzero"`
	To          origin.Origin `json:"to,omitzero"`
	Probability float64       `json:"probability"` // of To
}

// OriginChanges tells how the origins of clusters change with the operations on a detector
// or a store: an agency's own page comes in, and the origin that was absent is a member.
// Nothing is judged but the clusters in the events. The zero value is ready, and takes all
// origins for unknown that it was not told of. It is not safe for concurrent use.
type OriginChanges struct {
	last map[string]origin.Origin // by cluster; unknown ones are not kept
}

// After returns the changes after an operation, by its events ([Added].Events, or those of a
// change of a store), in order of the clusters. ClusterOf and originOf are methods of the
// detector or the store that has done it. A cluster that is no more, or has one document
// left, has no origin and no change.
func (o *OriginChanges) After(events []Event, clusterOf func(id string) (Cluster, error), originOf func(id string) (origin.Answer, error)) ([]OriginChange, error) {
	if o.last == nil {
		o.last = map[string]origin.Origin{}
	}
	var touched []string
	for _, e := range events {
		if e.From != "" && e.Cluster != "" && e.From != e.Cluster && (e.Kind == Canonical || e.Kind == Merged) {
			// The cluster goes on under another name.
			if was, ok := o.last[e.From]; ok {
				if _, known := o.last[e.Cluster]; !known {
					o.last[e.Cluster] = was
				}
				delete(o.last, e.From)
			}
		}
		for _, id := range []string{e.From, e.Cluster} {
			if id != "" {
				touched = append(touched, id)
			}
		}
	}
	slices.Sort(touched)
	var out []OriginChange
	for _, id := range slices.Compact(touched) {
		c, err := clusterOf(id)
		if err != nil && !errors.Is(err, ErrUnknown) {
			return out, err
		}
		if err != nil || c.ID != id || len(c.Members) < 2 {
			delete(o.last, id)
			continue
		}
		a, err := originOf(id)
		if err != nil {
			return out, err
		}
		was, ok := o.last[id]
		if !ok {
			was = origin.Origin{Kind: origin.IsUnknown}
		}
		if a.Origin == was {
			continue
		}
		out = append(out, OriginChange{id, was, a.Origin, a.Probability})
		if o.last[id] = a.Origin; a.Origin.Kind == origin.IsUnknown {
			delete(o.last, id)
		}
	}
	return out, nil
}
