package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// A Problem is an inconsistency that Check has found.
type Problem struct {
	Key  []byte `json:"key,omitempty"` // of the record in question, or nil
	ID   string `json:"id"`            // of the document, where known
	What string `json:"what,omitempty"`
}

// Error returns the problem in words.
func (p Problem) Error() string {
	switch {
	case p.ID != "":
		return fmt.Sprintf("document %q: %s", p.ID, p.What)
	case p.Key != nil:
		return fmt.Sprintf("record %q: %s", p.Key, p.What)
	}
	return p.What
}

// mostProblems is how many Check lists.
const mostProblems = 1000

// Check reads everything in the store, texts included, and returns the first 1,000
// inconsistencies that it finds. The error says why it could not go on. A store that
// is too damaged to be written may still open with ReadOnly, to be checked. Nothing is
// added or removed while Check runs.
func (s *Store) Check(ctx context.Context) ([]Problem, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	s.applied.Lock() // so that the index and the view have the same documents
	defer s.applied.Unlock()
	v := s.view()
	defer v.release()
	c := checker{
		ctx: ctx, s: s, r: v, problems: slices.Clone(s.damages),
		needed: s.index.Entries(), live: map[uint64]string{},
	}
	err := c.check()
	if errors.Is(err, errEnough) {
		err = nil
	}
	return c.problems, err
}

var errEnough = errors.New("store: enough problems")

// A checker reads all records in the order of their keys, but those of ids first,
// which say what else must be there.
type checker struct {
	ctx      context.Context
	s        *Store
	r        pebble.Reader
	problems []Problem
	needed   map[uint64]bool   // positions of entries that the index needs, and whether their documents are there
	live     map[uint64]string // ids of documents by position
	logged   []uint64          // positions that the log has
}

func (c *checker) report(key []byte, id, format string, args ...any) error {
	c.problems = append(c.problems, Problem{slices.Clone(key), id, fmt.Sprintf(format, args...)})
	if len(c.problems) >= mostProblems {
		return errEnough
	}
	return c.ctx.Err()
}

func (c *checker) check() error {
	if c.s.broken != nil {
		if err := c.report(nil, "", "%v", c.s.broken); err != nil {
			return err
		}
	}
	if err := c.each([]byte{keys.ID}, []byte{keys.ID + 1}, c.id); err != nil {
		return err
	}
	for problem := range c.s.index.Check() {
		if err := c.report(nil, "", "%v", problem); err != nil {
			return err
		}
	}
	for _, part := range [...][2][]byte{{nil, {keys.ID}}, {{keys.ID + 1}, nil}} {
		if err := c.each(part[0], part[1], c.record); err != nil {
			return err
		}
	}
	if c.s.broken != nil {
		return nil // what of the log is needed is not known
	}
	return c.log()
}

// each calls look with the records from one key to another.
func (c *checker) each(from, to []byte, look func(key, value []byte) error) error {
	n := 0
	return disk.Scan(c.r, from, to, func(key, value []byte) (bool, error) {
		if n++; n%1024 == 0 && c.ctx.Err() != nil {
			return false, c.ctx.Err()
		}
		return true, look(key, value)
	})
}

// id checks the record of an id, and all other records of its document.
func (c *checker) id(key, value []byte) error {
	id := string(key[1:])
	l, err := record.DecodeLocation(value)
	if err != nil {
		return c.report(key, id, "%v", err)
	}
	if !c.needed[l.Position] && c.s.broken == nil {
		if err := c.report(key, id, "the store has it, and the index does not"); err != nil {
			return err
		}
	}
	if other, ok := c.live[l.Position]; ok {
		return c.report(key, id, "it is at position %d, and so is document %q", l.Position, other)
	}
	c.live[l.Position] = id
	for _, k := range [...][]byte{keys.Timed(keys.Published, l.Published, l.Position), keys.Timed(keys.Arrival, l.Arrived, l.Position)} {
		switch value, err := disk.Get(c.r, k); {
		case err != nil:
			return err
		case string(value) != id:
			if err := c.report(k, id, "its expiry %q names document %q", k, value); err != nil {
				return err
			}
		}
	}
	return c.content(id, &l)
}

