package reprint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// A newsletter with whole stories of several papers is with none of them, and derived
// from each. Its own reprint is with it, and a page of two stories is with one.
func TestNewsletter(t *testing.T) {
	day := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	for _, language := range []string{"en", "de", "ar", "zh"} {
		t.Run(language, func(t *testing.T) {
			w := newWriter(language, 5)
			d := detector(t, reprint.Options{})
			var stories []string
			for i := range 5 {
				stories = append(stories, w.text(700))
				add(t, d, reprint.Document{
					ID: fmt.Sprint("story ", i), Site: fmt.Sprintf("paper%d.example", i), Text: stories[i], Published: day.Add(time.Hour),
				})
			}
			letter := strings.Join(stories, "\n\n")
			add(t, d, reprint.Document{ID: "letter", Site: "letter.example", Text: letter, Published: day})
			add(t, d, reprint.Document{ID: "reprint", Site: "mirror.example", Text: letter + "\n\n" + w.sentence(), Published: day.Add(2 * time.Hour)})
			members := func(id string) int {
				c, err := d.Cluster(id)
				require.NoError(t, err)
				return len(c.Members)
			}
			assert.Equal(t, 2, members("letter"))
			derived := 0
			for id, matches := range d.Pairs() {
				for _, m := range matches {
					if id != "reprint" || m.ID != "letter" {
						assert.Equal(t, reprint.Derived, m.Relation, "%s %s", id, m.ID)
						derived++
					}
				}
			}
			assert.Equal(t, 10, derived)
			for i := range stories {
				assert.Equal(t, 1, members(fmt.Sprint("story ", i)))
			}
		})
	}
}
