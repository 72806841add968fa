package account

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Options change what [Assess] takes for granted. The zero value is the default.
type Options struct {
	// ActiveDays is how many days after the last two-way contact a tie stays
	// active, the last of them included; 0 is 90.
	ActiveDays int `json:"active_days,omitzero"`
}

const (
	standardActiveDays = 90
	maxActiveDays      = 36500
)

// Map is the relationship map of one customer at an instant (关系图谱). It holds
// ids, codes and numbers, nothing personal.
type Map struct {
	Customer string    `json:"customer"`
	At       time.Time `json:"at"`

	People     []Person    `json:"people,omitempty"`     // the stakeholders at the instant, by id
	Colleagues []Colleague `json:"colleagues,omitempty"` // those of ours with a tie to one of them, by id
	Unmapped   []string    `json:"unmapped,omitempty"`   // contacts with a tie who are no stakeholders at the instant, by id; they count nowhere

	Power Coverage `json:"power"`
	// Support is the sum of influence times attitude over twice the sum of
	// influence, -1 to 1, in lowest terms (支持度). Absent where no attitude is known;
	// people of unknown attitude are in neither sum.
	Support money.Ratio `json:"support,omitzero"`
	Unrated int         `json:"unrated"` // people of unknown attitude

	OursActive   int       `json:"ours_active"`   // of ours with an active tie
	TheirsActive int       `json:"theirs_active"` // of theirs with one
	SingleThread bool      `json:"single_thread"` // at most one of ours, or at most one of theirs 单线联系
	Influence    int       `json:"influence"`     // of theirs with an active tie, summed
	BusFactor    BusFactor `json:"bus_factor"`
}

// Person is one stakeholder, with what we have to him.
type Person struct {
	Contact   string   `json:"contact"`
	Roles     []Role   `json:"roles,omitempty"`
	Power     bool     `json:"power,omitzero"` // one of the power people
	Influence int      `json:"influence"`
	Attitude  Attitude `json:"attitude,omitzero"`
	Depth     Depth    `json:"depth,omitzero"`   // of the deepest tie, active or not
	Active    []string `json:"active,omitempty"` // those of ours who are actively tied to him, by id
}

// Colleague is one of ours, with how many ties he has into the account.
type Colleague struct {
	Staff  string `json:"staff"`
	Ties   int    `json:"ties"`
	Active int    `json:"active"`
}

// Coverage is how many of the power people are actively tied to one of ours
// (权力人物覆盖率).
type Coverage struct {
	Named          int         `json:"named"` // power people
	Tied           int         `json:"tied"`
	NamedInfluence int         `json:"named_influence"`
	TiedInfluence  int         `json:"tied_influence"`
	Plain          money.Ratio `json:"plain,omitzero"`        // Tied/Named in lowest terms; absent where nobody is named
	ByInfluence    money.Ratio `json:"by_influence,omitzero"` // the same of their influence
	Untied         []string    `json:"untied,omitempty"`      // the others, by id
}

// Assess draws the map of a customer as of an instant, from all that is known of
// its people and of the ties to them, in any order. People whose view does not
// hold at the instant are left out.
//
// A tie is active iff its depth is 1 or more and the last two-way contact lies no
// more than ActiveDays days before the instant, by the days of the zone.
//
// ErrInvalid, for all at once with the place in Item: a stakeholder or tie breaks a
// rule (see [Stakeholder.Validate]), belongs to another customer, a contact is
// later than at; or at or zone is missing, ActiveDays below 0 or over 36,500.
// ErrDuplicate: two views of a person hold at the instant, a pair has two ties.
func Assess(customer string, people []Stakeholder, ties []Tie, at time.Time, zone *time.Location, opts Options) (Map, error) {
	if err := check(customer, people, ties, at, zone, opts); err != nil {
		return Map{}, err
	}
	m := Map{Customer: customer, At: at}
	for i := range people {
		if s := &people[i]; s.ValidAt(at) {
			m.People = append(m.People, Person{Contact: s.Contact, Roles: slices.Sorted(slices.Values(s.Roles)),
				Power: s.Power(), Influence: s.Influence, Attitude: s.Attitude})
		}
	}
	slices.SortFunc(m.People, func(a, b Person) int { return strings.Compare(a.Contact, b.Contact) })
	days := cmp.Or(opts.ActiveDays, standardActiveDays)
	today := calendar.DayOf(at, zone)
	m.tie(ties, func(t Tie) bool {
		return t.Depth >= Exploration && !t.LastTwoWay.IsZero() && today.Sub(calendar.DayOf(t.LastTwoWay, zone)) <= days
	})
	m.count()
	m.BusFactor = busFactor(m.People)
	return m, nil
}

