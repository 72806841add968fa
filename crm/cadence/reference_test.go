package cadence_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
)

// plain is the rules as a loop over days, without tables, folds or shortcuts. It takes
// one zone, and rules in which every number is stated.
type plain struct {
	book  *cadence.Book
	facts cadence.Facts
	until calendar.Day // the last day that has ended
	out   []string
	owed  map[cadence.Rule]int // of the log-ins, in all
}

func (p *plain) run() []string {
	p.owed = map[cadence.Rule]int{}
	for _, person := range p.facts.People {
		p.daily(person)
		p.weekly(person)
		p.idle(person)
	}
	for _, r := range p.facts.Records {
		p.record(r)
	}
	slices.Sort(p.out)
	return p.out
}

func (p *plain) report(code, subject, owner string, due calendar.Day, step, owed, done int) {
	p.out = append(p.out, fmt.Sprint(code, " ", subject, " ", owner, " ", due, " ", step, " ", owed, " ", done))
}

// lines writes findings in the form of the reference.
func lines(findings []cadence.Finding) (out []string) {
	for _, f := range findings {
		if f.Rule != cadence.RuleEvidence {
			out = append(out, fmt.Sprint(f.Code, " ", f.Subject, " ", f.Owner, " ", f.Due, " ", f.Step, " ", f.Owed, " ", f.Done))
		}
	}
	slices.Sort(out)
	return out
}

func begins(d calendar.Day) time.Time { return d.Start(shanghai) }
func ends(d calendar.Day) time.Time   { return d.Start(shanghai).AddDate(0, 0, 1) }
func lastly(d calendar.Day) time.Time { return ends(d).Add(-time.Microsecond) }

func hasAccount(p cadence.Person, at time.Time) bool {
	return slices.ContainsFunc(p.Accounts, func(s cadence.Span) bool { return !at.Before(s.From) && (s.To.IsZero() || at.Before(s.To)) })
}

func (p *plain) person(id string) cadence.Person {
	return p.facts.People[slices.IndexFunc(p.facts.People, func(x cadence.Person) bool { return x.ID == id })]
}

func unitAt(p cadence.Person, at time.Time) string {
	unit := ""
	for _, s := range p.Units {
		if !s.From.After(at) && (s.To.IsZero() || at.Before(s.To)) {
			unit = s.Unit
		}
	}
	return unit
}

// place returns the unit of a person, or the last one that he was in.
func place(p cadence.Person, at time.Time) string {
	last := ""
	for _, s := range p.Units {
		if !s.From.After(at) {
			last = s.Unit
		}
	}
	return last
}

func (p *plain) rulesAt(unit string, at time.Time) *cadence.Rules {
	policy, ok := p.book.At(unit, at)
	if !ok {
		return nil
	}
	return &policy.Rules
}

func status(p cadence.Person, d calendar.Day) cadence.Status {
	open := false
	for _, s := range p.Accounts {
		open = open || calendar.DayOf(s.From, shanghai) < d && (s.To.IsZero() || d < calendar.DayOf(s.To, shanghai))
	}
	if !open {
		return cadence.NoAccount
	}
	shifts, _ := p.Cal.Shifts(d)
	if len(shifts) == 0 {
		shifts = []calendar.Span{{From: begins(d), To: ends(d)}}
	}
	for _, kind := range []cadence.AbsenceKind{cadence.Leave, cadence.Travel} {
		if !slices.ContainsFunc(p.Absences, func(a cadence.Absence) bool {
			return a.Kind == kind && a.From.Before(ends(d)) && begins(d).Before(a.To)
		}) {
			continue
		}
		covered, whole := 0, 0
		for _, s := range shifts {
			for at := s.From; at.Before(s.To); at = at.Add(30 * time.Minute) { // all times of the tests are half hours
				whole++
				if slices.ContainsFunc(p.Absences, func(a cadence.Absence) bool { return a.Kind == kind && !at.Before(a.From) && at.Before(a.To) }) {
					covered++
				}
			}
		}
		if 2*covered >= whole {
			return map[cadence.AbsenceKind]cadence.Status{cadence.Leave: cadence.OnLeave, cadence.Travel: cadence.OnTravel}[kind]
		}
	}
	return cadence.AtOffice
}

func isWorked(p cadence.Person, d calendar.Day) bool {
	work, _ := p.Cal.WorkedOn(d)
	return work > 0
}

func loginsOn(p cadence.Person, d calendar.Day) (n, working int) {
	for _, at := range p.Logins {
		if calendar.DayOf(at, shanghai) == d {
			n++
			if yes, _ := p.Cal.Working(at); yes {
				working++
			}
		}
	}
	return n, working
}

func (p *plain) first(person cadence.Person) calendar.Day {
	return calendar.DayOf(person.Accounts[0].From, shanghai)
}

