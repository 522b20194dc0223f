package batch

import (
	"context"
	"iter"

	"github.com/cbb30ed1/reprint/cluster"
)

// A Fate is what becomes of a document if one of each cluster is kept.
type Fate struct {
	Dropped bool
	Line    []byte // nil if there is nothing to say
}

// keep writes what becomes of the documents of components.
func (j *Job) keep(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	if j.format.Fates == nil {
		return errFormat("keep")
	}
	return j.clusters(ctx, in, sees{text: true}, func(c *component, found cluster.Cluster) error {
		fates, err := j.format.Fates(found, c.document)
		if err != nil {
			return err
		}
		for _, m := range found.Members {
			fate, document := fates[m.ID], int64(cluster.HashID(m.ID))
			if fate.Line != nil {
				if err := emit(Row{document, 0, append([]byte{ofFate}, fate.Line...)}); err != nil {
					return err
				}
			}
			if fate.Dropped {
				if err := emit(Row{document, 0, []byte{isGone}}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// clean tells which texts are kept, each by its number among those that are read. Of
// texts with one id one is kept: those that may be several of the same document have this
// with them, and one of them is to be taken.
func (j *Job) clean(f *Facts) run {
	return func(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
		f.sort()
		n := int64(-1)
		texts := func(yield func([]byte, error) bool) {
			for r, err := range in {
				n++
				if !yield(r.Value, err) {
					return
				}
			}
		}
		var buf, out []byte
		for doc, err := range j.format.Read(ctx, texts) {
			if err != nil {
				return err
			}
			hash := cluster.HashID(doc.ID)
			if _, gone := f.gone.get(hash); gone {
				continue
			}
			out = append(out[:0], ofKept)
			if version, several := f.latest.get(hash); several {
				if buf = appendVersion(buf[:0], &doc.Document); versionOf(buf) != version {
					continue
				}
				out = appendDocument(out, &doc.Document)
			}
			if err := emit(Row{int64(hash), n, out}); err != nil {
				return err
			}
		}
		return nil
	}
}
