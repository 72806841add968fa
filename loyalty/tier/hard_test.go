package tier_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

func TestPolicyFaults(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*tier.Policy)
		want  []string
	}{
		"version":        {func(p *tier.Policy) { p.Version = 0 }, []string{"version: is below 1"}},
		"no tiers":       {func(p *tier.Policy) { p.Tiers = nil }, []string{"tiers: must be 1 to 100"}},
		"no code":        {func(p *tier.Policy) { p.Tiers[1].Code = "" }, []string{"tiers.code[1]"}},
		"code twice":     {func(p *tier.Policy) { p.Tiers[2].Code = "silver" }, []string{"tiers.code[2]: is there twice silver"}},
		"base threshold": {func(p *tier.Policy) { p.Tiers[0].Need.Visits = 1 }, []string{"tiers.need[0]"}},
		"falling":        {func(p *tier.Policy) { p.Tiers[2].Need.Points = 499 }, []string{"tiers.need[2]: can be reached without the tier below gold"}},
		"below zero":     {func(p *tier.Policy) { p.Tiers[1].Need.Points = -1 }, []string{"tiers.need[1]: is outside"}},
		"too much":       {func(p *tier.Policy) { p.Tiers[3].Need.Spend = math.MaxInt64 }, []string{"tiers.need[3]: is outside"}},
		"all drops":      {func(p *tier.Policy) { p.Tiers[1].Need.Visits = 3 }, []string{"tiers.need[2]: can be reached without"}},
		"any adds": {func(p *tier.Policy) { p.Combine, p.Tiers[2].Need.Visits = tier.Any, 3 },
			[]string{"tiers.need[2]: can be reached without"}},
		"replaces a tier": {func(p *tier.Policy) { p.Tiers[1].Replaces = []string{"gold"} }, []string{"tiers.replaces[1]"}},
		"window": {func(p *tier.Policy) { p.Window = tier.Window{Kind: 9, Months: 5, FirstMonth: 13} },
			[]string{"window.kind: unknown", "window.first_month"}},
		"calendar of 5":    {func(p *tier.Policy) { p.Window.Months = 5 }, []string{"window.months: calendar"}},
		"121 months":       {func(p *tier.Policy) { p.Window = tier.Window{Kind: tier.Rolling, Months: 121} }, []string{"window.months: is outside"}},
		"reviews":          {func(p *tier.Policy) { p.Reviews = tier.EveryMonth }, []string{"reviews: periods are reviewed at their end"}},
		"daily holds":      {func(p *tier.Policy) { p.Window.Kind, p.Hold.Reviews = tier.Rolling, 1 }, []string{"hold.reviews: counts days"}},
		"a step a day":     {func(p *tier.Policy) { p.Window.Kind, p.Downgrade = tier.Rolling, tier.OneStep }, []string{"downgrade: would fall"}},
		"long grace":       {func(p *tier.Policy) { p.Grace.Months = 12 }, []string{"grace: does not end before"}},
		"long grace, days": {func(p *tier.Policy) { p.Window.Months, p.Grace.Days = 1, 28 }, []string{"grace: does not end before"}},
		"negative hold":    {func(p *tier.Policy) { p.Hold = tier.Hold{Reviews: -1, Months: -1} }, []string{"hold.reviews", "hold.months"}},
		"floors": {func(p *tier.Policy) {
			one := tier.Totals{Points: 1}
			p.Floors = []tier.Floor{{Tier: "base", Need: one}, {Tier: "gold"}, {Tier: "gold", Need: one}, {Tier: "x", Need: one}}
		}, []string{"floors.tier[0]", "floors.need[1]", "floors.tier[2]", "floors.tier[3]"}},
		"enumerators": {func(p *tier.Policy) { p.Combine, p.Upgrade, p.Downgrade, p.Reviews, p.Currency = 7, 7, 7, 7, 7 },
			[]string{"combine", "upgrade", "downgrade", "reviews", "currency"}},
		"benefits": {func(p *tier.Policy) {
			p.Tiers[1].Benefits = []tier.Benefit{{Code: "x", Cost: -1}, {Code: "x", Per: 9}, {}}
		}, []string{"tiers.benefits.cost[1]", "tiers.benefits[1]: is there twice x", "tiers.benefits.per[1]", "tiers.benefits[1]: a code must be"}},
	} {
		p := metals()
		c.spoil(&p)
		_, err := tier.New(nil, p)
		require.ErrorIs(t, err, tier.ErrInvalid, name)
		for _, want := range c.want {
			require.ErrorContains(t, err, "tier: "+want, name)
		}
		var typed *tier.Error
		require.True(t, errors.As(err, &typed), name)
	}
	good := metals()
	require.NoError(t, good.Validate())
	equal := metals()
	equal.Tiers[2].Need = equal.Tiers[1].Need
	require.NoError(t, equal.Validate(), "equal thresholds skip the lower tier")
}

