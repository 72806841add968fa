package loyalty

import (
	"cmp"
	"context"
	"slices"

	"github.com/guanxi-go/guanxi/loyalty/earning"
)

// periodsKept is for how many periods of a cap an account keeps what was used of it.
// What lies further back is asked of the orders.
const periodsKept = 3

func samePeriod(c earning.Counter) func(earning.Counter) bool {
	return func(o earning.Counter) bool { return o.Cap == c.Cap && o.Since == c.Since }
}

// keepCounters takes the counters of an order into those of its account: of each cap
// the latest periods in which it was used.
func keepCounters(have, now []earning.Counter) []earning.Counter {
	have = slices.Clone(have)
	for _, c := range now {
		if i := slices.IndexFunc(have, samePeriod(c)); i >= 0 {
			have[i].Used = c.Used
		} else if c.Used > 0 {
			have = append(have, c)
		}
	}
	slices.SortFunc(have, func(a, b earning.Counter) int {
		return cmp.Or(cmp.Compare(a.Cap, b.Cap), cmp.Compare(b.Since, a.Since))
	})
	rank := 0
	kept := have[:0]
	for i, c := range have {
		if rank++; i == 0 || have[i-1].Cap != c.Cap {
			rank = 1
		}
		if rank <= periodsKept {
			kept = append(kept, c)
		}
	}
	return kept
}

// forgotten reports whether an order lies in a period of a cap that the account may
// have left out.
func forgotten(have, now []earning.Counter) bool {
	return slices.ContainsFunc(now, func(c earning.Counter) bool {
		kept := 0
		for _, h := range have {
			if h.Cap == c.Cap && h.Since > c.Since {
				kept++
			}
		}
		return kept == periodsKept
	})
}

// counters returns those of all periods, from the orders of an account. An order
// that joins them moves the account.
func (c *core) counters(ctx context.Context, a *Account) ([]earning.Counter, error) {
	all := slices.Clone(a.Standing.Counters)
	for r, err := range c.store.Records(ctx, RecordFilter{Kind: KindOrder, Ref: a.ID}) {
		if err != nil {
			return nil, err
		}
		order, err := orderOf(r)
		if err != nil {
			return nil, err
		}
		for _, n := range order.Result.Counters {
			if i := slices.IndexFunc(all, samePeriod(n)); i >= 0 {
				all[i].Used = max(all[i].Used, n.Used)
			} else {
				all = append(all, n)
			}
		}
	}
	return all, nil
}