func (p *plain) daily(person cadence.Person) {
	for d := p.first(person); d <= p.until; d++ {
		rules := p.rulesAt(unitAt(person, lastly(d)), lastly(d))
		if rules == nil || rules.Login.Off || status(person, d) != cadence.AtOffice || !isWorked(person, d) {
			continue
		}
		p.owed[cadence.RuleLogin]++
		n, working := loginsOn(person, d)
		if rules.Login.Window == cadence.WorkingHours {
			n = working
		}
		if n == 0 {
			p.report("CAD-L1", person.ID, person.ID, d, 0, 1, 0)
		}
	}
}

func (p *plain) weekly(person cadence.Person) {
	monday := p.first(person)
	for begins(monday).Weekday() != time.Monday {
		monday--
	}
	for ; monday <= p.until; monday += 7 {
		var trip []calendar.Day
		travelled, workdays := 0, 0
		for d := monday; d < monday+7; d++ {
			if isWorked(person, d) {
				workdays++
			}
			if status(person, d) == cadence.OnTravel {
				trip = append(trip, d)
				if isWorked(person, d) {
					travelled++
				}
			}
		}
		if travelled == 0 || trip[len(trip)-1] > p.until {
			continue
		}
		due := trip[len(trip)-1]
		rules := p.rulesAt(unitAt(person, lastly(due)), lastly(due))
		if rules == nil || rules.Travel.Off {
			continue
		}
		owed := rules.Travel.PerWeek * travelled / workdays
		if owed*workdays < rules.Travel.PerWeek*travelled {
			owed++
		}
		done := 0
		for d := trip[0]; d <= due; d++ {
			n, _ := loginsOn(person, d)
			if rules.Travel.DistinctDays {
				n = min(n, 1)
			}
			done += n
		}
		p.owed[cadence.RuleTravel]++
		if owed = min(owed, travelled); done < owed {
			p.report("CAD-L2", person.ID, person.ID, due, 0, owed, done)
		}
	}
}

// idle counts the days since the last log-in and reports at each multiple.
func (p *plain) idle(person cadence.Person) {
	run, total, step := 0, 0, 0
	for d := p.first(person); d <= p.until; d++ {
		rules := p.rulesAt(unitAt(person, lastly(d)), lastly(d))
		st := status(person, d)
		n, _ := loginsOn(person, d)
		if rules == nil || rules.Idle.Off || st == cadence.NoAccount || n > 0 {
			run, total, step = 0, 0, 0
			continue
		}
		counts := rules.Idle.Basis == cadence.StrictDays || st != cadence.OnLeave
		if rules.Idle.Basis == cadence.WorkingDays {
			counts = counts && isWorked(person, d)
		}
		if !counts {
			continue
		}
		run++
		if run >= rules.Idle.Days {
			total, step, run = total+run, step+1, 0
			p.report("CAD-L3", person.ID, person.ID, d, step, total, 0)
		}
	}
}

func holderAt(r cadence.Record, at time.Time) string {
	for _, s := range r.Owners {
		if !s.From.After(at) && (s.To.IsZero() || at.Before(s.To)) {
			return s.Owner
		}
	}
	return ""
}

// bindingOf returns the rules of who holds the record, or else of its unit.
func (p *plain) bindingOf(r cadence.Record, at time.Time) *cadence.Rules {
	if id := holderAt(r, at); id != "" {
		return p.rulesAt(place(p.person(id), at), at)
	}
	return p.rulesAt(r.Unit, at)
}

// owner returns who owes, "" for nobody.
func (p *plain) owner(r cadence.Record, begin, due calendar.Day, grace int) string {
	at := lastly(due)
	holder := holderAt(r, at)
	whole := 0
	for d := due; ; d-- { // the same held it the whole day
		same := true
		for at := begins(d); at.Before(ends(d)); at = at.Add(30 * time.Minute) {
			same = same && holderAt(r, at) == holder
		}
		if !same || begins(d).Before(r.Opened.AddDate(-1, 0, 0)) {
			break
		}
		whole++
	}
	alone := true
	for _, s := range r.Owners {
		alone = alone && s.Owner == holder
	}
	first := len(r.Owners) > 0 && holderAt(r, r.Owners[0].From) == holder && !slices.ContainsFunc(r.Owners, func(s cadence.OwnerSpan) bool {
		return s.Owner != holder && !s.From.After(at)
	})
	if whole < grace && !alone && !first {
		best, most, latest := holder, 0, time.Time{}
		for _, s := range r.Owners {
			if s.Owner == "" || !hasAccount(p.person(s.Owner), at) {
				continue
			}
			n, last := 0, time.Time{}
			for d := begin + 1; d <= due; d++ {
				if holderAt(r, lastly(d)) == s.Owner {
					n++
				}
			}
			for _, other := range r.Owners {
				if other.Owner == s.Owner {
					last = other.From
				}
			}
			if n > most || n == most && n > 0 && last.After(latest) {
				best, most, latest = s.Owner, n, last
			}
		}
		holder = best
	}
	if holder != "" && !hasAccount(p.person(holder), at) {
		return ""
	}
	return holder
}

