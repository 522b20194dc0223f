package batch

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/engine"
)

func versionOfJob(t testing.TB, o engine.Options) string {
	s, err := newJob(t, o).Stage("version", nil)
	require.NoError(t, err)
	rows := through(t, s, []Row{{}})
	require.Len(t, rows, 1)
	require.Equal(t, byte(ofVersion), rows[0].Value[0])
	return string(rows[0].Value[1:])
}

// Rows may be saved for jobs with other options as long as these do not change them.
func TestVersion(t *testing.T) {
	texts := newWriter(3).collection(10)
	read := func(o engine.Options) (rows []Row) {
		s, err := newJob(t, o).Stage("sketches", nil)
		require.NoError(t, err)
		var in []Row
		for i := range texts {
			in = append(in, Row{Value: appendVersion([]byte{ofDocument}, &texts[i])})
		}
		return through(t, s, in)
	}
	version, rows := versionOfJob(t, engine.Options{}), read(engine.Options{})
	for name, o := range map[string]engine.Options{
		"containment": {Containment: .7}, "jaccard": {Jaccard: .1}, "overlap": {Overlap: .9},
		"figures": {ByFigures: true}, "same site": {SkipSameSite: true}, "window": {Window: 1}, "matches": {MaxMatches: 3},
	} {
		require.Equal(t, version, versionOfJob(t, o), name)
		require.Equal(t, rows, read(o), name)
	}
	for name, o := range map[string]engine.Options{
		"k": {K: 4}, "slots": {Slots: 256}, "seed": {Seed: 1}, "similarity": {Similarity: .9}, "recall": {Recall: .5},
		"samples": {SamplesOnly: true}, "key": {Key: engine.Key("a key of thirty-two bytes, or so.")},
	} {
		require.NotEqual(t, version, versionOfJob(t, o), name)
	}
}

// What is written of a version tells later ones what it was.
func TestGoldenVersion(t *testing.T) {
	require.Equal(t, goldenVersion, versionOfJob(t, engine.Options{}))
}

const goldenVersion = `{"Rows":3,"Scheme":{"Rules":{"ClustersVersion":2,"RelationsVersion":1,"ShinglesVersion":1,"ProseVersion":1,` +
	`"Scale":16,"Floor":48,"MinWords":15},"Options":{"K":5,"Method":0,"Slots":128,"Seed":0,"Similarity":0,"Recall":0,` +
	`"Containment":0,"Jaccard":0,"Overlap":0,"SamplesOnly":false,"ByFigures":false,"SkipSameSite":false,"Window":0,` +
	`"MaxMatches":0},"Bands":{"Rows":3,"Bands":35}}}`
