package audit

import "github.com/guanxi-go/guanxi/crm/money"

// Point is one of the two points that a plan is designed for: a quality, and the
// probability that it is judged wrongly.
type Point struct {
	Quality money.Ratio `json:"quality"` // wrong items per item, or defects per item under Poisson
	Risk    float64     `json:"risk"`    // in (0, 1)
}

// DesignOptions are what [DesignSingle] takes besides.
type DesignOptions struct {
	Law Law   `json:"law,omitzero"` // Binomial by default
	Lot int64 `json:"lot,omitzero"` // size of the lot, under Hypergeometric and only there
}

// DesignSingle returns the single plan with the smallest sample that accepts the good
// quality with a probability of at least 1 less its risk (生产方风险), and the bad one with
// at most its risk (使用方风险). Good is usually the acceptable quality level (AQL,
// 接收质量限) at 5 %, bad the limiting quality (LTPD, 极限质量) at 10 %.
//
// In a lot both qualities make a number of wrong items, rounded down in integers, the bad
// one at least one: the plan is never weaker than asked for.
//
// The errors are ErrInvalid unless good lies below bad, also in counts, and both are rates with a
// risk in (0, 1); [ErrUnattainable] where more than [MaxSample] items would have to be
// sampled, or no plan tells the two apart in such a lot.
//
// Source: Guenther 1969, Use of the binomial, hypergeometric and Poisson tables to obtain
// sampling plans, Journal of Quality Technology 1:105-109.
func DesignSingle(good, bad Point, o DesignOptions) (Single, error) {
	qGood, qBad, err := o.qualities(good, bad)
	if err != nil {
		return Single{}, err
	}
	most, allowed := qBad.limits()
	if o.Law == Binomial {
		allowed = min(allowed, part(most, bad.Quality)+1)
	}
	// From the smallest sample that refuses the bad quality to the largest one that
	// accepts the good one.
	span := func(c int64) (from, to int64) {
		from, ok := qBad.smallest(c, bad.Risk)
		if !ok {
			from = most + 1
		}
		return from, qGood.largest(c, good.Risk)
	}
	c, ok := firstAllowed(allowed,
		func(c int64) bool { from, to := span(c); return from <= to+1 },
		func(c int64) (fit, possible bool) { from, to := span(c); return from <= to, from <= most })
	if !ok {
		return Single{}, unattainable("bad", "no sample of up to %d tells the qualities apart", most)
	}
	n, _ := span(c)
	return Single{Size: n, Accept: c}, nil
}

func (o DesignOptions) qualities(good, bad Point) (qGood, qBad quality, err error) {
	switch {
	case !lawNames.Valid(o.Law):
		return qGood, qBad, unknown("law")
	case (o.Law == Hypergeometric) != (o.Lot != 0):
		return qGood, qBad, invalid("lot", "%d under the %v law", o.Lot, o.Law)
	}
	if o.Lot != 0 {
		if err := checkPopulation(o.Lot, 0); err != nil {
			return qGood, qBad, err
		}
	}
	if qGood, err = rate("good", good.Quality, o.Law, o.Lot); err != nil {
		return qGood, qBad, err
	}
	if qBad, err = rate("bad", bad.Quality, o.Law, o.Lot); err != nil {
		return qGood, qBad, err
	}
	if err := checkProbability("good.risk", good.Risk); err != nil {
		return qGood, qBad, err
	}
	if err := checkProbability("bad.risk", bad.Risk); err != nil {
		return qGood, qBad, err
	}
	if o.Law == Hypergeometric {
		qBad.marked = max(qBad.marked, 1)
	}
	order, err := good.Quality.Cmp(bad.Quality)
	if err != nil || order >= 0 || o.Law == Hypergeometric && qGood.marked >= qBad.marked {
		return qGood, qBad, invalid("good", "is not below bad")
	}
	return qGood, qBad, nil
}
