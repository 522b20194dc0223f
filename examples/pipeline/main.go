// Command pipeline keeps a collection of news in a store, and its clusters in a table of
// SQLite, which other programs query. It reads JSON lines on standard input:
//
//	{"id":"…","text":"…","site":"…","title":"…","url":"…","published":"2026-03-01T08:00:00Z"}
//	{"takedown":"…"}
//
// and answers each with a line: new, copy, excerpt or revision of which document, in which
// cluster of which size. What is older than three days expires. A takedown removes a
// document for good, in the store and in the table.
//
//	pipeline DIR < lines
//
// Kill it at any time, and start it again with the lines that were not answered, or with all:
// the store has what was answered, and the table goes on from the position that is in it.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// window is how long a story is news.
const window = 72 * time.Hour

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: pipeline DIR < lines")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "pipeline:", err)
		os.Exit(1)
	}
}

// run answers the lines of in, and keeps store and mirror in a folder.
func run(ctx context.Context, dir string, in io.Reader, out io.Writer) (err error) {
	s, err := store.Open(filepath.Join(dir, "store"), store.Options{Window: window})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	m, err := openMirror(filepath.Join(dir, "mirror.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()

	following, stop := context.WithCancel(ctx)
	defer stop()
	answering, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var follower sync.WaitGroup
	follower.Go(func() {
		if err := m.follow(following, s); following.Err() == nil {
			fail(fmt.Errorf("the mirror: %w", err)) // nobody answers for what is not in it
		}
	})
	err = answerAll(answering, s, m, in, out)
	stop()
	follower.Wait()
	if err != nil {
		return err
	}
	return m.catchUp(ctx, s) // what it had not seen yet
}

// A line is a document, or asks to take one down.
type line struct {
	reprint.Document
	Takedown string `json:"takedown"`
}

// An answer says what became of a line.
type answer struct {
	ID       string `json:"id"`
	Decision string `json:"decision"` // new, copy, excerpt, revision; too old, taken down, refused
	Of       string `json:"of,omitempty"`
	Cluster  string `json:"cluster,omitempty"`
	Size     int    `json:"size,omitempty"`
	Position uint64 `json:"position,omitempty"`
	Error    string `json:"error,omitempty"`
}

// A blocklist knows what was taken down.
type blocklist interface {
	block(ctx context.Context, id string) error
	blocked(ctx context.Context, id string) (bool, error)
}

// answerAll answers each line once what it asks for is durable.
func answerAll(ctx context.Context, c reprint.Collection, b blocklist, in io.Reader, out io.Writer) error {
	lines := bufio.NewReader(in)
	answers := json.NewEncoder(out)
	for {
		text, end := lines.ReadBytes('\n')
		if end != nil && end != io.EOF {
			return end
		}
		if len(bytes.TrimSpace(text)) > 0 {
			a, err := answerOne(ctx, c, b, text)
			if err != nil {
				return err
			}
			if err := answers.Encode(a); err != nil {
				return err
			}
		}
		if end == io.EOF {
			return nil
		}
	}
}

// answerOne returns an error only where it makes no sense to go on.
func answerOne(ctx context.Context, c reprint.Collection, b blocklist, text []byte) (answer, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return answer{Decision: "refused", Error: err.Error()}, nil
	}
	if id := l.Takedown; id != "" {
		// Noted first, so that it does not come again if the program ends here.
		if err := b.block(ctx, id); err != nil {
			return answer{}, err
		}
		_, _, err := c.Remove(ctx, id)
		return answer{ID: id, Decision: "taken down"}, err
	}
	if gone, err := b.blocked(ctx, l.ID); err != nil || gone {
		return answer{ID: l.ID, Decision: "taken down"}, err
	}
	added, err := c.Add(ctx, l.Document)
	switch {
	case errors.Is(err, store.ErrExpired):
		return answer{ID: l.ID, Decision: "too old"}, nil
	case errors.Is(err, reprint.ErrID), errors.Is(err, reprint.ErrLarge):
		return answer{ID: l.ID, Decision: "refused", Error: err.Error()}, nil
	case err != nil:
		return answer{}, err
	}
	a := answer{ID: l.ID, Decision: "new", Of: added.Of, Cluster: added.Cluster, Size: added.Size, Position: added.Position}
	if !added.New() {
		a.Decision = string(added.Relation)
	}
	return a, nil
}
