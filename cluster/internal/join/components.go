package join

// Components returns the numbers below n that are connected, where they are several, in
// order: those of each component, and the components by their second. connected yields,
// to each number, lower ones.
func Components(n int, connected func(number uint32, yield func(lower uint32))) (all [][]uint32) {
	root := make([]uint32, n)
	for i := range root {
		root[i] = uint32(i)
	}
	find := func(i uint32) uint32 {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for i := range uint32(n) {
		connected(i, func(lower uint32) {
			a, b := find(i), find(lower)
			root[max(a, b)] = min(a, b)
		})
	}
	place := map[uint32]int{} // of the component with a root
	for i := range uint32(n) {
		r := find(i)
		if r == i {
			continue
		}
		at, ok := place[r]
		if !ok {
			at = len(all)
			place[r] = at
			all = append(all, []uint32{r})
		}
		all[at] = append(all[at], i)
	}
	return all
}
