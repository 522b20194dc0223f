package input

import (
	"bytes"
	"context"

	"github.com/cbb30ed1/reprint"
)

// A RowReader makes documents of objects of JSON, one by one, as an engine hands them out
// that has read the files. It knows nothing of other documents: whether an id comes again
// is not looked at.
type RowReader struct {
	parse parser
	src   source
	r     *Reader
}

// NewRowReader returns one that reads by fields and times of the options.
func NewRowReader(ctx context.Context, o Options) *RowReader {
	o.Updates = true
	return &RowReader{parse: jsonParser(o.Fields)(), src: source{format: JSONLines}, r: New(ctx, o)}
}

// Document returns the document of an object. It has an id or a URL, since it has no
// place by which others could call it. Its errors are a BadError each.
func (r *RowReader) Document(object []byte) (reprint.Document, error) {
	if len(object) > MaxDocument {
		return reprint.Document{}, bad("the document has more than %d MiB", MaxDocument>>20)
	}
	var to record
	r.parse(bytes.TrimPrefix(bytes.TrimSpace(object), []byte("\ufeff")), &to)
	if to.err == nil && to.values[roleID] == "" && to.values[roleURL] == "" {
		return reprint.Document{}, bad(`the document has neither "id" nor "url", by which it could be told from others`)
	}
	item, err := r.r.item(&to, &r.src, 0)
	return item.Document, err
}
