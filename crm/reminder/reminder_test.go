package reminder_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/crm/reminder"
	"github.com/guanxi-go/guanxi/internal/wording"
)

var shanghai = time.FixedZone("CST", 8*3600)

// at reads a local time of Shanghai.
func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, shanghai)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func by(text string) reminder.Act { return reminder.Act{Actor: "li", Recorded: at(text)} }

// daily comes at nine every day from 2026-03-01 on.
func daily() reminder.Reminder {
	return reminder.Reminder{ID: "r1", Kind: reminder.Contact, Zone: shanghai,
		Start: recurrence.Wall{Day: calendar.MustDate(2026, 3, 1), Clock: 9 * time.Hour}}
}

func rule(t require.TestingT, text string) recurrence.Rule {
	r, err := recurrence.Parse(text)
	require.NoError(t, err)
	return r
}

// office is Monday to Friday with the holidays of China, up to the end of a year.
func office(t require.TestingT, year int) *calendar.Calendar {
	cal, err := calendar.Compile(calendar.Spec{Loc: shanghai, Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-18:00"))}},
		Years: calendar.China(), From: calendar.MustDate(2025, 1, 1), To: calendar.MustDate(year, 12, 31)})
	require.NoError(t, err)
	return cal
}

// play is a journal that grows.
type play struct {
	t       require.TestingT
	r       reminder.Reminder
	journal []reminder.Entry
	ledger  reminder.Ledger
}

func (p *play) add(entries ...reminder.Entry) {
	for _, e := range entries {
		next, err := p.ledger.With(e)
		require.NoError(p.t, err)
		p.ledger = next
	}
	p.journal = append(p.journal, entries...)
	if len(p.journal) > 30 { // the fold is the same step by step
		return
	}
	folded, err := reminder.Fold(p.journal)
	require.NoError(p.t, err)
	require.Equal(p.t, folded, p.ledger)
}

// due runs Due, appends what it says, sees to it that a second run adds nothing, and
// returns the firings as id+id(missed).
func (p *play) due(now time.Time, met ...reminder.Condition) (fired []string) {
	act := reminder.Act{Actor: "clock", Recorded: now}
	entries, err := p.r.Due(p.ledger, act, met...)
	require.NoError(p.t, err)
	p.add(entries...)
	again, err := p.r.Due(p.ledger, act, met...)
	require.NoError(p.t, err)
	require.Empty(p.t, again)
	for _, e := range entries {
		if e.Kind == reminder.Fired {
			var days []string
			for _, id := range e.IDs {
				days = append(days, id[5:10])
			}
			fired = append(fired, fmt.Sprintf("%s(%d)", strings.Join(days, "+"), e.Missed))
		}
	}
	return fired
}

// TestSalesO15 is scenario O-15: a daily reminder at nine, last run on 3 March at
// eight, now 6 March at noon.
func TestSalesO15(t *testing.T) {
	for way, want := range map[reminder.CatchUp][]string{
		reminder.Latest: {"03-06(3)"},
		reminder.All:    {"03-03(0)", "03-04(0)", "03-05(0)", "03-06(0)"},
		reminder.None:   nil,
	} {
		t.Run(way.String(), func(t *testing.T) {
			r := daily()
			r.CatchUp = way
			r.Since = at("2026-03-01 12:00")
			p := &play{t: t, r: r}
			p.due(at("2026-03-03 08:00"))
			before := len(p.journal)
			require.Equal(t, want, p.due(at("2026-03-06 12:00"))) // and again: 0 more
			if way == reminder.None {
				require.Len(t, p.journal, before+1)
				require.Equal(t, reminder.Passed, p.journal[before].Kind)
				require.Equal(t, 4, p.journal[before].Missed)
			}
			require.Equal(t, []string{"03-07(0)"}, p.due(at("2026-03-07 09:10")))
		})
	}
}

func TestSinceIsNotFired(t *testing.T) {
	r := daily()
	r.Since = at("2026-03-05 09:00")
	p := &play{t: t, r: r}
	require.Empty(t, p.due(at("2026-03-05 09:00")))
	next, ok, err := r.Next(p.ledger)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, at("2026-03-06 09:00"), next)
	require.Equal(t, []string{"03-06(0)"}, p.due(next))
}

