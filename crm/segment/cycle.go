package segment

import (
	"iter"
	"math"
	"slices"
	"sort"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/survival"
)

// CycleOptions of [OrderCycles].
type CycleOptions struct {
	// Level is the probability that the next purchase falls between Earliest and
	// Latest, between 0 and 1; 0 is 0.8.
	Level float64
}

const defaultCycleLevel = 0.8

// Cycle is the order cycle (订购周期) of one customer, and what follows from it.
type Cycle[K purchase.ID] struct {
	ID      K            `json:"id"`      // the customer
	Days    int          `json:"days"`    // days on which the customer bought
	Last    calendar.Day `json:"last"`    // the last of them
	Silence int          `json:"silence"` // days from Last to the as-of day: the gap is known to be no shorter

	// Median is the median of the customer's own gaps, in days, between successive
	// days of purchase; of an even number, the mean of the two middle ones. Absent
	// where Days is 1.
	Median survival.Optional `json:"median"`

	// Cycle is the order cycle in days: the next gap is shorter with probability one
	// half. It leans on the customer's own gaps by Weight and on the base by the
	// rest; Weight is 0 where Days is 1, and never smaller for more Days.
	Cycle  float64 `json:"cycle"`
	Weight float64 `json:"weight"`

	// Due is Last and one cycle, at least a day later; the next purchase falls
	// between Earliest and Latest, both included, with the probability
	// [CycleOptions].Level or, by rounding to whole days, more, seen from Last. A day after 9999-12-31 is the zero Day.
	Due      calendar.Day `json:"due"`
	Earliest calendar.Day `json:"earliest"`
	Latest   calendar.Day `json:"latest"`

	Overdue int     `json:"overdue"` // days since Due, 0 where it is not past
	Tail    float64 `json:"tail"`    // probability of a gap of Silence or more while the customer stays one
}

// Schedule proposes the days of the next n visits or deliveries (服务时间表): the
// first on Due, or on the as-of day where that is past, the others one cycle apart,
// counted from the first so that rounding does not add up, and at least a day.
// Days after 9999-12-31 are left out.
func (c Cycle[K]) Schedule(n int) []calendar.Day {
	first := max(c.Due, c.Last+calendar.Day(c.Silence))
	if c.Due == 0 {
		return nil
	}
	var days []calendar.Day
	for i := range n {
		day := later(first, float64(i)*max(c.Cycle, 1))
		if day == 0 {
			break
		}
		days = append(days, day)
	}
	return days
}

// later returns the day so many days later, rounded to the nearest, and the zero
// Day beyond the calendar.
func later(day calendar.Day, days float64) calendar.Day {
	if d := math.Floor(days + 0.5); d <= float64(calendar.MaxDay-day) {
		return day + calendar.Day(d)
	}
	return 0
}

// Cycles are the order cycles of all customers as of one day, by [OrderCycles].
type Cycles[K purchase.ID] struct {
	history *History[K] // as of the day
	asOf    calendar.Day
	level   float64
	base    CycleBase
	cycles  []Cycle[K]
}

// OrderCycles estimates each customer's order cycle from what was known at the
// start of the day asOf; 0 is the end of h's Period, or the day after its last
// purchase. Purchases on one day are one, whatever the same-day policy, and
// refunds and amounts play no part. Customers known only by refunds are left
// out.
//
// # Method
//
// Gaps of customer i are gamma distributed with a shape k common to the base
// and a rate of the customer's own, and the rates are gamma distributed over the
// customers (Gupta 1991, J. Marketing Research 28:1-15, with Erlang gaps;
// Platzer and Reutterer 2016, Marketing Science 35:779-799, with gamma gaps). k
// is estimated from shares of successive gaps (Wheat and Morrison 1990, J.
// Marketing Research 27:87-93), the distribution of the rates from the
// customers' medians (Paule and Mandel 1982, J. Research NBS 87:377-385).
//
// A customer's rate is then judged by the median of the gaps instead of their
// sum, the sufficient statistic, so that one journey, one illness or one missing
// receipt does not move the cycle: empirical Bayes on a robust statistic
// (restricted likelihood: Lewis, MacEachern and Lee 2021, Bayesian Analysis
// 16:1393-1462). The median is taken as gamma distributed with the mean and
// variance of its logarithm, which is exact for one gap and for two, elsewhere
// right to 0.03 in probability, and makes the posterior a gamma distribution in
// closed form: the mean gap at the posterior mean rate is a weighted mean of the
// customer's and the base's. The next gap is then beta prime distributed, Lomax
// where k is 1.
//
// The running silence is used to say how overdue a customer is (Overdue, Tail)
// and not to estimate the cycle. It is a gap cut short only if the customer
// stays a customer; that is what is in question, and a silence that stretched
// its own yardstick would never be long. The price: gaps that do not end within
// the period are missing, so that the cycle of the base comes out short: by 22
// percent in a simulated base that nobody left and that was watched for five of
// its cycles, by 13 for ten, by 6 for twenty. Customers with gaps of their own lean
// on the base the less, the more they have. Models in which customers leave
// (Pareto/NBD, BG/NBD) use the silence; this is not one of them.
//
// The parameters of the base are taken as known, so that intervals are somewhat
// short in bases with fewer than some fifty repeat buyers.
//
// # Errors
//
// ErrInvalid for an as-of day that History.AsOf refuses or a level out of range;
// ErrInsufficientData where nobody had bought on two days before it.
func OrderCycles[K purchase.ID](h *History[K], asOf calendar.Day, opts CycleOptions) (*Cycles[K], error) {
	level := opts.Level
	if level == 0 {
		level = defaultCycleLevel
	}
	if !(level > 0 && level < 1) {
		return nil, refuse("level", "is not between 0 and 1")
	}
	view, err := h.AsOf(asOf)
	if err != nil {
		return nil, err
	}
	c := &Cycles[K]{history: view, asOf: view.until, level: level, cycles: make([]Cycle[K], 0, view.Len())}
	var fit baseFit
	var gaps []int
	for who := range view.All() {
		if len(who.Days) == 0 {
			continue
		}
		cycle := Cycle[K]{ID: who.ID, Days: 1, Last: who.Days[len(who.Days)-1]}
		cycle.Silence = int(c.asOf - cycle.Last)
		gaps = appendGaps(gaps[:0], who.Days)
		if len(gaps) > 0 {
			cycle.Days += len(gaps)
			cycle.Median = survival.Optional{Value: fit.add(gaps), OK: true}
		}
		c.cycles = append(c.cycles, cycle)
	}
	if fit.customers == 0 {
		return nil, tooLittle("purchases", "nobody bought on two days")
	}
	k := fit.regularity()
	laws := newMedianLaws(k)
	c.base = fit.base(laws, k)
	c.predict(laws)
	return c, nil
}

