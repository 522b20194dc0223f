package news

import (
	"container/heap"
	"fmt"
	"iter"
	"strconv"
	"time"
)

// Options say what to make. The zero value makes nothing.
type Options struct {
	Docs int    // the number of documents
	Seed uint64 // any value will do, 0 as well

	_ struct{}
}

// A Document is a text with its truth.
type Document struct {
	ID        string // n and eight digits, ascending
	Text      string
	Site      string
	Published time.Time // ascending, but for a jitter of five minutes
	Cluster   string    // the id of the first document that carries the article

	Kind Kind
	Lang string
}

// Kind is the part that a document plays.
type Kind uint8

// The kinds of documents; see the package documentation.
const (
	Single Kind = iota
	First
	Reprint
	Page
	Revision
	Excerpt
	Template
	Report
	SitePage
	kinds
)

var kindNames = [kinds]string{"single", "first", "reprint", "page", "revision", "excerpt", "template", "report", "site page"}

// String returns the name of the kind.
func (k Kind) String() string {
	if k >= kinds {
		return "kind(" + strconv.Itoa(int(k)) + ")"
	}
	return kindNames[k]
}

// A Generator makes a collection. It is not safe for concurrent use.
type Generator struct {
	o         Options
	languages []*language
	byPercent [100]*language
}

// New returns a generator, having made its languages: some 70 ms.
func New(o Options) *Generator {
	g := &Generator{o: o}
	at := 0
	for i := range scripts {
		l := newLanguage(i, o.Seed)
		newSites(l)
		g.languages = append(g.languages, l)
		for range l.percent {
			g.byPercent[at] = l
			at++
		}
	}
	return g
}

const (
	gap    = 2592 * time.Millisecond // between documents: a million in 30 days
	jitter = 300                     // seconds either way
)

var day = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// A due is a document to come.
type due struct {
	at, seq int
	kind    Kind
	story   *story // to be copied
	event   *event // to be reported
}

// An event is what reports are about.
type event struct {
	l     *language
	cast  *cast
	quote string
}

type queue []due

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].seq < q[j].seq
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(due)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	(*q)[last] = due{}
	*q = (*q)[:last]
	return x
}

// stream is the state of one pass.
type stream struct {
	*Generator
	writer
	queue queue
	seq   int
	n     int // of the document that is made
}

// Documents yields the collection, in order of id. It can be ranged over
// again, one at a time, and yields the same. It holds the stories of which
// copies are to come, about 600 and at most a few thousand, and the frames of
// the sites: a process that does nothing else stays below 80 MB.
func (g *Generator) Documents() iter.Seq[Document] {
	return func(yield func(Document) bool) {
		for _, l := range g.languages {
			for _, s := range l.sites {
				*s = site{name: s.name, number: s.number}
			}
		}
		s := &stream{Generator: g, writer: writer{r: derive(g.o.Seed, 2, 0)}}
		for s.n = range g.o.Docs {
			if !yield(s.document()) {
				return
			}
		}
	}
}

// Of every 750 documents that are no copies, so many are of each kind; the
// rest are the first of a story.
const (
	starts    = 750
	singles   = 550
	templates = 40
	sitePages = 40
	events    = 14 // with 2 to 4 reports, of which the later ones are scheduled
)

func (s *stream) document() Document {
	doc := Document{ID: s.id(), Published: day.Add(time.Duration(s.n) * gap)}
	doc.Published = doc.Published.Add(time.Duration(s.r.between(-jitter, jitter)) * time.Second).Truncate(time.Second)
	doc.Cluster = doc.ID
	s.buf = s.buf[:0]
	var at *site
	if len(s.queue) > 0 && s.queue[0].at <= s.n {
		d := heap.Pop(&s.queue).(due)
		doc.Kind = d.kind
		if d.event != nil {
			at = s.report(d.event)
		} else {
			doc.Cluster = d.story.id
			at = s.copy(d.kind, d.story)
		}
	} else {
		doc.Kind, at = s.start(doc.ID)
	}
	doc.Lang, doc.Site = s.l.name, at.name
	doc.Text = string(s.buf)
	return doc
}

// start begins with something new.
func (s *stream) start(id string) (Kind, *site) {
	s.l = s.byPercent[s.r.n(100)]
	x := s.r.n(starts - 26) // each event adds two reports in the mean to its first
	at := s.site()
	switch {
	case x < singles:
		var st *story
		if s.r.oneIn(8) {
			st = s.brief(s.cast())
		} else {
			st = s.write(s.r.quantile(articleSizes), s.cast(), "")
		}
		s.print(st, at)
		return Single, at
	case x < singles+templates:
		f := &s.l.forms[s.l.formBy.choose(&s.r)]
		if s.r.oneIn(2) {
			at = s.l.sites[f.home%len(s.l.sites)]
		}
		s.print(s.fill(f), at)
		return Template, at
	case x < singles+templates+sitePages:
		for at.frame(s.l, s.o.Seed); at.size < leastOfFrame; at.frame(s.l, s.o.Seed) {
			at = s.site()
		}
		st := s.write(at.size*s.r.between(35, 50)/100, s.cast(), "")
		s.page(at, st.headline, st.cast, st.paras)
		at.tease(st)
		return SitePage, at
	case x < singles+templates+sitePages+events:
		e := &event{l: s.l, cast: s.cast()}
		s.off = true
		s.buf = append(s.buf, s.l.open...)
		s.sentence(e.cast)
		s.buf = append(s.buf, s.l.close...)
		s.said(e.cast)
		e.quote = s.take(0)
		for range s.r.between(1, 3) {
			s.schedule(due{kind: Report, event: e})
		}
		return Report, s.report(e)
	}
	var st *story
	if s.r.oneIn(10) {
		st = s.brief(s.cast())
	} else {
		st = s.write(s.r.quantile(articleSizes), s.cast(), "")
	}
	st.id = id
	s.print(st, at)
	s.copies(st)
	return First, at
}

// copies schedules the copies of a story.
func (s *stream) copies(st *story) {
	n := 1
	for n < 30 && s.r.percent(58) {
		n++
	}
	widely := s.r.oneIn(400)
	if widely {
		n = 100 + s.r.n(500)*s.r.n(500)/500
	}
	for range n {
		kind := Reprint
		switch x := s.r.n(100); {
		case x < 34:
			kind = Page
		case x < 48 && !widely:
			kind = Revision
		case x < 62 && !widely:
			kind = Excerpt
		}
		if st.brief && kind != Page {
			kind = Reprint
		}
		s.schedule(due{kind: kind, story: st})
	}
}

func (s *stream) schedule(d due) {
	s.seq++
	d.seq, d.at = s.seq, s.n+1+s.r.quantile(delays)
	heap.Push(&s.queue, d)
}

func (s *stream) site() *site { return s.l.sites[s.l.siteBy.choose(&s.r)] }

// print appends a story as an article by itself.
func (s *stream) print(st *story, at *site) {
	s.article(st.headline, st.cast, st.paras)
	at.tease(st)
}

// copy appends a copy of a story, and returns where.
func (s *stream) copy(kind Kind, st *story) *site {
	s.l = st.l
	at := s.site()
	switch kind {
	case Reprint:
		s.reprint(st)
	case Revision:
		s.revise(st)
	case Excerpt:
		s.excerpt(st)
	case Page:
		at.frame(s.l, s.o.Seed)
		s.page(at, st.headline, st.cast, st.paras)
	}
	at.tease(st)
	return at
}

// report appends an article of its own about an event.
func (s *stream) report(e *event) *site {
	s.l = e.l
	at := s.site()
	s.print(s.write(s.r.quantile(articleSizes), e.cast, e.quote), at)
	return at
}

func (s *stream) id() string {
	b := append(make([]byte, 0, 16), 'n')
	number := strconv.AppendInt(make([]byte, 0, 16), int64(s.n), 10)
	for range 8 - len(number) {
		b = append(b, '0')
	}
	return string(append(b, number...))
}

// AppendJSON appends the document as a line of JSON, {"id", "text", "site",
// "published", "cluster"}. It escapes what can stand in generated text: quotes
// and line breaks.
func (d *Document) AppendJSON(b []byte) []byte {
	b = append(b, `{"id":"`...)
	b = append(b, d.ID...)
	b = append(b, `","text":"`...)
	from := 0
	for i := 0; i < len(d.Text); i++ {
		switch d.Text[i] {
		case '\n':
			b = append(append(b, d.Text[from:i]...), `\n`...)
			from = i + 1
		case '"', '\\':
			b = append(append(b, d.Text[from:i]...), '\\', d.Text[i])
			from = i + 1
		}
	}
	b = append(b, d.Text[from:]...)
	b = append(b, `","site":"`...)
	b = append(b, d.Site...)
	b = append(b, `","published":"`...)
	b = d.Published.AppendFormat(b, time.RFC3339)
	b = append(b, `","cluster":"`...)
	b = append(b, d.Cluster...)
	return append(b, "\"}\n"...)
}

// Number returns the number of the document with this id, from 0.
func Number(id string) (int, error) {
	if len(id) < 2 || id[0] != 'n' {
		return 0, fmt.Errorf("news: %q is no id of a document", id)
	}
	n, err := strconv.Atoi(id[1:])
	if err != nil || n < 0 {
		return 0, fmt.Errorf("news: %q is no id of a document", id)
	}
	return n, nil
}
