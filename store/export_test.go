package store

import (
	"context"
	"errors"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/atomicfs"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/engine"
	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// KeepLog makes a store keep its log for ever.
func KeepLog(o Options) Options {
	o.keepLog = true
	return o
}

// FlushOften makes a store write its memory tables when they have a few documents, so that
// flushes and merges go on all the time.
func FlushOften(o Options) Options {
	o.memTable = 64 << 10
	return o
}

// SmallGroups makes a store divide what is committed together into groups of few operations.
func SmallGroups(o Options) Options {
	o.fullGroup = 2
	return o
}

// KeepsLog reports whether it does.
func KeepsLog(o Options) bool { return o.keepLog }

// Replay gives the operations of a store's log to an engine in memory, one after
// another, and returns its clusters.
func Replay(s *Store) (all []reprint.Cluster, err error) {
	e, err := engine.New(s.engine.Scheme().Options)
	if err != nil {
		return nil, err
	}
	err = s.decodeLog(0, func(l logged) bool {
		if l.action == Added || l.action == Updated {
			_, err = e.Index().AddPrepared(l.prepared)
		} else {
			e.Index().Remove(l.id)
		}
		return err == nil && l.err == nil
	})
	for c := range e.Index().Clusters() {
		out, bad := s.described(c)
		all, err = append(all, out), errors.Join(err, bad)
	}
	return all, err
}

// Acknowledge makes the receipt of a store agree with files that were written without
// it, but for the position.
func Acknowledge(fs vfs.FS, dir string) error {
	path := fs.PathJoin(dir, receipt.Name)
	r, err := receipt.Read(fs, path)
	if err != nil {
		return err
	}
	current, err := atomicfs.ReadMarker(fs, dir, "manifest")
	if err != nil {
		return err
	}
	length, _, err := receipt.Whole(fs, fs.PathJoin(dir, current))
	if err != nil {
		return err
	}
	r.Manifests, r.Logs = nil, nil
	r.SetLength(receipt.FileOf(current).Number, length)
	b, err := receipt.Open(fs, path, r, nil)
	if err != nil {
		return err
	}
	return errors.Join(b.Keep(func(*receipt.Receipt) {}), b.Close())
}

// AddAfter adds a document that is looked up before something else is done, as may happen
// when several add at the same time.
func AddAfter(s *Store, doc reprint.Document, between func()) (reprint.Added, error) {
	op, err := s.prepare(doc, wantsAll)
	if err != nil {
		return reprint.Added{}, err
	}
	between()
	err = s.submit(context.Background(), &request{operations: []*operation{op}, bytes: op.bytes()})
	return addedOf(op.answer), errors.Join(err, op.err)
}
