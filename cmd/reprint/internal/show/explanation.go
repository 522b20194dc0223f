package show

import (
	"fmt"
	"io"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
)

// Explanation writes why two documents are together or apart.
func Explanation(w io.Writer, e reprint.Explanation) error {
	_, err := w.Write([]byte(output.Safe(tell(e), true)))
	return err
}

// tell puts an explanation into words.
func tell(e reprint.Explanation) string {
	s := "apart"
	if e.Together {
		s = "together"
	}
	s += ": " + e.Why + "\n\n"
	s += fmt.Sprintf("candidate    %v: %d of %d bands in common, and %d sampled shingles of %d and %d, %d of them boilerplate\n",
		e.Candidate, len(e.SharedBands), e.Bands, e.SharedSample, e.SampleA, e.SampleB, e.SharedBoilerplate)
	s += fmt.Sprintf("match        %v: the smaller shares %.3f by weight; %.3f of what is common is boilerplate\n", e.Match, e.Score, e.Boilerplate)
	s += fmt.Sprintf("figures      Jaccard %.3f, of A in B %.3f, of B in A %.3f", e.Jaccard, e.ContainmentA, e.ContainmentB)
	if e.Exact {
		s += ", exact\n"
	} else {
		s += fmt.Sprintf(", from samples, standard error %.3f\n", e.StdErr)
	}
	if !e.Together {
		return s + fmt.Sprintf("cores        overlap by %.3f of the smaller; clusters merge from %.2f on\n", e.Cores, e.Overlap)
	}
	s += "joined by   "
	for i, m := range e.Chain {
		if i > 0 {
			s += "             "
		} else {
			s += " "
		}
		s += m.ID
		if m.Of != "" {
			s += fmt.Sprintf("  (shares %.3f with the next)", m.Score)
		}
		s += "\n"
	}
	return s
}
