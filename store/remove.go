package store

import (
	"context"
	"iter"

	"github.com/cbb30ed1/reprint"
)

// Remove removes a document and its text. It returns how the clusters changed, and
// whether the document was there.
func (s *Store) Remove(ctx context.Context, id string) ([]reprint.Event, bool, error) {
	if err := s.ready(ctx); err != nil {
		return nil, false, err
	}
	op := &operation{action: Removed, id: id}
	if err := s.submit(ctx, &request{operations: []*operation{op}}); err != nil {
		return nil, false, err
	}
	if op.err != nil {
		return nil, false, op.err
	}
	return op.events, op.position != 0, nil
}

// RemoveAll removes documents in one commit: all of them or, after an error, none.
// It returns how many it has removed.
func (s *Store) RemoveAll(ctx context.Context, ids iter.Seq[string]) (int, error) {
	if err := s.ready(ctx); err != nil {
		return 0, err
	}
	r := &request{}
	for id := range ids {
		r.operations = append(r.operations, &operation{action: Removed, id: id})
		r.bytes += 4*len(id) + 256
	}
	if err := s.submit(ctx, r); err != nil {
		return 0, err
	}
	n := 0
	for _, op := range r.operations {
		if op.err != nil {
			return 0, op.err
		}
		if op.position != 0 {
			n++
		}
	}
	return n, nil
}
