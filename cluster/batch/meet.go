package batch

import (
	"context"
	"encoding/binary"
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// mostSummed is how many sums a stage keeps before it writes them.
const mostSummed = 1 << 18

// fresh adds up the weight of the keys of a document that others had before. Most documents
// have few of these, or none, in one part of the keys. Of a key that few documents have it
// also says who meets whom; of others it asks how new the documents are, which matters there.
func (j *Job) fresh(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	sums := newSums(emit)
	known := map[uint64]uint32{} // weight by document
	var buf []byte
	write := func() error {
		for d, weight := range known {
			buf = binary.AppendUvarint(append(buf[:0], ofKnown), uint64(weight))
			if err := emit(Row{int64(d), secondOrder, buf}); err != nil {
				return err
			}
		}
		clear(known)
		return nil
	}
	ask := func(key uint64, h *join.Holder) error {
		buf = appendAsked(buf[:0], key, h.Place)
		return emit(Row{int64(h.Document), 0, buf})
	}
	most := j.list().Unmarked()
	var key uint64
	var few []join.Holder // that a list would have, while nobody can be marked
	found, many := false, false
	err := byKey(in, func(next uint64) { key, few, found, many = next, few[:0], false, false }, func(kind byte, v *value, r Row) error {
		if kind != ofPosting {
			return unexpected(r)
		}
		h := j.posting(v)
		if v.bad {
			return nil
		}
		w, whole := j.joining.Weight(h.Place)
		if found && !whole {
			known[h.Document] += w
			if len(known) >= mostSummed {
				if err := write(); err != nil {
					return err
				}
			}
		}
		found = found || !whole
		if many {
			return ask(key, &h)
		}
		if i := slices.IndexFunc(few, func(o join.Holder) bool { return o.Text == h.Text }); i >= 0 {
			return sums.add(pair{h.Document, few[i].Document}, w, whole)
		}
		if few = append(few, h); len(few) <= most {
			return nil
		}
		many = true
		for i := range few {
			if err := ask(key, &few[i]); err != nil {
				return err
			}
		}
		return nil
	}, func() error {
		for i := 1; i < len(few) && !many; i++ {
			w, whole := j.joining.Weight(few[i].Place)
			for _, o := range few[:i] {
				if err := sums.add(pair{few[i].Document, o.Document}, w, whole); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil {
		err = write()
	}
	if err == nil {
		err = sums.write()
	}
	return err
}

// posting reads a posting as lists take it.
func (j *Job) posting(v *value) join.Holder {
	h := v.posting()
	if j.joining.Filtered {
		h.Text = uint32(h.Document)
	}
	return h
}

// list returns an empty list.
func (j *Job) list() *join.List {
	return &join.List{Rules: j.joining.Boilerplate, Longest: j.joining.Longest}
}

// freshness tells how new a document is where that was asked.
func (j *Job) freshness(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var own brief
	var known uint64
	found := false
	var buf []byte
	return byKey(in, func(uint64) { known, found = 0, false }, func(kind byte, v *value, r Row) error {
		switch {
		case kind == ofBrief:
			own, found = v.brief(), true
		case kind == ofKnown && found:
			known += v.uvarint()
		case kind == ofAsked && found:
			key := v.uint64()
			h := join.Holder{Document: uint64(r.Key), Text: own.text, Site: own.Site, Page: own.Page, Place: v.place()}
			if v.bad {
				return nil
			}
			if _, whole := j.joining.Weight(h.Place); !whole {
				all := uint64(own.Weight)
				h.Fresh = j.joining.Freshness((float64(all) - float64(known)) / float64(max(1, all)))
			}
			buf = appendListed(buf[:0], &h)
			return emit(Row{int64(key), own.time, buf})
		default:
			return unexpected(r)
		}
		return nil
	}, func() error { return nil })
}

// meet replays the lists of the keys that many documents have.
func (j *Job) meet(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	m := j.newMeeting(emit)
	err := byKey(in, func(uint64) {}, func(kind byte, v *value, r Row) error {
		if kind != ofListed {
			return unexpected(r)
		}
		h := v.listed()
		if v.bad {
			return nil
		}
		if j.joining.Filtered {
			h.Text = uint32(h.Document)
		}
		m.list.Add(h)
		return m.err
	}, func() error {
		m.list.End()
		return m.err
	})
	if err == nil {
		err = m.sums.write()
	}
	return err
}

// A meeting is what meet knows.
type meeting struct {
	job  *Job
	emit func(Row) error
	list *join.List
	sums *sums
	buf  []byte
	err  error
}

func (j *Job) newMeeting(emit func(Row) error) *meeting {
	m := &meeting{job: j, emit: emit, list: j.list(), sums: newSums(emit)}
	m.list.Mark, m.list.Meet = m.mark, m.meet
	return m
}

func (m *meeting) mark(h join.Holder) {
	if _, whole := m.job.joining.Weight(h.Place); whole || m.err != nil {
		return
	}
	m.buf = binary.AppendUvarint(append(m.buf[:0], ofMark), uint64(h.Place))
	m.err = m.emit(Row{int64(h.Document), 0, m.buf})
}

func (m *meeting) meet(h join.Holder, with []uint64) {
	w, whole := m.job.joining.Weight(h.Place)
	for _, d := range with {
		if m.err != nil {
			return
		}
		m.err = m.sums.add(pair{h.Document, d}, w, whole)
	}
}

type pair struct{ later, earlier uint64 }

// sums are weights that pairs have in common.
type sums struct {
	emit   func(Row) error
	places map[pair]int32 // in the next ones
	found  []summed
	buf    []byte
}

type summed struct {
	pair
	common uint32
	whole  bool
}

func newSums(emit func(Row) error) *sums { return &sums{emit: emit, places: map[pair]int32{}} }

func (s *sums) add(p pair, weight uint32, whole bool) error {
	i, ok := s.places[p]
	if !ok {
		if len(s.found) >= mostSummed {
			if err := s.write(); err != nil {
				return err
			}
		}
		i = int32(len(s.found))
		s.places[p] = i
		s.found = append(s.found, summed{pair: p})
	}
	to := &s.found[i]
	to.common += weight
	to.whole = to.whole || whole
	return nil
}

// write writes the sums.
func (s *sums) write() error {
	for _, p := range s.found {
		s.buf = appendPaired(s.buf[:0], paired{p.later, p.common, p.whole})
		if err := s.emit(Row{int64(p.earlier), 0, s.buf}); err != nil {
			return err
		}
	}
	clear(s.places)
	s.found = s.found[:0]
	return nil
}

// marks puts together what of a document is boilerplate.
func (j *Job) marks(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var places []uint32
	var document int64
	return byKey(in, func(key uint64) { document, places = int64(key), places[:0] }, func(kind byte, v *value, r Row) error {
		if kind != ofMark {
			return unexpected(r)
		}
		places = append(places, uint32(v.uvarint()))
		return nil
	}, func() error {
		slices.Sort(places)
		return emit(Row{document, secondOrder, appendMarks([]byte{ofMarks}, places)})
	})
}

// briefs reads the brief and the marks of a key.
type briefs struct {
	job   *Job
	found bool
	time  int64
	records.Brief
}

// read reads such a row, and reports whether it was one.
func (b *briefs) read(kind byte, v *value) bool {
	switch {
	case kind == ofBrief:
		of := v.brief()
		b.found, b.time, b.Brief = true, of.time, of.Brief
	case kind == ofMarks && b.found:
		for _, place := range v.marks() {
			w, _ := b.job.joining.Weight(place)
			b.Weight -= w
		}
	default:
		return false
	}
	return true
}

// weigh tells later documents of the earlier ones that they have met what these weigh without
// boilerplate, and what they have in common in all.
func (j *Job) weigh(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	b := briefs{job: j}
	var document uint64
	var last paired
	some := false
	var buf []byte
	write := func() error {
		if !some {
			return nil
		}
		some = false
		buf = appendMet(buf[:0], &met{b.time, document, b.Brief, last.common, last.whole})
		return emit(Row{int64(last.document), 0, buf})
	}
	return byKey(in, func(key uint64) { document, b.found = key, false }, func(kind byte, v *value, r Row) error {
		if b.read(kind, v) {
			return nil
		}
		if kind != ofPaired || !b.found {
			return unexpected(r)
		}
		next := v.paired()
		if v.bad {
			return nil
		}
		if some && next.document == last.document {
			last.common += next.common
			last.whole = last.whole || next.whole
			return nil
		}
		if err := write(); err != nil {
			return err
		}
		last, some = next, true
		return nil
	}, write)
}