// decide returns who owes what is due on a day, and by when after leave.
func (p *plain) decide(r cadence.Record, begin, due calendar.Day, rule cadence.ActionRule) (string, calendar.Day) {
	owner := p.owner(r, begin, due, rule.GraceDays)
	if owner == "" {
		return "", due
	}
	person := p.person(owner)
	if status(person, due) != cadence.OnLeave && !onLeave(person, due) {
		return owner, due
	}
	for _, a := range person.Absences {
		if a.Kind == cadence.Leave && a.Delegate != "" && covers(person, a, due) {
			if hasAccount(p.person(a.Delegate), lastly(due)) {
				return a.Delegate, due
			}
		}
	}
	d := due + 1
	for d < due+calendar.Day(rule.PostponeDays) && (onLeave(person, d) || !isWorked(person, d)) {
		d++
	}
	return p.owner(r, begin, d, rule.GraceDays), d
}

// onLeave is status without regard to the account.
func onLeave(p cadence.Person, d calendar.Day) bool {
	p.Accounts = []cadence.Span{{}}
	return status(p, d) == cadence.OnLeave
}

func covers(p cadence.Person, a cadence.Absence, d calendar.Day) bool {
	p.Absences = []cadence.Absence{a}
	return onLeave(p, d)
}

func (p *plain) record(r cadence.Record) {
	acted := map[calendar.Day]bool{}
	for _, a := range p.facts.Actions {
		if a.Target != r.ID {
			continue
		}
		if v, err := (cadence.EvidenceRule{}).Judge(a); err == nil && v.Counted {
			acted[calendar.DayOf(v.At, shanghai)] = true
		}
	}
	opened := calendar.DayOf(r.Opened, shanghai)
	open := func(d calendar.Day) bool { return r.Closed.IsZero() || !r.Closed.Before(ends(d)) }
	any := func(from, to calendar.Day) bool {
		for d := from; d <= to; d++ {
			if acted[d] {
				return true
			}
		}
		return false
	}
	miss := func(owner string, due calendar.Day, step int, at time.Time) {
		code := "CAD-A1"
		if owner == "" {
			code, owner = "CAD-ORPHAN", p.head(r, at)
		}
		p.report(code, r.ID, owner, due, step, 1, 0)
	}
	fell := map[string]bool{}
	begin, step := opened, 0
	for d := opened + 1; d <= p.until && open(d); d++ {
		rules := p.bindingOf(r, lastly(d))
		if rules == nil || rules.Action.Off || rules.Action.Mode == cadence.CalendarMonth {
			begin = d
			continue
		}
		if acted[d] {
			begin, step = d, 0
			continue
		}
		if int(d-begin) < rules.Action.Days {
			continue
		}
		fell[d.String()[:7]] = true
		owner, due := p.decide(r, begin, d, rules.Action)
		if due <= p.until && open(due) {
			if any(d+1, due) {
				step = 0
			} else {
				step++
				miss(owner, due, step, lastly(due))
			}
		}
		begin = d
	}
	for first := opened; first <= p.until; first++ {
		if first.String()[8:] != "01" {
			continue
		}
		last := first.AddMonths(1) - 1
		if last > p.until || !open(last) {
			continue
		}
		rules, before := p.bindingOf(r, lastly(last)), p.bindingOf(r, lastly(first))
		asks := func(rules *cadence.Rules) bool {
			return rules != nil && !rules.Action.Off && rules.Action.Mode != cadence.Rolling
		}
		if !asks(rules) || !asks(before) || fell[first.String()[:7]] || any(first, last) {
			continue
		}
		owner, due := p.decide(r, first-1, last, rules.Action)
		if due <= p.until && open(due) && !any(last+1, due) {
			miss(owner, due, 1, lastly(due))
		}
	}
}

// head returns who runs the unit of the last owner, or of the record.
func (p *plain) head(r cadence.Record, at time.Time) string {
	unit := r.Unit
	if id := holderAt(r, at); id != "" {
		unit = place(p.person(id), at)
	} else if unit == "" {
		for _, s := range r.Owners {
			if !s.From.After(at) && s.Owner != "" {
				unit = place(p.person(s.Owner), at)
			}
		}
	}
	for _, u := range p.book.Units() {
		if u.ID == unit {
			return u.Head
		}
	}
	return ""
}
