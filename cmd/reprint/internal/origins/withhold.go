package origins

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	provenance "github.com/cbb30ed1/reprint/origin"
)

// ErrWithhold is what errors wrap about parts of documents that there are not.
var ErrWithhold = errors.New("no such part")

// Withhold returns what takes parts of documents away.
func Withhold(parts []string) (func(*provenance.Document), error) {
	for _, p := range parts {
		if !slices.Contains([]string{"times", "byline", "site", "url", "credits"}, p) {
			return nil, fmt.Errorf("%w: --withhold %q, want times, byline, site, url or credits", ErrWithhold, p)
		}
	}
	return func(d *provenance.Document) {
		for _, p := range parts {
			switch p {
			case "times":
				d.Published, d.Clock = time.Time{}, provenance.Unknown
			case "byline":
				d.Byline = ""
			case "site":
				d.Site, d.Owner = "", ""
			case "url":
				d.URL = ""
			}
		}
		if slices.Contains(parts, "credits") {
			d.Text = withoutCredits(*d)
		}
	}, nil
}

// withoutCredits returns a text with the names of its text credits taken out.
func withoutCredits(d provenance.Document) string {
	var b strings.Builder
	at := 0
	for _, c := range provenance.Credits(d.Text, cmp.Or(d.Site, d.URL)) {
		if (c.Kind == provenance.Text || c.Kind == provenance.Self) && c.Start >= at {
			b.WriteString(d.Text[at:c.Start])
			at = c.End
		}
	}
	b.WriteString(d.Text[at:])
	return b.String()
}
