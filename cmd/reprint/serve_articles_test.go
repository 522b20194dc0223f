package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Articles, all invented.
const (
	lighthouse = `Keepers return to Skerrin light after forty years

The lighthouse on Skerrin Rock will have keepers again from the first of May, the coast board decided on Thursday, forty years after the last of them was taken off by boat and a clockwork relay lit the lamp in his place.

Two couples were chosen from more than three hundred who had applied. They will live on the rock for six weeks at a time, count seabirds for the university at Tarn, and wind the old fog bell by hand whenever the electric one fails, which it did eleven times last winter.

"A lamp can look after itself, but nobody was there when the landing stage went," said Maud Ferrier, who runs the board's northern district. "We heard of it from a lobsterman nine days later."

The work will cost some 210,000 crowns in its first year. Half of it comes from a fund for seafarers, the rest from letting the oil store to visitors in July and August.`

	observatory = `Village votes to switch off street lamps for its telescope

The people of Orsova Gap have voted by 214 to 97 to do without street lamps after eleven at night, so that the new telescope on the ridge above them can see fainter stars.

In return the observatory will pay for the bus to the valley, which the district had wanted to give up, and will open its dome to schools on the first Friday of each month. The mayor, Benedek Aron, called it a bargain: nobody had walked through the lower village at that hour since the tavern closed.

Not all were glad. The baker, who starts work at two, asked for a lantern at the bridge and will get one with a red glass, as red light does little harm to the plates.

The telescope, with a mirror of two metres, was brought up the old mule road in nineteen pieces. It is to look for small bodies beyond the outermost planet, and takes its first picture in the autumn.`

	orchard = `Frost takes half of the pears in the Lamme valley

Growers in the Lamme valley expect to lose half of their pears after three nights of frost in the week of Easter, their union said on Monday. In some low orchards by the river there is nothing left to pick.

Fires of straw and wet wood were lit between the rows, and in Oude Lamme a helicopter was hired to push warmer air down onto the blossom. It helped for one night and not for the next, when there was no warmer air to push.

The cold storage in Harsel, which takes in nine thousand tonnes in a good year, has told forty seasonal workers not to come. "We will need the spring of next year before we need them," its manager said.

Insurance covers hail but not frost for most of the growers. The union asks for a loan without interest, as there was after the drought, and for leave to plant hardier kinds on the land that is set aside.`

	ferryman = `The bridge at Dunmore Crossing closes on Sunday for the whole of the summer while its deck is taken up and its chains are looked at link by link. Until September a boat will carry people on foot, from six in the morning until the last train. Carts and cars have to go round by Estley, which adds an hour.`
)

// aPage is an article in the middle of a page that holds as much again.
func aPage(article string) string {
	return `The Tarn Gazette
Home | News | Tides | Letters | Jobs | Sign in
You are here: News

` + article + `

What our readers say

Old Tom, Tarn: I held my tongue when they took away the horse trough, and again when they took away the pump. If anybody lays a hand on the bench outside the post office I shall sit on it until they stop.

Hedda from the quay: My grandmother kept bees in the belfry and nobody minded except the sexton, who was stung. There is a photograph of it in the reading room, behind the stuffed otter.

A friend of order: Could whoever plays the cornet on the slipway please learn a second tune? We have had the first one since the middle of June, and the dog has begun to sing along.

Pim: Does anyone still have the recipe for the eel pie that they sold at the regatta? I have tried it with nutmeg, and that is not it. I will pay for a slice.

Most read today
Harbour dues rise again
Ten walks for a wet Sunday
Who left a piano on the pier?

About us | Privacy | Contact | Advertise with us
Sign up to our letter, which comes each morning at seven.`
}

// madeUp makes up the article of a number: the same one for the same number.
func madeUp(number int) string {
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
