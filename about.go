package reprint

import (
	"sync"
	"time"
)

// abouts is what a Detector keeps of documents to describe members: about 60 bytes each,
// and the bytes of the strings.
type abouts struct {
	mu sync.RWMutex
	of map[string]about
}

// An about is site, title and URL in one string of its own, so that nothing larger that
// they were cut from is kept, and the time of publication.
type about struct {
	text        string
	site, title uint32 // bytes
	published   time.Time
}

func aboutOf(d *Document) about {
	b := make([]byte, 0, len(d.Site)+len(d.Title)+len(d.URL))
	b = append(append(append(b, d.Site...), d.Title...), d.URL...)
	return about{string(b), uint32(len(d.Site)), uint32(len(d.Title)), d.Published.UTC()}
}

func (a *abouts) set(id string, to about) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of == nil {
		a.of = map[string]about{}
	}
	if to.text == "" && to.published.IsZero() {
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
		m := &members[i]
		if k, ok := a.of[m.ID]; ok {
			m.Site, m.Title, m.URL = k.text[:k.site], k.text[k.site:k.site+k.title], k.text[k.site+k.title:]
			m.Published = k.published
		}
	}
}
