package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint/origin"
)

// A source says whose the article of a cluster is, as the page shows it.
type source struct {
	Text        string  `json:"text"`        // a sentence
	First       string  `json:"first"`       // a sentence on who published first, or ""
	Contrary    string  `json:"contrary"`    // what contradicts it, or ""
	Probability float64 `json:"probability"` // of the origin
	Name        string  `json:"name"`        // of an absent source, or ""
	// From is the likeliest source of each member: the number of another, -1 for the
	// absent or unknown source, -2 for the origin itself.
	From []int `json:"from"`
}

// judge says whose the article of a cluster is, by members made ready in the same
// order, whose ids are their numbers.
func (c *cluster) judge(members []*origin.Member) *source {
	a := origin.Judge(members, nil)
	out := &source{Probability: share(a.Probability), From: make([]int, len(members))}
	at := func(o origin.Origin) int {
		if o.Kind != origin.IsMember {
			return -1
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
		out.Text = fmt.Sprintf("%s, by its credit in %s of %s.", out.Name, number(len(credit)), number(len(members)))
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

// reason says in words what a piece of evidence is. Of is the member that it speaks
// for, if it is another's.
func (c *cluster) reason(e origin.Evidence, of int) string {
	i, err := strconv.Atoi(e.Member)
	if err == nil && i != of {
		name := e.Source
		if j, err := strconv.Atoi(e.Source); err == nil && j < len(c.members) {
			name = c.called(j)
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
