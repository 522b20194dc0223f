package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/origin"
)

// originFlags are those of the command origin.
type originFlags struct {
	docs, pairs, clusters string
	withhold              []string
	corpus, save          string
}

func newOrigin() *cobra.Command {
	var o originFlags
	cmd := &cobra.Command{
		Use:   "origin --docs FILE (--pairs FILE | --clusters FILE)",
		Short: "Say which document an article comes from, and who took it from whom",
		Long: `Say which document an article comes from.

With --pairs a line for each line {"pair","a","b"} of FILE, where a and b are ids of
documents: "source" is a, b, common (both have it from an absent one), same (one page), or
null where it is not to be told.

With --clusters a line for each line {"cluster","members"}: "origin" is member:ID,
hidden:NAME (an agency or an outlet that members name) or unknown.

"confidence" is the probability of the likeliest answer, "evidence" what it rests on.`,
		Args: func(_ *cobra.Command, args []string) error {
			if o.docs == "" || (o.pairs == "") == (o.clusters == "") {
				return fmt.Errorf("%w: want --docs FILE, and --pairs FILE or --clusters FILE", errUsage)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd) },
	}
	f := cmd.Flags()
	f.StringVar(&o.docs, "docs", "", "file of documents")
	f.StringVar(&o.pairs, "pairs", "", "file of pairs to judge")
	f.StringVar(&o.clusters, "clusters", "", "file of clusters to judge")
	f.StringSliceVar(&o.withhold, "withhold", nil, "leave out times, byline, site, url or credits")
	f.StringVar(&o.corpus, "corpus", "", "file of what earlier runs learned of sites")
	f.StringVar(&o.save, "save", "", "file to save to what is known of sites")
	return cmd
}

func (o *originFlags) run(cmd *cobra.Command) error {
	docs := map[string]origin.Document{}
	corpus := &origin.Corpus{}
	if o.corpus != "" {
		b, err := os.ReadFile(o.corpus)
		if err == nil {
			err = json.Unmarshal(b, corpus)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", o.corpus, err)
		}
	}
	hide, err := withhold(o.withhold)
	if err != nil {
		return err
	}
	for d, err := range originDocuments(cmd.InOrStdin(), []string{o.docs}) {
		if err != nil {
			return err
		}
		hide(&d)
		docs[d.ID] = d
		corpus.Learn(d)
	}
	if o.save != "" {
		b, err := json.Marshal(corpus)
		if err == nil {
			err = os.WriteFile(o.save, append(b, '\n'), 0o666)
		}
		if err != nil {
			return err
		}
	}
	members := map[string]*origin.Member{}
	member := func(place, id string) (*origin.Member, error) {
		if m := members[id]; m != nil {
			return m, nil
		}
		d, ok := docs[id]
		if !ok {
			return nil, fmt.Errorf("%s: there is no document %q", place, id)
		}
		m := origin.Prepare(d, corpus)
		members[id] = m
		return m, nil
	}
	out := newJSONOutput(cmd.OutOrStdout())
	if o.pairs != "" {
		err = judgePairs(cmd.InOrStdin(), o.pairs, out, member, corpus)
	} else {
		err = judgeClusters(cmd.InOrStdin(), o.clusters, out, member, corpus)
	}
	return cmp.Or(err, out.w.Flush())
}

// withhold returns what takes parts of documents away.
func withhold(parts []string) (func(*origin.Document), error) {
	for _, p := range parts {
		if !slices.Contains([]string{"times", "byline", "site", "url", "credits"}, p) {
			return nil, fmt.Errorf("%w: --withhold %q, want times, byline, site, url or credits", errUsage, p)
		}
	}
	return func(d *origin.Document) {
		for _, p := range parts {
			switch p {
			case "times":
				d.Published, d.Clock = time.Time{}, origin.Unknown
			case "byline":
				d.Byline = ""
			case "site":
				d.Site, d.Owner = "", ""
			case "url":
				d.URL = ""
			}
		}
		if slices.Contains(parts, "credits") {
			d.Text = withoutCredits(*d)
		}
	}, nil
}

// withoutCredits returns a text with the names of its text credits taken out.
func withoutCredits(d origin.Document) string {
	var b strings.Builder
	at := 0
	for _, c := range origin.Credits(d.Text, cmp.Or(d.Site, d.URL)) {
		if (c.Kind == origin.Text || c.Kind == origin.Self) && c.Start >= at {
			b.WriteString(d.Text[at:c.Start])
			at = c.End
		}
	}
	b.WriteString(d.Text[at:])
	return b.String()
}

