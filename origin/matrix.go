package origin

import "math"

// A forest is the weights of the edges between n members and of the edges from
// a root. Sums over all trees are taken by the matrix-tree theorem (W. Tutte,
// 1948), with one edge from the root as in T. Koo et al., "Structured
// prediction models via the matrix-tree theorem", EMNLP 2007.
type forest struct {
	n    int
	edge []float64 // edge[j*n+i] is the weight of j→i
	root []float64 // root[i] is the weight of root→i
}

// laplacian returns the matrix whose determinant is the sum over all trees that
// hang from the root by any number of edges, column by column divided by the
// column's largest weight, and the logarithm of what it was divided by.
func (f forest) laplacian(withRoot bool) (m []float64, scale float64) {
	n := f.n
	m = make([]float64, n*n)
	for i := range n {
		top := f.largest(i, withRoot)
		scale += math.Log(top)
		sum := 0.0
		if withRoot {
			sum = f.root[i] / top
		}
		for j := range n {
			if j != i {
				w := f.edge[j*n+i] / top
				m[j*n+i] = -w
				sum += w
			}
		}
		m[i*n+i] = sum
	}
	return m, scale
}

// largest returns the largest weight of an edge to member i, 1 if there is none.
func (f forest) largest(i int, withRoot bool) float64 {
	top := 0.0
	if withRoot {
		top = f.root[i]
	}
	for j := range f.n {
		if j != i {
			top = max(top, f.edge[j*f.n+i])
		}
	}
	if top == 0 {
		return 1
	}
	return top
}

// many returns the logarithm of the sum over all trees that hang from the root
// by any number of edges.
func (f forest) many() float64 {
	m, scale := f.laplacian(true)
	lu, ok := decompose(m, f.n)
	if !ok {
		return math.Inf(-1)
	}
	return scale + lu.logDet
}

// one returns the logarithm of the sum over all trees that hang from the root by
// one edge, and for each member the share of those that hang by it.
func (f forest) one() (logZ float64, share []float64) {
	n := f.n
	share = make([]float64, n)
	if n == 1 {
		share[0] = 1
		return math.Log(f.root[0]), share
	}
	m, scale := f.laplacian(false)
	root := make([]float64, n) // divided as its column is
	for i := range n {
		root[i] = f.root[i] / f.largest(i, false)
		m[i] = root[i] // the first row
	}
	lu, ok := decompose(m, n)
	if !ok {
		return math.Inf(-1), share
	}
	x := make([]float64, n)
	x[0] = 1
	lu.solve(x)
	sum := 0.0
	for i := range share {
		share[i] = max(0, root[i]*x[i])
		sum += share[i]
	}
	for i := range share {
		share[i] /= sum
	}
	return scale + lu.logDet, share
}

// A luMatrix is the LU decomposition of a matrix, rows exchanged.
type luMatrix struct {
	n      int
	m      []float64
	perm   []int
	logDet float64 // of the absolute value
}

func decompose(m []float64, n int) (luMatrix, bool) {
	lu := luMatrix{n: n, m: m, perm: make([]int, n)}
	for i := range lu.perm {
		lu.perm[i] = i
	}
	for k := range n {
		p := k
		for i := k + 1; i < n; i++ {
			if math.Abs(m[i*n+k]) > math.Abs(m[p*n+k]) {
				p = i
			}
		}
		pivot := m[p*n+k]
		if pivot == 0 || math.IsNaN(pivot) {
			return lu, false
		}
		if p != k {
			for j := range n {
				m[p*n+j], m[k*n+j] = m[k*n+j], m[p*n+j]
			}
			lu.perm[p], lu.perm[k] = lu.perm[k], lu.perm[p]
		}
		lu.logDet += math.Log(math.Abs(pivot))
		row := m[k*n+k+1 : k*n+n]
		for i := k + 1; i < n; i++ {
			f := m[i*n+k] / pivot
			m[i*n+k] = f
			if f == 0 {
				continue
			}
			to := m[i*n+k+1 : i*n+n]
			for j, v := range row {
				to[j] -= f * v
			}
		}
	}
	return lu, true
}

