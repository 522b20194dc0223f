package batch

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
)

// A sketch is what is prepared of a document before others are known: its brief, but for the time, and its keys.
type sketch struct {
	brief
	keys []key
}

type key struct {
	hash  uint64
	place uint32
}

// sketchOf makes the sketch of a document.
func (j *Job) sketchOf(document []byte, s *sketch) error {
	v := value{rest: document}
	doc := v.document()
	if v.bad || doc.ID == "" {
		return unexpected(Row{Value: document})
	}
	p, err := j.engine.Prepare(doc)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRow, err) // read would have said so
	}
	s.text, s.Brief, s.keys = p.Holder().Text, p.Brief, s.keys[:0]
	p.Keys(func(hash uint64, place uint32) { s.keys = append(s.keys, key{hash, place}) })
	return nil
}

// sketches passes documents on, and puts beside each what keys would have to make of it again.
func (j *Job) sketches(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var s sketch
	var out []byte
	for r, err := range in {
		if err != nil {
			return err
		}
		kind, v := kindOf(r)
		version := v.rest
		v.uint64()
		if kind != ofDocument || v.bad {
			return unexpected(r)
		}
		if err := j.sketchOf(v.rest, &s); err != nil {
			return err
		}
		out = binary.BigEndian.AppendUint64(append(out[:0], ofSketch), versionOf(version))
		out = binary.AppendUvarint(s.append(out), uint64(len(s.keys)))
		for _, k := range s.keys {
			out = appendPlace(binary.BigEndian.AppendUint64(out, k.hash), k.place)
		}
		if err := emit(r); err != nil {
			return err
		}
		if err := emit(Row{r.Key, secondOrder, out}); err != nil {
			return err
		}
	}
	return nil
}

// sketch reads one.
func (v *value) sketch(s *sketch) {
	v.untimed(&s.brief)
	s.keys = s.keys[:0]
	for range min(v.uvarint(), uint64(len(v.rest))) {
		s.keys = append(s.keys, key{v.uint64(), v.place()})
	}
}

// keys writes the keys of documents, of those with one id the keys of the one that stays.
func (j *Job) keys(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var d documents
	var s sketch
	var document uint64
	sketched := false
	var out []byte
	return byKey(in, func(key uint64) { document, sketched = key, false; d.begin() }, func(kind byte, v *value, r Row) error {
		switch {
		case kind == ofDocument:
			d.read(kind, v)
		case kind == ofSketch && d.found:
			if v.uint64() == versionOf(d.version) {
				sketched = true
				v.sketch(&s)
			} else { // of another one, which does not stay
				v.rest = nil
			}
		default:
			return unexpected(r)
		}
		return nil
	}, func() error {
		if !sketched {
			if err := j.sketchOf(d.bytes(), &s); err != nil {
				return err
			}
		}
		v := value{rest: d.version}
		s.time = int64(v.uint64() ^ 1<<63)
		out = appendBrief(out[:0], &s.brief)
		if err := emit(Row{int64(document), firstOrder, out}); err != nil {
			return err
		}
		for _, k := range s.keys {
			out = appendPosting(out[:0], &join.Holder{Document: document, Text: s.text, Place: k.place})
			if err := emit(Row{int64(k.hash), s.time, out}); err != nil {
				return err
			}
		}
		if !d.several {
			return nil
		}
		return emit(Row{int64(document), 0, binary.BigEndian.AppendUint64([]byte{isLatest}, versionOf(d.version))})
	})
}
