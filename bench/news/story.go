package news

import "strings"

// A story is an article as it is first printed, kept while copies of it are
// to come.
type story struct {
	id       string
	l        *language
	cast     *cast
	headline string
	paras    []string
	size     int // of the paragraphs, in bytes
	brief    bool
}

// write makes a story of about so many bytes. lead, if not empty, is its
// second paragraph.
func (w *writer) write(size int, c *cast, lead string) *story {
	at := len(w.buf)
	s := &story{l: w.l, cast: c}
	w.headline(c)
	s.headline = w.take(at)
	var ends []int
	for len(w.buf)-at < size {
		if len(ends) == 1 && lead != "" {
			w.buf = append(w.buf, lead...)
		} else {
			w.paragraph(c)
		}
		ends = append(ends, len(w.buf)-at)
	}
	s.cut(w.take(at), ends)
	return s
}

// brief makes a story of one paragraph of 40 to 100 words, of which a sentence
// has about 13.
func (w *writer) brief(c *cast) *story {
	at := len(w.buf)
	s := &story{l: w.l, cast: c, brief: true}
	w.headline(c)
	s.headline = w.take(at)
	w.sentences(w.r.between(4, 7), c)
	s.cut(w.take(at), nil)
	return s
}

func (s *story) cut(body string, ends []int) {
	s.size = len(body)
	if len(ends) < 2 {
		s.paras = []string{body}
		return
	}
	from := 0
	for _, end := range ends {
		s.paras = append(s.paras, body[from:end])
		from = end
	}
}

// first returns the first sentence.
func (s *story) first() string {
	p := s.paras[0]
	if i := strings.Index(p, s.l.stop); i >= 0 {
		return p[:i+len(s.l.stop)]
	}
	return p
}

// leading returns the first paragraphs that make at least so many hundredths
// of the text.
func (s *story) leading(percent int) []string {
	n := 0
	for i, p := range s.paras {
		n += len(p)
		if n*100 >= percent*s.size {
			return s.paras[:i+1]
		}
	}
	return s.paras
}

// article appends a headline, which may be empty, and paragraphs, with a
// dateline if there is a cast.
func (w *writer) article(headline string, c *cast, paras []string) {
	if headline != "" {
		w.buf = append(w.buf, headline...)
		w.buf = append(w.buf, "\n\n"...)
	}
	if c != nil {
		w.dateline(c)
	}
	for i, p := range paras {
		if i > 0 {
			w.buf = append(w.buf, "\n\n"...)
		}
		w.buf = append(w.buf, p...)
	}
}

// reprint appends the story as another outlet prints it.
func (w *writer) reprint(s *story) {
	c := s.cast
	if w.r.oneIn(4) {
		c = nil // without a dateline
	}
	headline := s.headline
	if !s.brief && w.r.percent(60) {
		at := len(w.buf)
		w.headline(s.cast)
		headline = w.take(at)
	}
	paras := s.paras
	if w.r.oneIn(2) {
		paras = s.leading(w.r.between(75, 98))
	}
	w.article(headline, c, paras)
}

// excerpt appends the beginning of the story.
func (w *writer) excerpt(s *story) {
	paras := s.leading(w.r.between(55, 80))
	if len(paras) == len(s.paras) && len(paras) > 2 {
		paras = paras[:len(paras)-1]
	}
	w.article(s.headline, s.cast, paras)
}

// revise appends the story with 10 to 25 % of it new: paragraphs in other words,
// and paragraphs more.
func (w *writer) revise(s *story) {
	paras := append([]string(nil), s.paras...)
	at := len(w.buf)
	for fresh, want := 0, w.r.between(10, 18)*s.size; fresh*100 < want; {
		w.paragraph(s.cast)
		p := w.take(at)
		if fresh > 0 && (fresh+len(p))*100 > 25*s.size {
			break
		}
		fresh += len(p)
		if i := w.r.n(len(paras)); w.r.percent(60) && len(paras[i])*100 < 25*s.size {
			paras[i] = p
		} else {
			paras = append(paras[:i+1], append([]string{p}, paras[i+1:]...)...)
		}
	}
	headline := s.headline
	if w.r.oneIn(2) {
		w.headline(s.cast)
		headline = w.take(at)
	}
	w.article(headline, s.cast, paras)
}