// appendGaps appends the days between successive days of purchase.
func appendGaps(gaps []int, days []calendar.Day) []int {
	for i := 1; i < len(days); i++ {
		if days[i] != days[i-1] {
			gaps = append(gaps, int(days[i]-days[i-1]))
		}
	}
	return gaps
}

// predict fills in what depends on the base.
func (c *Cycles[K]) predict(laws *medianLaws) {
	byDays := map[int]*predictor{}
	for i := range c.cycles {
		cycle := &c.cycles[i]
		p := byDays[cycle.Days]
		if p == nil {
			p = newPredictor(c.base, laws, cycle.Days-1, c.level)
			byDays[cycle.Days] = p
		}
		scale := c.base.Scale + p.perDay*cycle.Median.Value
		cycle.Weight = p.weight
		cycle.Cycle = scale * p.half
		cycle.Due = later(cycle.Last, max(cycle.Cycle, 1))
		cycle.Earliest = later(cycle.Last, max(math.Floor(scale*p.lower), 1))
		cycle.Latest = later(cycle.Last, max(math.Ceil(scale*p.upper), 1))
		if cycle.Due != 0 {
			cycle.Overdue = max(int(c.asOf-cycle.Due), 0)
		}
		cycle.Tail = gapLaw{c.base.Regularity, p.shape, scale}.tail(float64(cycle.Silence))
	}
}

// predictor is what customers with the same number of gaps share.
type predictor struct {
	weight             float64
	shape              float64 // of the rate, a posteriori
	perDay             float64 // what a day of the median adds to the scale
	lower, half, upper float64 // quantiles of the next gap at scale 1
}

func newPredictor(base CycleBase, laws *medianLaws, gaps int, level float64) *predictor {
	p := &predictor{shape: base.Shape}
	if gaps > 0 {
		law := laws.of(gaps)
		p.shape += law.shape
		p.perDay = law.shape / law.unit
		p.weight = law.shape / p.shape
	}
	next := gapLaw{base.Regularity, p.shape, 1}
	p.lower, p.half, p.upper = next.quantile((1-level)/2), next.quantile(0.5), next.quantile((1+level)/2)
	return p
}

// AsOf returns the day at whose start the customers are seen.
func (c *Cycles[K]) AsOf() calendar.Day { return c.asOf }

// Level returns the probability of the intervals.
func (c *Cycles[K]) Level() float64 { return c.level }

// Base returns what the customers have in common.
func (c *Cycles[K]) Base() CycleBase { return c.base }

// Len returns the number of customers.
func (c *Cycles[K]) Len() int { return len(c.cycles) }

// All yields the customers in ascending order of their ids.
func (c *Cycles[K]) All() iter.Seq[Cycle[K]] { return slices.Values(c.cycles) }

// each yields the customers with their purchases.
func (c *Cycles[K]) each(yield func(Cycle[K], CustomerHistory[K]) bool) {
	next := 0
	for who := range c.history.All() {
		if len(who.Days) == 0 {
			continue // c has the same customers but these
		}
		if !yield(c.cycles[next], who) {
			return
		}
		next++
	}
}

// Customer returns the cycle of one customer, and whether there is one.
func (c *Cycles[K]) Customer(id K) (Cycle[K], bool) {
	i := sort.Search(len(c.cycles), func(i int) bool { return c.cycles[i].ID >= id })
	if i == len(c.cycles) || c.cycles[i].ID != id {
		return Cycle[K]{}, false
	}
	return c.cycles[i], true
}
