package reprint_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/shingle"
)

// An attack is how somebody makes a document that is to hide the copies of an article.
type attack func(w *writer, victim string) string

var attacks = map[string]attack{
	"the whole beside other text": func(w *writer, victim string) string { return victim + "\n\n" + w.text(9*700) },
	"the whole beside as much":    func(w *writer, victim string) string { return victim + "\n\n" + w.text(9*1100) },
	"a paragraph": func(w *writer, victim string) string {
		words := strings.Fields(victim)
		return w.text(9*300) + "\n\n" + strings.Join(words[200:300], " ") + "\n\n" + w.text(9*300)
	},
	"the words of the sampled shingles": func(w *writer, victim string) string {
		s, _ := shingle.New(shingle.Options{})
		var t shingle.Text
		s.Shingle(&t, victim)
		words := strings.Fields(victim)
		var out []string
		for i, h := range t.Shingles {
			if h < math.MaxUint64/14 && i+5 <= len(words) {
				out = append(out, words[i:i+5]...)
			}
		}
		return strings.Join(out, " ") + "\n\n" + w.text(9*900)
	},
}

// Whatever somebody publishes, with few outlets or with many, copies of an article are
// found, and so are excerpts and copies in large frames: those that were there, and those
// that come.
func TestNobodyHidesCopies(t *testing.T) {
	for name, make := range attacks {
		for _, outlets := range []int{0, 1, 3, 20} { // 0: sites that are not known
			for _, docs := range []int{1, 16, 1000} {
				if testing.Short() && docs == 1000 { // the race detector finds nothing in what one goroutine adds
					continue
				}
				t.Run(fmt.Sprintf("%s/%d outlets/%d documents", name, outlets, docs), func(t *testing.T) {
					t.Parallel()
					for _, samplesOnly := range []bool{false, true} {
						found, all := 0, 0
						for seed := range uint64(max(1, min(4, 400/docs))) {
							f, n := hide(t, reprint.Options{SamplesOnly: samplesOnly}, make, outlets, docs, seed)
							found += f
							all += n
						}
						assert.GreaterOrEqual(t, float64(found)/float64(all), .95, "samples only: %v", samplesOnly)
					}
				})
			}
		}
	}
}

// hide plays the attacker, and returns how many copies of an article are in one cluster
// with it, and how many there are.
func hide(t *testing.T, o reprint.Options, make attack, outlets, docs int, seed uint64) (found, all int) {
	w := newWriter("en", seed)
	d, err := reprint.New(o)
	require.NoError(t, err)
	add := func(id, site, text string) {
		_, err := d.Add(t.Context(), reprint.Document{ID: id, Site: site, Text: text})
		require.NoError(t, err)
	}
	for i := range 50 {
		add(fmt.Sprint("other", i), fmt.Sprintf("paper%d.example", i%7), w.text(9*300))
	}
	victim := w.text(9 * 1000)
	words := strings.Fields(victim)
	copies := []string{
		victim, "Home News Sport\n\n" + victim, victim + " Edited by " + w.word() + ".", w.phrase(12) + "\n\n" + victim,
		strings.Join(words[:len(words)/2], " "), strings.Join(words[:len(words)*3/4], " "),
		w.text(9*300) + "\n\n" + victim, victim + "\n\n" + w.text(9*1000),
	}
	add("victim", "agency.example", victim)
	add("before", "paper1.example", copies[1])
	for n := range docs {
		site := ""
		if outlets > 0 {
			site = fmt.Sprintf("spam%d.example", n%outlets)
		}
		add(fmt.Sprint("attack", n), site, make(w, victim))
	}
	ids := []string{"before"}
	for i, text := range copies {
		id := fmt.Sprint("after", i)
		add(id, fmt.Sprintf("paper%d.example", 2+i), text)
		ids = append(ids, id)
	}
	for _, id := range ids {
		e, err := d.Explain("victim", id)
		require.NoError(t, err)
		if e.Together {
			found++
		}
	}
	return found, len(ids)
}
