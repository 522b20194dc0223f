package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/cockroachdb/pebble/v2"
	"github.com/klauspost/compress/zstd"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/lock"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// Repaired is what Repair has done.
type Repaired struct {
	Documents int       `json:"documents"`          // there are in the new store
	Original  string    `json:"original,omitempty"` // the folder that has the damaged one now
	Gone      []Problem `json:"gone,omitempty"`     // what could not be read, the first 1,000
	GoneCount int       `json:"gone_count"`
}

// Repair makes a store anew from the documents of a damaged one that can be read, with
// its index. The new one takes the place of the other once it is complete, was checked,
// and is on disk; the other stays beside it. Its clusters are those of the documents
// added in their order, as if others had never been there, so they can differ, and its
// feed begins anew. Texts that are damaged are dropped, and their documents stay. An
// error says that nothing was changed. Of the options Cache, Logger, Metrics, Now, FS
// and the key of the detector count.
func Repair(ctx context.Context, dir string, o Options) (Repaired, error) {
	var out Repaired
	real := o.FS == nil
	o, err := o.withDefaults()
	if err != nil {
		return out, err
	}
	if real {
		if dir, err = lock.Path(dir); err != nil {
			return out, err
		}
	}
	o.ReadOnly, o.AcceptLoss, o.repairing = true, true, true
	d, err := disk.Open(dir, o.folder())
	if err != nil {
		return out, err
	}
	defer d.Close()
	made := dir + ".repaired"
	if _, err := o.FS.Stat(made); err == nil {
		return out, fmt.Errorf("store: %s is left of another repair: delete it", made)
	}
	r := repair{ctx: ctx, from: &Store{o: o, disk: d}, out: &out, copied: map[uint64]bool{}, last: map[string]*record.Location{}}
	o.ReadOnly, o.repairing = false, false
	if err := errors.Join(r.run(made, o), ctx.Err()); err != nil {
		return out, errors.Join(err, o.FS.RemoveAll(made))
	}
	if err := checkMade(ctx, made, o); err != nil {
		return out, errors.Join(err, o.FS.RemoveAll(made))
	}
	out.Original = dir + ".damaged"
	for n := 2; ; n++ {
		if _, err := o.FS.Stat(out.Original); err != nil {
			break
		}
		out.Original = fmt.Sprintf("%s.damaged-%d", dir, n)
	}
	if err := o.FS.Rename(dir, out.Original); err != nil {
		return out, errors.Join(err, o.FS.RemoveAll(made))
	}
	if err := o.FS.Rename(made, dir); err != nil {
		return out, errors.Join(err, o.FS.Rename(out.Original, dir))
	}
	parent, err := o.FS.OpenDir(o.FS.PathDir(dir))
	if err != nil {
		return out, err
	}
	return out, errors.Join(parent.Sync(), parent.Close())
}

// checkMade checks the store that a repair has made.
func checkMade(ctx context.Context, dir string, o Options) error {
	o.ReadOnly = true
	s, err := Open(dir, o)
	if err != nil {
		return err
	}
	problems, err := s.Check(ctx)
	if len(problems) > 0 {
		err = fmt.Errorf("%w: what a repair has made: %w", ErrCorrupt, problems[0])
	}
	return errors.Join(err, s.Close())
}

// A repair copies the documents of a store into a new one.
type repair struct {
	ctx      context.Context
	from, to *Store
	out      *Repaired

	batch    *pebble.Batch
	prepared []cluster.Prepared
	places   []uint64                    // of these
	last     map[string]*record.Location // of documents whose own records cannot be read
	copied   map[uint64]bool             // positions
	clock    int64
	newest   int64
	position uint64
}

const (
	repairedAtOnce  = 1 << 20 // bytes of one batch, about
	repairedBetween = 1 << 14 // documents between two checkpoints
)

func (r *repair) gone(key []byte, id, format string, args ...any) {
	if r.out.GoneCount++; len(r.out.Gone) < mostProblems {
		r.out.Gone = append(r.out.Gone, Problem{slices.Clone(key), id, fmt.Sprintf(format, args...)})
	}
}

