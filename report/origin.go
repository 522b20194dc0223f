package report

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/origin"
)

// A source says whose the article of a cluster is, as the page shows it.
type source struct {
	Text        string   `json:"text"`        // a sentence
	First       string   `json:"first"`       // a sentence on who published first, or ""
	Contrary    string   `json:"contrary"`    // what contradicts it, or ""
	Evidence    []string `json:"evidence"`    // sentences: what else it rests on, one of a kind
	Probability float64  `json:"probability"` // of the origin
	Name        string   `json:"name"`        // of an absent source, or ""
	// From is the source of each member: the number of another, -1 for the absent source,
	// -2 for the origin itself, -3 if it is not to be told.
	From []int `json:"from"`
}

// mostEvidence is how many kinds of evidence are said of a cluster.
const mostEvidence = 4

// tells returns what a document tells of its origin but the text, in memory of its own.
func tells(doc reprint.Document) origin.Document {
	d := doc.OriginDocument()
	d.ID, d.Text = "", ""
	for _, s := range []*string{&d.Title, &d.Byline, &d.Site, &d.Owner, &d.URL} {
		*s = strings.Clone(*s)
	}
	d.Hints = slices.Clone(d.Hints)
	for i, h := range d.Hints {
		d.Hints[i] = origin.Hint{Kind: strings.Clone(h.Kind), Value: strings.Clone(h.Value)}
	}
	return d
}

// judge says whose the article of a cluster is, by members made ready in the same
// order, whose ids are their numbers.
func (c *cluster) judge(members []*origin.Member) *source {
	a := origin.Judge(members, nil)
	out := &source{Probability: share(a.Probability), From: make([]int, len(members)), Evidence: []string{}}
	at := func(o origin.Origin) int {
		switch o.Kind {
		case origin.IsHidden:
			return -1
		case origin.IsUnknown:
			return -3
		}
		i, _ := strconv.Atoi(o.Name)
		return i
	}
	for i := range out.From {
		out.From[i] = -2 // also of a member that stands for the same page as another
	}
	for _, t := range a.Sources {
		i, _ := strconv.Atoi(t.Member)
		out.From[i] = at(t.From)
	}
	switch a.Origin.Kind {
	case origin.IsHidden:
		out.Name = line(a.Origin.Name)
		credit := map[string]bool{}
		for _, e := range a.Evidence {
			if e.Source == a.Origin.Name && e.Weight > 0 {
				credit[e.Member] = true
			}
		}
		if out.Text = fmt.Sprintf("%s, by its credit in %s of %s.", out.Name, number(len(credit)), number(len(members))); out.Name == "" {
			out.Text = "An absent source that none of them names."
		}
	case origin.IsMember:
		i := at(a.Origin)
		out.Text = c.called(i)
		for _, e := range a.Evidence {
			if e.Weight > 0 {
				out.Text += "; " + line(c.reason(e, i))
				break
			}
		}
		out.Text += "."
		if out.From[i] != -2 {
			out.From[i] = -2
		}
	default:
		out.Text = "It cannot be told whose it is."
		out.Probability = 0
	}
	if a.Independent > 1 {
		out.Text += fmt.Sprintf(" There are %d independent sources.", a.Independent)
	}
	if a.First.Member != "" {
		i, _ := strconv.Atoi(a.First.Member)
		form := "2006-01-02 15:04 UTC"
		if t := c.members[i].published; t.Equal(t.Truncate(24 * time.Hour)) {
			form = time.DateOnly // a day, not midnight
		}
		out.First = fmt.Sprintf("First seen at %s, %s.", c.called(i), c.members[i].published.Format(form))
	}
	rules := map[string]bool{}
	for _, e := range a.Evidence {
		if e.Weight > 0.3 && !rules[e.Rule] && len(out.Evidence) < mostEvidence {
			rules[e.Rule] = true
			i, _ := strconv.Atoi(e.Member)
			said := c.reason(e, -1)
			if e.Edit != nil && e.Edit.End-e.Edit.Start > 2 && e.Edit.End-e.Edit.Start < 120 {
				said += fmt.Sprintf(": “%s”", members[i].Text[e.Edit.Start:e.Edit.End])
			}
			out.Evidence = append(out.Evidence, line(said)+".")
		}
	}
	for _, e := range a.Evidence {
		if a.Origin.Kind != origin.IsUnknown && e.Contradicts() {
			i, _ := strconv.Atoi(e.Member)
			out.Contrary = fmt.Sprintf("Contradicted by %s: %s.", c.called(i), line(c.reason(e, -1)))
			break
		}
	}
	return out
}

// called names a member: its site, or else its id.
func (c *cluster) called(i int) string {
	if m := c.members[i]; m.called != "" {
		return m.called
	}
	return c.members[i].id
}

// it stands for the source in the rules of evidence.
var it = regexp.MustCompile(`\bit\b`)

// reason says in words what a piece of evidence is. Of is the member that it speaks
// for, if it is another's.
func (c *cluster) reason(e origin.Evidence, of int) string {
	i, err := strconv.Atoi(e.Member)
	if err == nil && i != of {
		name := e.Source
		if j, err := strconv.Atoi(e.Source); err == nil && j < len(c.members) {
			name = c.called(j)
		}
		if name == "" {
			return c.called(i) + " " + e.Rule
		}
		if rule := it.ReplaceAllLiteralString(e.Rule, name); rule != e.Rule {
			return c.called(i) + " " + rule
		}
		return fmt.Sprintf("%s %s (%s)", c.called(i), e.Rule, name)
	}
	switch rule := strings.TrimPrefix(e.Rule, "is "); {
	case rule != e.Rule:
		return "it is " + rule
	default:
		return "it " + e.Rule
	}
}
