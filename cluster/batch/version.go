package batch

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/cbb30ed1/reprint/engine"
)

// savedRowsVersion is that of the rows of the stage read, which may be saved for a later job:
// of their bytes, and of what an outlet and a page are. Another one is refused. Whatever else
// they depend on is in the scheme of an engine.
const savedRowsVersion = 3

// version writes what the rows of the stage read depend on. Rows that were saved are good for
// a job of which that is the same, byte for byte.
func (j *Job) version(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	for _, err := range in {
		if err != nil {
			return err
		}
	}
	s := j.scheme
	o := &s.Options
	o.Similarity, o.Recall = 0, 0 // the bands are there
	o.Containment, o.Jaccard, o.Overlap, o.MaxMatches = 0, 0, 0, 0
	o.ByFigures, o.SkipSameSite, o.Window = false, false, 0
	b, err := json.Marshal(struct {
		Rows   int
		Scheme engine.Scheme
	}{savedRowsVersion, s})
	if err != nil {
		return err
	}
	return emit(Row{0, 0, append([]byte{ofVersion}, b...)})
}
