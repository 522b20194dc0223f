// Command ingest is the loop of a pipeline: it reads documents as JSON lines on
// standard input, in the order in which they arrive, and answers each with a
// line on standard output that says where the document belongs.
//
//	{"id":"…","text":"…","site":"…","published":"2026-03-01T08:00:00Z"}
//
// becomes
//
//	{"id":"…","cluster":"…","size":2,"matches":[…],"events":[…]}
//
// A line that is no document is answered by {"line":…,"error":"…"}. The
// program ends when its input does.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/cbb30ed1/reprint"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "ingest:", err)
		os.Exit(1)
	}
}

type document struct {
	ID        string    `json:"id"`
	Text      string    `json:"text"`
	Site      string    `json:"site"`
	Published time.Time `json:"published"`
}

type decision struct {
	ID      string          `json:"id"`
	Cluster string          `json:"cluster"`
	Size    int             `json:"size"`
	Matches []match         `json:"matches,omitempty"`
	Events  []reprint.Event `json:"events,omitempty"`
}

type match struct {
	ID       string           `json:"id"`
	Relation reprint.Relation `json:"relation"`
	Share    float64          `json:"share"`
}

type refusal struct {
	Line  int    `json:"line"`
	Error string `json:"error"`
}

func run(in io.Reader, out io.Writer) error {
	// A story is news for three days; what is older is no source of a reprint.
	detector, err := reprint.New(reprint.Options{Window: 72 * time.Hour, MaxMatches: 3})
	if err != nil {
		return err
	}
	lines := bufio.NewReader(in)
	answers := json.NewEncoder(out)
	for n := 1; ; n++ {
		line, end := lines.ReadBytes('\n')
		if end != nil && end != io.EOF {
			return fmt.Errorf("line %d: %w", n, end)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			var answer any
			if answer, err = decide(detector, line); err != nil {
				answer = refusal{n, err.Error()}
			}
			if err := answers.Encode(answer); err != nil { // at once, for whoever waits for it
				return err
			}
		}
		if end == io.EOF {
			return nil
		}
	}
}

func decide(detector *reprint.Detector, line []byte) (decision, error) {
	var doc document
	if err := json.Unmarshal(line, &doc); err != nil {
		return decision{}, err
	}
	added, err := detector.Add(context.Background(), reprint.Document{ID: doc.ID, Text: doc.Text, Site: doc.Site, Published: doc.Published})
	if err != nil {
		return decision{}, err
	}
	d := decision{ID: doc.ID, Cluster: added.Cluster, Size: added.Size, Events: added.Events}
	for _, m := range added.Matches {
		d.Matches = append(d.Matches, match{m.ID, m.Relation, math.Round(m.Score*100) / 100})
	}
	return d, nil
}
