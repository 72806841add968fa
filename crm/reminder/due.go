package reminder

import (
	"slices"
	"time"
)

// Due returns the entries to append now, by an actor that is most often a program:
// firings, and notes of what was missed (应触发的提醒). It returns none where nothing is to
// be done, and where it was asked before: a ledger with its entries settles them.
//
//   - Of the occurrences that are not settled, those on one day, rolled, make one
//     firing. Where several firings wait, CatchUp says which of them come.
//   - From LastDone, nothing comes while a firing is open; then one does, however late.
//   - A snooze that is over fires again, unless a new firing supersedes it.
//   - Where one of StopWhen is among the conditions met, the reminder stops, and that is
//     all.
//
// ErrInvalid: the reminder, the actor or the instant; a calendar that does not reach up to
// 31 days around an occurrence that may be due, or has no working day in them (with
// calendar.ErrHorizon or ErrUncovered in its chain where these are the reason).
func (r Reminder) Due(l Ledger, by Act, met ...Condition) ([]Entry, error) {
	series, err := r.compile()
	if err == nil {
		err = by.check()
	}
	if err != nil || l.Stopped != 0 {
		return nil, err
	}
	for _, c := range r.StopWhen {
		if slices.Contains(met, c) {
			return []Entry{{Act: by, Kind: Stopped, Condition: c}}, nil
		}
	}
	var waiting []group
	for g, err := range r.pending(series, l) {
		if err != nil && !r.earliest(g.through).After(by.Recorded) {
			return nil, err
		}
		if err != nil || g.at.After(by.Recorded) {
			break
		}
		waiting = append(waiting, g)
	}
	entries := r.settle(l, waiting, by)
	if slices.ContainsFunc(entries, func(e Entry) bool { return e.Kind == Fired }) {
		return entries, nil
	}
	for _, o := range l.Open {
		if o.State == StateSnoozed && !o.Until.After(by.Recorded) {
			entries = append(entries, Entry{Act: by, Kind: Fired, IDs: slices.Clone(o.IDs), Due: o.Until})
		}
	}
	return entries, nil
}

// maxAll is how many firings are made up for at once under All.
const maxAll = 100

// settle makes the entries for the firings that wait: those that come, with how many
// before them do not.
func (r Reminder) settle(l Ledger, waiting []group, by Act) []Entry {
	if len(waiting) == 0 || r.From == LastDone && len(l.Open) > 0 {
		return nil
	}
	last := len(waiting) - 1
	first := last // of those that fire
	switch {
	case r.CatchUp == None:
		grace := r.Grace
		if grace == 0 {
			grace = DefaultGrace
		}
		late := by.Recorded.Add(-grace)
		first = slices.IndexFunc(waiting, func(g group) bool { return !g.at.Before(late) })
		if first < 0 {
			return []Entry{{Act: by, Kind: Passed, Missed: len(waiting), Through: waiting[last].through}}
		}
	case r.CatchUp == All:
		first = max(0, len(waiting)-maxAll)
	}
	if r.From == LastDone {
		if r.CatchUp != None {
			first = 0
		}
		last = first
	}
	var entries []Entry
	missed := first
	for _, g := range waiting[first : last+1] {
		entries = append(entries, Entry{Act: by, Kind: Fired, IDs: g.ids, Due: g.at, Missed: missed, Through: g.through})
		missed = 0
	}
	return entries
}

// Next returns the earliest instant at which [Reminder.Due] may have something to say,
// which can be past; ok is false where it never will without anybody acting (下次提醒时间).
// Where the calendar does not reach, it is the earliest that a roll could make of it.
// ErrInvalid: the reminder.
func (r Reminder) Next(l Ledger) (at time.Time, ok bool, err error) {
	series, err := r.compile()
	if err != nil || l.Stopped != 0 {
		return time.Time{}, false, err
	}
	sooner := func(t time.Time) {
		if !ok || t.Before(at) {
			at, ok = t.UTC(), true
		}
	}
	for _, o := range l.Open {
		if o.State == StateSnoozed {
			sooner(o.Until)
		}
	}
	if r.From == LastDone && len(l.Open) > 0 {
		return at, ok, nil
	}
	for g, err := range r.pending(series, l) {
		if err != nil {
			g.at = r.earliest(g.through)
		}
		sooner(g.at)
		break
	}
	return at, ok, nil
}
