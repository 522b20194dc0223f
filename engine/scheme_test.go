package engine

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/minhash"
	"github.com/cbb30ed1/reprint/shingle"
)

// A store keeps these bytes, and refuses others. A changed default changes what new
// stores do; a changed version or rule makes old stores refuse to open. Neither may
// happen by accident.
func TestSchemeIsGolden(t *testing.T) {
	s, err := NewScheme(Options{})
	require.NoError(t, err)
	b, err := json.Marshal(s)
	require.NoError(t, err)
	require.Equal(t, `{"Rules":{"ClustersVersion":2,"RelationsVersion":1,"ShinglesVersion":1,"ProseVersion":1,`+
		`"Scale":16,"Floor":48,"MinWords":15},`+
		`"Options":{"K":5,"Method":0,"Slots":128,"Seed":0,"Similarity":0.5,"Recall":0.99,`+
		`"Containment":0.5,"Jaccard":0,"Overlap":0.6,"SamplesOnly":false,"ByFigures":false,`+
		`"SkipSameSite":false,"Window":0,"MaxMatches":16},"Bands":{"Rows":3,"Bands":35}}`, string(b))
	var back Scheme
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, s, back)
	require.Equal(t, s.Rules, CurrentRules())
}

// Every option of the packages below is in the scheme, but for those that change no
// answer. An option that is added there fails this test until its place is chosen.
func TestSchemeSaysEverything(t *testing.T) {
	var has []string
	for _, part := range []any{Options{}, Rules{}, minhash.Bands{}} {
		for i := range reflect.TypeOf(part).NumField() {
			has = append(has, reflect.TypeOf(part).Field(i).Name)
		}
	}
	for _, c := range []struct {
		of     any
		others []string
	}{
		{cluster.Options{}, []string{"Cache", "NewJudge", "_"}}, // a judge is asked unless ByFigures is set
		{minhash.Scheme{}, []string{"_"}},
		{minhash.TuneOptions{}, []string{"Threshold", "Pairs", "_"}}, // Threshold is Similarity; Pairs choose nothing
		{shingle.Options{}, []string{"_"}},
	} {
		of := reflect.TypeOf(c.of)
		for i := range of.NumField() {
			name := of.Field(i).Name
			require.True(t, slices.Contains(has, name) || slices.Contains(c.others, name), "%v.%s", of, name)
		}
	}
}

// Every option changes the scheme, and a complete one is taken as it is.
func TestOptionsAreInTheScheme(t *testing.T) {
	plain, err := NewScheme(Options{})
	require.NoError(t, err)
	o := Options{
		K: 4, Method: minhash.Classic, Slots: 64, Seed: 1, Similarity: .6, Recall: .9,
		Containment: .4, Jaccard: .1, Overlap: .7, SamplesOnly: true, ByFigures: true, SkipSameSite: true,
		Window: time.Hour, MaxMatches: 3, Key: secret,
	}
	for i := range reflect.TypeOf(o).NumField() {
		var one Options
		field, name := reflect.ValueOf(o).Field(i), reflect.TypeOf(o).Field(i).Name
		require.False(t, field.IsZero(), name)
		reflect.ValueOf(&one).Elem().Field(i).Set(field)
		s, err := NewScheme(one)
		require.NoError(t, err, name)
		require.NotEqual(t, plain.Options, s.Options, name)
		again, err := s.Options.WithDefaults()
		require.NoError(t, err)
		require.Equal(t, s.Options, again, name)
	}
	for name, o := range map[string]Options{
		"K": {K: 65}, "Method": {Method: 9}, "Recall": {Recall: 2}, "Overlap": {Overlap: 2},
	} {
		_, err := NewScheme(o)
		require.Error(t, err, name)
		_, err = New(o)
		require.Error(t, err, name)
	}
}

// Open takes a scheme only if this version would make it.
func TestOpenRefusesOtherSchemes(t *testing.T) {
	good, err := NewScheme(Options{})
	require.NoError(t, err)
	for name, change := range map[string]func(s *Scheme){
		"rules":      func(s *Scheme) { s.Rules.Floor = 32 },
		"default":    func(s *Scheme) { s.Options.Slots = 0 },
		"bad option": func(s *Scheme) { s.Options.K = 99 },
		"no bands":   func(s *Scheme) { s.Bands.Bands = 0 },
		"bands":      func(s *Scheme) { s.Bands.Rows = 4 }, // 35 of 4 rows need 140 slots
		"nothing":    func(s *Scheme) { *s = Scheme{} },
	} {
		s := good
		change(&s)
		_, err := Open(s, nil, 0) // it does not come to the storage
		require.ErrorIs(t, err, ErrScheme, name)
	}
}
