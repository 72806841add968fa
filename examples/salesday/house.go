package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/owner"
)

// house is what a host has already: its directory and its attendance system. It
// answers the three questions that the library asks about people: who works where
// (crm.Workforce), who decides (approval.Directory), and what somebody sees.
type house struct {
	month  month
	org    *access.Org
	office *calendar.Calendar
	trips  map[string][]cadence.Absence
	left   map[string]time.Time
}

func newHouse(m month) (*house, error) {
	var units []access.Unit
	for _, u := range m.Units {
		units = append(units, access.Unit{ID: u.ID, Parent: u.Parent, Name: u.Name.En, Zh: u.Name.Zh})
	}
	org, err := access.NewOrg(units, nil)
	if err != nil {
		return nil, err
	}
	office, err := calendar.Compile(calendar.Spec{Loc: shanghai, Years: calendar.China(),
		From: calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31),
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}}})
	return &house{month: m, org: org, office: office, trips: map[string][]cadence.Absence{}, left: map[string]time.Time{}}, err
}

// People implements crm.Workforce.
func (h *house) People(context.Context, time.Time, time.Time) ([]cadence.Unit, []cadence.Person, error) {
	var units []cadence.Unit
	for _, u := range h.month.Units {
		units = append(units, cadence.Unit{ID: u.ID, Parent: u.Parent, Head: u.Head})
	}
	var people []cadence.Person
	for _, p := range h.month.People {
		if p.Post == "program" {
			continue
		}
		people = append(people, cadence.Person{ID: p.ID, Cal: h.office, Absences: h.trips[p.ID], Units: []cadence.UnitSpan{{Unit: p.Unit}},
			Accounts: []cadence.Span{{From: h.month.Begins.UTC(), To: h.left[p.ID]}}})
	}
	return units, people, nil
}

// Role, Post, Unit and Manager implement approval.Directory.
func (h *house) Role(string) []string { return nil }

func (h *house) Post(code string) []string {
	return h.who(func(p person) bool { return p.Post == code })
}

func (h *house) Unit(code string) []string {
	return h.who(func(p person) bool { return p.Unit == code })
}

func (h *house) Manager(id string) string {
	p, _ := h.person(id)
	return p.Manager
}

var (
	_ crm.Workforce      = (*house)(nil)
	_ approval.Directory = (*house)(nil)
)

func (h *house) who(is func(person) bool) (ids []string) {
	for _, p := range h.month.People {
		if h.left[p.ID].IsZero() && is(p) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func (h *house) person(id string) (person, bool) {
	i := slices.IndexFunc(h.month.People, func(p person) bool { return p.ID == id })
	if i < 0 {
		return person{}, false
	}
	return h.month.People[i], true
}

// path returns the path of somebody's unit, such as lanhe/sales/east/.
func (h *house) path(id string) string {
	p, _ := h.person(id)
	path, _ := h.org.Path(p.Unit)
	return path
}

// staff is a colleague as a command takes one.
func (h *house) staff(id string) owner.Staff {
	if id == "" {
		return owner.Staff{}
	}
	return owner.Staff{ID: id, Path: h.path(id), Active: h.left[id].IsZero()}
}

// actor is a colleague as who asks, with what he may see.
func (h *house) actor(id string) (crm.Actor, error) {
	p, ok := h.person(id)
	if !ok {
		return crm.Actor{}, fmt.Errorf("nobody is called %q", id)
	}
	a := crm.Actor{ID: id}
	switch p.Sees {
	case "all":
		a.Sees = access.Everything()
	case "own": // and what anybody may claim
		below, _ := h.org.Subtree("pool")
		a.Sees = access.Scope{Owner: id, Units: []access.Range{below}}
	default:
		below, ok := h.org.Subtree(p.Sees)
		if !ok {
			return crm.Actor{}, fmt.Errorf("%s sees %q, which is no unit", id, p.Sees)
		}
		a.Sees = access.Scope{Owner: id, Units: []access.Range{below}}
	}
	return a, nil
}
