package tier_test

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// reference is the package's documentation as a program that looks at every day and
// every event, and adds up all events whenever it wants a sum.
type reference struct {
	policies []tier.Policy
	zone     *time.Location
	events   []tier.Event

	member   bool
	enrolled time.Time // zero: none
	policy   *tier.Policy
	tier     int
	hold     int
	heldDay  calendar.Day
	grace    calendar.Day
	graceOf  func(time.Time) bool // the window of the review before the grace
	up, down tier.Reason
}

// history is what Programme.History says, to be called once.
func (r *reference) history(until time.Time) []tier.Change {
	r.policy = &r.policies[0]
	for _, e := range r.events {
		if e.Kind == tier.Enrol && (r.enrolled.IsZero() || e.At.Before(r.enrolled)) {
			r.enrolled = e.At
		}
	}
	r.member = r.enrolled.IsZero()
	var changes []tier.Change
	shown := ""
	if r.member {
		shown = r.policy.Tiers[0].Code
	}
	for _, t := range r.instants(until) {
		was := r.index(shown)
		policyWas := r.policy.Version
		r.step(t)
		if !r.member {
			continue
		}
		now := r.effective(t)
		if code := r.policy.Tiers[now].Code; code != shown {
			if policyWas != r.policy.Version {
				was = r.index(shown)
			}
			c := tier.Change{At: t, From: shown, To: code, Version: r.policy.Version}
			switch {
			case shown != "" && was == now:
				c.Why = tier.PolicyChanged
			case now > was && now > r.tier:
				c.Why = tier.Granted
			case now > was:
				c.Why = r.up
			case now == r.tier && r.down != 0:
				c.Why = r.down
			default:
				c.Why = tier.GrantEnded
			}
			changes = append(changes, c)
			shown = code
		}
	}
	return changes
}

// instants are all at which something could happen, and thousands more.
func (r *reference) instants(until time.Time) []time.Time {
	var all []time.Time
	first := calendar.DayOf(until, r.zone)
	for _, e := range r.events {
		all = append(all, e.At)
		if !e.Until.IsZero() {
			all = append(all, e.Until)
		}
		first = min(first, calendar.DayOf(e.At, r.zone)-2)
	}
	for _, p := range r.policies[1:] {
		first = min(first, p.From)
	}
	for d := first; d <= calendar.DayOf(until, r.zone); d++ {
		all = append(all, d.Start(r.zone))
	}
	for i := range all {
		all[i] = all[i].UTC().Truncate(time.Microsecond)
	}
	slices.SortFunc(all, time.Time.Compare)
	all = slices.CompactFunc(all, time.Time.Equal)
	return slices.DeleteFunc(all, func(t time.Time) bool { return t.After(until) })
}

// index returns the tier of the policy in force that a code stands for, -1 for "".
func (r *reference) index(code string) int {
	for v := 0; code != "" && v < len(r.policies); v++ {
		p := &r.policies[v]
		here := slices.IndexFunc(p.Tiers, func(t tier.Tier) bool { return t.Code == code })
		if here < 0 && v > 0 {
			here = slices.IndexFunc(p.Tiers, func(t tier.Tier) bool { return slices.Contains(t.Replaces, code) })
			if here >= 0 {
				code = p.Tiers[here].Code
			}
		}
		if p == r.policy {
			return here
		}
	}
	return -1
}

func (r *reference) counts(e tier.Event) bool {
	return (e.Kind == tier.Qualify || e.Kind == tier.Return) &&
		(r.enrolled.IsZero() || !e.At.Before(calendar.DayOf(r.enrolled, r.zone).Start(r.zone)))
}

func (r *reference) sum(in func(time.Time) bool) (s tier.Totals) {
	for _, e := range r.events {
		sign := int64(1)
		if e.Kind == tier.Return {
			sign = -1
		}
		if r.counts(e) && in(e.At) {
			s.Points += sign * e.Points
			s.Spend += sign * e.Spend
			s.Visits += sign * e.Visits
		}
	}
	return s
}

