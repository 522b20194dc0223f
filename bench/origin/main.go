// Command origin fits the weights of package origin to labels, and prints how well they do
// on labels that they were not fitted to.
//
//	go run ./bench/origin DATA           cross-validates: five folds of stories, and each collection left out
//	go run ./bench/origin -write DATA    fits to all labels, and writes origin/weights.go
//
// DATA is the folder that REPRINT_DATA names; the labels are in its folder origin. The
// weights that the package has are where the fit begins and where its penalty draws to: a
// weight moves as far as labels of many stories agree that it should.
package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"log"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/cbb30ed1/reprint/origin"
)

const (
	folds   = 5
	penalty = 0.3 // for a weight that is a nat away, as questions that are answered with e^-1
	passes  = 3
	least   = 0.02 // what a wrong answer costs is bounded: some labels are wrong
)

func main() {
	log.SetFlags(0)
	write := flag.Bool("write", false, "write origin/weights.go")
	only := flag.Bool("now", false, "print only how the package's weights do on all labels")
	flag.Parse()
	data := flag.Arg(0)
	if data == "" {
		log.Fatal("want the folder DATA")
	}
	if a, b := slices.Sorted(maps.Keys(start)), slices.Sorted(maps.Keys(origin.Weights())); !slices.Equal(a, b) {
		log.Fatalf("start.go has the weights %q, want those of the package: %q", a, b)
	}
	all, err := load(data + "/origin")
	if err != nil {
		log.Fatal(err)
	}
	if *only {
		for v := range views {
			fmt.Println(all.scores(nil, nil, v))
		}
		return
	}
	if *write {
		w := all.fit(nil)
		if err := os.WriteFile("origin/weights.go", []byte(source(w)), 0o666); err != nil {
			log.Fatal(err)
		}
		return
	}
	fmt.Println("Five folds of stories:")
	out := make([]map[string]float64, folds)
	for k := range folds {
		out[k] = all.fit(func(q *question) bool { return q.fold != k })
	}
	for v := range views {
		fmt.Println(all.scores(func(q *question) map[string]float64 { return out[q.fold] }, nil, v))
	}
	for _, set := range all.sets() {
		w := all.fit(func(q *question) bool { return q.set != set })
		fmt.Printf("Without %s, on it:\n", set)
		for v := range views {
			fmt.Println(all.scores(func(*question) map[string]float64 { return w }, func(q *question) bool { return q.set == set }, v))
		}
	}
}

// fit returns the weights under which the answers to the questions cost least.
func (l *labels) fit(use func(*question) bool) map[string]float64 {
	w := maps.Clone(start)
	names := slices.Sorted(maps.Keys(w))
	names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(fixed, n) })
	cost := func() float64 {
		c := l.cost(w, use)
		for n, v := range w {
			c += penalty * (v - start[n]) * (v - start[n])
		}
		return c
	}
	best := cost()
	step := map[string]float64{}
	for range passes {
		for _, n := range names {
			if step[n] == 0 {
				step[n] = 0.5
			}
			moved := false
			for _, d := range []float64{step[n], -step[n]} {
				old := w[n]
				w[n] += d
				if c := cost(); c < best-1e-6 {
					best, moved = c, true
					step[n] = d * 1.2
					break
				}
				w[n] = old
			}
			if !moved {
				step[n] /= 2
			}
		}
	}
	return w
}

// cost is the sum over the questions of what their answers cost.
func (l *labels) cost(w map[string]float64, use func(*question) bool) float64 {
	c := 0.0
	for v := range views {
		l.views[v].corpus.Weights = w
		for _, q := range l.questions {
			if use == nil || use(q) {
				c -= q.weight * math.Log(max(least, q.right(l, v)))
			}
		}
	}
	return c
}

// right returns the probability that is given to answers that are right.
func (q *question) right(l *labels, v int) float64 {
	view := &l.views[v]
	if q.members == nil {
		a := origin.JudgePair(view.members[q.a], view.members[q.b], view.corpus)
		p, unknown := 0.0, 1.0
		for k, x := range a.P {
			unknown -= x
			if slices.Contains(q.accept(v), k) {
				p += x
			}
		}
		if slices.Contains(q.accept(v), "undecidable") {
			p += unknown
		}
		return p
	}
	a := origin.Judge(q.of(view), view.corpus)
	switch ok, told := q.strictly(a.Likeliest.String()); {
	case !told:
		return 1
	case ok:
		return a.Probability
	default:
		return 1 - a.Probability
	}
}