func check(customer string, people []Stakeholder, ties []Tie, at time.Time, zone *time.Location, opts Options) error {
	all := problems{item: -1}
	all.check(validID(customer), "customer", notID)
	all.check(!at.IsZero(), "at", "is missing")
	all.check(zone != nil, "zone", "is missing")
	all.check(opts.ActiveDays >= 0 && opts.ActiveDays <= maxActiveDays, "active_days", "is below 0 or over 36500")
	errs := all.errs
	seen := map[string]bool{}
	for i := range people {
		p := problems{list: "people", item: i}
		people[i].validate(&p)
		p.check(people[i].Customer == customer, "customer", "is another")
		errs = append(errs, p.errs...)
		if !people[i].ValidAt(at) {
			continue
		}
		if seen[people[i].Contact] {
			errs = append(errs, refuse(ErrDuplicate, "people", i, "two views of one person hold"))
		}
		seen[people[i].Contact] = true
	}
	pairs := map[[2]string]bool{}
	for i := range ties {
		p := problems{list: "ties", item: i}
		ties[i].validate(&p, at)
		errs = append(errs, p.errs...)
		pair := [2]string{ties[i].Ours, ties[i].Theirs}
		if pairs[pair] {
			errs = append(errs, refuse(ErrDuplicate, "ties", i, "two ties of one pair"))
		}
		pairs[pair] = true
	}
	return errors.Join(errs...)
}

// tie adds the ties to people and colleagues.
func (m *Map) tie(ties []Tie, active func(Tie) bool) {
	colleagues := map[string]*Colleague{}
	for _, t := range ties {
		i, found := slices.BinarySearchFunc(m.People, t.Theirs, func(p Person, id string) int { return strings.Compare(p.Contact, id) })
		if !found {
			m.Unmapped = append(m.Unmapped, t.Theirs)
			continue
		}
		c := colleagues[t.Ours]
		if c == nil {
			c = &Colleague{Staff: t.Ours}
			colleagues[t.Ours] = c
		}
		c.Ties++
		m.People[i].Depth = max(m.People[i].Depth, t.Depth)
		if active(t) {
			c.Active++
			m.People[i].Active = append(m.People[i].Active, t.Ours)
		}
	}
	for i := range m.People {
		slices.Sort(m.People[i].Active)
	}
	for _, c := range colleagues {
		m.Colleagues = append(m.Colleagues, *c)
	}
	slices.SortFunc(m.Colleagues, func(a, b Colleague) int { return strings.Compare(a.Staff, b.Staff) })
	slices.Sort(m.Unmapped)
	m.Unmapped = slices.Compact(m.Unmapped)
}

// count computes the measures that go over people once.
func (m *Map) count() {
	var weighted, rated int
	for i := range m.People {
		p := &m.People[i]
		tied := len(p.Active) > 0
		if tied {
			m.TheirsActive++
			m.Influence += p.Influence
		}
		if p.Power {
			m.Power.add(p, tied)
		}
		if score, known := p.Attitude.Score(); known {
			weighted += p.Influence * score
			rated += p.Influence
		} else {
			m.Unrated++
		}
	}
	for _, c := range m.Colleagues {
		if c.Active > 0 {
			m.OursActive++
		}
	}
	m.SingleThread = m.OursActive <= 1 || m.TheirsActive <= 1
	m.Support = ratio(weighted, 2*rated)
	m.Power.Plain = ratio(m.Power.Tied, m.Power.Named)
	m.Power.ByInfluence = ratio(m.Power.TiedInfluence, m.Power.NamedInfluence)
}

func (c *Coverage) add(p *Person, tied bool) {
	c.Named++
	c.NamedInfluence += p.Influence
	if tied {
		c.Tied++
		c.TiedInfluence += p.Influence
	} else {
		c.Untied = append(c.Untied, p.Contact)
	}
}

// ratio returns num/den in lowest terms, and none where den is 0.
func ratio(num, den int) money.Ratio {
	if den == 0 {
		return money.Ratio{}
	}
	return money.Ratio{Num: int64(num), Den: int64(den)}.Reduce()
}
