package store

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store/internal/record"
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

// UnmarshalText reads what MarshalText writes.
func (a *Action) UnmarshalText(text []byte) error {
	i := slices.Index(actionNames[:], string(text))
	if i < int(Added) {
		return fmt.Errorf("store: no action is called %q", text)
	}
	*a = Action(i)
	return nil
}

func (c *Change) append(b []byte) []byte {
	b = append(b, byte(c.Action))
	b = binary.BigEndian.AppendUint64(b, uint64(c.Time.UnixNano()))
	b = record.AppendString(b, c.ID)
	b = binary.AppendUvarint(b, uint64(len(c.Events)))
	for _, e := range c.Events {
		b = append(b, byte(e.Kind))
		for _, s := range [...]string{e.ID, e.From, e.Cluster} {
			b = record.AppendString(b, s)
		}
	}
	return b
}

func decodeChange(position uint64, b []byte) (Change, error) {
	d := record.Decoder{Rest: b}
	c := Change{Position: position, Action: Action(d.Byte()), Time: arrival(int64(d.Uint64())), ID: d.String()}
	for n := d.Uvarint(); n > 0 && !d.Failed; n-- {
		c.Events = append(c.Events, reprint.Event{Kind: reprint.Kind(d.Byte()), ID: d.String(), From: d.String(), Cluster: d.String()})
	}
	if d.Failed || len(d.Rest) != 0 || c.Action < Added || c.Action > Expired {
		return c, fmt.Errorf("%w: the events of position %d, %d bytes, do not decode", ErrCorrupt, position, len(b))
	}
	return c, nil
}
