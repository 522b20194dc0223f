package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/store"
)

func newDBText() *cobra.Command {
	return &cobra.Command{
		Use:     "text DIR ID",
		Short:   "Print the text of a document",
		Long:    `Text prints the text of a document, as it was added, if texts were kept.`,
		Example: `  reprint db text news.reprint article-17`,
		Args:    folder(1, 1, "the folder and an id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return look(cmd, args[0], func(s *store.Store) error {
				text, err := s.Text(args[1])
				if err != nil {
					return err
				}
				return sayTo(cmd, func(w io.Writer) error {
					_, err := w.Write([]byte(text))
					return err
				})
			})
		},
	}
}
