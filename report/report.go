package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/cbb30ed1/reprint"
)

// Errors to test for with errors.Is.
var (
	ErrOptions   = errors.New("report: bad options")
	ErrDocuments = errors.New("report: not the documents of the detector")
)

// Options say what the page shows. A zero field means the default that its
// comment names.
type Options struct {
	// Title is the heading of the page; default "Reprints".
	Title string

	// Clusters is the number of clusters that the page shows at most, those of
	// the most outlets, and then the largest; the others are only counted. Default 5,000.
	Clusters int

	// TextBytes is the number of bytes of a text that the page holds at most.
	// What is longer is cut there, which the page says; passages and coverage
	// are then those of what is left. Default 100,000, some 15,000 words.
	TextBytes int

	// Threads is the number of threads that align texts; default 1. The page is
	// the same for any.
	Threads int

	_ struct{}
}

func (o Options) normalise() (Options, error) {
	if o.Clusters < 0 || o.TextBytes < 0 || o.Threads < 0 {
		return o, fmt.Errorf("%w: Clusters, TextBytes and Threads are %d, %d and %d, want none negative", ErrOptions, o.Clusters, o.TextBytes, o.Threads)
	}
	if o.Title == "" {
		o.Title = "Reprints"
	}
	for value, otherwise := range map[*int]int{&o.Clusters: 5000, &o.TextBytes: 100_000, &o.Threads: 1} {
		if *value == 0 {
			*value = otherwise
		}
	}
	return o, nil
}

// Clusters are what a page is about. Any reprint.Collection has them.
type Clusters interface {
	Clusters() iter.Seq2[reprint.Cluster, error]
	Cluster(id string) (reprint.Cluster, error)
}

// Write writes the page about what d found among docs, which yields the
// documents that were added, once each and in any order; those that d does not
// hold are passed over. d must not change meanwhile.
//
// The error wraps ErrDocuments if docs lacks a document of a cluster, or has it
// twice. An error that docs yields is returned, and that of ctx when it is
// done; nothing has been written then.
func Write(ctx context.Context, w io.Writer, d Clusters, docs iter.Seq2[reprint.Document, error], o Options) error {
	o, err := o.normalise()
	if err != nil {
		return err
	}
	f, err := gather(ctx, d, docs, o)
	if err != nil {
		return err
	}
	return writePage(w, f, o)
}
