package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/store"
)

func newDBStats() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "stats DIR",
		Short: "Print how much there is",
		Long: `Stats prints counts of what the folder holds. With --json it prints them as a
line of JSON:

  {"documents","clusters","clustered","largest","disk_bytes","index_bytes",
   "entries","position","first_event","log"}

clusters are those of two documents or more, clustered the documents in them, and
largest is how many the largest has. disk_bytes is what the files take, index_bytes
what the index takes in memory, and entries is what documents are looked up by.
position is that of the last operation, first_event the first position from which
"reprint db events" can tell, and log is how many operations are repeated when the
folder is opened.`,
		Example: `  reprint db stats news.reprint
  reprint db stats --json news.reprint`,
		Args: folder(0, 0, "the folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return look(cmd, args[0], func(s *store.Store) error {
				l, err := dbStats(cmd, s)
				if err != nil {
					return err
				}
				if asJSON || formatGiven(cmd) {
					out := newOutput(cmd)
					out.write(l)
					return out.flush()
				}
				return sayTo(cmd, l.tell)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON rather than words")
	return cmd
}

type dbStatsLine struct {
	Documents  int    `json:"documents"`
	Clusters   int    `json:"clusters"`
	Clustered  int    `json:"clustered"`
	Largest    int    `json:"largest"`
	DiskBytes  uint64 `json:"disk_bytes"`
	IndexBytes int    `json:"index_bytes"`
	Entries    int    `json:"entries"`
	Position   uint64 `json:"position"`
	FirstEvent uint64 `json:"first_event"`
	Log        uint64 `json:"log"`
}

func dbStats(cmd *cobra.Command, s *store.Store) (dbStatsLine, error) {
	n, err := s.Stats()
	if err != nil {
		return dbStatsLine{}, err
	}
	l := dbStatsLine{
		Documents: n.Documents, DiskBytes: n.DiskBytes, Entries: n.Entries,
		IndexBytes: n.BandBytes + n.ShingleBytes + n.SetBytes + n.IDBytes + n.DocumentBytes,
		Position:   n.Position, FirstEvent: n.FirstEvent, Log: n.Log,
	}
	for c, err := range s.Clusters() {
		if err == nil {
			err = cmd.Context().Err()
		}
		if err != nil {
			return l, err
		}
		if n := len(c.Members); n > 1 {
			l.Clusters++
			l.Clustered += n
			l.Largest = max(l.Largest, n)
		}
	}
	return l, nil
}

// tell writes it in words.
func (l dbStatsLine) tell(w io.Writer) error {
	_, err := fmt.Fprintf(w, `documents  %d
clusters   %d of two or more, with %d documents; the largest has %d
on disk    %s
in memory  %s of index, %d entries
position   %d; events from %d on
log        %d operations to repeat at the next opening
`, l.Documents, l.Clusters, l.Clustered, l.Largest, size(l.DiskBytes), size(uint64(l.IndexBytes)), l.Entries, l.Position, l.FirstEvent, l.Log)
	return err
}

// size writes a number of bytes with three figures at the most.
func size(bytes uint64) string {
	n, unit := float64(bytes), "B"
	for _, u := range []string{"kB", "MB", "GB", "TB"} {
		if n < 999.5 {
			break
		}
		n, unit = n/1000, u
	}
	if n < 9.95 && unit != "B" {
		return fmt.Sprintf("%.1f %s", n, unit)
	}
	return fmt.Sprintf("%.0f %s", n, unit)
}
