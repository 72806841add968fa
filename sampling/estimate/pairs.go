package estimate

// A pair is a unit above and a code within it.
type pair struct{ a, b int32 }

// intern2 numbers the distinct pairs of two columns of codes, a below na and b
// below nb, in the order of (a, b), and returns every row's number. A nil column
// is all zeros.
func intern2(rows int, a []int32, na int, b []int32, nb int) (codes []int32, distinct []pair) {
	switch {
	case a == nil:
		a = make([]int32, rows)
		na = 1
	case na == 1 && b == nil:
		return a, []pair{{}}
	}
	if b == nil {
		b, nb = make([]int32, rows), 1
	}
	codes = make([]int32, rows)
	// Nearly always a b stands with one a only: a cluster lies in one stratum. So
	// the last pair of every b is at hand, and the map holds those before it.
	type seen struct{ a, code int32 }
	last := make([]seen, nb)
	for i := range last {
		last[i].a = -1
	}
	before := map[pair]int32{}
	for i, bi := range b {
		l := &last[bi]
		if l.a != a[i] {
			code, ok := int32(0), false
			if l.a >= 0 {
				before[pair{l.a, bi}] = l.code
				code, ok = before[pair{a[i], bi}]
			}
			if !ok {
				code = int32(len(distinct))
				distinct = append(distinct, pair{a[i], bi})
			}
			*l = seen{a[i], code}
		}
		codes[i] = l.code
	}
	return renumber(codes, distinct, na, nb)
}

// renumber puts the pairs into order by two counting sorts.
func renumber(codes []int32, distinct []pair, na, nb int) ([]int32, []pair) {
	order := make([]int32, len(distinct))
	for i := range order {
		order[i] = int32(i)
	}
	order = countingSort(order, nb, func(i int32) int32 { return distinct[i].b })
	order = countingSort(order, na, func(i int32) int32 { return distinct[i].a })
	place := make([]int32, len(distinct))
	ordered := make([]pair, len(distinct))
	for to, from := range order {
		place[from] = int32(to)
		ordered[to] = distinct[from]
	}
	for i, c := range codes {
		codes[i] = place[c]
	}
	return codes, ordered
}

// countingSort returns items in the order of their keys below n, equal ones as
// they were.
func countingSort(items []int32, n int, key func(int32) int32) []int32 {
	start := make([]int32, n+1)
	for _, it := range items {
		start[key(it)+1]++
	}
	for k := range n {
		start[k+1] += start[k]
	}
	out := make([]int32, len(items))
	for _, it := range items {
		k := key(it)
		out[start[k]] = it
		start[k]++
	}
	return out
}
