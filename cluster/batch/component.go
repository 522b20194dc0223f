package batch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Components bounds what of a component is in memory. The zero value is the default of each.
type Components struct {
	// Memory is for sets, sequences and what answers tell of the documents of a component, for
	// fates and origins also their texts, in bytes; 0 means 256 MiB. If a component has more, all of it is written to a temporary
	// file once, and read back when it is needed; nothing is left out, and the answers are
	// the same. What always stays in memory is for each document its id, its sample (a
	// sixteenth of its set, at least 48 shingles) and its place, some 700 bytes in all; for
	// each match 100; for each cluster some 300; and while a cluster is listed 1 kB for each
	// of its members, for origins also their texts.
	Memory int64

	Folder string // for the file, and for one of a large group that is compared; "" means os.TempDir
}

const defaultComponents = 256 << 20

// WithComponents returns the job with other bounds.
func (j *Job) WithComponents(c Components) *Job {
	with := *j
	with.bounds = c
	return &with
}

// A component is documents that are connected by matches.
type component struct {
	job     *Job
	sees    sees
	only    Told     // where no other has come
	marks   []uint32 // of it
	members []member
	bytes   int64 // of members
	file    *spill

	// When all documents have come.
	index   *cluster.Index
	matches *cluster.Partition
	placed  []placed
	places  map[uint64]uint32 // by the hashes of documents
}

// sees says what a stage sees of the documents of components, beside what is before their texts.
type sees struct{ text, about bool }

// A member is a document of a component.
type member struct {
	entry cluster.Prepared
	doc   Told     // what the stage sees; without a document if it is in the file
	marks []uint32 // that the entry does not have yet
}

// placed is what is kept of a member that is in the index.
type placed struct {
	time     int64
	doc      Told   // without a document if it is in the file,
	position uint64 // and there
}

// components calls f with each component.
func (j *Job) components(ctx context.Context, in iter.Seq2[Row, error], s sees, f func(*component) error) (err error) {
	c := &component{job: j, sees: s, file: &spill{folder: j.bounds.Folder}}
	defer func() { err = errors.Join(err, c.file.close()) }()
	return byKey(in, func(uint64) { c.begin() }, func(kind byte, v *value, r Row) error {
		switch kind {
		case ofMember:
			if c.matches != nil {
				return unexpected(r)
			}
			marks, about, doc := v.marks(), v.bytes(v.uvarint()), v.document()
			if v.bad {
				return nil // byKey says so
			}
			d := Told{Document: &doc}
			if s.about {
				d.About = bytes.Clone(about)
			}
			if err := c.add(d, marks); err != nil {
				return err
			}
		case ofLink:
			a := v.uint64()
			b, m := v.match()
			if v.bad {
				return nil
			}
			if err := c.match(a, b, m); err != nil {
				return fmt.Errorf("%w: %w", unexpected(r), err)
			}
		default:
			return unexpected(r)
		}
		return ctx.Err()
	}, func() error {
		if c.only.Document == nil {
			if err := c.place(); err != nil {
				return err
			}
			if err := c.matches.Cluster(ctx); err != nil {
				return err
			}
		}
		return f(c)
	})
}

// begin begins with another component.
func (c *component) begin() {
	*c = component{job: c.job, sees: c.sees, file: c.file}
	c.file.end = 0
}

// add adds a document.
func (c *component) add(d Told, marks []uint32) error {
	if c.only.Document == nil && len(c.members) == 0 {
		c.only, c.marks = d, marks
		return nil
	}
	if first := c.only; first.Document != nil {
		c.only = Told{}
		if err := c.prepare(first, c.marks); err != nil {
			return err
		}
	}
	return c.prepare(d, marks)
}

func (c *component) prepare(d Told, marks []uint32) error {
	p, err := c.job.prepare(d.Document, nil)
	if err != nil {
		return err
	}
	if !c.sees.text {
		d.Text = ""
	}
	m := member{p, d, marks}
	if c.file.end > 0 {
		err = m.spill(c.file)
	} else if c.bytes += int64(p.Bytes() + len(d.Site) + len(d.URL) + len(d.Title) + len(d.Text) + len(d.About) + 4*len(marks)); c.bytes > c.most() {
		for i := range c.members {
			if err := c.members[i].spill(c.file); err != nil {
				return err
			}
		}
		err = m.spill(c.file)
	}
	c.members = append(c.members, m)
	return err
}

func (c *component) most() int64 {
	if m := c.job.bounds.Memory; m > 0 {
		return m
	}
	return defaultComponents
}

// spill writes a member to the file.
func (m *member) spill(to *spill) error {
	position, err := to.add(m.entry, m.doc)
	if err != nil {
		return err
	}
	m.entry = m.entry.Lean(position)
	err = m.mark()
	m.doc = Told{}
	return err
}

// mark notes in the entry what of it is boilerplate. Entries are written before that.
func (m *member) mark() error {
	err := m.entry.MarkBoilerplate(m.marks)
	m.marks = nil
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRow, err)
	}
	return nil
}

