package batch

import (
	"context"
	"encoding/binary"
	"iter"

	"github.com/cbb30ed1/reprint/cluster"
)

// gather sends documents and matches to their component: that of a document without
// edges is the document itself.
func gather(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var d documents
	var component uint64
	several, written := false, false
	var out, about []byte
	write := func() error {
		if written || !d.found {
			return nil
		}
		written = true
		document := d.bytes()
		if !several { // it is alone: that is all that is asked
			v := value{rest: document}
			v.head()
			if v.bad {
				return unexpected(Row{Key: int64(component), Value: document})
			}
			d.marks, document = nil, document[:len(document)-len(v.rest)]
		}
		out = appendText(appendMarks(append(out[:0], ofMember), d.marks), about)
		out = append(out, document...)
		return emit(Row{int64(component), firstOrder, out})
	}
	return byKey(in, func(key uint64) {
		d.begin()
		component, several, written, about = key, false, false, about[:0]
	}, func(kind byte, v *value, r Row) error {
		if d.read(kind, v) {
			return nil
		}
		switch kind {
		case ofAbout:
			version := v.uint64()
			told := v.bytes(uint64(len(v.rest)))
			if d.found && version == versionOf(d.version) {
				about = append(about[:0], told...)
			}
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
	return j.clusters(ctx, in, sees{}, func(c *component, found cluster.Cluster) error {
		for _, m := range found.Members {
			d, err := c.document(m.ID)
			if err != nil {
				return err
			}
			line, err := j.format.Line(found, m, d.Document)
			if err != nil {
				return err
			}
			if err := emit(Row{int64(cluster.HashID(m.ID)), 0, append([]byte{ofLine}, line...)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// clusters calls f with each cluster of each component.
func (j *Job) clusters(ctx context.Context, in iter.Seq2[Row, error], s sees, f func(c *component, found cluster.Cluster) error) error {
	return j.components(ctx, in, s, func(c *component) error {
		return c.clusters(func(found cluster.Cluster) error {
			if err := f(c, found); err != nil {
				return err
			}
			return ctx.Err()
		})
	})
}

// pairs writes the lines of the pairs of components.
func (j *Job) pairs(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	return j.components(ctx, in, sees{}, func(c *component) error {
		if c.only.Document != nil {
			return nil
		}
		for id, found := range c.index.Pairs() {
			for i, m := range found {
				line, err := j.format.Pair(id, m)
				if err != nil {
					return err
				}
				if err := emit(Row{int64(cluster.HashID(id)), 0, append(appendPair(nil, ofPair, c.of(id).time, id, i), line...)}); err != nil {
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
