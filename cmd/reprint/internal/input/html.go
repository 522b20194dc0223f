package input

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"codeberg.org/readeck/go-readability/v2/render"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// deepest is how deep the elements of a page may be nested: the extractor calls itself
// for each level.
const deepest = 2000

// readPage fills a record from a page of HTML in UTF-8: the article's text, as the
// extractor finds it, and what the page says of it. address is where the page was, if
// known.
func readPage(page []byte, address string, to *record) {
	if len(page) > MaxText {
		to.err = bad("the page has %.1f MiB, want %d at most", float64(len(page))/(1<<20), MaxText>>20)
		return
	}
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		to.err = bad("no HTML: %w", err)
		return
	}
	var m metadata
	m.collect(doc, 0)
	if m.tooDeep {
		to.err = bad("the page has elements nested more than %d deep", deepest)
		return
	}
	address = firstOf(address, m.first("saved"))
	base, err := url.Parse(address)
	if err != nil || address == "" {
		base, _ = url.Parse("http://localhost/")
	}
	text := ""
	article, err := readability.FromDocument(doc, base)
	if err == nil && article.Node != nil {
		text = strings.TrimSpace(render.InnerText(article.Node))
	}
	if text == "" { // no article was found: all that the page says
		if body := find(doc, atom.Body); body != nil {
			text = strings.TrimSpace(visible(body))
		}
	}
	canonical := m.first("canonical", "og:url", "json:url")
	if u, err := base.Parse(canonical); err == nil && canonical != "" && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "localhost" {
		canonical = u.String()
	} else {
		canonical = ""
	}
	to.values[roleText] = text
	to.values[roleTitle] = oneLine(firstOf(m.first("json:headline", "og:title"), article.Title(), m.first("title")))
	to.values[roleSite] = oneLine(firstOf(m.first("og:site_name", "json:publisher"), article.SiteName()))
	to.values[roleURL] = firstOf(canonical, address)
	to.values[rolePublished] = m.first("json:datepublished", "article:published_time", "og:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "pubdate", "publish-date", "sailthru.date", "parsely-pub-date", "time")
	to.values[roleAuthor] = oneLine(firstOf(m.first("json:author", "author", "article:author", "dc.creator"), article.Byline()))
}

// savedFrom returns the address that a browser or SingleFile put into a comment when it
// saved the page, "" for none.
func savedFrom(comment string) string {
	_, rest, ok := strings.Cut(comment, "saved from url=(")
	if ok {
		_, rest, _ = strings.Cut(rest, ")")
	} else if strings.Contains(comment, "saved with SingleFile") {
		_, rest, _ = strings.Cut(comment, "url:")
	}
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return ""
	}
	if u, err := url.Parse(fields[0]); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return fields[0]
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// metadata is what a page says of itself, by the names of its meta elements in lower
// case; what JSON-LD says has the prefix "json:". The first value of a name counts.
type metadata struct {
	values  map[string]string
	tooDeep bool
}

func (m *metadata) first(names ...string) string {
	for _, n := range names {
		if v := m.values[n]; v != "" {
			return v
		}
	}
	return ""
}

func (m *metadata) set(name, value string) {
	name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
	if m.values == nil {
		m.values = map[string]string{}
	}
	if name != "" && value != "" && m.values[name] == "" {
		m.values[name] = value
	}
}

func (m *metadata) collect(n *html.Node, depth int) {
	if depth > deepest {
		m.tooDeep = true
		return
	}
	if n.Type == html.CommentNode {
		m.set("saved", savedFrom(n.Data))
	}
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Meta:
			for _, key := range []string{"property", "name", "itemprop"} {
				m.set(attribute(n, key), attribute(n, "content"))
			}
		case atom.Link:
			if strings.EqualFold(attribute(n, "rel"), "canonical") {
				m.set("canonical", attribute(n, "href"))
			}
		case atom.Title:
			if n.FirstChild != nil {
				m.set("title", n.FirstChild.Data)
			}
		case atom.Time:
			if hasAttribute(n, "pubdate") || attribute(n, "itemprop") == "datePublished" {
				m.set("datepublished", attribute(n, "datetime"))
			}
			m.set("time", attribute(n, "datetime"))
		case atom.Script:
			if strings.EqualFold(attribute(n, "type"), "application/ld+json") && n.FirstChild != nil {
				var v any
				if json.Unmarshal([]byte(n.FirstChild.Data), &v) == nil {
					m.linked(v, 0)
				}
			}
		}
	}
	for c := n.FirstChild; c != nil && !m.tooDeep; c = c.NextSibling {
		m.collect(c, depth+1)
	}
}

// linked takes what JSON-LD says of an article.
func (m *metadata) linked(v any, depth int) {
	if depth > 10 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			m.linked(e, depth+1)
		}
	case map[string]any:
		if kind := text(v["@type"]); strings.HasSuffix(kind, "Article") || strings.HasSuffix(kind, "BlogPosting") || kind == "ReportageNewsArticle" {
			m.set("json:headline", text(v["headline"]))
			m.set("json:datepublished", text(v["datePublished"]))
			m.set("json:author", text(v["author"]))
			m.set("json:publisher", text(v["publisher"]))
			m.set("json:url", firstOf(text(v["url"]), text(v["mainEntityOfPage"])))
		}
		m.linked(v["@graph"], depth+1)
	}
}

// text returns a string of JSON-LD, the name or id of an object, and the first, or all
// names, of an array.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		return firstOf(text(v["name"]), text(v["@id"]))
	case []any:
		var all []string
		for _, e := range v {
			if s := text(e); s != "" {
				all = append(all, s)
			}
		}
		return strings.Join(all, ", ")
	}
	return ""
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttribute(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func find(n *html.Node, what atom.Atom) *html.Node {
	for d := range n.Descendants() {
		if d.DataAtom == what && d.Type == html.ElementNode {
			return d
		}
	}
	return nil
}

// visible returns what a reader sees of an element.
func visible(n *html.Node) string {
	var drop []*html.Node
	for d := range n.Descendants() {
		switch d.DataAtom {
		case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe:
			drop = append(drop, d)
		}
	}
	for _, d := range drop {
		if d.Parent != nil {
			d.Parent.RemoveChild(d)
		}
	}
	return render.InnerText(n)
}

// plain returns the text of a piece of HTML, such as a feed has; what has no tags and
// no entities is as it is.
func plain(fragment string) string {
	if !strings.ContainsAny(fragment, "<&") {
		return strings.TrimSpace(fragment)
	}
	doc, err := html.Parse(strings.NewReader(fragment))
	if err != nil {
		return strings.TrimSpace(fragment)
	}
	var m metadata
	if m.collect(doc, 0); m.tooDeep {
		return ""
	}
	body := find(doc, atom.Body)
	if body == nil {
		return ""
	}
	return strings.TrimSpace(visible(body))
}
