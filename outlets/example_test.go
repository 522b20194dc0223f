package outlets_test

import (
	"context"
	"fmt"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/outlets"
)

func Example() {
	detector, _ := reprint.New(reprint.Options{})
	eight := time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)
	story := "A night ferry ran onto a sandbank off Marrow Point on Sunday. All ninety passengers were taken off by lifeboat before dawn, and nobody was hurt."
	for i, site := range []string{"gazette.example", "portal.example", "herald.example"} {
		detector.Add(context.Background(), reprint.Document{ID: site, Text: story, Site: site, Published: eight.Add(time.Duration(i) * time.Hour)})
	}
	var table outlets.Table
	for c := range detector.Clusters() {
		table.Add(c)
	}
	for _, o := range table.Outlets() {
		fmt.Printf("%s: %d of its own, %d taken (%v)\n", o.Outlet, o.Own, o.Taken, o.TakenFrom)
	}
	// Output:
	// gazette.example: 1 of its own, 0 taken ()
	// herald.example: 0 of its own, 1 taken (gazette.example 1)
	// portal.example: 0 of its own, 1 taken (gazette.example 1)
}
