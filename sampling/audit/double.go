package audit

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Double is a double sampling plan (二次抽样方案). In a first sample of Size1 at most
// Accept1 wrong items accept the whole, and Reject1 or more refuse it. In between a second
// sample of Size2 is drawn, and the whole is accepted if at most Accept2 of both samples
// together are wrong. Good and bad lots are told by the first sample, so that fewer items
// are inspected on average than by a [Single] plan that judges nearly alike.
//
// Source: Dodge and Romig 1941, Bell System Technical Journal 20:1-61.
type Double struct {
	Size1   int64 `json:"size1"`   // n1
	Accept1 int64 `json:"accept1"` // Ac1
	Reject1 int64 `json:"reject1"` // Re1, at least Ac1 + 2
	Size2   int64 `json:"size2"`   // n2
	Accept2 int64 `json:"accept2"` // Ac2, at least Re1 - 1; more of both samples refuse
}

// maxUndecided is the largest number of results of a first sample that decide nothing.
const maxUndecided = 1_000_000

// Validate returns ErrInvalid unless both sizes are at least 1 and together at most
// [MaxSample], 0 <= Accept1, Accept1+2 <= Reject1 <= Accept2+1, Accept2 is at most
// MaxSample, and Reject1 is at most a million above Accept1.
func (d Double) Validate() error {
	switch {
	case d.Size1 < 1 || d.Size1 > MaxSample:
		return invalid("size1", "%d", d.Size1)
	case d.Size2 < 1 || d.Size2 > MaxSample-d.Size1:
		return invalid("size2", "%d after %d", d.Size2, d.Size1)
	case d.Accept2 < 1 || d.Accept2 > MaxSample:
		return invalid("accept2", "%d", d.Accept2)
	case d.Accept1 < 0 || d.Accept1 > d.Accept2:
		return invalid("accept1", "%d before %d", d.Accept1, d.Accept2)
	case d.Reject1 < d.Accept1+2 || d.Reject1 > d.Accept2+1 || d.Reject1-d.Accept1 > maxUndecided:
		return invalid("reject1", "%d between accepting %d and %d", d.Reject1, d.Accept1, d.Accept2)
	}
	return nil
}

// A verdict holds the probabilities of what a double plan does.
type verdict struct {
	first  float64 // accepted by the first sample
	second float64 // accepted by both
	drawn  float64 // a second sample is drawn
}

func (v verdict) accepted() float64 { return min(v.first+v.second, 1) }

// decide sums over the results of the first sample that decide nothing. first is the
// probability that it accepts, mass that it shows so many errors, atMost that the second
// shows no more than are left where the first has found so many.
func (d Double) decide(first float64, mass func(errors int64) float64, atMost func(left, found int64) float64) verdict {
	var second, drawn numeric.Sum
	for x := d.Accept1 + 1; x < d.Reject1; x++ {
		m := mass(x)
		if m == 0 {
			continue
		}
		drawn.Add(m)
		second.Add(m * atMost(d.Accept2-x, x))
	}
	return verdict{first, second.Value(), drawn.Value()}
}

// ofStream returns the verdict on a stream of lots; the arguments were checked.
func (d Double) ofStream(p float64, law Law) verdict {
	one, two := Single{d.Size1, d.Accept1}, Single{Size: d.Size2}
	mass := func(x int64) float64 { return numeric.BinomialMass(x, d.Size1, p, 1-p) }
	if law == Poisson {
		mass = func(x int64) float64 { return numeric.PoissonMass(x, float64(d.Size1)*p) }
	}
	return d.decide(one.accepts(p, law), mass, func(left, _ int64) float64 {
		two.Accept = left
		return two.accepts(p, law)
	})
}

// ofLot returns the verdict on a lot; the arguments were checked.
func (d Double) ofLot(lot, errors int64) verdict {
	first, _ := numeric.HypergeometricTails(d.Accept1, lot, errors, d.Size1)
	mass := func(x int64) float64 { return numeric.HypergeometricMass(x, lot, errors, d.Size1) }
	return d.decide(first, mass, func(left, found int64) float64 {
		atMost, _ := numeric.HypergeometricTails(left, lot-d.Size1, errors-found, d.Size2)
		return atMost
	})
}

