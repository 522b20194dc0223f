// Package kinds has the kinds of events and their names.
package kinds

import (
	"fmt"
	"slices"
)

// Kind says what an event is. Package cluster says what each is.
type Kind uint8

// The kinds. A store writes the numbers.
const (
	Joined Kind = iota + 1
	Left
	Merged
	Moved
	Canonical
	Alone
)

var names = [...]string{
	Joined: "joined", Left: "left", Merged: "merged", Moved: "moved", Canonical: "canonical", Alone: "alone",
}

// String returns the kind in lower case.
func (k Kind) String() string {
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// MarshalText returns the kind in lower case.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (k *Kind) UnmarshalText(text []byte) error {
	i := slices.Index(names[:], string(text))
	if i < 1 {
		return fmt.Errorf("cluster: no event is called %q", text)
	}
	*k = Kind(i)
	return nil
}
