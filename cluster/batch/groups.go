package batch

import (
	"context"
	"encoding/binary"
	"iter"
)

// groups tells documents to which group they have to go: that of the leader of a
// document's leader, where there is one, else of its leader.
func groups(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var group uint64
	asked := map[uint64]struct{}{}
	var out []byte
	return byKey(in, func(key uint64) {
		group = key
		if len(asked) > 0 {
			asked = map[uint64]struct{}{}
		}
	}, func(kind byte, v *value, r Row) error {
		if kind == ofLeader {
			group = v.uint64()
			return nil
		}
		if kind != ofChoice || len(v.rest) == 0 || len(v.rest)%8 != 0 {
			return unexpected(r)
		}
		out = append(append(out[:0], ofCompared), v.rest...)
		if err := emit(Row{int64(group), 0, out}); err != nil {
			return err
		}
		out = binary.BigEndian.AppendUint64(append(out[:0], ofRequest), group)
		for len(v.rest) > 0 {
			document := v.uint64()
			if _, ok := asked[document]; ok {
				continue
			}
			if len(asked) >= mostSummed {
				clear(asked) // send asks for a document that is requested twice once
			}
			asked[document] = struct{}{}
			if err := emit(Row{int64(document), 0, out}); err != nil {
				return err
			}
		}
		return nil
	}, func() error { return nil })
}

// send sends documents to the groups in which they are compared.
func send(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var d documents
	var out []byte
	var last uint64 // group
	return byKey(in, func(uint64) { d.begin(); out = out[:0] }, func(kind byte, v *value, r Row) error {
		if d.read(kind, v) {
			return nil
		}
		if kind != ofRequest || !d.found {
			return unexpected(r)
		}
		group := v.uint64()
		if len(out) > 0 && group == last {
			return nil // it has come before
		}
		last = group
		if len(out) == 0 {
			out = binary.BigEndian.AppendUint64(append(out, ofGrouped), uint64(r.Key))
			out = append(appendMarks(out, d.marks), d.bytes()...)
		}
		return emit(Row{int64(group), firstOrder, out})
	}, func() error { return nil })
}
