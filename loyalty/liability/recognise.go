package liability

import (
	"math"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Period is what happened to a cohort of points in one accounting period (会计期间),
// and what is expected of it at its end. A cohort is what shares one estimate:
// usually the points earned in one month ([RollForward] and [Observe] give the figures).
type Period struct {
	End calendar.Day `json:"end"` // the last day, after that of the period before
	// Deferred is what was allocated to points issued in the period ([Split.Points]),
	// less that of sales returned in it; it may be below 0.
	Deferred money.Amount `json:"deferred,omitzero"`
	Issued   int64        `json:"issued,omitzero"`   // points issued, less those reversed; may be below 0
	Redeemed int64        `json:"redeemed,omitzero"` // points redeemed, less those refunded; may be below 0
	// Estimate is how many of all points issued so far will ever be redeemed, those
	// already redeemed included, as estimated at End: at least what was redeemed, at
	// most what was issued. Where it equals what was redeemed, because the rest has
	// expired or will not be used, everything allocated is recognised.
	Estimate int64 `json:"estimate"`
}

// Recognition is the movement of the contract liability in one period (收入确认).
//
//	Opening + Deferred - Revenue = Closing
//	Revenue = Usage + CatchUp
//	Recognised + Closing = Allocated
//
// hold to the minor unit.
type Recognition struct {
	End      calendar.Day `json:"end"`
	Opening  money.Amount `json:"opening"`  // liability at the beginning
	Deferred money.Amount `json:"deferred"` // added by sales of the period
	Usage    money.Amount `json:"usage"`    // revenue for points redeemed in the period
	CatchUp  money.Amount `json:"catch_up"` // revenue for earlier redemptions, because the estimate moved (累计追补); may be below 0
	Revenue  money.Amount `json:"revenue"`  // both; below 0 where the estimate rose by more than was redeemed
	Closing  money.Amount `json:"closing"`  // liability at the end

	Allocated  money.Amount `json:"allocated"`  // deferred since the beginning
	Recognised money.Amount `json:"recognised"` // revenue since the beginning
	Issued     int64        `json:"issued"`     // points since the beginning, and so below
	Redeemed   int64        `json:"redeemed"`
	Estimate   int64        `json:"estimate"` // at the end of the period
}

// Recognise returns the movements of the contract liability of one cohort (IFRS
// 15.B44-B47, 15.87-90). Revenue since the beginning is
//
//	Allocated · Redeemed / Estimate
//
// all three since the beginning, with the estimate at the end of the period, rounded
// once to the minor unit from the exact fraction of the amounts that were booked; the
// period's revenue is the difference from the one before. So points that will not be
// redeemed (breakage, 未兑换) are recognised in the pattern of those that are, a new
// estimate takes effect for all the past at once (cumulative catch-up), and no cent is
// lost or recognised twice.
//
// Errors name the period by Item. ErrEstimate: the estimate is above what was issued
// (a redemption rate over 100 %) or below what was redeemed. ErrCurrency: periods of
// several currencies. ErrInvalid: no periods, ends that do not rise, sums since the
// beginning below 0, an amount without points or points without a day. ErrOverflow.
func Recognise(periods []Period, opts Options) ([]Recognition, error) {
	var p problems
	opts.check(&p)
	p.check(len(periods) > 0, "periods", "are none")
	if err := p.join(); err != nil {
		return nil, err
	}
	rows := make([]Recognition, len(periods))
	var before Recognition
	for i := range periods {
		row, err := periods[i].after(before, i, opts.Rounding)
		if err != nil {
			return nil, err
		}
		rows[i], before = row, row
	}
	return rows, nil
}

// after books one period onto the row before it.
func (p *Period) after(before Recognition, i int, mode money.Rounding) (row Recognition, err error) {
	row = Recognition{End: p.End, Opening: before.Closing, Deferred: p.Deferred, Estimate: p.Estimate}
	if row.Issued, err = sum(before.Issued, p.Issued, "issued", i); err != nil {
		return row, err
	}
	if row.Redeemed, err = sum(before.Redeemed, p.Redeemed, "redeemed", i); err != nil {
		return row, err
	}
	if row.Allocated, err = before.Allocated.Add(p.Deferred); err != nil {
		return row, ofMoney(err, "deferred", i)
	}
	if err := row.check(before, i); err != nil {
		return row, err
	}
	if row.Recognised, err = share(row.Allocated, row.Redeemed, p.Estimate, mode); err != nil {
		return row, ofMoney(err, "deferred", i)
	}
	// What the earlier redemptions come to by the new estimate.
	earlier, err := share(row.Allocated, before.Redeemed, max(p.Estimate, before.Redeemed), mode)
	if err != nil {
		return row, ofMoney(err, "deferred", i)
	}
	if before.Redeemed == 0 {
		earlier.Minor = 0
	}
	// Allocated, Recognised and earlier lie between 0 and 2^63-1, so that their
	// differences fit.
	cur := row.Allocated.Currency
	amount := func(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: cur} }
	row.Opening.Currency, row.Deferred.Currency = cur, cur
	row.Revenue = amount(row.Recognised.Minor - before.Recognised.Minor)
	row.CatchUp = amount(earlier.Minor - before.Recognised.Minor)
	row.Usage = amount(row.Recognised.Minor - earlier.Minor)
	row.Closing = amount(row.Allocated.Minor - row.Recognised.Minor)
	return row, nil
}

func (r *Recognition) check(before Recognition, i int) error {
	switch {
	case !r.End.Valid() || r.End <= before.End:
		return refuseItem(ErrInvalid, "end", i, "is no day after that of the period before")
	case r.Allocated.Minor < 0:
		return refuseItem(ErrInvalid, "deferred", i, "takes back more than was deferred")
	case r.Issued < 0:
		return refuseItem(ErrInvalid, "issued", i, "takes back more than was issued")
	case r.Redeemed < 0:
		return refuseItem(ErrInvalid, "redeemed", i, "takes back more than was redeemed")
	case r.Allocated.Minor > 0 && r.Issued == 0:
		return refuseItem(ErrInvalid, "issued", i, "is 0, and money is deferred for it")
	case r.Estimate < r.Redeemed:
		return refuseItem(ErrEstimate, "estimate", i, "is below what was redeemed already")
	case r.Estimate > r.Issued:
		return refuseItem(ErrEstimate, "estimate", i, "is above what was issued")
	}
	return nil
}

// share is a · part/whole; all of it where part is whole, 0 of 0 among them.
func share(a money.Amount, part, whole int64, mode money.Rounding) (money.Amount, error) {
	if part == whole {
		return a, nil
	}
	return a.Mul(money.Ratio{Num: part, Den: whole}, mode)
}

// sum adds counts of points.
func sum(a, b int64, field string, item int) (int64, error) {
	if b > 0 && a > math.MaxInt64-b || b < 0 && a < math.MinInt64-b {
		return 0, refuseItem(ErrOverflow, field, item, "does not fit 64 bits with what was before")
	}
	return a + b, nil
}
