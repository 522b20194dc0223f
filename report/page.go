package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string

	page = template.Must(template.New("page").Parse(lf(pageHTML)))
)

// lf undoes what a checkout on Windows may have done to line ends, so that the
// page has the same bytes everywhere.
func lf(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// frame is what the template is filled with.
type frame struct {
	Title   string
	Policy  string
	Style   template.CSS
	Script  template.JS
	Lead    string
	Figures []figure
	Empty   bool

	Outlets     []outletRow
	MoreOutlets string // outlets that the table does not show
}

// A figure is one of the overview.
type figure struct {
	Name, Value, Note string
	Words             bool // Value is no number
}

// writePage writes the page in one go: what is before the clusters, the index,
// the packs, and the script, which finds all that above it.
func writePage(w io.Writer, f *finding, o Options) error {
	style, script := lf(pageCSS), lf(pageJS)
	v := frame{
		Title: line(o.Title), Style: template.CSS(style), Script: template.JS(script),
		Policy: "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) +
			"; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
		Lead: f.lead(), Figures: f.figures(), Empty: len(f.clusters) == 0,
	}
	var more int
	if v.Outlets, more = f.outletRows(); more > 0 {
		v.MoreOutlets = plural(more, "outlet")
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := page.ExecuteTemplate(out, "head", v); err != nil {
		return err
	}
	if err := f.writeIndex(out); err != nil {
		return err
	}
	n := 0
	for _, c := range f.clusters {
		for _, p := range c.packs {
			fmt.Fprintf(out, "<script type=\"text/plain\" id=\"pack%d\">%s</script>\n", n, p.data)
			n++
		}
	}
	if err := page.ExecuteTemplate(out, "tail", v); err != nil {
		return err
	}
	return out.Flush()
}

// hash names an inline style or script in a Content-Security-Policy.
func hash(s string) string {
	h := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(h[:]) + "'"
}

// lead says in a sentence what there is.
func (f *finding) lead() string {
	v := f.overview
	if v.clusters == 0 {
		return fmt.Sprintf("No two of %s carry the same article.", plural(v.documents, "document"))
	}
	s := fmt.Sprintf("%s of %s carry an article that another has too: %s.", number(v.documents-v.alone), plural(v.documents, "document"), plural(v.clusters, "cluster"))
	widest := map[string]bool{}
	for _, m := range f.clusters[0].members {
		widest[m.site] = m.site != ""
	}
	delete(widest, "")
	if n := len(widest); n > 1 {
		s = fmt.Sprintf("%s, the widest at %s.", s[:len(s)-1], plural(n, "outlet"))
	}
	if n := len(f.clusters); n < v.clusters {
		s += fmt.Sprintf(" The %s of the most outlets are shown.", number(n))
	}
	return s
}

func (f *finding) figures() []figure {
	v := f.overview
	all := []figure{
		{Name: "Documents", Value: number(v.documents), Note: number(v.alone) + " alone"},
		{Name: "Clusters", Value: number(v.clusters), Note: "of several documents"},
		{Name: "Largest", Value: number(v.largest), Note: "documents"},
	}
	if v.largest == 1 {
		all[2].Note = "document"
	}
	for _, r := range f.relations() {
		name, note := string(r), ""
		switch r {
		case reprint.Copy:
			name, note = "Copies", "small edits"
		case reprint.Excerpt:
			name, note = "Excerpts", "one a piece of the other"
		case reprint.Revision:
			name, note = "Revisions", "passages differ"
		}
		all = append(all, figure{Name: line(name), Value: number(v.relations[r]), Note: note})
	}
	if n := len(v.sites); n > 0 {
		all = append(all, figure{Name: "Outlets", Value: number(n)})
	}
	if !v.first.IsZero() {
		first, last := v.first.UTC().Format(time.DateOnly), v.last.UTC().Format(time.DateOnly)
		span := figure{Name: "Published, UTC", Value: first, Words: true}
		if last != first {
			span.Note = "to " + last
		}
		if v.undated > 0 {
			span.Note = strings.TrimSpace(span.Note + "\n" + number(v.undated) + " undated")
		}
		all = append(all, span)
	}
	return all
}

// relations lists those that occur: the known ones, then others by name.
func (f *finding) relations() []reprint.Relation {
	known := []reprint.Relation{reprint.Copy, reprint.Excerpt, reprint.Revision}
	var others []reprint.Relation
	for r := range f.overview.relations {
		if !slices.Contains(known, r) {
			others = append(others, r)
		}
	}
	slices.Sort(others)
	return append(slices.DeleteFunc(known, func(r reprint.Relation) bool { return f.overview.relations[r] == 0 }), others...)
}

// writeIndex writes the element with the index. Encoded by encoding/json it
// holds neither < nor > nor &, so that no text can end the element.
//
//	{"relations":[…],"sites":[…],"clusters":[{"packs":[…],"members":[[…],…],"source":{…}},…]}
//
// packs are the numbers of the first members in each of its packs, which follow
// those of the cluster before; a member is the list that row returns.
func (f *finding) writeIndex(out *bufio.Writer) error {
	relations := f.relations()
	var names []string
	numbers := map[string]int{}
	for _, c := range f.clusters {
		for _, m := range c.members {
			if _, ok := numbers[m.site]; !ok && m.site != "" {
				numbers[m.site] = len(names)
				names = append(names, f.overview.sites[m.site])
			}
		}
	}
	head, err := json.Marshal(struct {
		Relations []reprint.Relation `json:"relations"`
		Sites     []string           `json:"sites"`
	}{append([]reprint.Relation{}, relations...), append([]string{}, names...)})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "<script type=\"application/json\" id=\"index\">\n%s,\"clusters\":[", head[:len(head)-1])
	for i, c := range f.clusters {
		if i > 0 {
			out.WriteByte(',')
		}
		row := struct {
			Packs   []int   `json:"packs"`
			Members [][]any `json:"members"`
			Source  *source `json:"source"`
		}{Source: c.source}
		for _, p := range c.packs {
			row.Packs = append(row.Packs, p.first)
		}
		for _, m := range c.members {
			site := -1
			if m.site != "" {
				site = numbers[m.site]
			}
			row.Members = append(row.Members, m.row(site, slices.Index(relations, m.relation)))
		}
		encoded, err := json.Marshal(row)
		if err != nil {
			return err
		}
		out.WriteByte('\n')
		out.Write(encoded)
	}
	_, err = out.WriteString("]}\n</script>\n")
	return err
}

// row is a member in the index: id, title, number of its site or -1, seconds
// since 1970 or null, number of its relation or -1, the member of whom, words,
// the share of them found in the canonical member, the share of the canonical
// one's words that it holds, the share of its words that are boilerplate, Jaccard
// similarity with the member of whom, and 1 if its text is cut.
func (m *member) row(site, relation int) []any {
	var seconds any
	if !m.published.IsZero() {
		seconds = m.published.Unix()
	}
	cut := 0
	if m.cut {
		cut = 1
	}
	return []any{m.id, m.title, site, seconds, relation, m.of, m.words, share(m.found), share(m.holds), share(m.boilerplate), share(m.jaccard), cut}
}

// share cuts a share to four decimals, more than which it does not mean.
func share(f float64) float64 { return math.Round(f*1e4) / 1e4 }

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}

// number writes thousands apart.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
