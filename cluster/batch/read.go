package batch

import (
	"context"
	"fmt"
	"iter"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// read reads documents.
func (j *Job) read(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var buf []byte
	for doc, err := range j.format.Read(ctx, valuesOf(in)) {
		if err != nil {
			return err
		}
		if buf, err = j.writeDocument(buf, &doc.Document, emit); err != nil {
			return err
		}
	}
	return nil
}

// valuesOf yields the values of rows.
func valuesOf(in iter.Seq2[Row, error]) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for r, err := range in {
			if !yield(r.Value, err) {
				return
			}
		}
	}
}

// writeDocument writes the row of a document, if it is one that can be prepared.
func (j *Job) writeDocument(buf []byte, doc *engine.Document, emit func(Row) error) ([]byte, error) {
	if doc.ID == "" {
		return buf, fmt.Errorf("%w: it is empty, want a name for the document", cluster.ErrID)
	}
	if len(doc.Text) > engine.MaxWords { // others have no more words than that
		if _, err := j.engine.PrepareToCompare(*doc); err != nil {
			return buf, fmt.Errorf("%w: document %q", err, doc.ID)
		}
	}
	buf = appendVersion(append(buf[:0], ofDocument), doc)
	return buf, emit(Row{int64(cluster.HashID(doc.ID)), firstOrder, buf})
}

// documents reads the documents and marks of a key. The last document that comes is the one
// that stays.
type documents struct {
	found   bool
	several bool
	version []byte // its time and it
	marks   []uint32
}

func (d *documents) begin() { *d = documents{version: d.version[:0]} }

// read reads a row of a document or of its marks, and reports whether it was one.
func (d *documents) read(kind byte, v *value) bool {
	switch kind {
	case ofDocument:
		d.several = d.found
		d.version = append(d.version[:0], v.rest...)
		d.found = true
		v.uint64()
		v.rest = nil
	case ofMarks:
		d.marks = v.marks()
	default:
		return false
	}
	return true
}

// bytes returns the document.
func (d *documents) bytes() []byte { return d.version[8:] }

// prepare reads a document, and notes what of it is boilerplate.
func (j *Job) prepare(doc *engine.Document, marks []uint32) (cluster.Prepared, error) {
	p, err := j.engine.PrepareToCompare(*doc)
	if err == nil {
		err = p.MarkBoilerplate(marks)
	}
	if err != nil {
		return p, fmt.Errorf("%w: %w", ErrRow, err) // it was read before, and had no error then
	}
	return p, nil
}
