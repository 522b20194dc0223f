package news

import (
	"strconv"
	"strings"
)

const (
	siteCount    = 3072
	teasersKept  = 24
	usualSize    = 4000 // of an article, about
	leastOfFrame = 2800 // of a site that can have pages of its own with 70 % boilerplate
)

// A site is an outlet with the frame of its pages, which is made when it is
// first needed.
type site struct {
	name   string
	number int

	made                bool
	size                int // of frame and teasers, about
	menu, share, footer string
	notice              string
	noticeFirst         bool
	shows               int // teasers on a page

	latest [teasersKept]string
	next   int
}

func newSites(l *language) {
	n := siteCount * l.percent / 100
	// The table of weights has a power of two of entries; sites beyond n have
	// no share.
	size := 1
	for size < n {
		size *= 2
	}
	weights := zipf(size, 4)
	clear(weights[n:])
	l.siteBy = newAlias(weights)
	for i := range n {
		l.sites = append(l.sites, &site{name: l.name + "-" + strconv.Itoa(i) + ".example", number: i})
	}
}

// frame makes what is on all pages of a site. It depends on the seed and the
// site only.
func (s *site) frame(l *language, seed uint64) {
	if s.made {
		return
	}
	s.made = true
	w := writer{l: l, r: derive(seed, 200+l.number, s.number)}
	c := w.cast()
	s.size = usualSize * w.r.between(5, 30) / 10

	// The notice and terms are prose: 30 to 200 words that do not grow with
	// the page.
	s.notice = l.notices[l.noticeBy.choose(&w.r)]
	if w.r.oneIn(3) {
		w.sentences(w.r.between(2, 5), c)
		s.notice = w.take(0)
	}
	s.noticeFirst = w.r.oneIn(2)
	for range w.r.between(3, 6) {
		w.line(1, 3)
	}
	s.share = w.take(0)
	for range w.r.between(6, 20) {
		w.line(1, 4)
	}
	if w.r.oneIn(2) {
		w.buf = append(w.buf, '\n')
		w.sentences(w.r.between(1, 4), c)
		w.buf = append(w.buf, '\n')
	}
	s.footer = w.take(0)

	left := max(s.size-len(s.notice)-len(s.share)-len(s.footer), 600)
	const teaser = 230 // bytes, about
	s.shows = min(left/2/teaser, teasersKept)
	for len(w.buf) < left-s.shows*teaser {
		w.line(1, 3)
	}
	s.menu = w.take(0)
}

// page appends an article in the frame of the site.
func (w *writer) page(s *site, headline string, c *cast, paras []string) {
	if s.noticeFirst {
		w.buf = append(w.buf, s.notice...)
		w.buf = append(w.buf, '\n')
	}
	w.buf = append(w.buf, s.menu...)
	w.buf = append(w.buf, '\n')
	w.article(headline, c, paras)
	w.buf = append(w.buf, "\n\n"...)
	w.buf = append(w.buf, s.share...)
	w.buf = append(w.buf, '\n')
	for i := range s.shows {
		if t := s.latest[(s.next+teasersKept-1-i)%teasersKept]; t != "" {
			w.buf = append(w.buf, t...)
			w.buf = append(w.buf, '\n')
		}
	}
	if !s.noticeFirst {
		w.buf = append(w.buf, s.notice...)
		w.buf = append(w.buf, '\n')
	}
	w.buf = append(w.buf, s.footer...)
}

// tease puts a story among the latest of the site.
func (s *site) tease(st *story) {
	var b strings.Builder
	b.WriteString(st.headline)
	b.WriteByte('\n')
	b.WriteString(st.first())
	b.WriteByte('\n')
	s.latest[s.next] = b.String()
	s.next = (s.next + 1) % teasersKept
}
