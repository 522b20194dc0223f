package cluster

import (
	"errors"
	"fmt"
)

// failure is the panic by which an operation ends whose storage failed. It does
// not leave the package.
type failure struct{ error }

func fail(err error) {
	if !errors.Is(err, ErrStorage) {
		err = fmt.Errorf("%w: %w; open it anew", ErrStorage, err)
	}
	panic(failure{err})
}

// rescue ends an operation that failed, and the index with it: what it knows may
// be half of something.
func (x *Index) rescue(to *error) {
	switch r := recover().(type) {
	case nil:
	case failure:
		x.failed.CompareAndSwap(nil, &r.error)
		if to != nil {
			*to = r.error
		}
	default:
		panic(r)
	}
}

// Err returns the error by which the storage failed, wrapping ErrStorage, or
// nil. An index that has failed answers nothing any more, and must be opened
// anew. One in memory never fails.
func (x *Index) Err() error {
	if err := x.failed.Load(); err != nil {
		return *err
	}
	return nil
}
