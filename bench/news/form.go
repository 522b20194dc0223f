package news

// A form is a text with blanks: what press releases on the same kind of
// occasion are made of. pieces and blanks alternate, a piece first.
type form struct {
	pieces []string // whole sentences but for the blanks
	blanks []string // as patterns of words
	home   int      // the site that uses it most
}

// newForm makes a form of 9 to 13 sentences with a blank or two each.
func newForm(l *language, r rng) form {
	w := writer{l: l, r: r}
	c := w.cast()
	f := form{home: w.r.n(1 << 20)}
	w.off = true
	for range w.r.between(9, 13) {
		w.up = true
		for i := range w.r.between(1, 2) {
			for range w.r.between(5, 8) {
				w.code("fw"[w.r.n(2)], c)
			}
			if i == 1 {
				w.buf = append(w.buf, l.comma...)
			}
			f.pieces = append(f.pieces, w.take(0))
			f.blanks = append(f.blanks, []string{"P", "L", "O", "#w", "PfL", "#", "Owf#"}[w.r.n(7)])
		}
		for range w.r.between(1, 4) {
			w.code("fw"[w.r.n(2)], c)
		}
		w.buf = append(w.buf, l.stop...)
	}
	f.pieces = append(f.pieces, w.take(0))
	return f
}

// fill makes a story of the form, 40 to 55 % of it free text.
func (w *writer) fill(f *form) *story {
	c := w.cast()
	at := len(w.buf)
	s := &story{l: w.l, cast: c}
	w.headline(c)
	s.headline = w.take(at)
	var ends []int
	for i, p := range f.pieces {
		w.buf = append(w.buf, p...)
		if i < len(f.blanks) {
			w.off = false
			for _, code := range []byte(f.blanks[i]) {
				w.code(code, c)
			}
		}
	}
	ends = append(ends, len(w.buf)-at)
	size := len(w.buf) - at
	for free := w.r.between(67, 122) * size / 100; len(w.buf)-at-size < free; {
		w.paragraph(c)
		ends = append(ends, len(w.buf)-at)
	}
	s.cut(w.take(at), ends)
	return s
}
