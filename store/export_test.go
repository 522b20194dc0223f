package store

import (
	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/engine"
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
		all = append(all, clusterOf(c))
	}
	return all, err
}
