package audit

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Single is a single sampling plan (一次抽样方案): of a sample of Size, at most Accept may
// be wrong for the whole to be accepted. It is also the answer of [AttributeSize].
type Single struct {
	Size   int64 `json:"size"`   // n, at least 1
	Accept int64 `json:"accept"` // c or Ac, from 0 to Size; under Poisson, where an item may have several defects, it may be larger
}

// Validate returns ErrInvalid unless 1 <= Size <= [MaxSample] and 0 <= Accept.
func (s Single) Validate() error {
	switch {
	case s.Size < 1 || s.Size > MaxSample:
		return invalid("size", "%d", s.Size)
	case s.Accept < 0 || s.Accept > MaxSample:
		return invalid("accept", "%d", s.Accept)
	}
	return nil
}

// Acceptance returns the probability that a stream of lots of quality p is accepted: a
// point of the operating characteristic (抽检特性曲线, type B). p is the rate of wrong items
// under [Binomial] and the defects per item under [Poisson], where it may exceed one.
// ErrInvalid for the hypergeometric law, which needs a lot: [Single.AcceptanceOfLot].
func (s Single) Acceptance(p float64, law Law) (float64, error) {
	if err := s.check(p, law); err != nil {
		return 0, err
	}
	return s.accepts(p, law), nil
}

func (s Single) check(p float64, law Law) error {
	if err := s.Validate(); err != nil {
		return err
	}
	switch {
	case law != Binomial && law != Poisson:
		return invalid("law", "%v is not one of a stream of lots", law)
	case !(p >= 0) || math.IsInf(p, 1) || law == Binomial && p > 1:
		return invalid("p", "%v is no quality", p)
	}
	return nil
}

func (s Single) accepts(p float64, law Law) float64 {
	if law == Poisson {
		atMost, _ := numeric.PoissonTails(s.Accept, float64(s.Size)*p)
		return atMost
	}
	atMost, _ := numeric.BinomialTails(s.Accept, s.Size, p, 1-p)
	return atMost
}

// AcceptanceOfLot returns the probability that a lot is accepted which has so many wrong
// items (type A): hypergeometric. ErrInvalid unless 0 <= errors <= lot, Size <= lot.
func (s Single) AcceptanceOfLot(lot, errors int64) (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	return Sample{lot, errors, s.Size}.AtMost(s.Accept)
}

// QualityAt returns the quality that is accepted with the given probability, in (0, 1):
// at 0.95 the usual producer's point, at 0.5 the indifference quality, at 0.1 the
// consumer's. ErrInvalid where Accept is not below Size under [Binomial], which accepts
// everything.
func (s Single) QualityAt(probability float64, law Law) (float64, error) {
	if err := s.check(0, law); err != nil {
		return 0, err
	}
	if err := checkProbability("probability", probability); err != nil {
		return 0, err
	}
	if law == Poisson {
		return poissonUpper(s.Accept, probability) / float64(s.Size), nil
	}
	if s.Accept >= s.Size {
		return 0, invalid("accept", "%d of %d accepts everything", s.Accept, s.Size)
	}
	return exactUpper(s.Accept, s.Size, probability), nil
}

// OutgoingQuality returns the average outgoing quality (平均检出质量, AOQ): the rate of wrong
// items behind the inspection where refused lots are sorted completely and whatever is
// found wrong is replaced. lot is the size of the lots, at least Size; 0 takes them for
// much larger than the sample.
//
// Source: Dodge and Romig 1929, Bell System Technical Journal 8:613-631.
func (s Single) OutgoingQuality(p float64, lot int64, law Law) (float64, error) {
	if err := s.checkLot(p, lot, law); err != nil {
		return 0, err
	}
	return p * s.accepts(p, law) * s.unseen(lot), nil
}

func (s Single) checkLot(p float64, lot int64, law Law) error {
	if err := s.check(p, law); err != nil {
		return err
	}
	if lot != 0 && (lot < s.Size || lot > MaxPopulation) {
		return invalid("lot", "%d for a sample of %d", lot, s.Size)
	}
	return nil
}

// unseen returns the share of an accepted lot that was not inspected.
func (s Single) unseen(lot int64) float64 {
	if lot == 0 {
		return 1
	}
	return float64(lot-s.Size) / float64(lot)
}

// OutgoingLimit returns the average outgoing quality limit (平均检出质量上限, AOQL): the worst
// that [Single.OutgoingQuality] can be, and the incoming quality at which it is. Where
// the plan accepts everything, under [Binomial] with Accept not below Size, both that
// quality and the limit before the sample's share are 1.
func (s Single) OutgoingLimit(lot int64, law Law) (limit, at float64, err error) {
	if err := s.checkLot(0, lot, law); err != nil {
		return 0, 0, err
	}
	if law == Binomial && s.Accept >= s.Size {
		return s.unseen(lot), 1, nil
	}
	// p·P(accept) rises as long as P(accept) exceeds n·p times the probability of
	// exactly Accept errors in the other items. p is exp(t), or has the log odds t.
	quality := math.Exp
	mass := func(p float64) float64 { return numeric.PoissonMass(s.Accept, float64(s.Size)*p) }
	if law == Binomial {
		quality = func(t float64) float64 { return 1 / (1 + math.Exp(-t)) }
		mass = func(p float64) float64 { return numeric.BinomialMass(s.Accept, s.Size-1, p, 1-p) }
	}
	falls := func(t float64) float64 {
		p := quality(t)
		return math.Log(float64(s.Size)*p) + math.Log(mass(p)) - math.Log(s.accepts(p, law))
	}
	start := math.Log(float64(s.Accept)+1) - math.Log(float64(s.Size))
	if law == Binomial {
		start = math.Log(float64(s.Accept)+1) - math.Log(float64(s.Size-s.Accept))
	}
	lo, hi := bracket(falls, start, 1/math.Sqrt(float64(s.Accept)+1))
	at = quality(numeric.Brent(falls, lo, hi))
	return at * s.accepts(at, law) * s.unseen(lot), at, nil
}

// AverageInspection returns the average total inspection of a lot (平均检验总数, ATI) where
// refused lots are sorted completely, in items.
func (s Single) AverageInspection(p float64, lot int64, law Law) (float64, error) {
	if err := s.checkLot(p, lot, law); err != nil {
		return 0, err
	}
	if lot == 0 {
		return 0, invalid("lot", "sorting takes its size")
	}
	return float64(s.Size) + (1-s.accepts(p, law))*float64(lot-s.Size), nil
}