// place gives the documents their places, when all have come.
func (c *component) place() error {
	if c.matches != nil {
		return nil
	}
	slices.SortFunc(c.members, func(a, b member) int { return cluster.ByTime(a.entry, b.entry) })
	if c.file.end > 0 {
		if err := c.file.flush(); err != nil {
			return err
		}
		c.index = c.job.index.Empty(c.file, int(c.most()))
	} else {
		c.index = c.job.index.Empty(nil, 0)
	}
	c.matches = c.index.Partition()
	c.placed, c.places = make([]placed, len(c.members)), make(map[uint64]uint32, len(c.members))
	for i := range c.members {
		m := &c.members[i]
		if err := m.mark(); err != nil {
			return err
		}
		c.placed[i], c.places[m.entry.Hash()] = placed{m.entry.Time(), m.doc, m.entry.Position}, uint32(i)
		c.matches.Place(m.entry)
	}
	c.members = nil
	return nil
}

var errStranger = errors.New("a match with a document of another component")

// match adds a match. All documents have come.
func (c *component) match(a, b uint64, m records.Match) error {
	if err := c.place(); err != nil {
		return err
	}
	placeA, okA := c.places[a]
	placeB, okB := c.places[b]
	if !okA || !okB {
		return errStranger
	}
	return c.matches.Match(int(placeA), int(placeB), m)
}

// of returns what is kept of a document by its id.
func (c *component) of(id string) *placed { return &c.placed[c.places[cluster.HashID(id)]] }

// document returns what the stage sees of a document.
func (c *component) document(id string) (Told, error) {
	if c.only.Document != nil {
		return c.only, nil
	}
	p := c.of(id)
	if p.doc.Document != nil {
		return p.doc, nil
	}
	return c.file.document(p.position)
}

// clusters calls f with each cluster.
func (c *component) clusters(f func(cluster.Cluster) error) (err error) {
	if c.only.Document != nil {
		return f(cluster.Cluster{ID: c.only.ID, Members: []cluster.Member{{ID: c.only.ID}}})
	}
	failed := c.index.EachCluster(func(found cluster.Cluster) bool {
		err = f(found)
		return err == nil
	})
	return errors.Join(err, failed)
}

// A spill is a file of documents and their entries, of which each is told by its position.
type spill struct {
	folder string
	file   *os.File
	to     *bufio.Writer
	end    int64
	buf    []byte
}

// spillHead is before each document and its entry: how many bytes each of them has.
const spillHead = 8

func (s *spill) add(p cluster.Prepared, d Told) (position uint64, err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp(s.folder, "reprint-component-*"); err != nil {
			return 0, s.failed(err)
		}
		s.to = bufio.NewWriterSize(s.file, 1<<16)
		_ = os.Remove(s.file.Name()) // see dataset
	}
	if s.end == 0 {
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return 0, s.failed(err)
		}
	}
	b := appendDocument(appendText(append(s.buf[:0], make([]byte, spillHead)...), d.About), d.Document)
	binary.BigEndian.PutUint32(b, uint32(len(b)-spillHead))
	at := len(b)
	if b, err = p.AppendBinary(b); err != nil {
		return 0, err
	}
	binary.BigEndian.PutUint32(b[4:], uint32(len(b)-at))
	s.buf = b
	if _, err := s.to.Write(b); err != nil {
		return 0, s.failed(err)
	}
	position = uint64(s.end)
	s.end += int64(len(b))
	return position, nil
}

func (s *spill) failed(err error) error {
	return failed(s.folder, fmt.Errorf("of a component: %w", err))
}

func (s *spill) flush() error {
	if err := s.to.Flush(); err != nil {
		return s.failed(err)
	}
	return nil
}

// read appends to dst a document, or its entry.
func (s *spill) read(dst []byte, position uint64, entry bool) ([]byte, error) {
	var head [spillHead]byte
	if _, err := s.file.ReadAt(head[:], int64(position)); err != nil {
		return dst, s.failed(err)
	}
	begin, n := int64(position)+spillHead, int(binary.BigEndian.Uint32(head[:]))
	if entry {
		begin, n = begin+int64(n), int(binary.BigEndian.Uint32(head[4:]))
	}
	dst = slices.Grow(dst, n)[:len(dst)+n]
	if _, err := s.file.ReadAt(dst[len(dst)-n:], begin); err != nil {
		return dst, s.failed(err)
	}
	return dst, nil
}

// Keep keeps bytes that are no document, and Entry returns these, or an entry: see
// records.Beside. What was added is flushed.
func (s *spill) Keep(b []byte) (position uint64, err error) {
	s.buf = append(binary.BigEndian.AppendUint64(s.buf[:0], uint64(len(b))), b...)
	if _, err := s.file.WriteAt(s.buf, s.end); err != nil {
		return 0, s.failed(err)
	}
	position = uint64(s.end)
	s.end += int64(len(s.buf))
	return position, nil
}

func (s *spill) Entry(dst []byte, position uint64) ([]byte, error) {
	return s.read(dst, position, true)
}

func (s *spill) document(position uint64) (Told, error) {
	b, err := s.read(nil, position, false)
	if err != nil {
		return Told{}, err
	}
	v := value{rest: b}
	about, doc := v.bytes(v.uvarint()), v.document()
	return Told{&doc, about}, v.end(Row{Value: b})
}

func (s *spill) close() error {
	if s.file == nil {
		return nil
	}
	_ = s.file.Close() // nothing is read from it any more
	if err := os.Remove(s.file.Name()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return s.failed(err)
	}
	return nil
}
