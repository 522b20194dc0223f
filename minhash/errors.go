package minhash

import "errors"

// The errors of this package wrap one of these, for errors.Is.
var (
	// ErrScheme: two sketches were made by unlike schemes, or a sketch has none
	// because it is a zero value that nothing was written to.
	ErrScheme = errors.New("minhash: unlike schemes")

	// ErrOptions: a scheme, a choice of bands or a tuning target is out of its
	// documented range.
	ErrOptions = errors.New("minhash: options out of range")

	// ErrUnreachable: no choice of bands has the wanted recall with so few slots.
	ErrUnreachable = errors.New("minhash: recall not reachable")

	// ErrFormat: bytes that no encoder of this package has written.
	ErrFormat = errors.New("minhash: malformed encoding")
)