func TestStates(t *testing.T) {
	r := daily()
	p := &play{t: t, r: r}
	state := func(day string) string { return reminder.StateOf(p.journal, "2026-03-"+day+"T09:00:00").String() }
	require.Equal(t, "pending", state("01"))
	require.Equal(t, []string{"03-01(0)"}, p.due(at("2026-03-01 09:00")))
	id := p.ledger.Open[0].IDs[0]
	require.Equal(t, "2026-03-01T09:00:00", id)
	require.Equal(t, "fired", state("01"))

	for _, until := range []string{"2026-03-01 09:29", "2026-03-01 09:30"} {
		_, err := r.Snooze(p.ledger, id, at(until), by("2026-03-01 09:30"))
		require.ErrorIs(t, err, reminder.ErrInvalid)
		requireCode(t, err, "RMD-PAST")
	}
	e, err := r.Snooze(p.ledger, id, at("2026-03-01 10:00"), by("2026-03-01 09:30"))
	require.NoError(t, err)
	p.add(e)
	require.Equal(t, "snoozed", state("01"))
	next, ok, err := r.Next(p.ledger)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, at("2026-03-01 10:00"), next)
	require.Empty(t, p.due(at("2026-03-01 09:59")))
	require.Equal(t, []string{"03-01(0)"}, p.due(at("2026-03-01 10:00")))
	require.Equal(t, reminder.Open{IDs: []string{id}, State: reminder.StateFired, Due: at("2026-03-01 09:00"), Times: 2}, p.ledger.Open[0])

	// A snooze is put off, and then superseded by the next occurrence.
	for _, until := range []string{"2026-03-01 11:00", "2026-03-02 12:00"} {
		e, err = r.Snooze(p.ledger, id, at(until), by("2026-03-01 10:05"))
		require.NoError(t, err)
		p.add(e)
	}
	require.Empty(t, p.due(at("2026-03-01 11:00")))
	require.Equal(t, []string{"03-02(0)"}, p.due(at("2026-03-02 13:00")))
	require.Equal(t, "superseded", state("01"))
	require.Len(t, p.ledger.Open, 1)
	_, err = r.Done(p.ledger, id, by("2026-03-02 13:01"))
	require.ErrorIs(t, err, reminder.ErrNotFound)

	// What is fired and not snoozed stays beside the next.
	require.Equal(t, []string{"03-03(0)"}, p.due(at("2026-03-03 09:00")))
	require.Len(t, p.ledger.Open, 2)
	e, err = r.Done(p.ledger, "2026-03-02T09:00:00", by("2026-03-03 09:05"))
	require.NoError(t, err)
	p.add(e)
	e, err = r.Dismiss(p.ledger, "", by("2026-03-03 09:06"))
	require.NoError(t, err)
	require.Equal(t, []string{"2026-03-03T09:00:00"}, e.IDs)
	p.add(e)
	require.Equal(t, "done dismissed", state("02")+" "+state("03"))
	require.Empty(t, p.ledger.Open)
	_, err = r.Done(p.ledger, "", by("2026-03-03 09:07"))
	require.ErrorIs(t, err, reminder.ErrTransition)
	require.Equal(t, 3, p.ledger.Fired)
}

func TestStopWhen(t *testing.T) {
	r := daily()
	r.Kind, r.StopWhen = reminder.Dunning, []reminder.Condition{reminder.Closed, reminder.Paid}
	p := &play{t: t, r: r}
	p.due(at("2026-03-01 09:00"))
	require.Equal(t, []string{"03-02(0)"}, p.due(at("2026-03-02 09:00"), reminder.LeftUs), "not what ends this one")
	require.Empty(t, p.due(at("2026-03-03 09:00"), reminder.Paid))
	require.Equal(t, reminder.Paid, p.ledger.Stopped)
	require.Empty(t, p.ledger.Open)
	require.Equal(t, reminder.StateDismissed, reminder.StateOf(p.journal, "2026-03-02T09:00:00"))
	require.Empty(t, p.due(at("2026-03-09 09:00")))
	_, ok, err := r.Next(p.ledger)
	require.NoError(t, err)
	require.False(t, ok)
	for _, answer := range []func() (reminder.Entry, error){
		func() (reminder.Entry, error) { return r.Done(p.ledger, "", by("2026-03-09 09:00")) },
		func() (reminder.Entry, error) {
			return r.Snooze(p.ledger, "x", at("2026-03-10 09:00"), by("2026-03-09 09:00"))
		},
	} {
		_, err := answer()
		require.ErrorIs(t, err, reminder.ErrTransition)
	}
	_, err = p.ledger.With(reminder.Entry{Act: by("2026-03-09 09:00"), Kind: reminder.Done})
	require.ErrorIs(t, err, reminder.ErrConflict)
}

