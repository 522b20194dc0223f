package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

const (
	bridge = "The old swing bridge at Tarn Lock will be closed to all traffic from Monday, the canal office said. " +
		"Inspectors found cracks in two of the four bearings that carry the span. " +
		"Repairs are expected to take five weeks, and boats will have to wait for the tide."
	lantern = "Children of the primary school in Quill Street have built a lantern as tall as a house. " +
		"It is made of willow, paper and four thousand drops of glue, and it will be carried to the river on Saturday."
)

// example opens a store in a new folder.
func example() (s *store.Store, done func()) {
	dir, err := os.MkdirTemp("", "reprint-example-")
	if err != nil {
		panic(err)
	}
	s, err = store.Open(filepath.Join(dir, "news.reprint"), store.Options{})
	if err != nil {
		panic(err)
	}
	return s, func() {
		s.Close()
		os.RemoveAll(dir)
	}
}

func Example() {
	dir, err := os.MkdirTemp("", "reprint-example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	for range 2 { // the second time everything is there
		s, err := store.Open(filepath.Join(dir, "news.reprint"), store.Options{})
		if err != nil {
			panic(err)
		}
		for _, doc := range []reprint.Document{
			{ID: "gazette", Text: bridge, Metadata: map[string]string{"feed": "front"}},
			{ID: "portal", Text: "Menu\nLocal\nTraffic\n\n" + bridge},
		} {
			added, err := s.Add(ctx, doc)
			if err != nil {
				panic(err)
			}
			fmt.Println(doc.ID, "is in", added.Cluster, "with", added.Size, "at position", added.Position)
		}
		if err := s.Close(); err != nil {
			panic(err)
		}
	}
	// Output:
	// gazette is in gazette with 1 at position 1
	// portal is in gazette with 2 at position 2
	// gazette is in gazette with 2 at position 1
	// portal is in gazette with 2 at position 2
}

func ExampleStore_Query() {
	s, done := example()
	defer done()
	s.Add(context.Background(), reprint.Document{ID: "gazette", Text: bridge})
	for _, text := range []string{bridge[:150], lantern} {
		d, err := s.Query(reprint.Document{Text: text})
		if err != nil {
			panic(err)
		}
		if d.New() {
			fmt.Println("new")
		} else {
			fmt.Println(d.Relation, "of", d.Of, "in a cluster of", d.Size)
		}
	}
	// Output:
	// excerpt of gazette in a cluster of 1
	// new
}

// A copy of the clusters is kept in sync: first a snapshot, and then what was done after its
// position. Do the same when Follow ends with ErrTrimmed.
func ExampleStore_Snapshot() {
	s, done := example()
	defer done()
	ctx := context.Background()
	s.Add(ctx, reprint.Document{ID: "gazette", Text: bridge, Title: "Bridge closed"})

	snapshot, err := s.Snapshot()
	if err != nil {
		panic(err)
	}
	defer snapshot.Close()
	for c, err := range snapshot.Clusters() {
		if err != nil {
			panic(err)
		}
		for _, m := range c.Members {
			fmt.Printf("%s is in %s: %s\n", m.ID, c.ID, m.Title)
		}
	}

	s.Add(ctx, reprint.Document{ID: "portal", Text: bridge + " Log in to comment."})
	s.Add(ctx, reprint.Document{ID: "school", Text: lantern})
	for change, err := range s.Events(ctx, snapshot.Position+1) { // Follow waits for more
		if err != nil {
			panic(err)
		}
		for _, e := range change.Events {
			fmt.Println(change.Position, e.Kind, e.ID, "in", e.Cluster)
		}
	}
	// Output:
	// gazette is in gazette: Bridge closed
	// 2 joined portal in gazette
	// 3 alone school in school
}

// A store is copied while it is open, here or in another process, and the copy is opened as
// a store of its own.
func ExampleBackup() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	s, err := store.Open(filepath.Join(dir, "news.reprint"), store.Options{})
	if err != nil {
		panic(err)
	}
	defer s.Close()
	s.Add(ctx, reprint.Document{ID: "gazette", Text: bridge})

	position, err := store.Backup(ctx, filepath.Join(dir, "news.reprint"), filepath.Join(dir, "monday"), store.Options{})
	if err != nil {
		panic(err)
	}
	s.Add(ctx, reprint.Document{ID: "school", Text: lantern})

	monday, err := store.Open(filepath.Join(dir, "monday"), store.Options{})
	if err != nil {
		panic(err)
	}
	defer monday.Close()
	fmt.Println(position, monday.Len(), s.Len())
	// Output: 1 1 2
}
