// Package kinds has the kinds of events and their names.
package kinds

import (
	"fmt"
	"slices"
)

// Kind says what an event is. Package cluster says what each is.
type Kind uint8

var names = [...]string{"", "joined", "left", "merged", "moved", "canonical", "alone"}

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
