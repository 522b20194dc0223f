package records

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The ids against a map.
func TestIDs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	table := newIDs()
	docs := &memory[Document]{}
	known := map[string]*Document{}
	for range 60_000 {
		id := fmt.Sprint(rng.IntN(40_000))
		d := known[id]
		require.True(t, d == table.find(id, docs.Get), id)
		if d != nil {
			table.remove(d)
			docs.Delete(d.Number)
			delete(known, id)
		} else {
			d = &Document{ID: id, Number: uint32(docs.Len())}
			docs.Put(d.Number, d)
			table.add(d)
			known[id] = d
		}
		require.Equal(t, len(known), table.count)
	}
	for id, d := range known {
		table.remove(d)
		require.Nil(t, table.find(id, docs.Get))
	}
	require.Len(t, table.slots, fewestIDs)
}