// run makes the new store in a folder.
func (r *repair) run(dir string, o Options) (err error) {
	text, err := disk.Get(r.from.disk, keys.Scheme)
	if err != nil {
		return err
	}
	kept, err := decodeScheme(text)
	if err != nil {
		return err
	}
	if err := kept.unlock(o.Detector.Key); err != nil {
		return err
	}
	d, err := disk.Open(dir, o.folder())
	if err != nil {
		return err
	}
	r.to = &Store{o: o, disk: d}
	defer func() { err = errors.Join(err, d.Close()) }()
	if r.from.unzip, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0)); err != nil {
		return err
	}
	defer r.from.unzip.Close()
	if err := r.to.open(kept); err != nil {
		return err
	}
	defer func() { err = errors.Join(r.to.index.Close(), err) }()
	r.settings()
	r.batch = d.NewBatch()
	if err := r.entries(); err != nil {
		return err
	}
	if err := r.flush(); err != nil {
		return err
	}
	r.ids()
	return r.end(text)
}

// settings reads where the log ended and what the clock was, if they can be read. Else
// they are those of the documents. A position that was acknowledged is not given again.
func (r *repair) settings() {
	r.clock, r.newest = math.MinInt64, math.MinInt64
	if n, err := disk.Number(r.from.disk, keys.Position); err == nil {
		r.position = n
	}
	r.position = max(r.position, r.from.disk.Found.Receipt.Position)
	for _, err := range r.from.disk.Found.Errors() {
		r.gone(nil, "", "%v", err)
	}
	for _, t := range [...]struct {
		key []byte
		to  *int64
	}{{keys.Clock, &r.clock}, {keys.Newest, &r.newest}} {
		if n, err := disk.Number(r.from.disk, t.key); err == nil && n != 0 {
			*t.to = int64(n)
		}
	}
}

