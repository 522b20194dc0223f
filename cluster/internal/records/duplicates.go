package records

import "container/heap"

// DuplicatesOf returns the heap of the duplicates of a representative, which is being
// changed.
func DuplicatesOf(docs *Documents, of *Document) heap.Interface { return duplicates{docs, of} }

// duplicates is the heap of the duplicates of a representative, the first
// published on top.
type duplicates struct {
	docs *Documents
	of   *Document
}

func (h duplicates) Len() int { return len(h.of.Links.Representative.Duplicates) }
func (h duplicates) Less(i, j int) bool {
	l := h.of.Links.Representative.Duplicates
	return h.docs.Get(l[i]).Before(h.docs.Get(l[j])) < 0
}
func (h duplicates) Swap(i, j int) {
	l := h.of.Links.Representative.Duplicates
	l[i], l[j] = l[j], l[i]
	h.place(i)
	h.place(j)
}
func (h duplicates) Push(d any) {
	r := h.of.Links.Representative
	r.Duplicates = append(r.Duplicates, d.(*Document).Number)
	h.place(len(r.Duplicates) - 1)
}
func (h duplicates) Pop() any {
	r := h.of.Links.Representative
	last := len(r.Duplicates) - 1
	d := h.docs.Get(r.Duplicates[last])
	r.Duplicates = r.Duplicates[:last]
	return d
}

// place writes a duplicate's place to it.
func (h duplicates) place(i int) {
	d := h.docs.Edit(h.of.Links.Representative.Duplicates[i])
	d.Links.Slot = int32(i)
}
