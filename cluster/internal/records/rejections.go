package records

// A Rejection is a pair of cores that were found not to overlap. A group is told by its first
// representative, and a document that is alone by itself; their versions are those of cores.
type Rejection struct {
	a, b               uint32
	versionA, versionB int
}

// RejectionOf returns the pair of two cores, whichever is named first.
func RejectionOf(a uint32, versionA int, b uint32, versionB int) Rejection {
	if b < a {
		a, versionA, b, versionB = b, versionB, a, versionA
	}
	return Rejection{a, b, versionA, versionB}
}

// Rejections are pairs of cores of clusters that only grow. Nil has none and takes none.
type Rejections struct {
	clusters Clusters
	pairs    map[Rejection]bool
	most     int // of pairs, before those are forgotten of which a core has changed
}

// NewRejections returns no rejections.
func NewRejections(c Clusters) *Rejections {
	return &Rejections{clusters: c, pairs: map[Rejection]bool{}, most: fewRejections}
}

const fewRejections = 1 << 12

// Has reports whether a pair was added.
func (r *Rejections) Has(p Rejection) bool { return r != nil && r.pairs[p] }

// Add adds a pair.
func (r *Rejections) Add(p Rejection) {
	if r == nil {
		return
	}
	if r.pairs[p] = true; len(r.pairs) <= r.most {
		return
	}
	kept := map[Rejection]bool{}
	for p := range r.pairs {
		if r.current(p.a, p.versionA) && r.current(p.b, p.versionB) {
			kept[p] = true
		}
	}
	r.pairs, r.most = kept, 2*len(kept)+fewRejections
}

// current reports whether there still is such a core: there never will be again.
func (r *Rejections) current(first uint32, version int) bool {
	g := r.clusters.Group(r.clusters.Documents.Get(first))
	if g == nil {
		return version == 0
	}
	return g.Reps[0] == first && g.CoreVersion == version
}
