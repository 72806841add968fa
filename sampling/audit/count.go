package audit

import (
	"math/bits"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// CountRange is a confidence set of the number of errors in a finite population: all
// whole numbers from Lower to Upper.
type CountRange struct {
	Lower int64 `json:"lower"`
	Upper int64 `json:"upper"`
}

// CountInterval returns the two-sided confidence interval, at a level between 0 and 1,
// of the number of errors in a population, from which n were drawn without replacement
// and errors were found: the numbers that neither tail of the exact hypergeometric law
// refutes at (1-level)/2. With everything sampled both ends are the errors found.
//
// A probability that equals the limit refutes. The limits are the float64s (1-level)/2 and
// one less that, and probabilities near them are correctly rounded before they are compared.
//
// ErrInvalid unless 1 <= population <= [MaxPopulation], 0 <= errors <= n <= population
// and the level lies in (0, 1); ErrInsufficientData for n = 0.
//
// Sources: Konijn 1973, Statistical theory of sample survey design and analysis;
// Buonaccorsi 1987, American Statistician 41:215-218.
func CountInterval(population, n, errors int64, level float64) (CountRange, error) {
	if err := checkCount(population, n, errors, "level", level); err != nil {
		return CountRange{}, err
	}
	half := (1 - level) / 2
	return CountRange{lowerCount(population, n, errors, half), upperCount(population, n, errors, half)}, nil
}

// UpperCount returns the largest number of errors in the population that the sample does
// not refute at the given risk: any larger one would show so few errors with a
// probability of at most risk. One-sided; otherwise as [CountInterval]. Ten of a hundred
// checked and no error found: at 5 % there are at most 24.
func UpperCount(population, n, errors int64, risk float64) (int64, error) {
	if err := checkCount(population, n, errors, "risk", risk); err != nil {
		return 0, err
	}
	return upperCount(population, n, errors, risk), nil
}

// LowerCount is [UpperCount]'s other side: the smallest number of errors that the sample
// does not refute at the given risk.
func LowerCount(population, n, errors int64, risk float64) (int64, error) {
	if err := checkCount(population, n, errors, "risk", risk); err != nil {
		return 0, err
	}
	return lowerCount(population, n, errors, risk), nil
}

func checkCount(population, n, errors int64, field string, p float64) error {
	if err := checkPopulation(population, n); err != nil {
		return err
	}
	if errors < 0 || errors > n {
		return invalid("errors", "%d of a sample of %d", errors, n)
	}
	if err := checkProbability(field, p); err != nil {
		return err
	}
	if n == 0 {
		return &Error{Field: "n", Reason: "nothing was sampled", Err: ErrInsufficientData}
	}
	return nil
}

// upperCount and lowerCount search outwards from the number at which as many errors are
// expected as were found; it is refuted only at a risk near one half or above, and then
// they search everywhere.
func upperCount(population, n, errors int64, risk float64) int64 {
	refuted := func(marked int64) bool {
		return compareHypergeometric(false, errors, population, marked, n, risk) <= 0
	}
	from := likely(population, n, errors)
	if refuted(from) {
		from = errors
	}
	// The number found itself is always possible, however likely fewer would be.
	return max(least(from, population-n+errors, refuted)-1, errors)
}

func lowerCount(population, n, errors int64, risk float64) int64 {
	most := population - n + errors
	possible := func(marked int64) bool {
		return compareHypergeometric(true, errors-1, population, marked, n, risk) > 0
	}
	if from := likely(population, n, errors); possible(from) {
		below := least(0, from-errors, func(down int64) bool { return !possible(from - down) })
		return from - below + 1
	}
	return min(least(errors, most, possible), most)
}

// likely returns population·errors/n, rounded down.
func likely(population, n, errors int64) int64 {
	hi, lo := bits.Mul64(uint64(population), uint64(errors))
	q, _ := bits.Div64(hi, lo, uint64(n)) // errors <= n
	return int64(min(q, uint64(population-n+errors)))
}

// Sample is the hypergeometric law (超几何分布) of the errors found in a sample that is
// drawn without replacement from a finite population with a known number of errors.
type Sample struct {
	Population int64 `json:"population"` // size of the population, 1 to MaxPopulation
	Errors     int64 `json:"errors"`     // wrong ones among them
	Size       int64 `json:"size"`       // size of the sample
}

// Validate returns ErrInvalid unless 0 <= Errors, Size <= Population.
func (s Sample) Validate() error {
	if err := checkPopulation(s.Population, s.Size); err != nil {
		return err
	}
	if s.Errors < 0 || s.Errors > s.Population {
		return invalid("errors", "%d in a population of %d", s.Errors, s.Population)
	}
	return nil
}

// Exactly returns the probability that exactly x errors are found: 0 for an impossible x.
func (s Sample) Exactly(x int64) (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	return numeric.HypergeometricMass(x, s.Population, s.Errors, s.Size), nil
}

// LogExactly returns the natural logarithm of [Sample.Exactly], also where that is too
// small for a float64. ErrInvalid for an impossible x.
func (s Sample) LogExactly(x int64) (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	if x < max(0, s.Size-(s.Population-s.Errors)) || x > min(s.Errors, s.Size) {
		return 0, invalid("x", "%d errors in the sample are impossible", x)
	}
	return numeric.HypergeometricLogMass(x, s.Population, s.Errors, s.Size), nil
}

// AtMost returns the probability that x errors or fewer are found.
func (s Sample) AtMost(x int64) (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	p, _ := numeric.HypergeometricTails(x, s.Population, s.Errors, s.Size)
	return p, nil
}

// MoreThan returns the probability that more than x errors are found, with its relative
// accuracy where it is small.
func (s Sample) MoreThan(x int64) (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	_, p := numeric.HypergeometricTails(x, s.Population, s.Errors, s.Size)
	return p, nil
}
