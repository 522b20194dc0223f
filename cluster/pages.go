package cluster

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// Pages are postings in a storage. A page holds those of all keys with the same
// upper 17 bits, in the order of keys and, for one key, in that in which they
// came. Each posting takes six bytes: two with the lower 15 bits of the key, the
// highest of the 16 saying that what older values of the page have of this key
// does not count, and four with the posting, which is 0 where such a key has
// none. Numbers are little-endian.
const (
	pageBits   = 17
	placeBytes = 6
	tagBits    = 32 - pageBits
	replaces   = 1 << 15
)

// pages are what is known of the pages in a storage.
type pages struct {
	prefix  byte
	filter  *filter // of the keys in them
	many    *filter // of those that have had fewHolders postings or more, there or not
	entries int     // postings in them, as far as is known
	keys    int     // in many, likewise

	mu             sync.Mutex
	recent, former remembered // lists that were read, and those read before these
	most           int        // bytes from which on recent ones become former

	reads, vain atomic.Int64 // pages read, and those of them that had nothing of the key
}

// remembered are lists by their keys, in memory without pointers, of which the
// garbage collector would else have very many to follow.
type remembered struct {
	places   map[uint32]place
	postings []posting // those of all lists, which are not changed
}

// A place is where a list stands.
type place struct {
	at uint32
	n  uint32
}

// placeSize is about what a list takes besides its postings.
const placeSize = 24

func (r *remembered) bytes() int { return placeSize*len(r.places) + 4*len(r.postings) }

func (r *remembered) get(key uint32) (list []posting, ok bool) {
	p, ok := r.places[key]
	end := p.at + p.n
	return r.postings[p.at:end:end], ok
}

func (r *remembered) set(key uint32, list []posting) {
	r.places[key] = place{uint32(len(r.postings)), uint32(len(list))}
	r.postings = append(r.postings, list...)
}

var pageBuffers = sync.Pool{New: func() any { return new([]byte) }}

func pageKey(prefix byte, page uint32) []byte {
	return []byte{prefix, byte(page >> 16), byte(page >> 8), byte(page)}
}

// get appends to dst the postings of a key, of documents that are there.
func (p *pages) get(view View, dst []posting, key uint32, there bitset) ([]posting, error) {
	if !p.filter.has(key) {
		return dst, nil
	}
	list, ok := p.known(key)
	if !ok {
		buf := pageBuffers.Get().(*[]byte)
		defer pageBuffers.Put(buf)
		page, _, err := view.Get((*buf)[:0], pageKey(p.prefix, key>>tagBits))
		if err != nil {
			return dst, err
		}
		*buf = page
		if len(page)%placeBytes != 0 {
			return dst, fmt.Errorf("page %q %d: %d bytes are no whole number of postings", p.prefix, key>>tagBits, len(page))
		}
		list = listIn(page, uint16(key&(1<<tagBits-1)))
		p.learn(key, list)
	}
	for _, e := range list {
		if there == nil || there.has(e.doc()) {
			dst = append(dst, e)
		}
	}
	return dst, nil
}

// listIn returns the postings of a tag in a page.
func listIn(page []byte, tag uint16) (list []posting) {
	from, to := 0, len(page)/placeBytes
	for from < to {
		if mid := (from + to) / 2; tagAt(page, mid) < tag {
			from = mid + 1
		} else {
			to = mid
		}
	}
	for ; from < len(page)/placeBytes && tagAt(page, from) == tag; from++ {
		if e := postingAt(page, from); e != 0 {
			list = append(list, e)
		}
	}
	return list
}

func tagAt(page []byte, i int) uint16 {
	return binary.LittleEndian.Uint16(page[i*placeBytes:]) &^ replaces
}

func postingAt(page []byte, i int) posting {
	return posting(binary.LittleEndian.Uint32(page[i*placeBytes+2:]))
}

func (p *pages) known(key uint32) ([]posting, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.recent.get(key)
	if ok {
		return l, true
	}
	if l, ok = p.former.get(key); ok {
		p.keep(key, l)
	}
	return l, ok
}

// keep makes a list one of the recent ones.
func (p *pages) keep(key uint32, list []posting) {
	if p.recent.places == nil || p.recent.bytes() >= p.most {
		p.former = p.recent
		p.recent = remembered{map[uint32]place{}, make([]posting, 0, len(p.former.postings))}
	}
	p.recent.set(key, list)
}

func (p *pages) learn(key uint32, list []posting) {
	p.reads.Add(1)
	if len(list) == 0 {
		p.vain.Add(1)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keep(key, list)
}

// forget is told that the pages have changed throughout.
func (p *pages) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recent, p.former = remembered{}, remembered{}
}

// follow is told that what was frozen is in the pages now.
func (p *pages) follow(frozen *layer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []posting
	for _, r := range [...]*remembered{&p.recent, &p.former} {
		for key := range r.places {
			list = list[:0]
			complete := frozen.complete[key]
			if old, _ := r.get(key); !complete {
				list = append(list, old...)
			}
			n := len(list)
			if list = frozen.get(list, key, nil); len(list) > n || complete {
				r.set(key, list)
			}
		}
	}
}

// MergePages returns the postings of a page of which some were written later
// than others: those of each key, the later ones last. It appends them to dst.
func MergePages(dst, older, newer []byte) []byte {
	dst = slices.Grow(dst, len(older)+len(newer))
	for len(newer) >= placeBytes {
		tag := tagAt(newer, 0)
		n := run(older, func(t uint16) bool { return t < tag })
		dst, older = append(dst, older[:n]...), older[n:]
		n = run(older, func(t uint16) bool { return t == tag })
		if binary.LittleEndian.Uint16(newer)&replaces == 0 {
			dst = append(dst, older[:n]...)
		}
		older = older[n:]
		n = run(newer, func(t uint16) bool { return t == tag })
		dst, newer = append(dst, newer[:n]...), newer[n:]
	}
	return append(append(dst, older...), newer...) // what is left of newer is damaged, and found to be by its length
}

// run returns how many bytes of a page have a tag that is wanted.
func run(page []byte, wanted func(tag uint16) bool) int {
	n := 0
	for len(page)-n >= placeBytes && wanted(tagAt(page[n:], 0)) {
		n += placeBytes
	}
	return min(n, len(page))
}

// appendPosting appends a posting to a page.
func appendPosting(page []byte, key uint32, e posting, replacing bool) []byte {
	tag := uint16(key & (1<<tagBits - 1))
	if replacing {
		tag |= replaces
	}
	page = binary.LittleEndian.AppendUint16(page, tag)
	return binary.LittleEndian.AppendUint32(page, uint32(e))
}

// swept returns what of a page is of documents that are there, and whether that
// is less than before.
func swept(page []byte, there bitset) (rest []byte, less bool) {
	for i := range len(page) / placeBytes {
		if e := postingAt(page, i); e != 0 && there.has(e.doc()) {
			rest = appendPosting(rest, uint32(tagAt(page, i)), e, false)
		}
	}
	return rest, len(rest) < len(page)
}
