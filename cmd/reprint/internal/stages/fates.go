package stages

import (
	"context"
	"encoding/json"
	"errors"
	"iter"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/dedup"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
)

// fates returns what becomes of the documents of a cluster, with lines of those that are
// dropped or, if all are to be marked, of all.
func fates(c cluster.Cluster, docs func(id string) (batch.Told, error), rule dedup.Rule, mark bool) (map[string]batch.Fate, error) {
	if len(c.Members) == 1 && !mark {
		return nil, nil
	}
	found, lengths, out := make(map[string]batch.Fate, len(c.Members)), make(map[string]int, len(c.Members)), clusterOf(c)
	for i, m := range c.Members {
		d, err := docs(m.ID)
		if err != nil {
			return nil, err
		}
		describe(&out.Members[i], d.Document)
		lengths[m.ID] = len(d.Text)
	}
	kept := rule.Kept(out, func(id string) (int, bool) { return lengths[id], true })
	for _, m := range out.Members {
		if m.ID == kept && !mark {
			continue
		}
		f := dedup.FateOf(lines.PlaceOf(out, m).Line(), kept, mark)
		line, err := encode(f)
		if err != nil {
			return nil, err
		}
		found[m.ID] = batch.Fate{Dropped: f.Dropped(), Line: line}
	}
	return found, nil
}

var errStopped = errors.New("no more is wanted")

// Fates runs the stages on this machine, as Local does, and yields what becomes of the
// documents, in their order.
func Fates(ctx context.Context, j *batch.Job, memory int64, threads int, documents iter.Seq2[reprint.Document, error]) iter.Seq2[dedup.Fate, error] {
	return func(yield func(dedup.Fate, error) bool) {
		err := Local(ctx, j, memory, threads, documents, batch.Answers{Fate: func(line []byte) error {
			var f dedup.Fate
			if line != nil {
				if err := json.Unmarshal(line, &f); err != nil {
					return err
				}
			}
			if !yield(f, nil) {
				return errStopped
			}
			return nil
		}})
		if err != nil && !errors.Is(err, errStopped) {
			yield(dedup.Fate{}, err)
		}
	}
}
