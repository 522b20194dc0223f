package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
)

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, the revision it was built of, and the version of Go",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			revision, modified := "unknown", ""
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					switch {
					case s.Key == "vcs.revision":
						revision = s.Value
					case s.Key == "vcs.modified" && s.Value == "true":
						modified = " with changes"
					}
				}
			}
			return sayTo(cmd, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "reprint version %s\nrevision %s%s\n%s %s/%s\n", version(), revision, modified, runtime.Version(), runtime.GOOS, runtime.GOARCH)
				return err
			})
		},
	}
}

// choices are the values of flags that a shell completes.
var choices = map[string][]string{
	"preset":        {"default\tarticles and web pages", "noisy\ttext from OCR or speech", "strict\tnear-exact copies only"},
	"format":        output.Formats,
	"duplicate-ids": {string(input.Refuse), string(input.Last), string(input.Suffix)},
	"date-order":    {"dmy", "mdy"},
	"keep":          {"first", "longest", "newest", "site="},
	"texts":         {"keep", "drop"},
	"expire-by":     {"published", "arrival"},
	"by":            {"published", "arrival"},
	"log":           {"debug", "info", "warn", "error"},
}

// completions tells the shells what values the flags of all commands take.
func completions(cmd *cobra.Command) {
	register := func(f *pflag.Flag) {
		if values, ok := choices[f.Name]; ok {
			cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	cmd.PersistentFlags().VisitAll(register)
	cmd.Flags().VisitAll(register)
	for _, c := range cmd.Commands() {
		completions(c)
	}
}