// strictly reports whether an answer is the truth, which may be known from what is
// withheld. Told is false where the truth is not known, and the answer may be it.
func (q *question) strictly(answer string) (ok, told bool) {
	switch hidden := strings.HasPrefix(answer, "hidden:"); {
	case q.truth == "unknown":
		return false, !hidden
	case answer == "hidden:?":
		return strings.HasPrefix(q.truth, "hidden:") || slices.ContainsFunc(q.all, func(s string) bool { return s == "hidden:*" }), true
	default:
		return slices.Contains(q.all, answer) || hidden && slices.Contains(q.all, "hidden:*"), true
	}
}

// scores are those of pairs and of clusters in a view.
func (l *labels) scores(weights func(*question) map[string]float64, use func(*question) bool, v int) string {
	var pairs, clusters score
	view := &l.views[v]
	for _, q := range l.questions {
		if use != nil && !use(q) {
			continue
		}
		view.corpus.Weights = nil
		if weights != nil {
			view.corpus.Weights = weights(q)
		}
		if q.members == nil {
			a := origin.JudgePair(view.members[q.a], view.members[q.b], view.corpus)
			pairs.add(a.Source != "", a.Probability, slices.Contains(q.accept(v), a.Source))
			continue
		}
		a := origin.Judge(q.of(view), view.corpus)
		ok, told := q.strictly(a.Origin.String())
		clusters.add(a.Origin.Kind != origin.IsUnknown, a.Probability, ok || !told)
		if told && a.Origin.Kind != origin.IsUnknown {
			clusters.told++
		}
	}
	return fmt.Sprintf("%-9s pairs %s   clusters %s, %d of known truth", views[v].name, pairs, clusters, clusters.told)
}

// A score is what the command's scorer prints; coverage is of all questions.
type score struct {
	questions, told int
	answers         []struct {
		p  float64
		ok bool
	}
}

func (s *score) add(answered bool, p float64, ok bool) {
	s.questions++
	if answered {
		s.answers = append(s.answers, struct {
			p  float64
			ok bool
		}{p, ok})
	}
}

func (s score) String() string {
	if s.questions == 0 {
		return "none"
	}
	slices.SortStableFunc(s.answers, func(a, b struct {
		p  float64
		ok bool
	}) int {
		switch {
		case a.p > b.p:
			return -1
		case a.p < b.p:
			return 1
		}
		return 0
	})
	right, covered := 0.0, 0
	var sum, ok [10]float64
	for i, a := range s.answers {
		b := min(9, int(a.p*10))
		sum[b] += a.p
		if a.ok {
			right++
			ok[b]++
		}
		if right/float64(i+1) >= 0.98 {
			covered = i + 1
		}
	}
	ece := 0.0
	for b := range sum {
		ece += math.Abs(sum[b] - ok[b])
	}
	n := float64(max(1, len(s.answers)))
	return fmt.Sprintf("%3d of %3d, right %.3f, ECE %.3f, coverage98 %.2f", len(s.answers), s.questions, right/n, ece/n, float64(covered)/float64(s.questions))
}

func foldOf(story string) int {
	h := fnv.New32a()
	h.Write([]byte(story))
	return int(h.Sum32() % folds)
}

// source is the Go source of weights.
func source(w map[string]float64) string {
	var b strings.Builder
	b.WriteString("package origin\n\n// fitted is what each kind of evidence is worth. Written by bench/origin.\nvar fitted = model{\n")
	names := slices.Sorted(maps.Keys(w))
	longest := 0
	for _, n := range names {
		longest = max(longest, len(identifier(n)))
	}
	for _, n := range names {
		fmt.Fprintf(&b, "\t%s:%s%.2f,\n", identifier(n), strings.Repeat(" ", longest-len(identifier(n))+1), w[n])
	}
	b.WriteString("}\n")
	return b.String()
}

// identifier returns "agencyPage" for "agency page".
func identifier(name string) string {
	words := strings.Fields(name)
	for i := range words[1:] {
		words[i+1] = strings.ToUpper(words[i+1][:1]) + words[i+1][1:]
	}
	return strings.Join(words, "")
}
