package cadence_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
)

func TestSalesO07(t *testing.T) {
	week := []string{"2026-02-09 09:01", "2026-02-10 09:01", "2026-02-11 09:01", "2026-02-12 09:01", "2026-02-13 09:01"}
	run := func(window cadence.LoginWindow, more ...string) cadence.Report {
		rules := only(cadence.RuleLogin)
		rules.Login.Window = window
		li := staff(t, "li", append(week[:5:5], more...)...)
		return judge(t, rules, cadence.Facts{People: []cadence.Person{li}}, "2026-02-09", "2026-02-23")
	}
	r := run(cadence.LocalDay)
	require.Equal(t, []string{"CAD-L1 2026-02-15 00:00"}, found(r))
	require.Equal(t, "2026-02-15T00:00:00+08:00", r.Findings[0].DueAt.Format(time.RFC3339))
	require.Equal(t, "CAD-L1|li|2026-02-14", r.Findings[0].Key)
	line, ok := r.Line("east", cadence.RuleLogin)
	require.True(t, ok)
	require.Equal(t, cadence.Line{Unit: "east", Rule: cadence.RuleLogin, Owed: 6, Met: 5, Missed: 1, People: 1}, line) // nothing in the week of 02-16

	late := run(cadence.LocalDay, "2026-02-14 23:59:59.9")
	require.Empty(t, late.Findings)
	require.Equal(t, found(r), found(run(cadence.WorkingHours, "2026-02-14 23:59:59.9")))
	require.Empty(t, run(cadence.WorkingHours, "2026-02-14 17:59:59").Findings)
	require.NotEmpty(t, run(cadence.WorkingHours, "2026-02-14 12:30").Findings) // the break
}

func TestSalesO08(t *testing.T) {
	run := func(rules cadence.Rules, trip cadence.Absence, logins ...string) cadence.Report {
		li := staff(t, "li", logins...)
		li.Absences = []cadence.Absence{trip}
		return judge(t, rules, cadence.Facts{People: []cadence.Person{li}}, "2026-03-02", "2026-03-15")
	}
	travelOnly := only(cadence.RuleTravel)
	week := travel("2026-03-02", "2026-03-07")
	r := run(travelOnly, week, "2026-03-04 10:00")
	require.Equal(t, []string{"CAD-L2 2026-03-07 00:00"}, found(r))
	require.Equal(t, []int{2, 1}, []int{r.Findings[0].Owed, r.Findings[0].Done})

	require.Empty(t, run(travelOnly, week, "2026-03-04 09:00", "2026-03-04 18:00").Findings)
	distinct := travelOnly
	distinct.Travel.DistinctDays = true
	r = run(distinct, week, "2026-03-04 09:00", "2026-03-04 18:00")
	require.Len(t, r.Findings, 1)
	require.Equal(t, 1, r.Findings[0].Done)

	r = run(only(cadence.RuleTravel, cadence.RuleLogin), travel("2026-03-04", "2026-03-11"))
	var owed []int
	var office []string
	for _, f := range r.Findings {
		if f.Code == "CAD-L2" {
			owed = append(owed, f.Owed)
		} else if f.Due < day("2026-03-09") {
			office = append(office, f.Due.String())
		}
	}
	require.Equal(t, []int{2, 1}, owed)
	require.Equal(t, []string{"2026-03-02", "2026-03-03"}, office)

	for travelled, want := range []int{0, 1, 1, 2, 2, 2} {
		require.Equal(t, want, cadence.TravelRule{}.Owed(travelled, 5))
	}
}

func TestSalesO09(t *testing.T) {
	run := func(basis cadence.IdleBasis, absences ...cadence.Absence) (list []string) {
		rules := only(cadence.RuleIdle)
		rules.Idle.Basis = basis
		li := staff(t, "li", "2026-03-02 10:00")
		li.Absences = absences
		facts := cadence.Facts{People: []cadence.Person{li}}
		r := judge(t, rules, facts, "2026-03-01", "2026-04-05")
		require.Equal(t, r, judge(t, rules, facts, "2026-03-01", "2026-04-05")) // a second run adds nothing
		for i, f := range r.Findings {
			require.Equal(t, i+1, f.Step)
			list = append(list, f.FoundAt.Format("2006-01-02T15:04"))
		}
		return list
	}
	off := leave("2026-03-09", "2026-03-12")
	require.Equal(t, []string{"2026-03-17T00:00", "2026-03-31T00:00"}, run(cadence.CalendarDays))
	require.Equal(t, []string{"2026-03-20T00:00", "2026-04-03T00:00"}, run(cadence.CalendarDays, off))
	require.Equal(t, "2026-03-17T00:00", run(cadence.StrictDays, off)[0])
	require.Equal(t, "2026-03-17T00:00", run(cadence.WorkingDays)[0]) // ten working days: 03-03 to 03-16
	require.Equal(t, "2026-03-20T00:00", run(cadence.WorkingDays, off)[0])
	travelling := travel("2026-03-09", "2026-03-12")
	require.Equal(t, "2026-03-17T00:00", run(cadence.CalendarDays, travelling)[0])
}

