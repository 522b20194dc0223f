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

// dropsPosting reports whether a posting is of a document that was dropped.
func (f *Facts) dropsPosting(p *posting, time int64) bool {
	return len(f.dropped) > 0 && f.isDropped(p.holder.Document, time, versionOf(&p.holder))
}

// fresh adds up the weight of the keys of a document that others had before. Most documents
// have few of these, or none, in one part of the keys.
func (j *Job) fresh(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	type sum struct{ known, all uint32 }
	sums := map[uint64]sum{}
	var buf []byte
	write := func() error {
		for d, s := range sums {
			buf = binary.AppendUvarint(append(buf[:0], ofKnown), uint64(s.known))
			buf = binary.AppendUvarint(buf, uint64(s.all))
			if err := emit(Row{int64(d), 0, buf}); err != nil {
				return err
			}
		}
		clear(sums)
		return nil
	}
	found := false
	var last posting
	err := byKey(in, func(uint64) { found = false }, func(kind byte, v *value, r Row) error {
		if kind != ofPosting {
			return unexpected(r)
		}
		p := v.posting()
		w, whole := j.joining.Weight(p.holder.Place)
		if v.bad || whole || f.dropsPosting(&p, r.Order) || found && p == last {
			return nil // a posting that comes twice is of a document that came twice
		}
		last = p
		if !found {
			found = true
			return nil
		}
		sums[p.holder.Document] = sum{sums[p.holder.Document].known + w, p.brief.Weight}
		if len(sums) >= mostSummed {
			return write()
		}
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
func (j *Job) freshness(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var document, known, all uint64
	return byKey(in, func(key uint64) { document, known, all = key, 0, 0 }, func(kind byte, v *value, r Row) error {
		if kind != ofKnown {
			return unexpected(r)
		}
		known += v.uvarint()
		all = v.uvarint()
		return nil
	}, func() error {
		if is := j.joining.Freshness(float64(all-known) / float64(max(1, all))); is != j.allNew() {
			return emit(Row{int64(document), 0, []byte{isFresh, byte(is)}})
		}
		return nil
	})
}

// meet replays the lists of the keys.
func (j *Job) meet(f *Facts, in iter.Seq2[Row, error], emit func(Row) error) error {
	m := j.newMeeting(f, emit)
	var first posting // which is not listed before a second one comes
	var time int64
	n := 0
	err := byKey(in, func(uint64) { n = 0 }, func(kind byte, v *value, r Row) error {
		if kind != ofPosting {
			return unexpected(r)
		}
		p := v.posting()
		if v.bad || f.dropsPosting(&p, r.Order) || n > 0 && p == m.last {
			return nil // a posting that comes twice is of a document that came twice
		}
		m.last = p
		if n++; n == 1 {
			first, time = p, r.Order
			return nil
		}
		if n == 2 {
			m.add(&first, time)
		}
		m.add(&p, r.Order)
		return m.err
	}, func() error {
		if n > 1 {
			m.list.End()
			clear(m.of)
		}
		return m.err
	})
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
	list  join.List
	last  posting
	of    map[uint64]listed // documents that the list may still have
	most  int               // of these, before those that it does not have are forgotten
	sums  map[pair]int      // places in the next ones
	found []summed
	buf   []byte
	err   error
}

func (j *Job) newMeeting(f *Facts, emit func(Row) error) *meeting {
	m := &meeting{job: j, facts: f, emit: emit, of: map[uint64]listed{}, most: fewListed, sums: map[pair]int{}}
	m.list = join.List{Rules: j.joining.Boilerplate, Longest: j.joining.Longest, Mark: m.mark, Meet: m.meet}
	return m
}

type listed struct {
	time  int64
	brief records.Brief
}

type pair struct{ later, earlier uint64 }

type summed struct {
	pair
	met
}

// add adds a document to the list.
func (m *meeting) add(p *posting, time int64) {
	h := p.holder
	if m.job.joining.Filtered {
		h.Text = uint32(h.Document)
	}
	if _, whole := m.job.joining.Weight(h.Place); !whole {
		h.Fresh = m.job.allNew()
		if is, ok := m.facts.fresh.get(h.Document); ok {
			h.Fresh = postings.Posting(is)
		}
	}
	m.of[h.Document] = listed{time, p.brief}
	m.list.Add(h)
	if len(m.of) > m.most {
		m.forget()
	}
	if m.err == nil && len(m.found) >= mostSummed {
		m.write()
	}
}

// forget forgets documents that are not listed any more.
func (m *meeting) forget() {
	kept := map[uint64]listed{}
	for d := range m.list.Known() {
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
		p := pair{h.Document, d}
		i, ok := m.sums[p]
		if !ok {
			i = len(m.found)
			m.sums[p] = i
			of := m.of[d]
			m.found = append(m.found, summed{p, met{time: of.time, document: d, brief: of.brief}})
		}
		s := &m.found[i]
		s.common += w
		s.whole = s.whole || whole
	}
}

// write writes the sums.
func (m *meeting) write() {
	for i := range m.found {
		if m.err != nil {
			return
		}
		s := &m.found[i]
		m.buf = appendMet(m.buf[:0], &s.met)
		m.err = m.emit(Row{int64(s.later), 0, m.buf})
	}
	clear(m.sums)
	m.found = m.found[:0]
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
