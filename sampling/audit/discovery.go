package audit

import "github.com/guanxi-go/guanxi/internal/numeric"

// Detection returns the probability that a sample of n, drawn without replacement, finds
// at least one of the errors in the population (发现抽样): the power of a check. It is 0
// without errors or without a sample.
//
// ErrInvalid unless 1 <= population <= [MaxPopulation] and 0 <= errors, n <= population.
func Detection(population, errors, n int64) (float64, error) {
	s := Sample{population, errors, n}
	if err := s.Validate(); err != nil {
		return 0, err
	}
	_, p := numeric.HypergeometricTails(0, population, errors, n)
	return p, nil
}

// DetectionSize returns the smallest sample that finds at least one of the errors in the
// population with at least the given confidence in (0, 1): it misses all of them with a
// probability of at most 1-confidence. That difference is taken as it is in float64, where
// 1-0.9 is a little less than 10 %: to find the one error among ten takes all ten then.
//
// ErrInvalid unless 1 <= errors <= population <= [MaxPopulation].
func DetectionSize(population, errors int64, confidence float64) (int64, error) {
	if err := (Sample{population, errors, 0}).Validate(); err != nil {
		return 0, err
	}
	if errors == 0 {
		return 0, invalid("errors", "what is not there is not found")
	}
	if err := checkProbability("confidence", confidence); err != nil {
		return 0, err
	}
	return least(1, population, func(n int64) bool {
		return compareHypergeometric(true, 0, population, errors, n, confidence) >= 0
	}), nil
}
