package cadence_test

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
)

var firstDay = calendar.MustDate(2026, 1, 5)

func stated(r cadence.Rules, t *rapid.T, name string) cadence.Rules {
	r.Travel.PerWeek = rapid.IntRange(1, 3).Draw(t, name+"per")
	r.Idle.Days = rapid.IntRange(3, 15).Draw(t, name+"idle")
	r.Idle.Basis = cadence.IdleBasis(rapid.IntRange(0, 2).Draw(t, name+"basis"))
	r.Login.Window = cadence.LoginWindow(rapid.IntRange(0, 1).Draw(t, name+"window"))
	r.Action = cadence.ActionRule{Days: rapid.IntRange(15, 40).Draw(t, name+"days"), GraceDays: rapid.IntRange(1, 9).Draw(t, name+"grace"),
		PostponeDays: rapid.IntRange(1, 14).Draw(t, name+"postpone"), Mode: cadence.ActionMode(rapid.IntRange(0, 2).Draw(t, name+"mode"))}
	r.Travel.DistinctDays = rapid.Bool().Draw(t, name+"distinct")
	r.Action.Off = rapid.IntRange(0, 9).Draw(t, name+"off") == 0
	r.Idle.Off = rapid.IntRange(0, 9).Draw(t, name+"idleoff") == 0
	return r
}

// halfHour draws an instant within so many days of the first.
func halfHour(t *rapid.T, name string, days int) time.Time {
	return begins(firstDay).Add(time.Duration(rapid.IntRange(0, 48*days).Draw(t, name)) * 30 * time.Minute)
}

func drawBook(t *rapid.T) *cadence.Book {
	units := []cadence.Unit{{ID: "group", Head: "boss"}, {ID: "east", Parent: "group", Head: "hao"}, {ID: "north", Parent: "east", Head: "wu"}, {ID: "west", Parent: "group"}}
	var policies []cadence.Policy
	add := func(unit string, version int, from time.Time) {
		p := published(unit, stated(cadence.Rules{}, t, fmt.Sprint(unit, version)))
		p.Edition.Version, p.Edition.From = version, from
		policies = append(policies, p)
	}
	add("group", 1, at("2025-01-01"))
	if rapid.Bool().Draw(t, "second") {
		add("group", 2, halfHour(t, "from", 120))
	}
	if rapid.Bool().Draw(t, "own") {
		add("east", 1, halfHour(t, "own from", 120))
	}
	b, err := cadence.NewBook(units, policies)
	require.NoError(t, err)
	return b
}

var cal2026 = office(noFail{})

type noFail struct{}

func (noFail) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (noFail) FailNow()                          { panic("office") }

func drawPerson(t *rapid.T, id string, days int) cadence.Person {
	p := cadence.Person{ID: id, Cal: cal2026, Accounts: []cadence.Span{{From: halfHour(t, "account", 20)}}}
	if rapid.IntRange(0, 3).Draw(t, "leaves") == 0 {
		p.Accounts[0].To = p.Accounts[0].From.AddDate(0, 0, rapid.IntRange(1, days).Draw(t, "closed"))
	}
	unit := rapid.SampledFrom([]string{"group", "east", "north", "west"})
	p.Units = []cadence.UnitSpan{{Unit: unit.Draw(t, "unit"), From: at("2025-06-01")}}
	if rapid.Bool().Draw(t, "moves") {
		p.Units[0].To = halfHour(t, "moved", days)
		if rapid.Bool().Draw(t, "stays") {
			p.Units = append(p.Units, cadence.UnitSpan{Unit: unit.Draw(t, "to"), From: p.Units[0].To})
		}
	}
	for range rapid.IntRange(0, 4).Draw(t, "absences") {
		a := cadence.Absence{Kind: cadence.AbsenceKind(rapid.IntRange(1, 2).Draw(t, "kind")), From: halfHour(t, "away", days)}
		a.To = a.From.Add(time.Duration(rapid.IntRange(1, 20*48).Draw(t, "for")) * 30 * time.Minute)
		overlaps := slices.ContainsFunc(p.Absences, func(b cadence.Absence) bool {
			return a.From.Before(b.To.AddDate(0, 0, 1)) && b.From.AddDate(0, 0, -1).Before(a.To)
		})
		if a.Kind == cadence.Leave && rapid.Bool().Draw(t, "delegates") && !overlaps {
			a.Delegate = "p0"
		}
		p.Absences = append(p.Absences, a)
	}
	dense, rng := rapid.IntRange(0, 12).Draw(t, "dense"), rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "log-ins"), 1))
	for d := range days {
		if rng.IntN(12) < dense {
			p.Logins = append(p.Logins, begins(firstDay+calendar.Day(d)).Add(time.Duration(rng.IntN(48))*30*time.Minute))
		}
	}
	return p
}