func TestRolledTogether(t *testing.T) {
	r := daily()
	r.Roll, r.Work, r.CatchUp = calendar.Following, office(t, 2026), reminder.All
	p := &play{t: t, r: r}
	require.Empty(t, p.due(at("2026-03-01 20:00")), "a Sunday")
	require.Equal(t, []string{"03-01+03-02(0)", "03-03(0)"}, p.due(at("2026-03-03 20:00")))
	require.Equal(t, []string{"03-04(0)", "03-05(0)", "03-06(0)", "03-07+03-08+03-09(0)"}, p.due(at("2026-03-09 20:00")))
	require.Equal(t, reminder.StateFired, reminder.StateOf(p.journal, "2026-03-08T09:00:00"))
	e, err := r.Done(p.ledger, "2026-03-07T09:00:00", by("2026-03-09 21:00"))
	require.NoError(t, err)
	p.add(e)
	require.Equal(t, reminder.StateDone, reminder.StateOf(p.journal, "2026-03-08T09:00:00"))

	// Ahead of a holiday: the 15th of February is in the Spring Festival.
	r = daily()
	r.Rule, r.Start.Day, r.Roll, r.Work = rule(t, "FREQ=MONTHLY;BYMONTHDAY=15"), calendar.MustDate(2026, 1, 15), calendar.Preceding, office(t, 2026)
	p = &play{t: t, r: r}
	require.Equal(t, []string{"01-15(0)"}, p.due(at("2026-01-15 09:00")))
	require.Empty(t, p.due(at("2026-02-14 08:59")))
	require.Equal(t, []string{"02-15(0)"}, p.due(at("2026-02-14 09:00")))
	require.Empty(t, p.due(at("2026-02-15 09:00")))

	// A roll may drop what lies on a day off.
	r.Roll = calendar.RollSkip
	p = &play{t: t, r: r}
	require.Equal(t, []string{"04-15(1)"}, p.due(at("2026-05-01 09:00")), "February and March are dropped, January missed")
}

func TestCalendarEnds(t *testing.T) {
	r := daily()
	r.Rule, r.Start.Day, r.Work = rule(t, "FREQ=YEARLY"), calendar.MustDate(2026, 1, 7), office(t, 2026)
	for roll, early := range map[calendar.Roll]string{calendar.Following: "2027-01-07 09:00", calendar.Preceding: "2026-12-07 09:00"} {
		r.Roll = roll
		p := &play{t: t, r: r}
		require.Equal(t, []string{"01-07(0)"}, p.due(at("2026-12-06 12:00")))
		next, ok, err := r.Next(p.ledger)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, at(early), next)
		_, err = r.Due(p.ledger, reminder.Act{Actor: "clock", Recorded: next})
		require.ErrorIs(t, err, calendar.ErrHorizon)
		require.ErrorIs(t, err, reminder.ErrInvalid)
	}
}

func TestFromLastDone(t *testing.T) {
	r := daily()
	r.Rule, r.From = rule(t, "FREQ=DAILY;INTERVAL=30"), reminder.LastDone
	p := &play{t: t, r: r}
	require.Equal(t, []string{"03-01(0)"}, p.due(at("2026-03-01 09:00")))
	require.Empty(t, p.due(at("2026-06-01 09:00")), "nothing comes while one is open")
	_, ok, err := r.Next(p.ledger)
	require.NoError(t, err)
	require.False(t, ok)

	act := by("2026-06-02 18:00")
	act.At = at("2026-05-20 18:00")
	e, err := r.Done(p.ledger, "", act)
	require.NoError(t, err)
	p.add(e)
	next, _, err := r.Next(p.ledger)
	require.NoError(t, err)
	require.Equal(t, at("2026-06-19 09:00"), next)

	// Done before it came: the next is thirty days from then.
	e, err = r.Done(p.ledger, "", by("2026-06-10 08:00"))
	require.NoError(t, err)
	require.Empty(t, e.IDs)
	p.add(e)
	require.Empty(t, p.due(at("2026-07-09 12:00")))
	require.Equal(t, []string{"07-10(0)"}, p.due(at("2026-12-31 12:00")), "one, however late")

	// Learned of later than the next came: it comes after that one.
	act = by("2026-12-31 18:00")
	act.At = at("2026-06-20 18:00")
	e, err = r.Dismiss(p.ledger, "2026-07-10T09:00:00", act)
	require.NoError(t, err)
	p.add(e)
	next, _, err = r.Next(p.ledger)
	require.NoError(t, err)
	require.Equal(t, at("2026-07-20 09:00"), next)

	r.CatchUp = reminder.None
	p.r = r
	require.Empty(t, p.due(at("2026-12-31 19:00")))
	require.Equal(t, reminder.Passed, p.journal[len(p.journal)-1].Kind)
	next, _, err = r.Next(p.ledger)
	require.NoError(t, err)
	require.Equal(t, at("2027-01-16 09:00"), next, "210 days after 20 June")
}

