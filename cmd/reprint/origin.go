package main

import (
	"cmp"
	"fmt"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/origins"
	"github.com/cbb30ed1/reprint/store"

	"github.com/spf13/cobra"

	provenance "github.com/cbb30ed1/reprint/origin"
)

// originFlags are those of the command origin.
type originFlags struct {
	docs, pairs, clusters string
	withhold              []string
	corpus, save, db      string
	show                  bool
	settings              settings
}

func newOrigin() *cobra.Command {
	var o originFlags
	cmd := &cobra.Command{
		Use:   "origin {INPUT... | --db DIR}",
		Short: "Say which document an article comes from, and who took it from whom",
		Long: `Say which document an article comes from: origin prints a line for each cluster of
several documents.

  {"cluster","size","origin","confidence","likeliest","independent","first","first_confidence","sources","evidence"}

origin is member:ID; hidden:NAME, an agency or an outlet that members name, and that is not
among them; hidden:?, an absent source that nobody names, where three sites or more name
none; or unknown, where the likeliest has a probability below .65 (hidden:? below .9).
independent is the number of sources. first is the member that was published first, by
clocks alone, and first_confidence the probability of that. sources says
for each other member from whom it has the text, unknown where no source is likelier than
all others together. evidence is what the answer rests on: rule,
weight in nats, and where it is a credit or a change of the text its bytes in the text (or
in the byline); what
contradicts the answer is marked.

Documents may have, besides what other commands need, "byline" (or "author"), "owner",
"clock" (crawl, day, page or trusted: what kind of time "published" is) and "hints":
[{"kind","value"}] with links and names that a page gives as its source.

To measure, --docs with --pairs or --clusters reads documents and what to judge from files.
With --pairs a line for each line {"pair","a","b"} of FILE, where a and b are ids of
documents: "source" is a, b, common (both have it from an absent one), same (one page), or
null where it is not to be told.

With --clusters a line for each line {"cluster","members"}: "origin" is member:ID,
hidden:NAME (an agency or an outlet that members name) or unknown.

"confidence" is the probability of the likeliest answer, "evidence" what it rests on.

` + aboutMemory + `
It goes with INPUT and without --save.`,
		Args: func(_ *cobra.Command, args []string) error {
			if o.show && o.corpus != "" {
				return nil
			}
			if o.db != "" {
				if len(args) > 0 || o.docs != "" || o.pairs != "" || o.clusters != "" || len(o.withhold) > 0 {
					return fmt.Errorf("%w: --db is for the documents of a folder, want no INPUT, --docs, --pairs, --clusters or --withhold with it", errUsage)
				}
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
  reprint origin --corpus corpus.json --show
  reprint origin --db news.reprint`,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) },
	}
	o.settings.flags(cmd)
	o.settings.memoryFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&o.db, "db", "", "judge the clusters of the documents in this `folder`; what is known of\nsites is learned from all of them, if there is no --corpus")
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
	bounded, err := o.settings.boundsMemory(cmd, "db", "docs", "save", "show")
	if err != nil {
		return err
	}
	members := map[string]*provenance.Member{}
	corpus := &provenance.Corpus{}
	if o.corpus != "" {
		if err := readCorpus(o.corpus, corpus); err != nil {
			return err
		}
	}
	if o.show {
		return showCorpus(newOutput(cmd), corpus)
	}
	if o.db != "" {
		return look(cmd, o.db, func(s *store.Store) error { return o.stored(cmd, s, corpus) })
	}
	if o.docs == "" && bounded {
		return o.within(cmd, args, corpus)
	}
	if o.docs == "" {
		return o.inputs(cmd, args, corpus)
	}
	hide, err := origins.Withhold(o.withhold)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	copied, err := origins.Copied(cmd.InOrStdin(), cmp.Or(o.pairs, o.clusters))
	if err != nil {
		return err
	}
	for d, err := range origins.Documents(cmd.InOrStdin(), []string{o.docs}) {
		if err != nil {
			return err
		}
		hide(&d)
		m := provenance.Prepare(d)
		if o.clusters == "" {
			m = m.WithoutText() // pairs are judged without
		}
		members[d.ID] = m
		corpus.Learn(m, copied[d.ID])
	}
	member := func(place, id string) (*provenance.Member, error) {
		if m := members[id]; m != nil {
			return m, nil
		}
		return nil, fmt.Errorf("%s: there is no document %q", place, id)
	}
	out := newOutput(cmd)
	if o.pairs != "" {
		err = origins.JudgePairs(cmd.InOrStdin(), o.pairs, out.write, member, corpus)
	} else {
		err = origins.JudgeClusters(cmd.InOrStdin(), o.clusters, out.write, member, corpus)
	}
	if err := cmp.Or(err, out.flush()); err != nil || o.save == "" {
		return err
	}
	return saveCorpus(cmd, o.save, corpus)
}
