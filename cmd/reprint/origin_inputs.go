package main

import (
	"fmt"
	"iter"
	"path/filepath"
	"strings"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/origins"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	provenance "github.com/cbb30ed1/reprint/origin"
)

// anyDocuments yields the documents of INPUT… with all that tells of their origin
// where the input is JSON lines, and with what the other commands read elsewhere.
func anyDocuments(cmd *cobra.Command, s *settings, paths []string) iter.Seq2[provenance.Document, error] {
	return func(yield func(provenance.Document, error) bool) {
		for _, path := range paths {
			if path == "-" || isJSONLines(path) {
				for d, err := range origins.Documents(cmd.InOrStdin(), []string{path}) {
					if !yield(d, err) || err != nil {
						return
					}
				}
				continue
			}
			for d, err := range s.input(cmd, []string{path}).Documents() {
				if !yield(d.OriginDocument(), err) || err != nil {
					return
				}
			}
		}
	}
}

// isJSONLines reports whether a file is named as JSON lines are, packed or not.
func isJSONLines(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return strings.Contains(name+".", ".jsonl.") || strings.Contains(name+".", ".ndjson.")
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
		for doc, err := range anyDocuments(cmd, &o.settings, args) {
			if err == nil {
				hide(&doc)
				held = append(held, doc)
			}
			if !yield(reprint.Document{ID: doc.ID, Text: doc.Text, Title: doc.Title, Site: doc.Site, URL: doc.URL, Published: doc.Published}, err) {
				return
			}
		}
	}, reprint.AddAllOptions{Threads: o.settings.threads})
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
	out := origins.NewOutput(cmd.OutOrStdout())
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
		if err := out.Enc.Encode(line); err != nil {
			return err
		}
	}
	if err := out.W.Flush(); err != nil || o.save == "" {
		return err
	}
	for _, j := range all {
		known.LearnLeads(j.ids, j.answer)
	}
	learned, err := known.Corpus()
	if err != nil {
		return err
	}
	return saveCorpus(o.save, learned)
}
