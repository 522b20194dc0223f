package reprint_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

var secret = reprint.Key("sixteen bytes or more, at random")

// A key changes which shingles are looked up, and not what comes of it.
func TestKeyChangesNoCluster(t *testing.T) {
	files, err := filepath.Glob("testdata/articles/*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 24)
	for name, o := range map[string]reprint.Options{"default": {}, "figures": {ByFigures: true}, "samples": {SamplesOnly: true}} {
		t.Run(name, func(t *testing.T) {
			clustered := func(k reprint.Key) [][]string {
				o.Key = k
				d := detector(t, o)
				for _, name := range files {
					text, err := os.ReadFile(name)
					require.NoError(t, err)
					add(t, d, reprint.Document{ID: filepath.Base(name), Text: string(text)})
				}
				var all [][]string
				for c := range d.Clusters() {
					all = append(all, memberIDs(c))
				}
				return all
			}
			plain := clustered(nil)
			assert.Less(t, len(plain), len(files), "some are copies")
			assert.Equal(t, plain, clustered(secret))
			assert.Equal(t, plain, clustered(slices.Concat(secret, secret)))
		})
	}
}

// Who can compute which shingles of an article are looked up makes them boilerplate by a
// few words of each, with documents of unknown sites. Made without the key, they hit no
// more than chance does, one in fourteen, and hide nothing.
func TestFragmentsMadeWithoutTheKeyMiss(t *testing.T) {
	const name = "the words of the sampled shingles"
	for _, key := range []reprint.Key{nil, secret} {
		hit, sampled, found, all := 0, 0, 0, 0
		for seed := range uint64(8) {
			w := newWriter("en", seed)
			d := detector(t, reprint.Options{Key: key})
			victim := w.text(9 * 1000)
			excerpt := victim[:len(victim)*2/3]
			add(t, d, reprint.Document{ID: "victim", Text: victim})
			for n := range 20 {
				add(t, d, reprint.Document{ID: fmt.Sprint("attack", n), Text: attacks[name](w, victim)})
			}
			add(t, d, reprint.Document{ID: "excerpt", Text: excerpt})
			e, err := d.Explain("victim", "excerpt")
			require.NoError(t, err)
			hit, sampled, all = hit+e.SharedBoilerplate, sampled+e.SharedSample, all+1
			if e.Together {
				found++
			}
		}
		t.Logf("key %v: %d of %d sampled shingles hit, %d of %d excerpts found", key, hit, sampled, found, all)
		if share := float64(hit) / float64(sampled); len(key) == 0 {
			assert.Greater(t, share, .5)
			assert.Less(t, found, all)
		} else {
			assert.Less(t, share, .2)
			assert.Equal(t, all, found)
		}
	}
}

// The key costs nothing that is allocated for each document.
func TestKeyAllocatesNothing(t *testing.T) {
	text := newWriter("en", 1).text(4_500)
	allocated := func(k reprint.Key) float64 {
		d := detector(t, reprint.Options{Key: k})
		doc := reprint.Document{ID: "a", Text: text}
		least := math.Inf(1)
		for range 50 { // sync.Pool loses what it has at times; under the race detector, by chance
			least = min(least, testing.AllocsPerRun(1, func() { d.Query(doc) }))
		}
		return least
	}
	assert.LessOrEqual(t, allocated(secret), allocated(nil))
}

func TestKeyIsNotPrinted(t *testing.T) {
	o := reprint.Options{Key: secret}
	for _, format := range []string{"%v", "%+v", "%#v"} {
		assert.NotContains(t, fmt.Sprintf(format, o), fmt.Sprintf("%d", []byte(secret)[:4])[1:12])
		assert.NotContains(t, fmt.Sprintf(format, o), "sixteen")
	}
	_, err := reprint.New(reprint.Options{Key: secret[:15]})
	require.ErrorIs(t, err, reprint.ErrOptions)
	assert.NotContains(t, err.Error(), "sixteen")
}
