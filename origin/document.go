package origin

import (
	"errors"
	"fmt"
	"time"
)

// Errors to test for with errors.Is.
var (
	ErrClock  = errors.New("origin: bad clock")  // wrapped by the error of ParseClock
	ErrCorpus = errors.New("origin: bad corpus") // wrapped by the error of Corpus.UnmarshalJSON
)

// Clock says what kind of time a document has.
type Clock uint8

// The kinds of clocks, from the worst to the best.
const (
	Unknown Clock = iota // not known: taken for what the site's other documents show
	Crawl                // when it was fetched
	Day                  // the day only
	Page                 // as the page says
	Trusted              // the publisher's own, to the second
)

var clockNames = []string{"unknown", "crawl", "day", "page", "trusted"}

// String returns the name of the clock.
func (c Clock) String() string {
	if int(c) < len(clockNames) {
		return clockNames[c]
	}
	return fmt.Sprintf("clock %d", uint8(c))
}

// MarshalText returns the name of the clock.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the name of a clock.
func (c *Clock) UnmarshalText(text []byte) (err error) {
	*c, err = ParseClock(string(text))
	return err
}

// ParseClock reads the name of a clock; "" is Unknown.
func ParseClock(s string) (Clock, error) {
	if s == "" {
		return Unknown, nil
	}
	for i, n := range clockNames {
		if s == n {
			return Clock(i), nil
		}
	}
	return Unknown, fmt.Errorf("%w: %q, want unknown, crawl, day, page or trusted", ErrClock, s)
}

// A Hint is what the page, or the feed, says of an earlier source.
type Hint struct {
	Kind  string `json:"kind"`  // "canonical", "isBasedOn", "creditText", "source", "derivedFrom", "originallyAt"
	Value string `json:"value"` // a URL, or a name
}

// A Document is a member of a cluster. All but the ID may be empty.
type Document struct {
	ID        string    `json:"id"`
	Text      string    `json:"text"`
	Title     string    `json:"title,omitempty"`
	Byline    string    `json:"byline,omitempty"` // the author field
	Site      string    `json:"site,omitempty"`   // host or name of the outlet; else the host of URL is taken
	Owner     string    `json:"owner,omitempty"`  // who owns the site, where known; else the site stands for it
	URL       string    `json:"url,omitempty"`
	Published time.Time `json:"published,omitzero"`
	Clock     Clock     `json:"clock,omitempty"`
	Hints     []Hint    `json:"hints,omitempty"`
}
