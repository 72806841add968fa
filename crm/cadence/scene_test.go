package cadence_test

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// at reads 2006-01-02, with an optional clock of minutes, seconds or fractions, in
// Shanghai.
func at(text string) time.Time {
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, shanghai); err == nil {
			return t
		}
	}
	panic(text)
}

func day(text string) calendar.Day {
	d, err := calendar.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

func office(t require.TestingT) *calendar.Calendar {
	cal, err := calendar.Compile(calendar.Spec{Loc: shanghai, Years: calendar.China(),
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}},
		From:     calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31)})
	require.NoError(t, err)
	return cal
}

// published returns version 1 of a unit's policy, in force since 2025.
func published(unit string, rules cadence.Rules) cadence.Policy {
	return cadence.Policy{Unit: unit, State: cadence.Published, Rules: rules, Edition: approval.Edition{
		Policy: "use-" + unit, Version: 1, Date: calendar.MustDate(2025, 1, 1), Authoriser: "boss", Change: "first", From: at("2025-01-01")}}
}

func bookOf(t require.TestingT, rules cadence.Rules) *cadence.Book {
	b, err := cadence.NewBook([]cadence.Unit{{ID: "group", Head: "boss"}, {ID: "east", Parent: "group", Head: "hao"}},
		[]cadence.Policy{published("group", rules)})
	require.NoError(t, err)
	return b
}

// staff returns somebody of unit east with an account since 2025.
func staff(t require.TestingT, id string, logins ...string) cadence.Person {
	p := cadence.Person{ID: id, Accounts: []cadence.Span{{From: at("2025-01-02 09:00")}}, Units: []cadence.UnitSpan{{Unit: "east"}}, Cal: office(t)}
	for _, text := range logins {
		p.Logins = append(p.Logins, at(text))
	}
	return p
}

func travel(from, to string) cadence.Absence {
	return cadence.Absence{Kind: cadence.Travel, From: at(from), To: at(to)}
}

func leave(from, to string) cadence.Absence {
	return cadence.Absence{Kind: cadence.Leave, From: at(from), To: at(to)}
}

func call(target, when string) cadence.Action {
	return cadence.Action{ID: "a-" + when, Target: target, TargetKind: cadence.Opportunity, Actor: "li", Kind: cadence.Call,
		At: at(when), RecordedAt: at(when), Note: "spoke on " + when}
}

func opportunity(opened string, owners ...cadence.OwnerSpan) cadence.Record {
	r := cadence.Record{ID: "R", Kind: cadence.Opportunity, Opened: at(opened), Owners: owners}
	if owners == nil {
		r.Owners = []cadence.OwnerSpan{{Owner: "li", From: at(opened)}}
	}
	return r
}

// only leaves all rules out but those of keep.
func only(keep ...cadence.Rule) cadence.Rules {
	r := cadence.Rules{Login: cadence.LoginRule{Off: true}, Travel: cadence.TravelRule{Off: true}, Idle: cadence.IdleRule{Off: true}, Action: cadence.ActionRule{Off: true}}
	for _, rule := range keep {
		switch rule {
		case cadence.RuleLogin:
			r.Login.Off = false
		case cadence.RuleTravel:
			r.Travel.Off = false
		case cadence.RuleIdle:
			r.Idle.Off = false
		case cadence.RuleAction:
			r.Action.Off = false
		}
	}
	return r
}

// judge evaluates one person or record from an instant on.
func judge(t require.TestingT, rules cadence.Rules, facts cadence.Facts, from, asOf string) cadence.Report {
	report, err := cadence.Evaluate(bookOf(t, rules), facts, at(asOf), shanghai, cadence.Options{From: at(from)})
	require.NoError(t, err)
	return report
}

// found lists code and DueAt of each finding.
func found(r cadence.Report) (list []string) {
	for _, f := range r.Findings {
		list = append(list, f.Code+" "+f.DueAt.Format("2006-01-02 15:04"))
	}
	return list
}

func cny(fen int64) money.Amount { return money.Amount{Minor: fen, Currency: money.CNY} }
