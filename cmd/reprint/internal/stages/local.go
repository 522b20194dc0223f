package stages

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster/batch"
)

const rowsShare = 2 // rows get one part in so many of the memory, the rest is for what is at work

// Local runs all stages on this machine, within so many bytes of memory, and calls the
// answers with the lines that it finds.
func Local(ctx context.Context, j *batch.Job, memory int64, threads int, documents iter.Seq2[reprint.Document, error], a batch.Answers) error {
	entries := func(yield func(batch.Document, error) bool) {
		for doc, err := range documents {
			if !yield(entryOf(doc), err) {
				return
			}
		}
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(memory))
	packs, err := newCodec(threads)
	if err != nil {
		return err
	}
	err = batch.Local{Memory: memory / rowsShare, Threads: threads, Codec: packs}.Run(ctx, j, entries, a)
	if errors.Is(err, batch.ErrFiles) {
		err = fmt.Errorf("%w (--memory gives it more, TMPDIR names another folder)", err)
	}
	return err
}
