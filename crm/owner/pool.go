package owner

import (
	"errors"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// PoolRule says when customers go back to a pool (回收规则). A condition whose
// number is 0 is not asked. A number of days n is over at the end of the n-th day
// after the day it counts from.
type PoolRule struct {
	ID         string   `json:"id"`
	Pool       string   `json:"pool"`                 // id of the pool 公海
	Path       string   `json:"path,omitzero"`        // of the pool's unit
	Classes    []string `json:"classes,omitempty"`    // of customers to whom the rule applies; none: of any class
	Categories []string `json:"categories,omitempty"` // their sales categories; none: any

	NoActionDays  int  `json:"no_action_days,omitzero"` // days since the last counted action 未跟进
	NoDealDays    int  `json:"no_deal_days,omitzero"`   // days since the last deal 未成交
	NoDealMonths  int  `json:"no_deal_months,omitzero"` // the same in months, clamped to the month's end
	AfterContract int  `json:"after_contract,omitzero"` // days since the last day of the contract 合同到期
	OwnerLeft     bool `json:"owner_left,omitzero"`     // at the instant at which the owner leaves 负责人离职
	All           bool `json:"all,omitzero"`            // all conditions asked have to be over; else any one
}

// PoolPolicy is the recycle rules of a company (公海制度). The first rule that
// applies to a customer counts; a customer to whom none applies stays.
type PoolPolicy struct {
	Zone     *time.Location `json:"-"` // says which day an instant lies on; always needed
	Rules    []PoolRule     `json:"rules"`
	WarnDays []int          `json:"warn_days,omitempty"` // how many days before the last day warnings are due, such as 7, 3, 1
}

// Validate reports everything wrong with p, joined: no zone, a rule without id,
// pool or condition, an id given twice, a number below 0 or over a hundred years.
func (p PoolPolicy) Validate() error {
	var found problems
	found.check(p.Zone != nil, "zone", -1, "is missing")
	for i, r := range p.Rules {
		found.check(validID(r.ID), "rules", i, "id "+notID)
		found.check(validID(r.Pool), "rules", i, "pool "+notID)
		found.check(validText(r.Path), "rules", i, "path "+notID)
		inRange := countOfDays(r.NoActionDays) && countOfDays(r.NoDealDays) && countOfDays(r.AfterContract) &&
			r.NoDealMonths >= 0 && r.NoDealMonths <= maxDays/30
		found.check(inRange, "rules", i, "a number is below 0 or over a hundred years")
		asks := r.NoActionDays > 0 || r.NoDealDays > 0 || r.NoDealMonths > 0 || r.AfterContract > 0 || r.OwnerLeft
		found.check(asks, "rules", i, "asks for nothing")
		twice := slices.ContainsFunc(p.Rules[:i], func(q PoolRule) bool { return q.ID == r.ID })
		found.check(!twice, "rules", i, "id given twice")
	}
	for i, n := range p.WarnDays {
		found.check(countOfDays(n), "warn_days", i, outOfDays)
	}
	return found.join()
}

// Exemption is why a customer stays whatever the rules say (豁免). The zero value
// is none.
type Exemption uint8

const (
	KeyAccount      Exemption = iota + 1 // a key account 大客户
	OpenOpportunity                      // an opportunity has come far enough 商机推进中
	Receivable                           // money is owed to us 有应收款
	Extension                            // somebody approved more time 已批准延期
	OpenDispute                          // a dispute is open; found in the holding 争议中
)

var exemptions = enum.New[Exemption]("exempt", unknown, enum.Names{{}, {"key-account", "大客户"}, {"open-opportunity", "商机推进中"}, {"receivable", "有应收款"},
	{"extension", "已批准延期"}, {"open-dispute", "争议中"}})

// String returns the code, "" for none and ? for a number that is no exemption.
func (x Exemption) String() string { return exemptions.Code(x) }

// Zh returns the Chinese name, "" for none and ? for a number that is no exemption.
func (x Exemption) Zh() string { return exemptions.Zh(x) }

// MarshalText writes the form of String; a number that is no exemption is ErrInvalid.
func (x Exemption) MarshalText() ([]byte, error) { return exemptions.Marshal(x) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (x *Exemption) UnmarshalText(text []byte) error { return exemptions.Unmarshal(x, text) }

// Condition is one thing that a [PoolRule] asks for (回收条件). The zero value is
// none.
type Condition uint8

const (
	NoAction    Condition = iota + 1 // no counted action for too long 未跟进
	NoDeal                           // no deal for too long 未成交
	ContractEnd                      // the contract ended too long ago 合同到期
	OwnerLeft                        // the owner has left 负责人离职
)

var conditions = enum.New[Condition]("condition", unknown, enum.Names{
	{}, {"no-action", "未跟进"}, {"no-deal", "未成交"}, {"contract-end", "合同到期"}, {"owner-left", "负责人离职"},
})

// String returns the code, "" for none and ? for a number that is no condition.
// It serves as Code of the release.
func (c Condition) String() string { return conditions.Code(c) }

// Zh returns the Chinese name, "" for none and ? for a number that is no condition.
func (c Condition) Zh() string { return conditions.Zh(c) }

// MarshalText writes the form of String; a number that is no condition is ErrInvalid.
func (c Condition) MarshalText() ([]byte, error) { return conditions.Marshal(c) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (c *Condition) UnmarshalText(text []byte) error { return conditions.Unmarshal(c, text) }

// Facts is what the rules ask about one customer.
type Facts struct {
	Holding     Holding      `json:"holding"`
	Class       string       `json:"class,omitzero"`        // such as A
	Category    string       `json:"category,omitzero"`     // the sales category
	LastAction  time.Time    `json:"last_action,omitzero"`  // the last action that counts; zero for none
	LastDeal    time.Time    `json:"last_deal,omitzero"`    // zero for none
	ContractEnd calendar.Day `json:"contract_end,omitzero"` // the last day of the contract that ends last; zero for none
	OwnerLeft   time.Time    `json:"owner_left,omitzero"`   // when the owner left; zero while he is here
	Exempt      []Exemption  `json:"exempt,omitempty"`
}

// Cause is a condition of the rule with its dates.
type Cause struct {
	Condition Condition    `json:"condition"`
	Base      calendar.Day `json:"base"` // the day it counts from
	Due       time.Time    `json:"due"`  // when it is over
}

// Recycling is what the rules say about one customer at an instant (回收判定).
type Recycling struct {
	Recycle  bool           `json:"recycle"`            // the customer goes to the pool now
	Rule     string         `json:"rule,omitzero"`      // id of the rule that applies; "" for none
	Pool     string         `json:"pool,omitzero"`      // of that rule
	Path     string         `json:"path,omitzero"`      // of that rule
	Due      time.Time      `json:"due,omitzero"`       // when he goes if nothing happens; zero for never
	LastDay  calendar.Day   `json:"last_day,omitzero"`  // the local day that ends at Due, or in which Due lies
	Warnings []calendar.Day `json:"warnings,omitempty"` // on which days to warn, in order; none once he goes
	Causes   []Cause        `json:"causes,omitempty"`   // what is over at the instant
	Exempt   []Exemption    `json:"exempt,omitempty"`   // why he stays though he is due, or would be
}

// Recycle decides whether a customer goes back to a pool at an instant, and when
// he would (公海回收). [Policy.Release] makes the entry of it.
//
// No condition counts from a day before the present owner had the customer: else
// who takes one from a pool would lose him at once. Nothing is due before the end
// of the owner's protection. A customer without an owner, or to whom no rule
// applies, is never due; neither is one with an exemption, or with an open dispute.
//
// ErrInvalid: p is not valid, at is missing, the holding's Since is, an exemption
// is unknown.
func (p PoolPolicy) Recycle(f Facts, at time.Time) (Recycling, error) {
	if err := errors.Join(p.Validate(), f.validate(at)); err != nil {
		return Recycling{}, err
	}
	i := slices.IndexFunc(p.Rules, func(r PoolRule) bool { return r.applies(f) })
	if i < 0 || f.Holding.Owner == "" {
		return Recycling{}, nil
	}
	r := p.Rules[i]
	out := Recycling{Rule: r.ID, Pool: r.Pool, Path: r.Path, Exempt: slices.Clone(f.Exempt)}
	if f.Holding.Disputed() {
		out.Exempt = append(out.Exempt, OpenDispute)
	}
	causes, asked := p.causes(r, f)
	due, ok := combine(causes, asked, r.All)
	if !ok {
		return out, nil
	}
	if f.Holding.ProtectedUntil.After(due) {
		due = f.Holding.ProtectedUntil
	}
	for _, c := range causes {
		if !c.Due.After(at) {
			out.Causes = append(out.Causes, c)
		}
	}
	if len(out.Exempt) > 0 {
		return out, nil
	}
	out.Due = due
	out.LastDay = calendar.DayOf(due.Add(-time.Microsecond), p.Zone)
	if out.Recycle = !due.After(at); !out.Recycle {
		out.Warnings = p.warnings(out.LastDay)
	}
	return out, nil
}

func (f Facts) validate(at time.Time) error {
	var p problems
	p.check(!at.IsZero(), "at", -1, "is missing")
	p.check(f.Holding.Owner == "" || !f.Holding.Since.IsZero(), "since", -1, "is missing")
	for i, x := range f.Exempt {
		p.check(exemptions.Valid(x), "exempt", i, "unknown")
	}
	return p.join()
}

func (r PoolRule) applies(f Facts) bool {
	return (len(r.Classes) == 0 || slices.Contains(r.Classes, f.Class)) &&
		(len(r.Categories) == 0 || slices.Contains(r.Categories, f.Category))
}

// causes returns the conditions of r that have a date, and how many it asks for.
func (p PoolPolicy) causes(r PoolRule, f Facts) (causes []Cause, asked int) {
	since := calendar.DayOf(f.Holding.Since, p.Zone)
	from := func(t time.Time) calendar.Day {
		if t.IsZero() {
			return since
		}
		return max(since, calendar.DayOf(t, p.Zone))
	}
	add := func(c Condition, base, last calendar.Day) {
		causes = append(causes, Cause{c, base, (last + 1).Start(p.Zone).UTC()})
	}
	if r.NoActionDays > 0 {
		asked++
		base := from(f.LastAction)
		add(NoAction, base, base+calendar.Day(r.NoActionDays))
	}
	if r.NoDealDays > 0 {
		asked++
		base := from(f.LastDeal)
		add(NoDeal, base, base+calendar.Day(r.NoDealDays))
	}
	if r.NoDealMonths > 0 {
		asked++
		base := from(f.LastDeal)
		add(NoDeal, base, base.AddMonths(r.NoDealMonths))
	}
	if r.AfterContract > 0 {
		asked++
		if f.ContractEnd.Valid() {
			base := max(since, f.ContractEnd)
			add(ContractEnd, base, base+calendar.Day(r.AfterContract))
		}
	}
	if r.OwnerLeft {
		asked++
		if !f.OwnerLeft.IsZero() {
			causes = append(causes, Cause{OwnerLeft, calendar.DayOf(f.OwnerLeft, p.Zone), f.OwnerLeft})
		}
	}
	return causes, asked
}

// combine returns when the first of the causes is over, or, where all are asked
// for, the last; false where that is never.
func combine(causes []Cause, asked int, all bool) (due time.Time, ok bool) {
	if len(causes) == 0 || all && len(causes) < asked {
		return due, false
	}
	due = causes[0].Due
	for _, c := range causes[1:] {
		if all && c.Due.After(due) || !all && c.Due.Before(due) {
			due = c.Due
		}
	}
	return due, true
}

// warnings returns the days to warn on before the last day, in order, each once.
func (p PoolPolicy) warnings(last calendar.Day) []calendar.Day {
	var days []calendar.Day
	for _, n := range p.WarnDays {
		if d := last - calendar.Day(n); d.Valid() {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}