func (d Double) check(p float64, lot int64, law Law) error {
	if err := d.Validate(); err != nil {
		return err
	}
	return Single{Size: d.Size1 + d.Size2}.checkLot(p, lot, law)
}

// Acceptance returns the probability that a stream of lots of quality p is accepted, as
// [Single.Acceptance] does, with its errors.
func (d Double) Acceptance(p float64, law Law) (float64, error) {
	if err := d.check(p, 0, law); err != nil {
		return 0, err
	}
	return d.ofStream(p, law).accepted(), nil
}

// AcceptanceOfLot returns the probability that a lot is accepted which has so many wrong
// items: hypergeometric. ErrInvalid unless 0 <= errors <= lot <= [MaxPopulation] and the
// lot has both samples.
func (d Double) AcceptanceOfLot(lot, errors int64) (float64, error) {
	if err := d.Validate(); err != nil {
		return 0, err
	}
	if err := (Sample{lot, errors, d.Size1 + d.Size2}).Validate(); err != nil {
		return 0, err
	}
	return d.ofLot(lot, errors).accepted(), nil
}

// QualityAt returns the quality that is accepted with the given probability, as
// [Single.QualityAt] does. ErrInvalid where the plan accepts everything under [Binomial].
func (d Double) QualityAt(probability float64, law Law) (float64, error) {
	if err := d.check(0, 0, law); err != nil {
		return 0, err
	}
	if err := checkProbability("probability", probability); err != nil {
		return 0, err
	}
	if law == Binomial && d.ofStream(1, law).accepted() == 1 {
		return 0, invalid("accept2", "%d of %d accepts everything", d.Accept2, d.Size1+d.Size2)
	}
	// One more wrong item never turns a refusal into an acceptance: so the probability
	// falls with the quality, which is exp(t), or has the log odds t.
	quality := math.Exp
	if law == Binomial {
		quality = func(t float64) float64 { return 1 / (1 + math.Exp(-t)) }
	}
	miss := func(t float64) float64 { return probability - d.ofStream(quality(t), law).accepted() }
	lo, hi := bracket(miss, math.Log(float64(d.Accept2)/float64(d.Size1+d.Size2)), 1)
	return quality(numeric.Brent(miss, lo, hi)), nil
}

// AverageSample returns how many items are inspected on average where both samples are
// inspected to their end (平均样本量, ASN). Errors as for [Double.Acceptance].
func (d Double) AverageSample(p float64, law Law) (float64, error) {
	if err := d.check(p, 0, law); err != nil {
		return 0, err
	}
	return float64(d.Size1) + d.ofStream(p, law).drawn*float64(d.Size2), nil
}

// AverageInspection returns the average total inspection of a lot (平均检验总数, ATI), as
// [Single.AverageInspection] does. The lot has at least both samples.
func (d Double) AverageInspection(p float64, lot int64, law Law) (float64, error) {
	if err := d.check(p, lot, law); err != nil {
		return 0, err
	}
	if lot == 0 {
		return 0, invalid("lot", "sorting takes its size")
	}
	v := d.ofStream(p, law)
	return float64(lot) - v.first*float64(lot-d.Size1) - v.second*float64(lot-d.Size1-d.Size2), nil
}

// OutgoingQuality returns the average outgoing quality (平均检出质量, AOQ), as
// [Single.OutgoingQuality] does. The lot has at least both samples, or is 0 for lots much
// larger than these.
func (d Double) OutgoingQuality(p float64, lot int64, law Law) (float64, error) {
	if err := d.check(p, lot, law); err != nil {
		return 0, err
	}
	v := d.ofStream(p, law)
	return p * (v.first*Single{Size: d.Size1}.unseen(lot) + v.second*Single{Size: d.Size1 + d.Size2}.unseen(lot)), nil
}
