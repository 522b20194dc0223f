package stages

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/engine"
)

const rowsShare = 2 // rows get one part in so many of the memory, the rest is for what is at work

// Local runs all stages on this machine, within so many bytes of memory, and calls line
// and pair with the lines that it finds. One of the two may be nil.
func Local(ctx context.Context, j *batch.Job, memory int64, threads int, documents iter.Seq2[reprint.Document, error], line, pair func([]byte) error) error {
	entries := func(yield func(engine.Document, error) bool) {
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
	err = batch.Local{Memory: memory / rowsShare, Threads: threads, Codec: packs}.Run(ctx, j, entries, line, pair)
	if errors.Is(err, batch.ErrFiles) {
		err = fmt.Errorf("%w (--memory gives it more, TMPDIR names another folder)", err)
	}
	return err
}