// best returns the highest tier reached by a window, and by the lifetime.
func (r *reference) best(window, life func(time.Time) bool) (earned, kept int) {
	has := func(need, have tier.Totals) bool {
		asked, met := 0, 0
		for _, m := range [][2]int64{{need.Points, have.Points}, {need.Spend, have.Spend}, {need.Visits, have.Visits}} {
			if m[0] > 0 {
				asked++
				if m[1] >= m[0] {
					met++
				}
			}
		}
		return asked > 0 && (met == asked || met > 0 && r.policy.Combine == tier.Any)
	}
	for i, t := range r.policy.Tiers {
		if has(t.Need, r.sum(window)) {
			earned = i
		}
	}
	for _, f := range r.policy.Floors {
		if has(f.Need, r.sum(life)) {
			kept = max(kept, r.index(f.Tier))
		}
	}
	return earned, kept
}

// back is n months before: of a day's start the start of that day, else the same
// time on the clocks.
func (r *reference) back(t time.Time, n int) time.Time {
	d := calendar.DayOf(t, r.zone)
	if d.Start(r.zone).Equal(t) {
		return d.AddMonths(-n).Start(r.zone)
	}
	y, m, day := d.AddMonths(-n).Date()
	l := t.In(r.zone)
	return time.Date(y, m, day, l.Hour(), l.Minute(), l.Second(), l.Nanosecond(), r.zone)
}

// boundary reports whether d is the first day of a period, or of the review's.
func (r *reference) boundary(d calendar.Day) bool {
	w := r.policy.Window
	months := max(w.Months, 0)
	if months == 0 {
		months = 12
	}
	yearly := w.Kind == tier.Anniversary
	if w.Kind == tier.Rolling {
		switch r.policy.Reviews {
		case tier.EveryDay:
			return true
		case tier.EveryAnniversary:
			months, yearly = 12, true
		case tier.EveryMonth:
			months = 1
		case tier.EveryQuarter:
			months = 3
		case tier.EveryHalfYear:
			months = 6
		case tier.EveryYear:
			months = 12
		}
	}
	if yearly {
		for k := 1; ; k++ {
			if b := calendar.DayOf(r.enrolled, r.zone).AddMonths(k * months); b >= d {
				return b == d
			}
		}
	}
	_, m, day := d.Date()
	return day == 1 && (int(m)-max(int(w.FirstMonth), 1)+12)%months == 0
}

// period returns the start of the period or membership year that t lies in.
func (r *reference) period(t time.Time) time.Time {
	d := calendar.DayOf(t, r.zone)
	first := calendar.DayOf(r.enrolled, r.zone)
	for !r.boundary(d) && (r.enrolled.IsZero() || d != first || r.policy.Window.Kind != tier.Anniversary) {
		d--
	}
	return d.Start(r.zone)
}

func (r *reference) move(to int, reason tier.Reason, t time.Time) {
	if to < r.tier {
		r.down = reason
	} else {
		r.up = reason
	}
	r.hold, r.heldDay = 0, 0
	if to >= r.tier || reason == tier.Placed {
		r.hold = r.policy.Hold.Reviews
		if r.policy.Hold.Months > 0 {
			r.heldDay = calendar.DayOf(t, r.zone).AddMonths(r.policy.Hold.Months) + 1
		}
	}
	r.tier, r.grace = to, 0
}

