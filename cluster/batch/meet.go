package batch

import (
	"context"
	"encoding/binary"
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// fewListed is how many documents of a key are remembered in any case.
const fewListed = 128

// mostSummed is how many sums a stage keeps before it writes them.
const mostSummed = 1 << 18

// postingsOf calls each with the postings of the keys, but for those of documents that
// were dropped, and those that come twice.
func (j *Job) postingsOf(f *Facts, in iter.Seq2[Row, error], begin func(), each func(time int64, p posting) error, end func() error) error {
	var last posting
	some := false
	return byKey(in, func(uint64) { some = false; begin() }, func(kind byte, v *value, r Row) error {
		if kind != ofPosting {
			return unexpected(r)
		}
		p := v.posting()
		if v.bad || some && p == last || f.dropped[dropped{p.holder.Document, r.Order, p.holder.Text}] {
			return nil
		}
		some, last = true, p
		return each(r.Order, p)
	}, end)
}

// fresh adds up the weight of the keys that a document had first.
func (j *Job) fresh(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	sums := map[uint64]uint32{}
	var buf []byte
	write := func() error {
		for d, w := range sums {
			buf = binary.AppendUvarint(append(buf[:0], ofFresh), uint64(w))
			if err := emit(Row{int64(d), 0, buf}); err != nil {
				return err
			}
		}
		clear(sums)
		return nil
	}
	first := true
	err := j.postingsOf(f, in, func() { first = true }, func(_ int64, p posting) error {
		if w, whole := j.joining.Weight(p.holder.Place); first && !whole {
			sums[p.holder.Document] += w
			if len(sums) >= mostSummed {
				return write()
			}
		}
		first = false
		return nil
	}, func() error { return nil })
	if err != nil {
		return err
	}
	return write()
}

// allNew is what is noted of a document that is new as a whole, as most are.
func (j *Job) allNew() postings.Posting { return j.joining.Freshness(1) }

// freshness tells which documents are not new as a whole.
func (j *Job) freshness(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	var weight, fresh uint64
	var document uint64
	return byKey(in, func(key uint64) { document, weight, fresh = key, 0, 0 }, func(kind byte, v *value, r Row) error {
		switch kind {
		case ofBrief:
			text := v.uint32()
			v.uint32()
			if w := v.uvarint(); !f.dropped[dropped{document, r.Order, text}] {
				weight = w
			}
		case ofFresh:
			fresh += v.uvarint()
		default:
			return unexpected(r)
		}
		return nil
	}, func() error {
		if is := j.joining.Freshness(float64(fresh) / float64(max(1, weight))); is != j.allNew() {
			return emit(Row{int64(document), 0, []byte{isFresh, byte(is)}})
		}
		return nil
	})
}

// meet replays the lists of the keys.
func (j *Job) meet(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	m := meeting{job: j, facts: f, emit: emit, of: map[uint64]listed{}, most: fewListed, sums: map[[2]uint64]*summed{}}
	l := join.List{Rules: j.joining.Boilerplate, Longest: j.joining.Longest, Mark: m.mark, Meet: m.meet}
	err := j.postingsOf(f, in, func() { clear(m.of) }, func(time int64, p posting) error {
		h := p.holder
		if _, whole := j.joining.Weight(h.Place); !whole {
			h.Fresh = j.allNew()
			if is, ok := f.fresh[h.Document]; ok {
				h.Fresh = is
			}
		}
		m.of[h.Document] = listed{time, p.brief}
		l.Add(h)
		if len(m.of) > m.most {
			m.forget(&l)
		}
		if m.err == nil && len(m.sums) >= mostSummed {
			m.write()
		}
		return m.err
	}, func() error { l.End(); return m.err })
	if err != nil {
		return err
	}
	m.write()
	return m.err
}

// A meeting is what meet knows.
type meeting struct {
	job   *Job
	facts *Facts
	emit  func(Row) error
	of    map[uint64]listed // documents that the list may still have
	most  int               // of these, before those that it does not have are forgotten
	sums  map[[2]uint64]*summed
	buf   []byte
	err   error
}

type listed struct {
	time  int64
	brief records.Brief
}

type summed struct {
	listed
	common uint32
	whole  bool
}

// forget forgets documents that are not listed any more.
func (m *meeting) forget(l *join.List) {
	kept := map[uint64]listed{}
	for d := range l.Known() {
		kept[d] = m.of[d]
	}
	m.of, m.most = kept, 2*len(kept)+fewListed
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
		s := m.sums[[2]uint64{h.Document, d}]
		if s == nil {
			s = &summed{listed: m.of[d]}
			m.sums[[2]uint64{h.Document, d}] = s
		}
		s.common += w
		s.whole = s.whole || whole
	}
}

// write writes the sums.
func (m *meeting) write() {
	for pair, s := range m.sums {
		if m.err != nil {
			return
		}
		m.buf = appendMet(m.buf[:0], &met{s.time, pair[1], s.brief, s.common, s.whole})
		m.err = m.emit(Row{int64(pair[0]), 0, m.buf})
	}
	clear(m.sums)
}

// marks puts together what of a document is boilerplate, and tells how much that is.
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
		sum := uint32(0)
		for _, p := range places {
			w, _ := j.joining.Weight(p)
			sum += w
		}
		if err := emit(Row{document, secondOrder, appendMarks([]byte{ofMarks}, places)}); err != nil {
			return err
		}
		return emit(Row{document, 0, binary.AppendUvarint([]byte{isMarked}, uint64(sum))})
	})
}
