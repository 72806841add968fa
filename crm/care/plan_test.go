package care_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/calendar/lunar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

func born(month time.Month, d int) care.MonthDay { return care.MonthDay{Month: month, Day: d} }

func TestTriggers(t *testing.T) {
	cal := office(t)
	birthday := care.Plan{ID: "p", Trigger: care.Birthday, Task: "card"}
	with := func(change func(*care.Plan)) care.Plan {
		p := birthday
		change(&p)
		return p
	}
	delivered := func(on ...string) (events []care.Event) {
		for _, d := range on {
			events = append(events, care.Event{Code: "delivered", On: day(d)})
		}
		return append(events, care.Event{Code: "other", On: day("2025-01-01")})
	}
	for name, c := range map[string]struct {
		plan        care.Plan
		customer    care.Customer
		from, until string
		want        string // occasion>day of the task
	}{
		"a birthday":                  {birthday, care.Customer{Birthday: born(5, 6)}, "2026-05-01", "2026-06-01", "2026-05-06>2026-05-06"},
		"two in a window of a year+":  {birthday, care.Customer{Birthday: born(5, 6)}, "2025-05-06", "2026-05-07", "2025-05-06>2025-05-06 2026-05-06>2026-05-06"},
		"the end is not in it":        {birthday, care.Customer{Birthday: born(5, 6)}, "2026-05-01", "2026-05-06", ""},
		"29 February":                 {birthday, care.Customer{Birthday: born(2, 29)}, "2026-01-01", "2027-01-01", "2026-02-28>2026-02-28"},
		"29 February, then 1 March":   {with(func(p *care.Plan) { p.Leap = care.March1 }), care.Customer{Birthday: born(2, 29)}, "2026-01-01", "2027-01-01", "2026-03-01>2026-03-01"},
		"29 February of a leap year":  {with(func(p *care.Plan) { p.Leap = care.March1 }), care.Customer{Birthday: born(2, 29)}, "2028-01-01", "2029-01-01", "2028-02-29>2028-02-29"},
		"a lead over New Year":        {with(func(p *care.Plan) { p.LeadDays = 7 }), care.Customer{Birthday: born(1, 3)}, "2026-12-20", "2027-01-01", "2027-01-03>2026-12-27"},
		"rolled over Spring Festival": {with(func(p *care.Plan) { p.Roll = calendar.Following }), care.Customer{Birthday: born(2, 15)}, "2026-02-20", "2026-03-01", "2026-02-15>2026-02-24"},
		"rolled to a make-up day":     {with(func(p *care.Plan) { p.Roll = calendar.Preceding }), care.Customer{Birthday: born(2, 20)}, "2026-02-01", "2026-02-15", "2026-02-20>2026-02-14"},
		"a lunar birthday":            {care.Plan{ID: "p", Trigger: care.LunarBirthday, Task: "card"}, care.Customer{Lunar: lunar.MonthDay{Month: 6, Day: 10}}, "2025-01-01", "2026-12-31", "2025-07-04>2025-07-04 2026-07-23>2026-07-23"},
		"Mid-Autumn, rolled":          {care.Plan{ID: "p", Trigger: care.LunarBirthday, Task: "card", Roll: calendar.Preceding, LeadDays: 1}, care.Customer{Lunar: lunar.MonthDay{Month: 8, Day: 15}}, "2026-01-01", "2026-12-31", "2026-09-25>2026-09-24"},
		"anniversaries":               {care.Plan{ID: "p", Trigger: care.Anniversary, Event: "delivered", Task: "call"}, care.Customer{Events: delivered("2025-03-01", "2024-02-29")}, "2025-01-01", "2026-12-31", "2025-02-28>2025-02-28 2026-02-28>2026-02-28 2026-03-01>2026-03-01"},
		"30 days after":               {care.Plan{ID: "p", Trigger: care.AfterEvent, Event: "delivered", After: care.Term{Days: 30}, Task: "call"}, care.Customer{Events: delivered("2026-01-01", "2026-01-01", "2026-02-10")}, "2026-01-01", "2026-12-31", "2026-01-31>2026-01-31 2026-03-12>2026-03-12"},
		"a month after":               {care.Plan{ID: "p", Trigger: care.AfterEvent, Event: "delivered", After: care.Term{Months: 1}, Task: "call"}, care.Customer{Events: delivered("2026-01-31")}, "2026-01-01", "2026-12-31", "2026-02-28>2026-02-28"},
		"a festival":                  {care.Plan{ID: "p", Trigger: care.Festival, Days: []calendar.Day{day("2026-02-17"), day("2027-02-06")}, LeadDays: 3, Roll: calendar.Preceding, Task: "gift"}, care.Customer{}, "2026-01-01", "2026-12-31", "2026-02-17>2026-02-14"},
		"every 30 days since the last action": {care.Plan{ID: "p", Trigger: care.EveryByClass, Every: []care.Interval{{"A", care.Term{Days: 30}}, {"B", care.Term{Months: 3}}}, Task: "call"},
			care.Customer{Class: "A", Since: day("2020-01-01"), LastAction: day("2026-06-01")}, "2026-06-01", "2026-08-01", "2026-07-01>2026-07-01 2026-07-31>2026-07-31"},
		"every 3 months, never acted": {care.Plan{ID: "p", Trigger: care.EveryByClass, Every: []care.Interval{{"A", care.Term{Days: 30}}, {"B", care.Term{Months: 3}}}, Task: "call"},
			care.Customer{Class: "B", Since: day("2020-11-30")}, "2026-01-01", "2026-09-01", "2026-02-28>2026-02-28 2026-05-30>2026-05-30 2026-08-30>2026-08-30"},
		"another class":             {care.Plan{ID: "p", Trigger: care.EveryByClass, Every: []care.Interval{{"A", care.Term{Days: 30}}}, Task: "call"}, care.Customer{Class: "C"}, "2026-01-01", "2026-09-01", ""},
		"not of the plan's classes": {with(func(p *care.Plan) { p.Classes = []string{"A"} }), care.Customer{Class: "B", Birthday: born(5, 6)}, "2026-01-01", "2026-12-31", ""},
		"of the plan's classes":     {with(func(p *care.Plan) { p.Classes = []string{"B", "A"} }), care.Customer{Class: "A", Birthday: born(5, 6)}, "2026-01-01", "2026-12-31", "2026-05-06>2026-05-06"},
	} {
		t.Run(name, func(t *testing.T) {
			c.customer.ID = "c"
			s, err := c.plan.Tasks([]care.Customer{c.customer}, day(c.from), day(c.until), cal)
			require.NoError(t, err)
			require.Empty(t, s.Skipped)
			require.Zero(t, s.Lacking)
			var got []string
			for _, task := range s.Tasks {
				require.Equal(t, "p|c|"+task.Occasion.String(), task.String())
				got = append(got, task.Occasion.String()+">"+task.On.String())
			}
			require.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}

func TestSkippedAndLacking(t *testing.T) {
	p := care.Plan{ID: "p", Trigger: care.Birthday, Roll: calendar.RollSkip, Task: "card", Budget: yuan(50)}
	s, err := p.Tasks([]care.Customer{
		{ID: "d", Birthday: born(5, 2), OptedOut: true}, // a holiday, and more
		{ID: "c", Birthday: born(5, 6), ComplaintOpen: true, OptedOut: true},
		{ID: "b", Birthday: born(5, 7), ComplaintOpen: true},
		{ID: "a", Birthday: born(5, 3)},
		{ID: "e", Birthday: born(5, 8)},
		{ID: "f"}, {ID: "g", OptedOut: true},
	}, day("2026-05-01"), day("2026-06-01"), office(t))
	require.NoError(t, err)
	require.Equal(t, care.Schedule{
		Tasks: []care.Task{{Key: care.Key{Plan: "p", Customer: "e", Occasion: day("2026-05-08")}, On: day("2026-05-08"), Task: "card", Budget: yuan(50)}},
		Skipped: []care.Skip{
			{care.Key{Plan: "p", Customer: "a", Occasion: day("2026-05-03")}, care.NotWorked},
			{care.Key{Plan: "p", Customer: "b", Occasion: day("2026-05-07")}, care.ComplaintOpen},
			{care.Key{Plan: "p", Customer: "c", Occasion: day("2026-05-06")}, care.OptedOut},
			{care.Key{Plan: "p", Customer: "d", Occasion: day("2026-05-02")}, care.OptedOut},
		},
		Lacking: 2,
	}, s)
	s, err = care.Plan{ID: "p", Trigger: care.LunarBirthday, Task: "card"}.Tasks([]care.Customer{{ID: "a"}}, day("2026-05-01"), day("2026-06-01"), nil)
	require.NoError(t, err)
	require.Equal(t, care.Schedule{Lacking: 1}, s)
	every := care.Plan{ID: "p", Trigger: care.EveryByClass, Every: []care.Interval{{"A", care.Term{Days: 1}}}, Task: "card"}
	s, err = every.Tasks([]care.Customer{{ID: "a", Class: "A"}}, day("2026-05-01"), day("2026-06-01"), nil)
	require.NoError(t, err)
	require.Equal(t, care.Schedule{Lacking: 1}, s)
}

func TestPlanRefused(t *testing.T) {
	good := care.Plan{ID: "p", Trigger: care.Birthday, Task: "card"}
	for name, c := range map[string]struct {
		change func(*care.Plan)
		codes  []string
	}{
		"nothing":           {func(p *care.Plan) { *p = care.Plan{} }, []string{"CARE-ID", "CARE-UNKNOWN", "CARE-CODE"}},
		"parts of others":   {func(p *care.Plan) { p.Event, p.After.Days = "x", 1 }, []string{"CARE-MISPLACED", "CARE-MISPLACED"}},
		"lists of others":   {func(p *care.Plan) { p.Days, p.Every = []calendar.Day{1}, []care.Interval{{"A", care.Term{Days: 1}}} }, []string{"CARE-MISPLACED", "CARE-MISPLACED"}},
		"parts missing":     {func(p *care.Plan) { p.Trigger = care.AfterEvent }, []string{"CARE-MISSING", "CARE-MISSING"}},
		"days and months":   {func(p *care.Plan) { p.Trigger, p.Event, p.After = care.AfterEvent, "x", care.Term{Days: 1, Months: 1} }, []string{"CARE-TERM"}},
		"a term below zero": {func(p *care.Plan) { p.Trigger, p.Event, p.After = care.AfterEvent, "X", care.Term{Days: -1} }, []string{"CARE-CODE", "CARE-TERM"}},
		"a class twice":     {func(p *care.Plan) { p.Classes = []string{"A", "A", ""} }, []string{"CARE-REPEATED", "CARE-ID"}},
		"an interval twice": {func(p *care.Plan) {
			p.Trigger, p.Every = care.EveryByClass, []care.Interval{{"A", care.Term{Days: 1}}, {"A", care.Term{}}}
		}, []string{"CARE-TERM", "CARE-REPEATED"}},
		"a lead":               {func(p *care.Plan) { p.LeadDays = 367 }, []string{"CARE-LEAD"}},
		"a budget":             {func(p *care.Plan) { p.Budget = money.Amount{Minor: -1, Currency: money.CNY} }, []string{"CARE-AMOUNT"}},
		"a budget of nothing":  {func(p *care.Plan) { p.Budget = money.Amount{Minor: 5} }, []string{"CARE-AMOUNT"}},
		"unknown ways":         {func(p *care.Plan) { p.Leap, p.Roll = 9, 9 }, []string{"CARE-UNKNOWN", "CARE-UNKNOWN"}},
		"a leap day of nobody": {func(p *care.Plan) { p.Trigger, p.Days, p.Leap = care.Festival, []calendar.Day{0}, care.March1 }, []string{"CARE-MISPLACED", "CARE-DAY"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := good
			c.change(&p)
			require.Equal(t, c.codes, codesOf(t, p.Validate()))
			_, err := p.Tasks(nil, day("2026-01-01"), day("2026-01-02"), nil)
			require.ErrorIs(t, err, care.ErrInvalid)
		})
	}
}

func TestTasksRefused(t *testing.T) {
	p := care.Plan{ID: "p", Trigger: care.Birthday, Task: "card", Roll: calendar.Following}
	from, until := day("2026-01-01"), day("2026-01-31")
	ask := func(p care.Plan, cal *calendar.Calendar, from, until calendar.Day, customers ...care.Customer) []string {
		_, err := p.Tasks(customers, from, until, cal)
		return codesOf(t, err)
	}
	cal := office(t)
	require.Equal(t, []string{"CARE-CALENDAR"}, ask(p, nil, from, until))
	require.Equal(t, []string{"CARE-WINDOW"}, ask(p, cal, until, from))
	require.Equal(t, []string{"CARE-WINDOW"}, ask(p, cal, 0, from))
	require.Equal(t, []string{"CARE-WINDOW"}, ask(p, cal, from, from+3661))
	require.Equal(t, []string{"CARE-ID", "CARE-DAY", "CARE-CODE", "CARE-DAY"}, ask(p, cal, from, until,
		care.Customer{Birthday: born(2, 30), Events: []care.Event{{Code: "?"}}}))
	require.Equal(t, []string{"CARE-REPEATED"}, ask(p, cal, from, until, care.Customer{ID: "a"}, care.Customer{ID: "a"}))
	_, err := p.Tasks([]care.Customer{{ID: "a", Birthday: born(1, 1)}}, day("2030-01-01"), day("2030-02-01"), cal)
	require.ErrorIs(t, err, calendar.ErrHorizon)
	require.ErrorIs(t, err, care.ErrInvalid)

	_, err = care.Plan{ID: "p", Trigger: care.LunarBirthday, Task: "card"}.Tasks([]care.Customer{{ID: "a", Lunar: lunar.MonthDay{Month: 1, Day: 1}}}, day("1850-01-01"), day("1851-01-01"), nil)
	require.Equal(t, []string{"CARE-LUNAR"}, codesOf(t, err))
	require.ErrorIs(t, err, calendar.ErrHorizon)
	require.Equal(t, []string{"CARE-DAY"}, ask(p, cal, from, until, care.Customer{ID: "a", Lunar: lunar.MonthDay{Month: 13}}))

	closed, err := calendar.Compile(calendar.Spec{Loc: time.UTC, Unknown: calendar.NoTables, From: from, To: from + 400, Patterns: []calendar.Pattern{
		{Cycle: append([]calendar.DayPlan{calendar.MustPlan("09:00-10:00")}, make([]calendar.DayPlan, 99)...), Anchor: from}}})
	require.NoError(t, err)
	require.Equal(t, []string{"CARE-FAR"}, ask(p, closed, from+40, from+80, care.Customer{ID: "a", Birthday: born(2, 20)}))
}

// However a span of days is cut into windows, they give the tasks of the whole, each
// once, and the skips too; and a task comes from the occasions of its plan alone.
func TestWindowsPartitionTasks(t *testing.T) {
	cal := office(t)
	rapid.Check(t, func(t *rapid.T) {
		p := care.Plan{ID: "p", Task: "card", Roll: calendar.Roll(rapid.IntRange(0, 4).Draw(t, "roll")), LeadDays: rapid.IntRange(0, 40).Draw(t, "lead")}
		aDay := rapid.Custom(func(t *rapid.T) calendar.Day {
			return day("2024-06-01") + calendar.Day(rapid.IntRange(0, 900).Draw(t, "day"))
		})
		term := rapid.Custom(func(t *rapid.T) care.Term {
			if rapid.Bool().Draw(t, "months") {
				return care.Term{Months: rapid.IntRange(1, 13).Draw(t, "n")}
			}
			return care.Term{Days: rapid.IntRange(1, 90).Draw(t, "n")}
		})
		switch p.Trigger = care.Trigger(rapid.IntRange(1, 6).Draw(t, "trigger")); p.Trigger {
		case care.Anniversary:
			p.Event = "e"
		case care.AfterEvent:
			p.Event, p.After = "e", term.Draw(t, "after")
		case care.EveryByClass:
			p.Every = []care.Interval{{"A", term.Draw(t, "every")}}
		case care.Festival:
			p.Days = rapid.SliceOfN(aDay, 1, 5).Draw(t, "days")
		}
		var customers []care.Customer
		for i := range rapid.IntRange(1, 5).Draw(t, "customers") {
			customers = append(customers, care.Customer{ID: fmt.Sprint(i), Class: "A", Birthday: care.MonthDayOf(aDay.Draw(t, "birthday")), Lunar: lunar.MonthDay{Month: rapid.IntRange(1, 12).Draw(t, "month"), Day: rapid.IntRange(1, 30).Draw(t, "day")}, Since: aDay.Draw(t, "since"),
				Events: []care.Event{{"e", aDay.Draw(t, "event")}}, OptedOut: rapid.IntRange(0, 4).Draw(t, "out") == 0})
		}
		from, until := day("2025-06-01"), day("2026-12-01")
		whole, err := p.Tasks(customers, from, until, cal)
		require.NoError(t, err)
		var parts care.Schedule
		for at := from; at < until; {
			next := min(until, at+calendar.Day(rapid.IntRange(1, 200).Draw(t, "window")))
			part, err := p.Tasks(customers, at, next, cal)
			require.NoError(t, err)
			again, err := p.Tasks(customers, at, next, cal)
			require.NoError(t, err)
			require.Equal(t, part, again)
			for _, task := range part.Tasks {
				require.True(t, at <= task.On && task.On < next)
			}
			parts.Tasks, parts.Skipped = append(parts.Tasks, part.Tasks...), append(parts.Skipped, part.Skipped...)
			at = next
		}
		require.Equal(t, whole.Tasks, parts.Tasks)
		slices.SortFunc(parts.Skipped, func(a, b care.Skip) int { return a.Compare(b.Key) })
		require.Equal(t, whole.Skipped, parts.Skipped)
	})
}

func TestMonthDay(t *testing.T) {
	for _, text := range []string{`"02-29"`, `"12-31"`, `""`} {
		var m care.MonthDay
		require.NoError(t, json.Unmarshal([]byte(text), &m))
		back, err := json.Marshal(m)
		require.NoError(t, err)
		require.Equal(t, text, string(back))
	}
	for _, text := range []string{"02-30", "2-3", "0203", "02-291", "１２-31"} {
		m := born(1, 1)
		require.ErrorIs(t, m.UnmarshalText([]byte(text)), care.ErrInvalid)
		require.Equal(t, born(1, 1), m)
	}
	_, err := born(13, 1).MarshalText()
	require.ErrorIs(t, err, care.ErrInvalid)
	require.Zero(t, born(2, 30).In(2026, care.February28))
	require.Zero(t, born(2, 29).In(0, care.February28))
}

func TestCustomerLogsNothingPersonal(t *testing.T) {
	var b strings.Builder
	untimed := &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{} // its digits are not the person's
		}
		return a
	}}
	slog.New(slog.NewTextHandler(&b, untimed)).Info("x", "customer", care.Customer{ID: "c1", Class: "A", Birthday: born(7, 13)}, "birthday", born(7, 13))
	require.Contains(t, b.String(), "customer.id=c1 customer.class=A")
	require.NotContains(t, b.String(), "13")
}

