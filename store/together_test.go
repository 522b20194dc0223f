package store_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/assert"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// Whatever runs while the store is closed, all ends: Check, a listing, which writes a
// checkpoint, and additions wait for locks in one order.
func TestCloseBesideAll(t *testing.T) {
	docs := newNews(3).documents(100)
	for round := range 12 {
		s := open(t, "store", store.Options{FS: vfs.NewMem(), Checkpoint: 3})
		assert.NoError(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{}))
		var all sync.WaitGroup
		begun := make(chan bool, 3)
		until := func(ended func(i int) error) {
			all.Go(func() {
				for i := 0; ; i++ {
					err := ended(i)
					if i == round || err != nil && i < round {
						begun <- true
					}
					if err != nil {
						assert.ErrorIs(t, err, store.ErrClosed)
						return
					}
				}
			})
		}
		until(func(int) error {
			problems, err := s.Check(t.Context())
			assert.Empty(t, problems)
			return err
		})
		until(func(i int) error {
			_, err := s.Add(t.Context(), reprint.Document{ID: fmt.Sprint("x", i), Text: "one two three four five six seven eight"})
			return err
		})
		until(func(int) error {
			for _, err := range s.Clusters() {
				return err
			}
			return nil
		})
		for range cap(begun) {
			<-begun
		}
		assert.NoError(t, s.Close())
		all.Wait()
	}
}
