package batch

import (
	"context"
	"encoding/binary"
	"iter"

	"github.com/cbb30ed1/reprint/cluster"
)

// gather sends documents and matches to their component: that of a document without
// edges is the document itself.
func (j *Job) gather(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	d := documents{job: j, facts: f}
	var component uint64
	several, written := false, false
	var out []byte
	write := func() error {
		if written || d.found == nil {
			return nil
		}
		written = true
		if !several {
			d.found.Text, d.marks = "", nil // it is alone: that is all that is asked
		}
		out = appendDocument(appendMarks(append(out[:0], ofMember), d.marks), d.found)
		return emit(Row{int64(component), firstOrder, out})
	}
	return byKey(in, func(key uint64) { d.begin(); component, several, written = key, false, false }, func(kind byte, v *value, r Row) error {
		if is, err := d.read(kind, v, r); is || err != nil {
			return err
		}
		switch kind {
		case ofEdge:
			component, several = v.uint64(), true
		case ofReverse:
			several = true
			v.uint64()
		case ofMatch:
			with, m := v.match()
			if err := write(); err != nil || v.bad {
				return err
			}
			return emit(Row{int64(component), 0, appendMatch(binary.BigEndian.AppendUint64([]byte{ofLink}, uint64(r.Key)), with, &m)})
		default:
			return unexpected(r)
		}
		return nil
	}, write)
}

// cluster writes the lines of the clusters of components.
func (j *Job) cluster(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	return j.components(ctx, in, func(c *component) error {
		return c.clusters(func(found cluster.Cluster) error {
			for _, m := range found.Members {
				doc, err := c.document(m.ID)
				if err != nil {
					return err
				}
				line, err := j.format.Line(found, m, doc)
				if err != nil {
					return err
				}
				if err := emit(Row{int64(cluster.HashID(m.ID)), 0, append([]byte{ofLine}, line...)}); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	})
}

// pairs writes the lines of the pairs of components.
func (j *Job) pairs(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	return j.components(ctx, in, func(c *component) error {
		if c.only != nil {
			return nil
		}
		for id, found := range c.index.Pairs() {
			for i, m := range found {
				line, err := j.format.Pair(id, m)
				if err != nil {
					return err
				}
				out := binary.BigEndian.AppendUint64([]byte{ofPair}, uint64(c.of(id).time)^1<<63)
				out = binary.BigEndian.AppendUint32(appendText(out, id), uint32(i))
				if err := emit(Row{int64(cluster.HashID(id)), 0, append(out, line...)}); err != nil {
					return err
				}
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return c.index.Err()
	})
}
