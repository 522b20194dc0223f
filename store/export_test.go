package store

import "github.com/cbb30ed1/reprint"

// KeepLog makes a store keep its log for ever.
func KeepLog(o Options) Options {
	o.keepLog = true
	return o
}

// KeepsLog reports whether it does.
func KeepsLog(o Options) bool { return o.keepLog }

// Replay gives the operations of a store's log to a detector, one after another.
func Replay(s *Store) (*reprint.Detector, error) {
	o, err := s.scheme.options()
	if err != nil {
		return nil, err
	}
	d, err := reprint.New(o)
	if err != nil {
		return nil, err
	}
	err = s.decodeLog(0, func(l logged) bool {
		if l.action == Added || l.action == Updated {
			_, err = d.AddPrepared(l.prepared)
		} else {
			d.Remove(l.id)
		}
		return err == nil && l.err == nil
	})
	return d, err
}
