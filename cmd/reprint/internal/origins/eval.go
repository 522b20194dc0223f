package origins

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/cbb30ed1/reprint/eval"
)

// label is a line of labels: which answers are right for a pair or a cluster.
type label struct {
	Pair, Cluster string
	Accept        []string
	Views         map[string][]string `json:"accept_by_view"`
}

// answer is a line that the command origin prints.
type answer struct {
	Pair, Cluster string
	Source        *string
	Origin        string
	Confidence    float64
}

// Eval scores lines that the command origin printed. View names a key of the labels'
// accept_by_view, "" means accept.
func Eval(stdin io.Reader, labels, view string, answers []string, plot string) (eval.CalibrationScores, error) {
	var none eval.CalibrationScores
	given := map[string]answer{}
	for place, line := range Lines(stdin, answers) {
		var a answer
		if err := ReadLine(place, line, &a); err != nil {
			return none, err
		}
		if a.Source != nil {
			a.Origin = *a.Source
		}
		given[answerKey(a.Pair, a.Cluster)] = a
	}
	var c eval.Calibration
	for place, line := range Lines(stdin, []string{labels}) {
		var l label
		if err := ReadLine(place, line, &l); err != nil {
			return none, err
		}
		accept := l.Accept
		if v, ok := l.Views[view]; ok {
			accept = v
		}
		a, ok := given[answerKey(l.Pair, l.Cluster)]
		if !ok {
			return none, fmt.Errorf("%s: there is no answer for it", place)
		}
		if a.Origin == "" || a.Origin == "unknown" {
			c.Abstain()
			continue
		}
		c.Add(a.Confidence, accepted(accept, a.Origin))
	}
	s := c.Scores()
	if plot == "" {
		return s, nil
	}
	f, err := os.Create(plot)
	if err != nil {
		return s, err
	}
	defer f.Close()
	title := fmt.Sprintf("%d answers, calibration error %.3f", s.Answered, s.ECE)
	if err := c.Plot(f, title); err != nil {
		return s, err
	}
	return s, f.Close()
}

func answerKey(pair, cluster string) string {
	b, _ := json.Marshal([]string{pair})
	if pair == "" {
		b, _ = json.Marshal([]string{"", cluster})
	}
	return string(b)
}

// accepted reports whether an answer is one of those that are right; "hidden:*"
// stands for any absent source, and the answer "hidden:?" for one that is not named.
func accepted(right []string, answer string) bool {
	hidden := func(s string) bool { return strings.HasPrefix(s, "hidden:") }
	return slices.Contains(right, answer) || slices.Contains(right, "hidden:*") && hidden(answer) ||
		answer == "hidden:?" && slices.ContainsFunc(right, hidden)
}
