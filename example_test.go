package reprint_test

import (
	"context"
	"fmt"
	"time"

	"github.com/cbb30ed1/reprint"
)

const (
	bridge = "The old swing bridge at Tarn Lock will be closed to all traffic from Monday, the canal office said. " +
		"Inspectors found cracks in two of the four bearings that carry the span. " +
		"Repairs are expected to take five weeks, and boats will have to wait for the tide. " +
		"A bus will take people on foot around by the mill road every half hour."
	lantern = "Children of the primary school in Quill Street have built a lantern as tall as a house. " +
		"It is made of willow, paper and four thousand drops of glue, and it will be carried to the river on Saturday. " +
		"The fire brigade will walk beside it, just in case."
)

func Example() {
	detector, err := reprint.New(reprint.Options{})
	if err != nil {
		panic(err)
	}
	for _, doc := range []reprint.Document{
		{ID: "gazette", Text: bridge},
		{ID: "portal", Text: "Menu\nLocal\nTraffic\n\n" + bridge + "\n\nComments (3)\nLog in"},
		{ID: "school", Text: lantern},
	} {
		added, err := detector.Add(context.Background(), doc)
		if err != nil {
			panic(err)
		}
		fmt.Println(doc.ID, "carries the article of", added.Cluster)
		for _, m := range added.Matches {
			fmt.Printf("  %s of %s: Jaccard %.2f, %.2f of it there, %.2f of that here\n",
				m.Relation, m.ID, m.Jaccard, m.ContainmentA, m.ContainmentB)
		}
	}
	// Output:
	// gazette carries the article of gazette
	// portal carries the article of gazette
	//   copy of gazette: Jaccard 0.89, 0.89 of it there, 1.00 of that here
	// school carries the article of school
}

func ExampleDetector_Query() {
	detector, _ := reprint.New(reprint.Options{})
	detector.Add(context.Background(), reprint.Document{ID: "gazette", Text: bridge})

	// Have we seen this? Nothing is kept of it.
	decision, err := detector.Query(reprint.Document{Text: bridge[:200]})
	if err != nil {
		panic(err)
	}
	fmt.Println(decision.Relation, "of", decision.Of)
	fmt.Println(detector.Len())
	// Output:
	// excerpt of gazette
	// 1
}

func ExampleDetector_Add_events() {
	detector, _ := reprint.New(reprint.Options{})
	eight := time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)
	for _, doc := range []reprint.Document{
		{ID: "portal", Text: bridge, Published: eight.Add(time.Hour)},
		{ID: "gazette", Text: bridge, Published: eight}, // fetched later, published earlier
	} {
		added, _ := detector.Add(context.Background(), doc)
		for _, e := range added.Events {
			fmt.Println(e.Kind, e.ID, e.From, e.Cluster)
		}
	}
	// Output:
	// alone portal  portal
	// canonical  portal gazette
	// joined gazette  gazette
}

func ExampleDetector_Clusters() {
	detector, _ := reprint.New(reprint.Options{})
	detector.Add(context.Background(), reprint.Document{ID: "gazette", Text: bridge})
	detector.Add(context.Background(), reprint.Document{ID: "portal", Text: "By our own reporter\n\n" + bridge})
	detector.Add(context.Background(), reprint.Document{ID: "school", Text: lantern})
	for c := range detector.Clusters() {
		fmt.Println(c.ID)
		for _, m := range c.Members[1:] {
			fmt.Println("  ", m.ID, "is a", m.Relation, "of", m.Of)
		}
	}
	// Output:
	// gazette
	//    portal is a copy of gazette
	// school
}

func ExampleDetector_Explain() {
	detector, _ := reprint.New(reprint.Options{})
	detector.Add(context.Background(), reprint.Document{ID: "gazette", Text: bridge})
	detector.Add(context.Background(), reprint.Document{ID: "school", Text: lantern})
	e, _ := detector.Explain("gazette", "school")
	fmt.Println(e.Together, e.Why)
	// Output: false they share nothing
}

func ExamplePreset() {
	options, err := reprint.Preset("noisy")
	if err != nil {
		panic(err)
	}
	options.Window = 72 * time.Hour // presets are a start
	detector, err := reprint.New(options)
	fmt.Println(options.K, detector.Len(), err)

	_, err = reprint.Preset("loud")
	fmt.Println(err)
	// Output:
	// 3 0 <nil>
	// reprint: bad options: no preset is called "loud", want "default", "noisy" or "strict"
}
