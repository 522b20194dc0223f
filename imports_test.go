package reprint_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module   = "github.com/cbb30ed1/reprint"
	internal = module + "/cluster/internal/"
)

// mayImport names, for each folder of the library, the packages of the project
// that it may import. A folder that is not listed fails the test: its place
// has to be chosen.
var mayImport = map[string][]string{
	"shingle":       {module + "/internal/cpu"},
	"minhash":       {module + "/internal/cpu"},
	"eval":          {},
	"cluster":       {module + "/minhash", internal + "bitset", internal + "events", internal + "hits", internal + "holders", internal + "join", internal + "kinds", internal + "known", internal + "likeness", internal + "postings", internal + "records", internal + "sequences", internal + "sets"},
	"passage":       {module + "/shingle"},
	"cluster/batch": {module + "/cluster", module + "/engine", internal + "join", internal + "postings", internal + "records"},
	"engine":        {module + "/cluster", module + "/minhash", module + "/passage", module + "/shingle"},
	"origin":        {module + "/passage", module + "/shingle"},
	".":             {module + "/engine", module + "/cluster", module + "/minhash", module + "/origin", module + "/passage", module + "/shingle"},
	"outlets":       {module},
	"report":        {module, module + "/origin", module + "/outlets", module + "/passage", module + "/shingle"},

	"internal/cpu": {},

	"cluster/internal/bitset":    {},
	"cluster/internal/compact":   {},
	"cluster/internal/events":    {internal + "kinds", internal + "records"},
	"cluster/internal/hits":      {},
	"cluster/internal/holders":   {internal + "postings", internal + "records"},
	"cluster/internal/join":      {internal + "compact", internal + "hits", internal + "holders", internal + "postings", internal + "records", internal + "sets"},
	"cluster/internal/kinds":     {},
	"cluster/internal/known":     {internal + "records"},
	"cluster/internal/likeness":  {internal + "records", internal + "sequences", internal + "sets"},
	"cluster/internal/sequences": {internal + "compact"},
	"cluster/internal/sets":      {internal + "compact"},
	"cluster/internal/postings":  {internal + "bitset"},
	"cluster/internal/records":   {internal + "bitset", internal + "compact", internal + "postings", internal + "sequences", internal + "sets"},
}

// Programs may import anything, and so may modules of their own.
const programs = "examples"

// The modules that the library may need, and those that its tests may.
var (
	libraryNeeds = []string{"github.com/dgryski/go-minhash", "github.com/cespare/xxhash/v2", "golang.org/x/net", "golang.org/x/text"}
	testsNeed    = []string{"github.com/stretchr/testify"}
)

// Imports point one way: text and sketches do not know each other, clusters
// know sketches, the engine joins all of these, the root is made of the engine, and
// programs know the root.
func TestImports(t *testing.T) {
	seen := map[string]int{}
	err := filepath.WalkDir(".", func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if file == "." {
				return nil
			}
			if n := e.Name(); n[0] == '.' || n[0] == '_' || n == "testdata" || file == programs {
				return fs.SkipDir
			}
			if _, err := os.Stat(filepath.Join(file, "go.mod")); err == nil {
				return fs.SkipDir // a module of its own
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		folder := filepath.ToSlash(filepath.Dir(file))
		allowed, known := mayImport[folder]
		require.True(t, known, "%s: no order of imports is set for this folder", file)
		test := strings.HasSuffix(file, "_test.go")
		if !test {
			seen[folder]++
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			switch {
			case within(p, module):
				self := path.Join(module, folder)
				require.True(t, slices.Contains(allowed, p) || test && p == self, "%s imports %s", file, p)
			case strings.Contains(strings.SplitN(p, "/", 2)[0], "."):
				ok := slices.ContainsFunc(libraryNeeds, func(m string) bool { return within(p, m) }) ||
					test && slices.ContainsFunc(testsNeed, func(m string) bool { return within(p, m) })
				require.True(t, ok, "%s imports %s, which the library is to do without", file, p)
			}
		}
		return nil
	})
	require.NoError(t, err)
	for folder := range mayImport {
		require.NotZero(t, seen[folder], "%s: no file was looked at", folder)
	}
}

func within(p, module string) bool { return p == module || strings.HasPrefix(p, module+"/") }
