// Package origins reads and writes the lines of the commands about origin.
package origins

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/when"
	provenance "github.com/cbb30ed1/reprint/origin"
)

// record is a line of a file of documents, with all that tells where an
// article comes from.
type record struct {
	ID        string            `json:"id"`
	Text      string            `json:"text"`
	Title     string            `json:"title"`
	Byline    string            `json:"byline"`
	Author    string            `json:"author"`
	Site      string            `json:"site"`
	Source    string            `json:"source"`
	Owner     string            `json:"owner"`
	URL       string            `json:"url"`
	Published string            `json:"published"`
	Date      string            `json:"date"`
	Clock     string            `json:"clock"`
	Hints     []provenance.Hint `json:"hints"`
}

func (r record) document() (provenance.Document, error) {
	d := provenance.Document{
		ID: r.ID, Text: r.Text, Title: r.Title, Byline: cmp.Or(r.Byline, r.Author), Site: cmp.Or(r.Site, r.Source),
		Owner: r.Owner, URL: r.URL, Hints: r.Hints,
	}
	if d.ID == "" {
		return d, fmt.Errorf(`the document has no "id"`)
	}
	if err := input.CheckText(len(d.Text)); err != nil {
		return d, err
	}
	var err error
	if d.Clock, err = provenance.ParseClock(r.Clock); err != nil {
		return d, err
	}
	s := cmp.Or(r.Published, r.Date)
	d.Published = timeOf(s)
	if d.Clock == provenance.Unknown && !d.Published.IsZero() && !strings.Contains(s, ":") {
		d.Clock = provenance.Day
	}
	return d, nil
}

// timeOf reads a time to the hundredth of a second, also "26-MAR-1987
// 17:26:07.23".
func timeOf(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, l := range []string{"2-Jan-2006 15:04:05.999", "2-JAN-2006 15:04:05"} {
		if t, err := time.Parse(l, s); err == nil {
			return t
		}
	}
	t, _ := when.Parser{}.Parse(s)
	return t
}

// Lines yields the lines of the files, each as its number and bytes, which
// are valid until the next. Files may be packed; "-" is standard input.
func Lines(stdin io.Reader, paths []string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for _, path := range paths {
			if err := eachLine(stdin, path, yield); err != nil {
				if err != errStop {
					yield(path+": "+err.Error(), nil)
				}
				return
			}
		}
	}
}

var errStop = fmt.Errorf("stop")

func eachLine(stdin io.Reader, path string, yield func(string, []byte) bool) error {
	r, err := input.Open(path, stdin)
	if err != nil {
		return err
	}
	defer r.Close()
	for l, err := range input.Lines(r, input.MaxDocument) {
		if err != nil {
			return fmt.Errorf("%d: %w", l.N, err)
		}
		if !yield(fmt.Sprintf("%s:%d", path, l.N), l.Text) {
			return errStop
		}
	}
	return nil
}

// lineErr is what Lines yields for a file that cannot be read: a place
// without bytes.
func lineErr(place string) error { return fmt.Errorf("%s", place) }

// Documents yields the documents of files of JSON lines.
func Documents(stdin io.Reader, paths []string) iter.Seq2[provenance.Document, error] {
	return func(yield func(provenance.Document, error) bool) {
		for place, line := range Lines(stdin, paths) {
			if line == nil {
				yield(provenance.Document{}, lineErr(place))
				return
			}
			var r record
			err := json.Unmarshal(line, &r)
			var d provenance.Document
			if err == nil {
				d, err = r.document()
			}
			if err != nil {
				err = fmt.Errorf("%s: %w", place, err)
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// ReadLine decodes a line that Lines yielded.
func ReadLine(place string, line []byte, v any) error {
	if line == nil {
		return lineErr(place)
	}
	if err := json.Unmarshal(line, v); err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	return nil
}
