package plan

import (
	"errors"
	"math"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Stratum is one layer of the population (层) from which a sample of its own is
// drawn.
type Stratum struct {
	// Name identifies the stratum; it is not empty and unique. Ties go to the
	// smaller name.
	Name string `json:"name"`
	// Size is how many units the stratum has, N_h >= 0.
	Size int `json:"size"`
	// SD is the standard deviation of the quantity among them, S_h >= 0 (divisor
	// N_h-1); for a proportion sqrt(P(1-P)·N/(N-1)).
	SD float64 `json:"sd,omitzero"`
	// Mean is the mean of the quantity; only [Power] and relative targets of
	// [StratifiedSize] read it.
	Mean float64 `json:"mean,omitzero"`
	// Cost is what one interview costs, in any whole unit, such as fen or minutes;
	// 0 stands for 1.
	Cost int64 `json:"cost,omitzero"`
	// Min is the fewest units to take.
	Min int `json:"min,omitzero"`
	// Max is the most units to take; 0 stands for Size.
	Max int `json:"max,omitzero"`
	// TakeAll takes every unit (全数调查层).
	TakeAll bool `json:"take_all,omitzero"`
}

// Method is by which rule a sample is divided among strata.
type Method int

const (
	// Proportional takes the same share of every stratum (比例分配).
	Proportional Method = iota
	// Equal takes the same number from every stratum (平均分配).
	Equal
	// Neyman takes shares proportional to Size·SD (奈曼分配): the smallest variance
	// of the total for a given number of interviews.
	Neyman
	// CostOptimal takes shares proportional to Size·SD/√Cost (费用最优分配): the
	// smallest variance for a given expense.
	CostOptimal
	// Power takes shares proportional to (Size·|Mean|)^q·SD/|Mean| with an
	// exponent q between 0 and 1 (Bankier 1988, 幂分配): between equal precision in
	// every stratum (0) and Neyman (1).
	Power
)

var methods = enum.New[Method]("method", unknown, enum.Names{{"proportional", "比例分配"}, {"equal", "平均分配"}, {"neyman", "奈曼分配"},
	{"cost-optimal", "费用最优分配"}, {"power", "幂分配"}})

// String returns proportional, equal, neyman, cost-optimal or power.
func (m Method) String() string { return methods.Code(m) }

// Zh returns the Chinese name.
func (m Method) Zh() string { return methods.Zh(m) }

// MarshalText writes what String returns; ErrInvalid for an unknown value.
func (m Method) MarshalText() ([]byte, error) { return methods.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Method) UnmarshalText(text []byte) error { return methods.Unmarshal(m, text) }

// Rounding is how shares become integers. Both kinds sum to n exactly.
type Rounding int

const (
	// Optimal gives one unit after the other to the stratum where it removes most
	// variance (Wright 2012): of all integer allocations, the one with the smallest
	// sum of A²/n_h, where A is what the method's shares are proportional to. Every
	// stratum that has units gets at least one.
	Optimal Rounding = iota
	// LargestRemainder rounds the real shares down and gives what is left to the
	// largest fractions (Hamilton). A small stratum may get none, and then no
	// variance can be estimated.
	LargestRemainder
)

var roundings = enum.New[Rounding]("rounding", unknown, enum.Names{
	{"optimal", "最优取整"}, {"largest-remainder", "最大余数法"},
})

// String returns optimal or largest-remainder.
func (r Rounding) String() string { return roundings.Code(r) }

// Zh returns the Chinese name.
func (r Rounding) Zh() string { return roundings.Zh(r) }

// MarshalText writes what String returns; ErrInvalid for an unknown value.
func (r Rounding) MarshalText() ([]byte, error) { return roundings.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Rounding) UnmarshalText(text []byte) error { return roundings.Unmarshal(r, text) }

// AllocationOptions are the choices of [Allocate]. The zero value allocates
// proportionally, in the best integers.
type AllocationOptions struct {
	Method   Method   `json:"method,omitzero"`
	Rounding Rounding `json:"rounding,omitzero"`
	// Exponent is that of [Power], between 0 and 1.
	Exponent float64 `json:"exponent,omitzero"`
	// Min is the fewest units of every stratum, or all of a smaller one, beside
	// its own Min. A variance can be estimated from two.
	Min int `json:"min,omitzero"`
}

// bounds are the fewest and the most units of each stratum.
type bounds struct{ low, high []int }

func inStratum(i int, s Stratum, cause error, field, reason string) error {
	return &Error{Stratum: i, Name: s.Name, Field: field, Reason: reason, Err: cause}
}

// check returns the bounds of the strata, or all that is wrong with them.
func (o AllocationOptions) check(strata []Stratum) (bounds, error) {
	var errs []error
	if len(strata) == 0 {
		errs = append(errs, failed(ErrInsufficientData, "strata", "are none"))
	}
	if o.Min < 0 {
		errs = append(errs, invalid("min", "is negative"))
	}
	if !(o.Exponent >= 0 && o.Exponent <= 1) {
		errs = append(errs, invalid("exponent", "is not between 0 and 1"))
	}
	errs = append(errs, known("method", methods, o.Method), known("rounding", roundings, o.Rounding))
	b := bounds{make([]int, len(strata)), make([]int, len(strata))}
	seen := make(map[string]struct{}, len(strata))
	for i, s := range strata {
		if _, twice := seen[s.Name]; twice {
			errs = append(errs, inStratum(i, s, ErrInvalid, "name", "stands twice"))
		}
		seen[s.Name] = struct{}{}
		if err := s.check(i, o.Method); err != nil {
			errs = append(errs, err)
			continue
		}
		b.low[i], b.high[i] = s.bounds(o)
	}
	return b, errors.Join(errs...)
}

func (s Stratum) check(i int, m Method) error {
	var errs []error
	fail := func(cause error, field, reason string) { errs = append(errs, inStratum(i, s, cause, field, reason)) }
	if s.Name == "" {
		fail(ErrInvalid, "name", "is empty")
	}
	if s.Size < 0 {
		fail(ErrInvalid, "size", "is negative")
	}
	if !(s.SD >= 0) || math.IsInf(s.SD, 1) {
		fail(ErrInvalid, "sd", "is negative or not finite")
	}
	if math.IsNaN(s.Mean) || math.IsInf(s.Mean, 0) || m == Power && s.Mean == 0 && s.Size > 0 {
		fail(ErrInvalid, "mean", "is not finite, or 0 where a power allocation divides by it")
	}
	if s.Cost < 0 || s.Cost > 1<<40 {
		fail(ErrInvalid, "cost", "is negative or above 2^40")
	}
	if s.Min < 0 || s.Max < 0 {
		fail(ErrInvalid, "bounds", "are negative")
	}
	if s.Min > s.Size {
		fail(ErrInfeasible, "min", "exceeds size")
	}
	if s.Max > s.Size {
		fail(ErrInfeasible, "max", "exceeds size")
	}
	if s.Max > 0 && s.Min > s.Max {
		fail(ErrInfeasible, "min", "exceeds max")
	}
	if s.Max > 0 && s.TakeAll && s.Max < s.Size {
		fail(ErrInfeasible, "max", "keeps from taking all")
	}
	return errors.Join(errs...)
}

func (s Stratum) bounds(o AllocationOptions) (low, high int) {
	high = s.Size
	if s.Max > 0 {
		high = s.Max
	}
	if s.TakeAll {
		return high, high
	}
	least := o.Min
	if o.Rounding == Optimal {
		least = max(1, least)
	}
	return max(s.Min, min(least, high)), high
}

func (s Stratum) cost() int64 { return max(1, s.Cost) }

// measure is what the method's shares are proportional to.
func (o AllocationOptions) measure(s Stratum) float64 {
	n := float64(s.Size)
	switch o.Method {
	case Equal:
		if s.Size == 0 {
			return 0
		}
		return 1
	case Neyman:
		return n * s.SD
	case CostOptimal:
		return n * s.SD / math.Sqrt(float64(s.cost()))
	case Power:
		if s.Size == 0 {
			return 0
		}
		mean := math.Abs(s.Mean)
		return math.Pow(n*mean, o.Exponent) * s.SD / mean
	}
	return n
}

// measures returns the measures over their greatest, so that no square overflows.
func (o AllocationOptions) measures(strata []Stratum) ([]float64, error) {
	a := make([]float64, len(strata))
	top := 0.0
	for i, s := range strata {
		a[i] = o.measure(s)
		if math.IsInf(a[i], 0) || math.IsNaN(a[i]) {
			return nil, inStratum(i, s, ErrOverflow, "measure", "exceeds the range of float64")
		}
		top = math.Max(top, a[i])
	}
	if top == 0 {
		field := "sizes"
		if o.Method >= Neyman {
			field = "standard deviations"
		}
		return nil, failed(ErrInsufficientData, field, "are all 0: nothing says how to divide")
	}
	for i := range a {
		a[i] /= top
	}
	return a, nil
}
