package earning_test

import (
	"encoding/json"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/earning"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// TestWindowAtClockChanges: happy hours by what the clock on the wall shows.
func TestWindowAtClockChanges(t *testing.T) {
	const sunday = time.Sunday
	window := func(from, until earning.TimeOfDay, days ...time.Weekday) earning.Window {
		return earning.Window{Days: days, From: from * 60, Until: until * 60}
	}
	for _, c := range []struct {
		name, zone, at string // UTC
		window         earning.Window
		in             bool
	}{
		{"begins", "Asia/Shanghai", "2026-03-13T09:00:00Z", window(17, 19), true},
		{"is half-open", "Asia/Shanghai", "2026-03-13T11:00:00Z", window(17, 19), false},
		{"a minute before", "Asia/Shanghai", "2026-03-13T08:59:59.999999Z", window(17, 19), false},
		{"till midnight", "Asia/Shanghai", "2026-03-13T15:59:59Z", window(22, 24), true},
		{"no longer", "Asia/Shanghai", "2026-03-13T16:00:00Z", window(22, 24), false},
		{"over midnight, before", "Asia/Shanghai", "2026-03-14T15:00:00Z", window(22, 2, time.Saturday), true},
		{"over midnight, after", "Asia/Shanghai", "2026-03-14T17:59:00Z", window(22, 2, time.Saturday), true},
		{"over midnight, of Friday", "Asia/Shanghai", "2026-03-13T17:59:00Z", window(22, 2, time.Saturday), false},
		{"over midnight, noon", "Asia/Shanghai", "2026-03-14T04:00:00Z", window(22, 2, time.Saturday), false},
		{"all of Saturday", "Asia/Shanghai", "2026-03-13T16:00:00Z", window(0, 0, time.Saturday), true},
		{"24 hours from six, next morning", "Asia/Shanghai", "2026-03-14T21:00:00Z", window(6, 6, time.Saturday), true},
		{"24 hours from six, that morning", "Asia/Shanghai", "2026-03-13T21:00:00Z", window(6, 6, time.Saturday), false},
		// New York, 2026-03-08: 02:00 EST is 03:00 EDT. Two to three does not come.
		{"skipped hour, before", "America/New_York", "2026-03-08T06:59:59Z", window(2, 3, sunday), false},
		{"skipped hour, after", "America/New_York", "2026-03-08T07:00:00Z", window(2, 3, sunday), false},
		{"around the skipped hour", "America/New_York", "2026-03-08T07:00:00Z", window(1, 4, sunday), true},
		{"around it ends an hour sooner", "America/New_York", "2026-03-08T08:00:00Z", window(1, 4, sunday), false},
		// 2026-11-01: 02:00 EDT is 01:00 EST. One to two comes twice.
		{"repeated hour, first", "America/New_York", "2026-11-01T05:30:00Z", window(1, 2, sunday), true},
		{"repeated hour, second", "America/New_York", "2026-11-01T06:30:00Z", window(1, 2, sunday), true},
		{"repeated hour, over", "America/New_York", "2026-11-01T07:00:00Z", window(1, 2, sunday), false},
		// Sao Paulo 2018-11-04 has no midnight: 23:59 is followed by 01:00.
		{"no midnight", "America/Sao_Paulo", "2018-11-04T03:00:00Z", window(0, 2, sunday), true},
		{"no midnight, Saturday still", "America/Sao_Paulo", "2018-11-04T02:59:59Z", window(0, 2, sunday), false},
	} {
		promo := times("promo", "2")
		promo.When.Windows = []earning.Window{c.window}
		instant, err := time.Parse(time.RFC3339, c.at)
		require.NoError(t, err)
		r := earn(t, compile(t, programme(perYuan(), promo)), order(1_00), earning.Context{At: instant, Zone: zone(t, c.zone)})
		require.Equal(t, c.in, r.Points == 2, c.name)
	}
}

// TestCountersAtPeriodEnds: a day and a month end in the programme's zone.
func TestCountersAtPeriodEnds(t *testing.T) {
	for _, c := range []struct{ zone, at, day, month string }{
		{"Asia/Shanghai", "2026-01-31T15:59:59.999999Z", "2026-01-31", "2026-01-01"},
		{"Asia/Shanghai", "2026-01-31T16:00:00Z", "2026-02-01", "2026-02-01"},
		{"UTC", "2026-01-31T16:00:00Z", "2026-01-31", "2026-01-01"},
		{"America/New_York", "2024-03-01T04:59:59Z", "2024-02-29", "2024-02-01"},
		{"America/New_York", "2026-11-02T04:59:59Z", "2026-11-01", "2026-11-01"}, // a day of 25 hours
		{"America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-04", "2018-11-01"},
		{"America/St_Johns", "2010-11-07T02:30:00Z", "2010-11-07", "2010-11-01"}, // 00:00, the day begins
		{"America/St_Johns", "2010-11-07T03:00:00Z", "2010-11-07", "2010-11-01"}, // the clocks show 23:30 of the 6th again
		{"Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29", "2011-12-01"},
		{"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31", "2011-12-01"}, // there is no 30th
	} {
		p := programme(perYuan())
		p.Zone = c.zone
		p.Caps = []earning.Cap{{ID: "day", Period: earning.InDay, Limit: 150}, {ID: "month", Period: earning.InMonth, Limit: 1000},
			{ID: "campaign", Period: earning.InCampaign, Limit: 10_000}}
		instant, err := time.Parse(time.RFC3339, c.at)
		require.NoError(t, err)
		context := earning.Context{At: instant, Zone: zone(t, c.zone)}
		plan := compile(t, p)
		r := earn(t, plan, order(100_00), context)
		counter := func(id, since string, used int64) earning.Counter {
			n := earning.Counter{Cap: id, Used: used}
			require.NoError(t, n.Since.UnmarshalText([]byte(since)))
			return n
		}
		require.Equal(t, []earning.Counter{counter("day", c.day, 100), counter("month", c.month, 100), counter("campaign", "", 100)}, r.Counters, c.at)

		// The rest of the day; then nothing; the next day all again.
		context.Counters = r.Counters
		r = earn(t, plan, order(100_00), context)
		require.Equal(t, int64(50), r.Points)
		context.Counters = r.Counters
		r = earn(t, plan, order(100_00), context)
		require.Zero(t, r.Points)
		require.Equal(t, earning.Step{Kind: earning.Capped, ID: "day", Points: -100}, r.Explanation[1])
		require.Equal(t, int64(100), r.QP, "a cap on points leaves qualifying points alone")
		context.At = context.At.Add(25 * time.Hour)
		require.Equal(t, int64(100), earn(t, plan, order(100_00), context).Points)
	}
}

// TestCapInTheMiddle: which lines and rules get what where a cap is hit.
func TestCapInTheMiddle(t *testing.T) {
	p := programme(perYuan(), times("promo", "2"))
	o := order(30_00, 30_00, 30_00)
	got := func(caps ...earning.Cap) ([]int64, []earning.Step) {
		p.Caps = caps
		r := earn(t, compile(t, p), o, at(noon))
		return lines(r), r.Explanation
	}
	points, steps := got(earning.Cap{ID: "c", Limit: 70})
	require.Equal(t, []int64{30, 30, 10}, points, "base goes before bonus, first lines before last")
	require.Equal(t, []earning.Step{{Kind: earning.Gave, ID: "base", Points: 90, QP: 90},
		{Kind: earning.Multiplied, ID: "promo", Factor: money.Ratio{Num: 2, Den: 1}, Points: 90}, {Kind: earning.Capped, ID: "c", Points: -110}}, steps)

	points, _ = got(earning.Cap{ID: "c", Limit: 100})
	require.Equal(t, []int64{40, 30, 30}, points)
	points, _ = got(earning.Cap{ID: "c", Limit: 40, Rules: []string{"promo"}})
	require.Equal(t, []int64{60, 40, 30}, points)

	points, steps = got(earning.Cap{ID: "all", Limit: 100}, earning.Cap{ID: "promo", Limit: 40, Rules: []string{"promo"}})
	require.Equal(t, []int64{40, 30, 30}, points)
	require.Equal(t, earning.Step{Kind: earning.Capped, ID: "all", Points: -80}, steps[2], "the tighter cap is named")
	points, _ = got(earning.Cap{ID: "none", Limit: 0})
	require.Equal(t, []int64{0, 0, 0}, points)

	_, steps = got(earning.Cap{ID: "qp", Limit: 50, Measure: earning.OfQP})
	require.Equal(t, earning.Step{Kind: earning.Capped, ID: "qp", QP: -40}, steps[2])

	// A limit that was lowered behind the member's back takes nothing back.
	p.Caps = []earning.Cap{{ID: "c", Limit: 70, Period: earning.InCampaign}}
	c := at(noon)
	c.Counters = []earning.Counter{{Cap: "c", Used: 500}, {Cap: "gone", Used: 7}}
	r := earn(t, compile(t, p), o, c)
	require.Zero(t, r.Points)
	require.Equal(t, []earning.Counter{{Cap: "c", Used: 500}}, r.Counters)
}

// TestOverlap: rules that meet on one line.
func TestOverlap(t *testing.T) {
	coffee := earning.Rule{ID: "coffee", Kind: earning.PerMoney, Points: dec("2"), Lines: earning.Lines{Categories: []string{"coffee"}}}
	food := earning.Rule{ID: "food", Kind: earning.PerMoney, Points: dec("3"), Lines: earning.Lines{Categories: []string{"food"}, NotSKUs: []string{"cake"}}}
	o := order(10_00, 10_00, 10_00, 10_00)
	o.Lines[0].Categories = []string{"coffee"}
	o.Lines[1].Categories = []string{"food", "coffee"}
	o.Lines[2].Categories, o.Lines[2].SKU = []string{"food"}, "cake"

	r := earn(t, compile(t, programme(perYuan(), coffee, food)), o, at(noon))
	require.Equal(t, []int64{30, 60, 10, 10}, lines(r), "without a group they add up")

	grouped := []earning.Rule{food, coffee, perYuan()}
	for i := range grouped {
		grouped[i].Group = "base"
	}
	r = earn(t, compile(t, programme(grouped...)), o, at(noon))
	require.Equal(t, []int64{20, 30, 10, 10}, lines(r), "in a group the first that applies")

	double, triple := times("double", "2"), times("triple", "3")
	double.Group, triple.Group = "promo", "promo"
	triple.When.Tiers = []string{"gold"}
	plan := compile(t, programme(perYuan(), triple, double, times("always", "1.5")))
	require.Equal(t, int64(120), earn(t, plan, o, at(noon)).Points)
	c := at(noon)
	c.Tier = "gold"
	require.Equal(t, int64(180), earn(t, plan, o, c).Points, "the group's first, times the one outside it")

	flat := earning.Rule{ID: "gift", Kind: earning.Fixed, Points: dec("50"), Flat: true, Lines: earning.Lines{SKUs: []string{"cake"}}}
	some := times("some", "2")
	some.Lines.Categories = []string{"coffee"}
	r = earn(t, compile(t, programme(perYuan(), flat, times("all", "2"), some)), o, at(noon))
	require.Equal(t, []int64{40, 40, 20, 20}, lines(r))
	require.Equal(t, int64(50), r.Whole.Points, "flat points are not multiplied")
	flat.Flat = false
	r = earn(t, compile(t, programme(perYuan(), flat, times("all", "2"), some)), o, at(noon))
	require.Equal(t, int64(100), r.Whole.Points, "only multipliers of all lines work on what belongs to none")
}

// TestEligibleTable: tax, shipping, exclusions and the part paid with points.
func TestEligibleTable(t *testing.T) {
	o := order(113_00, 50_00, 12_00, 25_00)
	o.Lines[0].Tax = 13_00
	o.Lines[1].Excluded = true
	o.Lines[2].Shipping = true
	o.Lines[3].Categories = []string{"tobacco"}
	p := programme(perYuan())
	p.Exclude.Categories = []string{"tobacco"}
	eligible := func() (cents []int64) {
		for _, a := range earn(t, compile(t, p), o, at(noon)).Lines {
			cents = append(cents, a.Eligible)
		}
		return cents
	}
	require.Equal(t, []int64{100_00, 0, 0, 0}, eligible())
	p.Include = earning.Include{Tax: true, Shipping: true}
	require.Equal(t, []int64{113_00, 0, 12_00, 0}, eligible())
	o.PointsPaid = 100_00 // half of the order, and so half of each line and tax
	require.Equal(t, []int64{56_50, 0, 6_00, 0}, eligible())
	p.Include = earning.Include{}
	require.Equal(t, []int64{50_00, 0, 0, 0}, eligible())
	p.Include.PointsPaid = true
	require.Equal(t, []int64{100_00, 0, 0, 0}, eligible())

	// Wholly paid with points: no money, no units, but a visit.
	p = programme(earning.Rule{ID: "unit", Kind: earning.PerUnit, Points: dec("5")}, earning.Rule{ID: "visit", Kind: earning.PerVisit, Points: dec("1")})
	o = order(10_00, 0)
	o.Lines[0].Units, o.Lines[1].Units, o.Visits, o.PointsPaid = 3, 1, 1, 10_00
	r := earn(t, compile(t, p), o, at(noon))
	require.Equal(t, []int64{0, 5}, lines(r))
	require.Equal(t, int64(1), r.Whole.Points)
	o.PointsPaid = 9_99
	require.Equal(t, []int64{15, 5}, lines(earn(t, compile(t, p), o, at(noon))), "units are not shared out")

	// Nothing but a gift card: what asks for no line is there.
	named := earning.Rule{ID: "named", Kind: earning.Fixed, Points: dec("7"), Lines: earning.Lines{SKUs: []string{"card"}}}
	p = programme(perYuan(), earning.Rule{ID: "fixed", Kind: earning.Fixed, Points: dec("3")}, named)
	o = order(10_00)
	o.Lines[0].SKU, o.Lines[0].Excluded = "card", true
	require.Equal(t, int64(3), earn(t, compile(t, p), o, at(noon)).Points)
}

// TestConditions: each condition, met and not, with the reason.
func TestConditions(t *testing.T) {
	met := earning.Context{At: noon, Zone: shanghai, Tier: "gold", Segments: []string{"x", "vip"}, BirthMonth: time.March, FirstPurchase: true}
	o := order(100_00)
	o.Channel, o.Lines[0].SKU = "app", "latte"
	for _, c := range []struct {
		why  earning.Refusal
		when earning.Condition
		sku  string
		miss func(*earning.Context, *earning.Order)
	}{
		{why: earning.NotYet, when: earning.Condition{From: noon}, miss: func(c *earning.Context, _ *earning.Order) { c.At = noon.Add(-time.Microsecond) }},
		{why: earning.Over, when: earning.Condition{Until: noon.Add(time.Microsecond)}, miss: func(c *earning.Context, _ *earning.Order) { c.At = noon.Add(time.Microsecond) }},
		{why: earning.OtherTier, when: earning.Condition{Tiers: []string{"platinum", "gold"}}, miss: func(c *earning.Context, _ *earning.Order) { c.Tier = "" }},
		{why: earning.OtherSegment, when: earning.Condition{Segments: []string{"vip", "old"}}, miss: func(c *earning.Context, _ *earning.Order) { c.Segments = []string{"new"} }},
		{why: earning.OtherChannel, when: earning.Condition{Channels: []string{"web", "app"}}, miss: func(_ *earning.Context, o *earning.Order) { o.Channel = "store" }},
		{why: earning.OtherTime, when: earning.Condition{Windows: []earning.Window{{Days: []time.Weekday{6}}}}, miss: func(c *earning.Context, _ *earning.Order) { c.At = noon.Add(24 * time.Hour) }},
		{why: earning.NotBirthday, when: earning.Condition{BirthdayMonth: true}, miss: func(c *earning.Context, _ *earning.Order) { c.BirthMonth = 0 }},
		{why: earning.NotFirst, when: earning.Condition{FirstPurchase: true}, miss: func(c *earning.Context, _ *earning.Order) { c.FirstPurchase = false }},
		{why: earning.NoLine, sku: "latte", miss: func(_ *earning.Context, o *earning.Order) { o.Lines[0].Excluded = true }},
		{why: earning.BelowMinimum, when: earning.Condition{MinSpend: dec("100")}, miss: func(_ *earning.Context, o *earning.Order) { o.Lines[0].Amount = 99_99 }},
	} {
		bonus := earning.Rule{ID: "bonus", Kind: earning.Fixed, Points: dec("7"), When: c.when}
		if c.sku != "" {
			bonus.Lines.SKUs = []string{c.sku}
		}
		plan := compile(t, programme(bonus))
		require.Equal(t, int64(7), earn(t, plan, o, met).Points, c.why)
		refused, err := plan.Refusals(o, met)
		require.NoError(t, err)
		require.Empty(t, refused)

		context, other := met, o
		other.Lines = []earning.Line{o.Lines[0]}
		c.miss(&context, &other)
		r := earn(t, plan, other, context)
		require.Zero(t, r.Points)
		require.Empty(t, r.Explanation)
		refused, err = plan.Refusals(other, context)
		require.NoError(t, err)
		require.Equal(t, []earning.Refused{{Rule: "bonus", Why: c.why}}, refused)
	}
}

// TestTermsAreCarried: points under different terms are granted apart.
func TestTermsAreCarried(t *testing.T) {
	promo := times("promo", "2")
	promo.Terms = &earning.Terms{PendingDays: 14, Expiry: "30-days"}
	p := programme(perYuan(), promo, times("tier", "1.5"))
	p.Terms = earning.Terms{Expiry: "year-end"}
	r := earn(t, compile(t, p), order(100_00), at(noon))
	require.Equal(t, []earning.Grant{{Terms: p.Terms, Points: 200}, {Terms: *promo.Terms, Points: 100}}, r.Grants)
	text, err := json.Marshal(r.Grants[1])
	require.NoError(t, err)
	require.JSONEq(t, `{"points":100,"terms":{"pending_days":14,"expiry":"30-days"}}`, string(text))
}

func TestProgrammeFaults(t *testing.T) {
	exact, unknown := money.Exact, money.Rounding(9)
	huge := decimal.New(1, math.MaxInt32)
	for name, c := range map[string]struct {
		spoil func(*earning.Programme)
		field string
		want  error
	}{
		"no version":         {func(p *earning.Programme) { p.Version = 0 }, "version", earning.ErrInvalid},
		"currency":           {func(p *earning.Programme) { p.Currency = 7 }, "currency", earning.ErrInvalid},
		"zone":               {func(p *earning.Programme) { p.Zone = "\xff" }, "zone", earning.ErrInvalid},
		"no rules":           {func(p *earning.Programme) { p.Rules, p.Caps = nil, nil }, "rules", earning.ErrInvalid},
		"stacking":           {func(p *earning.Programme) { p.Stacking = 3 }, "stacking", earning.ErrInvalid},
		"level":              {func(p *earning.Programme) { p.Level = 2 }, "level", earning.ErrInvalid},
		"exact":              {func(p *earning.Programme) { p.Rounding = &exact }, "rounding", earning.ErrInvalid},
		"rounding":           {func(p *earning.Programme) { p.Rounding = &unknown }, "rounding", earning.ErrInvalid},
		"exclude":            {func(p *earning.Programme) { p.Exclude.SKUs = []string{""} }, "exclude", earning.ErrInvalid},
		"terms":              {func(p *earning.Programme) { p.Terms.PendingDays = -1 }, "pending_days", earning.ErrInvalid},
		"expiry":             {func(p *earning.Programme) { p.Rules[0].Terms = &earning.Terms{Expiry: "\x00"} }, "expiry", earning.ErrInvalid},
		"id":                 {func(p *earning.Programme) { p.Rules[0].ID = strings.Repeat("x", 256) }, "id", earning.ErrInvalid},
		"twice":              {func(p *earning.Programme) { p.Rules[1].ID = "base" }, "rules", earning.ErrInvalid},
		"kind":               {func(p *earning.Programme) { p.Rules[0].Kind = 0 }, "kind", earning.ErrInvalid},
		"group":              {func(p *earning.Programme) { p.Rules[0].Group = "\xff" }, "group", earning.ErrInvalid},
		"nothing given":      {func(p *earning.Programme) { p.Rules[0].Points, p.Rules[0].QP = decimal.Decimal{}, decimal.Decimal{} }, "points", earning.ErrInvalid},
		"negative points":    {func(p *earning.Programme) { p.Rules[0].Points = dec("-1") }, "points", earning.ErrInvalid},
		"negative qp":        {func(p *earning.Programme) { p.Rules[0].QP = dec("-1") }, "qp", earning.ErrInvalid},
		"huge points":        {func(p *earning.Programme) { p.Rules[0].Points = huge }, "points", earning.ErrInvalid},
		"tiny points":        {func(p *earning.Programme) { p.Rules[0].Points = decimal.New(1, math.MinInt32) }, "points", earning.ErrInvalid},
		"points overflow":    {func(p *earning.Programme) { p.Rules[0].Points = dec("0.000000000000000001") }, "points", earning.ErrOverflow},
		"negative per":       {func(p *earning.Programme) { p.Rules[0].Per = dec("-5") }, "per", earning.ErrInvalid},
		"per of a visit":     {func(p *earning.Programme) { p.Rules[0].Kind, p.Rules[0].Per = earning.PerVisit, dec("5") }, "per", earning.ErrInvalid},
		"factor of a base":   {func(p *earning.Programme) { p.Rules[0].Factor = dec("2") }, "factor", earning.ErrInvalid},
		"points of a factor": {func(p *earning.Programme) { p.Rules[1].Points = dec("2") }, "points", earning.ErrInvalid},
		"flat factor":        {func(p *earning.Programme) { p.Rules[1].Flat = true }, "flat", earning.ErrInvalid},
		"no factor":          {func(p *earning.Programme) { p.Rules[1].Factor = decimal.Decimal{} }, "factor", earning.ErrInvalid},
		"factor below 1":     {func(p *earning.Programme) { p.Rules[1].Factor = dec("0.99") }, "factor", earning.ErrInvalid},
		"huge factor":        {func(p *earning.Programme) { p.Rules[1].Factor = huge }, "factor", earning.ErrInvalid},
		"factor overflow":    {func(p *earning.Programme) { p.Rules[1].Factor = dec("99.999999999999999999") }, "factor", earning.ErrOverflow},
		"until":              {func(p *earning.Programme) { p.Rules[0].When.From, p.Rules[0].When.Until = noon, noon }, "until", earning.ErrInvalid},
		"tiers":              {func(p *earning.Programme) { p.Rules[0].When.Tiers = []string{""} }, "tiers", earning.ErrInvalid},
		"segments":           {func(p *earning.Programme) { p.Rules[0].When.Segments = []string{""} }, "segments", earning.ErrInvalid},
		"channels":           {func(p *earning.Programme) { p.Rules[0].When.Channels = []string{""} }, "channels", earning.ErrInvalid},
		"hours":              {func(p *earning.Programme) { p.Rules[0].When.Windows = []earning.Window{{From: 1440}} }, "windows", earning.ErrInvalid},
		"days":               {func(p *earning.Programme) { p.Rules[0].When.Windows = []earning.Window{{Days: []time.Weekday{7}}} }, "windows", earning.ErrInvalid},
		"negative minimum":   {func(p *earning.Programme) { p.Rules[0].When.MinSpend = dec("-1") }, "min_spend", earning.ErrInvalid},
		"minimum's digits":   {func(p *earning.Programme) { p.Rules[0].When.MinSpend = dec("1.005") }, "min_spend", earning.ErrInvalid},
		"minimum's size":     {func(p *earning.Programme) { p.Rules[0].When.MinSpend = dec("999999999999999999") }, "min_spend", earning.ErrOverflow},
		"lines":              {func(p *earning.Programme) { p.Rules[0].Lines.NotSKUs = []string{"\x00"} }, "lines", earning.ErrInvalid},
		"cap id":             {func(p *earning.Programme) { p.Caps[0].ID = "" }, "id", earning.ErrInvalid},
		"cap twice":          {func(p *earning.Programme) { p.Caps = append(p.Caps, p.Caps[0]) }, "caps", earning.ErrInvalid},
		"cap period":         {func(p *earning.Programme) { p.Caps[0].Period = 4 }, "period", earning.ErrInvalid},
		"cap measure":        {func(p *earning.Programme) { p.Caps[0].Measure = 2 }, "measure", earning.ErrInvalid},
		"cap limit":          {func(p *earning.Programme) { p.Caps[0].Limit = -1 }, "limit", earning.ErrInvalid},
		"cap of nothing":     {func(p *earning.Programme) { p.Caps[0].Rules = []string{"gone"} }, "rules", earning.ErrNotFound},
		"crossing caps": {func(p *earning.Programme) {
			p.Rules = append(p.Rules, earning.Rule{ID: "third", Kind: earning.Fixed, Points: dec("1")})
			p.Caps = append(p.Caps, earning.Cap{ID: "x", Rules: []string{"base", "promo"}}, earning.Cap{ID: "y", Rules: []string{"base", "third"}})
		}, "caps", earning.ErrInvalid},
		"no common rate": {func(p *earning.Programme) {
			for _, per := range []string{"999999937", "999999929", "999999893"} {
				p.Rules = append(p.Rules, earning.Rule{ID: per, Kind: earning.PerUnit, Points: dec("1"), Per: dec(per)})
			}
		}, "rules", earning.ErrOverflow},
		"common rate too fine": {func(p *earning.Programme) {
			p.Rules = append(p.Rules, earning.Rule{ID: "many", Kind: earning.Fixed, Points: dec("999999999999999999")})
		}, "rules", earning.ErrOverflow},
	} {
		p := programme(perYuan(), times("promo", "2"))
		p.Caps = []earning.Cap{{ID: "cap", Limit: 1}}
		c.spoil(&p)
		err := p.Validate()
		require.ErrorIs(t, err, c.want, name)
		require.Contains(t, err.Error(), "earning: "+c.field, name)
		var e *earning.Error
		require.ErrorAs(t, err, &e, name)
		_, compiled := earning.Compile(p)
		require.Equal(t, err, compiled, name)
	}
}

func TestOrderFaults(t *testing.T) {
	p := programme(perYuan())
	p.Zone = "Asia/Shanghai"
	p.Caps = []earning.Cap{{ID: "cap", Period: earning.InDay, Limit: 100}}
	plan := compile(t, p)
	today := calendar.DayOf(noon, shanghai)
	many := make([]int64, 30)
	for name, c := range map[string]struct {
		spoil func(*earning.Order, *earning.Context)
		want  error
	}{
		"negative amount": {func(o *earning.Order, _ *earning.Context) { o.Lines[1].Amount = -1 }, earning.ErrInvalidAmount},
		"negative tax":    {func(o *earning.Order, _ *earning.Context) { o.Lines[1].Tax = -1 }, earning.ErrInvalidAmount},
		"negative units":  {func(o *earning.Order, _ *earning.Context) { o.Lines[1].Units = -1 }, earning.ErrInvalidAmount},
		"negative visits": {func(o *earning.Order, _ *earning.Context) { o.Visits = -1 }, earning.ErrInvalidAmount},
		"negative paid":   {func(o *earning.Order, _ *earning.Context) { o.PointsPaid = -1 }, earning.ErrInvalidAmount},
		"paid too much":   {func(o *earning.Order, _ *earning.Context) { o.PointsPaid = 3_01 }, earning.ErrInvalid},
		"taxed too much":  {func(o *earning.Order, _ *earning.Context) { o.Lines[0].Tax = 1_01 }, earning.ErrInvalid},
		"the sum":         {func(o *earning.Order, _ *earning.Context) { o.Lines[0].Amount = math.MaxInt64 }, earning.ErrOverflow},
		"no id":           {func(o *earning.Order, _ *earning.Context) { o.Lines[0].ID = "" }, earning.ErrInvalid},
		"id twice":        {func(o *earning.Order, _ *earning.Context) { o.Lines[0].ID = "b" }, earning.ErrInvalid},
		"id twice of many": {func(o *earning.Order, _ *earning.Context) {
			*o = order(many...)
			o.Lines[29].ID = "a"
		}, earning.ErrInvalid},
		"channel":          {func(o *earning.Order, _ *earning.Context) { o.Channel = "\xff" }, earning.ErrInvalid},
		"currency":         {func(o *earning.Order, _ *earning.Context) { o.Currency = money.USD }, earning.ErrCurrency},
		"no currency":      {func(o *earning.Order, _ *earning.Context) { o.Currency = 0 }, earning.ErrCurrency},
		"no instant":       {func(_ *earning.Order, c *earning.Context) { c.At = time.Time{} }, earning.ErrInvalid},
		"birth month":      {func(_ *earning.Order, c *earning.Context) { c.BirthMonth = 13 }, earning.ErrInvalid},
		"no zone":          {func(_ *earning.Order, c *earning.Context) { c.Zone = nil }, earning.ErrInvalid},
		"negative counter": {func(_ *earning.Order, c *earning.Context) { c.Counters = []earning.Counter{{Cap: "old", Used: -1}} }, earning.ErrInvalidAmount},
		"counter twice": {func(_ *earning.Order, c *earning.Context) {
			c.Counters = []earning.Counter{{Cap: "cap", Since: today}, {Cap: "cap", Since: today, Used: 1}}
		}, earning.ErrInvalid},
	} {
		o, x := order(1_00, 2_00), at(noon)
		c.spoil(&o, &x)
		r, err := plan.Earn(o, x)
		require.ErrorIs(t, err, c.want, name)
		require.Equal(t, earning.Result{}, r, name)
		_, _, preview := plan.Preview(o, x)
		require.Equal(t, err, preview, name)
		var e *earning.Error
		require.ErrorAs(t, err, &e, name)
	}
	// All faults at once, and ids that are none stay out of the message.
	err := earning.Order{Channel: "\x00secret", Lines: []earning.Line{{ID: "\xffhidden", Amount: -1}, {ID: "b", Tax: 1}}}.Validate()
	require.Equal(t, 4, len(strings.Split(err.Error(), "\n")))
	require.NotContains(t, err.Error(), "hidden")
	require.NotContains(t, err.Error(), "secret")
}

// TestFactorsTooFine: factors whose common denominator is too large are refused when
// they meet, not when they do not.
func TestFactorsTooFine(t *testing.T) {
	a, b, c := times("a", "1.0000000001"), times("b", "1.0000000001"), times("c", "2")
	b.When.Tiers = []string{"gold"}
	plan := compile(t, programme(perYuan(), a, b, c))
	require.Equal(t, int64(200), earn(t, plan, order(100_00), at(noon)).Points)
	x := at(noon)
	x.Tier = "gold"
	_, err := plan.Earn(order(100_00), x)
	require.ErrorIs(t, err, earning.ErrOverflow)
	p := programme(perYuan(), a, b, c)
	p.Stacking = earning.Additive
	require.Equal(t, int64(200), earn(t, compile(t, p), order(100_00), x).Points)
}

// TestCurrencyDigits: currencies without and with more fraction digits.
func TestCurrencyDigits(t *testing.T) {
	for cur, minor := range map[money.Currency]int64{money.JPY: 1500, money.CNY: 1500_00, money.MustCurrency("KWD"): 1500_000, 0: 1500_00} {
		p := programme(perYuan())
		p.Currency = cur
		o := order(minor)
		o.Currency = cur
		require.Equal(t, int64(1500), earn(t, compile(t, p), o, at(noon)).Points, cur)
	}
}

// TestPlanKeepsNothing: who changes a programme afterwards does not change the plan,
// and its JSON is read back as the same programme.
func TestPlanKeepsNothing(t *testing.T) {
	gold := times("gold", "2")
	gold.When = earning.Condition{Tiers: []string{"platinum", "gold"}, Windows: []earning.Window{{Days: []time.Weekday{6}, From: 600, Until: 1440}}}
	gold.Terms = &earning.Terms{Expiry: "x"}
	p := programme(perYuan(), gold)
	p.Caps = []earning.Cap{{ID: "c", Limit: 150, Rules: []string{"gold"}}}
	plan := compile(t, p)
	text, err := json.Marshal(p)
	require.NoError(t, err)
	x := at(noon)
	x.Tier = "gold"
	before := earn(t, plan, order(100_00), x)
	gold.When.Tiers[1], gold.When.Windows[0].Days[0], gold.Terms.Expiry, p.Caps[0].Rules[0] = "a", 1, "y", "base"
	require.Equal(t, before, earn(t, plan, order(100_00), x))
	require.Equal(t, int64(200), before.Points)

	var read earning.Programme
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, before, earn(t, compile(t, read), order(100_00), x))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.JSONEq(t, `{"version":1,"currency":"CNY",
		"rules":[{"id":"base","kind":"per-money","points":"1","qp":"1"},
			{"id":"gold","kind":"multiplier","factor":"2","terms":{"expiry":"x"},
				"when":{"tiers":["platinum","gold"],"windows":[{"days":[6],"from":"10:00","until":"24:00"}]}}],
		"caps":[{"id":"c","period":"order","limit":150,"rules":["gold"]}]}`, string(text))
}

