package store

import (
	"fmt"
	"iter"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// A Document is a document in a store, without its text, which Text returns. Times
// are in UTC.
type Document struct {
	reprint.Document           // without its Text
	Arrived          time.Time `json:"arrived,omitzero"` // when it was added, by the clock
	Position         uint64    `json:"position"`         // of the operation that added it
}

// Document returns a document, or an error that wraps ErrUnknown.
func (s *Store) Document(id string) (doc Document, err error) {
	err = s.read(func(v *view) error {
		l, err := s.known(v, id)
		if err != nil {
			return err
		}
		doc, err = s.document(v, id, l)
		return err
	})
	return doc, err
}

// known is locate, but returns an error if there is no such document.
func (s *Store) known(r pebble.Reader, id string) (*record.Location, error) {
	l, err := s.locate(r, id)
	if err == nil && l == nil {
		err = fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	return l, err
}

func (s *Store) document(r pebble.Reader, id string, l *record.Location) (Document, error) {
	value, closer, err := r.Get(keys.Numbered(keys.Entry, l.Position))
	if err != nil {
		return Document{}, lost(id, keys.Numbered(keys.Entry, l.Position), err)
	}
	defer closer.Close()
	a, err := record.DecodeAdded(value)
	if err != nil {
		return Document{}, fmt.Errorf("%w: document %q", err, id)
	}
	a.Doc.ID = id
	return Document{a.Doc, arrival(l.Arrived), l.Position}, nil
}

// lost adds to an error which record of which document could not be read.
func lost(id string, key []byte, err error) error {
	if err == pebble.ErrNotFound {
		return fmt.Errorf("%w: there is no %q, which document %q needs", ErrCorrupt, key, id)
	}
	return fmt.Errorf("%w: document %q", disk.Damaged(key, err), id)
}

// Text returns the text of a document. The error wraps ErrUnknown if the document
// is not there, ErrNoText if its text was not kept, or is that of Options.Fetch.
func (s *Store) Text(id string) (text string, err error) {
	fetch := false
	err = s.read(func(v *view) error {
		l, err := s.known(v, id)
		if err != nil {
			return err
		}
		if !l.HasText {
			if fetch = s.o.Texts == FetchTexts; !fetch {
				return fmt.Errorf("%w: the text of %q; to read it, keep it elsewhere and open the store with FetchTexts", ErrNoText, id)
			}
			return nil
		}
		text, err = s.text(v, id, l.Position)
		return err
	})
	if fetch {
		return s.o.Fetch(id)
	}
	return text, err
}

func (s *Store) text(r pebble.Reader, id string, position uint64) (string, error) {
	key := keys.Numbered(keys.Text, position)
	value, closer, err := r.Get(key)
	if err != nil {
		return "", lost(id, key, err)
	}
	defer closer.Close()
	text, err := s.unzip.DecodeAll(value, nil)
	if err != nil {
		return "", fmt.Errorf("%w: the text of %q does not decompress: %w", ErrCorrupt, id, err)
	}
	return string(text), nil
}

// documentsAtOnce is how many documents are read before looking whether the store
// was closed.
const documentsAtOnce = 256

// Documents yields all documents in the order of their ids. A document that is added
// or removed meanwhile may be among them or not. An error comes last.
func (s *Store) Documents() iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		for from := []byte{keys.ID}; from != nil; {
			docs, next, err := s.documents(from)
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
			if err != nil {
				yield(Document{}, err)
				return
			}
			from = next
		}
	}
}

// documents returns some documents, and the key to go on from, or nil if there are
// no more.
func (s *Store) documents(from []byte) (docs []Document, next []byte, err error) {
	err = s.read(func(v *view) error {
		return disk.Scan(v, from, []byte{keys.ID + 1}, func(key, value []byte) (bool, error) {
			id := string(key[1:])
			l, err := record.DecodeLocation(value)
			if err != nil {
				return false, fmt.Errorf("%w: document %q", err, id)
			}
			d, err := s.document(v, id, &l)
			if err != nil {
				return false, err
			}
			docs = append(docs, d)
			if len(docs) < documentsAtOnce {
				return true, nil
			}
			next = append(keys.OfID(id), 0)
			return false, nil
		})
	})
	return docs, next, err
}
