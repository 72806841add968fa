package audit

import (
	"math/bits"

	"github.com/guanxi-go/guanxi/crm/money"
)

// AttributeOptions are what [AttributeSize] takes besides; the zero value asks for a
// sample that may show no error, from an unlimited population.
type AttributeOptions struct {
	// Errors is the number of errors (允许误差数) that the sample may show and still
	// prove the tolerable rate.
	Errors int64 `json:"errors,omitzero"`
	// Expected is the rate of errors that is expected (预计总体偏差率), below the tolerable
	// one: the sample allows as many as that makes, rounded up. Not together with Errors.
	Expected money.Ratio `json:"expected,omitzero"`
	// Population is the number of items, where it is finite and sampled without
	// replacement; 0 is unlimited.
	Population int64 `json:"population,omitzero"`
}

// AttributeSize returns the smallest sample, and the errors that it may show, that
// proves a rate below the tolerable one (可容忍偏差率) at the given risk: were the rate the
// tolerable one or higher, a sample would show so few errors with a probability of at
// most risk (信赖过度风险). At 5 % tolerable and 5 % risk that is 59 items without error,
// and 181 with 4 where 2 % are expected.
//
// In a finite population the tolerable rate makes a number of errors, rounded down in
// integers: 29 of 100 are 29 % of it. Rounded down it is never too small a sample; below
// one error, one is not tolerated.
//
// The errors are ErrInvalid unless the rates lie between 0 and 1, expected below tolerable, the
// risk in (0, 1), Errors is not negative; [ErrUnattainable] where it would take more than
// [MaxSample] items, or more errors than the population tolerates.
//
// Source: Arkin 1963, Handbook of sampling for auditing and accounting.
func AttributeSize(tolerable money.Ratio, risk float64, o AttributeOptions) (Single, error) {
	law := Binomial
	if o.Population != 0 {
		law = Hypergeometric
		if err := checkPopulation(o.Population, 0); err != nil {
			return Single{}, err
		}
	}
	q, err := rate("tolerable", tolerable, law, o.Population)
	switch {
	case err != nil:
		return Single{}, err
	case tolerable.Num == 0:
		return Single{}, invalid("tolerable", "no sample proves that nothing is wrong")
	case o.Errors < 0:
		return Single{}, invalid("errors", "%d is negative", o.Errors)
	case o.Errors > 0 && o.Expected != money.Ratio{}:
		return Single{}, invalid("expected", "errors are given too")
	}
	if err := checkProbability("risk", risk); err != nil {
		return Single{}, err
	}
	q.marked = max(q.marked, 1)
	if o.Expected.Num == 0 && (o.Expected == money.Ratio{} || o.Expected.Den > 0) {
		return q.allowing(o.Errors, risk)
	}
	if _, err := rate("expected", o.Expected, Binomial, 0); err != nil {
		return Single{}, err
	}
	if order, err := o.Expected.Cmp(tolerable); err != nil || order >= 0 {
		return Single{}, invalid("expected", "is not below the tolerable rate")
	}
	return q.expecting(o.Expected, risk)
}

func (q quality) allowing(c int64, risk float64) (Single, error) {
	most, allowed := q.limits()
	if c > allowed {
		return Single{}, unattainable("errors", "%d are more than can be told from the tolerable rate", c)
	}
	n, ok := q.smallest(c, risk)
	if !ok {
		return Single{}, unattainable("tolerable", "more than %d items would have to be sampled", most)
	}
	return Single{Size: n, Accept: c}, nil
}

// expecting returns the smallest n with n·expected, rounded up, errors allowed: the first
// c whose sample makes at most c of them.
func (q quality) expecting(expected money.Ratio, risk float64) (Single, error) {
	most, allowed := q.limits()
	makesMore := func(n, c int64) bool { // n·expected > c
		hi, lo := bits.Mul64(uint64(n), uint64(expected.Num))
		hi2, lo2 := bits.Mul64(uint64(c), uint64(expected.Den))
		return hi > hi2 || hi == hi2 && lo > lo2
	}
	sizeOf := func(c int64) int64 {
		n, ok := q.smallest(c, risk)
		if !ok {
			return most + 1
		}
		return n
	}
	c, ok := firstAllowed(min(allowed, part(most, expected)+1),
		func(c int64) bool { return !makesMore(sizeOf(c)-1, c) },
		func(c int64) (fit, possible bool) {
			n := sizeOf(c)
			return n <= most && !makesMore(n, c), n <= most
		})
	if !ok {
		return Single{}, unattainable("expected", "is too near to the tolerable rate: even %d items do not tell them apart", most)
	}
	return Single{Size: sizeOf(c), Accept: c}, nil
}
