package news

import "strings"

// A cast is what the texts about one event have in common.
type cast struct {
	persons [3]person
	places  [2]string
	firms   [2]string
}

type person struct{ first, last string }

// A writer appends text to buf.
type writer struct {
	l   *language
	r   rng
	buf []byte
	up  bool // the next word starts with a capital
	off bool // no space before the next word
}

func (w *writer) cast() *cast {
	c := &cast{}
	for i := range c.persons {
		c.persons[i] = person{w.l.first.choose(&w.r), w.l.last.choose(&w.r)}
	}
	for i := range c.places {
		c.places[i] = w.l.places.choose(&w.r)
		c.firms[i] = w.l.firms.choose(&w.r)
	}
	return c
}

// put appends a word, with a space before it.
func (w *writer) put(s string) {
	if !w.off {
		w.buf = append(w.buf, w.l.space...)
	}
	w.off = false
	at := len(w.buf)
	w.buf = append(w.buf, s...)
	if w.up {
		w.up = false
		if w.l.caps {
			capital(w.buf[at:])
		}
	}
}

// capital makes the first letter of a word a capital, which takes as many
// bytes: ASCII, Latin-1 as two bytes, and а to я.
func capital(b []byte) {
	switch {
	case b[0] >= 'a' && b[0] <= 'z':
		b[0] -= 'a' - 'A'
	case b[0] == 0xc3 && b[1] >= 0xa0, b[0] == 0xd0 && b[1] >= 0xb0:
		b[1] -= 0x20
	case b[0] == 0xd1 && b[1] < 0x90:
		b[0], b[1] = 0xd0, b[1]+0x20
	}
}

func (w *writer) number() {
	if !w.off {
		w.buf = append(w.buf, w.l.space...)
	}
	w.off = false
	w.buf = append(w.buf, w.l.digits[1+w.r.n(9)]...)
	for range w.r.n(4) {
		w.buf = append(w.buf, w.l.digits[w.r.n(10)]...)
	}
}

// clause appends a sentence without its full stop.
func (w *writer) clause(c *cast) {
	l := w.l
	w.up = true
	for _, code := range []byte(l.patterns[w.r.n(len(l.patterns))]) {
		w.code(code, c)
	}
}

func (w *writer) code(code byte, c *cast) {
	l := w.l
	switch code {
	case 'f':
		w.put(l.function.choose(&w.r))
	case 'w':
		w.put(l.content.choose(&w.r))
	case ',':
		w.buf = append(w.buf, l.comma...)
	case 's':
		w.put(l.phrases.choose(&w.r))
	case '#':
		w.number()
	case 'P':
		p := c.persons[w.r.n(3)]
		if w.r.oneIn(3) {
			w.put(p.first)
		}
		w.put(p.last)
	case 'L':
		w.put(c.places[w.r.n(2)])
	case 'O':
		w.put(c.firms[w.r.n(2)])
	}
}

func (w *writer) sentence(c *cast) {
	w.clause(c)
	w.buf = append(w.buf, w.l.stop...)
}

// sentences appends n sentences as a paragraph.
func (w *writer) sentences(n int, c *cast) {
	w.off = true
	for range n {
		w.sentence(c)
	}
}

// quote appends a sentence in quotation marks, and who said it.
func (w *writer) quote(c *cast) {
	w.off = true
	w.buf = append(w.buf, w.l.open...)
	w.sentence(c)
	if w.r.oneIn(2) {
		w.sentence(c)
	}
	w.buf = w.buf[:len(w.buf)-len(w.l.stop)]
	w.buf = append(w.buf, w.l.comma...)
	w.buf = append(w.buf, w.l.close...)
	w.said(c)
}

func (w *writer) said(c *cast) {
	for _, code := range []byte([]string{"wP", "wPfO", "wPfL", "wPfwfO"}[w.r.n(4)]) {
		w.code(code, c)
	}
	w.buf = append(w.buf, w.l.stop...)
}

// paragraph appends a paragraph.
func (w *writer) paragraph(c *cast) {
	if w.r.percent(22) {
		w.quote(c)
		return
	}
	w.sentences(w.r.between(2, 4), c)
}

// headline appends one.
func (w *writer) headline(c *cast) {
	w.off, w.up = true, true
	for _, code := range []byte([]string{"Pwfwww", "Lwwfw", "wwfwwfw", "Owfwfww", "wwPfwL", "#wwfLww"}[w.r.n(6)]) {
		w.code(code, c)
	}
}

// dateline appends a place and, mostly, an agency.
func (w *writer) dateline(c *cast) {
	w.off = true
	p := c.places[0]
	if w.r.oneIn(4) {
		p = w.l.places.choose(&w.r)
	}
	w.buf = append(w.buf, strings.ToUpper(p)...)
	if !w.r.oneIn(5) {
		w.buf = append(w.buf, " ("...)
		w.buf = append(w.buf, w.l.agencies[w.r.n(len(w.l.agencies))]...)
		w.buf = append(w.buf, ')')
	}
	w.buf = append(w.buf, w.l.dash...)
}

// line appends a line of a menu.
func (w *writer) line(low, high int) {
	w.off, w.up = true, true
	for range w.r.between(low, high) {
		w.put(w.l.content.choose(&w.r))
	}
	w.buf = append(w.buf, '\n')
}

// take returns what was written since the length was at, and forgets it.
func (w *writer) take(at int) string {
	s := string(w.buf[at:])
	w.buf = w.buf[:at]
	return s
}
