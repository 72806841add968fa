package care

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Demand is what visits to the customers of a class are worth.
type Demand struct {
	Class     string `json:"class"`
	Customers int    `json:"customers"` // 1 or more
	Min       int    `json:"min"`       // visits that each of them gets at least
	// Values are what the first, second, third visit to one of them is worth, in any one
	// unit for all classes, such as fen of expected margin. Visits beyond them are worth
	// nothing. Those that make up Min are made whatever they are worth.
	Values []int64 `json:"values,omitempty"`
}

// Share is how many visits a class gets.
type Share struct {
	Class    string `json:"class"`
	Min      int    `json:"min"`      // all its customers' minima together
	Visits   int    `json:"visits"`   // what it gets
	Shortage int    `json:"shortage"` // what it lacks to Min
}

// Allocation is how the visits that can be made are shared among the classes
// (拜访分配).
type Allocation struct {
	Shares []Share `json:"shares"` // in the order of the demands
	Left   int     `json:"left"`   // visits that are worth nothing to anybody
	// Optimal: no other way to share the visits, minima first, is worth more. It holds
	// where no class has a visit that is worth more than the one before it.
	Optimal bool `json:"optimal"`
}

// Short reports whether the minima cannot all be met.
func (a Allocation) Short() bool {
	return slices.ContainsFunc(a.Shares, func(s Share) bool { return s.Shortage > 0 })
}

// AllocateVisits shares so many visits among classes (按分类分配拜访次数). First come the
// minima, in the order of the classes, until there are no more visits: what a class then
// lacks is its shortage. What is left goes, visit by visit, to where the next one is
// worth most, ties to the class that is given first; customers of a class get their n-th
// visit before any of them gets another. Nothing goes where it is worth nothing.
//
// ErrInvalid, all problems at once: no classes, visits below 0, a class that is no id,
// without customers, or with a minimum below 0; ErrDuplicate: a class given twice;
// ErrOverflow: minima or visits of a class beyond 2^31-1.
func AllocateVisits(visits int, demands []Demand) (Allocation, error) {
	if err := checkDemands(visits, demands); err != nil {
		return Allocation{}, err
	}
	a := Allocation{Shares: make([]Share, len(demands)), Left: visits, Optimal: true}
	for i, d := range demands {
		least := d.Customers * d.Min
		got := min(least, a.Left)
		a.Shares[i] = Share{Class: d.Class, Min: least, Visits: got, Shortage: least - got}
		a.Left -= got
		free := d.Values[min(d.Min, len(d.Values)):]
		a.Optimal = a.Optimal && slices.IsSortedFunc(free, func(x, y int64) int { return cmp.Compare(y, x) })
	}
	if !a.Short() {
		a.fill(demands)
	}
	return a, nil
}

// fill gives away what is left after the minima. A round is one more visit to each
// customer of a class; as they are worth the same, it is given as a whole.
func (a *Allocation) fill(demands []Demand) {
	next := make([]int, len(demands))
	for i, d := range demands {
		next[i] = d.Min
	}
	for a.Left > 0 {
		best := -1
		for i, d := range demands {
			if next[i] < len(d.Values) && d.Values[next[i]] > 0 && (best < 0 || d.Values[next[i]] > demands[best].Values[next[best]]) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		got := min(demands[best].Customers, a.Left)
		a.Shares[best].Visits += got
		a.Left -= got
		next[best]++
	}
}

func checkDemands(visits int, demands []Demand) error {
	var bad problems
	bad.check(visits >= 0, codeRange, "visits", -1)
	bad.check(len(demands) > 0, codeMissing, "demands", -1)
	seen := make(map[string]bool, len(demands))
	for i, d := range demands {
		bad.check(validID(d.Class), codeID, "demands.class", i)
		bad.check(d.Customers > 0, codeRange, "demands.customers", i)
		bad.check(d.Min >= 0, codeRange, "demands.min", i)
		if seen[d.Class] {
			bad = append(bad, refuse(ErrDuplicate, codeRepeated, "demands.class", i, d.Class))
		}
		seen[d.Class] = true
		if d.Customers > 0 && d.Min >= 0 {
			high, low := bits.Mul64(uint64(d.Customers), uint64(max(d.Min, len(d.Values))))
			if high > 0 || low > 1<<31-1 {
				bad = append(bad, refuse(ErrOverflow, codeOverflow, "demands", i, d.Class))
			}
		}
	}
	return bad.join()
}

// Findings returns a CARE-SHORTAGE about each class whose minimum is not met.
func (a Allocation) Findings(asOf calendar.Day) []finding.Finding {
	var found []finding.Finding
	for _, s := range a.Shares {
		if s.Shortage > 0 {
			found = append(found, finding.Finding{Code: foundShortage, Severity: finding.Warning, Subject: s.Class, AsOf: asOf, Params: []finding.Param{
				finding.Str("class", s.Class), finding.Int("visits", int64(s.Shortage))}})
		}
	}
	return found
}
