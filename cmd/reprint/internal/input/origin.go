package input

import (
	"encoding/json"

	"github.com/cbb30ed1/reprint/origin"
)

// clockOf reads the name of a kind of clock. A field of this name may be about something
// else, so that what is no name of one says nothing.
func clockOf(s string) origin.Clock {
	c, err := origin.ParseClock(s)
	if err != nil {
		return origin.Unknown
	}
	return c
}

// hintsOf reads what a page says of its source: [{"kind":"canonical","value":"https://…"}].
// What is of another form says nothing.
func hintsOf(s string) []origin.Hint {
	var hints []origin.Hint
	if s == "" || json.Unmarshal([]byte(s), &hints) != nil {
		return nil
	}
	return hints
}