// entries copies the documents by their positions. Once the log cannot be read on, it
// looks for each position.
func (r *repair) entries() error {
	next := uint64(1)
	var failed error // of copying
	err := disk.Scan(r.from.disk, []byte{keys.Entry}, []byte{keys.Entry + 1}, func(key, value []byte) (bool, error) {
		if len(key) == 9 {
			next = positionOf(key) + 1
			failed = r.entry(key, value)
		}
		return failed == nil, nil
	})
	if failed != nil || err == nil {
		return failed
	}
	r.gone(nil, "", "the log cannot be read after position %d: %v", next-1, err)
	for ; next <= r.position; next++ {
		key := keys.Numbered(keys.Entry, next)
		value, err := disk.Get(r.from.disk, key)
		if err != nil {
			r.gone(key, "", "%v", err)
		} else if value != nil {
			if err := r.entry(key, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// entry copies a document, if it is there and sound.
func (r *repair) entry(key, value []byte) error {
	a, err := record.DecodeAdded(value)
	if err != nil {
		r.gone(key, "", "%v", err)
		return nil
	}
	p, err := r.to.index.Decode(a.Entry)
	if err != nil {
		r.gone(key, "", "%v", r.to.translate(err))
		return nil
	}
	id, position := p.ID(), positionOf(key)
	l, err := r.from.locate(r.from.disk, id)
	switch {
	case err != nil: // its entry says enough
		if before := r.last[id]; before != nil {
			r.drop(before)
		}
		l = &record.Location{Position: position, Arrived: a.Arrived, Published: a.Arrived, HasText: a.HasText, Hash: a.Hash}
		if !a.Doc.Published.IsZero() {
			l.Published = min(nanoseconds(a.Doc.Published), a.Arrived)
		}
		r.last[id] = l
	case l == nil || l.Position != position:
		return nil // removed or replaced
	case l.Hash != a.Hash:
		r.gone(key, id, "its entry is that of another")
		return nil
	}
	if a.HasText {
		r.text(id, l, &a)
	}
	l.HasText = a.HasText
	a.Arrived = max(a.Arrived, l.Arrived)
	r.batch.Set(keys.Numbered(keys.Entry, position), a.Append(nil), nil)
	r.batch.Set(keys.OfID(id), l.Append(nil), nil)
	r.batch.Set(keys.Timed(keys.Published, l.Published, position), []byte(id), nil)
	r.batch.Set(keys.Timed(keys.Arrival, l.Arrived, position), []byte(id), nil)
	r.copied[position] = true
	r.position, r.clock = max(r.position, position), max(r.clock, l.Arrived)
	if !a.Doc.Published.IsZero() {
		r.newest = max(r.newest, l.Published)
	}
	r.prepared, r.places = append(r.prepared, p), append(r.places, position)
	if r.batch.Len() < repairedAtOnce {
		return nil
	}
	return r.flush()
}

// text copies the text of a document, or says that it has none.
func (r *repair) text(id string, l *record.Location, a *record.Added) {
	key := keys.Numbered(keys.Text, l.Position)
	packed, err := disk.Get(r.from.disk, key)
	if err == nil {
		a.Doc.ID = id
		a.Doc.Text, err = r.from.text(r.from.disk, id, l.Position)
	}
	if err == nil && record.HashOf(a.Doc) != a.Hash {
		err = errors.New("its text or metadata is not what was added")
	}
	a.Doc.Text = ""
	if err != nil {
		r.gone(key, id, "its text is gone: %v", err)
		a.HasText = false
		return
	}
	r.batch.Set(key, packed, nil)
}

// drop takes back a document that was copied: a later one has its id.
func (r *repair) drop(l *record.Location) {
	for _, key := range [...][]byte{
		keys.Numbered(keys.Entry, l.Position), keys.Numbered(keys.Text, l.Position), keys.Timed(keys.Published, l.Published, l.Position), keys.Timed(keys.Arrival, l.Arrived, l.Position),
	} {
		r.batch.Delete(key, nil)
	}
}

// flush writes what was copied, and then adds it to the index.
func (r *repair) flush() error {
	if err := cmp.Or(r.to.disk.Write(r.batch, pebble.NoSync), r.ctx.Err()); err != nil {
		return err
	}
	r.batch = r.to.disk.NewBatch()
	for i, p := range r.prepared {
		if _, err := r.to.index.EnterAt(p, r.places[i]); err != nil {
			return r.to.translate(err)
		}
	}
	r.prepared, r.places = r.prepared[:0], r.places[:0]
	if r.to.index.Position()-r.to.index.Written() < repairedBetween {
		return nil
	}
	return r.checkpoint()
}

func (r *repair) checkpoint() error {
	_, err := r.to.index.Checkpoint()
	return r.to.translate(err)
}

// ids says which documents are gone, as far as their ids can be read.
func (r *repair) ids() {
	err := disk.Scan(r.from.disk, []byte{keys.ID}, []byte{keys.ID + 1}, func(key, value []byte) (bool, error) {
		l, err := record.DecodeLocation(value)
		if id := string(key[1:]); err == nil && !r.copied[l.Position] {
			r.gone(key, id, "it is gone")
		} else if err != nil && r.last[id] == nil {
			r.gone(key, id, "it is gone: %v", err)
		}
		return true, nil
	})
	if err != nil {
		r.gone([]byte{keys.ID}, "", "not all ids can be read: %v", err)
	}
}

// end completes the new store. Its next operation has a position of its own, so that
// who followed the feed of the damaged one learns that it begins anew.
func (r *repair) end(scheme []byte) error {
	r.position++
	if _, _, err := r.to.index.RemoveAt("", r.position); err != nil {
		return r.to.translate(err)
	}
	if err := r.checkpoint(); err != nil {
		return err
	}
	r.out.Documents = r.to.index.Len()
	b := r.to.disk.NewBatch()
	b.Set(keys.Scheme, scheme, nil)
	for _, n := range [...]struct {
		key   []byte
		value uint64
	}{
		{keys.Position, r.position}, {keys.Events, r.position}, {keys.First, r.position + 1},
		{keys.Clock, uint64(r.clock)}, {keys.Newest, uint64(r.newest)}, {keys.Version, disk.FormatVersion},
	} {
		b.Set(n.key, eightBytes(n.value), nil)
	}
	if err := r.to.disk.Write(b, pebble.Sync); err != nil {
		return err
	}
	return r.to.disk.Acknowledge(r.position, true)
}
