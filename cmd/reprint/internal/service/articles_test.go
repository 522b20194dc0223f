package service

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Two articles that have nothing in common.
var lighthouse, orchard = article(-1), article(-2)

// edited is a copy with a small edit.
func edited(article string) string { return article + " More of this tomorrow." }

// article makes up the article of a number: the same one for the same number.
func article(number int) string {
	r := rand.New(rand.NewPCG(uint64(number), 77))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	var out strings.Builder
	for range 12 {
		fmt.Fprintf(&out, "%s %s %s %d %s %s, %s the %s %s of %s. ",
			pick("The council", "A farmer", "The museum", "Her brother", "The choir", "A court"),
			pick("sold", "counted", "lost", "painted", "mended", "was promised"),
			pick("nearly", "some", "exactly", "more than", "fewer than"), r.IntN(9000),
			pick("blue", "broken", "borrowed", "wooden", "famous", "Danish"),
			pick("clocks", "boats", "letters", "geese", "ladders", "violins"),
			pick("to save", "despite", "because of", "in honour of", "before", "without"),
			pick("second", "northern", "forgotten", "municipal", "last", "narrow"),
			pick("bakery", "election", "canal", "library", "wedding", "flood"),
			pick("Ostrow", "Vell", "Kinbrae", "Sarno", "Lund Hill", "Parn"))
	}
	return out.String()
}
