package join

// Bands are the bands of documents, by their numbers.
type Bands struct {
	all  []uint32
	ends []int // where those of each end
}

// NewBands returns no bands. It has room for those of so many documents.
func NewBands(documents, bands int) *Bands {
	return &Bands{make([]uint32, 0, bands), make([]int, 0, documents)}
}

// Add adds the bands of the next document.
func (b *Bands) Add(bands []uint32) {
	b.all = append(b.all, bands...)
	b.ends = append(b.ends, len(b.all))
}

// Len returns the number of documents.
func (b *Bands) Len() int { return len(b.ends) }

// Of returns the bands of a document.
func (b *Bands) Of(n int) []uint32 {
	begin := 0
	if n > 0 {
		begin = b.ends[n-1]
	}
	return b.all[begin:b.ends[n]:b.ends[n]]
}