func TestQuote(t *testing.T) {
	qualifying := times("q", "3")
	qualifying.Qualifying = true
	flat := earning.Rule{ID: "flat", Kind: earning.Fixed, Points: dec("5"), Flat: true}
	many := earning.Rule{ID: "many", Kind: earning.PerUnit, Points: dec("999999999999999999")}
	p := programme(perYuan(), times("promo", "1.5"), qualifying, flat)
	for stacking, want := range map[earning.Stacking]string{earning.Multiply: "9/200", earning.Additive: "7/200", earning.BestOnly: "3/100"} {
		p.Stacking = stacking
		plan := compile(t, p)
		quote, err := plan.Quote(earning.OfPoints, "base", "promo", "q")
		require.NoError(t, err)
		require.Equal(t, want, quote.Rate().String())
		points, err := quote.Points(123_45)
		require.NoError(t, err)
		r := earn(t, compile(t, p), order(123_45), at(noon))
		require.Equal(t, r.Points-5, points)
		quote, err = plan.Quote(earning.OfQP, "base", "promo", "q")
		require.NoError(t, err)
		require.Equal(t, "3/100", quote.Rate().String(), "promo leaves qualifying points alone")
	}
	plan := compile(t, p)
	for _, c := range []struct {
		m    earning.Measure
		ids  []string
		want error
	}{
		{2, []string{"base"}, earning.ErrInvalid},
		{0, []string{"gone"}, earning.ErrNotFound},
		{0, []string{"promo"}, earning.ErrNotFound},
		{0, []string{"base", "base"}, earning.ErrNotFound},
		{0, []string{"base", "promo", "promo"}, earning.ErrInvalid},
		{0, []string{"flat", "promo"}, earning.ErrInvalid},
	} {
		_, err := plan.Quote(c.m, c.ids[0], c.ids[1:]...)
		require.ErrorIs(t, err, c.want)
	}
	plan = compile(t, programme(many, times("x", "17")))
	_, err := plan.Quote(0, "many", "x")
	require.ErrorIs(t, err, earning.ErrOverflow)
	quote, err := plan.Quote(0, "many")
	require.NoError(t, err)
	_, err = quote.Points(10)
	require.ErrorIs(t, err, earning.ErrOverflow)
	_, err = quote.Points(-1)
	require.ErrorIs(t, err, earning.ErrInvalidAmount)
	_, err = earning.Quote{}.Points(1)
	require.ErrorIs(t, err, earning.ErrInvalid)
	require.Equal(t, 1, plan.Version())
}

