package store

import (
	"errors"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/atomicfs"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/engine"
	"github.com/cbb30ed1/reprint/store/internal/gate"
	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// KeepLog makes a store keep its log for ever.
func KeepLog(o Options) Options {
	o.keepLog = true
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
	d := &disk{dir: dir, gate: gate.New(fs)}
	path := d.path(receipt.Name)
	r, err := receipt.Read(fs, path)
	if err != nil {
		return err
	}
	current, err := atomicfs.ReadMarker(fs, dir, "manifest")
	if err != nil {
		return err
	}
	length, err := receipt.Whole(fs, d.path(current))
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
