package input

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A role is what a field of the input is for.
type role int

const (
	roleID role = iota
	roleText
	roleTitle
	roleSite
	roleURL
	rolePublished
	roleAuthor
	roleOwner
	roleClock
	roleHints
	roles
)

func (r role) String() string {
	return [roles]string{"id", "text", "title", "site", "url", "published", "author", "owner", "clock", "hints"}[r]
}

// Fields are the names of the fields that hold what a document is made of. An empty
// one stands for the usual names. In JSON a name with dots goes into objects
// (_source.body).
type Fields struct {
	ID, Text, Title, Site, URL, Published string
}

func (f Fields) given(r role) string {
	return [roles]string{f.ID, f.Text, f.Title, f.Site, f.URL, f.Published}[r]
}

// usual are the names by which a field is found, the most telling first: of a
// document that has several, the first counts that is not empty. Of these, the
// documentation gives the first one or two (see documented); others are named once on
// standard error when they are used. Case does not matter.
var usual = [roles][]string{
	roleID: {"id", "_id", "doc_id", "docid", "document_id", "article_id", "articleid", "uuid", "guid", "uid"},
	roleText: {"text", "content", "body", "article", "article_text", "articletext", "article_body", "articlebody", "body_text", "bodytext",
		"full_text", "fulltext", "maintext", "main_text", "plain_text", "plaintext", "raw_content", "raw_text", "clean_text", "content_text", "contenttext", "story",
		"volltext", "artikel", "artikeltext", "inhalt", "texte", "contenu", "texto", "contenido", "testo"},
	roleTitle: {"title", "headline", "heading", "titel", "überschrift", "ueberschrift", "schlagzeile", "titre", "título", "titulo", "titular", "titolo"},
	roleSite: {"site", "source", "site_name", "sitename", "source_name", "source_domain", "domain", "publisher", "publication", "outlet", "newspaper", "hostname", "host",
		"zeitung", "medium", "quelle", "publikation", "journal", "periódico", "periodico", "fuente", "giornale"},
	roleURL: {"url", "link", "uri", "href", "permalink", "canonical_url", "article_url", "source_url", "web_url", "weburl"},
	rolePublished: {"published", "date", "published_at", "publishedat", "publish_date", "publishdate", "date_published", "datepublished", "date_publish", "publication_date", "pub_date", "pubdate", "published_date", "publisheddate", "published_time", "published_on", "timestamp", "datetime", "created_at", "seendate",
		"datum", "erscheinungsdatum", "veröffentlicht", "veröffentlichungsdatum", "fecha", "fecha_publicacion", "fecha_de_publicación", "date_de_publication"},
	roleAuthor: {"byline", "author", "authors", "creator", "autor", "auteur"},
	roleOwner:  {"owner"},
	roleClock:  {"clock"},
	roleHints:  {"hints"},
}

// documented is how many of the usual names of a role the documentation gives.
var documented = [roles]int{roleID: 1, roleText: 1, roleTitle: 1, roleSite: 2, roleURL: 1, rolePublished: 2, roleAuthor: len(usual[roleAuthor]), roleOwner: 1, roleClock: 1, roleHints: 1}

// names returns the names to look for, in lower case.
func (f Fields) names(r role) []string {
	if given := f.given(r); given != "" {
		return []string{strings.ToLower(given)}
	}
	return usual[r]
}

// plainName returns a name without what spellings of one differ in: case, spaces,
// underscores and hyphens.
func plainName(name string) string {
	if strings.HasPrefix(name, "_") {
		return strings.ToLower(name) // which is another name
	}
	return strings.Map(func(c rune) rune {
		if c == ' ' || c == '_' || c == '-' || c == '\u00a0' {
			return -1
		}
		return unicode.ToLower(c)
	}, norm.NFC.String(name))
}

// plainNames are the usual names of each role, plain.
var plainNames = func() (all [roles]map[string]bool) {
	for r, names := range usual {
		all[r] = map[string]bool{}
		for _, name := range names {
			all[r][plainName(name)] = true
		}
	}
	return all
}()

// is reports whether a field of a document is called by a name of a role. A name that
// was given is meant as it is.
func (f Fields) is(r role, field, name string) bool {
	return strings.EqualFold(strings.TrimSpace(field), name) || f.given(r) == "" && plainName(field) == plainName(name)
}

// known reports whether a name has a role.
func (f Fields) known(field string) bool {
	plain := plainName(field)
	for r := range roles {
		if given := f.given(r); given == "" && plainNames[r][plain] || given != "" && strings.EqualFold(given, field) {
			return true
		}
	}
	return false
}

// columns returns, for each role, the columns of a header that have one of its names,
// the most telling first, and whether there is one for the text.
func (f Fields) columns(header []string) (found [roles][]int, text bool) {
	for r := range roles {
		for _, name := range f.names(r) {
			i := slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
			if i < 0 {
				i = slices.IndexFunc(header, func(h string) bool { return f.is(r, h, name) })
			}
			if i >= 0 && !slices.Contains(found[r], i) {
				found[r] = append(found[r], i)
			}
		}
	}
	return found, len(found[roleText]) > 0
}

// A record is what the input has of a document.
type record struct {
	n      int // of its line or row, from 1
	err    error
	values [roles]string
	named  [roles]string // the field of each value, where the documentation does not name it

	hint    string // about a document without anything
	spare   string // the id if the one it has was there before
	broken  bool   // the text has bytes that are no UTF-8
	longest string // the longest field, where there is no text
}

// take sets a role to the first value that is not empty, of fields in the order of
// their names.
func (r *record) take(as role, value, name string, usual bool) {
	if r.values[as] != "" {
		return
	}
	r.values[as] = value
	if !usual {
		r.named[as] = name
	}
}
