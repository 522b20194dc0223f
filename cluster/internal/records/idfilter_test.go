package records

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// An idView is a view of ids only.
type idView struct {
	View
	ids  map[string]bool
	fail error
}

func (v *idView) Scan(_, _ []byte, visit func(key, value []byte) error) error {
	for id := range v.ids {
		if err := visit(idKey(id), nil); err != nil {
			return err
		}
	}
	return v.fail
}

// Whatever comes and goes between checkpoints and while they are written, an id that the view
// has or that is there is known, and most others are not, however many there have been.
func TestKnownIDs(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 5))
		var k knownIDs
		there := map[string]bool{}
		k.filter.Store(filterOf(&idView{}, 0))
		change := func(changed map[string]uint32) {
			for range rng.IntN(400) {
				id := fmt.Sprint(rng.IntN(2000))
				if there[id] {
					delete(there, id)
					changed[id] = noDocument
					continue
				}
				there[id], changed[id] = true, 1
				k.add(id)
			}
		}
		for range 40 {
			change(map[string]uint32{})
			k.beginCheckpoint(len(there))
			view := &idView{ids: maps.Clone(there)}
			if rng.IntN(8) == 0 {
				view.fail = errors.New("damaged")
			}
			changed := map[string]uint32{}
			change(changed)
			k.readView(view)
			change(changed)
			k.endCheckpoint(changed)
			unknown := 0
			for _, ids := range []map[string]bool{there, view.ids} {
				for id := range ids {
					if !k.has(id) {
						unknown++
					}
				}
			}
			require.Zero(t, unknown)
		}
		k.beginCheckpoint(len(there))
		k.readView(&idView{ids: there})
		k.endCheckpoint(nil)
		wrong := 0
		for i := range 1000 {
			if k.has(fmt.Sprint("another", i)) {
				wrong++
			}
		}
		require.Less(t, wrong, 100)
		require.LessOrEqual(t, k.filter.Load().added, k.filter.Load().room)
	}
}

// Where ids cannot be read, or the index has refused one, any may be there.
func TestAnyIDIsKnown(t *testing.T) {
	t.Parallel()
	var k knownIDs
	require.True(t, k.has("nobody"))
	k.filter.Store(filterOf(&idView{fail: errors.New("damaged")}, 3))
	require.True(t, k.has("nobody"))
	k.add("somebody")
	k.filter.Store(newIDFilter(0))
	require.False(t, k.has("nobody"))
	d := &inStorage{}
	d.known.filter.Store(newIDFilter(0))
	d.known.wanted = 1
	d.known.readView(&idView{})
	d.refuse()
	d.known.endCheckpoint(nil)
	require.True(t, d.known.has("nobody"))
}

// Others may ask while one adds.
func TestKnownIDsBesideOthers(t *testing.T) {
	t.Parallel()
	f := newIDFilter(1000)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for i := range 1000 {
				f.has(fmt.Sprint(i))
			}
		})
	}
	for i := range 1000 {
		f.add(fmt.Sprint(i))
	}
	all.Wait()
	for i := range 1000 {
		require.True(t, f.has(fmt.Sprint(i)))
	}
}
