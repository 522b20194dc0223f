package likeness

// An Effort is what one operation may still spend on documents larger than most. Where
// nothing is left, these are compared by their samples, and not judged. It depends on
// sizes alone, so that answers do not depend on where an index is.
type Effort struct {
	Elements, Words int
	Cut             int // comparisons and judgements that it did not allow
}

// Compares reports whether so many elements may be compared, and takes them.
func (t *Effort) Compares(elements int) bool { return t.take(&t.Elements, elements) }

// Judges reports whether so many words may be judged, and takes them.
func (t *Effort) Judges(words int) bool { return t.take(&t.Words, words) }

func (t *Effort) take(left *int, n int) bool {
	if n > *left {
		t.Cut++
		return false
	}
	*left -= max(n, 0)
	return true
}

// Pair returns how many elements, or words, a comparison of two counts for: those of
// two that have no more than small together for nothing.
func Pair(a, b, small int) int {
	if a+b <= small {
		return 0
	}
	return a + b
}
