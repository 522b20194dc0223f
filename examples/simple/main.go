// Command simple shows the least that a program must do: make a detector, add
// documents, and look at the answers. It is the example of README.md.
package main

import (
	"context"
	"fmt"

	"github.com/cbb30ed1/reprint"
)

func main() {
	detector, err := reprint.New(reprint.Options{})
	if err != nil {
		panic(err)
	}
	story := "A night ferry ran onto a sandbank off Marrow Point on Sunday. All ninety passengers were taken off by lifeboat before dawn, and nobody was hurt."
	for _, doc := range []reprint.Document{
		{ID: "agency", Text: story},
		{ID: "paper", Text: "Home\nSport\nWeather\n\n" + story + "\n\nShare this\nMost read"},
		{ID: "other", Text: "The town council voted on Monday to plant four hundred lime trees along the old canal before the end of the winter."},
	} {
		added, err := detector.Add(context.Background(), doc)
		if err != nil {
			panic(err)
		}
		fmt.Println(doc.ID, "carries the article of", added.Cluster)
	}
}