func TestAllIsLimited(t *testing.T) {
	r := daily()
	r.CatchUp, r.Start.Day = reminder.All, calendar.MustDate(2020, 1, 1)
	p := &play{t: t, r: r}
	fired := p.due(at("2026-01-01 12:00"))
	require.Len(t, fired, 100)
	require.Equal(t, "09-24(2093)", fired[0])
	require.Equal(t, 2093, p.ledger.Missed)
}

func TestRefused(t *testing.T) {
	r := reminder.Reminder{From: 9, CatchUp: 9, Roll: 9, Grace: -1, Since: time.Unix(0, 1), StopWhen: []reminder.Condition{0}}
	var codes []string
	for _, one := range r.Validate().(interface{ Unwrap() []error }).Unwrap() {
		var e *reminder.Error
		require.ErrorAs(t, one, &e)
		require.ErrorIs(t, one, reminder.ErrInvalid)
		codes = append(codes, e.Code)
	}
	require.Equal(t, []string{"RMD-ID", "RMD-UNKNOWN", "RMD-UNKNOWN", "RMD-UNKNOWN", "RMD-UNKNOWN", "RMD-CALENDAR", "RMD-GRACE", "RMD-INSTANT", "RMD-UNKNOWN", "RMD-RULE"}, codes)
	r = daily()
	r.From, r.Rule.Count, r.StopWhen = reminder.LastDone, 3, []reminder.Condition{reminder.Paid, reminder.Paid}
	requireCode(t, r.Validate(), "RMD-COUNT")
	require.ErrorContains(t, r.Validate(), "stop_when is given twice")
	_, err := r.Due(reminder.Ledger{}, by("2026-03-01 09:00"))
	require.ErrorIs(t, err, reminder.ErrInvalid)
	_, _, err = r.Next(reminder.Ledger{})
	require.ErrorIs(t, err, reminder.ErrInvalid)

	r = daily()
	for code, act := range map[string]reminder.Act{
		"RMD-ID": {Recorded: at("2026-03-01 09:00")}, "RMD-INSTANT": {Actor: "a"}, "RMD-TEXT": {Actor: "a", Recorded: at("2026-03-01 09:00"), Reason: "\xff"},
		"RMD-FUTURE": {Actor: "a", Recorded: at("2026-03-01 09:00"), At: at("2026-03-01 09:01")},
	} {
		_, err := r.Due(reminder.Ledger{}, act)
		requireCode(t, err, code)
		_, err = r.Done(reminder.Ledger{}, "", act)
		requireCode(t, err, code)
	}
	_, err = r.Snooze(reminder.Ledger{}, "x", at("2026-03-02 09:00"), by("2026-03-01 09:00"))
	require.ErrorIs(t, err, reminder.ErrNotFound)
}

