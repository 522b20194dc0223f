package cluster

import (
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/kinds"
	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Kind says what an event is.
type Kind = kinds.Kind

// The kinds of events. From has names as they were before the operation, Cluster names
// as they are after it. To keep a copy in sync, apply all events of an operation to the
// state before it.
const (
	Joined    = kinds.Joined    // ID, which is new, joined others in Cluster
	Left      = kinds.Left      // ID was removed; it had been in From
	Merged    = kinds.Merged    // all that remains of From is now in Cluster
	Moved     = kinds.Moved     // ID was in From and is now in Cluster
	Canonical = kinds.Canonical // the cluster From is now called Cluster
	Alone     = kinds.Alone     // ID, which is new, is the only one in Cluster, which has its name
)

// An Event is a change of clusters, which are named by the id of their
// canonical document.
type Event struct {
	Kind    Kind   `json:"event"`
	ID      string `json:"id,omitempty"`
	From    string `json:"from,omitempty"`
	Cluster string `json:"cluster,omitempty"`
}

// A change collects what an operation does, to derive events from the difference: for
// each cluster that it touches, the name that the cluster had before.
type change struct {
	operation uint64              // counts operations
	changes   uint64              // counts additions and removals since the index was opened
	was       []former            // documents whose group may have changed
	groups    []former            // groups that changed in place
	noted     map[any]bool        // the documents and groups in these
	left      []Event             // documents removed
	stale     []*records.Document // documents whose boilerplate changed
	isStale   map[*records.Document]bool

	effort likeness.Effort

	edges []edge // memory
	hints []postings.Hint
}

// A former is the name that a group, or a document's cluster, had.
type former struct {
	doc   *records.Document
	group *records.Group
	name  string
}

func (c *change) begin() {
	clear(c.was) // so as not to keep what is gone
	clear(c.groups)
	clear(c.edges)
	clear(c.noted)
	*c = change{
		operation: c.operation + 1, changes: c.changes, was: c.was[:0], groups: c.groups[:0], noted: c.noted,
		effort: likeness.Effort{Elements: mostClustered, Words: mostRejudged, Cut: c.effort.Cut},
		edges:  c.edges, hints: c.hints,
	}
}

// relabelled notes a document whose boilerplate changed.
func (c *change) relabelled(d *records.Document) {
	if c.isStale == nil {
		c.isStale = map[*records.Document]bool{}
	}
	if !c.isStale[d] {
		c.isStale[d] = true
		c.stale = append(c.stale, d)
	}
}

// first reports whether k was not noted before, and notes it.
func (c *change) first(k any) bool {
	if c.noted[k] {
		return false
	}
	if c.noted == nil {
		c.noted = map[any]bool{}
	}
	c.noted[k] = true
	return true
}

// note records a group. Call it before the group changes, if members stay together.
func (x *Index) note(g *records.Group) {
	if c := &x.change; g.Born != c.operation && c.first(g) {
		c.groups = append(c.groups, former{group: g, name: x.name(g)})
	}
}

// noteAll records a group. Call it before members may part. Duplicates go where their
// representative goes.
func (x *Index) noteAll(g *records.Group) {
	x.noteMembers(g, g.Reps)
}

func (x *Index) noteMembers(g *records.Group, members []uint32) {
	c := &x.change
	if g.Born == c.operation {
		return
	}
	name := x.formerName(g)
	for _, n := range members {
		if !x.docs.Live.Has(n) {
			continue // it is being taken out
		}
		if d := x.docs.Get(n); c.first(d) {
			c.was = append(c.was, former{doc: d, name: name})
		}
	}
}

// noteAlone records a document. Call it before the document gets a group.
func (c *change) noteAlone(d *records.Document) {
	if c.first(d) {
		c.was = append(c.was, former{doc: d, name: d.ID})
	}
}

// noteDuplicates records the duplicates of a representative. Call it before the
// representative loses them.
func (x *Index) noteDuplicates(r *records.Document) {
	x.noteMembers(x.group(r), r.Duplicates())
}

func (x *Index) formerName(g *records.Group) string {
	for _, f := range x.change.groups {
		if f.group == g {
			return f.name
		}
	}
	return x.name(g)
}

// noteLeaving records a document. Call it before the document is removed.
func (x *Index) noteLeaving(d *records.Document) {
	c := &x.change
	c.left = append(c.left, Event{Kind: Left, ID: d.ID, From: x.cluster(d)})
	c.first(d)
}

// A part is what went from one former cluster into one group, or a document
// that is alone now.
type part struct {
	group *records.Group
	docs  []*records.Document
}

func (x *Index) nameOf(p part) string {
	if p.group == nil {
		return p.docs[0].ID
	}
	return x.name(p.group)
}

// events returns what has changed. added is the new document, if there is one. From
// has names before the operation, Cluster names after it.
func (x *Index) events(added *records.Document) []Event {
	c := &x.change
	events := slices.Clone(c.left)
	parts := map[string][]part{}
	var names []string               // of former clusters, in a fixed order
	into := map[*records.Group]int{} // how many of them went into a group
	for _, f := range slices.Concat(c.groups, c.was) {
		g := f.group
		if f.doc != nil {
			g = x.group(f.doc)
		}
		switch {
		case f.name == "", f.doc != nil && f.doc == added: // no name before
			continue
		case g == nil && f.doc.Gone, g != nil && x.groups.Get(g.Number) != g: // nothing now
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
		stays := slices.IndexFunc(from, func(p part) bool { return x.nameOf(p) == name })
		if stays < 0 { // the name is gone: what is called otherwise now is the largest part
			stays = 0
			for i, p := range from {
				if len(p.docs) > len(from[stays].docs) {
					stays = i
				}
			}
		}
		for i, p := range from {
			now := x.nameOf(p)
			switch {
			case now == "" || now == name:
			case i != stays:
				events = append(events, x.moved(p, name, now, added)...)
			case p.group != nil && into[p.group] > 1:
				events = append(events, Event{Kind: Merged, From: name, Cluster: now})
			default:
				events = append(events, Event{Kind: Canonical, From: name, Cluster: now})
			}
		}
	}
	switch {
	case added == nil:
	case x.clusterSize(added) > 1:
		events = append(events, Event{Kind: Joined, ID: added.ID, Cluster: x.cluster(added)})
	default:
		events = append(events, Event{Kind: Alone, ID: added.ID, Cluster: added.ID})
	}
	return events
}

func (x *Index) moved(p part, from, to string, added *records.Document) (events []Event) {
	for _, d := range p.docs {
		if !d.Gone {
			events = append(events, Event{Kind: Moved, ID: d.ID, From: from, Cluster: to})
		}
		for _, n := range d.Duplicates() {
			if f := x.docs.Get(n); f != added && !x.change.noted[f] { // those noted went their own way
				events = append(events, Event{Kind: Moved, ID: f.ID, From: from, Cluster: to})
			}
		}
	}
	return events
}
