package reprint_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A block is a piece of code in README.md.
type block struct{ language, text string }

func readmeBlocks(t *testing.T) (blocks []block) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$").FindAllStringSubmatch(slashN(readme), -1) {
		blocks = append(blocks, block{m[1], m[2]})
	}
	return blocks
}

// slashN undoes what a checkout on Windows may have done to line ends.
func slashN(b []byte) string { return strings.ReplaceAll(string(b), "\r\n", "\n") }

// find returns the only block of a language that holds a word.
func find(t *testing.T, language, word string) string {
	var found []string
	for _, b := range readmeBlocks(t) {
		if b.language == language && strings.Contains(b.text, word) {
			found = append(found, b.text)
		}
	}
	require.Len(t, found, 1, "blocks of %s in README.md with %q", language, word)
	return found[0]
}

// command returns a command of the go tool, which it skips the test without.
func command(t *testing.T, dir, line string, env ...string) *exec.Cmd {
	args := strings.Fields(line)
	require.Equal(t, "go", args[0], "only the go tool is needed")
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("there is no go tool")
	}
	cmd := exec.Command(tool, args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	return cmd
}

func output(t *testing.T, cmd *exec.Cmd) string {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s\n%s%s", cmd, out, &stderr)
	return slashN(out)
}

// The first command puts the articles into the clusters of their labels, and
// prints what the README shows.
func TestReadmeFirstCommand(t *testing.T) {
	// The go tool sees no file that only the command reads. Walking over them
	// here keeps it from answering out of its cache after they have changed.
	for _, folder := range []string{"cmd", "store", "testdata"} {
		require.NoError(t, filepath.WalkDir(folder, func(_ string, _ fs.DirEntry, err error) error { return err }))
	}
	line := strings.TrimSpace(find(t, "sh", "cluster testdata/articles"))
	out := output(t, command(t, ".", line, "GOWORK=")) // in the workspace, as a newcomer has it
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")

	labels := readLabels(t)
	require.Len(t, lines, len(labels))
	canonical := map[string]string{} // of a label
	size := map[string]int{}
	for _, l := range labels {
		size[l.Cluster]++
	}
	for i, l := range labels {
		var got struct {
			ID, Cluster, Relation, Of string
			Size                      int
		}
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &got))
		require.Equal(t, l.ID, got.ID)
		require.Equal(t, size[l.Cluster], got.Size, l.ID)
		if first, ok := canonical[l.Cluster]; ok {
			require.Equal(t, first, got.Cluster, l.ID)
		}
		canonical[l.Cluster] = got.Cluster
		require.Equal(t, got.ID == got.Cluster, got.Relation == "", l.ID)
	}
	require.Len(t, canonical, len(size))

	for _, shown := range strings.Split(strings.TrimSpace(find(t, "json", `"cluster"`)), "\n") {
		require.Contains(t, lines, shown)
	}
}

// The commands about a folder add the articles once, list them as the first command
// does, and find nothing wrong.
func TestReadmeFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "news.reprint")
	if strings.ContainsAny(dir, " \t") {
		t.Skip("the temporary folder has a space in its name")
	}
	lines := strings.Split(strings.TrimSpace(find(t, "sh", "reprint db list")), "\n")
	require.Len(t, lines, 5)
	var outputs []string
	for _, line := range lines {
		outputs = append(outputs, output(t, command(t, ".", strings.ReplaceAll(line, "news.reprint", dir), "GOWORK=")))
	}
	require.Equal(t, outputs[0], outputs[1])
	first, list := strings.Split(outputs[0], "\n"), strings.Split(outputs[2], "\n")
	require.ElementsMatch(t, first, list)
	require.Contains(t, outputs[3], "documents  33\n")
	require.Empty(t, outputs[4])
	for _, shown := range strings.Split(strings.TrimSpace(find(t, "json", `"cluster"`)), "\n") {
		require.Contains(t, first, shown)
	}
}

// The command for a report writes one, with the picture's documents in it.
func TestReadmeReport(t *testing.T) {
	line := strings.TrimSpace(find(t, "sh", "go run ./cmd/reprint report testdata"))
	require.True(t, strings.HasSuffix(line, " -o report.html"), line)
	page := filepath.Join(t.TempDir(), "report.html")
	if strings.ContainsAny(page, " \t") {
		t.Skip("the temporary folder has a space in its name")
	}
	output(t, command(t, ".", strings.TrimSuffix(line, "report.html")+page, "GOWORK="))
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Contains(t, string(text), "9 clusters")
}

