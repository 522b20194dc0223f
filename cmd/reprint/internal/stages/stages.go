// Package stages runs the stages of a batch with the documents that commands read, and the
// lines that they print: one stage of a stream of rows, or all of them on this machine.
package stages

import (
	"bytes"
	"context"
	"iter"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
	"github.com/cbb30ed1/reprint/engine"
)

// New returns the clustering of a collection in stages. Documents of the first stage
// are lines of JSON, read as the options say.
func New(o reprint.Options, read input.Options) (*batch.Job, error) {
	return batch.New(engine.Options(o), batch.Format{
		Read: func(ctx context.Context, texts iter.Seq2[[]byte, error]) iter.Seq2[engine.Document, error] {
			return placed(ctx, read, texts)
		},
		Line: clusterLine,
		Pair: func(id string, m cluster.Match) ([]byte, error) {
			return encode(lines.PairOf(id, reprint.Match{ID: m.ID, Relation: engine.RelationOfMatch(m), Figures: m.Figures}))
		},
	})
}

// encode returns a line of JSON as the command prints it, without its end.
func encode(line any) ([]byte, error) {
	var b bytes.Buffer
	w := output.NewJSONLines(&b)
	w.Write(line)
	err := w.Close()
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// entryOf returns what of a document clusters depend on, or lines show.
func entryOf(d reprint.Document) engine.Document {
	return engine.Document{ID: d.ID, Text: d.Text, Title: d.Title, Site: d.Site, URL: d.URL, Published: d.Published}
}

// clusterLine returns the line of a member of a cluster.
func clusterLine(c cluster.Cluster, m cluster.Member, d *engine.Document) ([]byte, error) {
	out := reprint.Member{ID: m.ID, Of: m.Of, Figures: m.Figures, Site: d.Site, Title: d.Title, URL: d.URL, Published: d.Published}
	if m.Of != "" {
		out.Relation = engine.RelationOf(m.Verdict, m.Figures)
	}
	return encode(lines.PlaceIn(c.ID, len(c.Members), out).Line())
}
