package origins

import (
	"io"

	provenance "github.com/cbb30ed1/reprint/origin"
)

// JudgePairs writes a line for each pair of a file.
func JudgePairs(stdin io.Reader, path string, write func(line any), member func(place, id string) (*provenance.Member, error), corpus *provenance.Corpus) error {
	for place, line := range Lines(stdin, []string{path}) {
		var p struct{ Pair, A, B string }
		if err := ReadLine(place, line, &p); err != nil {
			return err
		}
		a, err := member(place, p.A)
		if err != nil {
			return err
		}
		b, err := member(place, p.B)
		if err != nil {
			return err
		}
		r := provenance.JudgePair(a, b, corpus)
		l := PairLine{Pair: p.Pair, Confidence: round(r.Probability), Likeliest: r.Likeliest, FirstP: round(r.FirstP), Evidence: evidenceLines(r.Evidence)}
		if r.Source != "" {
			l.Source = &r.Source
		}
		if r.First != "" {
			l.First = &r.First
		}
		write(l)
	}
	return nil
}

// JudgeClusters writes a line for each cluster of a file, and then tells the corpus who
// led whom.
func JudgeClusters(stdin io.Reader, path string, write func(line any), member func(place, id string) (*provenance.Member, error), corpus *provenance.Corpus) error {
	var answers []judged
	for place, line := range Lines(stdin, []string{path}) {
		var c struct {
			Cluster string
			Members []string
		}
		if err := ReadLine(place, line, &c); err != nil {
			return err
		}
		var ms []*provenance.Member
		for _, id := range c.Members {
			m, err := member(place, id)
			if err != nil {
				return err
			}
			ms = append(ms, m)
		}
		a := provenance.Judge(ms, corpus)
		answers = append(answers, judged{ms, a})
		write(LineOf(c.Cluster, a))
	}
	// Only now, so that no cluster is judged by what was told of the others in
	// this run: the order of clusters changes nothing.
	for _, j := range answers {
		corpus.LearnLeads(j.answer, j.members)
	}
	return nil
}

// judged is a cluster and the answer to it.
type judged struct {
	members []*provenance.Member
	answer  provenance.Answer
}

// Copied returns the ids that stand in a pair or a cluster of several: other documents
// have a copy of them.
func Copied(stdin io.Reader, path string) (map[string]bool, error) {
	out := map[string]bool{}
	for place, line := range Lines(stdin, []string{path}) {
		var l struct {
			A, B    string
			Members []string
		}
		if err := ReadLine(place, line, &l); err != nil {
			return nil, err
		}
		if l.A != "" {
			l.Members = append(l.Members, l.A, l.B)
		}
		for _, id := range l.Members {
			out[id] = out[id] || len(l.Members) > 1
		}
	}
	return out, nil
}