func (r *reference) step(t time.Time) {
	r.up, r.down = 0, 0
	check := false
	for i := range r.policies {
		if p := &r.policies[i]; i > 0 && p.From.Start(r.zone).Equal(t) {
			code := r.policy.Tiers[r.tier].Code
			r.policy = p
			r.tier = r.index(code)
			check = true
		}
	}
	wasMember := r.member
	if !r.member && !t.Before(r.enrolled) {
		r.member, r.up, r.tier, check = true, tier.Enrolled, 0, true
	}
	if !r.member {
		return
	}
	rolling := r.policy.Window.Kind == tier.Rolling
	months := r.policy.Window.Months
	if months == 0 {
		months = 12
	}
	before := func(e time.Time) bool { return e.Before(t) }
	upTo := func(e time.Time) bool { return !e.After(t) }
	d := calendar.DayOf(t, r.zone)
	review := func() {
		if !wasMember || !d.Start(r.zone).Equal(t) {
			return
		}
		var window func(time.Time) bool
		life := upTo
		if rolling {
			from := r.back(t, months)
			window = func(e time.Time) bool { return e.After(from) && !e.After(t) }
		} else {
			from := r.period(t.Add(-time.Microsecond))
			window, life = func(e time.Time) bool { return !e.Before(from) && e.Before(t) }, before
		}
		r.review(t, d, window, life)
	}
	for _, e := range r.events {
		check = check || r.counts(e) && e.At.Equal(t)
	}
	raise := func() (raised bool) {
		if !check || r.policy.Upgrade != tier.AtOnce {
			return false
		}
		var from time.Time
		if rolling {
			from = r.back(t, months)
		} else if r.policy.Window.Kind == tier.Anniversary && r.enrolled.IsZero() {
			from = time.Time{}
		} else {
			from = r.period(t).Add(-time.Microsecond)
		}
		earned, kept := r.best(func(e time.Time) bool { return e.After(from) && !e.After(t) }, upTo)
		if max(earned, kept) <= r.tier {
			return false
		}
		if kept > earned {
			r.move(kept, tier.Lifelong, t)
		} else {
			r.move(earned, tier.Reached, t)
		}
		return true
	}
	if !rolling {
		review()
		raise()
	} else if !raise() {
		review()
	}
	var last *tier.Event
	for i, e := range r.events {
		if e.Kind == tier.Place && e.At.Equal(t) && (last == nil || e.Recorded.After(last.Recorded) ||
			e.Recorded.Equal(last.Recorded) && r.index(e.Tier) > r.index(last.Tier)) {
			last = &r.events[i]
		}
	}
	if last != nil {
		r.move(r.index(last.Tier), tier.Placed, t)
		r.up, r.down = tier.Placed, tier.Placed
	}
}

func (r *reference) review(t time.Time, d calendar.Day, window, life func(time.Time) bool) {
	p := r.policy
	if r.grace != 0 && d >= r.grace {
		r.grace = 0
		of, rolling := r.graceOf, p.Window.Kind == tier.Rolling
		earned, kept := r.best(func(e time.Time) bool {
			return (of(e) || !e.Before(t)) && (e.Before(t) || rolling && e.Equal(t))
		}, life)
		r.lower(max(earned, kept), tier.GraceOver, t)
		return
	}
	if !r.boundary(d) || r.grace != 0 {
		return
	}
	earned, kept := r.best(window, life)
	target := max(earned, kept)
	switch {
	case target > r.tier && kept > earned:
		r.move(target, tier.Lifelong, t)
	case target > r.tier:
		r.move(target, tier.Promoted, t)
	case r.hold > 0 || d < r.heldDay:
		r.hold = max(r.hold-1, 0)
	case target < r.tier && p.Downgrade != tier.Never && p.Grace != tier.Grace{}:
		r.grace = d.AddMonths(p.Grace.Months) + calendar.Day(p.Grace.Days)
		r.graceOf = func(e time.Time) bool { return window(e) || !e.Before(t) }
	default:
		r.lower(target, tier.Demoted, t)
	}
}

func (r *reference) lower(target int, why tier.Reason, t time.Time) {
	if target >= r.tier || r.policy.Downgrade == tier.Never {
		return
	}
	if r.policy.Downgrade == tier.OneStep {
		step := r.tier - 1
		for step > 0 && r.policy.Tiers[step].Need.IsZero() {
			step--
		}
		target = max(target, step)
	}
	r.move(target, why, t)
}

// effective is the tier with the grants that hold at t.
func (r *reference) effective(t time.Time) int {
	best := r.tier
	for _, g := range r.events {
		holds := g.Kind == tier.Grant && !g.At.After(t) && (g.Until.IsZero() || g.Until.After(t))
		for _, e := range r.events {
			holds = holds && (e.Kind != tier.Revoke || e.Ref != g.Ref || e.At.After(t))
		}
		if holds {
			best = max(best, r.index(g.Tier))
		}
	}
	return best
}
