package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write a page for man of each command",
		Long: `Man writes the help of all commands into a folder, as pages for the program man:
reprint.1, reprint-cluster.1 and so on.`,
		Example: `  reprint man ~/.local/share/man/man1
  man reprint-cluster`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%w: want the folder to write to", errUsage)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o777); err != nil {
				return err
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true // which has the date of today
			forMarkdown(root)
			return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "reprint " + version(), Manual: "Reprint", Date: built()}, args[0])
		},
	}
}

// forMarkdown indents what stands indented in the help of all commands as Markdown wants
// it, through which pages are made, and keeps it from taking <, * and _ for its own.
func forMarkdown(cmd *cobra.Command) {
	var out strings.Builder
	block := false
	for line := range strings.Lines(cmd.Long) {
		indented := strings.HasPrefix(line, " ")
		if indented != block && strings.TrimSpace(line) != "" {
			out.WriteString("\n")
			block = indented
		}
		if indented {
			out.WriteString("    " + line)
		} else {
			out.WriteString(strings.NewReplacer("<", "\\<", "*", "\\*", "_", "\\_", "`", "\\`").Replace(line))
		}
	}
	cmd.Long = out.String()
	for _, c := range cmd.Commands() {
		forMarkdown(c)
	}
}

// built returns when the revision was made of which the command was built, so that the
// pages of a revision are the same every day.
func built() *time.Time {
	at := time.Unix(0, 0).UTC()
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if t, err := time.Parse(time.RFC3339, s.Value); s.Key == "vcs.time" && err == nil {
				at = t
			}
		}
	}
	return &at
}