func TestCatalogue(t *testing.T) {
	require.NoError(t, earning.Catalogue().Validate())
	steps := []earning.Step{{Kind: earning.Gave, ID: "base", Points: 7}, {Kind: earning.Multiplied, ID: "x", Factor: money.Ratio{Num: 5, Den: 4}},
		{Kind: earning.Multiplied, ID: "y", Factor: money.Ratio{Num: 1, Den: 3}}, {Kind: earning.Capped, ID: "c", Points: -7}}
	var texts []string
	for _, f := range (earning.Result{Explanation: steps}).Findings("order-1", calendar.MustDate(2026, 3, 14)) {
		require.NoError(t, f.Validate())
		text, err := earning.Catalogue().Render(f, finding.Chinese)
		require.NoError(t, err)
		texts = append(texts, text)
	}
	require.Equal(t, []string{"规则 base 给予 7 积分、0 定级积分", "规则 x（1.25 倍）增加 0 积分、0 定级积分",
		"规则 y（1/3 倍）增加 0 积分、0 定级积分", "已达上限 c：少得 7 积分、0 定级积分"}, texts)
}

func TestBirthMonthIsNotLogged(t *testing.T) {
	c := at(noon)
	c.BirthMonth = time.March
	require.NotContains(t, c.LogValue().String(), "March")
	require.Equal(t, slog.KindGroup, c.LogValue().Kind())
}

// What a host has to know of a plan before it can ask it.
func TestPlanAsks(t *testing.T) {
	p := programme(perYuan())
	p.Zone, p.Terms = "Asia/Shanghai", earning.Terms{Expiry: "long"}
	plan := compile(t, p)
	require.False(t, plan.AsksTier())
	require.Equal(t, "Asia/Shanghai", plan.Zone())
	require.Equal(t, []earning.Terms{{Expiry: "long"}}, plan.Terms())
	gold, bonus := times("gold", "2"), perYuan()
	gold.When.Tiers, gold.Terms = []string{"gold"}, &earning.Terms{PendingDays: 3}
	bonus.ID, bonus.Terms = "bonus", &earning.Terms{PendingDays: 3}
	plan = compile(t, programme(perYuan(), bonus, gold))
	require.True(t, plan.AsksTier())
	require.Empty(t, plan.Zone())
	require.Equal(t, []earning.Terms{{}, {PendingDays: 3}}, plan.Terms())
}
