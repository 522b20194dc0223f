package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/engine"
)

// newJob returns the clustering of a collection in stages. Documents of the first stage
// are lines of JSON, read as the settings say.
func (s *settings) newJob(cmd *cobra.Command) (*batch.Job, error) {
	o, _, err := s.chosen(cmd.Flags())
	if err != nil {
		return nil, err
	}
	return batch.New(engine.Options(o), batch.Format{
		Read: func(ctx context.Context, texts iter.Seq2[[]byte, error]) iter.Seq2[engine.Document, error] {
			return s.placed(ctx, cmd, texts)
		},
		Lines: clusterLines,
		Pair: func(id string, m cluster.Match) ([]byte, error) {
			return encode(pairOf(id, reprint.Match{ID: m.ID, Relation: engine.RelationOfMatch(m), Figures: m.Figures}))
		},
	})
}

// encode returns a line of JSON as outputs write it, without its end.
func encode(line any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(line)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// runJob clusters documents in stages, within the memory of the settings, and calls line
// and pair with what it finds. One of the two may be nil.
func (s *settings) runJob(cmd *cobra.Command, in *input.Reader, line, pair func([]byte) error) error {
	j, err := s.newJob(cmd)
	if err != nil {
		return err
	}
	docs := func(yield func(engine.Document, error) bool) {
		for doc, err := range in.Documents() {
			if !yield(entryOf(doc), err) {
				return
			}
		}
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(s.memory))
	err = batch.Local{Memory: s.memory / rowsShare, Threads: s.threads}.Run(cmd.Context(), j, docs, line, pair)
	if errors.Is(err, batch.ErrFiles) {
		err = fmt.Errorf("%w (--memory gives it more, TMPDIR names another folder)", err)
	}
	return err
}

// entryOf returns what of a document clusters depend on, or lines show.
func entryOf(d reprint.Document) engine.Document {
	return engine.Document{ID: d.ID, Text: d.Text, Title: d.Title, Site: d.Site, URL: d.URL, Published: d.Published}
}

// clusterLines returns the lines of a cluster.
func clusterLines(c cluster.Cluster, docs map[string]*engine.Document) (map[string][]byte, error) {
	lines := make(map[string][]byte, len(c.Members))
	out := reprint.Cluster{ID: c.ID, Members: make([]reprint.Member, len(c.Members))}
	for i, m := range c.Members {
		d := docs[m.ID]
		out.Members[i] = reprint.Member{ID: m.ID, Of: m.Of, Figures: m.Figures, Site: d.Site, Title: d.Title, URL: d.URL, Published: d.Published}
		if m.Of != "" {
			out.Members[i].Relation = engine.RelationOf(m.Verdict, m.Figures)
		}
	}
	for _, m := range out.Members {
		line, err := encode(placeOf(out, m).line())
		if err != nil {
			return nil, err
		}
		lines[m.ID] = line
	}
	return lines, nil
}
