package store

import "github.com/cbb30ed1/reprint/store/internal/record"

const (
	mostRecent    = 8       // groups
	mostRecentIDs = 1 << 16 // of all of them
)

// recent is what the last groups have changed, so that what a caller has looked up a
// moment before need not be looked up again.
type recent struct {
	groups []changed // the oldest first
	ids    int
	since  uint64 // the position before the oldest
}

// A changed is the documents that a group has changed, where they are then, nil where they
// are not there, and the position of its last operation.
type changed struct {
	touched map[string]*record.Location
	last    uint64
}

func (r *recent) add(c changed) {
	if len(c.touched) == 0 {
		return
	}
	r.groups = append(r.groups, c)
	for r.ids += len(c.touched); len(r.groups) > mostRecent || r.ids > mostRecentIDs && len(r.groups) > 0; r.groups = r.groups[1:] {
		r.ids -= len(r.groups[0].touched)
		r.since = r.groups[0].last
	}
}

// covers reports whether all groups after a position are here.
func (r *recent) covers(position uint64) bool { return position >= r.since }

// after returns where a document is, and whether a group after a position has changed it.
func (r *recent) after(position uint64, id string) (at *record.Location, ok bool) {
	for i := len(r.groups) - 1; i >= 0 && r.groups[i].last > position; i-- {
		if at, ok = r.groups[i].touched[id]; ok {
			return at, true
		}
	}
	return nil, false
}
