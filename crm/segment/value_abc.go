package segment

import (
	"cmp"
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// ParetoClasses returns the usual classes of an ABC analysis: A up to 80 % of the
// value, B up to 95 %, C the rest.
func ParetoClasses() Bands {
	return Bands{
		{"A", "A类客户", money.Ratio{Num: 80, Den: 100}},
		{"B", "B类客户", money.Ratio{Num: 95, Den: 100}},
		{"C", "C类客户", money.Ratio{Num: 1, Den: 1}},
	}
}

// ABCOptions are the choices of an [ABC] analysis. The zero value means
// [ParetoClasses].
type ABCOptions struct {
	Classes Bands // shares of the value, from the top; nil is ParetoClasses
}

func (o ABCOptions) classes() Bands {
	if o.Classes == nil {
		return ParetoClasses()
	}
	return o.Classes
}

// Validate reports every problem of the options, joined.
func (o ABCOptions) Validate() error { return o.classes().Validate() }

// ABC is the division of the customers by cumulative value (ABC 分类法, 帕累托分析):
// the vital few who bring most of the value, and the trivial many. A customer is
// in the first class whose UpTo lies above the share of the total that all
// customers of greater value bring together. So the customer with whom the sum
// passes 80 % is still an A, the best one always is, and customers of equal value
// share the higher class. Customers with a value of zero or less are in the last
// class. The total is the sum over all of them, losses included; the comparison
// is exact.
//
// Sources: Dickie, "ABC inventory analysis shoots for dollars, not pennies",
// Factory Management and Maintenance 109 (1951); Juran, Quality Control Handbook
// (1951), for the vital few. Cuts at 80 and 95 % are custom. The share is measured
// before the customer so that the first class is not empty where one customer
// brings nearly all.
type ABC struct {
	Customers int       `json:"customers"` // all customers given
	Value     int64     `json:"value"`     // sum over all customers, in minor units
	Classes   []BandSum `json:"classes"`   // from the top; every customer is in exactly one
}

// NewABC divides customers by their values, one value a customer, in minor units
// of one currency. The order of the values does not matter.
//
// ErrInsufficientData: no customers, or a total of zero or less, of which there
// are no shares. ErrInvalid: the classes. ErrOverflow: the value of a class, or
// of all customers, does not fit int64.
func NewABC(values []int64, opts ABCOptions) (ABC, error) {
	if err := opts.Validate(); err != nil {
		return ABC{}, err
	}
	sorted := ascending(values)
	total, err := positiveTotal(sorted)
	if err != nil {
		return ABC{}, err
	}
	classes := opts.classes()
	limits, err := classes.limits(total)
	if err != nil {
		return ABC{}, err
	}
	gain := func(v int64) int64 { return max(v, 0) }
	sums, err := classes.fill(sorted, total, limits, gain)
	if err != nil {
		return ABC{}, err
	}
	return ABC{Customers: len(values), Value: total, Classes: sums}, nil
}

// ClassOf returns the place in a.Classes of a customer with this value, measured
// as those of the analysis were. A customer who was not among them is placed as if
// compared with them: in the class of the next lower value, or where there is
// none in the last. It is -1 for the zero ABC.
func (a ABC) ClassOf(value int64) int { return bandOf(a.Classes, value) }

func positiveTotal(values []int64) (int64, error) {
	if len(values) == 0 {
		return 0, tooLittle("values", "there are no customers")
	}
	total, err := sumOf(values)
	if err == nil && total <= 0 {
		err = tooLittle("values", "their sum is not above zero, so there are no shares of it")
	}
	return total, err
}

// TopCohort is a group of customers cut from the top by value (高价值客户群): those
// with a value of at least MinValue. Ties at the cut are in, so the cohort may be
// larger than was asked for, by up to Tied - 1. A customer with a value of zero or
// less is never in it, so it may also be smaller.
type TopCohort struct {
	Customers int   `json:"customers"` // members
	Value     int64 `json:"value"`     // sum of their values, in minor units
	MinValue  int64 `json:"min_value"` // smallest value of a member, in minor units
	Tied      int   `json:"tied"`      // members whose value is MinValue
	// CustomerShare is Customers over all customers given.
	CustomerShare money.Ratio `json:"customer_share"`
	// ValueShare is Value over the value of all customers given, losses included;
	// the zero Ratio, which is no ratio, where that is zero or negative.
	ValueShare money.Ratio `json:"value_share"`
}

// Contains reports whether a customer with this value belongs to the cohort.
func (c TopCohort) Contains(value int64) bool { return c.Customers > 0 && value >= c.MinValue }

// TopCustomers returns the cohort of the k customers of greatest value, in minor
// units of one currency: customer lifetime value, profit, revenue.
//
// ErrInvalid: k below 1. ErrInsufficientData: nobody has a value above zero.
// ErrOverflow: the value of the cohort, or of all customers, does not fit int64.
func TopCustomers(values []int64, k int) (TopCohort, error) {
	if k < 1 {
		return TopCohort{}, refuse("k", "is below 1")
	}
	sorted := ascending(values)
	total, err := sumOf(sorted)
	if err != nil {
		return TopCohort{}, err
	}
	return cutTop(sorted, total, func(taken int, _ sum128) bool { return taken >= k })
}

// TopHolders returns the smallest cohort from the top that holds at least this
// share of the value of all customers: the 70 % of Ratio{70, 100}.
//
// ErrInvalid: a share outside (0, 1]. ErrInsufficientData: no customers, or a
// total of zero or less. ErrOverflow: the value of the cohort, or of all
// customers, does not fit int64.
func TopHolders(values []int64, share money.Ratio) (TopCohort, error) {
	if err := checkShare(share); err != nil {
		return TopCohort{}, err
	}
	if share.Num == 0 {
		return TopCohort{}, refuse("share", "is zero")
	}
	sorted := ascending(values)
	total, err := positiveTotal(sorted)
	if err != nil {
		return TopCohort{}, err
	}
	need, err := share.Mul(total, money.Ceiling)
	if err != nil {
		return TopCohort{}, err
	}
	return cutTop(sorted, total, func(_ int, held sum128) bool {
		value, fits := held.int64()
		return !fits || value >= need
	})
}

// cutTop takes values from the greatest down until there are enough, and then
// those that equal the last one taken.
func cutTop(ascending []int64, total int64, enough func(taken int, held sum128) bool) (TopCohort, error) {
	var c TopCohort
	var held sum128
	for i := len(ascending) - 1; i >= 0 && ascending[i] > 0; i-- {
		v := ascending[i]
		if c.Customers > 0 && v != c.MinValue {
			if enough(c.Customers, held) {
				break
			}
			c.Tied = 0
		}
		held.add(v)
		c.Customers++
		c.Tied++
		c.MinValue = v
	}
	if c.Customers == 0 {
		return TopCohort{}, tooLittle("values", "nobody has a value above zero")
	}
	value, ok := held.int64()
	if !ok {
		return TopCohort{}, overflow("the value of the cohort")
	}
	c.Value = value
	c.CustomerShare = shareOf(int64(c.Customers), int64(len(ascending)))
	c.ValueShare = shareOf(value, total)
	return c, nil
}

// Candidate is a customer who may be a key account.
type Candidate[K purchase.ID] struct {
	Customer  K     `json:"customer"`
	Value     int64 `json:"value"`     // in minor units of one currency
	Strategic int64 `json:"strategic"` // points for strategic weight on the host's scale; 0 for none given
}

// KeyReason says why a customer is a key account.
type KeyReason uint8

// The reasons; the zero value says that the customer is none.
const (
	KeyNone       KeyReason = iota // not a key account 非大客户
	KeyByValue                     // in the first class of the ABC analysis 价值
	KeyByStrategy                  // by strategic points alone 战略
	KeyByBoth                      // by value and by strategic points 价值与战略
)

var keyReasonNames = enum.New[KeyReason]("key_reason", unknown, enum.Names{
	{"none", "非大客户"}, {"value", "价值"}, {"strategy", "战略"}, {"both", "价值与战略"},
})

// String returns none, value, strategy or both.
func (r KeyReason) String() string { return keyReasonNames.Code(r) }

// Zh returns 非大客户, 价值, 战略 or 价值与战略.
func (r KeyReason) Zh() string { return keyReasonNames.Zh(r) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (r KeyReason) MarshalText() ([]byte, error) { return keyReasonNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *KeyReason) UnmarshalText(text []byte) error { return keyReasonNames.Unmarshal(r, text) }

// KeyAccount is a customer found to be a key account (大客户), and why.
type KeyAccount[K purchase.ID] struct {
	Customer  K         `json:"customer"`
	Value     int64     `json:"value"`     // the candidate's, in minor units
	Strategic int64     `json:"strategic"` // the candidate's points
	Reason    KeyReason `json:"reason"`
}

// KeyAccountOptions are the choices of [KeyAccounts]. The zero value takes class
// A of [ParetoClasses] and looks at value alone.
type KeyAccountOptions struct {
	Classes      Bands // the first class is key; nil is ParetoClasses
	MinStrategic int64 // points from which a customer is key whatever the value; 0: points play no part
}

// Validate reports every problem of the options, joined.
func (o KeyAccountOptions) Validate() error {
	var problems []error
	if err := (ABCOptions{o.Classes}).Validate(); err != nil {
		problems = append(problems, err)
	}
	if o.MinStrategic < 0 {
		problems = append(problems, refuse("min_strategic", "is negative"))
	}
	return fault.Join(problems)
}

// KeyAccounts finds the key accounts among the candidates (识别大客户): those in the
// first class of the [ABC] analysis and those with MinStrategic points or more,
// ordered by value from the greatest down, then by id. It looks at one moment: a list
// from which no account goes in and out with every small change is in package account.
//
// ErrInvalid: the options, or an id that stands twice (Row is its second place).
// ErrInsufficientData and ErrOverflow as from [NewABC].
func KeyAccounts[K purchase.ID](candidates []Candidate[K], opts KeyAccountOptions) ([]KeyAccount[K], error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	ids, values := make([]K, len(candidates)), make([]int64, len(candidates))
	for i, c := range candidates {
		ids[i], values[i] = c.Customer, c.Value
	}
	if _, err := uniqueOrder(ids); err != nil {
		return nil, err
	}
	abc, err := NewABC(values, ABCOptions{opts.Classes})
	if err != nil {
		return nil, err
	}
	var key []KeyAccount[K]
	for _, c := range candidates {
		reason := KeyNone
		if abc.ClassOf(c.Value) == 0 {
			reason = KeyByValue
		}
		if opts.MinStrategic > 0 && c.Strategic >= opts.MinStrategic {
			reason |= KeyByStrategy // with KeyByValue it makes KeyByBoth
		}
		if reason != KeyNone {
			key = append(key, KeyAccount[K]{c.Customer, c.Value, c.Strategic, reason})
		}
	}
	slices.SortFunc(key, func(a, b KeyAccount[K]) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Customer, b.Customer))
	})
	return key, nil
}

// uniqueOrder returns the places of the ids in ascending order, or the second
// place of one that stands twice.
func uniqueOrder[K purchase.ID](ids []K) ([]uint32, error) {
	order := orderOf(ids)
	for i := 1; i < len(order); i++ {
		if ids[order[i]] == ids[order[i-1]] {
			return nil, refuseRow("customer", int(order[i]), "stands twice")
		}
	}
	return order, nil
}
