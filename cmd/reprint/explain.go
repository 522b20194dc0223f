package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
	"github.com/cbb30ed1/reprint/store"
)

func newExplain() *cobra.Command {
	var s settings
	var asJSON bool
	var db string
	cmd := &cobra.Command{
		Use:   "explain [flags] ID-A ID-B {INPUT... | --db DIR}",
		Short: "Say why two documents are together or apart",
		Long: `Explain clusters the input and says of two of its documents how they were found
to be candidates, what they share, what of that was boilerplate, and which
matches join them or what keeps them apart. The id of a file is its name; in a
folder, its path in it. With --json it prints the same as a line of JSON.`,
		Example: `  reprint explain a.txt b.txt articles/
  reprint explain --preset noisy 17 23 scans.jsonl.gz
  reprint explain 17 23 --db news.reprint`,
		Args: func(_ *cobra.Command, args []string) error {
			if db == "" && len(args) < 3 || db != "" && len(args) != 2 {
				return fmt.Errorf("%w: want two ids and an INPUT, or two ids and --db DIR", errUsage)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if db != "" {
				return look(cmd, db, func(s *store.Store) error {
					e, err := s.Explain(args[0], args[1])
					if err != nil {
						return err
					}
					return explain(cmd, e, asJSON)
				})
			}
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			in := s.input(cmd, args[2:])
			if _, err := readAll(cmd.Context(), d, in, s.threads); err != nil {
				return err
			}
			in.Report()
			e, err := d.Explain(args[0], args[1])
			if err != nil {
				return err
			}
			return explain(cmd, e, asJSON)
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&db, "db", "", "the documents in this `folder` rather than an INPUT")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON rather than words")
	return cmd
}

func explain(cmd *cobra.Command, e reprint.Explanation, asJSON bool) error {
	if asJSON || formatGiven(cmd) {
		out := newOutput(cmd)
		out.write(explanation(e))
		return out.flush()
	}
	return sayTo(cmd, func(w io.Writer) error {
		_, err := w.Write([]byte(output.Safe(tell(e), true)))
		return err
	})
}

type explainLine struct {
	A                 string      `json:"a"`
	B                 string      `json:"b"`
	Together          bool        `json:"together"`
	Why               string      `json:"why"`
	Candidate         bool        `json:"candidate"`
	SharedBands       []int       `json:"shared_bands"`
	Bands             int         `json:"bands"`
	SharedSample      int         `json:"shared_sample"`
	SharedBoilerplate int         `json:"shared_boilerplate"`
	SampleA           int         `json:"sample_a"`
	SampleB           int         `json:"sample_b"`
	Match             bool        `json:"match"`
	Jaccard           float64     `json:"jaccard"`
	ContainmentA      float64     `json:"containment_a"`
	ContainmentB      float64     `json:"containment_b"`
	Containment       float64     `json:"containment"`
	Boilerplate       float64     `json:"boilerplate"`
	Exact             bool        `json:"exact"`
	StdErr            *float64    `json:"std_err,omitempty"`
	Cores             *float64    `json:"cores,omitempty"`
	Overlap           float64     `json:"overlap"`
	Chain             []chainLine `json:"chain,omitempty"`
}

type chainLine struct {
	ID          string  `json:"id"`
	Of          string  `json:"of,omitempty"`
	Jaccard     float64 `json:"jaccard,omitempty"`
	Containment float64 `json:"containment,omitempty"`
}

func explanation(e reprint.Explanation) explainLine {
	l := explainLine{
		A: e.A, B: e.B, Together: e.Together, Why: e.Why, Candidate: e.Candidate,
		SharedBands: append([]int{}, e.SharedBands...), Bands: e.Bands, SharedSample: e.SharedSample,
		SharedBoilerplate: e.SharedBoilerplate, SampleA: e.SampleA, SampleB: e.SampleB, Match: e.Match,
		Jaccard: round(e.Jaccard), ContainmentA: round(e.ContainmentA), ContainmentB: round(e.ContainmentB),
		Containment: round(e.Score), Boilerplate: round(e.Boilerplate), Exact: e.Exact, StdErr: stdErr(e.Figures),
		Overlap: e.Overlap,
	}
	if !e.Together {
		c := round(e.Cores)
		l.Cores = &c
	}
	for _, m := range e.Chain {
		l.Chain = append(l.Chain, chainLine{m.ID, m.Of, round(m.Jaccard), round(m.Score)})
	}
	return l
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