func TestSalesO10(t *testing.T) {
	run := func(mode cadence.ActionMode) cadence.Report {
		rules := only(cadence.RuleAction)
		rules.Action.Mode = mode
		return judge(t, rules, cadence.Facts{People: []cadence.Person{staff(t, "li")}, Records: []cadence.Record{opportunity("2026-06-10")},
			Actions: []cadence.Action{call("R", "2026-08-31 10:00"), call("R", "2026-07-01 10:00")}}, "2026-06-01", "2026-09-15")
	}
	require.Empty(t, run(cadence.CalendarMonth).Findings)
	for _, mode := range []cadence.ActionMode{cadence.Rolling, cadence.Both} {
		r := run(mode)
		require.Len(t, r.Findings, 2, mode)
		for i, want := range []string{"2026-07-31", "2026-08-30"} {
			require.Equal(t, want, r.Findings[i].Due.String())
			require.Equal(t, i+1, r.Findings[i].Step)
			require.Equal(t, "li", r.Findings[i].Owner)
		}
		require.Equal(t, at("2026-08-01"), r.Findings[0].FoundAt)
		require.Equal(t, at("2026-08-31"), r.Findings[1].FoundAt)
	}
	next, err := cadence.ActionRule{}.Next(at("2026-06-10"), at("2026-08-31 10:00"), shanghai)
	require.NoError(t, err)
	require.Equal(t, "2026-09-30", next.String())
}

func TestSalesO11(t *testing.T) {
	for _, c := range []struct{ takeover, owner string }{{"2026-03-28 12:00", "A"}, {"2026-03-24 12:00", "B"}, {"2026-03-25 12:00", "A"}, {"2026-03-25", "B"}} {
		r := judge(t, only(cadence.RuleAction), cadence.Facts{People: []cadence.Person{staff(t, "A"), staff(t, "B"), staff(t, "li")},
			Records: []cadence.Record{opportunity("2026-02-10", cadence.OwnerSpan{Owner: "A", From: at("2026-02-10"), To: at(c.takeover)},
				cadence.OwnerSpan{Owner: "B", From: at(c.takeover)})},
			Actions: []cadence.Action{call("R", "2026-03-01 10:00")}}, "2026-02-01", "2026-04-02")
		require.Len(t, r.Findings, 1)
		require.Equal(t, "2026-03-31", r.Findings[0].Due.String())
		require.Equal(t, c.owner, r.Findings[0].Owner, c.takeover)
	}
}

func TestSalesO12(t *testing.T) {
	visit := cadence.Action{ID: "v", Target: "R", TargetKind: cadence.Opportunity, Actor: "li", Kind: cadence.Visit, At: at("2026-07-20 10:00"), RecordedAt: at("2026-07-20 10:00"),
		Purpose: "show the sample", Outcome: "they like it", Contact: "c-1"}
	v, err := cadence.EvidenceRule{}.Judge(visit)
	require.NoError(t, err)
	require.Equal(t, cadence.Verdict{Missing: []string{"next_step"}}, v)

	plain := cadence.Action{ID: "g", Target: "R", TargetKind: cadence.Opportunity, Actor: "li", At: at("2026-07-20 10:00"), RecordedAt: at("2026-07-20 10:00"), NoChange: true}
	v, err = cadence.EvidenceRule{}.Judge(plain)
	require.NoError(t, err)
	require.True(t, v.Counted)

	late := call("R", "2026-07-20 10:00")
	for _, c := range []struct {
		recorded, counts string
		late             bool
	}{{"2026-07-23 10:00", "2026-07-20 10:00", false}, {"2026-07-23 10:00:01", "2026-07-23 10:00:01", true}} {
		late.RecordedAt = at(c.recorded)
		v, err = cadence.EvidenceRule{}.Judge(late)
		require.NoError(t, err)
		require.Equal(t, cadence.Verdict{Counted: true, At: at(c.counts), Late: c.late}, v)
	}

	// The same through an evaluation.
	r := judge(t, only(cadence.RuleAction), cadence.Facts{People: []cadence.Person{staff(t, "li")}, Records: []cadence.Record{opportunity("2026-07-10")},
		Actions: []cadence.Action{visit, late}}, "2026-07-01", "2026-08-01")
	require.Equal(t, []string{"CAD-EMPTY 2026-07-20 10:00", "CAD-LATE 2026-07-23 10:00"}, found(r))
	require.Equal(t, []string{"next_step"}, r.Findings[0].Fields)
	require.Equal(t, late.RecordedAt, r.Findings[1].FoundAt)
}

