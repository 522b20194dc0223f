package reprint_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
)

// Users see relations by name: no answer holds the number of a verdict.
func TestNoVerdictsInAnswers(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(of reflect.Type)
	walk = func(of reflect.Type) {
		if seen[of] {
			return
		}
		seen[of] = true
		require.NotEqual(t, reflect.TypeFor[cluster.Verdict](), of)
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			walk(of.Elem())
		case reflect.Struct:
			for i := range of.NumField() {
				walk(of.Field(i).Type)
			}
		}
	}
	for _, answer := range []any{
		reprint.Match{}, reprint.Added{}, reprint.Cluster{}, reprint.Comparison{}, reprint.Explanation{}, reprint.Event{},
	} {
		walk(reflect.TypeOf(answer))
	}
	require.True(t, seen[reflect.TypeFor[reprint.Member]()])
	require.True(t, seen[reflect.TypeFor[reprint.Figures]()])
}
