// Package lines is what commands print of documents, pairs and clusters: a type for each
// kind of line, made of what the library answers. Package output writes them in a format.
package lines

import (
	"math"
	"time"

	"github.com/cbb30ed1/reprint"
)

// Round cuts a figure to four decimals, more than which it does not mean.
func Round(f float64) float64 { return math.Round(f*1e4) / 1e4 }

// stdErr is left out where figures are exact.
func stdErr(f reprint.Figures) *float64 {
	if f.Exact {
		return nil
	}
	e := Round(f.StdErr)
	return &e
}

// A Publication is the part of a line that says where and when a document was published,
// where that is known.
type Publication struct {
	Site      string     `json:"site,omitempty"`
	Published *time.Time `json:"published,omitempty"`
	Title     string     `json:"title,omitempty"`
	URL       string     `json:"url,omitempty"`
}

// PublicationOf returns that of a document.
func PublicationOf(doc reprint.Document) Publication {
	return about{doc.ID, doc.Site, doc.Title, doc.URL, doc.Published}.publication()
}
