package cluster

import "math/big"

// AdjustedRand returns the adjusted Rand index of two partitions of the same
// items (Hubert and Arabie 1985): 1 where they agree, about 0 where they agree
// as much as chance would have them, below 0 where less. a[i] and b[i] are the
// groups of item i; the names of the groups do not matter. The index
//
//	(S - A B / N) / ((A + B)/2 - A B / N)
//
// with S the pairs together in both, A in a, B in b and N all pairs, is computed
// in integers and rounded once. It is undefined where both put all items
// together or all apart; the partitions are then equal and the answer is 1.
//
// Errors: ErrInvalid for slices of different length, ErrInsufficientData for
// fewer than two items.
func AdjustedRand[A, B comparable](a []A, b []B) (float64, error) {
	if len(a) != len(b) {
		return 0, invalid("b", "%d items, a has %d", len(b), len(a))
	}
	if len(a) < 2 {
		return 0, insufficient("a", "%d items make no pair", len(a))
	}
	type cell struct {
		a A
		b B
	}
	cells, rows, columns := map[cell]int64{}, map[A]int64{}, map[B]int64{}
	for i := range a {
		cells[cell{a[i], b[i]}]++
		rows[a[i]]++
		columns[b[i]]++
	}
	return adjustedRand(pairs(cells), pairs(rows), pairs(columns), int64(len(a))), nil
}

// pairs adds up the pairs of items within the groups; the order does not matter.
func pairs[K comparable](counts map[K]int64) int64 {
	total := int64(0)
	for _, n := range counts {
		total += n * (n - 1) / 2
	}
	return total
}

// adjustedRand takes the numbers of pairs and of items. Twice numerator and
// denominator, times N, are 2(NS - AB) and N(A + B) - 2AB.
func adjustedRand(both, inA, inB, items int64) float64 {
	n, s := big.NewInt(items*(items-1)/2), big.NewInt(both)
	a, b := big.NewInt(inA), big.NewInt(inB)
	ab := new(big.Int).Mul(a, b)
	ab.Lsh(ab, 1)
	above := new(big.Int).Mul(n, s)
	above.Sub(above.Lsh(above, 1), ab)
	below := new(big.Int).Mul(n, a.Add(a, b))
	below.Sub(below, ab)
	if below.Sign() == 0 {
		return 1
	}
	index, _ := new(big.Rat).SetFrac(above, below).Float64()
	return index
}
