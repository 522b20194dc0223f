// Package events derives from what an operation does how the clusters changed by it.
package events

import (
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/kinds"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// An Event is a change of clusters, which are named by the id of their
// canonical document.
type Event struct {
	Kind    kinds.Kind `json:"event"`
	ID      string     `json:"id,omitempty"`
	From    string     `json:"from,omitempty"`
	Cluster string     `json:"cluster,omitempty"`
}

// A Journal collects what an operation does, to derive events from the difference: for
// each cluster that it touches, the name that the cluster had before.
type Journal struct {
	records.Clusters
	Operation uint64 // counts operations

	was    []former     // documents whose group may have changed
	groups []former     // groups that changed in place
	noted  map[any]bool // the documents and groups in these
	left   []Event      // documents removed
}

// Begin begins an operation that changes these clusters.
func (c *Journal) Begin(clusters records.Clusters) {
	clear(c.was) // so as not to keep what is gone
	clear(c.groups)
	clear(c.noted)
	*c = Journal{Clusters: clusters, Operation: c.Operation + 1, was: c.was[:0], groups: c.groups[:0], noted: c.noted}
}

// A former is the name that a group, or a document's cluster, had.
type former struct {
	doc   *records.Document
	group *records.Group
	name  string
}

// first reports whether k was not noted before, and notes it.
func (c *Journal) first(k any) bool {
	if c.noted[k] {
		return false
	}
	if c.noted == nil {
		c.noted = map[any]bool{}
	}
	c.noted[k] = true
	return true
}

// Note records a group. Call it before the group changes, if members stay together.
func (c *Journal) Note(g *records.Group) {
	if g.Born != c.Operation && c.first(g) {
		c.groups = append(c.groups, former{group: g, name: c.Clusters.Name(g)})
	}
}

// NoteAll records a group. Call it before members may part. Duplicates go where their
// representative goes.
func (c *Journal) NoteAll(g *records.Group) {
	c.NoteMembers(g, g.Reps)
}

func (c *Journal) NoteMembers(g *records.Group, members []uint32) {
	if g.Born == c.Operation {
		return
	}
	name := c.formerName(g)
	for _, n := range members {
		if !c.Documents.Live.Has(n) {
			continue // it is being taken out
		}
		if d := c.Documents.Get(n); c.first(d) {
			c.was = append(c.was, former{doc: d, name: name})
		}
	}
}

// NoteAlone records a document. Call it before the document gets a group.
func (c *Journal) NoteAlone(d *records.Document) {
	if c.first(d) {
		c.was = append(c.was, former{doc: d, name: d.ID})
	}
}

// NoteDuplicates records the duplicates of a representative. Call it before the
// representative loses them.
func (c *Journal) NoteDuplicates(r *records.Document) {
	c.NoteMembers(c.Group(r), r.Duplicates())
}

func (c *Journal) formerName(g *records.Group) string {
	for _, f := range c.groups {
		if f.group == g {
			return f.name
		}
	}
	return c.Clusters.Name(g)
}

// NoteLeaving records a document. Call it before the document is removed.
func (c *Journal) NoteLeaving(d *records.Document) {
	c.left = append(c.left, Event{Kind: kinds.Left, ID: d.ID, From: c.Cluster(d)})
	c.first(d)
}

// A part is what went from one former cluster into one group, or a document
// that is alone now.
type part struct {
	group *records.Group
	docs  []*records.Document
}

func (c *Journal) nameOf(p part) string {
	if p.group == nil {
		return p.docs[0].ID
	}
	return c.Clusters.Name(p.group)
}

// Events returns what has changed. added is the new document, if there is one. From
// has names before the operation, Cluster names after it.
func (c *Journal) Events(added *records.Document) []Event {
	events := slices.Clone(c.left)
	parts := map[string][]part{}
	var names []string               // of former clusters, in a fixed order
	into := map[*records.Group]int{} // how many of them went into a group
	for _, f := range slices.Concat(c.groups, c.was) {
		g := f.group
		if f.doc != nil {
			g = c.Group(f.doc)
		}
		switch {
		case f.name == "", f.doc != nil && f.doc == added: // no name before
			continue
		case g == nil && f.doc.Gone, g != nil && c.Groups.Get(g.Number) != g: // nothing now
			continue
		}
		if parts[f.name] == nil {
			names = append(names, f.name)
		}
		i := slices.IndexFunc(parts[f.name], func(p part) bool { return g != nil && p.group == g })
		if i < 0 {
			i = len(parts[f.name])
			parts[f.name] = append(parts[f.name], part{group: g})
			into[g]++
		}
		if f.doc != nil {
			parts[f.name][i].docs = append(parts[f.name][i].docs, f.doc)
		}
	}
	for _, name := range names {
		from := parts[name]
		stays := slices.IndexFunc(from, func(p part) bool { return c.nameOf(p) == name })
		if stays < 0 { // the name is gone: what is called otherwise now is the largest part
			stays = 0
			for i, p := range from {
				if len(p.docs) > len(from[stays].docs) {
					stays = i
				}
			}
		}
		for i, p := range from {
			now := c.nameOf(p)
			switch {
			case now == "" || now == name:
			case i != stays:
				events = append(events, c.moved(p, name, now, added)...)
			case p.group != nil && into[p.group] > 1:
				events = append(events, Event{Kind: kinds.Merged, From: name, Cluster: now})
			default:
				events = append(events, Event{Kind: kinds.Canonical, From: name, Cluster: now})
			}
		}
	}
	switch {
	case added == nil:
	case c.Size(added) > 1:
		events = append(events, Event{Kind: kinds.Joined, ID: added.ID, Cluster: c.Cluster(added)})
	default:
		events = append(events, Event{Kind: kinds.Alone, ID: added.ID, Cluster: added.ID})
	}
	return events
}

func (c *Journal) moved(p part, from, to string, added *records.Document) (events []Event) {
	for _, d := range p.docs {
		if !d.Gone {
			events = append(events, Event{Kind: kinds.Moved, ID: d.ID, From: from, Cluster: to})
		}
		for _, n := range d.Duplicates() {
			if f := c.Documents.Get(n); f != added && !c.noted[f] { // those noted went their own way
				events = append(events, Event{Kind: kinds.Moved, ID: f.ID, From: from, Cluster: to})
			}
		}
	}
	return events
}
