package stages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/rows"
)

// AddFacts reads facts from a file.
func AddFacts(to *batch.Facts, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	in := rows.NewReader(f)
	for row, err := range in.Rows() {
		if err == nil {
			err = to.Add(row)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// soon is after how many rows of texts what was written is to be read: an engine holds
// these until it knows which of them are kept.
const soon = 1 << 10

var errOrder = errors.New("the rows are not sorted by k")

// Run runs a stage over a stream of rows.
func Run(ctx context.Context, s batch.Stage, from io.Reader, to io.Writer) error {
	in, out := rows.NewReader(from), rows.NewWriter(to)
	at := batch.Row{Key: math.MinInt64}
	err := s.Run(ctx, func(yield func(batch.Row, error) bool) {
		for row, err := range in.Rows() {
			if err == nil && s.Sorted && row.Key < at.Key {
				err = errOrder // a key may have come before
			}
			at = row
			if err == nil && s.Kinds == "" && in.N()%soon == 0 {
				err = out.Flush()
			}
			if !yield(row, err) {
				return
			}
		}
	}, out.Write)
	if err == nil {
		for range in.Rows() { // which the stage did not want; whether they are whole matters still
		}
		err = in.Err()
	}
	switch {
	case err == nil:
		return out.Close()
	case ctx.Err() != nil:
		return ctx.Err()
	case in.Err() != nil:
		return fmt.Errorf("stage %s: %w", s.Name, in.Err())
	case in.N() == 0:
		return fmt.Errorf("stage %s: before the first row: %w", s.Name, err)
	}
	return fmt.Errorf("stage %s: at row %d (k %d, o %d): %w", s.Name, in.N(), at.Key, at.Order, err)
}
