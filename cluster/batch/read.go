package batch

import (
	"context"
	"encoding/binary"
	"iter"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// read reads documents, and writes their keys.
func (j *Job) read(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	texts := func(yield func([]byte, error) bool) {
		for r, err := range in {
			if !yield(r.Value, err) {
				return
			}
		}
	}
	var buf []byte
	for doc, err := range j.format.Read(ctx, texts) {
		if err != nil {
			return err
		}
		p, err := j.engine.Prepare(doc)
		if err != nil {
			return err
		}
		if buf, err = j.write(buf, &doc, p, emit); err != nil {
			return err
		}
	}
	return nil
}

// write writes the rows of a document.
func (j *Job) write(buf []byte, doc *engine.Document, p cluster.Prepared, emit func(Row) error) ([]byte, error) {
	h := j.index.Holder(p)
	buf = appendDocument(append(buf[:0], ofDocument), doc)
	if err := emit(Row{int64(h.Document), firstOrder, buf}); err != nil {
		return buf, err
	}
	buf = binary.BigEndian.AppendUint32(append(buf[:0], ofBrief), h.Text)
	buf = binary.BigEndian.AppendUint32(buf, p.Brief.Known)
	buf = binary.AppendUvarint(buf, uint64(p.Brief.Weight))
	err := emit(Row{int64(h.Document), p.Time(), buf})
	p.Keys(func(key uint64, place uint32) {
		if err == nil {
			h.Place = place
			buf = appendPosting(buf[:0], &posting{h, p.Brief})
			err = emit(Row{int64(key), p.Time(), buf})
		}
	})
	return buf, err
}

// latest tells of documents with one id those that another one replaces: the one that was
// published last, and of these the one with the greatest hash, stays.
func latest(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var last Row
	var text [4]byte
	some := false
	return byKey(in, func(uint64) { some = false }, func(kind byte, v *value, r Row) error {
		if kind != ofBrief {
			return unexpected(r)
		}
		if some {
			if err := emit(Row{last.Key, last.Order, append([]byte{isDropped}, text[:]...)}); err != nil {
				return err
			}
		}
		some, last = true, Row{Key: r.Key, Order: r.Order}
		copy(text[:], v.bytes(4))
		v.uint32()
		v.uvarint()
		return nil
	}, func() error { return nil })
}

// documents reads the documents and marks of a key, and says which one stays.
type documents struct {
	job   *Job
	facts *Facts
	found *engine.Document
	entry cluster.Prepared
	ready bool // the entry was made
	marks []uint32
}

func (d *documents) begin() { d.found, d.marks, d.ready = nil, nil, false }

// read reads a row of a document or of its marks, and reports whether it was one.
func (d *documents) read(kind byte, v *value) (bool, error) {
	switch kind {
	case ofDocument:
		doc := v.document()
		if v.bad || len(v.rest) > 0 {
			return true, nil // the caller says so
		}
		if len(d.facts.dropped) > 0 {
			p, err := d.job.engine.Prepare(doc)
			if err != nil {
				return true, err
			}
			h := d.job.index.Holder(p)
			if d.facts.dropped[dropped{h.Document, p.Time(), h.Text}] {
				return true, nil
			}
		}
		d.found = &doc
	case ofMarks:
		d.marks = v.marks()
	default:
		return false, nil
	}
	return true, nil
}

// prepared returns the entry of the document.
func (d *documents) prepared() (cluster.Prepared, error) {
	if !d.ready {
		p, err := d.job.prepare(*d.found, d.marks)
		if err != nil {
			return p, err
		}
		d.entry, d.ready = p, true
	}
	return d.entry, nil
}

// prepare reads a document, and notes what of it is boilerplate.
func (j *Job) prepare(doc engine.Document, marks []uint32) (cluster.Prepared, error) {
	p, err := j.engine.PrepareToCompare(doc)
	if err != nil {
		return p, err
	}
	return p, p.MarkBoilerplate(marks)
}
