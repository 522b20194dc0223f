package store_test

import (
	"encoding/json"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/engine"
	"github.com/cbb30ed1/reprint/store"
)

// rescheme changes the scheme of a closed store.
func rescheme(t *testing.T, fs vfs.FS, change func(s map[string]map[string]any)) {
	raw(t, fs, func(db *pebble.DB) {
		b, closer, err := db.Get([]byte("mscheme"))
		require.NoError(t, err)
		var s map[string]map[string]any
		require.NoError(t, json.Unmarshal(b, &s))
		require.NoError(t, closer.Close())
		change(s)
		b, err = json.Marshal(s)
		require.NoError(t, err)
		require.NoError(t, db.Set([]byte("mscheme"), b, pebble.Sync))
	})
}

// A store that was made under other rules is refused in words that say which, also
// for reading only, and left as it is. Under its own rules it opens again.
func TestOtherRulesAreRefused(t *testing.T) {
	fs := vfs.NewMem()
	s := open(t, "store", store.Options{FS: fs})
	add(t, s, newNews(4).documents(8)...)
	want := collect(t, s.Clusters())
	shut(t, s)
	for rule, words := range map[string]string{
		"ClustersVersion":  "ClustersVersion is 7 in the store, and 2 in this version",
		"RelationsVersion": "RelationsVersion is 7 in the store, and 1 in this version",
		"ShinglesVersion":  "ShinglesVersion is 7 in the store, and 1 in this version",
		"ProseVersion":     "ProseVersion is 7 in the store, and 1 in this version",
		"Scale":            "Scale is 7 in the store, and 16 in this version",
		"Floor":            "Floor is 7 in the store, and 48 in this version",
		"MinWords":         "MinWords is 7 in the store, and 15 in this version",
	} {
		var own any
		rescheme(t, fs, func(s map[string]map[string]any) { own, s["Rules"][rule] = s["Rules"][rule], 7 })
		for _, o := range []store.Options{{}, {ReadOnly: true}, {Detector: reprint.Options{K: 5}}} {
			o.FS = fs
			_, err := store.Open("store", o)
			require.ErrorIs(t, err, store.ErrRules, rule)
			require.EqualError(t, err, "store: made under other rules: "+words+
				": open it with the version that made it, or make a new store and add the documents again")
		}
		rescheme(t, fs, func(s map[string]map[string]any) { s["Rules"][rule] = own })
	}
	s = open(t, "store", store.Options{FS: fs})
	require.Equal(t, want, collect(t, s.Clusters()))
	clean(t, s)
	shut(t, s)
}

// A scheme that is not complete, or cannot be, is damage; one that says more than
// this version knows is of a newer one.
func TestSchemesThatAreNotOurs(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s map[string]map[string]any)
		want   error
	}{
		"option lost":   {func(s map[string]map[string]any) { delete(s["Options"], "K") }, store.ErrCorrupt},
		"bad option":    {func(s map[string]map[string]any) { s["Options"]["K"] = 99 }, store.ErrCorrupt},
		"not a number":  {func(s map[string]map[string]any) { s["Options"]["K"] = "five" }, store.ErrCorrupt},
		"bands lost":    {func(s map[string]map[string]any) { delete(s, "Bands") }, store.ErrCorrupt},
		"rules lost":    {func(s map[string]map[string]any) { delete(s, "Rules") }, store.ErrRules},
		"option unread": {func(s map[string]map[string]any) { s["Options"]["Language"] = "en" }, store.ErrVersion},
		"part unread":   {func(s map[string]map[string]any) { s["Origins"] = map[string]any{} }, store.ErrVersion},
	} {
		t.Run(name, func(t *testing.T) {
			fs := vfs.NewMem()
			shut(t, open(t, "store", store.Options{FS: fs}))
			rescheme(t, fs, c.change)
			_, err := store.Open("store", store.Options{FS: fs})
			require.ErrorIs(t, err, c.want)
		})
	}
}

// The options of a new store are kept with their defaults, and with the rules.
func TestSchemeIsKept(t *testing.T) {
	fs := vfs.NewMem()
	o := reprint.Options{K: 4, Overlap: .5, SamplesOnly: true}
	shut(t, open(t, "store", store.Options{FS: fs, Detector: o}))
	want, err := engine.NewScheme(engine.Options(o))
	require.NoError(t, err)
	raw(t, fs, func(db *pebble.DB) {
		b, closer, err := db.Get([]byte("mscheme"))
		require.NoError(t, err)
		var got engine.Scheme
		require.NoError(t, json.Unmarshal(b, &got))
		require.NoError(t, closer.Close())
		require.Equal(t, want, got)
	})
}
