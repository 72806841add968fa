package privacy

import (
	"cmp"
	"errors"
	"maps"
	"math/bits"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Reads is how many records of persons somebody opened or exported on a day (查阅量).
type Reads struct {
	Actor   string       `json:"actor"` // staff id
	Day     calendar.Day `json:"day"`
	Records int64        `json:"records"` // 0 to 1e9
}

// ReadingOptions say what is unusual.
type ReadingOptions struct {
	Recent int   `json:"recent,omitzero"` // days looked at, up to the day asked about; 0: 14
	Base   int   `json:"base,omitzero"`   // days before these that they are compared with; 0: 90
	Factor int   `json:"factor,omitzero"` // more than so many times what was to be expected; 0: 3
	Least  int64 `json:"least,omitzero"`  // fewer records in the recent days are never found; 0: 100
}

const codeReading = "PRV-READING-UNUSUAL"

// UnusualReading finds who reads far more than is usual, as people do who are about to
// leave and take customers along (人走客流). The rows may be in any order and several
// for one day; days after asOf do not count.
//
// What was to be expected of somebody is the greater of two: their own base, brought
// to the number of recent days, and the median of the recent records of all actors
// (of an even number, the lower), so that a newcomer is compared with the others. Who
// read at least Least records and more than Factor times that is found: code
// PRV-READING-UNUSUAL, severity warning, about the actor, in the order of
// [finding.Compare]; the expectation is rounded down in the text and exact in the
// comparison. A finding is an occasion to ask, not a proof.
//
// ErrInvalid: an actor that is no id, no day, records outside 0 to 1e9, options below
// 0, more than 36500 days, a factor above 1000.
func UnusualReading(reads []Reads, asOf calendar.Day, opts ReadingOptions) ([]finding.Finding, error) {
	opts.Recent, opts.Base = cmp.Or(opts.Recent, 14), cmp.Or(opts.Base, 90)
	opts.Factor, opts.Least = cmp.Or(opts.Factor, 3), cmp.Or(opts.Least, 100)
	if err := opts.check(reads, asOf); err != nil {
		return nil, err
	}
	type sums struct{ recent, base uint64 }
	people := map[string]*sums{}
	for _, r := range reads {
		if people[r.Actor] == nil {
			people[r.Actor] = &sums{}
		}
		switch age := asOf.Sub(r.Day); {
		case age < 0 || age >= opts.Recent+opts.Base:
		case age < opts.Recent:
			people[r.Actor].recent += uint64(r.Records)
		default:
			people[r.Actor].base += uint64(r.Records)
		}
	}
	recents := make([]uint64, 0, len(people))
	for _, s := range people {
		recents = append(recents, s.recent)
	}
	slices.Sort(recents)

	var found []finding.Finding
	for _, actor := range slices.Sorted(maps.Keys(people)) {
		s, median := people[actor], recents[(len(recents)-1)/2]
		recent, base, factor := uint64(opts.Recent), uint64(opts.Base), uint64(opts.Factor)
		if s.recent < uint64(opts.Least) || s.recent <= factor*median || !greater(s.recent, base, s.base, recent*factor) {
			continue
		}
		hi, lo := bits.Mul64(s.base, recent)
		usual, _ := bits.Div64(hi, lo, base)
		found = append(found, finding.Finding{
			Code: codeReading, Severity: finding.Warning, Subject: actor, AsOf: asOf,
			Params: []finding.Param{finding.Int("records", int64(s.recent)), finding.Int("days", int64(opts.Recent)), finding.Int("usual", int64(max(usual, median)))},
		})
	}
	return found, nil
}

// greater reports whether a*b > c*d, exactly.
func greater(a, b, c, d uint64) bool {
	hi, lo := bits.Mul64(a, b)
	hi2, lo2 := bits.Mul64(c, d)
	return hi > hi2 || hi == hi2 && lo > lo2
}

func (o ReadingOptions) check(reads []Reads, asOf calendar.Day) error {
	v := checks{}
	v.must(asOf.Valid(), "as_of", "is no day")
	v.must(o.Recent > 0 && o.Recent <= 36500, "recent", "is outside 1 to 36500")
	v.must(o.Base > 0 && o.Base <= 36500, "base", "is outside 1 to 36500")
	v.must(o.Factor > 0 && o.Factor <= 1000, "factor", "is outside 1 to 1000")
	v.must(o.Least > 0, "least", "is below 1")
	for _, r := range reads {
		ok := validID(r.Actor, maxID) && r.Day.Valid() && r.Records >= 0 && r.Records <= 1e9
		if !ok {
			v.must(false, "reads", "have a row that breaks a rule")
			break
		}
	}
	return errors.Join(v.errs...)
}
