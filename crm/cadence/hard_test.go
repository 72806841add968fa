package cadence_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// What is due and who owes it, one hard case a line.
func TestWhoOwes(t *testing.T) {
	type spans = []cadence.OwnerSpan
	by := func(owner, from, to string) cadence.OwnerSpan {
		s := cadence.OwnerSpan{Owner: owner, From: at(from)}
		if to != "" {
			s.To = at(to)
		}
		return s
	}
	for _, c := range []struct {
		name   string
		owners spans
		absent cadence.Absence // of li
		closed string          // li's account
		want   string
	}{
		{"leave without a delegate", nil, leave("2026-03-30", "2026-04-02"), "", "CAD-A1 li 2026-04-02"},
		{"leave up to a weekend and a holiday", nil, leave("2026-03-30", "2026-04-04"), "", "CAD-A1 li 2026-04-07"},
		{"a long leave: fourteen days at most", nil, leave("2026-03-20", "2026-05-20"), "", "CAD-A1 li 2026-04-14"},
		{"half a day of leave", nil, cadence.Absence{Kind: cadence.Leave, From: at("2026-03-31 13:30"), To: at("2026-03-31 18:00")}, "", "CAD-A1 li 2026-04-01"},
		{"less than half a day of leave", nil, cadence.Absence{Kind: cadence.Leave, From: at("2026-03-31 14:30"), To: at("2026-03-31 18:00")}, "", "CAD-A1 li 2026-03-31"},
		{"a delegate", nil, cadence.Absence{Kind: cadence.Leave, From: at("2026-03-30"), To: at("2026-04-02"), Delegate: "A"}, "", "CAD-A1 A 2026-03-31"},
		{"travel postpones nothing", nil, travel("2026-03-30", "2026-04-02"), "", "CAD-A1 li 2026-03-31"},
		{"the account is closed", nil, cadence.Absence{}, "2026-03-20", "CAD-ORPHAN hao 2026-03-31"},
		{"nobody from the start", spans{}, cadence.Absence{}, "", "CAD-ORPHAN hao 2026-03-31"},
		{"given up a day before", spans{by("A", "2026-02-10", "2026-03-30 10:00")}, cadence.Absence{}, "", "CAD-A1 A 2026-03-31"},
		{"given up eight days before", spans{by("A", "2026-02-10", "2026-03-23 10:00")}, cadence.Absence{}, "", "CAD-ORPHAN hao 2026-03-31"},
		{"taken over from somebody who left", spans{by("li", "2026-02-10", "2026-03-30"), by("A", "2026-03-30", "")}, cadence.Absence{}, "2026-03-30", "CAD-A1 A 2026-03-31"},
		{"a tie goes to the later one", spans{by("A", "2026-02-10", "2026-03-15"), by("B", "2026-03-15", "2026-03-29"), by("li", "2026-03-29", "")}, cadence.Absence{}, "", "CAD-A1 B 2026-03-31"},
		{"back and forth", spans{by("A", "2026-02-10", "2026-03-10"), by("B", "2026-03-10", "2026-03-20"), by("A", "2026-03-20", "2026-03-29"), by("li", "2026-03-29", "")}, cadence.Absence{}, "", "CAD-A1 A 2026-03-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			li := staff(t, "li")
			if c.absent.Kind != 0 {
				li.Absences = []cadence.Absence{c.absent}
			}
			if c.closed != "" {
				li.Accounts[0].To = at(c.closed)
			}
			record := opportunity("2026-02-10", c.owners...)
			record.Unit = "east"
			if c.owners != nil {
				record.Owners = c.owners
			}
			r := judge(t, only(cadence.RuleAction), cadence.Facts{People: []cadence.Person{li, staff(t, "A"), staff(t, "B")},
				Records: []cadence.Record{record}, Actions: []cadence.Action{call("R", "2026-03-01 10:00")}}, "2026-02-01", "2026-04-20")
			require.NotEmpty(t, r.Findings)
			f := r.Findings[0]
			require.Equal(t, c.want, f.Code+" "+f.Owner+" "+f.Due.String())
			require.Equal(t, "CAD", f.Key[:3])
		})
	}
}

