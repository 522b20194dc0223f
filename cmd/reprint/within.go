package main

import (
	"encoding/json"
	"fmt"
	"iter"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/stages"
)

const aboutMemory = `With --memory SIZE a collection is clustered that does not fit into memory: what is
beyond that is in files of a folder reprint-batch-... in that for temporary files
($TMPDIR, or else that of the system), some 8 kB a document, and deleted in the end.
The lines are the same. It takes twice to three times the processor time of what fits. What is at work
at a time, such as a very long text, may take some 50 MB more than SIZE. Of the largest
connected set of matches some 1 kB a document and 100 bytes a match always stay in memory.`

const leastMemory = 64 << 20 // for --memory; less has no room for what is read at a time

func (s *settings) memoryFlag(cmd *cobra.Command) {
	bytesVar(cmd.Flags(), &s.memory, "memory", 0, "keep memory below this `size`, such as 2GiB, about, and the\nrest in temporary files (default: all is in memory)")
}

// boundsMemory reports whether a collection is to be clustered within some memory, beside
// which these flags mean nothing.
func (s *settings) boundsMemory(cmd *cobra.Command, without ...string) (bool, error) {
	if !cmd.Flags().Changed("memory") {
		return false, nil
	}
	if _, err := s.kept(cmd.Flags()); err != nil {
		return false, err
	}
	if s.memory < leastMemory {
		return false, fmt.Errorf("%w: --memory is %s, want %s at least", errUsage, byteText(s.memory), byteText(leastMemory))
	}
	for _, name := range without {
		if cmd.Flags().Changed(name) {
			return false, fmt.Errorf("%w: --memory and --%s do not go together: leave one of them out", errUsage, name)
		}
	}
	return true, nil
}

func byteText(n int64) string { return (*byteSize)(&n).String() }

// newJob returns the clustering of a collection in stages, as the settings say.
func (s *settings) newJob(cmd *cobra.Command, w stages.Wanted) (*batch.Job, error) {
	o, _, err := s.chosen(cmd.Flags())
	if err != nil {
		return nil, err
	}
	return stages.New(o, s.inputOptions(cmd), w)
}

// runJob clusters documents in stages, within the memory of the settings, and calls the
// answers with what it finds.
func (s *settings) runJob(cmd *cobra.Command, docs iter.Seq2[reprint.Document, error], w stages.Wanted, a batch.Answers) error {
	j, err := s.newJob(cmd, w)
	if err != nil {
		return err
	}
	return stages.Local(cmd.Context(), j, s.memory, s.threads, docs, a)
}

// clusterWithin prints where documents stand.
func clusterWithin(cmd *cobra.Command, s *settings, args []string) error {
	in, out := s.input(cmd, args), newOutput(cmd)
	err := s.runJob(cmd, in.Documents(), stages.Wanted{}, batch.Answers{Line: func(b []byte) error { return writeAs[lines.Cluster](out, b) }})
	if err != nil {
		return err
	}
	in.Report()
	return out.flush()
}

// pairsWithin prints pairs.
func pairsWithin(cmd *cobra.Command, s *settings, args []string) error {
	in, out := s.input(cmd, args), newOutput(cmd)
	err := s.runJob(cmd, in.Documents(), stages.Wanted{}, batch.Answers{Pair: func(b []byte) error { return writeAs[lines.Pair](out, b) }})
	if err != nil {
		return err
	}
	in.Report()
	return out.flush()
}

// writeAs writes a line of JSON in the format of the output.
func writeAs[T any](out *answer, b []byte) error {
	var line T
	if err := json.Unmarshal(b, &line); err != nil {
		return err
	}
	out.write(line)
	return out.err
}
