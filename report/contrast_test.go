package report

import (
	"maps"
	"math"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Text stands out from what is behind it by 4.5:1, and what is no text by 3:1
// (WCAG 2.2, 1.4.3 and 1.4.11), on light and on dark pages.
func TestContrast(t *testing.T) {
	blocks := regexp.MustCompile(`(?s)--ground:.*?color-scheme: (light|dark);`).FindAllStringSubmatch(lf(pageCSS), -1)
	require.Len(t, blocks, 3, "light, dark by the system, dark by choice")
	colours := func(css string) map[string]string {
		found := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(css, -1) {
			found[m[1]] = m[2]
		}
		return found
	}
	require.True(t, maps.Equal(colours(blocks[1][0]), colours(blocks[2][0])), "both ways to dark have the same colours")
	for _, b := range blocks[:2] {
		c := colours(b[0])
		require.Greater(t, len(c), 15)
		for _, pair := range []struct {
			least   float64
			over    string
			beneath []string
		}{
			{4.5, "ink", []string{"ground", "sheet", "sunk", "shared", "shared-on", "moved", "moved-on", "edit", "edit-on"}},
			{4.5, "soft", []string{"ground", "sheet"}},
			{4.5, "boiler", []string{"sheet"}},
			{4.5, "link", []string{"ground", "sheet"}},
			{4.5, "on-accent", []string{"accent"}},
			{4.5, "sheet", []string{"shared-line", "moved-line"}}, // the number of a chosen passage
			{3, "strong", []string{"ground", "sheet"}},
			{3, "accent", []string{"ground", "sheet"}},
			{3, "shared-line", []string{"sheet", "shared", "shared-on"}},
			{3, "moved-line", []string{"sheet", "moved", "moved-on"}},
			{3, "edit-line", []string{"sheet", "edit", "edit-on"}},
		} {
			for _, beneath := range pair.beneath {
				require.Contains(t, c, pair.over)
				require.Contains(t, c, beneath)
				require.GreaterOrEqual(t, contrast(t, c[pair.over], c[beneath]), pair.least, "%s on %s, %s", pair.over, beneath, b[1])
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(t *testing.T, colour string) float64 {
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		v, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		require.NoError(t, err)
		s := float64(v) / 255
		if s <= .04045 {
			s /= 12.92
		} else {
			s = math.Pow((s+.055)/1.055, 2.4)
		}
		sum += weight * s
	}
	return sum
}
