package cluster

import "slices"

// Kind says what an event is.
type Kind uint8

// The kinds of events.
const (
	Joined    Kind = iota + 1 // ID, which is new, joined others in Cluster
	Left                      // ID was removed; it had been in From
	Merged                    // the cluster From is now part of Cluster
	Moved                     // ID was in From and is now in Cluster
	Canonical                 // the cluster From is now called Cluster
)

var kindNames = [...]string{"", "joined", "left", "merged", "moved", "canonical"}

// String returns the kind in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// MarshalText returns the kind in lower case.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// An Event is a change of clusters, which are named by the id of their
// canonical document.
type Event struct {
	Kind    Kind   `json:"event"`
	ID      string `json:"id,omitempty"`
	From    string `json:"from,omitempty"`
	Cluster string `json:"cluster,omitempty"`
}

// change gathers what an operation does, to tell events from the difference.
type change struct {
	was    []former      // representatives whose group may have changed
	noted  map[any]bool  // documents and groups noted before
	groups []formerGroup // groups that changed in place
	left   []Event       // documents removed
	stale  []*document   // documents whose boilerplate changed
}

type former struct {
	doc *document
	id  string
}

type formerGroup struct {
	group *group
	id    string
}

func (c *change) begin() {
	*c = change{was: c.was[:0], groups: c.groups[:0], stale: c.stale[:0]}
}

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

// note is told of a group before it changes, when its members stay in it.
func (c *change) note(g *group) {
	if c.first(g) {
		c.groups = append(c.groups, formerGroup{g, g.name()})
	}
}

// noteAll is told of a group before its members may go elsewhere.
func (c *change) noteAll(g *group) {
	name, known := "", false
	for _, d := range g.reps {
		if !c.first(d) {
			continue
		}
		if !known {
			name, known = g.name(), true
			for _, f := range c.groups {
				if f.group == g {
					name = f.id
				}
			}
		}
		c.was = append(c.was, former{d, name})
	}
}

// leave is told of a document before it is removed.
func (c *change) leave(d *document) {
	c.left = append(c.left, Event{Kind: Left, ID: d.id, From: d.home().name()})
}

// name returns the id of the canonical document, or "" if there is none.
func (g *group) name() string {
	if d := g.canonical(); d != nil {
		return d.id
	}
	return ""
}

// events tells what has changed, added being the new document, if there is
// one.
func (c *change) events(added *document) []Event {
	events := slices.Clone(c.left)
	type destination struct {
		group *group
		docs  []*document
	}
	to := map[string][]destination{}
	var order []string
	for _, f := range c.was {
		if f.doc == added || f.id == "" || f.doc.group == nil || !slices.Contains(f.doc.group.reps, f.doc) {
			continue
		}
		if to[f.id] == nil {
			order = append(order, f.id)
		}
		i := slices.IndexFunc(to[f.id], func(d destination) bool { return d.group == f.doc.group })
		if i < 0 {
			to[f.id] = append(to[f.id], destination{group: f.doc.group})
			i = len(to[f.id]) - 1
		}
		to[f.id][i].docs = append(to[f.id][i].docs, f.doc)
	}
	into := map[*group]int{}
	for _, id := range order {
		for _, d := range to[id] {
			into[d.group]++
		}
	}
	for _, f := range c.groups {
		if f.id != "" && to[f.id] == nil && len(f.group.reps) > 0 && f.group.reps[0].group == f.group {
			if name := f.group.name(); name != "" && name != f.id {
				events = append(events, Event{Kind: Canonical, From: f.id, Cluster: name})
			}
			into[f.group]++
		}
	}
	for _, id := range order {
		parts := to[id]
		// The part that keeps the name stays; or else the largest.
		stays := slices.IndexFunc(parts, func(d destination) bool { return d.group.name() == id })
		if stays < 0 {
			for i, d := range parts {
				if stays < 0 || len(d.docs) > len(parts[stays].docs) {
					stays = i
				}
			}
		}
		for i, d := range parts {
			name := d.group.name()
			switch {
			case name == "" || name == id:
			case i == stays && into[d.group] > 1:
				events = append(events, Event{Kind: Merged, From: id, Cluster: name})
			case i == stays:
				events = append(events, Event{Kind: Canonical, From: id, Cluster: name})
			default:
				for _, r := range d.docs {
					if !r.gone {
						events = append(events, Event{Kind: Moved, ID: r.id, From: id, Cluster: name})
					}
					for _, f := range r.followers {
						if f != added {
							events = append(events, Event{Kind: Moved, ID: f.id, From: id, Cluster: name})
						}
					}
				}
			}
		}
	}
	if added != nil && added.home().size > 1 {
		events = append(events, Event{Kind: Joined, ID: added.id, Cluster: added.home().name()})
	}
	return events
}