// A journal that no commands made is refused where it does not hold together.
func TestJournalRefused(t *testing.T) {
	p := &play{t: t, r: daily()}
	p.due(at("2026-03-02 09:00"))
	act := by("2026-03-02 10:00")
	for name, e := range map[string]reminder.Entry{
		"fires again":            {Act: act, Kind: reminder.Fired, IDs: []string{"2026-03-02T09:00:00"}, Due: act.Recorded, Through: p.ledger.Through},
		"back without a snooze":  {Act: act, Kind: reminder.Fired, IDs: []string{"2026-03-02T09:00:00"}, Due: act.Recorded},
		"an unknown firing":      {Act: act, Kind: reminder.Done, IDs: []string{"x"}},
		"an unknown snooze":      {Act: act, Kind: reminder.Snoozed, IDs: []string{"x"}, Until: at("2026-03-09 10:00")},
		"missed what is settled": {Act: act, Kind: reminder.Passed, Missed: 1, Through: p.ledger.Through},
		"recorded before":        {Act: by("2026-03-02 08:00"), Kind: reminder.Stopped, Condition: reminder.Paid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := p.ledger.With(e)
			require.ErrorIs(t, err, reminder.ErrConflict)
		})
	}
	for name, e := range map[string]reminder.Entry{
		"no kind": {Act: act}, "a firing of nothing": {Act: act, Kind: reminder.Fired, Due: act.Recorded}, "stopped by nothing": {Act: act, Kind: reminder.Stopped},
		"a snooze into the past": {Act: act, Kind: reminder.Snoozed, IDs: []string{"x"}, Until: act.Recorded},
		"nothing missed":         {Act: act, Kind: reminder.Passed, Through: act.Recorded},
		"no id":                  {Act: act, Kind: reminder.Done, IDs: []string{""}}, "no instant": {Act: act, Kind: reminder.Done, Until: time.Unix(0, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := reminder.Fold([]reminder.Entry{e})
			require.ErrorIs(t, err, reminder.ErrInvalid)
		})
	}
}

// How often Due runs in between, and when, changes nothing about what fires: under All
// the firings are the same one by one, under Latest the last is, and what was missed
// with what fired is all there was.
func TestFiringsDoNotDependOnRuns(t *testing.T) {
	cal := office(t, 2026)
	rapid.Check(t, func(t *rapid.T) {
		r := daily()
		r.Start.Day = calendar.MustDate(2025, 6, 1) + calendar.Day(rapid.IntRange(0, 60).Draw(t, "start"))
		r.Rule = rule(t, rapid.SampledFrom([]string{"FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=MO,SA,SU", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYDAY=1SA", "FREQ=DAILY;COUNT=9"}).Draw(t, "rule"))
		r.Roll, r.Work = calendar.Roll(rapid.IntRange(0, 4).Draw(t, "roll")), cal
		r.CatchUp = reminder.CatchUp(rapid.IntRange(0, 1).Draw(t, "catch up"))
		end := at("2025-06-01 09:00").Add(time.Duration(rapid.IntRange(0, 95*24).Draw(t, "end")) * time.Hour)
		once, often := &play{t: t, r: r}, &play{t: t, r: r}
		once.due(end)
		now := at("2025-06-01 00:00")
		for now.Before(end) {
			often.due(now)
			if rapid.IntRange(0, 5).Draw(t, "close") == 0 && len(often.ledger.Open) > 0 {
				e, err := r.Done(often.ledger, "", reminder.Act{Actor: "li", Recorded: now})
				require.NoError(t, err)
				often.add(e)
			}
			now = now.Add(time.Duration(rapid.IntRange(1, 24*30).Draw(t, "hours")) * time.Hour)
		}
		often.due(end)
		require.Equal(t, once.ledger.Through, often.ledger.Through)
		require.Equal(t, once.ledger.Fired+once.ledger.Missed, often.ledger.Fired+often.ledger.Missed)
		require.Equal(t, lastFiring(once.journal), lastFiring(often.journal))
		if r.CatchUp == reminder.All {
			require.Equal(t, firings(once.journal), firings(often.journal))
			require.Zero(t, often.ledger.Missed)
		}
		for _, id := range firings(often.journal) {
			for _, one := range strings.Split(id, "+") {
				require.NotEqual(t, reminder.StatePending, reminder.StateOf(often.journal, one))
			}
		}
	})
}

// A host that looks at least as often as the grace is long misses nothing under None;
// and whenever Next says nothing is due, Due says nothing.
func TestNextIsWhenToAsk(t *testing.T) {
	cal := office(t, 2030)
	rapid.Check(t, func(t *rapid.T) {
		r := daily()
		r.Rule = rule(t, rapid.SampledFrom([]string{"FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,SA,SU", "FREQ=MONTHLY;BYMONTHDAY=1,15"}).Draw(t, "rule"))
		r.Roll, r.Work = calendar.Roll(rapid.IntRange(0, 4).Draw(t, "roll")), cal
		r.CatchUp = reminder.CatchUp(rapid.IntRange(0, 2).Draw(t, "catch up"))
		r.From = reminder.From(rapid.IntRange(0, 1).Draw(t, "from"))
		p := &play{t: t, r: r}
		now := at("2026-02-01 00:00")
		for range 20 {
			next, ok, err := r.Next(p.ledger)
			require.NoError(t, err)
			if !ok {
				require.Equal(t, reminder.LastDone, r.From)
				e, err := r.Done(p.ledger, "", reminder.Act{Actor: "li", Recorded: now.Add(time.Minute)})
				require.NoError(t, err)
				p.add(e)
				continue
			}
			require.True(t, next.After(now), "what is due now has fired")
			require.Empty(t, p.due(next.Add(-time.Microsecond)))
			now = next.Add(time.Duration(rapid.IntRange(0, 15).Draw(t, "late")) * time.Minute)
			require.Len(t, p.due(now), 1)
			if rapid.Bool().Draw(t, "snooze") {
				open := p.ledger.Open[len(p.ledger.Open)-1]
				e, err := r.Snooze(p.ledger, open.IDs[0], now.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, "hours"))*time.Hour), reminder.Act{Actor: "li", Recorded: now})
				require.NoError(t, err)
				p.add(e)
			}
		}
		require.Zero(t, p.ledger.Missed)
	})
}

