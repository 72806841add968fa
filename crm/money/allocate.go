package money

import (
	"cmp"
	"math/bits"
	"slices"
)

// Allocate shares total minor units in proportion to the weights, so that the
// parts sum to total exactly (分摊). It is the method of largest remainders
// (Hamilton, Hare-Niemeyer): part i is the quota total·w_i/Σw rounded down, and
// the minor units left over go one each to the largest remainders, ties to the
// lower index. So every part is less than one unit away from its quota, a larger
// weight never gets less than a smaller one, and a weight of 0 gets 0. A negative
// total is shared as its positive, then every part is negated.
//
// The method is not house-monotone: with a larger total a part may shrink by one
// (the Alabama paradox, Balinski and Young). Allocate an amount once, not
// in instalments.
//
// ErrInvalid: no weights, a negative weight (Item says which), or all zero.
// ErrOverflow: the weights sum to 2^64 or more.
func Allocate(total int64, weights []int64) ([]int64, error) {
	sum, err := sumWeights(weights)
	if err != nil {
		return nil, err
	}
	amount, negative := magnitude(total)
	parts := make([]int64, len(weights))
	rems := make([]uint64, len(weights))
	left := amount
	for i, w := range weights {
		hi, lo := bits.Mul64(amount, uint64(w))
		q, rem := bits.Div64(hi, lo, sum) // w <= sum, so q <= amount
		left -= q
		rems[i] = rem
		parts[i] = int64(q) // the one q of 1<<63 wraps, and is negated to itself
	}
	for _, i := range largest(rems, left) {
		parts[i]++
	}
	if negative {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts, nil
}

func sumWeights(weights []int64) (uint64, error) {
	var sum uint64
	for i, w := range weights {
		if w < 0 {
			return 0, &Error{Field: "weights", Item: i, Reason: "below zero", Err: ErrInvalid}
		}
		var carry uint64
		if sum, carry = bits.Add64(sum, uint64(w), 0); carry != 0 {
			return 0, &Error{Field: "weights", Item: i, Reason: "their sum does not fit 64 bits", Err: ErrOverflow}
		}
	}
	if sum == 0 {
		return 0, invalid("weights", "none above zero")
	}
	return sum, nil
}

// largest returns the indices of the n largest remainders, ties to the lower
// index. The remainders sum to n times their divisor, so more than n are above
// zero (or n is 0).
func largest(rems []uint64, n uint64) []int {
	if n == 0 {
		return nil
	}
	order := make([]int, len(rems))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(rems[j], rems[i]), cmp.Compare(i, j))
	})
	return order[:n]
}

// Split shares total into n parts that differ by at most one minor unit, the
// larger magnitudes first: Split(-10, 3) is -4, -3, -3. It is [Allocate] with
// equal weights. n below 1 is ErrInvalid.
func Split(total int64, n int) ([]int64, error) {
	if n < 1 {
		return nil, invalid("n", "below one")
	}
	part, extra := total/int64(n), total%int64(n)
	step := int64(1)
	if extra < 0 {
		extra, step = -extra, -1
	}
	parts := make([]int64, n)
	for i := range parts {
		parts[i] = part
		if int64(i) < extra {
			parts[i] += step
		}
	}
	return parts, nil
}
