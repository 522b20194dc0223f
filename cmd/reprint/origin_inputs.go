package main

import (
	"cmp"
	"fmt"
	"iter"

	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/origins"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/stages"
	"github.com/cbb30ed1/reprint/store"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	provenance "github.com/cbb30ed1/reprint/origin"
)

// stored prints a line for each cluster of several of a store.
func (o *originFlags) stored(cmd *cobra.Command, s *store.Store, corpus *provenance.Corpus) error {
	if o.corpus == "" {
		var err error
		if corpus, err = s.Learn(cmd.Context()); err != nil {
			return err
		}
	}
	out := newOutput(cmd)
	for c, err := range s.Clusters() {
		if err == nil {
			err = cmd.Context().Err()
		}
		if err != nil {
			return err
		}
		if len(c.Members) < 2 {
			continue
		}
		a, err := s.Origin(c.ID, corpus)
		if err != nil {
			return err
		}
		line := origins.LineOf(c.ID, a)
		line.Size = len(c.Members)
		out.write(line)
	}
	if err := out.flush(); err != nil || o.save == "" {
		return err
	}
	return saveCorpus(cmd, o.save, corpus)
}

// anyDocuments yields the documents of INPUT… with what tells of their origin.
func anyDocuments(cmd *cobra.Command, s *settings, paths []string) iter.Seq2[provenance.Document, error] {
	return func(yield func(provenance.Document, error) bool) {
		in := s.input(cmd, paths)
		for d, err := range in.Documents() {
			if !yield(d.OriginDocument(), err) || err != nil {
				return
			}
		}
		in.Report()
	}
}

// withheld yields what anyDocuments does, without what is hidden.
func (o *originFlags) withheld(cmd *cobra.Command, args []string, hide func(*provenance.Document)) iter.Seq2[provenance.Document, error] {
	return func(yield func(provenance.Document, error) bool) {
		for doc, err := range anyDocuments(cmd, &o.settings, args) {
			if err == nil {
				hide(&doc)
			}
			if !yield(doc, err) {
				return
			}
		}
	}
}

// within does what inputs does within the memory of the settings.
func (o *originFlags) within(cmd *cobra.Command, args []string, corpus *provenance.Corpus) error {
	hide, err := origins.Withhold(o.withhold)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	out := newOutput(cmd)
	docs := func(yield func(reprint.Document, error) bool) {
		for d, err := range o.withheld(cmd, args, hide) {
			doc := reprint.Document{
				ID: d.ID, Text: d.Text, Title: d.Title, Byline: d.Byline, Site: d.Site, Owner: d.Owner,
				URL: d.URL, Published: d.Published, Clock: d.Clock, Hints: d.Hints,
			}
			if !yield(doc, err) {
				return
			}
		}
	}
	err = o.settings.runJob(cmd, docs, stages.Wanted{Corpus: corpus}, batch.Answers{
		Origin: func(b []byte) error { return writeAs[origins.ClusterLine](out, b) },
	})
	return cmp.Or(err, out.flush())
}

// inputs clusters the documents of INPUT… and prints a line for each cluster of
// several.
func (o *originFlags) inputs(cmd *cobra.Command, args []string, corpus *provenance.Corpus) error {
	d, err := o.settings.detector(cmd.Flags())
	if err != nil {
		return err
	}
	hide, err := origins.Withhold(o.withhold)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	var held []provenance.Document // with their texts, until clusters are known
	err = d.AddAll(cmd.Context(), func(yield func(reprint.Document, error) bool) {
		for doc, err := range o.withheld(cmd, args, hide) {
			if err == nil {
				held = append(held, doc)
			}
			if !yield(reprint.Document{ID: doc.ID, Text: doc.Text, Title: doc.Title, Site: doc.Site, URL: doc.URL, Published: doc.Published}, err) {
				return
			}
		}
	}, o.settings.batch())
	if err != nil {
		return err
	}
	var known reprint.Origins
	known.Know(corpus)
	texts := map[string]string{} // of clusters of several
	for i, doc := range held {
		c, err := d.Cluster(doc.ID)
		if err != nil {
			return err
		}
		known.Add(doc, len(c.Members) > 1)
		if len(c.Members) > 1 {
			texts[doc.ID] = doc.Text
		}
		held[i] = provenance.Document{}
	}
	out := newOutput(cmd)
	type judged struct {
		ids    []string
		answer provenance.Answer
	}
	var all []judged
	for c := range d.Clusters() {
		if len(c.Members) < 2 {
			continue
		}
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		var j judged
		for _, m := range c.Members {
			j.ids = append(j.ids, m.ID)
		}
		j.answer = known.OfTexts(j.ids, func(id string) string { return texts[id] })
		all = append(all, j)
		line := origins.LineOf(c.ID, j.answer)
		line.Size = len(c.Members)
		out.write(line)
	}
	if err := out.flush(); err != nil || o.save == "" {
		return err
	}
	for _, j := range all {
		known.LearnLeads(j.ids, j.answer)
	}
	learned, err := known.Corpus()
	if err != nil {
		return err
	}
	return saveCorpus(cmd, o.save, learned)
}
