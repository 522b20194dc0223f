//go:build unix

package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// The commands of docs/service.md run as they stand there, but for the port, and print
// what it shows.
func TestServiceReadme(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl")
	}
	readme, err := os.ReadFile("../../docs/service.md")
	require.NoError(t, err)
	p := serve(t, t.TempDir())
	var out []string // of each block
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$").FindAllStringSubmatch(string(readme), -1) {
		switch language, text := m[1], m[2]; {
		case language == "sh" && strings.HasPrefix(text, "curl "):
			cmd := exec.Command("sh", "-ec", strings.ReplaceAll(text, "localhost:8080", strings.TrimPrefix(p.url, "http://")))
			cmd.Dir = "../.."
			cmd.Env = append(os.Environ(), "NO_PROXY=*")
			shown, err := cmd.Output()
			require.NoError(t, err, text)
			out = append(out, string(shown))
		case language == "json":
			require.Equal(t, text, out[len(out)-1])
		}
	}
	require.Len(t, out, 3)
	require.Len(t, parsed[decided](t, out[1]), 9)
	require.Equal(t, 2, strings.Count(out[1], `"status":400`))
	require.Contains(t, out[2], `"relation":"excerpt"`)
	require.Contains(t, out[2], `"position":9`)
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	code, log := p.ended()
	require.Equal(t, exitDone, code, log)
}
