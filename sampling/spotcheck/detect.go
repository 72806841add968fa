package spotcheck

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// DetectionPower returns the probability that a random sample of so many people without
// replacement finds at least one of the bad ones in a population (发现概率): 1 - C(N-D,
// n)/C(N, n), to some units in the last place also where it is small. ErrInvalid: bad
// or drawn is not from 0 to population.
func DetectionPower(population, bad, drawn int) (float64, error) {
	switch {
	case population < 0 || population > maxPeople:
		return 0, refuse(ErrInvalid, "population", codeNumbers)
	case bad < 0 || bad > population:
		return 0, refuse(ErrInvalid, "bad", codeNumbers)
	case drawn < 0 || drawn > population:
		return 0, refuse(ErrInvalid, "drawn", codeNumbers)
	}
	few, many := min(bad, drawn), max(bad, drawn)
	if few == 0 {
		return 0, nil
	}
	if many > population-few {
		return 1, nil
	}
	var logMiss numeric.Sum
	for i := range few {
		logMiss.Add(math.Log1p(-float64(many) / float64(population-i)))
	}
	return -math.Expm1(logMiss.Value()), nil
}
