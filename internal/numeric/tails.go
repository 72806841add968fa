package numeric

// tails returns the probabilities of at most k and of more than k, where excess is k
// less the mean. A side is summed where its terms fall from k outwards, and is one
// less the other side elsewhere, where it is no small number.
func tails(excess float64, lower, upper func() float64) (atMost, above float64) {
	switch {
	case excess > 0:
		above = upper()
		return 1 - above, above
	case excess < -1:
		atMost = lower()
		return atMost, 1 - atMost
	}
	return lower(), upper()
}

// fall returns 1 + r(0) + r(0)·r(1) + ..., where the ratios r fall and begin below one:
// what a tail is to its first term. At the mean the first ratio may be one or just
// above.
func fall(ratio func(i int64) float64) float64 {
	var sum Sum
	sum.Add(1)
	term := 1.0
	for i := int64(0); ; i++ {
		r := ratio(i)
		term *= r
		sum.Add(term)
		// What is left is below term·r/(1-r), since the ratios fall.
		if r < 1 && !(term*r > 0x1p-56*sum.Value()*(1-r)) {
			return sum.Value()
		}
	}
}
