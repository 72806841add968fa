package segment

import (
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Band is one class of a division of the customers from the most valuable down
// (分层, 分类): a tier of the [Pyramid], a class of [ABC].
type Band struct {
	Name string `json:"name"`         // English, not empty, once among the bands
	Zh   string `json:"zh,omitempty"` // Chinese, may be empty
	// UpTo is where the band ends: the cumulative share, counted from the top, of
	// customers (pyramid) or of value (ABC). It lies above the UpTo of the band
	// before; the last is exactly 1.
	UpTo money.Ratio `json:"up_to"`
}

// Bands are bands in order from the top, such as [CurryTiers] and
// [ParetoClasses].
type Bands []Band

// CurryTiers returns the tiers of Curry's customer pyramid: top 1 %, big the next
// 4 %, medium the next 15 %, small the remaining 80 % of the active customers.
func CurryTiers() Bands {
	return Bands{
		{"top", "顶端客户", money.Ratio{Num: 1, Den: 100}},
		{"big", "大客户", money.Ratio{Num: 5, Den: 100}},
		{"medium", "中客户", money.Ratio{Num: 20, Den: 100}},
		{"small", "小客户", money.Ratio{Num: 1, Den: 1}},
	}
}

// Validate reports every problem of the bands, joined: none at all, a name that
// is empty or stands twice, an UpTo that is no ratio or not above the one before,
// a last UpTo other than 1. Each is an *Error of field "bands" with the band's
// place as its row.
func (b Bands) Validate() error {
	if len(b) == 0 {
		return refuse("bands", "there are none")
	}
	var problems []error
	names := map[string]bool{}
	before := money.Ratio{Num: 0, Den: 1}
	for i, band := range b {
		if band.Name == "" || names[band.Name] {
			problems = append(problems, refuseRow("bands", i, "its name is empty or stands twice"))
		}
		names[band.Name] = true
		order, err := band.UpTo.Cmp(before)
		if err != nil {
			problems = append(problems, refuseRow("bands", i, "up_to is not a ratio"))
			continue
		}
		if order <= 0 {
			problems = append(problems, refuseRow("bands", i, "up_to does not lie above the band before"))
		}
		before = band.UpTo
	}
	if order, err := b[len(b)-1].UpTo.Cmp(money.Ratio{Num: 1, Den: 1}); err == nil && order != 0 {
		problems = append(problems, refuseRow("bands", len(b)-1, "up_to of the last is not 1"))
	}
	return fault.Join(problems)
}

// BandSum is what one band holds.
type BandSum struct {
	Name      string `json:"name"`         // the band's
	Zh        string `json:"zh,omitempty"` // the band's
	Customers int    `json:"customers"`    // number of customers in the band
	Value     int64  `json:"value"`        // sum of their values, in minor units
	// MinValue is the smallest value in the band, in minor units: the band's cut
	// point. It means nothing where Customers is 0.
	MinValue int64 `json:"min_value"`
	// CustomerShare is Customers over all customers given, inactive ones included.
	CustomerShare money.Ratio `json:"customer_share"`
	// ValueShare is Value over the value of all customers given; the zero Ratio,
	// which is no ratio, where that total is zero or negative. With refunds in the
	// total a share may lie below 0 or above 1.
	ValueShare money.Ratio `json:"value_share"`
}

// PyramidOptions are the choices of a [Pyramid]. The zero value means
// [CurryTiers].
type PyramidOptions struct {
	Tiers Bands // shares of the active customers, from the top; nil is CurryTiers
}

const (
	inactiveName = "inactive"
	inactiveZh   = "不活跃客户"
)

func (o PyramidOptions) tiers() Bands {
	if o.Tiers == nil {
		return CurryTiers()
	}
	return o.Tiers
}

// Validate reports every problem of the options, joined; a tier may not be called
// "inactive", which [NewPyramid] adds.
func (o PyramidOptions) Validate() error {
	if err := o.tiers().Validate(); err != nil {
		return err
	}
	for i, t := range o.tiers() {
		if t.Name == inactiveName {
			return refuseRow("bands", i, "the name %q is taken", inactiveName)
		}
	}
	return nil
}

// Pyramid is the value pyramid (客户价值金字塔): few customers of much value at the
// top, many of little at the bottom, and below them the inactive ones. A customer
// is active where the value is above zero; zero and less (no purchase in the
// period, refunds as large as the purchases) is inactive.
//
// With n active customers, a customer whom r others surpass in value is in the
// first tier with r/n < UpTo. Customers of equal value have the same r and so the
// same tier, which may therefore hold more than its share: all of them are at the
// top where all are equal. A small n leaves tiers empty, but the best customer is
// always in the first. The comparison is exact.
//
// Source: Curry and Curry, The Customer Marketing Method (2000), who count active
// customers; the rule for ties is ours.
type Pyramid struct {
	Customers int   `json:"customers"` // all customers given
	Active    int   `json:"active"`    // those with a value above zero
	Value     int64 `json:"value"`     // sum over all customers, in minor units
	// Tiers are the tiers of the options from the top and, last, "inactive"
	// (不活跃客户). Every customer is in exactly one.
	Tiers []BandSum `json:"tiers"`
}

// NewPyramid builds the pyramid of customers by their values, one value a
// customer, in minor units of one currency: revenue, profit or any other value of
// a stated period. The order of the values does not matter.
//
// ErrInsufficientData: no customers. ErrInvalid: the tiers. ErrOverflow: the
// value of a tier, or of all customers, does not fit int64.
func NewPyramid(values []int64, opts PyramidOptions) (Pyramid, error) {
	if err := opts.Validate(); err != nil {
		return Pyramid{}, err
	}
	if len(values) == 0 {
		return Pyramid{}, tooLittle("values", "there are no customers")
	}
	sorted := ascending(values)
	total, err := sumOf(sorted)
	if err != nil {
		return Pyramid{}, err
	}
	active := len(sorted) - lessThan(sorted, 1)
	tiers := opts.tiers()
	limits, err := tiers.limits(int64(active))
	if err != nil {
		return Pyramid{}, err
	}
	tiers = append(tiers[:len(tiers):len(tiers)], Band{Name: inactiveName, Zh: inactiveZh})
	one := func(int64) int64 { return 1 }
	sums, err := tiers.fill(sorted, total, limits, one)
	if err != nil {
		return Pyramid{}, err
	}
	return Pyramid{Customers: len(values), Active: active, Value: total, Tiers: sums}, nil
}

// TierOf returns the place in p.Tiers of a customer with this value, measured as
// the pyramid's were. A customer who was not among them is placed as if compared
// with them: in the tier of the next lower value, or where there is none in the
// last tier above inactive. It is -1 for the zero Pyramid.
func (p Pyramid) TierOf(value int64) int {
	last := len(p.Tiers) - 1
	if last < 0 || value <= 0 {
		return last
	}
	return bandOf(p.Tiers[:last], value)
}

// limits returns for each band the smallest whole amount that is not below its
// share of total, so that x/total < UpTo is x < limit.
func (b Bands) limits(total int64) ([]int64, error) {
	limits := make([]int64, len(b))
	for i, band := range b {
		limit, err := band.UpTo.Mul(total, money.Ceiling)
		if err != nil {
			return nil, &Error{Field: "bands", Row: i, Msg: "up_to cannot be applied", Err: err}
		}
		limits[i] = limit
	}
	return limits, nil
}

// fill puts each value into the first band whose limit lies above the summed
// weight of all greater values. That of all values above zero reaches every limit
// but the last band's, so zero and less go there.
func (b Bands) fill(ascending []int64, total int64, limits []int64, weight func(int64) int64) ([]BandSum, error) {
	sums := make([]BandSum, len(b))
	values := make([]sum128, len(b))
	band, last := 0, len(b)-1
	var above, equal int64 // weight of the greater and of the equal values so far
	for i := len(ascending) - 1; i >= 0; i-- {
		v := ascending[i]
		if i+1 < len(ascending) && v != ascending[i+1] {
			above, equal = saturate(above, equal), 0
		}
		for band < last && above >= limits[band] {
			band++
		}
		equal = saturate(equal, weight(v))
		values[band].add(v)
		sums[band].Customers++
		sums[band].MinValue = v
	}
	for i := range sums {
		value, ok := values[i].int64()
		if !ok {
			return nil, overflow("the value of a band")
		}
		s := &sums[i]
		s.Name, s.Zh, s.Value = b[i].Name, b[i].Zh, value
		s.CustomerShare = shareOf(int64(s.Customers), int64(len(ascending)))
		s.ValueShare = shareOf(value, total)
	}
	return sums, nil
}

// bandOf returns the first band that reaches down to the value, or the last.
func bandOf(sums []BandSum, value int64) int {
	last := len(sums) - 1
	for i := range last {
		if sums[i].Customers > 0 && value >= sums[i].MinValue {
			return i
		}
	}
	return last
}

// saturate adds two amounts of zero or more and stays at the largest int64, which
// no limit exceeds.
func saturate(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// ascending returns a sorted copy.
func ascending(values []int64) []int64 {
	sorted := append([]int64(nil), values...)
	sortInt64(sorted, make([]int64, len(sorted)))
	return sorted
}

// lessThan returns how many of the sorted values lie below v.
func lessThan(sorted []int64, v int64) int {
	n, _ := slices.BinarySearch(sorted, v)
	return n
}

func sumOf(values []int64) (int64, error) {
	var sum sum128
	for _, v := range values {
		sum.add(v)
	}
	total, ok := sum.int64()
	if !ok {
		return 0, overflow("the value of all customers")
	}
	return total, nil
}

func overflow(what string) error {
	return &Error{Field: "values", Row: -1, Msg: what + " does not fit 64 bits", Err: ErrOverflow}
}

// shareOf is part/whole in lowest terms, so that == compares shares, and no ratio
// where the whole is zero or negative.
func shareOf(part, whole int64) money.Ratio {
	if whole <= 0 {
		return money.Ratio{}
	}
	return money.Ratio{Num: part, Den: whole}.Reduce()
}
