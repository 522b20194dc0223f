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
	more := make([]uint32, n) // by root: how many there are beside it
	several := 0
	for i := range uint32(n) {
		if root[i] = find(i); root[i] != i {
			if more[root[i]]++; more[root[i]] == 1 {
				several++
			}
			several++
		}
	}
	free, place := make([]uint32, several), more // a component that has begun has a place among all
	for i, r := range root {
		if r == uint32(i) {
			continue
		}
		if place[r]&begun == 0 {
			of := free[: 1 : place[r]+1]
			free = free[place[r]+1:]
			of[0] = r
			all = append(all, of)
			place[r] = uint32(len(all)-1) | begun
		}
		at := &all[place[r]&^begun]
		*at = append(*at, uint32(i))
	}
	return all
}

// begun is set where a root has the place of its component rather than the number of others.
const begun = 1 << 31
