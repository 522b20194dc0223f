package records

import (
	"errors"
	"fmt"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
)

// Sentinels, exported by package cluster.
var (
	ErrFormat   = errors.New("cluster: malformed entry")
	ErrStorage  = errors.New("cluster: the storage failed")
	ErrVersion  = postings.ErrVersion
	ErrPosition = errors.New("cluster: not in order")
)

// A Failure is the panic by which an operation ends whose storage failed. It does
// not leave package cluster.
type Failure struct{ Err error }

// Fail panics with a Failure that wraps ErrStorage.
func Fail(err error) {
	if !errors.Is(err, ErrStorage) {
		err = fmt.Errorf("%w: %w; open it anew", ErrStorage, err)
	}
	panic(Failure{err})
}
