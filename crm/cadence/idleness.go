package cadence

// idleness reports each further term without log-in (连续未登录). A term begins behind
// the last log-in or the opening of the account, and behind the term that was missed
// before.
type idleness struct {
	*logins
	until   int // up to which day it was judged
	anchor  int // behind which the term began
	login   int // the last one in the term, -1 for none
	counted int // days of the term
	since   int // of them behind the log-in
	step    int // terms missed in a row
	total   int // days in them
}

// judge goes on with the days of a spell under which the rule asks for log-ins.
func (t *idleness) judge(s *spell) {
	rule, last := &s.rules.Idle, min(s.last, t.asOf)
	from := s.first
	if rule.Basis == WorkingDays {
		from = max(from, t.known)
	}
	t.layCounts(rule.Basis)
	for from = t.present.next(from); from <= last; {
		to := min(t.present.gap(from)-1, last)
		if from != t.until+1 || t.until < 0 {
			*t = idleness{logins: t.logins, anchor: from - 1, login: -1}
		}
		t.run(s, from, to)
		t.until = to
		from = t.present.next(to + 1)
	}
}

// layCounts says which days count.
func (t *idleness) layCounts(basis IdleBasis) {
	t.counts = t.counts.sized(t.last + 1)
	for k := range t.counts {
		switch basis {
		case WorkingDays:
			t.counts[k] = t.worked[k] &^ t.leave[k]
		case StrictDays:
			t.counts[k] = ^uint64(0)
		default:
			t.counts[k] = ^t.leave[k]
		}
	}
}

// run judges the days from one to another, on each of which the rule binds.
func (t *idleness) run(s *spell, from, to int) {
	for need := s.rules.Idle.Days; from <= to; {
		full := t.counts.nth(from, max(1, need-t.counted))
		t.advance(from, min(full, to))
		if full > to {
			return
		}
		// Twice a day only where a new policy is shorter than the days since the last log-in.
		for t.counted >= need {
			t.term(s, full)
		}
		from = full + 1
	}
}

// advance counts the days from one to another.
func (t *idleness) advance(from, to int) {
	t.counted += t.counts.count(from, to)
	if login := t.in.last(from, to); login >= 0 {
		t.login, t.since = login, t.counts.count(login+1, to)
	} else {
		t.since += t.counts.count(from, to)
	}
}

// term judges a term that is full on a day.
func (t *idleness) term(s *spell, full int) {
	start, met := t.anchor+1, t.login >= 0
	if met {
		t.anchor, t.counted, t.login, t.step, t.total = t.login, t.since, -1, 0, 0
	} else {
		t.anchor, t.counted, t.step, t.total = full, 0, t.step+1, t.total+t.counted
	}
	switch {
	case full < t.report:
	case met:
		t.duties(RuleIdle, s.regime, 1, 0)
	default:
		t.duties(RuleIdle, s.regime, 0, 1)
		t.miss(brokeIdle, full, start, s.regime, t.total, 0, t.step)
	}
}
