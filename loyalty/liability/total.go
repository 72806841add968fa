package liability

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Total adds the recognitions of several cohorts of one currency, period by period
// in order of their ends. Cohorts may begin later than others, and may end earlier
// once nothing is left of their liability; what they came to since the beginning
// stays in the totals.
//
// Errors name the cohort by Item. ErrCurrency: cohorts of several currencies: convert
// first, at the rates that the accounts use. ErrInvalid: a cohort lacks a period after
// its first although it still had a liability, or its ends do not rise. ErrOverflow.
func Total(cohorts ...[]Recognition) ([]Recognition, error) {
	var ends []calendar.Day
	for i, rows := range cohorts {
		for j, row := range rows {
			if j > 0 && row.End <= rows[j-1].End {
				return nil, refuseItem(ErrInvalid, "end", i, "of a period is not after that of the one before")
			}
			ends = append(ends, row.End)
		}
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	totals := make([]Recognition, len(ends))
	for i, rows := range cohorts {
		var last Recognition
		for k, end := range ends {
			totals[k].End = end
			switch {
			case len(rows) > 0 && rows[0].End == end:
				last, rows = rows[0], rows[1:]
			case last.Closing.Minor != 0:
				return nil, refuseItem(ErrInvalid, "end", i, "lacks a period, and there is a liability")
			default:
				last = last.atRest()
			}
			if err := totals[k].add(&last, i); err != nil {
				return nil, err
			}
		}
	}
	return totals, nil
}

// atRest is the row of a period in which nothing happens and nothing is left.
func (r Recognition) atRest() Recognition {
	return Recognition{Allocated: r.Allocated, Recognised: r.Recognised, Issued: r.Issued, Redeemed: r.Redeemed, Estimate: r.Estimate}
}

// add adds the row of the i-th cohort.
func (r *Recognition) add(row *Recognition, i int) (err error) {
	for _, part := range []struct {
		to    *money.Amount
		from  money.Amount
		field string
	}{
		{&r.Opening, row.Opening, "opening"}, {&r.Deferred, row.Deferred, "deferred"}, {&r.Usage, row.Usage, "usage"},
		{&r.CatchUp, row.CatchUp, "catch_up"}, {&r.Revenue, row.Revenue, "revenue"}, {&r.Closing, row.Closing, "closing"},
		{&r.Allocated, row.Allocated, "allocated"}, {&r.Recognised, row.Recognised, "recognised"},
	} {
		if *part.to, err = part.to.Add(part.from); err != nil {
			return ofMoney(err, part.field, i)
		}
	}
	if r.Issued, err = sum(r.Issued, row.Issued, "issued", i); err != nil {
		return err
	}
	if r.Redeemed, err = sum(r.Redeemed, row.Redeemed, "redeemed", i); err != nil {
		return err
	}
	r.Estimate, err = sum(r.Estimate, row.Estimate, "estimate", i)
	return err
}
