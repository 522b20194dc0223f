// Mutate changes each constant of the rules of package cluster, one at a time, a
// little up and a little down, and shows that a test fails:
//
//	go run ./bench/mutate
//
// The constants are found by parsing, so a new one is covered by itself: all that
// the file of rules declares, and all defaults in the table of options. Whole
// numbers are changed by 1, others by 5 %, a zero to .05. The module is left alone:
// the compiler is given a changed copy of the file (go help build, -overlay).
//
// It ends with status 1 if a change survives.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"text/tabwriter"
)

func main() {
	rules := flag.String("rules", "cluster/rules.go", "`file` of which all constants are changed")
	defaults := flag.String("defaults", "cluster/options.go", "`file` with the table of defaults")
	pkg := flag.String("package", "./cluster", "`package` whose tests must fail")
	tests := flag.String("run", "^TestRule", "`pattern` of the tests to run")
	jobs := flag.Int("jobs", runtime.NumCPU(), "`number` of changes tested at a time")
	flag.Parse()
	if flag.NArg() > 0 || *jobs < 1 {
		flag.Usage()
		os.Exit(2)
	}
	err := func() error {
		mutations, err := find(*rules, constants)
		if err != nil {
			return err
		}
		more, err := find(*defaults, tableOfDefaults)
		if err != nil {
			return err
		}
		dir, err := os.MkdirTemp("", "reprint-mutate-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		return run(append(mutations, more...), runner{dir: dir, pkg: *pkg, tests: *tests}, *jobs)
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// run tests all mutations and prints a table of what became of them.
func run(mutations []mutation, r runner, jobs int) error {
	if failed, err := r.test("unchanged", nil); err != nil || len(failed) > 0 {
		return errors.Join(fmt.Errorf("the tests must pass before anything is changed; failed: %v", failed), err)
	}
	killed, errs := make([][]string, len(mutations)), make([]error, len(mutations))
	next := make(chan int)
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for i := range next {
				killed[i], errs[i] = r.test(fmt.Sprint(i), &mutations[i])
			}
		})
	}
	for i := range mutations {
		next <- i
	}
	close(next)
	workers.Wait()

	survived := 0
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "constant\tis\tmade\tkilled by")
	for i, m := range mutations {
		by := strings.Join(killed[i], " ")
		if by == "" {
			by = "NOTHING: it survives"
			survived++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", m.name, m.is, m.made, by)
	}
	table.Flush()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if survived > 0 {
		return fmt.Errorf("%d of %d changes survive", survived, len(mutations))
	}
	fmt.Printf("all %d changes are killed\n", len(mutations))
	return nil
}

// A runner runs the tests of a package.
type runner struct{ dir, pkg, tests string }

var (
	failure = regexp.MustCompile(`(?m)^--- FAIL: (\S+)`)
	noTests = regexp.MustCompile(`(?m)no tests to run|no test files`)
)

// test returns the tests that fail under a mutation; nil is none. A test that
// panics or does not end fails too.
func (r runner) test(name string, m *mutation) (failed []string, err error) {
	args := []string{"test", "-count=1", "-vet=off", "-timeout=2m", "-gcflags=-l", "-ldflags=-s -w", "-run", r.tests}
	if m != nil {
		changed := filepath.Join(r.dir, name+".go")
		if err := os.WriteFile(changed, m.source, 0o666); err != nil {
			return nil, err
		}
		overlay := filepath.Join(r.dir, name+".json")
		b, err := json.Marshal(map[string]any{"Replace": map[string]string{m.file: changed}})
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(overlay, b, 0o666); err != nil {
			return nil, err
		}
		args = append(args, "-overlay", overlay)
	}
	out, err := exec.Command("go", append(args, r.pkg)...).CombinedOutput()
	exit := (*exec.ExitError)(nil)
	switch {
	case noTests.Match(out):
		return nil, fmt.Errorf("no test of %s is named %s", r.pkg, r.tests)
	case err == nil:
		return nil, nil
	case !errors.As(err, &exit):
		return nil, err
	}
	for _, found := range failure.FindAllSubmatch(out, -1) {
		failed = append(failed, string(found[1]))
	}
	if len(failed) == 0 { // it was not compiled, or there is another reason, which is not what is asked for
		return nil, fmt.Errorf("%s: no test failed, but go test did:\n%s", name, out)
	}
	return failed, nil
}
