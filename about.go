package reprint

import (
	"encoding/binary"
	"sync"
	"time"
)

// abouts is what a Detector keeps of documents to describe members: about 60 bytes each,
// and the bytes of the strings.
type abouts struct {
	mu sync.RWMutex
	of map[string]about
}

// An about has site, title, URL and the time of publication in one string of its own, so
// that nothing larger that they were cut from is kept: the lengths of site and title,
// seconds and nanoseconds as varints, then the three. It is empty if nothing is known.
type about string

func aboutOf(d *Document) about {
	if d.Site == "" && d.Title == "" && d.URL == "" && d.Published.IsZero() {
		return ""
	}
	var head [4 * binary.MaxVarintLen64]byte
	b := binary.AppendUvarint(head[:0], uint64(len(d.Site)))
	b = binary.AppendUvarint(b, uint64(len(d.Title)))
	b = binary.AppendUvarint(b, uint64(d.Published.Unix()))
	b = binary.AppendUvarint(b, uint64(d.Published.Nanosecond()))
	all := make([]byte, 0, len(b)+len(d.Site)+len(d.Title)+len(d.URL))
	return about(append(append(append(append(all, b...), d.Site...), d.Title...), d.URL...))
}

// describe fills in what is known of a member.
func (a about) describe(m *Member) {
	if a == "" {
		return
	}
	rest := string(a)
	next := func() uint64 {
		v, n := binary.Uvarint([]byte(rest[:min(len(rest), binary.MaxVarintLen64)]))
		rest = rest[n:]
		return v
	}
	site, title, seconds, nanoseconds := next(), next(), next(), next()
	m.Site, m.Title, m.URL = rest[:site], rest[site:site+title], rest[site+title:]
	m.Published = time.Unix(int64(seconds), int64(nanoseconds)).UTC()
}

func (a *abouts) set(id string, to about) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of == nil {
		a.of = map[string]about{}
	}
	if to == "" {
		delete(a.of, id)
		return
	}
	a.of[id] = to
}

func (a *abouts) forget(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.of, id)
}

// describe fills in what is known of members.
func (a *abouts) describe(members []Member) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for i := range members {
		a.of[members[i].ID].describe(&members[i])
	}
}