func drawRecord(t *rapid.T, id string, people, days int) (r cadence.Record, actions []cadence.Action) {
	r = cadence.Record{ID: id, Kind: cadence.Opportunity, Opened: halfHour(t, "opened", 60)}
	if rapid.Bool().Draw(t, "of a unit") {
		r.Unit = rapid.SampledFrom([]string{"east", "west"}).Draw(t, "unit")
	}
	from := r.Opened
	for range rapid.IntRange(0, 4).Draw(t, "owners") {
		s := cadence.OwnerSpan{From: from}
		if n := rapid.IntRange(-1, people-1).Draw(t, "owner"); n >= 0 {
			s.Owner = fmt.Sprint("p", n)
		}
		from = from.Add(time.Duration(rapid.IntRange(1, 48*40).Draw(t, "held")) * 30 * time.Minute)
		s.To = from
		r.Owners = append(r.Owners, s)
	}
	if n := len(r.Owners); n > 0 && rapid.Bool().Draw(t, "open") {
		r.Owners[n-1].To = time.Time{}
	}
	if rapid.IntRange(0, 2).Draw(t, "closes") == 0 {
		r.Closed = r.Opened.Add(time.Duration(rapid.IntRange(0, 48*days).Draw(t, "closed")) * 30 * time.Minute)
	}
	for n := range rapid.IntRange(0, 8).Draw(t, "actions") {
		a := cadence.Action{ID: fmt.Sprint(id, "-", n), Target: id, TargetKind: r.Kind, Actor: "p0", At: halfHour(t, "acted", days), NoChange: rapid.IntRange(0, 5).Draw(t, "says") > 0}
		a.RecordedAt = a.At.Add(time.Duration(rapid.IntRange(0, 6*48).Draw(t, "late")) * 30 * time.Minute)
		actions = append(actions, a)
	}
	return r, actions
}

func drawFacts(t *rapid.T, days int) (facts cadence.Facts) {
	people := rapid.IntRange(1, 3).Draw(t, "people")
	for i := range people {
		facts.People = append(facts.People, drawPerson(t, fmt.Sprint("p", i), days))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "records") {
		r, actions := drawRecord(t, fmt.Sprint("r", i), people, days)
		facts.Records, facts.Actions = append(facts.Records, r), append(facts.Actions, actions...)
	}
	return facts
}

func span(t *testing.T) int {
	if testing.Short() {
		return 60
	}
	return 150
}

func TestAgainstDayLoop(t *testing.T) {
	days := span(t)
	rapid.Check(t, func(t *rapid.T) {
		book, facts := drawBook(t), drawFacts(t, days)
		asOf := begins(firstDay).AddDate(0, 0, rapid.IntRange(1, days).Draw(t, "as of"))
		r, err := cadence.Evaluate(book, facts, asOf, shanghai, cadence.Options{})
		require.NoError(t, err)
		p := &plain{book: book, facts: facts, until: calendar.DayOf(asOf, shanghai) - 1}
		require.Equal(t, p.run(), lines(r.Findings))
		for _, rule := range []cadence.Rule{cadence.RuleLogin, cadence.RuleTravel} {
			line, _ := r.Line("group", rule)
			none, _ := r.Line("", rule)
			require.EqualValues(t, p.owed[rule], line.Owed+none.Owed)
		}
		ownersAgree(t, r)
	})
}