func firings(journal []reminder.Entry) (ids []string) {
	for _, e := range journal {
		if e.Kind == reminder.Fired {
			ids = append(ids, strings.Join(e.IDs, "+"))
		}
	}
	return ids
}

func lastFiring(journal []reminder.Entry) string {
	all := firings(journal)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

func requireCode(t *testing.T, err error, code string) {
	t.Helper()
	var e *reminder.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code)
	require.True(t, strings.HasPrefix(err.Error(), "reminder: "))
}

func TestEntryJSONAndLog(t *testing.T) {
	e := reminder.Entry{Act: reminder.Act{Actor: "li", At: at("2026-03-01 09:00"), Recorded: at("2026-03-01 09:00"), Reason: "王女士不在家"},
		Kind: reminder.Snoozed, IDs: []string{"2026-03-01T09:00:00"}, Until: at("2026-03-02 09:00")}
	text, err := json.Marshal(e)
	require.NoError(t, err)
	var back reminder.Entry
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, e, back)
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "entry", e)
	require.Contains(t, b.String(), "2026-03-01T09:00:00")
	require.NotContains(t, b.String(), "王")

	r := daily()
	r.Rule = rule(t, "FREQ=WEEKLY;BYDAY=MO")
	text, err = json.Marshal(r)
	require.NoError(t, err)
	again := reminder.Reminder{Zone: shanghai}
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, r, again)
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, reminder.Contact, reminder.Custom, reminder.ErrInvalid)
	wording.Enum(t, reminder.Latest, reminder.None, reminder.ErrInvalid)
	wording.Enum(t, reminder.Schedule, reminder.LastDone, reminder.ErrInvalid)
	wording.Enum(t, reminder.Paid, reminder.LeftUs, reminder.ErrInvalid)
	wording.Enum(t, reminder.StatePending, reminder.StateSuperseded, reminder.ErrInvalid)
	wording.Enum(t, reminder.Fired, reminder.Stopped, reminder.ErrInvalid)
}

func TestCatalogue(t *testing.T) {
	require.NoError(t, reminder.Catalogue().Validate())
	for code, text := range reminder.Catalogue() {
		require.True(t, wording.HasHan(text.Zh) && !wording.HasHan(text.En), code)
		e := &reminder.Error{Code: code, Field: "until", ID: "x", Err: reminder.ErrInvalid}
		require.NotContains(t, e.Error(), "RMD-")
		require.True(t, wording.HasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "RMD-NONE", (&reminder.Error{Code: "RMD-NONE"}).Text(finding.English))
}

func BenchmarkDue(b *testing.B) {
	r := daily()
	r.Rule, r.Roll, r.Work = rule(b, "FREQ=MONTHLY;BYMONTHDAY=15"), calendar.Following, office(b, 2026)
	ledger := reminder.Ledger{Through: at("2026-10-15 09:00")}
	act := by("2026-11-10 09:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Due(ledger, act); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	r := daily()
	r.Rule, r.Roll, r.Work = rule(b, "FREQ=MONTHLY;BYMONTHDAY=15"), calendar.Following, office(b, 2026)
	ledger := reminder.Ledger{Through: at("2026-10-15 09:00")}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := r.Next(ledger); err != nil {
			b.Fatal(err)
		}
	}
}
