//go:build unix

package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

const deployToken = "0123456789abcdef0123456789abcdef"

// The commands of the Dockerfile build a program, and start it as a service: what an
// engine would run is run here, with the paths of the image in a folder.
func TestDockerfile(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go tool")
	}
	if testing.Short() {
		t.Skip("it builds all anew, without cgo")
	}
	text, err := os.ReadFile("../../deploy/Dockerfile")
	require.NoError(t, err)
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	image := t.TempDir()
	inImage := func(path string) string { return filepath.Join(image, path) }
	require.NoError(t, os.MkdirAll(inImage("/run/secrets"), 0o700))
	require.NoError(t, os.WriteFile(inImage("/run/secrets/tokens"), []byte("# ours\n"+deployToken+"\n"), 0o600))
	work := ""
	var entry, args []string
	seen := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		seen[word]++
		switch word {
		case "FROM":
			if seen[word] == 1 {
				work, err := os.ReadFile("../../go.work")
				require.NoError(t, err)
				version := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindStringSubmatch(string(work))
				require.Equal(t, "golang:"+version[1]+" AS build", rest)
			}
		case "WORKDIR":
			work = rest
		case "COPY":
			fields := strings.Fields(rest)
			for len(fields) > 2 { // flags
				require.True(t, strings.HasPrefix(fields[0], "--"), line)
				fields = fields[1:]
			}
			if fields[0] == "." {
				require.Equal(t, ".", fields[1])
				continue // the folder is the clone
			}
			to := inImage(fields[1])
			require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
			require.NoError(t, os.Rename(inImage(fields[0]), to))
		case "RUN":
			require.Equal(t, "/src", work)
			cmd := exec.Command("sh", "-ec", strings.ReplaceAll(rest, "/out", inImage("/out")))
			cmd.Dir, cmd.Env = root, append(os.Environ(), "GOWORK=", "GOFLAGS=-p=2")
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s\n%s", rest, out)
		case "ENTRYPOINT":
			require.NoError(t, json.Unmarshal([]byte(rest), &entry))
		case "CMD":
			require.NoError(t, json.Unmarshal([]byte(rest), &args))
		case "USER":
			require.NotContains(t, rest, "root")
			require.NotEqual(t, byte('0'), rest[0])
		case "VOLUME", "EXPOSE":
		default:
			t.Fatalf("an instruction that this test does not know: %s", line)
		}
	}
	require.Equal(t, 2, seen["RUN"])
	require.Len(t, entry, 1)
	for i, arg := range args {
		if strings.HasPrefix(arg, "/") {
			args[i] = inImage(arg)
		}
		args[i] = strings.ReplaceAll(args[i], ":8080", ":0")
	}
	serves(t, inImage(entry[0]), args)
}

// The unit starts the service with flags that there are.
func TestSystemdUnit(t *testing.T) {
	text, err := os.ReadFile("../../deploy/reprint.service")
	require.NoError(t, err)
	if tool, err := exec.LookPath("systemd-analyze"); err == nil {
		out, err := exec.Command(tool, "verify", "../../deploy/reprint.service").CombinedOutput()
		if err != nil {
			t.Logf("systemd-analyze verify: %v\n%s", err, out) // also where the program is not installed
		}
	}
	m := regexp.MustCompile(`(?m)^ExecStart=(.*)$`).FindAllStringSubmatch(string(text), -1)
	require.Len(t, m, 1)
	require.Contains(t, string(text), "\nLoadCredential=tokens:")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "tokens"), []byte(deployToken+"\n"), 0o600))
	line := strings.NewReplacer("${STATE_DIRECTORY}", dir, "${CREDENTIALS_DIRECTORY}", dir, ":8080", ":0").Replace(m[0][1])
	fields := strings.Fields(line)
	require.Equal(t, "/usr/local/bin/reprint", fields[0])
	self, err := os.Executable()
	require.NoError(t, err)
	serves(t, self, fields[1:])
}

// serves runs a program that is the service, with the token of deployment.
func serves(t *testing.T, program string, args []string) {
	p := began(t, exec.Command(program, args...))
	r, err := http.NewRequest("GET", strings.Replace(p.url, "[::]", "127.0.0.1", 1)+"/clusters", nil)
	require.NoError(t, err)
	for want, token := range map[int]string{http.StatusOK: deployToken, http.StatusUnauthorized: "another"} {
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := p.client.Do(r)
		require.NoError(t, err)
		answer.Body.Close()
		require.Equal(t, want, answer.StatusCode)
	}
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	code, log := p.ended()
	require.Equal(t, exitDone, code, log)
}