// ownersAgree holds what the owners come to against the findings about each, and against
// the lines of the units, and the league table against a plain one.
func ownersAgree(t *rapid.T, r cadence.Report) {
	type place struct {
		owner, unit string
		rule        cadence.Rule
	}
	missed, orphans := map[place]int64{}, int64(0)
	for _, f := range r.Findings {
		switch f.Code {
		case "CAD-L1", "CAD-L2", "CAD-L3", "CAD-A1":
			missed[place{f.Owner, f.Unit, f.Rule}]++
		case "CAD-ORPHAN":
			orphans++
		}
	}
	owed, lacks := map[cadence.Rule]int64{}, map[cadence.Rule]int64{}
	met := map[string]*big.Rat{}
	sums := map[string][2]int64{}
	for i, l := range r.Owners {
		require.Equal(t, l.Owed, l.Met+l.Missed)
		require.Positive(t, l.Owed)
		require.Equal(t, missed[place{l.Owner, l.Unit, l.Rule}], l.Missed)
		delete(missed, place{l.Owner, l.Unit, l.Rule})
		if i > 0 {
			b := r.Owners[i-1]
			require.Negative(t, cmp.Or(cmp.Compare(b.Owner, l.Owner), cmp.Compare(b.Unit, l.Unit), cmp.Compare(b.Rule, l.Rule)))
		}
		owed[l.Rule] += l.Owed
		lacks[l.Rule] += l.Missed
		sums[l.Owner] = [2]int64{sums[l.Owner][0] + l.Met, sums[l.Owner][1] + l.Owed}
		met[l.Owner] = big.NewRat(sums[l.Owner][0], sums[l.Owner][1])
	}
	require.Empty(t, missed)
	for rule := cadence.RuleLogin; rule <= cadence.RuleAction; rule++ {
		line, _ := r.Line("group", rule)
		none, _ := r.Line("", rule)
		if rule == cadence.RuleAction {
			require.Equal(t, line.Missed+none.Missed, lacks[rule]+orphans)
			continue
		}
		require.Equal(t, line.Owed+none.Owed, owed[rule])
	}
	table := r.League(0)
	require.Len(t, table, len(met))
	for i, s := range table {
		better := 0
		for _, other := range met {
			if other.Cmp(met[s.Owner]) > 0 {
				better++
			}
		}
		require.Equal(t, better+1, s.Rank)
		require.Equal(t, sums[s.Owner], [2]int64{s.Met, s.Owed})
		require.False(t, i > 0 && s.Rank == table[i-1].Rank && s.Owner < table[i-1].Owner)
	}
}

func TestOrderAndRunsDoNotMatter(t *testing.T) {
	days := span(t)
	rapid.Check(t, func(t *rapid.T) {
		book, facts := drawBook(t), drawFacts(t, days)
		asOf := begins(firstDay).AddDate(0, 0, days)
		once, err := cadence.Evaluate(book, facts, asOf, shanghai, cadence.Options{})
		require.NoError(t, err)
		facts.People = rapid.Permutation(facts.People).Draw(t, "people")
		facts.Records = rapid.Permutation(facts.Records).Draw(t, "records")
		facts.Actions = rapid.Permutation(facts.Actions).Draw(t, "actions")
		for i := range facts.People {
			p := &facts.People[i]
			p.Logins, p.Absences = rapid.Permutation(p.Logins).Draw(t, "logins"), rapid.Permutation(p.Absences).Draw(t, "absences")
		}
		again, err := cadence.Evaluate(book, facts, asOf, shanghai, cadence.Options{})
		require.NoError(t, err)
		require.Equal(t, once, again)
		keys := map[string]bool{}
		for _, f := range once.Findings {
			require.False(t, keys[f.Key], f.Key)
			keys[f.Key] = true
			require.False(t, f.DueAt.After(f.FoundAt))
			require.NoError(t, f.Finding().Validate())
			require.NotEqual(t, f.Code, f.Text(1))
		}
	})
}

