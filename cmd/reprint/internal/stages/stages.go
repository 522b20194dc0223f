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
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/dedup"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
	"github.com/cbb30ed1/reprint/engine"
	provenance "github.com/cbb30ed1/reprint/origin"
)

// Wanted says how answers are made. The zero value is for clusters and pairs.
type Wanted struct {
	Keep   dedup.Rule         // which document of a cluster is kept
	Mark   bool               // fates have notes, as dedup marks documents with them
	Corpus *provenance.Corpus // what is known of sites beforehand; may be nil
}

// New returns the clustering of a collection in stages. Documents of the first stage
// are lines of JSON, read as the options say.
func New(o reprint.Options, read input.Options, w Wanted) (*batch.Job, error) {
	return batch.New(engine.Options(o), batch.Format{
		Read: func(ctx context.Context, texts iter.Seq2[[]byte, error]) iter.Seq2[batch.Document, error] {
			return placed(ctx, read, texts)
		},
		Line: clusterLine,
		Fates: func(c cluster.Cluster, docs func(id string) (batch.Told, error)) (map[string]batch.Fate, error) {
			return fates(c, docs, w.Keep, w.Mark)
		},
		Origins: newOrigins(w.Corpus),
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

// entryOf returns what of a document clusters depend on, or lines show, and the rest.
func entryOf(d reprint.Document) batch.Document {
	return batch.Document{Document: engine.Document{ID: d.ID, Text: d.Text, Title: d.Title, Site: d.Site, URL: d.URL, Published: d.Published}, Rest: d}
}

// clusterLine returns the line of a member of a cluster.
func clusterLine(c cluster.Cluster, m cluster.Member, d *engine.Document) ([]byte, error) {
	out := memberOf(m)
	describe(&out, d)
	return encode(lines.PlaceIn(c.ID, len(c.Members), out).Line())
}

// clusterOf returns a cluster as a detector has it, but for what describe adds.
func clusterOf(c cluster.Cluster) reprint.Cluster {
	out := reprint.Cluster{ID: c.ID, Members: make([]reprint.Member, len(c.Members))}
	for i, m := range c.Members {
		out.Members[i] = memberOf(m)
	}
	return out
}

func memberOf(m cluster.Member) reprint.Member {
	out := reprint.Member{ID: m.ID, Of: m.Of, Figures: m.Figures}
	if m.Of != "" {
		out.Relation = engine.RelationOf(m.Verdict, m.Figures)
	}
	return out
}

// describe adds what is known of the document of a member.
func describe(m *reprint.Member, d *engine.Document) {
	m.Site, m.Title, m.URL, m.Published = d.Site, d.Title, d.URL, d.Published
}
