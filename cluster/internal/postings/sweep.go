package postings

// A Sweep takes the postings of numbers that are dead out of the runs of two trees, by
// merging all of them, so that the numbers can be used again.
type Sweep struct {
	numbers []uint32 // that will be free when it is done; nil where there is none
	done    [2]bool  // for each of the trees
}

// Begin begins a sweep for numbers. There must be none under way.
func (s *Sweep) Begin(numbers []uint32) { *s = Sweep{numbers: numbers} }

// UnderWay reports whether there is a sweep.
func (s *Sweep) UnderWay() bool { return s.numbers != nil }

// Wants reports whether the sweep still needs all runs of a tree merged.
func (s *Sweep) Wants(tree int) bool { return s.UnderWay() && !s.done[tree] }

// Note records what a checkpoint has merged. It returns the numbers that are free if
// the sweep is done.
func (s *Sweep) Note(edits [2]*VersionEdit) (free []uint32) {
	for i := range edits {
		s.done[i] = s.done[i] || edits[i].Compacted
	}
	if !s.UnderWay() || s.done != [2]bool{true, true} {
		return nil
	}
	free = s.numbers
	*s = Sweep{}
	return free
}