type pairOriginLine struct {
	Pair       string         `json:"pair"`
	Source     *string        `json:"source"`
	Confidence float64        `json:"confidence"`
	Likeliest  string         `json:"likeliest,omitempty"`
	First      *string        `json:"first"`
	FirstP     float64        `json:"first_confidence,omitempty"`
	Evidence   []evidenceJSON `json:"evidence,omitempty"`
}

type evidenceJSON struct {
	Member      string  `json:"member"`
	Source      string  `json:"source,omitempty"`
	Rule        string  `json:"rule"`
	Weight      float64 `json:"weight"`
	Contradicts bool    `json:"contradicts,omitempty"`
	Start       *int    `json:"start,omitempty"`
	End         *int    `json:"end,omitempty"`
	Byline      bool    `json:"byline,omitempty"`
}

// maxEvidence is the number of pieces of evidence that a line lists.
const maxEvidence = 8

func evidenceLines(all []origin.Evidence) []evidenceJSON {
	var out []evidenceJSON
	for _, e := range all {
		if len(out) == maxEvidence {
			break
		}
		if e.Weight < 0.05 && e.Weight > -0.05 {
			continue
		}
		j := evidenceJSON{Member: e.Member, Source: e.Source, Rule: e.Rule, Weight: round(e.Weight), Contradicts: e.Contradicts()}
		if e.Credit != nil {
			j.Start, j.End, j.Byline = &e.Credit.Start, &e.Credit.End, e.Credit.Byline
		}
		out = append(out, j)
	}
	return out
}

func judgePairs(stdin io.Reader, path string, out jsonOutput, member func(place, id string) (*origin.Member, error), corpus *origin.Corpus) error {
	for place, line := range jsonLines(stdin, []string{path}) {
		var p struct{ Pair, A, B string }
		if err := readLine(place, line, &p); err != nil {
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
		r := origin.JudgePair(a, b, corpus)
		l := pairOriginLine{Pair: p.Pair, Confidence: round(r.Probability), Likeliest: r.Likeliest, FirstP: round(r.FirstP), Evidence: evidenceLines(r.Evidence)}
		if r.Source != "" {
			l.Source = &r.Source
		}
		if r.First != "" {
			l.First = &r.First
		}
		if err := out.enc.Encode(l); err != nil {
			return err
		}
	}
	return nil
}

func readLine(place string, line []byte, v any) error {
	if line == nil {
		return lineErr(place)
	}
	if err := json.Unmarshal(line, v); err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	return nil
}

type clusterOriginLine struct {
	Cluster     string         `json:"cluster"`
	Origin      string         `json:"origin"`
	Confidence  float64        `json:"confidence"`
	Likeliest   string         `json:"likeliest"`
	Independent int            `json:"independent"`
	First       *string        `json:"first"`
	FirstP      float64        `json:"first_confidence,omitempty"`
	Sources     []takenJSON    `json:"sources,omitempty"`
	Evidence    []evidenceJSON `json:"evidence,omitempty"`
}

type takenJSON struct {
	Member     string  `json:"member"`
	From       string  `json:"from"`
	Confidence float64 `json:"confidence"`
}

func originLine(cluster string, r origin.Answer) clusterOriginLine {
	l := clusterOriginLine{
		Cluster: cluster, Origin: r.Origin.String(), Confidence: round(r.Probability), Likeliest: r.Likeliest.String(),
		Independent: r.Independent, FirstP: round(r.First.Probability), Evidence: evidenceLines(r.Evidence),
	}
	if r.First.Member != "" {
		l.First = &r.First.Member
	}
	for _, t := range r.Sources {
		l.Sources = append(l.Sources, takenJSON{t.Member, t.From.String(), round(t.Probability)})
	}
	return l
}

func judgeClusters(stdin io.Reader, path string, out jsonOutput, member func(place, id string) (*origin.Member, error), corpus *origin.Corpus) error {
	for place, line := range jsonLines(stdin, []string{path}) {
		var c struct {
			Cluster string
			Members []string
		}
		if err := readLine(place, line, &c); err != nil {
			return err
		}
		var ms []*origin.Member
		for _, id := range c.Members {
			m, err := member(place, id)
			if err != nil {
				return err
			}
			ms = append(ms, m)
		}
		if err := out.enc.Encode(originLine(c.Cluster, origin.Judge(ms, corpus))); err != nil {
			return err
		}
	}
	return nil
}
