package eval

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrMissing is wrapped by [Clusters] when labelled documents have no cluster.
var ErrMissing = errors.New("eval: labelled documents without a cluster")

// Scores compares the clusters that were found with those that were wanted.
// Every figure is 1 at best. A share of nothing is 1 too: nothing found is
// nothing wrong, and with Documents = 0 nothing at all has been shown.
type Scores struct {
	Documents    int `json:"documents"`       // that have a label
	WantClusters int `json:"clusters_wanted"` // among the labels
	GotClusters  int `json:"clusters_found"`  // that hold a labelled document

	// Over pairs of documents: Precision is the share of the pairs found
	// together that belong together, Recall the share of the pairs that
	// belong together that are found together, F1 their harmonic mean.
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`

	// Over documents (Bagga and Baldwin 1998, equal weights): the mean share
	// of a document's found cluster that belongs with it, the mean share of
	// its wanted cluster that is found with it, and their harmonic mean.
	B3Precision float64 `json:"b3_precision"`
	B3Recall    float64 `json:"b3_recall"`
	B3          float64 `json:"b3"`

	// The adjusted Rand index (Hubert and Arabie 1985, equation 5):
	//
	//	         Σᵢⱼ C(nᵢⱼ,2) − E
	//	ARI = ───────────────────────,   E = Σᵢ C(aᵢ,2) · Σⱼ C(bⱼ,2) / C(n,2)
	//	       ½ (Σᵢ C(aᵢ,2) +
	//	          Σⱼ C(bⱼ,2)) − E
	//
	// nᵢⱼ documents are in wanted cluster i, of size aᵢ, and in found cluster
	// j, of size bⱼ. It is 0 in the mean over all ways to deal the documents
	// into clusters of these sizes, and can be negative. Where both sides are
	// single documents, or both one cluster, it is 0/0 and taken as 1.
	ARI float64 `json:"ari"`
}

// Clusters scores got against want; both lead from a document's id to the
// name of its cluster. Names need not agree, only who shares one. Documents
// that have no label are ignored. Labelled documents that got lacks are an
// error that wraps [ErrMissing]: leaving them out would flatter the recall.
func Clusters(want, got map[string]string) (Scores, error) {
	t, err := contingency(want, got)
	if err != nil {
		return Scores{}, err
	}
	n := int64(len(want))
	var together int64              // pairs that are in one cluster on both sides
	pure := make([]int64, len(t.b)) // Σᵢ nᵢⱼ²
	kept := make([]int64, len(t.a)) // Σⱼ nᵢⱼ²
	for c, n := range t.n {
		together += choose2(n)
		pure[c.j] += n * n
		kept[c.i] += n * n
	}
	wanted, found := pairs(t.a), pairs(t.b)

	s := Scores{
		Documents:    len(want),
		WantClusters: len(t.a),
		GotClusters:  len(t.b),
		Precision:    share(together, found),
		Recall:       share(together, wanted),
		F1:           share(2*together, wanted+found),
		B3Precision:  bcubed(pure, t.b, n),
		B3Recall:     bcubed(kept, t.a, n),
		ARI:          adjustedRand(together, wanted, found, choose2(n)),
	}
	s.B3 = 2 * s.B3Precision * s.B3Recall / (s.B3Precision + s.B3Recall)
	return s, nil
}

// A table counts documents by wanted cluster i and found cluster j. The
// numbers i and j follow the order of a map: use them in integer sums only.
type table struct {
	n    map[cell]int64 // nᵢⱼ, where it is not 0
	a, b []int64        // aᵢ = Σⱼ nᵢⱼ, bⱼ = Σᵢ nᵢⱼ
}

type cell struct{ i, j int }

func contingency(want, got map[string]string) (*table, error) {
	t := &table{n: make(map[cell]int64)}
	rows, columns := make(map[string]int), make(map[string]int)
	missing, first := 0, ""
	for id, w := range want {
		g, ok := got[id]
		if !ok {
			if missing == 0 || id < first {
				first = id
			}
			missing++
			continue
		}
		t.n[cell{count(&t.a, rows, w), count(&t.b, columns, g)}]++
	}
	if missing > 0 {
		return nil, fmt.Errorf("%w: %d of %d, the first is %q", ErrMissing, missing, len(want), first)
	}
	return t, nil
}

// count adds a document to the named cluster and returns the cluster's number.
func count(sizes *[]int64, numbers map[string]int, name string) int {
	i, ok := numbers[name]
	if !ok {
		i = len(*sizes)
		numbers[name] = i
		*sizes = append(*sizes, 0)
	}
	(*sizes)[i]++
	return i
}

// bcubed returns 1/n · Σⱼ squares[j]/sizes[j]. Clusters of one size are added
// up as integers, and the sizes taken in order: at most √2n divisions, always
// the same ones.
func bcubed(squares, sizes []int64, n int64) float64 {
	if n == 0 {
		return 1
	}
	bySize := make(map[int64]int64)
	for j, size := range sizes {
		bySize[size] += squares[j]
	}
	sum := 0.0
	for _, size := range slices.Sorted(maps.Keys(bySize)) {
		sum += float64(bySize[size]) / float64(size)
	}
	return sum / float64(n)
}

// adjustedRand is the equation above. Its denominator is 0 exactly if both
// sides hold no pair or both hold all, which integers can tell.
func adjustedRand(together, wanted, found, all int64) float64 {
	if wanted == found && (wanted == 0 || wanted == all) {
		return 1
	}
	expected := float64(wanted) * float64(found) / float64(all)
	return (float64(together) - expected) / (float64(wanted+found)/2 - expected)
}

func pairs(sizes []int64) int64 {
	var sum int64
	for _, n := range sizes {
		sum += choose2(n)
	}
	return sum
}

func choose2(n int64) int64 { return n * (n - 1) / 2 }

func share(part, whole int64) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}
