package cluster

// doc returns a document by its number.
func (x *Index) doc(n uint32) *document { return x.docs.get(n) }

// find returns the document with an id, or nil.
func (x *Index) find(id string) *document { return x.ids.find(id, x.docs) }

// groupAt returns a group by its number.
func (x *Index) groupAt(n uint32) *group { return x.groups.get(n) }

// kept returns the elements of a document that are kept.
func (x *Index) kept(d *document) kept { return d.set }

// changed is told of a document before what is known of it changes.
func (x *Index) changed(*document) {}

// changedGroup is told likewise of a group.
func (x *Index) changedGroup(*group) {}
