package join

import (
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/hits"
	"github.com/cbb30ed1/reprint/cluster/internal/holders"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// A Holder is a document that has the key.
type Holder struct {
	Document uint64           // told from all others by it
	Text     uint32           // alike for documents whose samples are the same
	Site     uint64           // see records.Brief
	Page     uint32           // likewise
	Place    uint32           // of the key in the document's sample
	Fresh    postings.Posting // how new the document was: the flags of the rules
}

// A List goes through the documents that have a key, in order, as the list of that key in
// an index would take them: it says for which of them the key is boilerplate, and which
// of them meet there. What it keeps does not depend on how many documents have the key.
// Keys are taken one after another.
type List struct {
	Rules   holders.Rules
	Longest int // how many documents are listed

	// Mark is called for each holder for which the key is boilerplate, and Meet for each
	// other one with those that were listed when it came, the first ones first; what it
	// gets holds until the next call.
	Mark func(Holder)
	Meet func(h Holder, listed []uint64)

	list   []postings.Posting // numbers are places in the next ones
	held   []holder
	briefs []records.Brief
	free   []uint32
	fresh  int // holders listed that have the flag of a page
	marked int // and that are marked
}

// A holder is one that is listed.
type holder struct {
	Holder
	met []uint64
}

// Add takes the next document that has the key.
func (l *List) Add(h Holder) {
	if i := slices.IndexFunc(l.list, func(p postings.Posting) bool { return l.held[p.Number()].Text == h.Text }); i >= 0 {
		// It has what the other one has, and need not be listed beside it.
		if p := l.list[i]; p&postings.Marked != 0 {
			l.Mark(h)
		} else {
			l.Meet(h, []uint64{l.held[p.Number()].Document})
		}
		return
	}
	posting := postings.Posting(0)
	if l.canBeMarked(0) && l.is(h.Site) {
		posting = postings.Marked
	}
	n := l.place(h)
	posting |= postings.Of(n) | h.Fresh
	if len(l.list) == l.Longest {
		i := l.givesWay(h.Site)
		l.drop(i)
		l.list = slices.Delete(l.list, i, i+1)
	}
	l.list = append(l.list, posting)
	l.count(posting, 1)
	if len(l.list) >= l.Rules.Few && l.canBeMarked(0) {
		l.relabel()
	}
}

// Unmarked returns how many documents an empty list can take while the key is boilerplate for
// nobody, whatever is known of them, and none has to give way.
func (l *List) Unmarked() int {
	n := 0
	for n < l.Longest && !l.canBeMarked(n+1) {
		n++
	}
	return n
}

// End ends the key.
func (l *List) End() {
	for i := range l.list {
		l.drop(i)
	}
	l.list = l.list[:0]
	l.fresh, l.marked = 0, 0
}

// place gives a new holder a place, and notes whom it meets.
func (l *List) place(h Holder) uint32 {
	if len(l.free) == 0 {
		l.free = append(l.free, uint32(len(l.held)))
		l.held = append(l.held, holder{})
		l.briefs = append(l.briefs, records.Brief{})
	}
	n := l.free[len(l.free)-1]
	l.free = l.free[:len(l.free)-1]
	to := &l.held[n]
	to.Holder, to.met = h, to.met[:0]
	for _, p := range l.list {
		to.met = append(to.met, l.held[p.Number()].Document)
	}
	l.briefs[n] = records.Brief{Site: h.Site, Page: h.Page}
	return n
}

// drop says what is known in the end of a holder that is listed no longer.
func (l *List) drop(i int) {
	p := l.list[i]
	h := &l.held[p.Number()]
	if p&postings.Marked != 0 {
		l.Mark(h.Holder)
	} else if len(h.met) > 0 {
		l.Meet(h.Holder, h.met)
	}
	l.free = append(l.free, p.Number())
	l.count(p, -1)
}

func (l *List) count(p postings.Posting, by int) {
	if p&l.Rules.Page != 0 {
		l.fresh += by
	}
	if p&postings.Marked != 0 {
		l.marked += by
	}
}

// canBeMarked reports whether the rules can mark anybody, or have marked somebody, with
// so many more listed. It is there to be quick.
func (l *List) canBeMarked(more int) bool {
	n := l.fresh + more
	return l.marked > 0 || n+n/2 >= min(l.Rules.Pages, l.Rules.Articles)
}

// is reports whether the key is boilerplate for the documents of a site.
func (l *List) is(site uint64) bool {
	return l.Rules.ByPublishers(l.list, l.briefs) || l.Rules.BySite(l.list, l.briefs, site)
}

// relabel brings up to date for which of those listed the key is boilerplate.
func (l *List) relabel() {
	overall := l.Rules.ByPublishers(l.list, l.briefs)
	site := uint64(0)
	is := overall || l.Rules.BySite(l.list, l.briefs, 0)
	var changed uint64
	for i, p := range l.list {
		if b := &l.briefs[p.Number()]; !overall && b.Site != site {
			site = b.Site
			is = l.Rules.BySite(l.list, l.briefs, site)
		}
		if is != (p&postings.Marked != 0) {
			changed |= 1 << i
		}
	}
	for i := range l.list {
		if changed>>i&1 != 0 {
			l.count(l.list[i], -1)
			l.list[i] ^= postings.Marked
			l.count(l.list[i], 1)
		}
	}
}

// givesWay chooses who leaves a list that is full, as an index does.
func (l *List) givesWay(next uint64) int {
	var shares hits.Shares
	shares.Add(next)
	for _, p := range l.list {
		shares.Add(l.briefs[p.Number()].Site)
	}
	return slices.IndexFunc(l.list, func(p postings.Posting) bool { return shares.IsLargest(l.briefs[p.Number()].Site) })
}