func TestOnePerMonth(t *testing.T) {
	for _, c := range []struct {
		name, opened, closed string
		acted                []string
		mode                 cadence.ActionMode
		partial              bool
		want                 []string
	}{
		{"open from the first day", "2026-06-01 09:00", "", nil, cadence.CalendarMonth, false, []string{"2026-06-30", "2026-07-31"}},
		{"from the second day", "2026-06-02", "", nil, cadence.CalendarMonth, false, []string{"2026-07-31"}},
		{"the opening month owes too", "2026-06-02", "", nil, cadence.CalendarMonth, true, []string{"2026-06-30", "2026-07-31"}},
		{"closed on the last day", "2026-06-01", "2026-06-30 18:00", nil, cadence.CalendarMonth, false, nil},
		{"closed as the month ends", "2026-06-01", "2026-07-01", nil, cadence.CalendarMonth, false, []string{"2026-06-30"}},
		{"the closing month owes too", "2026-06-01", "2026-07-10 18:00", nil, cadence.CalendarMonth, true, []string{"2026-06-30", "2026-07-10"}},
		{"February between two actions", "2026-01-10", "", []string{"2026-01-31 09:00", "2026-03-02 09:00", "2026-03-20 09:00", "2026-04-15 09:00", "2026-05-10 09:00", "2026-06-05 09:00", "2026-07-01 09:00", "2026-07-28 09:00"}, cadence.Both, false, []string{"2026-02-28"}},
		{"the same, rolling alone", "2026-01-10", "", []string{"2026-01-31 09:00", "2026-03-02 09:00", "2026-03-20 09:00", "2026-04-15 09:00", "2026-05-10 09:00", "2026-06-05 09:00", "2026-07-01 09:00", "2026-07-28 09:00"}, cadence.Rolling, false, nil},
		{"both miss: one finding", "2026-06-01", "2026-07-20", nil, cadence.Both, false, []string{"2026-06-30", "2026-07-01"}},
		{"closed on the day on which it falls due", "2026-06-10", "2026-07-10 17:00", nil, cadence.Rolling, false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules := only(cadence.RuleAction)
			rules.Action.Mode, rules.Action.Partial = c.mode, c.partial
			record := opportunity(c.opened)
			if c.closed != "" {
				record.Closed = at(c.closed)
			}
			facts := cadence.Facts{People: []cadence.Person{staff(t, "li")}, Records: []cadence.Record{record}}
			for _, when := range c.acted {
				facts.Actions = append(facts.Actions, call("R", when))
			}
			var got []string
			for _, f := range judge(t, rules, facts, "2026-01-01", "2026-08-01").Findings {
				got = append(got, f.Due.String())
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestMadeUpRecords(t *testing.T) {
	facts := cadence.Facts{People: []cadence.Person{staff(t, "li")}, Records: []cadence.Record{opportunity("2026-06-10")}}
	for i, note := range []string{"Called, no news", "CALLED,  no news ", "ｃａｌｌｅｄ, no news", "called, no news", "met him", "called, no news"} {
		a := call("R", "2026-06-11 10:00")
		a.ID, a.At = string(rune('a'+i)), a.At.AddDate(0, 0, i)
		a.RecordedAt, a.Note = a.At, note
		facts.Actions = append(facts.Actions, a)
	}
	r := judge(t, only(), facts, "2026-06-01", "2026-07-01")
	require.Equal(t, []string{"CAD-COPY 2026-06-13 10:00"}, found(r)) // once for the row

	facts.Actions = nil
	for i := range 25 {
		a := call("R", "2026-06-11 10:00")
		a.ID = string(rune('a' + i))
		a.RecordedAt, a.Note = a.At.Add(time.Duration(i)*6*time.Second), ""
		a.NoChange = true
		facts.Actions = append(facts.Actions, a)
	}
	r = judge(t, only(), facts, "2026-06-01", "2026-07-01")
	require.Equal(t, []string{"CAD-BULK 2026-06-11 10:01", "CAD-BULK 2026-06-11 10:02"}, found(r)) // 11 within 60 s, twice
	require.Equal(t, 11, r.Findings[0].Done)
	facts.Actions = facts.Actions[:10]
	require.Empty(t, judge(t, only(), facts, "2026-06-01", "2026-07-01").Findings)
}

func TestNotes(t *testing.T) {
	for note, counts := range map[string]bool{"": false, "  \t": false, "。。。": false, "——!?": false, "ok": true, "好": true, "7": true, "👍": true} {
		a := call("R", "2026-06-11 10:00")
		a.Note = note
		v, err := cadence.EvidenceRule{}.Judge(a)
		require.NoError(t, err)
		require.Equal(t, counts, v.Counted, note)
	}
	visit := cadence.Action{ID: "v", Target: "R", TargetKind: cadence.Lead, Actor: "li", Kind: cadence.Visit, At: at("2026-07-20"), RecordedAt: at("2026-07-20"), Purpose: "好", Outcome: " 。。 ", Note: "long"}
	v, err := cadence.EvidenceRule{}.Judge(visit)
	require.NoError(t, err)
	require.Equal(t, []string{"purpose", "outcome", "next_step", "contact"}, v.Missing)
	visit.At = visit.At.Add(1)
	_, err = cadence.EvidenceRule{}.Judge(visit)
	require.ErrorIs(t, err, cadence.ErrInvalid)
}

// A zone whose day has no midnight, a calendar of nights, a person who moved, and a
// policy that begins within the day: what holds just before the end counts.
func TestHardDays(t *testing.T) {
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Skip(err)
	}
	nights, err := calendar.Compile(calendar.Spec{Loc: zone, Patterns: []calendar.Pattern{{Cycle: []calendar.DayPlan{calendar.MustPlan("22:00-30:00")}}},
		Unknown: calendar.NoTables, From: calendar.MustDate(2018, 1, 1), To: calendar.MustDate(2018, 12, 31)})
	require.NoError(t, err)
	on := func(day, hour, minute int) time.Time { return time.Date(2018, 11, day, hour, minute, 0, 0, zone) }
	rules := only(cadence.RuleLogin)
	rules.Login.Window = cadence.WorkingHours
	strict := published("group", rules)
	strict.Edition.From = on(1, 12, 0)
	book, err := cadence.NewBook([]cadence.Unit{{ID: "group"}, {ID: "east", Parent: "group"}}, []cadence.Policy{strict})
	require.NoError(t, err)
	ann := cadence.Person{ID: "ann", Cal: nights, Accounts: []cadence.Span{{From: on(-30, 0, 0)}},
		Units:  []cadence.UnitSpan{{Unit: "group"}, {Unit: "east", From: on(2, 23, 59)}},
		Logins: []time.Time{on(3, 2, 0), on(4, 1, 30), on(5, 23, 0)}} // nights of 2, 3 and 5
	r, err := cadence.Evaluate(book, cadence.Facts{People: []cadence.Person{ann}}, on(6, 0, 0), time.UTC, cadence.Options{})
	require.NoError(t, err)
	var due []string
	for _, f := range r.Findings {
		due = append(due, f.Due.String()+" "+f.DueAt.UTC().Format("15:04")+" "+f.Unit)
	}
	// The Thursday on which the policy began, which was in force at its end; and the Sunday
	// that began at one o'clock.
	require.Equal(t, []string{"2018-11-01 03:00 group", "2018-11-04 02:00 east"}, due)
}

func TestDayStatus(t *testing.T) {
	li := staff(t, "li")
	li.Absences = []cadence.Absence{travel("2026-03-02", "2026-03-07"), leave("2026-03-04", "2026-03-05"),
		{Kind: cadence.Travel, From: at("2026-03-10 13:30"), To: at("2026-03-10 18:00")}}
	for text, want := range map[string]cadence.Status{"2025-01-02": cadence.NoAccount, "2025-01-03": cadence.AtOffice, "2026-03-02": cadence.OnTravel,
		"2026-03-04": cadence.OnLeave, "2026-03-07": cadence.AtOffice, "2026-03-10": cadence.OnTravel} {
		got, err := li.StatusOn(day(text), cadence.Options{})
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
	got, err := li.StatusOn(day("2026-03-10"), cadence.Options{AbsenceShare: money.Ratio{Num: 3, Den: 4}})
	require.NoError(t, err)
	require.Equal(t, cadence.AtOffice, got)
	_, err = li.StatusOn(day("2027-03-10"), cadence.Options{})
	require.ErrorIs(t, err, cadence.ErrHorizon)
}

func TestRefusals(t *testing.T) {
	book := bookOf(t, cadence.Rules{})
	li, asOf := staff(t, "li"), at("2026-07-01")
	run := func(facts cadence.Facts) error {
		_, err := cadence.Evaluate(book, facts, asOf, shanghai, cadence.Options{})
		return err
	}
	with := func(change func(*cadence.Person)) cadence.Facts {
		p := li
		change(&p)
		return cadence.Facts{People: []cadence.Person{p}}
	}
	record, action := opportunity("2026-06-10"), call("R", "2026-06-11 10:00")
	for name, c := range map[string]struct {
		facts cadence.Facts
		want  error
	}{
		"no calendar":        {with(func(p *cadence.Person) { p.Cal = nil }), cadence.ErrInvalid},
		"backward account":   {with(func(p *cadence.Person) { p.Accounts = []cadence.Span{{From: asOf, To: asOf}} }), cadence.ErrInvalid},
		"unknown unit":       {with(func(p *cadence.Person) { p.Units = []cadence.UnitSpan{{Unit: "south"}} }), cadence.ErrNotFound},
		"beyond the horizon": {with(func(p *cadence.Person) { p.Accounts = []cadence.Span{{From: at("2024-06-01")}} }), cadence.ErrHorizon},
		"twice the same":     {cadence.Facts{People: []cadence.Person{li, li}}, cadence.ErrDuplicate},
		"unknown owner":      {cadence.Facts{Records: []cadence.Record{record}}, cadence.ErrNotFound},
		"record twice":       {cadence.Facts{People: []cadence.Person{li}, Records: []cadence.Record{record, record}}, cadence.ErrDuplicate},
		"action twice":       {cadence.Facts{People: []cadence.Person{li}, Records: []cadence.Record{record}, Actions: []cadence.Action{action, action}}, cadence.ErrDuplicate},
		"action of nothing":  {cadence.Facts{People: []cadence.Person{li}, Actions: []cadence.Action{action}}, cadence.ErrNotFound},
	} {
		require.ErrorIs(t, run(c.facts), c.want, name)
	}
	future := action
	future.At = future.RecordedAt.Add(1)
	err := run(cadence.Facts{People: []cadence.Person{li}, Records: []cadence.Record{record}, Actions: []cadence.Action{future}})
	require.ErrorIs(t, err, cadence.ErrInvalid)
	for _, opts := range []cadence.Options{{WeekStart: 7}, {AbsenceShare: money.Ratio{Num: 2, Den: 1}}, {AbsenceShare: money.Ratio{Num: 1}}} {
		_, err := cadence.Evaluate(book, cadence.Facts{}, asOf, shanghai, opts)
		require.ErrorIs(t, err, cadence.ErrInvalid)
	}
	_, err = cadence.Evaluate(book, cadence.Facts{}, asOf, nil, cadence.Options{})
	require.ErrorIs(t, err, cadence.ErrInvalid)

	_, err = cadence.NewBook([]cadence.Unit{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}}, nil)
	require.ErrorIs(t, err, cadence.ErrInvalid)
	_, err = cadence.NewBook([]cadence.Unit{{ID: "a"}}, []cadence.Policy{published("b", cadence.Rules{})})
	require.ErrorIs(t, err, cadence.ErrNotFound)
	_, err = cadence.NewBook([]cadence.Unit{{ID: "a"}}, []cadence.Policy{published("a", cadence.Rules{}), published("a", cadence.Rules{})})
	require.ErrorIs(t, err, cadence.ErrDuplicate)
	bad := cadence.Rules{Travel: cadence.TravelRule{PerWeek: 8}, Idle: cadence.IdleRule{Days: -1}, Action: cadence.ActionRule{Days: math.MaxInt},
		Penalties: []cadence.Penalty{{Code: "CAD-A1", Amount: cny(1), PerMonthCap: money.Amount{Minor: 1, Currency: money.MustCurrency("USD")}}, {Code: "PIP-1"}}}.Validate()
	require.ErrorIs(t, bad, cadence.ErrCurrency)
	joined, ok := bad.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, joined.Unwrap(), 6) // all at once: also the amount of the second penalty
}

// A policy that the group makes stricter later shows which units are behind.
func TestLooserLater(t *testing.T) {
	units := []cadence.Unit{{ID: "group"}, {ID: "east", Parent: "group", Head: "hao"}}
	strict := published("group", cadence.Rules{Idle: cadence.IdleRule{Days: 7}})
	strict.Edition.Version, strict.Edition.From = 2, at("2026-03-01")
	own := published("east", cadence.Rules{Idle: cadence.IdleRule{Days: 10}})
	book, err := cadence.NewBook(units, []cadence.Policy{published("group", cadence.Rules{}), strict, own})
	require.NoError(t, err)
	list, err := book.Looser(at("2026-02-28"), shanghai)
	require.NoError(t, err)
	require.Empty(t, list)
	list, err = book.Looser(at("2026-03-01"), shanghai)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "hao", list[0].Owner)
	require.Equal(t, "looser than the rules of the unit above: idle.days", list[0].Text(0))

	// A new one has to be as strict as what the group has published for later, too.
	next := own
	next.State = cadence.Draft
	next.Edition = approval.Edition{Policy: "use-east", Version: 2, Date: calendar.MustDate(2026, 1, 10), Authoriser: "hao", Change: "notice", From: at("2026-02-01")}
	next, err = next.Submit()
	require.NoError(t, err)
	for _, body := range cadence.Bodies() {
		next, err = next.Approve(approval.BodyApproval{Body: body, At: at("2026-01-15")})
		require.NoError(t, err)
	}
	next, err = next.Sign(approval.Signature{By: "hao", At: at("2026-01-16")})
	require.NoError(t, err)
	_, err = book.Publish(next, cadence.Publishing{})
	var looser *cadence.Error
	require.ErrorAs(t, err, &looser)
	require.Equal(t, []string{"idle.days"}, looser.Items)
}
