package origin

import (
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/cbb30ed1/reprint/shingle"
)

const (
	editShingle = 4  // words that are looked up together
	fewOwners   = 3  // with less there is no majority to differ from
	maxCompared = 64 // members of which texts are compared
	maxEdits    = 2  // of one kind that count for a pair: editors make many at once
)

// Classes of edits.
const (
	Inserted = "inserted" // words that the majority does not have
	Replaced = "replaced" // words in place of others
	Omitted  = "omitted"  // the majority has words here
)

// An Edit is where a text differs from what most owners have. What stands before the first
// words that they have, or behind the last ones, is the site's frame and no edit.
type Edit struct {
	shingle.Span        // in the text; an omission stands between two words
	Class        string `json:"class,omitempty"` // Inserted, Replaced or Omitted
}

// edited is an edit that can be looked for in other texts.
type edited struct {
	Edit
	key         uint64 // the same in each text that has it
	left, right uint64 // the shingles before and behind, which most have
	owners      int    // that have it
}

// reading is a text as words, and what in it the majority has.
type reading struct {
	words    []shingle.Word
	shingles []uint64 // one for each word that begins one
	has      map[uint64]bool
	edits    []edited // by key
}

// read reads the texts of members that have them, and finds what differs from the
// majority. It returns nil if there is none.
func read(members []*Member) []*reading {
	texts, owners := 0, map[string]int{}
	for _, m := range members {
		if m.Text != "" {
			texts++
			owners[m.owner] = len(owners)
		}
	}
	if len(owners) < fewOwners || texts > maxCompared {
		return nil
	}
	out := make([]*reading, len(members))
	spread := map[uint64]uint64{} // of a shingle: a bit for each owner
	numbers := map[string]int{}
	for i, m := range members {
		if m.Text == "" {
			continue
		}
		if _, ok := numbers[m.owner]; !ok {
			numbers[m.owner] = len(numbers)
		}
		r := newReading(m)
		out[i] = r
		for s := range r.has {
			spread[s] |= 1 << numbers[m.owner]
		}
	}
	most := len(numbers)/2 + 1
	common := map[uint64]bool{}
	for s, bits := range spread {
		if ones(bits) >= most {
			common[s] = true
		}
	}
	support := map[uint64]uint64{}
	for i, r := range out {
		if r == nil {
			continue
		}
		r.find(common)
		for _, e := range r.edits {
			support[e.key] |= 1 << numbers[members[i].owner]
		}
	}
	for _, r := range out {
		if r == nil {
			continue
		}
		for k := range r.edits {
			r.edits[k].owners = ones(support[r.edits[k].key])
		}
	}
	return out
}

func ones(bits uint64) int {
	n := 0
	for ; bits != 0; bits &= bits - 1 {
		n++
	}
	return n
}

// newReading reads a text without its credits, which are evidence of their own.
func newReading(m *Member) *reading {
	r := &reading{has: map[uint64]bool{}}
	var s shingle.Shingler
	k := 0
	for _, w := range s.AppendWords(nil, m.Text) {
		for k < len(m.Credits) && !m.Credits[k].Byline && m.Credits[k].End <= w.Start {
			k++
		}
		if k < len(m.Credits) && !m.Credits[k].Byline && w.Start >= m.Credits[k].Start {
			continue
		}
		r.words = append(r.words, w)
	}
	for i := range max(0, len(r.words)-editShingle+1) {
		h := hashWords(r.words[i : i+editShingle])
		r.shingles = append(r.shingles, h)
		r.has[h] = true
	}
	return r
}

func hashWords(words []shingle.Word) uint64 {
	b := make([]byte, 0, 8*editShingle)
	for _, w := range words {
		for i := range 8 {
			b = append(b, byte(w.Hash>>(8*i)))
		}
	}
	return xxhash.Sum64(b)
}

// find finds the edits: words that no shingle of the majority covers, and places between
// two words that none of them bridges.
func (r *reading) find(common map[uint64]bool) {
	n := len(r.words)
	covered, bridged := make([]bool, n), make([]bool, n) // bridged: with the word before
	first, last := n, -1
	for i, s := range r.shingles {
		if !common[s] {
			continue
		}
		first, last = min(first, i), i+editShingle-1
		for k := range editShingle {
			covered[i+k] = true
			bridged[i+k] = bridged[i+k] || k > 0
		}
	}
	at := func(i int) uint64 { return r.shingles[i] }
	for i := first; i <= last; i++ {
		switch {
		case !covered[i]:
			to := i
			for !covered[to] {
				to++ // the last word is covered
			}
			e := edited{key: hashWords(r.words[i:to]), left: at(i - editShingle), right: at(to)}
			e.Span, e.Class = shingle.Span{Start: r.words[i].Start, End: r.words[to-1].End}, Replaced
			around := slices.Concat(r.words[i-editShingle/2:i], r.words[to:to+editShingle/2])
			if common[hashWords(around)] {
				e.Class = Inserted
			}
			r.edits = append(r.edits, e)
			i = to - 1
		case i > first && covered[i-1] && !bridged[i]:
			e := edited{key: hashWords(r.words[i-editShingle/2:i+editShingle/2]) + 1, left: at(i - editShingle), right: at(i)}
			e.Span, e.Class = shingle.Span{Start: r.words[i-1].End, End: r.words[i].Start}, Omitted
			r.edits = append(r.edits, e)
		}
	}
	slices.SortStableFunc(r.edits, func(a, b edited) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return 0
	})
	r.edits = slices.CompactFunc(r.edits, func(a, b edited) bool { return a.key == b.key })
}

// inherited compares the edits of a member with those of another: the edits that both have
// and few others, as they stand in i, and those that only j has, where i has what stands
// before and behind. At most maxEdits of each.
func inherited(j, i *reading, owners int) (shared, private []edited) {
	k := 0
	for _, e := range j.edits {
		for k < len(i.edits) && i.edits[k].key < e.key {
			k++
		}
		both := k < len(i.edits) && i.edits[k].key == e.key
		switch {
		case both && e.owners > 1 && 2*e.owners <= owners && len(shared) < maxEdits:
			shared = append(shared, i.edits[k])
		case !both && e.owners == 1 && i.has[e.left] && i.has[e.right] && len(private) < maxEdits:
			private = append(private, e)
		}
	}
	return shared, private
}