// The two tasks are a command each, and end as the README says.
func TestReadmeTasks(t *testing.T) {
	dir := t.TempDir()
	if strings.ContainsAny(dir, " \t") {
		t.Skip("the temporary folder has a space in its name")
	}
	run := func(word string, files ...string) {
		line := strings.TrimSpace(find(t, "sh", word))
		for _, f := range files {
			require.Contains(t, line, " "+f)
			line = strings.ReplaceAll(line, " "+f, " "+filepath.Join(dir, f))
		}
		require.Empty(t, output(t, command(t, ".", line, "GOWORK=")))
	}
	lines := func(file string) []string {
		text, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		return strings.Split(strings.TrimSpace(slashN(text)), "\n")
	}
	run("reprint outlets", "outlets.csv", "matrix.csv")
	require.Contains(t, lines("outlets.csv"), "coastwatch.example,1,0,1,0,1,0,0,1,1.5833,harbourtimes.example 1,")
	require.Len(t, lines("matrix.csv"), len(lines("outlets.csv")))

	run("reprint dedup", "clean.csv")
	require.Len(t, lines("clean.dropped.jsonl"), 12)
	all, err := os.ReadFile("testdata/export.csv")
	require.NoError(t, err)
	clean, err := os.ReadFile(filepath.Join(dir, "clean.csv"))
	require.NoError(t, err)
	r := csv.NewReader(bytes.NewReader(clean))
	r.Comma = ';'
	rows, err := r.ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+12)
	for _, row := range rows {
		require.Contains(t, string(all), row[0]+";"+row[1]+";")
	}
}

// The second command runs the tests, this one among them: so it is only looked
// for where it is run.
func TestReadmeSecondCommand(t *testing.T) {
	line := strings.TrimSpace(find(t, "sh", "go test work"))
	script, err := os.ReadFile(".ci/run")
	require.NoError(t, err)
	require.Contains(t, strings.Split(slashN(script), "\n"), line)
}

// The program is that of examples/simple, whose output is tested there; the
// README shows it.
func TestReadmeProgramIsTheExample(t *testing.T) {
	example, err := os.ReadFile("examples/simple/main.go")
	require.NoError(t, err)
	_, program, ok := strings.Cut(slashN(example), "package main\n")
	require.True(t, ok)
	require.Equal(t, "package main\n"+program, find(t, "go", "package main"))
}

// The program compiles in a module of its own that imports a clone, in both
// ways that the README gives, and prints what it says.
func TestReadmeProgramFromAClone(t *testing.T) {
	clone, err := filepath.Abs(".")
	require.NoError(t, err)
	if strings.ContainsAny(clone, " \t'\"") {
		t.Skip("the path of this checkout has characters that the go command line wants quoted")
	}
	program, want := find(t, "go", "package main"), find(t, "text", "carries the article of")
	withStore := find(t, "sh", "reprint/store@v0.0.0")
	replace := strings.Join(slices.DeleteFunc(strings.SplitAfter(withStore, "\n"), func(l string) bool { return strings.Contains(l, "reprint/store") }), "")
	require.Contains(t, readmeBlocks(t), block{"sh", replace}, "without a store it is the same but for a line")
	workspace := find(t, "sh", "go work init")
	for name, lines := range map[string]string{
		"replace":   replace,
		"workspace": strings.SplitAfter(replace, "\n")[0] + workspace,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o666))
			work := "GOWORK=off"
			if name == "workspace" {
				work = "GOWORK=" + filepath.Join(dir, "go.work")
			}
			commands := strings.TrimSpace(strings.ReplaceAll(lines, "../reprint", clone))
			for _, line := range append(strings.Split(commands, "\n"), "go vet .") {
				output(t, command(t, dir, line, work, "GOFLAGS="))
			}
			require.Equal(t, want, output(t, command(t, dir, "go run .", work, "GOFLAGS=")))
		})
	}
}

// The lines with a store are all that it takes to import one.
func TestReadmeStoreFromAClone(t *testing.T) {
	clone, err := filepath.Abs(".")
	require.NoError(t, err)
	if strings.ContainsAny(clone, " \t'\"") {
		t.Skip("the path of this checkout has characters that the go command line wants quoted")
	}
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(find(t, "sh", "reprint/store@v0.0.0"), "../reprint", clone)), "\n")
	use := "\t" + strings.ReplaceAll(strings.TrimSpace(find(t, "go", "store.Open")), "\n", "\n\t")
	dir := t.TempDir()
	program := "package main\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\t\"time\"\n\n\t\"github.com/cbb30ed1/reprint\"\n\t\"github.com/cbb30ed1/reprint/store\"\n)\n\n" +
		"func run(ctx context.Context, text string, published time.Time) error {\n" + use + "\n\tfmt.Print(added.Cluster)\n\treturn err\n}\n\n" +
		"func main() {\n\tif err := run(context.Background(), \"a text\", time.Now()); err != nil {\n\t\tpanic(err)\n\t}\n}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o666))
	for _, line := range append(lines, "go vet .") {
		output(t, command(t, dir, line, "GOWORK=off", "GOFLAGS="))
	}
	require.Equal(t, "paper", output(t, command(t, dir, "go run .", "GOWORK=off", "GOFLAGS=")))
}

// Every file that the README links to is there.
func TestReadmeLinks(t *testing.T) {
	for _, file := range []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(string(text), -1) {
			if !strings.HasPrefix(m[1], "http") {
				_, err := os.Stat(filepath.FromSlash(m[1]))
				require.NoError(t, err, file)
			}
		}
	}
}
