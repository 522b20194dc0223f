package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	provenance "github.com/cbb30ed1/reprint/origin"
)

// originFlags are those of the command origin.
type originFlags struct {
	docs, pairs, clusters string
	withhold              []string
	corpus, save          string
	show                  bool
	settings              settings
}

func newOrigin() *cobra.Command {
	var o originFlags
	cmd := &cobra.Command{
		Use:   "origin INPUT...",
		Short: "Say which document an article comes from, and who took it from whom",
		Long: `Say which document an article comes from: origin prints a line for each cluster of
several documents.

  {"cluster","size","origin","confidence","likeliest","independent","first","sources","evidence"}

origin is member:ID, hidden:NAME (an agency or an outlet that members name, and that is not
among them) or unknown, where the likeliest has a probability below .65. independent is the
number of sources. first is the member that was published first, by clocks alone. sources says
for each other member from whom it has the text. evidence is what the answer rests on: rule,
weight in nats, and where it is a credit its bytes in the text (or in the byline); what
contradicts the answer is marked.

JSON lines may have, besides what other commands read, "byline" (or "author"), "owner",
"clock" (crawl, day, page or trusted: what kind of time "published" is) and "hints":
[{"kind","value"}] with links and names that a page gives as its source.

To measure, --docs with --pairs or --clusters reads documents and what to judge from files.
With --pairs a line for each line {"pair","a","b"} of FILE, where a and b are ids of
documents: "source" is a, b, common (both have it from an absent one), same (one page), or
null where it is not to be told.

With --clusters a line for each line {"cluster","members"}: "origin" is member:ID,
hidden:NAME (an agency or an outlet that members name) or unknown.

"confidence" is the probability of the likeliest answer, "evidence" what it rests on.`,
		Args: func(_ *cobra.Command, args []string) error {
			if o.show && o.corpus != "" {
				return nil
			}
			if o.docs == "" && o.pairs == "" && o.clusters == "" {
				return inputs(0, "an INPUT: .jsonl or .txt files, folders, or - for standard input")(nil, args)
			}
			if o.docs == "" || (o.pairs == "") == (o.clusters == "") {
				return fmt.Errorf("%w: want --docs FILE, and --pairs FILE or --clusters FILE", errUsage)
			}
			return nil
		},
		Example: `  reprint origin crawl.jsonl.gz
  reprint origin --save corpus.json monday.jsonl
  reprint origin --corpus corpus.json tuesday.jsonl
  reprint origin --corpus corpus.json --show`,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) },
	}
	o.settings.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.docs, "docs", "", "file of documents")
	f.StringVar(&o.pairs, "pairs", "", "file of pairs to judge")
	f.StringVar(&o.clusters, "clusters", "", "file of clusters to judge")
	f.StringSliceVar(&o.withhold, "withhold", nil, "leave out times, byline, site, url or credits")
	f.StringVar(&o.corpus, "corpus", "", "`file` that an earlier run saved: what is known of sites")
	f.StringVar(&o.save, "save", "", "`file` to save to what is known of sites: their clocks, who\nleads whom, and names that stand at the edges of texts")
	f.BoolVar(&o.show, "show", false, "print what the file of --corpus knows, and judge nothing")
	return cmd
}

func (o *originFlags) run(cmd *cobra.Command, args []string) error {
	members := map[string]*provenance.Member{}
	corpus := &provenance.Corpus{}
	if o.corpus != "" {
		if err := readCorpus(o.corpus, corpus); err != nil {
			return err
		}
	}
	if o.show {
		return showCorpus(cmd.OutOrStdout(), corpus)
	}
	if o.docs == "" {
		return o.inputs(cmd, args, corpus)
	}
	hide, err := withhold(o.withhold)
	if err != nil {
		return err
	}
	copied, err := o.copied(cmd.InOrStdin())
	if err != nil {
		return err
	}
	for d, err := range originDocuments(cmd.InOrStdin(), []string{o.docs}) {
		if err != nil {
			return err
		}
		hide(&d)
		m := provenance.Prepare(d).WithoutText()
		members[d.ID] = m
		corpus.Learn(m, copied[d.ID])
	}
	member := func(place, id string) (*provenance.Member, error) {
		if m := members[id]; m != nil {
			return m, nil
		}
		return nil, fmt.Errorf("%s: there is no document %q", place, id)
	}
	out := newJSONOutput(cmd.OutOrStdout())
	if o.pairs != "" {
		err = judgePairs(cmd.InOrStdin(), o.pairs, out, member, corpus)
	} else {
		err = judgeClusters(cmd.InOrStdin(), o.clusters, out, member, corpus)
	}
	if err := cmp.Or(err, out.w.Flush()); err != nil || o.save == "" {
		return err
	}
	return saveCorpus(o.save, corpus)
}

// copied returns the ids that stand in a pair or a cluster of several: other
// documents have a copy of them.
func (o *originFlags) copied(stdin io.Reader) (map[string]bool, error) {
	out := map[string]bool{}
	for place, line := range jsonLines(stdin, []string{cmp.Or(o.pairs, o.clusters)}) {
		var l struct {
			A, B    string
			Members []string
		}
		if err := readLine(place, line, &l); err != nil {
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

// withhold returns what takes parts of documents away.
func withhold(parts []string) (func(*provenance.Document), error) {
	for _, p := range parts {
		if !slices.Contains([]string{"times", "byline", "site", "url", "credits"}, p) {
			return nil, fmt.Errorf("%w: --withhold %q, want times, byline, site, url or credits", errUsage, p)
		}
	}
	return func(d *provenance.Document) {
		for _, p := range parts {
			switch p {
			case "times":
				d.Published, d.Clock = time.Time{}, provenance.Unknown
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
func withoutCredits(d provenance.Document) string {
	var b strings.Builder
	at := 0
	for _, c := range provenance.Credits(d.Text, cmp.Or(d.Site, d.URL)) {
		if (c.Kind == provenance.Text || c.Kind == provenance.Self) && c.Start >= at {
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

func evidenceLines(all []provenance.Evidence) []evidenceJSON {
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

func judgePairs(stdin io.Reader, path string, out jsonOutput, member func(place, id string) (*provenance.Member, error), corpus *provenance.Corpus) error {
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
		r := provenance.JudgePair(a, b, corpus)
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
	Size        int            `json:"size,omitempty"`
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

func originLine(cluster string, r provenance.Answer) clusterOriginLine {
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

func judgeClusters(stdin io.Reader, path string, out jsonOutput, member func(place, id string) (*provenance.Member, error), corpus *provenance.Corpus) error {
	var answers []judged
	for place, line := range jsonLines(stdin, []string{path}) {
		var c struct {
			Cluster string
			Members []string
		}
		if err := readLine(place, line, &c); err != nil {
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
		if err := out.enc.Encode(originLine(c.Cluster, a)); err != nil {
			return err
		}
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
