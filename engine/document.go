package engine

import "time"

// A Document is a text to look for copies of, with the fields of reprint.Document.
type Document struct {
	ID        string
	Text      string
	Title     string
	Site      string
	URL       string
	Published time.Time
	Note      string // see cluster.Entry
}