func TestSalesO13(t *testing.T) {
	draft := func(version int, rules cadence.Rules) cadence.Policy {
		return cadence.Policy{Unit: "group", Label: "CRM management", Rules: rules, Edition: approval.Edition{Policy: "use-group", Version: version,
			Date: calendar.MustDate(2026, 5, 1), Authoriser: "boss", Change: "log-ins within working hours", From: at("2026-06-01")}}
	}
	approve := func(p cadence.Policy) cadence.Policy {
		var err error
		p, err = p.Submit()
		require.NoError(t, err)
		for i, body := range cadence.Bodies() {
			p, err = p.Approve(approval.BodyApproval{Body: body, At: at("2026-05-10").AddDate(0, 0, i)})
			require.NoError(t, err)
		}
		p, err = p.Sign(approval.Signature{By: "boss", At: at("2026-05-20")})
		require.NoError(t, err)
		return p
	}
	third := published("group", cadence.Rules{})
	third.Edition.Version = 3
	units := []cadence.Unit{{ID: "group"}, {ID: "east", Parent: "group"}}
	book, err := cadence.NewBook(units, []cadence.Policy{third})
	require.NoError(t, err)

	fourth, err := book.Publish(approve(draft(4, cadence.Rules{})), cadence.Publishing{})
	require.NoError(t, err)
	require.Equal(t, cadence.Published, fourth.State)
	after, err := cadence.NewBook(units, []cadence.Policy{fourth, third})
	require.NoError(t, err)
	for text, want := range map[string]cadence.State{"2026-05-31 23:59:59": cadence.Published, "2026-06-01": cadence.Superseded} {
		state, err := after.StateAt("use-group", 3, at(text))
		require.NoError(t, err)
		require.Equal(t, want, state, text)
	}
	in, ok := after.At("east", at("2026-06-01"))
	require.True(t, ok)
	require.Equal(t, 4, in.Edition.Version)

	_, err = book.Publish(approve(draft(6, cadence.Rules{})), cadence.Publishing{})
	require.ErrorIs(t, err, cadence.ErrInvalid)

	bare := approve(draft(4, cadence.Rules{}))
	bare.Edition.Change, bare.Edition.Authoriser = " ", ""
	_, err = book.Publish(bare, cadence.Publishing{})
	var missing *approval.Error
	require.ErrorAs(t, err, &missing)
	require.Equal(t, []string{"authoriser", "change"}, missing.Items)

	edited := approve(draft(4, cadence.Rules{}))
	edited.Rules.Idle.Days = 13
	_, err = book.Publish(edited, cadence.Publishing{})
	var sign *approval.Error
	require.ErrorIs(t, err, cadence.ErrInvalid)
	require.ErrorAs(t, err, &sign)
	require.Equal(t, "sign", sign.Field)

	inReview, err := draft(4, cadence.Rules{}).Submit()
	require.NoError(t, err)
	_, err = inReview.Approve(approval.BodyApproval{Body: approval.StepBoard, At: at("2026-05-10")})
	require.ErrorIs(t, err, cadence.ErrTransition)
	swapped := approve(draft(4, cadence.Rules{}))
	swapped.Edition.Approvals[0].At, swapped.Edition.Approvals[1].At = swapped.Edition.Approvals[1].At, swapped.Edition.Approvals[0].At
	_, err = book.Publish(swapped, cadence.Publishing{})
	require.ErrorIs(t, err, cadence.ErrTransition)

	groupRules := cadence.Rules{Penalties: []cadence.Penalty{{Code: "CAD-A1", Amount: cny(10000)}}}
	with, err := cadence.NewBook(units, []cadence.Policy{published("group", groupRules)})
	require.NoError(t, err)
	sub := func(rules cadence.Rules) error {
		p := draft(1, rules)
		p.Unit, p.Edition.Policy = "east", "use-east"
		_, err := with.Publish(approve(p), cadence.Publishing{})
		return err
	}
	err = sub(cadence.Rules{Idle: cadence.IdleRule{Days: 21}})
	var looser *cadence.Error
	require.ErrorAs(t, err, &looser)
	require.ErrorIs(t, err, cadence.ErrInvalid)
	require.Equal(t, "looser", looser.Field)
	require.Equal(t, []string{"idle.days"}, looser.Items)
	require.NoError(t, sub(cadence.Rules{Idle: cadence.IdleRule{Days: 10}}))
	require.NoError(t, sub(cadence.Rules{Penalties: []cadence.Penalty{{Code: "CAD-A1", Amount: cny(5000)}}}))
}
