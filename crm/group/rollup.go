package group

import (
	"errors"
	"iter"
	"time"
)

// Count is how many customers a group has, itself and with all below it.
type Count struct {
	Group      string `json:"group"`
	Direct     int64  `json:"direct"`     // customers placed in the group itself
	Placements int64  `json:"placements"` // pairs of customer and group, in the group and below it
	Customers  int64  `json:"customers"`  // distinct customers, in the group and below it
}

// Total is a sum over a group and all below it. Where Count.Customers is 0, both
// sums are the zero V.
type Total[V any] struct {
	Count    Count `json:"count"`
	Placed   V     `json:"placed"`   // over placements: a customer counts once for each of its groups, so that parts add up to the whole
	Distinct V     `json:"distinct"` // over customers: each counts once, in however many groups of the subtree it is
}

// Count counts the customers placed at an instant, for every group in the order of
// [Tree.All]. A placement given twice counts once. The errors are those of
// [Placement.Validate], of all placements, and ErrNotFound for each group that t
// does not have, joined. It takes the time to sort the placements, and for each one
// the depth of its group.
func (t *Tree) Count(placements []Placement, at time.Time) ([]Count, error) {
	list, err := t.placedAt(placements, at)
	if err != nil {
		return nil, err
	}
	return t.count(list), nil
}

func (t *Tree) count(list []placed) []Count {
	counts := make([]Count, t.Len())
	for i, n := range t.all() {
		counts[i].Group = n.group.ID
	}
	for _, p := range list {
		counts[p.at].Direct++
		counts[p.at].Placements++
	}
	for _, i := range t.reached(list) {
		counts[i].Customers++
	}
	for i := len(counts) - 1; i >= 0; i-- {
		if up := t.nodes[i].parent; up >= 0 {
			counts[up].Placements += counts[i].Placements
		}
	}
	return counts
}

// reached goes through the groups in whose subtree a customer is, each once per
// customer, with the index in list of one placement of that customer.
func (t *Tree) reached(list []placed) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		last := make([]int, t.Len()) // 1 + the index of the customer who came by last
		first := 0
		for k, p := range list {
			if p.customer != list[first].customer {
				first = k
			}
			for i := p.at; i >= 0 && last[i] != first+1; i = t.nodes[i].parent {
				last[i] = first + 1
				if !yield(k, i) {
					return
				}
			}
		}
	}
}

// Sum adds up a value of each customer placed at an instant, for every group in the
// order of [Tree.All]. value is asked once per customer, in byte order of id. add
// returns a+b; it is called in an order that depends only on what is placed. For
// money it is money.Amount.Add; for int64 see [SumInt64].
//
// Errors, beside those of [Tree.Count]: ErrIncomplete for each customer for whom
// value reports false, joined (a customer without a value is not worth 0: whoever
// means that says so in value); and an error of add, with the group.
func Sum[V any](t *Tree, placements []Placement, at time.Time, value func(customer string) (V, bool), add func(a, b V) (V, error)) ([]Total[V], error) {
	list, err := t.placedAt(placements, at)
	if err != nil {
		return nil, err
	}
	values, err := valuesOf(list, value)
	if err != nil {
		return nil, err
	}
	totals, filled := make([]Total[V], t.Len()), make([]bool, t.Len())
	for i, count := range t.count(list) {
		totals[i].Count = count
	}
	// into adds v to a sum of group i; the first value is taken as it is, because
	// the zero V may not be neutral (no currency).
	into := func(sum *V, filled *bool, v V, i int) error {
		if !*filled {
			*sum, *filled = v, true
			return nil
		}
		var err error
		if *sum, err = add(*sum, v); err != nil {
			return &Error{ID: totals[i].Count.Group, Field: "sum", Reason: "does not add up", Err: err}
		}
		return nil
	}
	for k, i := range t.reached(list) {
		if err := into(&totals[i].Distinct, &filled[i], values[k], i); err != nil {
			return nil, err
		}
	}
	clear(filled)
	for k, p := range list {
		if err := into(&totals[p.at].Placed, &filled[p.at], values[k], p.at); err != nil {
			return nil, err
		}
	}
	for i := len(totals) - 1; i >= 0; i-- {
		if up := t.nodes[i].parent; up >= 0 && filled[i] {
			if err := into(&totals[up].Placed, &filled[up], totals[i].Placed, up); err != nil {
				return nil, err
			}
		}
	}
	return totals, nil
}

// valuesOf asks for the value of each customer once; values[k] is that of list[k].
func valuesOf[V any](list []placed, value func(string) (V, bool)) (values []V, err error) {
	values = make([]V, len(list))
	var errs []error
	for k, p := range list {
		if k > 0 && p.customer == list[k-1].customer {
			values[k] = values[k-1]
			continue
		}
		var ok bool
		if values[k], ok = value(p.customer); !ok {
			errs = append(errs, &Error{ID: p.customer, Field: "value", Reason: "is missing", Err: ErrIncomplete})
		}
	}
	return values, errors.Join(errs...)
}

// SumInt64 is [Sum] for integers, such as minor units of one currency, points or
// headcounts. ErrOverflow names each group whose sum leaves int64; sums on the way
// there have 128 bits, so that the order of the customers does not decide it.
func SumInt64(t *Tree, placements []Placement, at time.Time, value func(customer string) (int64, bool)) ([]Total[int64], error) {
	widen := func(customer string) (wide, bool) {
		v, ok := value(customer)
		return widened(v), ok
	}
	sums, err := Sum(t, placements, at, widen, wide.plus)
	if err != nil {
		return nil, err
	}
	totals := make([]Total[int64], len(sums))
	var errs []error
	for i, s := range sums {
		placed, ok1 := s.Placed.narrow()
		distinct, ok2 := s.Distinct.narrow()
		if !ok1 || !ok2 {
			errs = append(errs, &Error{ID: s.Count.Group, Field: "sum", Reason: "does not fit 64 bits", Err: ErrOverflow})
		}
		totals[i] = Total[int64]{s.Count, placed, distinct}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return totals, nil
}