func TestVersionFaults(t *testing.T) {
	_, err := tier.New(nil)
	require.ErrorIs(t, err, tier.ErrInvalid)
	second := metals()
	second.From = calendar.MustDate(2025, 1, 1)
	_, err = tier.New(nil, metals(), second)
	require.ErrorContains(t, err, "policies.version[1]: does not rise")
	second.Version, second.From = 2, 0
	_, err = tier.New(nil, metals(), second)
	require.ErrorContains(t, err, "policies.from[1]: does not rise")
	second.From, second.Tiers = calendar.MustDate(2025, 1, 1), second.Tiers[:3]
	_, err = tier.New(nil, metals(), second)
	require.ErrorContains(t, err, "policies.tiers[1]: is gone and nothing replaces it platinum")
	second.Tiers[2].Replaces = []string{"platinum"}
	p := programme(t, nil, metals(), second)
	require.Equal(t, 1, p.Policy(at("2024-12-31T23:59:59.999999Z")).Version)
	require.Equal(t, 2, p.Policy(at("2025-01-01T00:00:00Z")).Version)
	second.Tiers[0].Code = "spoiled"
	_, has := func() (tier.Tier, bool) { now := p.Policy(at("2025-01-01T00:00:00Z")); return now.Tier("base") }()
	require.True(t, has, "a programme does not change with what it was made of")
}

