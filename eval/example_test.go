package eval_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/cbb30ed1/reprint/eval"
)

func Example() {
	want, err := eval.ReadLabels(strings.NewReader(`
		{"id": "daily/storm",   "cluster": "storm"}
		{"id": "wire/storm",    "cluster": "storm"}
		{"id": "herald/storm",  "cluster": "storm"}
		{"id": "daily/budget",  "cluster": "budget"}
		{"id": "herald/budget", "cluster": "budget"}`))
	if err != nil {
		log.Fatal(err)
	}
	got := map[string]string{
		"daily/storm": "wire/storm", "wire/storm": "wire/storm",
		"herald/storm": "herald/storm",
		"daily/budget": "daily/budget", "herald/budget": "daily/budget",
	}
	s, err := eval.Clusters(want, got)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d documents, %d clusters of %d wanted\n", s.Documents, s.GotClusters, s.WantClusters)
	fmt.Printf("pairs %.2f right, %.2f found; B³ %.2f; ARI %.2f\n", s.Precision, s.Recall, s.B3, s.ARI)
	// Output:
	// 5 documents, 3 clusters of 2 wanted
	// pairs 1.00 right, 0.50 found; B³ 0.85; ARI 0.55
}

func ExamplePairRecall() {
	listed := []eval.ListedPair{
		{A: "wire/storm", B: "daily/storm", Jaccard: .93, Containment: .97},
		{A: "wire/storm", B: "herald/storm", Jaccard: .31, Containment: .88},
	}
	found := eval.SameCluster(map[string]string{"wire/storm": "1", "daily/storm": "1", "herald/storm": "2"})
	for _, row := range eval.PairRecall(listed, found) {
		fmt.Printf("%d of %d %s\n", row.Found, row.Pairs, row.Name)
	}
	// Output:
	// 1 of 1 jaccard>=0.8
	// 1 of 1 jaccard>=0.5
	// 0 of 1 containment>=0.8,jaccard<0.5
}
