package liability

import "github.com/guanxi-go/guanxi/crm/money"

// RewardCost is what redemptions of one reward came to, or are expected to (兑换成本).
type RewardCost struct {
	Reward string       `json:"reward"` // its code
	Points int64        `json:"points"` // points redeemed for it, above 0
	Money  money.Amount `json:"money"`  // what these rewards cost, or what they sell for; 0 or more
}

// PerPoint returns what one redeemed point comes to on average over the mix of
// rewards, exactly and in minor units (每分成本): what it costs, for [Provide], or its
// stand-alone selling price, for [Sale], as Money is the one or the other.
//
// ErrInvalid: no rewards, points not above 0, money below 0; ErrCurrency: several
// currencies; ErrOverflow; each with Item.
func PerPoint(mix []RewardCost) (money.Ratio, money.Currency, error) {
	none := money.Ratio{}
	if len(mix) == 0 {
		return none, 0, refuse(ErrInvalid, "mix", "is empty")
	}
	var points int64
	var total money.Amount
	var err error
	for i, c := range mix {
		switch {
		case c.Points <= 0:
			return none, 0, refuseItem(ErrInvalid, "points", i, "is not above 0")
		case c.Money.Minor < 0:
			return none, 0, refuseItem(ErrInvalid, "money", i, "is below 0")
		case i > 0 && c.Money.Currency != mix[0].Money.Currency:
			return none, 0, ofMoney(ErrCurrency, "money", i)
		}
		if points, err = sum(points, c.Points, "points", i); err != nil {
			return none, 0, err
		}
		if total, err = total.Add(c.Money); err != nil {
			return none, 0, ofMoney(err, "money", i)
		}
	}
	return money.Ratio{Num: total.Minor, Den: points}.Reduce(), mix[0].Money.Currency, nil
}

// ExpectedPoints returns how many of n points will be redeemed at a rate between 0 and
// 1, rounded to whole points: Ratio{97, 100} of 10,000 are 9,700. ErrEstimate: the
// rate is above 1. ErrInvalid: n or the rate is below 0, or the rate is no ratio.
func ExpectedPoints(n int64, rate money.Ratio, mode money.Rounding) (int64, error) {
	if n < 0 || !rate.Valid() || rate.Num < 0 {
		return 0, refuse(ErrInvalid, "rate", "and points have to be 0 or more")
	}
	if rate.Num > rate.Den {
		return 0, refuse(ErrEstimate, "rate", "is above 100 %")
	}
	expected, err := rate.Mul(n, mode)
	return expected, ofMoney(err, "rate", -1)
}

// Provide returns the provision for outstanding points under a cost approach
// (预计负债): expected·cost, rounded once. It is the alternative where points are not
// sold with anything (IAS 37.36: gifts, goodwill, no material right in the sense of
// IFRS 15.B40), and not to be added to a contract liability for the same points.
//
// outstanding are the points that are open, expected those of them that will be
// redeemed, cost the minor units of cur that a redeemed point costs. ErrEstimate:
// expected is above outstanding. ErrInvalid: a count or the cost is below 0, or the
// currency is missing. ErrOverflow.
func Provide(outstanding, expected int64, cost money.Ratio, cur money.Currency, mode money.Rounding) (money.Amount, error) {
	var p problems
	p.check(outstanding >= 0, "outstanding", "is below 0")
	p.check(expected >= 0, "expected", "is below 0")
	p.check(cost.Valid() && cost.Num >= 0, "cost", "is not a ratio of 0 or more")
	p.check(!cur.IsZero() && cur.Valid(), "currency", "is missing")
	if expected > outstanding {
		p.add(refuse(ErrEstimate, "expected", "is above what is outstanding"))
	}
	if err := p.join(); err != nil {
		return money.Amount{}, err
	}
	minor, err := cost.Mul(expected, mode)
	if err != nil {
		return money.Amount{}, ofMoney(err, "cost", -1)
	}
	return money.Amount{Minor: minor, Currency: cur}, nil
}

// ProvisionRow is the movement of a provision in one period (预计负债变动):
// Opening + Charge - Used = Closing.
type ProvisionRow struct {
	Opening money.Amount `json:"opening"`
	Used    money.Amount `json:"used"`    // what the redemptions of the period cost
	Charge  money.Amount `json:"charge"`  // expense of the period; below 0 where provision is released
	Closing money.Amount `json:"closing"` // by [Provide], at the end
}

// RollProvision returns the movement from one provision to the next: the charge is what
// makes it balance. ErrCurrency: several currencies. ErrInvalid: an amount below 0.
func RollProvision(opening, used, closing money.Amount) (ProvisionRow, error) {
	row := ProvisionRow{Opening: opening, Used: used, Closing: closing}
	if min(opening.Minor, used.Minor, closing.Minor) < 0 {
		return ProvisionRow{}, refuse(ErrInvalid, "provision", "has an amount below 0")
	}
	change, err := closing.Sub(opening)
	if err != nil {
		return ProvisionRow{}, ofMoney(err, "opening", -1)
	}
	if row.Charge, err = change.Add(used); err != nil {
		return ProvisionRow{}, ofMoney(err, "used", -1)
	}
	return row, nil
}
