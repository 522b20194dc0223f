package store

import (
	"time"

	"github.com/cbb30ed1/reprint"
)

// A Change is what one operation did to one document.
type Change struct {
	Position uint64          `json:"position"`
	Time     time.Time       `json:"time"` // when it came, by the clock
	Action   Action          `json:"action"`
	ID       string          `json:"id"`
	Events   []reprint.Event `json:"events,omitempty"` // how the clusters changed by it
}

// An Action is what an operation did.
type Action uint8

const (
	Added   Action = iota + 1 // ID is new
	Updated                   // ID was there with other content, which is replaced
	Removed                   // ID was removed
	Expired                   // ID was removed because of its age
)

var actionNames = [...]string{"", "added", "updated", "removed", "expired"}

// String returns the action in lower case.
func (a Action) String() string {
	if a >= Added && int(a) < len(actionNames) {
		return actionNames[a]
	}
	return "unknown"
}

// MarshalText returns the action in lower case.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }
