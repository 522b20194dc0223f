package origin

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"

	"github.com/cbb30ed1/reprint/shingle"
)

// A claim is a name that a member credits or quotes, and how.
type claim struct {
	key    string // of the name
	name   string
	weight weight
	credit int // index of the credit
}

// A Member is a document made ready: its credits, its owner and its words.
type Member struct {
	Document
	Credits []Credit // in the text, then in the byline

	source  *Source // the site's, if the table has it
	keys    []string
	owner   string
	credits []claim // one a name, the strongest
	cites   []claim
	self    int // index of a credit by which it names itself, or -1
	link    map[string]bool
	page    string // the URL, without what does not name the page
	body    uint64 // hash of the words outside credits
	clock   Clock
	edges   []Credit // strings at the edges that may be credits, if the corpus knows them
	fixes   bool     // says that it corrects an earlier version
	named   []uint32 // hashes of the names in its text, in order
}

// Prepare makes a document ready. What it returns does not need the text any
// more: see [Member.WithoutText].
func Prepare(d Document) *Member {
	m := &Member{Document: d, self: -1}
	site := cmp.Or(d.Site, host(d.URL))
	m.source = table().site(site)
	if m.source == nil && d.URL != "" {
		m.source = table().site(host(d.URL))
	}
	m.keys = ownKeys(m.source, d)
	m.owner = ownerKey(d.Owner, m.source, site)
	m.Credits = Credits(d.Text, cmp.Or(d.Site, d.URL))
	m.Credits = append(m.Credits, bylineCredits(d.Byline, cmp.Or(d.Site, d.URL))...)
	for i, k := range m.Credits {
		m.claim(i, k)
	}
	m.page = pageKey(d.URL)
	m.hints()
	m.body = bodyHash(d.Text, m.Credits)
	m.clock = d.Clock
	if m.clock == Unknown && !d.Published.IsZero() && d.Published.Equal(day(d.Published)) {
		m.clock = Day
	}
	m.fixes = corrects(d.Title) || corrects(tail(d.Text, 160))
	m.edges = edgeStrings(d.Text, m.Credits)
	m.named = capitalNames(d.Text)
	return m
}

// WithoutText returns the member without the text of its document. It can be judged, but
// not by what its text has in common with others.
func (m *Member) WithoutText() *Member {
	n := *m
	n.Text = ""
	return &n
}

// WithText returns a member that was kept without its text, with it: Judge then compares
// the texts of a cluster.
func (m *Member) WithText(text string) *Member {
	n := *m
	n.Text = text
	return &n
}

// head and tail return about n bytes, whole characters.
func head(s string, n int) string {
	for n = min(n, len(s)); n > 0 && n < len(s) && !utf8.RuneStart(s[n]); n-- {
	}
	return s[:n]
}

func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[len(s)-n:]
	for len(s) > 0 && !utf8.RuneStart(s[0]) {
		s = s[1:]
	}
	return s
}

// corrects reports whether a title or an ending says that an earlier version
// is corrected or replaced.
func corrects(s string) bool {
	for _, t := range tokenize(nil, s) {
		switch t.fold {
		case "corrected", "correcting", "corrects", "correction", "korrigiert", "berichtigt", "korrektur", "corrige", "corregido",
			"corregida", "aktualisiert", "writethru", "refiles", "refile":
			return true
		}
	}
	return false
}

// ownKeys returns the keys by which others may name a document's site.
func ownKeys(s *Source, d Document) []string {
	var keys []string
	if s != nil {
		keys = append(keys, nameKey(s.Name))
	}
	if h := host(cmp.Or(d.Site, d.URL)); h != "" {
		keys = append(keys, nameKey(h))
		if label, _, ok := strings.Cut(h, "."); ok {
			keys = append(keys, nameKey(label))
		}
	} else if d.Site != "" {
		keys = append(keys, nameKey(d.Site))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// nameKey returns a name without spaces, signs and article, so that "The
// Harbour Gazette" and "harbourgazette" agree.
func nameKey(name string) string {
	key := strings.ReplaceAll(foldPhrase(name), " ", "")
	if rest := strings.TrimPrefix(key, "the"); len(rest) >= 5 {
		key = rest
	}
	return key
}

func ownerKey(owner string, s *Source, site string) string {
	switch {
	case owner != "":
		return "o:" + foldPhrase(owner)
	case s != nil:
		return "n:" + s.Name
	}
	return "s:" + siteKey(site)
}

func (m *Member) claim(i int, k Credit) {
	key := nameKey(k.Name)
	switch k.Kind {
	case Self:
		if m.self < 0 {
			m.self = i
		}
	case Text:
		if slices.Contains(m.keys, key) {
			if m.self < 0 {
				m.self = i
			}
			return
		}
		w := credits
		if k.Rule == "named source" || k.Rule == "address" || k.Rule == "phrase" && k.Kind == Text {
			w = phraseCredits
		}
		if k.Rule == "contributed" || k.Rule == "phrase" && m.contributes(k) {
			w = contributes
		}
		if w.full() && m.Site == "" && m.URL == "" && m.Owner == "" && !k.Byline && k.Rule != "phrase" && k.Rule != "named source" && k.Rule != "address" {
			w = maybeOwn
		}
		m.credits = addClaim(m.credits, claim{key, k.Name, w, i})
	case Citation:
		if !slices.Contains(m.keys, key) {
			m.cites = addClaim(m.cites, claim{key, k.Name, cites, i})
		}
	}
}

// contributes reports whether a credit says no more than that somebody helped.
func (m *Member) contributes(k Credit) bool {
	if k.Byline || k.End > len(m.Text) {
		return false
	}
	rest := m.Text[k.End:min(len(m.Text), k.End+16)]
	return strings.HasPrefix(strings.TrimSpace(rest), "contribut")
}

func addClaim(claims []claim, c claim) []claim {
	for i, k := range claims {
		if k.key == c.key {
			if fitted[c.weight] > fitted[k.weight] {
				claims[i] = c
			}
			return claims
		}
	}
	return append(claims, c)
}

// bylineCredits returns the names in an author field. There each name of an
// agency or an outlet is a credit: of the site itself, or of its source.
func bylineCredits(byline, site string) []Credit {
	if byline == "" {
		return nil
	}
	f := newFinder(byline, site)
	var out []Credit
	for _, g := range f.groups() {
		for _, m := range g.mentions {
			c := Credit{Span: f.span(m.from, m.to), Kind: Text, Rule: "byline", Byline: true}
			switch {
			case m.own || m.source == nil:
				c.Kind = Self
			case m.source.Kind == "photo":
				c.Kind = Photo
			case m.weak && m.source.Kind != "agency":
				continue
			}
			if c.Name = byline[c.Start:c.End]; m.source != nil {
				c.Name = m.source.Name
			}
			out = append(out, c)
		}
	}
	return out
}

// pageKey returns what of a URL names the page.
func pageKey(s string) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	q := u.Query()
	for k := range q {
		if strings.HasPrefix(k, "utm_") || k == "fbclid" || k == "gclid" || k == "ref" {
			q.Del(k)
		}
	}
	return host(s) + strings.TrimSuffix(u.Path, "/") + "?" + q.Encode()
}

// hints takes in what the page says of its source, and the URLs in the text
// that stand behind a phrase.
func (m *Member) hints() {
	add := func(v string) {
		if m.link == nil {
			m.link = map[string]bool{}
		}
		m.link[v] = true
	}
	for _, h := range m.Hints {
		if strings.Contains(h.Value, "://") {
			if p := pageKey(h.Value); p != m.page {
				add(p)
				if s := table().site(host(h.Value)); s != nil && s != m.source && h.Kind != "canonical" {
					m.credits = addClaim(m.credits, claim{nameKey(s.Name), s.Name, credits, -1})
				}
			}
			continue
		}
		for _, c := range bylineCredits(h.Value, cmp.Or(m.Site, m.URL)) {
			if c.Kind == Text {
				m.credits = addClaim(m.credits, claim{nameKey(c.Name), c.Name, credits, -1})
			}
		}
		if k := nameKey(h.Value); k != "" && !slices.Contains(m.keys, k) {
			add(k)
		}
	}
	for rest, at := m.Text, 0; ; {
		i := strings.Index(rest, "http")
		if i < 0 {
			break
		}
		end := i + strings.IndexAny(rest[i:]+" ", " \n\t)]\"'<>")
		add(pageKey(strings.TrimRight(rest[i:end], ".,;")))
		at += end
		rest = rest[end:]
	}
}

// creditsAny reports how the member credits one of the keys.
func (m *Member) creditsAny(keys []string) (w weight, at int, ok bool) {
	at = -1
	for _, c := range m.credits {
		if slices.Contains(keys, c.key) && (!ok || fitted[c.weight] > fitted[w]) {
			w, at, ok = c.weight, c.credit, true
		}
	}
	return w, at, ok
}

func (m *Member) citesAny(keys []string) bool {
	return slices.ContainsFunc(m.cites, func(c claim) bool { return slices.Contains(keys, c.key) })
}

// bodyHash hashes the words of a text outside its credits.
func bodyHash(text string, credits []Credit) uint64 {
	var s shingle.Shingler
	words := s.AppendWords(nil, text)
	h := xxhash.New()
	var b [8]byte
	k := 0 // of the credits, which are in order; those of the byline are the last
	for _, w := range words {
		for k < len(credits) && !credits[k].Byline && credits[k].End <= w.Start {
			k++
		}
		if k < len(credits) && !credits[k].Byline && w.Start >= credits[k].Start && w.End <= credits[k].End {
			continue
		}
		for i := range b {
			b[i] = byte(w.Hash >> (8 * i))
		}
		h.Write(b[:])
	}
	return h.Sum64()
}

// lag is what the times of two members say: the time from a to b, the worse
// clock, and the weight that this has for a being first. The weight changes
// its sign with the order.
func lag(a, b *Member) (time.Duration, Clock, float64) {
	if a.Published.IsZero() || b.Published.IsZero() {
		return 0, Unknown, 0
	}
	d := b.Published.Sub(a.Published)
	c := min(a.clock, b.clock, Trusted)
	if d == 0 {
		return 0, c, 0
	}
	// No clock tells more than a better one would.
	w := math.Inf(1)
	for k := Trusted; ; k-- {
		lag := math.Abs(float64(d))
		if k == Day {
			lag = math.Abs(float64(day(b.Published).Sub(day(a.Published))))
		}
		if w = min(w, clockWeight[k]*saturate(lag/float64(clockNoise[k]))); k == c {
			break
		}
	}
	return d, c, math.Copysign(w, float64(d))
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// saturate goes from 0 to 1 and is 1-1/e at 1.
func saturate(x float64) float64 { return -math.Expm1(-x) }
