package segment

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// AttentionOptions of [LookAfter].
type AttentionOptions struct {
	// Horizon is the number of days before the as-of day whose value is at stake; 0
	// is 365.
	Horizon int
}

// Attention says why a customer should be looked after first (重点关怀).
type Attention[K purchase.ID] struct {
	ID      K            `json:"id"`      // the customer
	AsOf    calendar.Day `json:"asof"`    // the day at whose start it is seen
	Score   float64      `json:"score"`   // Value in minor units times the probability that a gap is shorter than the silence
	Value   money.Amount `json:"value"`   // value of the last Horizon days, by the history's refund policy
	Horizon int          `json:"horizon"` // days
	Cycle   Cycle[K]     `json:"cycle"`   // when the customer was due, and how unusual the silence is
}

// Finding returns a in the form that people read, a Notice; [FindingTexts] has
// the sentence.
func (a Attention[K]) Finding() finding.Finding {
	// 100 would claim a certainty that no finite history gives.
	percent := min(int(math.Round(100*(1-a.Cycle.Tail))), 99)
	return finding.Finding{
		Code: CodeAttention, Severity: finding.Notice, Subject: idText(a.ID), AsOf: a.AsOf,
		Params: []finding.Param{
			finding.Term("value", a.Value), finding.Int("horizon", int64(a.Horizon)),
			finding.Day("due", a.Cycle.Due), finding.Int("overdue", int64(a.Cycle.Overdue)),
			finding.Str("percent", strconv.Itoa(percent)),
		},
	}
}

// LookAfter returns the n customers to look after first, or all candidates where
// there are fewer, the most pressing first.
//
// Candidates are the customers who are overdue by their own order cycle and of
// positive value in the last Horizon days; who has been silent for longer than
// that is not looked after but won back. They are ranked by what their silence
// puts at stake: the value times 1 - Tail, the probability that a gap of this
// customer would have ended by now. A buyer of 10,000 who is just due (half of
// such gaps end sooner) ranks with one of 5,000 who is surely late. Equal scores are
// ordered by id.
//
// ErrInvalid where n is below 1 or Horizon negative.
func LookAfter[K purchase.ID](c *Cycles[K], n int, opts AttentionOptions) ([]Attention[K], error) {
	horizon := opts.Horizon
	if horizon == 0 {
		horizon = 365
	}
	if n < 1 {
		return nil, refuse("n", "is below 1")
	}
	if horizon < 0 || horizon > int(calendar.MaxDay) {
		return nil, refuse("horizon", "is not a positive number of days")
	}
	type candidate struct {
		score float64
		value int64
		at    int // place in c.cycles, which is the order of the ids
	}
	var list []candidate
	at := -1
	for cycle, who := range c.each {
		at++
		if cycle.Overdue == 0 {
			continue
		}
		if value := who.ValueBetween(c.asOf-calendar.Day(horizon), c.asOf); value > 0 {
			list = append(list, candidate{float64(value) * (1 - cycle.Tail), value, at})
		}
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.at, b.at))
	})
	first := make([]Attention[K], min(n, len(list)))
	for i, x := range list[:len(first)] {
		cycle := c.cycles[x.at]
		first[i] = Attention[K]{
			ID: cycle.ID, AsOf: c.asOf, Score: x.score, Horizon: horizon, Cycle: cycle,
			Value: money.Amount{Minor: x.value, Currency: c.history.currency},
		}
	}
	return first, nil
}
