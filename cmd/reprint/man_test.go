package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every command has a page, which has its flags and keeps what stands indented in its
// help in lines, and the pages are the same each time.
func TestMan(t *testing.T) {
	first, second := filepath.Join(t.TempDir(), "man1"), t.TempDir()
	must(t, "", "man", first)
	must(t, "", "man", second)
	for _, name := range []string{"reprint", "reprint-cluster", "reprint-serve", "reprint-db-expire", "reprint-man"} {
		page, err := os.ReadFile(filepath.Join(first, name+".1"))
		require.NoError(t, err)
		again, err := os.ReadFile(filepath.Join(second, name+".1"))
		require.NoError(t, err)
		require.Equal(t, string(page), string(again))
		require.True(t, strings.HasPrefix(string(page), ".nh\n.TH "))
	}
	page, err := os.ReadFile(filepath.Join(first, "reprint-serve.1"))
	require.NoError(t, err)
	require.Contains(t, string(page), "--token-file")
	page, err = os.ReadFile(filepath.Join(first, "reprint.1"))
	require.NoError(t, err)
	require.Contains(t, string(page), "\n  FOLDER    all such files")
	require.Equal(t, exitUsage, call(t, "", "man").code)
}
