package batch

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"

	"github.com/cespare/xxhash/v2"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// ErrFormat is wrapped by errors for a stage that needs functions that the format lacks.
var ErrFormat = errors.New("batch: the format of the job cannot do it")

func errFormat(stage string) error { return fmt.Errorf("%w: stage %s", ErrFormat, stage) }

// Origins says where the articles of clusters come from: by what their documents tell,
// and by what is learned from all documents.
type Origins interface {
	// About returns what a document tells of its origin, beside the document itself, nil
	// for nothing.
	About(d Document) ([]byte, error)

	// Teach returns an empty collection of lessons.
	Teach() Lessons

	// Learn returns what all lessons of a name teach together, nil for nothing. Their order
	// does not matter.
	Learn(name string, lessons iter.Seq2[[]byte, error]) ([]byte, error)

	// Judge returns what judges clusters by what was learned of all names, whose order does
	// not matter. Its answer is the line of a cluster, nil for none.
	Judge(learned [][]byte) (func(c cluster.Cluster, docs func(id string) (Told, error)) ([]byte, error), error)
}

// Lessons is what some documents teach.
type Lessons interface {
	// Add adds a document by what it tells. Copied says that it is in a cluster of several.
	// When it returns true, there are so many lessons that they are to be taken out.
	Add(about []byte, copied bool) (full bool, err error)

	// Take takes all lessons out, each by a name, in any order.
	Take(lesson func(name string, lesson []byte) error) error
}

// A Told is a document of a cluster, and what it tells of its origin, if that was asked. Of
// one that has no match there is no text.
type Told struct {
	*engine.Document
	About []byte
}

// tell writes what documents tell.
func (j *Job) tell(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	if j.format.Origins == nil {
		return errFormat("tell")
	}
	var buf []byte
	for doc, err := range j.format.Read(ctx, valuesOf(in)) {
		if err != nil {
			return err
		}
		buf = appendVersion(buf[:0], &doc.Document)
		if err := j.writeAbout(doc, versionOf(buf), emit); err != nil {
			return err
		}
	}
	return nil
}

// writeAbout writes what a version of a document tells.
func (j *Job) writeAbout(doc Document, version uint64, emit func(Row) error) error {
	about, err := j.format.Origins.About(doc)
	if err != nil || about == nil {
		return err
	}
	return emit(Row{int64(cluster.HashID(doc.ID)), secondOrder, append(binary.BigEndian.AppendUint64([]byte{ofAbout}, version), about...)})
}

// teach writes the lessons of documents, by the hashes of their names.
func (j *Job) teach(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	if j.format.Origins == nil {
		return errFormat("teach")
	}
	lessons := j.format.Origins.Teach()
	var out []byte
	take := func() error {
		return lessons.Take(func(name string, lesson []byte) error {
			out = append(appendText(append(out[:0], ofLesson), name), lesson...)
			return emit(Row{int64(xxhash.Sum64String(name)), 0, out})
		})
	}
	err := j.clusters(ctx, in, sees{about: true}, func(c *component, found cluster.Cluster) error {
		for _, m := range found.Members {
			d, err := c.document(m.ID)
			if err != nil {
				return err
			}
			full, err := lessons.Add(d.About, len(found.Members) > 1)
			if err == nil && full {
				err = take()
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return take()
}

// learn writes what is learned of each name.
func (j *Job) learn(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	if j.format.Origins == nil {
		return errFormat("learn")
	}
	next, stop := iter.Pull2(in)
	defer stop()
	var row Row
	var name string
	var lesson []byte
	more := false
	read := func() (err error) { // the next lesson
		if row, err, more = next(); !more || err != nil {
			return err
		}
		kind, v := kindOf(row)
		if kind != ofLesson {
			return unexpected(row)
		}
		name = v.text()
		lesson = v.bytes(uint64(len(v.rest)))
		return v.end(row)
	}
	if err := read(); err != nil {
		return err
	}
	for more {
		of, key := name, row.Key
		var failed error
		learned, err := j.format.Origins.Learn(of, func(yield func([]byte, error) bool) {
			for more && name == of && failed == nil && yield(lesson, nil) {
				failed = read()
			}
			if failed != nil {
				yield(nil, failed)
			}
		})
		if err := cmp.Or(failed, err, ctx.Err()); err != nil {
			return err
		}
		if more && name == of && row.Key == key {
			return fmt.Errorf("%w: lessons of %q were left", ErrRow, of)
		}
		if learned != nil {
			if err := emit(Row{key, 0, append([]byte{isLearned}, learned...)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// judge writes the lines of the origins of clusters.
func (j *Job) judge(f *Facts) run {
	return func(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
		if j.format.Origins == nil {
			return errFormat("judge")
		}
		judge, err := j.format.Origins.Judge(f.learned)
		if err != nil {
			return err
		}
		return j.clusters(ctx, in, sees{text: true, about: true}, func(c *component, found cluster.Cluster) error {
			if len(found.Members) == 1 {
				return nil
			}
			line, err := judge(found, c.document)
			if err != nil || line == nil {
				return err
			}
			return emit(Row{int64(cluster.HashID(found.ID)), 0, append(appendPair(nil, ofOrigin, c.of(found.ID).time, found.ID, 0), line...)})
		})
	}
}

// appendPair appends what lines are ordered by on one machine: the time and the id of a
// document, and a rank among those of one.
func appendPair(b []byte, kind byte, time int64, id string, rank int) []byte {
	b = binary.BigEndian.AppendUint64(append(b, kind), uint64(time)^1<<63)
	return binary.BigEndian.AppendUint32(appendText(b, id), uint32(rank))
}
