package reprint_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The bounds of what one place may hold, so that a newcomer can read it at once.
// Lines are those of files without tests that are not blank.
const (
	mostPackageLines = 4000
	mostFileLines    = 500
	mostFields       = 15
)

// TestRooms keeps packages, files and types of the whole repository within their
// bounds. Options, counts and command lines are lists of what a user can set or
// read, and may have more fields; so may types of bench, which is never released.
func TestRooms(t *testing.T) {
	packages := map[string]int{}
	err := filepath.WalkDir(".", func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if n := e.Name(); file != "." && (n[0] == '.' || n == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ParseComments)
		if err != nil || ast.IsGenerated(parsed) {
			return err
		}
		lines := 0
		for line := range strings.Lines(string(text)) {
			if strings.TrimSpace(line) != "" {
				lines++
			}
		}
		assert.LessOrEqual(t, lines, mostFileLines, file)
		packages[filepath.Dir(file)] += lines
		ast.Inspect(parsed, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && !isList(spec.Name.Name) && !strings.HasPrefix(file, "bench") {
				if s, ok := spec.Type.(*ast.StructType); ok {
					assert.LessOrEqual(t, s.Fields.NumFields(), mostFields, "%s: type %s", file, spec.Name.Name)
				}
			}
			return true
		})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(packages), 10)
	for folder, lines := range packages {
		assert.LessOrEqual(t, lines, mostPackageLines, folder)
	}
}

func isList(name string) bool {
	for _, suffix := range []string{"Options", "options", "Stats", "Scheme", "Explanation", "Line", "Evidence"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}
