package eval

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ErrPairs is wrapped by [ReadPairs] when the table is not as it must be.
var ErrPairs = errors.New("eval: bad pairs")

// A ListedPair is two documents with exact figures of their overlap.
type ListedPair struct {
	A           string  `json:"a,omitempty"`
	B           string  `json:"b,omitempty"`
	Jaccard     float64 `json:"jaccard"`     // |A∩B| / |A∪B|
	Containment float64 `json:"containment"` // |A∩B| / min(|A|, |B|)
}

// ReadPairs reads a table of pairs: columns parted by tabs, without quoting,
// and a header that names a, b, jaccard and containment_of_smaller, in any
// order and among others.
func ReadPairs(r io.Reader) ([]ListedPair, error) {
	var (
		listed []ListedPair
		head   []string
		column [4]int
	)
	err := eachLine(r, ErrPairs, func(line []byte) error {
		row := strings.Split(string(line), "\t")
		if head == nil {
			head = row
			for i, name := range []string{"a", "b", "jaccard", "containment_of_smaller"} {
				if column[i] = slices.Index(head, name); column[i] < 0 {
					return fmt.Errorf("no column %q in the header", name)
				}
			}
			return nil
		}
		if len(row) != len(head) {
			return fmt.Errorf("%d columns, wanted %d as in the header", len(row), len(head))
		}
		p := ListedPair{A: row[column[0]], B: row[column[1]]}
		if p.A == "" || p.B == "" || p.A == p.B {
			return fmt.Errorf("%q and %q, wanted two documents", p.A, p.B)
		}
		var errJ, errC error
		p.Jaccard, errJ = fraction(row[column[2]])
		p.Containment, errC = fraction(row[column[3]])
		listed = append(listed, p)
		return errors.Join(errJ, errC)
	})
	if err != nil {
		return nil, err
	}
	if head == nil {
		return nil, fmt.Errorf("%w: no header", ErrPairs)
	}
	return listed, nil
}

func fraction(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return 0, fmt.Errorf("%q, wanted a number from 0 to 1", s)
	}
	return f, nil
}

// A RecallRow says how many of the listed pairs of one kind were found.
type RecallRow struct {
	Name   string  `json:"name"`
	Pairs  int     `json:"pairs"`
	Found  int     `json:"found"`
	Recall float64 `json:"recall"` // Found / Pairs, 1 if there are none
}

// kinds are the rows of [PairRecall]: near copies, anything that overlaps by
// half (near copies too), and the pieces and pages that Jaccard cannot see.
var kinds = []struct {
	name string
	has  func(ListedPair) bool
}{
	{"jaccard>=0.8", func(p ListedPair) bool { return p.Jaccard >= .8 }},
	{"jaccard>=0.5", func(p ListedPair) bool { return p.Jaccard >= .5 }},
	{"containment>=0.8,jaccard<0.5", func(p ListedPair) bool { return p.Containment >= .8 && p.Jaccard < .5 }},
}

// PairRecall asks found about each listed pair, once and in order, and counts
// the answers by kind; it always returns the same three rows. The list has
// nothing to say about precision: pairs that are not on it may be alike too.
func PairRecall(listed []ListedPair, found func(a, b string) bool) []RecallRow {
	rows := make([]RecallRow, len(kinds))
	for _, p := range listed {
		hit := found(p.A, p.B)
		for i, kind := range kinds {
			if !kind.has(p) {
				continue
			}
			rows[i].Pairs++
			if hit {
				rows[i].Found++
			}
		}
	}
	for i, kind := range kinds {
		rows[i].Name = kind.name
		rows[i].Recall = share(int64(rows[i].Found), int64(rows[i].Pairs))
	}
	return rows
}

// SameCluster makes of clusters, as [Clusters] takes them, a question for
// [PairRecall]. A document without a cluster is with no one.
func SameCluster(clusters map[string]string) func(a, b string) bool {
	return func(a, b string) bool {
		ca, okA := clusters[a]
		cb, okB := clusters[b]
		return okA && okB && ca == cb
	}
}
