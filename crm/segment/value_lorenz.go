package segment

import (
	"iter"
	"math/big"
	"math/bits"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Lorenz is the Lorenz curve of the customers' values (洛伦兹曲线): how much of the
// value the poorest share of the customers brings. It keeps the exact sums, and
// every figure from it is an exact fraction rounded once to the nearest float64.
//
// Source: Lorenz, "Methods of measuring the concentration of wealth", Publications
// of the American Statistical Association 9 (1905) 209-219.
type Lorenz struct {
	sums []int64 // sums[i]: value of the i poorest customers, i = 0 … n
}

// NewLorenz draws the curve of the values, one a customer, in minor units of one
// currency. It sorts them once; their order does not matter.
//
// ErrInvalid: a negative value (Row says which), for which the curve would leave
// the unit square. ErrInsufficientData: no customers, or only zeros, of which
// there are no shares. ErrOverflow: the sum does not fit int64.
func NewLorenz(values []int64) (*Lorenz, error) {
	for i, v := range values {
		if v < 0 {
			return nil, refuseRow("values", i, "is negative")
		}
	}
	sorted := ascending(values)
	if _, err := positiveTotal(sorted); err != nil {
		return nil, err
	}
	sums := make([]int64, len(sorted)+1)
	for i, v := range sorted {
		sums[i+1] = sums[i] + v
	}
	return &Lorenz{sums}, nil
}

// Customers returns the number of customers n.
func (l *Lorenz) Customers() int { return max(len(l.sums)-1, 0) }

// Value returns the sum of the values in minor units.
func (l *Lorenz) Value() int64 {
	if len(l.sums) == 0 {
		return 0
	}
	return l.sums[len(l.sums)-1]
}

// LorenzPoint is a corner of the curve: its coordinates are
// Customers/[Lorenz.Customers] and Value/[Lorenz.Value].
type LorenzPoint struct {
	Customers int   `json:"customers"` // so many of the poorest customers
	Value     int64 `json:"value"`     // bring so much together, in minor units
}

// Points yields the corners of the curve from (0, 0) to (n, total). Between them
// it is linear.
func (l *Lorenz) Points() iter.Seq[LorenzPoint] {
	return func(yield func(LorenzPoint) bool) {
		for i, v := range l.sums {
			if !yield(LorenzPoint{i, v}) {
				return
			}
		}
	}
}

// BottomShare returns L(p), the share of the value that the poorest share p of the
// customers brings. Where p·n is not whole, the next customer counts with the
// fraction. A p outside [0, 1] is ErrInvalid; the zero Lorenz has no shares,
// ErrInsufficientData.
func (l *Lorenz) BottomShare(p money.Ratio) (float64, error) {
	if err := checkShare(p); err != nil {
		return 0, err
	}
	if l.Customers() == 0 {
		return 0, tooLittle("values", "there are no customers")
	}
	held, whole := l.held(uint64(p.Num), uint64(p.Den))
	return quotient(held, whole), nil
}

// TopShare returns 1 - L(1-p), the share of the value that the share p of the
// customers of greatest value brings (帕累托份额): at Ratio{20, 100} the 80 of the
// 80/20 rule. Its errors are those of [Lorenz.BottomShare].
func (l *Lorenz) TopShare(p money.Ratio) (float64, error) {
	if err := checkShare(p); err != nil {
		return 0, err
	}
	if l.Customers() == 0 {
		return 0, tooLittle("values", "there are no customers")
	}
	held, whole := l.held(uint64(p.Den-p.Num), uint64(p.Den))
	return quotient(held.Sub(whole, held), whole), nil
}

// held returns L(num/den) as a fraction. With p·n = k + f/den, f < den, it is
// (sums[k] + f/den·(sums[k+1] - sums[k])) / sums[n], here with den multiplied out.
func (l *Lorenz) held(num, den uint64) (held, whole *big.Int) {
	hi, lo := bits.Mul64(uint64(l.Customers()), num)
	k, f := bits.Div64(hi, lo, den) // num <= den, so k <= n
	scale := new(big.Int).SetUint64(den)
	held = new(big.Int).Mul(big.NewInt(l.sums[k]), scale)
	if f > 0 {
		next := big.NewInt(l.sums[k+1] - l.sums[k])
		held.Add(held, next.Mul(next, new(big.Int).SetUint64(f)))
	}
	return held, scale.Mul(scale, big.NewInt(l.Value()))
}

// Gini returns the Gini coefficient of these customers (基尼系数), twice the area
// between the curve and the diagonal: with the values x in ascending order,
// Σ (2i-n-1)·x_i / (n·Σx). It is 0 where all are equal and (n-1)/n where one
// customer brings everything. This is the coefficient of a whole population; see
// [Lorenz.SampleGini]. The zero Lorenz has none, ErrInsufficientData.
//
// Source: Gini, "Sulla misura della concentrazione e della variabilità dei
// caratteri" (1914).
func (l *Lorenz) Gini() (float64, error) {
	return l.gini(l.Customers(), 1)
}

// SampleGini returns the Gini coefficient times n/(n-1), which for customers drawn
// at random estimates that of all with less bias, and reaches 1 where one customer
// brings everything (Deltas, Review of Economics and Statistics 85 (2003)
// 226-234). Fewer than two customers are ErrInsufficientData.
func (l *Lorenz) SampleGini() (float64, error) {
	return l.gini(l.Customers()-1, 2)
}

// gini is Σ (2i-n-1)·x_i / (weight·Σx). Summing by parts, the numerator is
// (n+1)·Σx - 2·Σ sums.
func (l *Lorenz) gini(weight, atLeast int) (float64, error) {
	n := l.Customers()
	if n < atLeast {
		return 0, tooLittle("values", "%d customers, %d needed", n, atLeast)
	}
	var area sum128
	for _, s := range l.sums {
		area.add(s)
	}
	num := new(big.Int).Mul(big.NewInt(int64(n)+1), big.NewInt(l.Value()))
	num.Sub(num, new(big.Int).Lsh(area.big(), 1))
	return quotient(num, new(big.Int).Mul(big.NewInt(int64(weight)), big.NewInt(l.Value()))), nil
}

// Gini is [Lorenz.Gini] of the values, with the errors of [NewLorenz].
func Gini(values []int64) (float64, error) {
	l, err := NewLorenz(values)
	if err != nil {
		return 0, err
	}
	return l.Gini()
}

// TopShare is [Lorenz.TopShare] of the values, with the errors of [NewLorenz]
// too.
func TopShare(values []int64, p money.Ratio) (float64, error) {
	l, err := NewLorenz(values)
	if err != nil {
		return 0, err
	}
	return l.TopShare(p)
}

// quotient returns num/den, den > 0, rounded once to the nearest float64.
func quotient(num, den *big.Int) float64 {
	f, _ := new(big.Rat).SetFrac(num, den).Float64()
	return f
}

func checkShare(p money.Ratio) error {
	if !p.Valid() || p.Num < 0 || p.Num > p.Den {
		return refuse("share", "is not a ratio between 0 and 1")
	}
	return nil
}
