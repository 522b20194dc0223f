package cluster

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The table against a map.
func TestIDs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	table := newIDs()
	var docs slots[document]
	known := map[string]*document{}
	for range 60_000 {
		id := fmt.Sprint(rng.IntN(40_000))
		d := known[id]
		require.True(t, d == table.find(id, docs), id)
		if d != nil {
			table.remove(d)
			docs.set(d.number, nil)
			delete(known, id)
		} else {
			d = &document{id: id, number: uint32(len(docs))}
			docs.set(d.number, d)
			table.add(d)
			known[id] = d
		}
		require.Equal(t, len(known), table.count)
	}
	for id, d := range known {
		table.remove(d)
		require.Nil(t, table.find(id, docs))
	}
	require.Len(t, table.slots, fewestIDs)
}
