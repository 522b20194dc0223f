package stages

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
)

// placed reads the documents of texts that say where each was: its place, a zero byte,
// and an object of JSON. A place that ends with a colon is that of lines, which are counted
// while it stays the same.
func placed(ctx context.Context, o input.Options, texts iter.Seq2[[]byte, error]) iter.Seq2[batch.Document, error] {
	return func(yield func(batch.Document, error) bool) {
		reader := input.NewRowReader(ctx, o)
		var place []byte
		line, bad := 0, 0
		for text, err := range texts {
			var doc batch.Document
			if err == nil {
				now, object, ok := bytes.Cut(text, []byte{0})
				if line++; !bytes.Equal(now, place) {
					place, line = append(place[:0], now...), 1
				}
				lines := bytes.HasSuffix(place, []byte(":"))
				if lines && ok && len(bytes.TrimSpace(object)) == 0 {
					continue
				}
				doc, err = document(reader, object, ok)
				if err != nil && o.SkipBad && errors.As(err, new(input.BadError)) {
					bad++
					continue
				}
				if err != nil && lines {
					err = fmt.Errorf("%s%d: %w", place, line, err)
				} else if err != nil {
					err = fmt.Errorf("%s: %w", place, err)
				}
			}
			if !yield(doc, err) || err != nil {
				return
			}
		}
		if bad > 0 {
			fmt.Fprintf(o.Stderr, "reprint: %d bad documents were skipped\n", bad)
		}
	}
}

func document(r *input.RowReader, object []byte, ok bool) (batch.Document, error) {
	if !ok {
		return batch.Document{}, errors.New("the row does not say where its document was")
	}
	doc, err := r.Document(object)
	return entryOf(doc), err
}