func TestLaterAsOfOnlyAdds(t *testing.T) {
	days := span(t)
	rapid.Check(t, func(t *rapid.T) {
		book, facts := drawBook(t), drawFacts(t, days)
		from := cadence.Options{}
		if rapid.Bool().Draw(t, "from") {
			from.From = halfHour(t, "begin", days/2)
		}
		instant := halfHour(t, "as of", days-2)
		early, err := cadence.Evaluate(book, facts, instant, shanghai, from)
		require.NoError(t, err)
		late, err := cadence.Evaluate(book, facts, halfHour(t, "later", 20).Add(instant.Sub(begins(firstDay))), shanghai, from)
		require.NoError(t, err)
		var due []cadence.Finding
		for _, f := range late.Findings {
			if !f.FoundAt.After(instant) {
				due = append(due, f)
			}
		}
		require.Equal(t, early.Findings, due)
	})
}

// What is found from an instant on is the part of what is found in all.
func TestFromLeavesOut(t *testing.T) {
	days := span(t)
	rapid.Check(t, func(t *rapid.T) {
		book, facts := drawBook(t), drawFacts(t, days)
		from, asOf := halfHour(t, "from", days-1), begins(firstDay).AddDate(0, 0, days)
		all, err := cadence.Evaluate(book, facts, asOf, shanghai, cadence.Options{})
		require.NoError(t, err)
		part, err := cadence.Evaluate(book, facts, asOf, shanghai, cadence.Options{From: from})
		require.NoError(t, err)
		var want []cadence.Finding
		for _, f := range all.Findings {
			if f.FoundAt.After(from) {
				want = append(want, f)
			}
		}
		require.Equal(t, want, part.Findings)
	})
}

func TestRollupAddsUp(t *testing.T) {
	days := span(t)
	rapid.Check(t, func(t *rapid.T) {
		book, facts := drawBook(t), drawFacts(t, days)
		r, err := cadence.Evaluate(book, facts, begins(firstDay).AddDate(0, 0, days), shanghai, cadence.Options{})
		require.NoError(t, err)
		for _, rule := range []cadence.Rule{cadence.RuleLogin, cadence.RuleTravel, cadence.RuleIdle, cadence.RuleAction} {
			own := map[string]int64{} // findings by unit
			for _, f := range r.Findings {
				if f.Rule == rule {
					own[f.Unit]++
				}
			}
			sum := func(unit string) cadence.Line {
				line, ok := r.Line(unit, rule)
				require.True(t, ok || unit == "")
				require.Equal(t, line.Owed, line.Met+line.Missed)
				require.LessOrEqual(t, line.People, len(facts.People))
				rate, ok := line.Rate()
				require.Equal(t, line.Owed > 0, ok)
				require.True(t, !ok || rate.Low <= rate.Share && rate.Share <= rate.High)
				return line
			}
			group, east, north, west := sum("group"), sum("east"), sum("north"), sum("west")
			require.Equal(t, own["north"], north.Missed)
			require.Equal(t, own["east"]+north.Missed, east.Missed)
			require.Equal(t, own["group"]+east.Missed+west.Missed, group.Missed)
			require.GreaterOrEqual(t, group.Owed, east.Owed+west.Owed)
			require.GreaterOrEqual(t, group.People, max(east.People, west.People))
			require.Equal(t, own[""], sum("").Missed)
		}
	})
}

// VersionAt and the book agree about what was in force.
func TestBookAgreesWithVersionAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var policies []cadence.Policy
		var editions []approval.Edition
		for v := range rapid.IntRange(1, 5).Draw(t, "versions") {
			p := published("group", cadence.Rules{})
			p.Edition.Version, p.Edition.From = v+1, begins(firstDay).AddDate(0, 0, 10*v)
			policies, editions = append(policies, p), append(editions, p.Edition)
		}
		b, err := cadence.NewBook([]cadence.Unit{{ID: "group"}, {ID: "east", Parent: "group"}}, rapid.Permutation(policies).Draw(t, "order"))
		require.NoError(t, err)
		instant := begins(firstDay).AddDate(0, 0, rapid.IntRange(-5, 60).Draw(t, "at"))
		want, err := approval.VersionAt(editions, "use-group", instant)
		got, ok := b.At("east", instant)
		require.Equal(t, err == nil, ok)
		require.Equal(t, want, got.Edition)
	})
}
