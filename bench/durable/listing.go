package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// turns is how often documents are added alone, and beside listings.
const turns = 4

// listWhileAdding makes a large cluster, and adds documents in turns alone and beside
// callers who list that cluster all the time.
func (o *options) listWhileAdding(out io.Writer, s *store.Store, lines *bufio.Reader, ids *[]string) error {
	copies := func(yield func(reprint.Document, error) bool) {
		story := strings.Repeat("the mail boat to the island was late again and nobody at the quay could say why ", 20)
		for i := range o.copies {
			if !yield(reprint.Document{ID: fmt.Sprint("copy-", i), Text: fmt.Sprint(story, "copy ", i/100)}, nil) {
				return
			}
		}
	}
	if err := s.AddAll(context.Background(), copies, reprint.AddAllOptions{}); err != nil {
		return err
	}
	var listed, members atomic.Int64
	for range turns {
		took, all, err := o.add(s, lines, o.callers, o.last/(2*turns), ids)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, "alone")
		o.line(out, s, took, all)
		ctx, cancel := context.WithCancel(context.Background())
		var listings sync.WaitGroup
		errs := make([]error, o.listing)
		for i := range errs {
			listings.Go(func() {
				for from := ""; ctx.Err() == nil && errs[i] == nil; {
					var p reprint.ClusterPart
					p, errs[i] = s.ClusterPart("copy-0", from, o.part)
					from = p.Next
					listed.Add(1)
					members.Add(int64(len(p.Members)))
				}
			})
		}
		took, all, err = o.add(s, lines, o.callers, o.last/(2*turns), ids)
		cancel()
		listings.Wait()
		if err := errors.Join(append(errs, err)...); err != nil {
			return err
		}
		fmt.Fprintf(out, "beside %d that list: %.0f parts and %.0f members a second\n", o.listing,
			float64(listed.Swap(0))/all.Seconds(), float64(members.Swap(0))/all.Seconds())
		o.line(out, s, took, all)
	}
	return nil
}