func TestReview(t *testing.T) {
	key := func(plan, customer string) care.Key {
		return care.Key{Plan: plan, Customer: customer, Occasion: day("2026-05-06")}
	}
	task := func(plan, customer string, budget money.Amount) care.Task {
		return care.Task{Key: key(plan, customer), On: day("2026-05-05"), Task: "card", Budget: budget}
	}
	tasks := []care.Task{task("q", "a", money.Amount{}), task("p", "a", yuan(50)), task("p", "b", yuan(50)), task("p", "c", yuan(50)), task("p", "d", yuan(50)), task("p", "e", yuan(50))}
	outcomes := []care.Outcome{
		{Key: key("p", "a"), Result: care.Done, On: day("2026-05-05"), Code: "pleased", Cost: yuan(180)},
		{Key: key("p", "b"), Result: care.Dropped, On: day("2026-05-05")},
		{Key: key("p", "c"), Result: care.Done, On: day("2026-05-09"), Cost: yuan(40)},
		{Key: key("q", "a"), Result: care.Done, On: day("2026-05-05"), Cost: yuan(1000)},
	}
	reports, err := care.Review(tasks, outcomes, day("2026-05-06"))
	require.NoError(t, err)
	require.Equal(t, []care.Report{
		{Plan: "p", AsOf: day("2026-05-06"), Tasks: 5, Done: 1, Dropped: 1, Open: 3, Late: 3, Oldest: day("2026-05-05"), Limited: true, Budget: yuan(200), Cost: yuan(180)},
		{Plan: "q", AsOf: day("2026-05-06"), Tasks: 1, Done: 1, Cost: yuan(1000)},
	}, reports)
	require.Len(t, reports[0].Findings(), 1)
	require.Empty(t, reports[1].Findings(), "without a budget nothing is over it")

	reports, err = care.Review(tasks, outcomes, day("2026-05-09"))
	require.NoError(t, err)
	found := reports[0].Findings()
	require.Len(t, found, 2)
	var texts []string
	for _, f := range found {
		require.NoError(t, f.Validate())
		text, err := care.Catalogue().Render(f, finding.English)
		require.NoError(t, err)
		texts = append(texts, text)
	}
	require.Equal(t, []string{"2 tasks of this care plan are late, the oldest since 2026-05-05", "220.00 CNY was spent on what may cost 200.00 CNY"}, texts)

	refused := func(want error, code string, tasks []care.Task, outcomes ...care.Outcome) {
		t.Helper()
		_, err := care.Review(tasks, outcomes, day("2026-05-09"))
		require.ErrorIs(t, err, want)
		require.Contains(t, codesOf(t, err), code)
	}
	refused(care.ErrDuplicate, "CARE-REPEATED", append(slices.Clone(tasks), tasks[0]))
	refused(care.ErrDuplicate, "CARE-REPEATED", tasks, outcomes[0], outcomes[0])
	refused(care.ErrNotFound, "CARE-NO-TASK", tasks[:1], outcomes[0])
	refused(care.ErrInvalid, "CARE-UNKNOWN", tasks, care.Outcome{Key: key("p", "a"), On: 1})
	refused(care.ErrCurrency, "CARE-CURRENCY", tasks, care.Outcome{Key: key("p", "a"), Result: care.Done, On: 1, Cost: money.Amount{Minor: 1, Currency: money.USD}})
	refused(care.ErrOverflow, "CARE-OVERFLOW", tasks, care.Outcome{Key: key("p", "a"), Result: care.Done, On: 1, Cost: yuan(90e15)}, care.Outcome{Key: key("p", "b"), Result: care.Done, On: 1, Cost: yuan(90e15)})
	_, err = care.Review(nil, nil, 0)
	require.ErrorIs(t, err, care.ErrInvalid)
}

func BenchmarkTasks(b *testing.B) {
	customers := make([]care.Customer, 100_000)
	for i := range customers {
		customers[i] = care.Customer{ID: fmt.Sprint(i), Birthday: care.MonthDayOf(day("2025-01-01") + calendar.Day(i%365))}
	}
	p := care.Plan{ID: "p", Trigger: care.Birthday, Task: "card", Roll: calendar.Following}
	cal := office(b)
	b.ReportAllocs()
	for b.Loop() {
		_, err := p.Tasks(customers, day("2026-05-01"), day("2026-05-08"), cal)
		require.NoError(b, err)
	}
}
