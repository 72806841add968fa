package tier

import (
	"math"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Programme is a tier policy, or several that follow each other, ready to be asked
// (会员等级方案). It never changes and can be used by several goroutines at once.
type Programme struct {
	zone     *time.Location
	policies []Policy
	rules    []rule
	codes    []string // every code of any version; a code's place here is its number
}

// rule is a Policy in integers.
type rule struct {
	from     int64 // in force from here on
	policy   *Policy
	rolling  bool
	yearly   bool // periods, or reviews, count from the day of enrolment
	months   int  // length of the window
	cadence  int  // months between reviews, 0 for every day
	offset   int  // months from January to the first month
	any      bool
	atOnce   bool
	needs    []Totals
	floors   []floor // rising
	numbers  []int16 // code number of each tier
	tiers    []int16 // tier of each code number, -1 for none
	minStill int64   // younger events are inside a rolling window
	maxStill int64   // older ones are outside
}

type floor struct {
	tier int16
	need Totals
}

// New makes a programme of policies in the order in which they come into force,
// with rising Version and From. Days and months are those of the zone's clocks; nil
// is UTC. A tier is the same in two versions if it has the same code, and a version
// has to have, or replace, every tier of the one before.
//
// A policy decides what happens while it is in force, reviews of what was bought
// before included. When it comes into force it raises whoever reaches more by it;
// nobody is lowered before its first review.
//
// ErrInvalid says everything that is wrong: with a policy ([Policy.Validate]), with
// their order, or with a tier that gets lost.
func New(zone *time.Location, policies ...Policy) (*Programme, error) {
	if zone == nil {
		zone = time.UTC
	}
	var found problems
	found.check(len(policies) > 0, "policies", -1, "", "there is none")
	for i := range policies {
		if err := policies[i].Validate(); err != nil {
			found = append(found, err)
		}
		if i > 0 {
			found.check(policies[i].Version > policies[i-1].Version, "policies.version", i, "", "does not rise")
			found.check(policies[i].From > policies[i-1].From, "policies.from", i, "", "does not rise")
			for _, t := range policies[i-1].Tiers {
				found.check(policies[i].successor(t.Code) >= 0, "policies.tiers", i, t.Code, "is gone and nothing replaces it")
			}
		}
	}
	if err := found.join(); err != nil {
		return nil, err
	}
	p := &Programme{zone: zone, policies: copies(policies)}
	for i := range p.policies {
		for _, t := range p.policies[i].Tiers {
			if !slices.Contains(p.codes, t.Code) {
				p.codes = append(p.codes, t.Code)
			}
		}
	}
	for i := range p.policies {
		p.rules = append(p.rules, p.compile(i))
	}
	return p, nil
}

// successor returns the tier that a code of an earlier version stands for, or -1.
func (p *Policy) successor(code string) int {
	if i := p.tier(code); i >= 0 {
		return i
	}
	return slices.IndexFunc(p.Tiers, func(t Tier) bool { return slices.Contains(t.Replaces, code) })
}

// copies keeps what the caller does to its slices out of the programme.
func copies(policies []Policy) []Policy {
	all := slices.Clone(policies)
	for i := range all {
		all[i].Tiers = slices.Clone(all[i].Tiers)
		all[i].Floors = slices.Clone(all[i].Floors)
		for j := range all[i].Tiers {
			t := &all[i].Tiers[j]
			t.Benefits, t.Replaces = slices.Clone(t.Benefits), slices.Clone(t.Replaces)
		}
	}
	return all
}

const dayMicros = int64(24 * time.Hour / time.Microsecond)

func (p *Programme) compile(version int) rule {
	policy := &p.policies[version]
	w := policy.Window
	r := rule{
		from: math.MinInt64, policy: policy, months: w.months(), rolling: w.Kind == Rolling,
		any: policy.Combine == Any, atOnce: policy.Upgrade == AtOnce,
	}
	if version > 0 {
		r.from = p.start(policy.From)
	}
	r.offset = max(int(w.FirstMonth)-1, 0)
	r.cadence, r.yearly = r.months, w.Kind == Anniversary
	if r.rolling {
		r.cadence = []int{0, 1, 3, 6, 12, 12}[policy.Reviews]
		r.yearly = policy.Reviews == EveryAnniversary
	}
	// Months are at most three days off the average, and changes of the clocks two.
	r.minStill, r.maxStill = int64(r.months*365/12-5)*dayMicros, int64(r.months*366/12+5)*dayMicros
	r.tiers = slices.Repeat([]int16{-1}, len(p.codes))
	for i, t := range policy.Tiers {
		r.needs = append(r.needs, t.Need)
		r.numbers = append(r.numbers, p.number(t.Code))
		r.tiers[p.number(t.Code)] = int16(i)
	}
	for _, f := range policy.Floors {
		r.floors = append(r.floors, floor{int16(policy.tier(f.Tier)), f.Need})
	}
	slices.SortFunc(r.floors, func(a, b floor) int { return int(a.tier - b.tier) })
	if version > 0 {
		for number, tier := range p.rules[version-1].tiers {
			if tier >= 0 {
				// Of a tier that was replaced versions ago, the heir's heir.
				code := p.policies[version-1].Tiers[tier].Code
				if r.tiers[number] < 0 {
					r.tiers[number] = int16(policy.successor(code))
				}
			}
		}
	}
	return r
}

// number returns the place of a code in p.codes, or -1.
func (p *Programme) number(code string) int16 {
	return int16(slices.Index(p.codes, code))
}

// made is an error for a programme that is none: New has not made it.
func (p *Programme) made() error {
	if p == nil || len(p.rules) == 0 {
		return refuse(ErrInvalid, "programme", -1, "", "is not made by New")
	}
	return nil
}

// Policy returns the policy in force at an instant, the zero Policy of a zero Programme.
// Its slices are the programme's own: do not change them.
func (p *Programme) Policy(at time.Time) Policy {
	if p.made() != nil {
		return Policy{}
	}
	return p.policies[p.ruleAt(at.UnixMicro())]
}

// Asks returns which measures any of the policies asks for, of a tier or a floor: 1
// where it does and 0 where it does not. Events need not bring the others.
func (p *Programme) Asks() Totals {
	var asked Totals
	ask := func(need Totals) {
		asked.Points = max(asked.Points, min(need.Points, 1))
		asked.Spend = max(asked.Spend, min(need.Spend, 1))
		asked.Visits = max(asked.Visits, min(need.Visits, 1))
	}
	for i := range p.policies {
		for _, t := range p.policies[i].Tiers {
			ask(t.Need)
		}
		for _, f := range p.policies[i].Floors {
			ask(f.Need)
		}
	}
	return asked
}

func (p *Programme) ruleAt(t int64) int {
	i := len(p.rules) - 1
	for p.rules[i].from > t {
		i--
	}
	return i
}

// earned returns the tier that the totals of a window reach.
func (r *rule) earned(have *Totals) int16 {
	for i := len(r.needs) - 1; i > 0; i-- {
		if reached(&r.needs[i], have, r.any) {
			return int16(i)
		}
	}
	return 0
}

// floor returns the tier that the totals of a lifetime keep, 0 where none.
func (r *rule) floor(life *Totals) int16 {
	for i := len(r.floors) - 1; i >= 0; i-- {
		if reached(&r.floors[i].need, life, r.any) {
			return r.floors[i].tier
		}
	}
	return 0
}

// below returns the tier one step down, past those that only grants give.
func (r *rule) below(tier int16) int16 {
	for tier--; tier > 0 && r.needs[tier].IsZero(); tier-- {
	}
	return max(tier, 0)
}

// start returns the first instant of a day in microseconds since 1970.
func (p *Programme) start(d calendar.Day) int64 {
	if !d.Valid() {
		return never
	}
	return d.Start(p.zone).UnixMicro()
}