func TestEventFaults(t *testing.T) {
	p := programme(t, nil, metals())
	when := at("2025-01-01T00:00:00Z")
	for name, c := range map[string]struct {
		event tier.Event
		err   error
		want  string
	}{
		"no kind":          {tier.Event{At: when}, tier.ErrInvalid, "events.kind[1]"},
		"unknown kind":     {tier.Event{Kind: 99, At: when}, tier.ErrInvalid, "events.kind[1]"},
		"no instant":       {tier.Event{Kind: tier.Qualify}, tier.ErrInvalid, "events.at[1]"},
		"year 9999":        {tier.Event{Kind: tier.Qualify, At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}, tier.ErrInvalid, "events.at[1]"},
		"below zero":       {tier.Event{Kind: tier.Return, At: when, Spend: -1}, tier.ErrInvalid, "events.points[1]"},
		"amount of grant":  {tier.Event{Kind: tier.Grant, At: when, Tier: "gold", Points: 1}, tier.ErrInvalid, "events.points[1]"},
		"grant of nothing": {tier.Event{Kind: tier.Grant, At: when}, tier.ErrInvalid, "events.tier[1]"},
		"purchase of tier": {tier.Event{Kind: tier.Qualify, At: when, Tier: "gold"}, tier.ErrInvalid, "events.tier[1]"},
		"empty grant":      {tier.Event{Kind: tier.Grant, At: when, Tier: "gold", Until: when}, tier.ErrInvalid, "events.until[1]"},
		"end of placement": {tier.Event{Kind: tier.Place, At: when, Tier: "gold", Until: when.AddDate(1, 0, 0)}, tier.ErrInvalid, "events.until[1]"},
		"revoke what":      {tier.Event{Kind: tier.Revoke, At: when}, tier.ErrInvalid, "events.ref[1]"},
		"bad ref":          {tier.Event{Kind: tier.Qualify, At: when, Ref: "\x00"}, tier.ErrInvalid, "events.ref[1]"},
		"unknown tier":     {tier.Event{Kind: tier.Place, At: when, Tier: "tin"}, tier.ErrNotFound, "events.tier[1]"},
		"too much":         {tier.Event{Kind: tier.Qualify, At: when, Points: tier.MaxTotal}, tier.ErrOverflow, "events.points[1]"},
		"far too much":     {tier.Event{Kind: tier.Return, At: when, Points: math.MaxInt64}, tier.ErrOverflow, "events.points[1]"},
	} {
		events := []tier.Event{points("2024-01-01T00:00:00Z", 1), c.event}
		_, err := p.Evaluate(events, at("2026-01-01T00:00:00Z"))
		require.ErrorIs(t, err, c.err, name)
		require.ErrorContains(t, err, c.want, name)
		_, err = p.History(events, at("2026-01-01T00:00:00Z"))
		require.ErrorIs(t, err, c.err, name)
		tracker := p.NewTracker()
		require.NoError(t, tracker.Add(events[0]))
		require.ErrorIs(t, tracker.Add(c.event), c.err, name)
		s, err := tracker.Standing(when)
		require.NoError(t, err)
		require.Equal(t, int64(1), s.Lifetime.Points, "refused: %s", name)
		if c.err == tier.ErrInvalid {
			require.ErrorIs(t, c.event.Validate(), c.err)
		}
	}
	_, err := p.Evaluate(nil, time.Time{})
	require.ErrorIs(t, err, tier.ErrInvalid)
	_, err = p.Outlook(nil, time.Time{})
	require.ErrorIs(t, err, tier.ErrInvalid)
	_, err = p.NewTracker().Standing(time.Time{})
	require.ErrorIs(t, err, tier.ErrInvalid)
	_, err = programme(t, nil, anniversary()).Evaluate([]tier.Event{points("2024-01-01T00:00:00Z", 1)}, when)
	require.ErrorIs(t, err, tier.ErrIncomplete)
	most, err := p.Outlook([]tier.Event{returned("2024-01-01T00:00:00Z", tier.MaxTotal)}, at("2024-02-01T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, int64(tier.MaxTotal+500), most.Next.Missing.Points, "below zero counts too")
}

func TestNoEvents(t *testing.T) {
	for _, policy := range []tier.Policy{metals(), rolling(), anniversary()} {
		o, err := programme(t, nil, policy).Outlook(nil, at("2025-06-01T00:00:00Z"))
		require.NoError(t, err)
		require.Equal(t, "base", o.Standing.Tier)
		require.Zero(t, o.Standing.Since)
		require.Zero(t, o.Standing.Until)
		require.Zero(t, o.Keep)
		require.Equal(t, int64(500), o.Next.Missing.Points)
	}
	s := standing(t, programme(t, nil, metals()), "2025-06-01T00:00:00Z", enrolled("2025-06-01T00:00:00.000001Z"))
	require.Equal(t, tier.Standing{At: at("2025-06-01T00:00:00Z"), Version: 1}, s, "not yet a member")
}

// A programme that New has not made answers ErrInvalid, and so does its tracker.
func TestNotMadeByNew(t *testing.T) {
	when, bought := at("2025-06-01T00:00:00Z"), points("2025-05-01T00:00:00Z", 500)
	for _, p := range []*tier.Programme{nil, {}} {
		_, err := p.Evaluate(nil, when)
		require.ErrorIs(t, err, tier.ErrInvalid)
		_, err = p.Outlook(nil, when)
		require.ErrorIs(t, err, tier.ErrInvalid)
		_, err = p.History(nil, when)
		require.ErrorIs(t, err, tier.ErrInvalid)
		require.Zero(t, p.Policy(when))
		for _, tracker := range []*tier.Tracker{p.NewTracker(), {}} {
			tracker.Reset()
			require.ErrorIs(t, tracker.Add(bought), tier.ErrInvalid)
			_, err = tracker.Standing(when)
			require.ErrorIs(t, err, tier.ErrInvalid)
			_, err = tracker.Outlook(when)
			require.ErrorIs(t, err, tier.ErrInvalid)
			_, err = tracker.History(when)
			require.ErrorIs(t, err, tier.ErrInvalid)
		}
	}
	require.Zero(t, new(tier.Programme).Asks())
}

func TestGrants(t *testing.T) {
	p := programme(t, nil, metals())
	spend := points("2024-03-01T00:00:00Z", 600)
	// A grant ends at a review that keeps, raises or lowers what was earned.
	grant := granted("2024-06-01T00:00:00Z", "2026-01-01T00:00:00Z", "platinum")
	require.Equal(t, []string{
		"2024-03-01T00:00:00Z base>silver reached", "2024-06-01T00:00:00Z silver>platinum granted",
		"2026-01-01T00:00:00Z platinum>base demoted", // silver was kept through 2025
	}, history(t, p, "2030-01-01T00:00:00Z", spend, grant))
	s := standing(t, p, "2025-06-01T00:00:00Z", spend, grant)
	require.Equal(t, []string{"platinum", "silver", grant.Ref}, []string{s.Tier, s.Earned, s.GrantRef})
	require.Equal(t, grant.Until, s.GrantUntil)
	require.Equal(t, "base", s.Then)
	require.Equal(t, []string{
		"2024-03-01T00:00:00Z base>silver reached", "2024-06-01T00:00:00Z silver>platinum granted",
		"2026-01-01T00:00:00Z platinum>gold grant-ended",
		"2027-01-01T00:00:00Z gold>base demoted",
	}, history(t, p, "2030-01-01T00:00:00Z", spend, grant, points("2025-07-01T00:00:00Z", 1000)))
	// A lower grant waits below; two overlap; one is revoked.
	low := granted("2024-01-01T00:00:00Z", "", "gold")
	require.Equal(t, []string{
		"2024-01-01T00:00:00Z base>gold granted", "2024-06-01T00:00:00Z gold>platinum granted",
		"2025-02-01T00:00:00Z platinum>gold grant-ended", "2025-03-01T00:00:00Z gold>silver grant-ended",
		"2026-01-01T00:00:00Z silver>base demoted",
	}, history(t, p, "2030-01-01T00:00:00Z", spend, grant, low,
		tier.Event{Kind: tier.Revoke, At: at("2025-02-01T00:00:00Z"), Ref: grant.Ref},
		tier.Event{Kind: tier.Revoke, At: at("2025-03-01T00:00:00Z"), Ref: low.Ref},
		tier.Event{Kind: tier.Revoke, At: at("2025-03-01T00:00:00Z"), Ref: "nobody's"}))
	o, err := p.Outlook([]tier.Event{spend, granted("2024-06-01T00:00:00Z", "2024-09-01T00:00:00Z", "gold")}, at("2024-07-01T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, tier.Goal{Tier: "gold", Need: tier.Totals{Points: 1000}, Have: tier.Totals{Points: 600},
		Missing: tier.Totals{Points: 400}, From: at("2024-01-01T00:00:00Z"), By: at("2024-09-01T00:00:00Z")}, o.Keep)
}

func TestGrace(t *testing.T) {
	policy := metals()
	policy.Grace.Months = 2
	p := programme(t, zone(t, "Asia/Shanghai"), policy)
	events := []tier.Event{points("2023-06-01T00:00:00Z", 1000), points("2024-06-01T00:00:00Z", 900)}
	s := standing(t, p, "2025-02-01T00:00:00Z", events...)
	require.Equal(t, "gold", s.Tier)
	require.True(t, s.GraceUntil.Equal(at("2025-03-01T00:00:00+08:00")))
	require.Equal(t, s.GraceUntil, s.NextReview)
	require.Equal(t, "silver", s.Then)
	o, err := p.Outlook(events, at("2025-02-01T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, int64(100), o.Keep.Missing.Points)
	require.Equal(t, s.GraceUntil, o.Keep.By)
	require.Contains(t, history(t, p, "2026-01-01T00:00:00Z", events...), "2025-02-28T16:00:00Z gold>silver grace-over")
	saved := append(events, points("2025-02-28T15:59:59.999999Z", 100))
	require.Equal(t, "gold", standing(t, p, "2025-12-31T00:00:00Z", saved...).Tier)
	late := append(events, points("2025-02-28T16:00:00Z", 100))
	require.Equal(t, "silver", standing(t, p, "2025-12-31T00:00:00Z", late...).Tier)
}

func TestHold(t *testing.T) {
	// Valid for the rest of this year and the next, returns or not.
	policy := metals()
	policy.Hold.Reviews = 1
	p := programme(t, nil, policy)
	events := []tier.Event{points("2024-06-01T00:00:00Z", 1000), returned("2024-07-01T00:00:00Z", 1000)}
	require.Equal(t, []string{"2024-06-01T00:00:00Z base>gold reached", "2026-01-01T00:00:00Z gold>base demoted"},
		history(t, p, "2030-01-01T00:00:00Z", events...))
	// A return that takes the purchase out of its own instant leaves no tier.
	events[1].At = events[0].At
	require.Empty(t, history(t, p, "2030-01-01T00:00:00Z", events...))
	// Months go through the day, from the original one.
	policy = rolling()
	policy.Window.Months, policy.Hold.Months = 1, 12
	p = programme(t, nil, policy)
	require.Equal(t, []string{"2024-02-29T10:00:00Z base>gold reached", "2025-03-01T00:00:00Z gold>base demoted"},
		history(t, p, "2030-01-01T00:00:00Z", points("2024-02-29T10:00:00Z", 1000)))
}

func TestPolicyChange(t *testing.T) {
	harder := metals()
	harder.Version, harder.From = 2, calendar.MustDate(2025, 7, 1)
	harder.Tiers = []tier.Tier{{Code: "base"}, {Code: "silver", Need: tier.Totals{Points: 800}},
		{Code: "premium", Need: tier.Totals{Points: 2000}, Replaces: []string{"gold", "platinum"}}}
	p := programme(t, zone(t, "Asia/Shanghai"), metals(), harder)
	require.Equal(t, []string{
		"2025-02-01T00:00:00Z base>gold reached",
		"2025-06-30T16:00:00Z gold>premium policy-changed", // nobody is lowered
		"2025-12-31T16:00:00Z premium>silver demoted",      // the review goes by the policy in force
		"2026-12-31T16:00:00Z silver>base demoted",
	}, history(t, p, "2030-01-01T00:00:00Z", points("2025-02-01T00:00:00Z", 1000)))
	// A grant of a tier that is replaced goes on as its heir's.
	require.Equal(t, []string{"2025-02-01T00:00:00Z base>gold granted", "2025-06-30T16:00:00Z gold>premium policy-changed"},
		history(t, p, "2030-01-01T00:00:00Z", granted("2025-02-01T00:00:00Z", "", "gold")))
	require.Equal(t, "premium", standing(t, p, "2025-12-01T00:00:00Z", placed("2025-08-01T00:00:00Z", "gold")).Tier)
	_, err := p.Evaluate([]tier.Event{placed("2025-02-01T00:00:00Z", "premium")}, at("2025-03-01T00:00:00Z"))
	require.ErrorIs(t, err, tier.ErrNotFound, "premium is not given yet")
}

func TestOneInstant(t *testing.T) {
	p := programme(t, nil, metals())
	// A review that takes what a purchase at the same instant gives back is none.
	require.Equal(t, []string{"2023-05-01T00:00:00Z base>gold reached"},
		history(t, p, "2025-12-31T00:00:00Z", points("2023-05-01T00:00:00Z", 1000), points("2025-01-01T00:00:00Z", 1000)))
	// Purchase and return at one instant come to nothing.
	require.Empty(t, history(t, p, "2030-01-01T00:00:00Z", points("2025-01-01T00:00:00Z", 1000), returned("2025-01-01T00:00:00Z", 501)))
	// Of two placements the last recorded holds.
	a, b := placed("2025-05-01T00:00:00Z", "gold"), placed("2025-05-01T00:00:00Z", "silver")
	a.Recorded, b.Recorded = at("2025-05-01T00:00:01Z"), at("2025-05-01T00:00:02Z")
	require.Equal(t, "silver", standing(t, p, "2025-06-01T00:00:00Z", b, a).Tier)
	// Enrolled on a review, with purchases of the morning before.
	q := programme(t, nil, anniversary())
	require.Equal(t, []string{"2024-02-29T12:00:00Z >silver reached"},
		history(t, q, "2025-02-27T00:00:00Z", enrolled("2024-02-29T12:00:00Z"), points("2024-02-29T00:00:00Z", 500),
			points("2024-02-28T23:59:59.999999Z", 5000)))
	// Instants are floored to microseconds.
	require.Equal(t, "base", standing(t, p, "2025-12-31T23:59:59.999999Z", points("2026-01-01T00:00:00.000000999Z", 500)).Tier)
	require.Equal(t, "silver", standing(t, p, "2026-01-01T00:00:00Z", points("2026-01-01T00:00:00.000000999Z", 500)).Tier)
}

func TestUpgradeAtReview(t *testing.T) {
	policy := metals()
	policy.Upgrade = tier.AtReview
	p := programme(t, nil, policy)
	events := []tier.Event{points("2024-05-01T00:00:00Z", 1000)}
	require.Equal(t, []string{"2025-01-01T00:00:00Z base>gold promoted", "2026-01-01T00:00:00Z gold>base demoted"},
		history(t, p, "2030-01-01T00:00:00Z", events...))
	o, err := p.Outlook(events, at("2024-06-01T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, "gold", o.Standing.Then)
	require.Zero(t, o.Next.Missing)
}

func TestEarlyAndLateYears(t *testing.T) {
	for _, year := range []string{"0002-01-01T00:00:00Z", "9998-12-31T23:59:59Z"} {
		for _, policy := range []tier.Policy{metals(), rolling(), anniversary()} {
			policy.Hold.Months, policy.Grace.Months = 120, 2
			if policy.Window.Kind == tier.Rolling {
				policy.Window.Months = 120
			}
			for _, name := range []string{"UTC", "Pacific/Kiritimati", "Pacific/Midway"} {
				o, err := programme(t, zone(t, name), policy).Outlook(
					[]tier.Event{enrolled(year), placed(year, "gold"), points(year, 500)}, at(year))
				require.NoError(t, err)
				require.Equal(t, "gold", o.Standing.Tier)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	policy := rolling()
	policy.From, policy.Reviews, policy.Downgrade = calendar.MustDate(2025, 1, 1), tier.EveryQuarter, tier.OneStep
	policy.Floors = []tier.Floor{{Tier: "gold", Need: tier.Totals{Points: 9}}}
	policy.Hold, policy.Grace, policy.Currency = tier.Hold{Reviews: 1}, tier.Grace{Days: 3}, money.CNY
	policy.Tiers[1].Benefits = []tier.Benefit{{Code: "gift", Cost: 5, Per: tier.PerPeriod}}
	text, err := json.Marshal(policy)
	require.NoError(t, err)
	var back tier.Policy
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, policy, back)
	small, err := json.Marshal(tier.Policy{Version: 1, Tiers: []tier.Tier{{Code: "base"}}})
	require.NoError(t, err)
	require.JSONEq(t, `{"version":1,"tiers":[{"code":"base"}]}`, string(small))
	o, err := programme(t, nil, metals()).Outlook([]tier.Event{points("2025-01-01T00:00:00Z", 700)}, at("2025-02-01T00:00:00Z"))
	require.NoError(t, err)
	text, err = json.Marshal(o)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"standing": {"at": "2025-02-01T00:00:00Z", "version": 1, "tier": "silver", "since": "2025-01-01T00:00:00Z", "why": "reached",
			"until": "2027-01-01T00:00:00Z", "then": "base", "next_review": "2026-01-01T00:00:00Z", "earned": "silver",
			"totals": {"points": 700}, "from": "2025-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z", "lifetime": {"points": 700}},
		"next": {"tier": "gold", "need": {"points": 1000}, "have": {"points": 700}, "missing": {"points": 300},
			"from": "2025-01-01T00:00:00Z", "by": "2026-01-01T00:00:00Z"},
		"keep": {"tier": "silver", "need": {"points": 500}, "missing": {"points": 500},
			"from": "2026-01-01T00:00:00Z", "by": "2027-01-01T00:00:00Z"}}`, string(text))
	event := granted("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z", "gold")
	text, err = json.Marshal(event)
	require.NoError(t, err)
	require.JSONEq(t, `{"kind":"grant","at":"2025-01-01T00:00:00Z","tier":"gold","until":"2025-02-01T00:00:00Z","ref":"g-2025-01-01T00:00:00Z"}`, string(text))
}

func TestBenefitCostFaults(t *testing.T) {
	p := metals()
	p.Tiers[1].Benefits = []tier.Benefit{{Code: "a", Cost: math.MaxInt64}, {Code: "b", Cost: 1}}
	for _, c := range []struct {
		usage []tier.Usage
		err   error
	}{
		{[]tier.Usage{{"tin", "a", 1}}, tier.ErrNotFound},
		{[]tier.Usage{{"silver", "c", 1}}, tier.ErrNotFound},
		{[]tier.Usage{{"silver", "a", -1}}, tier.ErrInvalid},
		{[]tier.Usage{{"silver", "a", 2}}, tier.ErrOverflow},
		{[]tier.Usage{{"silver", "a", math.MaxInt64}}, tier.ErrOverflow},
		{[]tier.Usage{{"silver", "b", math.MaxInt64}, {"silver", "b", 1}}, tier.ErrOverflow},
		{[]tier.Usage{{"silver", "a", 1}, {"silver", "b", 1}}, tier.ErrOverflow},
	} {
		_, err := p.BenefitCosts(c.usage)
		require.ErrorIs(t, err, c.err)
	}
	costs, err := p.BenefitCosts([]tier.Usage{{"silver", "b", 2}, {"silver", "b", 3}})
	require.NoError(t, err)
	require.Equal(t, []tier.BenefitCost{{"silver", "a", 0, money.Amount{}}, {"silver", "b", 5, money.Amount{Minor: 5}}}, costs.Lines)
	require.Equal(t, int64(5), costs.Total.Minor)
	require.Len(t, costs.Tiers, 4)
}

func TestLateRevocation(t *testing.T) {
	p := programme(t, nil, metals())
	grant := granted("2024-06-01T00:00:00Z", "2024-07-01T00:00:00Z", "gold")
	for _, when := range []string{"2024-05-01T00:00:00Z", "2024-06-01T00:00:00Z", "2024-08-01T00:00:00Z"} {
		revoke := tier.Event{Kind: tier.Revoke, At: at(when), Ref: grant.Ref}
		lines := history(t, p, "2030-01-01T00:00:00Z", grant, revoke)
		if revoke.At.After(grant.At) { // too late: the grant has ended by itself
			require.Equal(t, []string{"2024-06-01T00:00:00Z base>gold granted", "2024-07-01T00:00:00Z gold>base grant-ended"}, lines)
		} else {
			require.Empty(t, lines)
		}
	}
}

// A placement before the enrolment, learned after a checkpoint of the same morning,
// takes no effect and hides none that does.
func TestTrackerPlacementBeforeEnrolment(t *testing.T) {
	p := programme(t, nil, metals())
	events := []tier.Event{enrolled("2024-06-01T12:00:00Z"), points("2024-06-01T09:00:00Z", 1),
		placed("2024-06-02T00:00:00Z", "gold"), placed("2024-06-01T10:00:00Z", "platinum"), placed("2024-06-03T00:00:00Z", "silver")}
	tracker := p.NewTracker()
	for _, e := range events {
		require.NoError(t, tracker.Add(e))
	}
	got, err := tracker.History(at("2025-01-01T00:00:00Z"))
	require.NoError(t, err)
	want, err := p.History(events, at("2025-01-01T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, []string{"2024-06-01T12:00:00Z >base enrolled", "2024-06-02T00:00:00Z base>gold placed",
		"2024-06-03T00:00:00Z gold>silver placed"}, history(t, p, "2024-12-01T00:00:00Z", events...))
	current, err := tracker.Standing(at("2024-06-02T12:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, "gold", current.Tier)
	now, err := tracker.Standing(at("2024-12-01T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, standing(t, p, "2024-12-01T00:00:00Z", events...), now)
}

func TestAsks(t *testing.T) {
	policy := metals()
	require.Equal(t, tier.Totals{Points: 1}, programme(t, nil, policy).Asks())
	policy.Floors = []tier.Floor{{Tier: "gold", Need: tier.Totals{Visits: 100}}}
	require.Equal(t, tier.Totals{Points: 1, Visits: 1}, programme(t, nil, policy).Asks())
	later := metals()
	later.Version, later.From = 2, 739_000
	later.Currency, later.Floors = money.CNY, []tier.Floor{{Tier: "gold", Need: tier.Totals{Spend: 5}}}
	require.Equal(t, tier.Totals{Points: 1, Spend: 1, Visits: 1}, programme(t, nil, policy, later).Asks())
	require.Zero(t, programme(t, nil, tier.Policy{Version: 1, Tiers: []tier.Tier{{Code: "all"}}}).Asks())
}
