package reprint

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What is kept to describe a member is what was known of its document.
func TestAbout(t *testing.T) {
	require.Empty(t, aboutOf(&Document{ID: "a", Text: "x", Byline: "y"}))
	for _, d := range []Document{
		{Site: "s"},
		{Title: "t"},
		{URL: "u"},
		{Published: time.Unix(0, 0)},
		{Published: time.Unix(-5, 999_999_999).In(time.FixedZone("", 7200)), Title: strings.Repeat("ü", 300)},
		{Published: time.Unix(math.MaxInt32*100, 1), Site: strings.Repeat("s", 1<<14), Title: "\x00", URL: "https://u.example/"},
	} {
		var m Member
		aboutOf(&d).describe(&m)
		require.Equal(t, d.Site, m.Site)
		require.Equal(t, d.Title, m.Title)
		require.Equal(t, d.URL, m.URL)
		require.True(t, d.Published.Equal(m.Published), d.Published)
		require.Equal(t, d.Published.IsZero(), m.Published.IsZero())
	}
}
