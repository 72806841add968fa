package results

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Deal is an amount that was sold (成交记录).
type Deal struct {
	ID       string    `json:"id"`
	Customer string    `json:"customer"` // id
	At       time.Time `json:"at"`       // of the deal
	Minor    int64     `json:"minor"`    // below 0 for what was taken back
	// Shares divide the deal among people by rule or ruling, instead of giving it to the
	// owner (业绩拆分): with the method of largest remainders, ties to the lower id. Their
	// weights are 0 or more.
	Shares []Share `json:"shares,omitempty"`
}

// Share is a person's weight in a deal.
type Share struct {
	Staff  string `json:"staff"`  // id
	Weight int64  `json:"weight"` // such as 60 of 100
}

// Sum is what a person sold.
type Sum struct {
	Staff string `json:"staff"` // id
	Deals int    `json:"deals"` // that the person has a share of
	Minor int64  `json:"minor"`
}

// ByOwner sums deals of one currency by who looked after the customer at the instant of
// the deal, as ownerAt says: owner.At of the customer's journal, say. The sums add up to
// the deals exactly, and come in byte order of id.
//
// ErrNotFound, with the place of the deal: nobody had the customer, and it has no shares.
// ErrDuplicate: an id given twice, of a deal or in its shares. ErrInvalid: a deal without
// id or instant, or weights that are below 0 or all 0. ErrOverflow: sums beyond int64.
func ByOwner(deals []Deal, ownerAt func(customer string, at time.Time) (staff string, ok bool)) ([]Sum, error) {
	sums := map[string]*Sum{}
	seen := make(map[string]bool, len(deals))
	var total uint64 // of amounts without their sign: where it fits, every sum does
	for i, d := range deals {
		switch {
		case d.ID == "":
			return nil, refuse(ErrInvalid, codeID, "deals", i)
		case d.At.IsZero():
			return nil, refuse(ErrInvalid, codeInstant, "deals", i)
		case d.Minor == math.MinInt64:
			return nil, refuse(ErrInvalid, codeAmount, "deals", i)
		}
		if seen[d.ID] {
			return nil, refuse(ErrDuplicate, codeRepeated, "deals", i)
		}
		seen[d.ID] = true
		if total += uint64(max(d.Minor, -d.Minor)); total > math.MaxInt64 {
			return nil, refuse(ErrOverflow, codeOverflow, "deals", i)
		}
		shares := slices.Clone(d.Shares)
		if len(shares) == 0 {
			staff, ok := ownerAt(d.Customer, d.At)
			if !ok {
				return nil, refuse(ErrNotFound, codeNobody, "deals", i)
			}
			shares = []Share{{staff, 1}}
		}
		parts, err := divided(d.Minor, shares, i)
		if err != nil {
			return nil, err
		}
		for k, s := range shares {
			if sums[s.Staff] == nil {
				sums[s.Staff] = &Sum{Staff: s.Staff}
			}
			sums[s.Staff].Deals++
			sums[s.Staff].Minor += parts[k]
		}
	}
	list := make([]Sum, 0, len(sums))
	for _, s := range sums {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Sum) int { return cmp.Compare(a.Staff, b.Staff) })
	return list, nil
}

// divided sorts the shares by id and returns the part of each.
func divided(minor int64, shares []Share, place int) ([]int64, error) {
	slices.SortFunc(shares, func(a, b Share) int { return cmp.Compare(a.Staff, b.Staff) })
	weights := make([]int64, len(shares))
	for k, s := range shares {
		if k > 0 && shares[k-1].Staff == s.Staff {
			return nil, refuse(ErrDuplicate, codeRepeated, "deals", place)
		}
		weights[k] = s.Weight
	}
	parts, err := money.Allocate(minor, weights)
	if err != nil {
		return nil, refuse(ErrInvalid, codeShares, "deals", place)
	}
	return parts, nil
}
