package rule

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// A reference implementation of the language, written from the package comment
// and sharing nothing with the reader, the compiler and the kernel: it walks the
// decoded JSON of encoding/json, compares numbers as rationals, counts days with
// package time, and where a filter is unknown tries every integer that the
// measure can be.

// person is a customer as the reference sees one; an absent key is missing.
type person struct {
	attributes map[string]any // *big.Rat, string, bool, time.Time, []string
	events     map[string][]happening
}

type happening struct {
	day        time.Time
	attributes map[string]any
}

func dayTime(d calendar.Day) time.Time { return d.Start(nil) }

func daysFrom(a, b time.Time) int64 { return int64(b.Sub(a) / (24 * time.Hour)) }

type oracle struct {
	set  map[string]any
	who  person
	asOf time.Time
}

// condition decides about the attributes, the customer's or an event's.
func (r oracle) condition(c map[string]any, attributes map[string]any) Truth {
	if list, ok := c["all"]; ok {
		return -r.any(list.([]any), attributes, -1)
	}
	if list, ok := c["any"]; ok {
		return r.any(list.([]any), attributes, 1)
	}
	if part, ok := c["not"]; ok {
		return -r.condition(part.(map[string]any), attributes)
	}
	if name, ok := c["segment"]; ok {
		return r.condition(r.set[name.(string)].(map[string]any), attributes)
	}
	if name, ok := c["attribute"]; ok {
		return r.attribute(c, attributes[name.(string)])
	}
	return r.event(c)
}

// any is true where a part is, false where all are; sign -1 turns the parts
// around, which by De Morgan serves all.
func (r oracle) any(parts []any, attributes map[string]any, sign Truth) Truth {
	falses := 0
	for _, part := range parts {
		switch sign * r.condition(part.(map[string]any), attributes) {
		case True:
			return True
		case False:
			falses++
		}
	}
	if falses == len(parts) {
		return False
	}
	return Unknown
}

func (r oracle) attribute(c map[string]any, v any) Truth {
	if exists, ok := c["exists"]; ok {
		return truthOf((v != nil) == exists.(bool))
	}
	if v == nil {
		return Unknown
	}
	if age, ok := c["daysAgo"]; ok {
		return truthOf(compares(age.(map[string]any), new(big.Rat).SetInt64(daysFrom(v.(time.Time), r.asOf))))
	}
	return truthOf(compares(c, v))
}

// compares holds a value against the operator in c.
func compares(c map[string]any, v any) bool {
	for op, literal := range c {
		switch op {
		case "eq":
			return order(v, literal) == 0
		case "ne":
			return order(v, literal) != 0
		case "lt":
			return order(v, literal) < 0
		case "le":
			return order(v, literal) <= 0
		case "gt":
			return order(v, literal) > 0
		case "ge":
			return order(v, literal) >= 0
		case "between":
			ends := literal.([]any)
			return order(v, ends[0]) >= 0 && order(v, ends[1]) <= 0
		case "in":
			for _, each := range literal.([]any) {
				if order(v, each) == 0 {
					return true
				}
			}
			return false
		case "prefix":
			return strings.HasPrefix(v.(string), literal.(string))
		case "contains":
			if tags, ok := v.([]string); ok {
				return strings.Contains(" "+strings.Join(tags, " ")+" ", " "+literal.(string)+" ")
			}
			return strings.Contains(v.(string), literal.(string))
		}
	}
	panic(fmt.Sprint("no operator in ", c))
}

func order(v, literal any) int {
	switch v := v.(type) {
	case *big.Rat:
		r, _ := new(big.Rat).SetString(string(literal.(json.Number)))
		return v.Cmp(r)
	case string:
		return strings.Compare(v, literal.(string))
	case time.Time:
		day, err := time.Parse(time.DateOnly, literal.(string))
		if err != nil {
			panic(err)
		}
		return v.Compare(day)
	}
	if v == literal {
		return 0
	}
	return 1
}

func (r oracle) event(c map[string]any) Truth {
	var sure, all []happening
	for _, h := range r.who.events[c["event"].(string)] {
		if !h.day.Before(r.asOf) || !r.within(c["within"], h.day) {
			continue
		}
		truth := True
		if where, ok := c["where"]; ok {
			truth = r.condition(where.(map[string]any), h.attributes)
		}
		if truth > False {
			all = append(all, h)
		}
		if truth == True {
			sure = append(sure, h)
		}
	}
	unit := big.NewRat(1, 1)
	if test, ok := c["count"].(map[string]any); ok {
		return every(test, big.NewRat(int64(len(sure)), 1), big.NewRat(int64(len(all)), 1), unit)
	}
	if test, ok := c["sum"].(map[string]any); ok {
		lo, hi := new(big.Rat), new(big.Rat)
		for _, h := range all {
			n, ok := h.attributes[test["of"].(string)].(*big.Rat)
			if !ok {
				return Unknown
			}
			certain := false
			for _, s := range sure {
				certain = certain || fmt.Sprintf("%p", s.attributes) == fmt.Sprintf("%p", h.attributes)
			}
			if certain || n.Sign() < 0 {
				lo.Add(lo, n)
			}
			if certain || n.Sign() > 0 {
				hi.Add(hi, n)
			}
		}
		if test["of"] == "price" {
			unit = big.NewRat(1, 100)
		}
		return every(test, lo, hi, unit)
	}
	if len(sure) == 0 {
		return Unknown
	}
	age := func(list []happening, last bool) *big.Rat {
		best := daysFrom(list[0].day, r.asOf)
		for _, h := range list {
			if days := daysFrom(h.day, r.asOf); last && days < best || !last && days > best {
				best = days
			}
		}
		return new(big.Rat).SetInt64(best)
	}
	if test, ok := c["firstDaysAgo"].(map[string]any); ok {
		return every(test, age(sure, false), age(all, false), unit)
	}
	return every(c["lastDaysAgo"].(map[string]any), age(all, true), age(sure, true), unit)
}

// every tries all numbers from lo to hi in steps of unit.
func every(test map[string]any, lo, hi, unit *big.Rat) Truth {
	yes, no := false, false
	for x := new(big.Rat).Set(lo); x.Cmp(hi) <= 0; x.Add(x, unit) {
		if compares(test, x) {
			yes = true
		} else {
			no = true
		}
	}
	switch {
	case yes && no:
		return Unknown
	case yes:
		return True
	}
	return False
}

func (r oracle) within(window any, day time.Time) bool {
	w, _ := window.(map[string]any)
	if days, ok := w["days"]; ok {
		n, _ := days.(json.Number).Int64()
		return daysFrom(day, r.asOf) <= n
	}
	if months, ok := w["months"]; ok {
		n, _ := months.(json.Number).Int64()
		year, month, date := r.asOf.Date()
		first := time.Date(year, month-time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		length := first.AddDate(0, 1, -1).Day()
		return !day.Before(first.AddDate(0, 0, min(date, length)-1))
	}
	if from, ok := w["from"]; ok && order(day, from) < 0 {
		return false
	}
	before, ok := w["before"]
	return !ok || order(day, before) < 0
}
