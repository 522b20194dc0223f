// Command reprint finds near-duplicate and syndicated news text: which
// documents of a collection are reprints, scraped copies, excerpts or updated
// versions of which.
//
// Run reprint --help for its commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/memory"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends the process at once
	if os.Getenv("GOGC") == "" {
		ctx = memory.Pace(ctx)
	}
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// errUsage is wrapped by errors about how the command was called.
var errUsage = errors.New("wrong usage")

// Exit codes.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitInterrupted = 130 // as shells have it: 128 and the number of SIGINT
)

// run runs the command and returns its exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	stdout, stderr = output.ForTerminal(stdout), output.ForPeople(stderr)
	ctx, answers := withAnswers(ctx)
	root.SetIn(&interruptible{ctx: ctx, r: stdin})
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	err = answers.finish(err)
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errUsage), errors.Is(err, output.ErrFile), errors.Is(err, input.ErrTwice), errors.Is(err, input.ErrFormat):
		fmt.Fprintf(stderr, "reprint: %v\nRun '%s --help' for how to use it.\n", err, cmd.CommandPath())
		return exitUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(stderr, "reprint: interrupted")
		return exitInterrupted
	}
	fmt.Fprintf(stderr, "reprint: %v\n", err)
	return exitError
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "reprint",
		Short: "Find reprints, scraped copies, excerpts and updated versions of news text",
		Long: `Reprint finds near-duplicate and syndicated news text.

INPUT is any of
  FILE      JSON lines, a JSON array, CSV or TSV with a header, Parquet, a web
            archive (WARC), a page of HTML, RSS or Atom, or plain text: told by
            what it holds, not by its name
  FOLDER    all such files in it and in the folders below, sorted by name
  -         any of these on standard input
Files may be compressed (gzip, zstd, xz, bzip2). A document has an id and a text,
and if known a site (or source), a time when it was published (or date), a title
and a url; other usual names of fields are found, and --text-field and its likes
name any. Texts may be in any script.

Output is a table at a terminal, and JSON lines into a pipe or a file; --format and
-o say otherwise. Messages and a progress bar go to standard error. The exit status
is 0 when all is done, 1 when something failed, 2 when the command was called
wrongly, and 130 when it was interrupted.`,
		Example: `  reprint cluster articles/               which articles are reprints of which
  reprint pairs crawl.jsonl.gz            all pairs that match
  reprint compare a.txt b.txt             how two files relate
  reprint explain a.txt b.txt articles/   why two documents are together or apart
  reprint cluster --db news.reprint -     a feed that is added to what came before`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noCommand(cmd, args[0])
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, args []string) error { return cmd.Help() },
		PersistentPreRunE: checkFiles,
	}
	root.SuggestionsMinimumDistance = 2
	root.SetHelpCommand(newHelp())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w: %w", errUsage, err) })
	outputFlags(root)
	root.AddCommand(newCluster(), newPairs(), newCompare(), newExplain(), newReport(), newDedup(), newOutlets(), newQuery(), newServe(), newEval(), newTune(), newDB(), newOrigin(), newCredits(), newStage(), newVersion(), newMan())
	completions(root)
	return root
}

// noCommand is the error about a name that no command beneath another has.
func noCommand(root *cobra.Command, name string) error {
	if s := root.SuggestionsFor(name); len(s) > 0 {
		return fmt.Errorf("%w: there is no command %q, did you mean %s?", errUsage, name, strings.Join(s, " or "))
	}
	return fmt.Errorf("%w: there is no command %q", errUsage, name)
}

// newHelp differs from cobra's own help in that an unknown command is an error.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Explain a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				return noCommand(about, rest[0])
			}
			if err != nil {
				return noCommand(cmd.Root(), args[0])
			}
			about.InitDefaultHelpFlag()
			about.InitDefaultVersionFlag()
			return about.Help()
		},
	}
}

// noArgs demands that there are only flags.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%w: %q is too much, want flags only", errUsage, args[0])
	}
	return nil
}

// inputs demands at least one INPUT after the given number of other arguments.
func inputs(before int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) <= before {
			return fmt.Errorf("%w: want %s", errUsage, what)
		}
		return nil
	}
}
