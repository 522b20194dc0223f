package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
)

// readStage is the stage that makes documents of rows, and of each what put makes of it.
// The value of a row is the name of a file, a zero byte and an object of JSON. Its order
// is the row of the file, if that has rows, or 0 if it has lines: then its key is the
// byte of the file from which lines are counted, as many as come in a row.
func readStage(o input.Options, put func(doc reprint.Document, emit func(batch.Row) error) error) batch.Stage {
	return batch.Stage{Name: "read", Run: func(ctx context.Context, in iter.Seq2[batch.Row, error], emit func(batch.Row) error) error {
		reader := input.NewRowReader(ctx, o)
		var file []byte
		var from, line int64
		for row, err := range in {
			if err != nil {
				return err
			}
			name, object, ok := bytes.Cut(row.Value, []byte{0})
			if !ok {
				return errors.New("there is no name of a file")
			}
			if line++; row.Key != from || !bytes.Equal(name, file) {
				file, from, line = append(file[:0], name...), row.Key, 1
			}
			if row.Order == 0 && len(bytes.TrimSpace(object)) == 0 {
				continue
			}
			doc, err := reader.Document(object)
			if err == nil {
				err = put(doc, emit)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", positionOf(file, from, line, row.Order), err)
			}
		}
		return nil
	}}
}

// positionOf says where a document stands.
func positionOf(file []byte, from, line, row int64) string {
	switch {
	case row > 0:
		return fmt.Sprintf("%s, row %d", file, row)
	case from > 0:
		return fmt.Sprintf("%s, line %d of those that begin after byte %d", file, line, from)
	}
	return fmt.Sprintf("%s:%d", file, line)
}
