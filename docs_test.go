package reprint_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every file, folder and test that ARCHITECTURE.md names is there.
func TestArchitectureNames(t *testing.T) {
	tests, files := map[string]bool{}, map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	require.NoError(t, filepath.WalkDir(".", func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && e.Name() == ".git" {
			return filepath.SkipDir
		}
		slashed := filepath.ToSlash(file)
		files[slashed], files[e.Name()] = true, true
		if parent := filepath.Base(filepath.Dir(file)); parent != "." {
			files[parent+"/"+e.Name()] = true
		}
		if strings.HasSuffix(file, "_test.go") {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
				tests[m[1]] = true
			}
		}
		return nil
	}))
	text, err := os.ReadFile("ARCHITECTURE.md")
	require.NoError(t, err)
	page, seen := slashN(text), 0
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(page, -1) {
		switch name := m[1]; {
		case regexp.MustCompile(`^(Test|Fuzz)\w+$`).MatchString(name):
			require.True(t, tests[name], "ARCHITECTURE.md names the test %s", name)
			seen++
		case regexp.MustCompile(`^[\w./]+\.(go|md)$`).MatchString(name), regexp.MustCompile(`^\w+(/\w+)+$`).MatchString(name):
			require.True(t, files[name], "ARCHITECTURE.md names the file %s", name)
			seen++
		}
	}
	require.Greater(t, seen, 50)
	for _, m := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(page, -1) {
		require.True(t, files[m[1]], "ARCHITECTURE.md links to %s", m[1])
	}
}
