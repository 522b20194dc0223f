package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFind(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rules.go")
	require.NoError(t, os.WriteFile(file, []byte("package p\n\n// many is many.\nconst many = 8\n\nconst (\n\tshare = .5\n\thalf = many / 2\n)\n"), 0o666))
	found, err := find(file, constants)
	require.NoError(t, err)
	var got []string
	for _, m := range found {
		got = append(got, m.name+" "+m.is+" "+m.made)
		_, err := parser.ParseFile(token.NewFileSet(), file, m.source, 0)
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"many 8 7", "many 8 9", "share .5 0.475", "share .5 0.525", "half many / 2 3", "half many / 2 5"}, got)
	assert.Contains(t, string(found[5].source), "half = 5\n")
	assert.Contains(t, string(found[5].source), "many = 8\n")

	for _, content := range []string{"package p\n", "package p\n\nconst name = \"x\"\n", "package p\n\nconst a = b\n", "package p\n\nconst (\n\ta = iota\n\tb\n)\n"} {
		require.NoError(t, os.WriteFile(file, []byte(content), 0o666))
		_, err := find(file, constants)
		assert.Error(t, err, content)
	}
}

// The files that are looked at when nothing else is said have what is looked for.
func TestFindsTheRules(t *testing.T) {
	names := func(ms []mutation, err error) (names []string) {
		require.NoError(t, err)
		for _, m := range ms {
			names = append(names, m.name)
		}
		return names
	}
	assert.Subset(t, names(find("../../cluster/rules.go", constants)), []string{"slack", "coreShrinks", "manyPages", "fewCommon"})
	assert.Subset(t, names(find("../../cluster/options.go", tableOfDefaults)), []string{"Options.Containment", "Options.Overlap", "Options.Floor"})
}
