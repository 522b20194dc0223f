package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

func TestHours(t *testing.T) {
	for h, want := range map[float64]string{
		0: "0 min", .5: "30 min", 1: "1 h", 1.25: "1 h 15 min", 23.99: "23 h 59 min", 24: "1 day", 24.4: "1 day", 25: "1 day 1 h", 47: "1 day 23 h", 47.6: "2 days", 48: "2 days", 24 * 300: "300 days",
	} {
		require.Equal(t, want, hours(h), h)
	}
}

// A short title is the document's own all the same.
func TestShortTitles(t *testing.T) {
	for title, own := range map[string]bool{"Obituary": true, "Ferry aground": true, "讣告": true, "": false, "×": false} {
		var m member
		m.read(reprint.Document{ID: "a", Title: title, Text: "First line of it\nand another"}, 1000)
		require.Equal(t, own, m.titled, title)
		if own {
			require.Equal(t, title, m.title)
		}
	}
}