// content checks the entry of a document and its text.
func (c *checker) content(id string, l *record.Location) error {
	key := keys.Numbered(keys.Entry, l.Position)
	value, err := disk.Get(c.r, key)
	if err != nil {
		return c.unreadable(key, id, err)
	}
	if value == nil {
		return c.report(key, id, "there is no entry at position %d", l.Position)
	}
	a, err := record.DecodeAdded(value)
	if err != nil {
		return c.report(key, id, "%v", err)
	}
	if a.Hash != l.Hash || a.HasText != l.HasText || a.Arrived < l.Arrived { // SetClock makes it earlier
		return c.report(key, id, "its entry at position %d is that of another", l.Position)
	}
	if p, err := c.s.index.Decode(a.Entry); err != nil || p.ID() != id {
		return c.report(key, id, "its entry at position %d is that of document %q: %v", l.Position, idOf(p.ID, err), c.s.translate(err))
	}
	if !l.HasText {
		return nil
	}
	a.Doc.Text, err = c.s.text(c.r, id, l.Position)
	if err != nil {
		return c.unreadable(keys.Numbered(keys.Text, l.Position), id, err)
	}
	if record.HashOf(a.Doc) != l.Hash {
		return c.report(keys.Numbered(keys.Text, l.Position), id, "its text or metadata is not what was added")
	}
	return nil
}

func idOf(id func() string, err error) string {
	if err != nil {
		return ""
	}
	return id()
}

// unreadable handles an error of reading one record. Damage is a problem, and the
// walk goes on; any other error ends it.
func (c *checker) unreadable(key []byte, id string, err error) error {
	if !errors.Is(err, ErrCorrupt) {
		return err
	}
	return c.report(key, id, "%v", err)
}

// keyLengths has the length of keys with numbers, by their first byte.
var keyLengths = map[byte]int{
	keys.Arrival: 17, keys.Entry: 9, keys.Published: 17, keys.Removal: 9, keys.Text: 9, keys.Event: 9,
}

// record checks a record of any kind but those of ids.
func (c *checker) record(key, value []byte) error {
	kind, position := key[0], positionOf(key)
	if n, ok := keyLengths[kind]; ok && len(key) != n {
		return c.report(key, "", "the key has %d bytes, want %d", len(key), n)
	}
	id, live := c.live[position]
	switch kind {
	case keys.Arrival, keys.Published:
		if !live || id != string(value) {
			return c.report(key, "", "it is to expire document %q, which is not at position %d", value, position)
		}
		l, err := c.s.locate(c.r, id)
		if err != nil {
			return c.unreadable(key, id, err)
		}
		if string(key) != string(keys.Timed(keys.Arrival, l.Arrived, position)) && string(key) != string(keys.Timed(keys.Published, l.Published, position)) {
			return c.report(key, id, "it expires at two times")
		}
	case keys.Entry:
		c.logged = append(c.logged, position)
		if there, needed := c.needed[position]; there && !live {
			return c.report(key, "", "the index has it, and the store does not")
		} else if !needed && !c.s.o.keepLog && c.s.broken == nil {
			// A checkpoint may have dropped it after what is being checked was seen.
			if now, err := disk.Get(c.s.disk, key); err != nil || now != nil {
				return cmp.Or(err, c.report(key, "", "the entry of position %d is not needed", position))
			}
		}
		if a, err := record.DecodeAdded(value); err != nil {
			return c.report(key, id, "%v", err)
		} else if _, err := c.s.index.Decode(a.Entry); err != nil {
			return c.report(key, id, "%v", c.s.translate(err))
		}
	case keys.Removal:
		c.logged = append(c.logged, position)
		if _, err := record.DecodeRemoved(value); err != nil {
			return c.report(key, "", "%v", err)
		}
	case keys.Text:
		if !live {
			return c.report(key, "", "a text without a document")
		}
	case keys.Event:
		if _, err := decodeChange(position, value); err != nil {
			return c.report(key, "", "%v", err)
		}
	case keys.Setting, keys.Index:
	default:
		return c.report(key, "", "no record begins with %q", kind)
	}
	return nil
}

// log checks that every position has its operation.
func (c *checker) log() error {
	slices.Sort(c.logged)
	trimmed := c.s.index.Written() // the log is not needed up to there
	last, err := disk.Number(c.r, keys.Position)
	if err != nil {
		return err
	}
	next := trimmed + 1
	for _, p := range append(c.logged, last+1) {
		switch {
		case p <= trimmed:
			continue
		case p < next:
			err = c.report(nil, "", "position %d has two operations, or is beyond the last", p)
		case p > next && !c.s.lost.Cover(next, p-1):
			err = c.report(nil, "", "the operations of the positions from %d to %d are not there", next, p-1)
		}
		if err != nil {
			return err
		}
		next = p + 1
	}
	return nil
}
