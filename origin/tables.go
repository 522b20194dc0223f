package origin

import (
	_ "embed"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed names.tsv
var namesTSV string

//go:embed contexts.tsv
var contextsTSV string

// A Source is what the table of names knows of a name.
type Source struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // "agency", "outlet", "release", "photo" or "platform"
}

// An alias is a way to write a name.
type alias struct {
	source *Source
	weak   bool // also a common word or a place
	exact  bool // the case of letters counts
	text   string
}

// A node is a state of the trie of aliases over folded tokens.
type node struct {
	next  map[string]*node
	alias []*alias // that end here
}

// A context is a row of the table of contexts.
type context struct {
	kind Kind
	edge bool
}

// tables hold what the two files say.
type tables struct {
	sources map[string]*Source // by name
	sites   map[string]*Source // by host, or by folded handle
	trie    *node
	left    map[string][]context
	right   map[string][]context
	open    map[string]context
	filler  map[string]bool
	longest int // tokens of the longest phrase
}

// table is built once, of the two embedded files; a test parses them.
var table = sync.OnceValue(func() *tables {
	t, err := parseTables(namesTSV, contextsTSV)
	if err != nil {
		return &tables{trie: &node{}}
	}
	return t
})

func rows(tsv string, columns int) ([][]string, error) {
	var out [][]string
	for i, line := range strings.Split(strings.TrimRight(tsv, "\n"), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != columns {
			return nil, fmt.Errorf("origin: line %d has %d columns, want %d", i+1, len(row), columns)
		}
		out = append(out, row)
	}
	return out, nil
}

func parseTables(names, contexts string) (*tables, error) {
	t := &tables{
		sources: map[string]*Source{}, sites: map[string]*Source{}, trie: &node{},
		left: map[string][]context{}, right: map[string][]context{}, open: map[string]context{}, filler: map[string]bool{},
	}
	rs, err := rows(names, 4)
	if err != nil {
		return nil, err
	}
	for _, r := range rs {
		s := &Source{Name: r[0], Kind: r[1]}
		if t.sources[s.Name] != nil {
			return nil, fmt.Errorf("origin: the name %q stands twice", s.Name)
		}
		t.sources[s.Name] = s
		for _, site := range strings.Split(r[2], "|") {
			key := siteKey(site)
			if key == "" {
				continue
			}
			if _, is := t.sites[key]; !is {
				t.sites[key] = s
			}
		}
		for _, a := range strings.Split(r[3], "|") {
			t.trie.add(newAlias(s, a))
		}
	}
	if rs, err = rows(contexts, 5); err != nil {
		return nil, err
	}
	for _, r := range rs {
		kind, known := kinds[r[1]]
		if !known && r[1] != "filler" {
			return nil, fmt.Errorf("origin: no kind of context is called %q", r[1])
		}
		for _, p := range strings.Split(r[4], "|") {
			p := foldPhrase(p)
			t.longest = max(t.longest, strings.Count(p, " ")+1)
			c := context{kind: kind, edge: r[3] == "edge"}
			switch {
			case r[1] == "filler":
				t.filler[p] = true
			case r[1] == "open":
				c.kind = Text
				t.open[p] = c
			case r[2] == "left":
				t.left[p] = append(t.left[p], c)
			case r[2] == "right":
				t.right[p] = append(t.right[p], c)
			default:
				return nil, fmt.Errorf("origin: no side of a context is called %q", r[2])
			}
		}
	}
	return t, nil
}

func newAlias(s *Source, text string) *alias {
	a := &alias{source: s}
	text, a.weak = strings.CutPrefix(text, "~")
	a.text = text
	letters, cased := 0, false
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			cased = cased || unicode.IsUpper(r) || unicode.IsLower(r)
		}
	}
	a.exact = cased && letters <= 5
	return a
}

func (n *node) add(a *alias) {
	for _, t := range tokenize(nil, a.text) {
		if n.next == nil {
			n.next = map[string]*node{}
		}
		m := n.next[t.fold]
		if m == nil {
			m = &node{}
			n.next[t.fold] = m
		}
		n = m
	}
	n.alias = append(n.alias, a)
}

// fits reports whether what stands in the text is the alias, by its case.
func (a *alias) fits(text string) bool {
	if a.exact {
		return text == a.text || text == strings.ToUpper(a.text) || a.text != strings.ToLower(a.text) && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ.") == ""
	}
	r, _ := utf8.DecodeRuneInString(text)
	first, _ := utf8.DecodeRuneInString(a.text)
	return !unicode.IsLower(r) || unicode.IsLower(first) || strings.Contains(a.text, ".")
}

// siteKey returns the key of a site: the host of a URL or host without "www.",
// or the folded words of a handle.
func siteKey(site string) string {
	site = strings.TrimSpace(site)
	if site == "" {
		return ""
	}
	if h := host(site); h != "" {
		return h
	}
	return foldPhrase(strings.ReplaceAll(site, "_", " "))
}

// host returns the host of a URL or of "example.com/news", or "".
func host(s string) string {
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	h := strings.ToLower(u.Hostname())
	if !strings.Contains(h, ".") || strings.ContainsAny(h, " ") || strings.HasSuffix(h, ".") {
		return ""
	}
	for _, p := range []string{"www.", "m.", "amp.", "mobile."} {
		if rest := strings.TrimPrefix(h, p); strings.Contains(rest, ".") {
			h = rest
		}
	}
	return h
}

// LookupSite returns what the table of names knows of a site: a host, a URL, or a
// handle. Subdomains belong to the site unless they are listed themselves.
func LookupSite(site string) (Source, bool) {
	if s := table().site(site); s != nil {
		return *s, true
	}
	return Source{}, false
}

func (t *tables) site(site string) *Source {
	key := siteKey(site)
	for key != "" {
		if s := t.sites[key]; s != nil {
			return s
		}
		dot := strings.IndexByte(key, '.')
		if dot < 0 || !strings.Contains(key[dot+1:], ".") {
			break
		}
		key = key[dot+1:]
	}
	// A handle may be a name of the table itself.
	if host(site) == "" {
		n := t.trie
		for tok := range strings.SplitSeq(siteKey(site), " ") {
			if n = n.next[tok]; n == nil {
				return nil
			}
		}
		if len(n.alias) > 0 {
			return n.alias[0].source
		}
	}
	return nil
}