// solve replaces b by the solution of the equations.
func (lu luMatrix) solve(b []float64) {
	n, x := lu.n, make([]float64, lu.n)
	for i := range n {
		x[i] = b[lu.perm[i]]
		for j := range i {
			x[i] -= lu.m[i*n+j] * x[j]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			x[i] -= lu.m[i*n+j] * x[j]
		}
		x[i] /= lu.m[i*n+i]
	}
	copy(b, x)
}

// best returns the parents of the tree with the largest product of weights; -1
// is the root. Single allows the root one edge, from it to the given member.
// It is the algorithm of Y. Chu and T. Liu (1965) and J. Edmonds (1967).
func (f forest) best(single int) []int {
	n := f.n
	w := make([][]float64, n+1) // w[i][j]: the logarithm of j→i; n is the root
	for i := range w {
		w[i] = make([]float64, n+1)
		for j := range w[i] {
			w[i][j] = math.Inf(-1)
			if i < n && j < n && i != j {
				w[i][j] = math.Log(f.edge[j*n+i])
			}
		}
	}
	for i := range n {
		if single < 0 {
			w[i][n] = math.Log(f.root[i])
		} else if i == single {
			w[i][n] = 0
		}
	}
	parent := edmonds(w, n)
	for i, p := range parent {
		if p == n {
			parent[i] = -1
		}
	}
	return parent[:n]
}

// edmonds returns the parents of the best tree from a root; w[i][j] is the
// weight of j→i, to be added.
func edmonds(w [][]float64, root int) []int {
	n := len(w)
	parent := make([]int, n)
	for i := range parent {
		parent[i] = -1
		for j := range w {
			if i != root && j != i && !math.IsInf(w[i][j], -1) && (parent[i] < 0 || w[i][j] > w[i][parent[i]]) {
				parent[i] = j
			}
		}
	}
	cycle := findCycle(parent, root)
	if cycle == nil {
		return parent
	}
	in := make([]bool, n)
	for _, i := range cycle {
		in[i] = true
	}
	var keep []int // members outside of the cycle, by their new numbers
	number := make([]int, n)
	for i := range n {
		if !in[i] {
			number[i] = len(keep)
			keep = append(keep, i)
		}
	}
	c := len(keep) // the cycle's new number
	small := make([][]float64, c+1)
	enter, leave := make([]int, c+1), make([]int, c+1)
	for i := range small {
		small[i] = make([]float64, c+1)
		for j := range small[i] {
			small[i][j] = math.Inf(-1)
		}
	}
	for a, i := range keep {
		for b, j := range keep {
			if a != b {
				small[a][b] = w[i][j]
			}
		}
		for _, k := range cycle {
			if w[i][k] > small[a][c] || math.IsInf(small[a][c], -1) {
				small[a][c], leave[a] = w[i][k], k
			}
			if v := w[k][i] - w[k][parent[k]]; v > small[c][a] {
				small[c][a], enter[a] = v, k
			}
		}
	}
	sub := edmonds(small, number[root])
	for a, i := range keep {
		switch p := sub[a]; {
		case p < 0:
			parent[i] = -1
		case p == c:
			parent[i] = leave[a]
		default:
			parent[i] = keep[p]
		}
	}
	if p := sub[c]; p >= 0 {
		k := enter[p]
		parent[k] = keep[p]
	}
	return parent
}

func findCycle(parent []int, root int) []int {
	state := make([]int, len(parent))
	for i := range parent {
		if state[i] != 0 {
			continue
		}
		k := i
		for k >= 0 && k != root && state[k] == 0 {
			state[k] = i + 1
			k = parent[k]
		}
		if k >= 0 && k != root && state[k] == i+1 {
			cycle := []int{k}
			for j := parent[k]; j != k; j = parent[j] {
				cycle = append(cycle, j)
			}
			return cycle
		}
	}
	return nil
}
