package store

import "github.com/cbb30ed1/reprint/store/internal/record"

const (
	mostRecent    = 8       // commits
	mostRecentIDs = 1 << 16 // of all of them
)

// recent is what the last commits have changed, so that what a caller has looked up a
// moment before need not be looked up again.
type recent struct {
	commits []changed // the oldest first
	ids     int
	since   uint64 // the position before the oldest
}

// A changed is the documents that a commit has changed, where they are then, nil where they
// are not there, and the position of its last operation.
type changed struct {
	touched map[string]*record.Location
	last    uint64
}

func (r *recent) add(c changed) {
	if len(c.touched) == 0 {
		return
	}
	r.commits = append(r.commits, c)
	for r.ids += len(c.touched); len(r.commits) > mostRecent || r.ids > mostRecentIDs && len(r.commits) > 0; r.commits = r.commits[1:] {
		r.ids -= len(r.commits[0].touched)
		r.since = r.commits[0].last
	}
}

// covers reports whether all commits after a position are here.
func (r *recent) covers(position uint64) bool { return position >= r.since }

// after returns where a document is, and whether a commit after a position has changed it.
func (r *recent) after(position uint64, id string) (at *record.Location, ok bool) {
	for i := len(r.commits) - 1; i >= 0 && r.commits[i].last > position; i-- {
		if at, ok = r.commits[i].touched[id]; ok {
			return at, true
		}
	}
	return nil, false
}
