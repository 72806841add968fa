package receivable

import (
	"maps"
	"math"
	"slices"
)

// AgeingOptions are the choices of [Age] and [AgeByCustomer]. The zero value is the
// default.
type AgeingOptions struct {
	// Prepaid is the prepaid money of customers by their id (see [Account.Prepaid]), of the
	// currency of the items, each 0 or more. It stands in a column of its own.
	Prepaid map[string]int64
	// Net sets prepaid money off against what its customer owes (按预付款净额), as
	// [Account.Use] would by OldestDue: the first that is due first, then what is not due
	// yet, then what waits for its event. So the report shows what will be left to collect;
	// nothing is paid by it. The law has the same order where nobody chose another:
	// obligations that are due go first, and among equal ones those that fell due earlier
	// (民法典, the Civil Code of China, article 560).
	Net bool
}

func (o AgeingOptions) check() error {
	var total int64
	for _, customer := range slices.Sorted(maps.Keys(o.Prepaid)) {
		switch minor := o.Prepaid[customer]; {
		case minor < 0:
			return refuseID(ErrInvalid, "prepaid", customer, codeNegative)
		case total > math.MaxInt64-minor:
			return refuse(ErrOverflow, "prepaid", codeSum)
		default:
			total += minor
		}
	}
	return nil
}

// apply returns the items as they stand after Prepaid was set off, which is nothing but
// with Net, and what is left of it.
func (o AgeingOptions) apply(items []Item) ([]Item, map[string]int64) {
	if !o.Net || len(o.Prepaid) == 0 {
		return items, o.Prepaid
	}
	items = slices.Clone(items)
	owed := make(map[string][]*Item, len(o.Prepaid))
	for i := range items {
		if it := &items[i]; it.Outstanding > 0 && o.Prepaid[it.Customer] > 0 {
			owed[it.Customer] = append(owed[it.Customer], it)
		}
	}
	rest := maps.Clone(o.Prepaid)
	for customer, of := range owed {
		slices.SortFunc(of, func(a, b *Item) int { return a.Compare(b.Instalment) })
		left := rest[customer]
		for _, it := range of {
			part := min(left, it.Outstanding)
			it.Outstanding -= part
			left -= part
		}
		rest[customer] = left
	}
	return items, rest
}

// prepay adds what a customer has prepaid, and what is left of it.
func (a *Ageing) prepay(had, left int64) {
	a.Prepaid += left
	a.SetOff += had - left
}
