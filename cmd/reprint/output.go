package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
)

// outputFlags are those of every command that prints lines.
func outputFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.String("format", "", "`format` of the lines: jsonl, csv, tsv, parquet or table\n(default: as the name of FILE says, a table at a\nterminal, else jsonl)")
	f.StringP("output", "o", "", "`file` to write instead of standard output; it is there\nonly once it is whole")
}

// formatGiven reports whether lines are asked for where words are the default, by
// --format or by the name of the file.
func formatGiven(cmd *cobra.Command) bool {
	return cmd.Flags().Changed("format") || formatOf(cmd.Flag("output").Value.String()) != ""
}

// checkFiles refuses files that would be written over what is read, before anything is.
func checkFiles(cmd *cobra.Command, args []string) error {
	r := output.Run{Command: cmd.Name(), Flags: cmd.Flags(), Args: args, Stdin: cmd.InOrStdin(), Stdout: cmd.OutOrStdout()}
	if in, ok := r.Stdin.(*interruptible); ok {
		r.Stdin = in.r
	}
	if to := cmd.Flag("output").Value.String(); r.Command == "dedup" && to != "" && to != "-" && !cmd.Flags().Changed("annotate") {
		r.Dropped = beside(to)
	}
	return r.Check()
}

// An answer is what a command prints: lines of one format, on standard output or in a
// file. The first error is kept and returned by flush.
type answer struct {
	lines output.Writer
	file  *output.File
	err   error
}

// sayTo writes what is for people, to standard output or to the file of -o.
func sayTo(cmd *cobra.Command, write func(io.Writer) error) error {
	return output.WriteFile(cmd.Flag("output").Value.String(), cmd.OutOrStdout(), write)
}

// answers are those of a run, which are finished when it has ended.
type answers struct{ all []*answer }

type answersKey struct{}

// newOutput begins the answer of a command.
func newOutput(cmd *cobra.Command) *answer {
	return newOutputFile(cmd, cmd.Flag("format").Value.String(), cmd.Flag("output").Value.String())
}

func newOutputFile(cmd *cobra.Command, format, path string) *answer {
	a := &answer{}
	if all, ok := cmd.Context().Value(answersKey{}).(*answers); ok {
		all.all = append(all.all, a)
	}
	if format != "" && !slices.Contains(output.Formats, format) {
		a.err = fmt.Errorf("%w: --format is %q, want %s", errUsage, format, strings.Join(output.Formats, ", "))
		return a
	}
	if format == "" {
		format = formatOf(path)
	}
	var to io.Writer = cmd.OutOrStdout()
	if path != "" && path != "-" {
		if a.file, a.err = output.Create(path); a.err != nil {
			return a
		}
		to = a.file
	}
	if a.lines, a.err = output.New(to, format); a.err == nil {
		a.lines = output.Beside(a.lines)
	}
	return a
}

// formatOf returns the format that the name of a file asks for, "" for none.
func formatOf(path string) string {
	ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	if ext != "table" && slices.Contains(output.Formats, ext) {
		return ext
	}
	return ""
}

func (a *answer) write(line any) {
	if a.err == nil {
		a.lines.Write(line)
	}
}

func (a *answer) flush() error {
	if a.err == nil {
		a.err = a.lines.Flush()
	}
	return a.err
}

// finish ends the answers of a run: files get their names if all went well.
func (a *answers) finish(err error) error {
	for _, one := range a.all {
		if one.err == nil {
			one.err = one.lines.Close()
		}
		if err == nil {
			err = one.err
		}
		if one.file != nil {
			if closing := one.file.Finish(err == nil); err == nil {
				err = closing
			}
		}
	}
	return err
}

func withAnswers(ctx context.Context) (context.Context, *answers) {
	a := &answers{}
	return context.WithValue(ctx, answersKey{}, a), a
}
