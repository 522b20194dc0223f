package reprint

import "github.com/cbb30ed1/reprint/cluster"

// ErrFormat is what the errors of Decode wrap.
var ErrFormat = cluster.ErrFormat

// Prepared is a document that was read and is ready to be added. It can be
// written down with AppendBinary; see cluster.Index.Decode for the format.
type Prepared = cluster.Prepared

// Prepare reads a document, which is most of the work of adding it, and can be done
// side by side. The error wraps ErrID if the id is empty.
func (d *Detector) Prepare(doc Document) (Prepared, error) {
	r := d.readers.Get().(*reader)
	defer d.readers.Put(r)
	return d.index.Prepare(r.read(doc))
}

// AddPrepared is Add for a document that this detector has prepared or decoded.
func (d *Detector) AddPrepared(p Prepared) (Added, error) {
	a, err := d.index.AddPrepared(p)
	if err != nil {
		return Added{}, err
	}
	return Added{a.Cluster, a.Size, relate(a.Matches), a.Events}, nil
}

// Lookup answers for a document that is there already, with the same content,
// what it matches and where it belongs, and changes nothing. The error wraps
// ErrUnknown if no document has its id.
func (d *Detector) Lookup(p Prepared) (Added, error) {
	a, err := d.index.Lookup(p)
	if err != nil {
		return Added{}, err
	}
	return Added{a.Cluster, a.Size, relate(a.Matches), nil}, nil
}

// Decode decodes what AppendBinary wrote of a document that was prepared by a
// detector with the same options. The error wraps ErrFormat.
func (d *Detector) Decode(b []byte) (Prepared, error) { return d.index.Decode(b) }

// Counters returns those of the counts in Stats that take no time to tell.
func (d *Detector) Counters() cluster.Stats { return d.index.Counters() }
