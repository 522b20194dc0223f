package batch

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// read reads documents, and writes their keys.
func (j *Job) read(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var buf []byte
	for doc, err := range j.format.Read(ctx, valuesOf(in)) {
		if err != nil {
			return err
		}
		p, err := j.engine.Prepare(doc.Document)
		if err != nil {
			return err
		}
		if buf, err = j.write(buf, &doc.Document, p, emit); err != nil {
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

// write writes the rows of a document.
func (j *Job) write(buf []byte, doc *engine.Document, p cluster.Prepared, emit func(Row) error) ([]byte, error) {
	h := p.Holder()
	buf = appendDocument(binary.BigEndian.AppendUint32(append(buf[:0], ofDocument), versionOf(&h)), doc)
	if err := emit(Row{int64(h.Document), firstOrder, buf}); err != nil {
		return buf, err
	}
	buf = binary.BigEndian.AppendUint32(append(buf[:0], ofBrief), versionOf(&h))
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
// published last stays, and of these the one with the greatest version. What comes twice
// with the same version is one document; of the one that stays it tells that it does.
func latest(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var document int64
	var last dropped
	some, again := false, false
	return byKey(in, func(key uint64) { document, some, again = int64(key), false, false }, func(kind byte, v *value, r Row) error {
		if kind != ofBrief {
			return unexpected(r)
		}
		next := dropped{r.Order, v.uint32()}
		v.uint32()
		v.uvarint()
		before := last
		last, again = next, some && next == last
		if some && !again {
			return emit(Row{document, before.time, binary.BigEndian.AppendUint32([]byte{isDropped}, before.version)})
		}
		some = true
		return nil
	}, func() error {
		if again {
			return emit(Row{document, 0, []byte{isAgain}})
		}
		return nil
	})
}

// documents reads the documents and marks of a key, and says which one stays.
type documents struct {
	job   *Job
	facts *Facts
	found bool
	bytes []byte // of it
	marks []uint32
}

func (d *documents) begin() { d.found, d.marks = false, nil }

// read reads a row of a document or of its marks, and reports whether it was one.
func (d *documents) read(kind byte, v *value, r Row) (bool, error) {
	switch kind {
	case ofDocument:
		version := v.uint32()
		b := v.rest
		v.rest = nil
		if len(d.facts.dropped[uint64(r.Key)]) > 0 {
			v := value{rest: b}
			doc := v.document()
			if v.bad {
				return true, unexpected(r)
			}
			p, err := d.job.prepare(&doc, nil)
			if err != nil {
				return true, err
			}
			if d.facts.isDropped(uint64(r.Key), p.Time(), version) {
				return true, nil
			}
		}
		d.found, d.bytes = true, append(d.bytes[:0], b...)
	case ofMarks:
		d.marks = v.marks()
	default:
		return false, nil
	}
	return true, nil
}

// isReplaced reports whether another document has the id of this one, and stays.
func (j *Job) isReplaced(f *Facts, doc *engine.Document) (bool, error) {
	if len(f.dropped[cluster.HashID(doc.ID)]) == 0 {
		return false, nil
	}
	p, err := j.prepare(doc, nil)
	if err != nil {
		return false, err
	}
	h := p.Holder()
	return f.isDropped(h.Document, p.Time(), versionOf(&h)), nil
}

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
