package tier_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

var horizon = at("2025-06-01T00:00:00Z")

// drawPolicy draws one of all kinds of policies that pass Validate.
func drawPolicy(t *rapid.T, version int) tier.Policy {
	p := tier.Policy{Version: version}
	p.Combine = rapid.SampledFrom([]tier.Combine{tier.All, tier.Any}).Draw(t, "combine")
	p.Window.Kind = tier.WindowKind(rapid.IntRange(0, 2).Draw(t, "window"))
	p.Window.Months = rapid.SampledFrom([]int{0, 12, 6, 3, 1, 2}).Draw(t, "months")
	p.Window.FirstMonth = time.Month(rapid.SampledFrom([]int{0, 1, 4, 12}).Draw(t, "first"))
	p.Upgrade = tier.Upgrade(rapid.IntRange(0, 1).Draw(t, "upgrade"))
	p.Downgrade = tier.Downgrade(rapid.SampledFrom([]int{0, 0, 1, 1, 2}).Draw(t, "downgrade"))
	if p.Window.Kind == tier.Rolling {
		p.Reviews = tier.Cadence(rapid.SampledFrom([]int{0, 0, 1, 2, 3, 4, 5}).Draw(t, "reviews"))
	}
	p.Hold.Reviews = rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "hold")
	p.Hold.Months = rapid.SampledFrom([]int{0, 0, 1, 14}).Draw(t, "hold months")
	p.Grace.Months = rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "grace")
	p.Grace.Days = rapid.SampledFrom([]int{0, 0, 5, 20}).Draw(t, "grace days")
	names := []string{"base", "silver", "gold", "platinum"}
	if version > 1 && rapid.Bool().Draw(t, "renamed") {
		names[3] = "diamond"
	}
	var need tier.Totals
	spend := rapid.Bool().Draw(t, "spend")
	for i, code := range names {
		here := tier.Tier{Code: code}
		if code == "diamond" {
			here.Replaces = []string{"platinum"}
		}
		if i > 0 && (i < 3 || rapid.Bool().Draw(t, "open")) {
			need.Points += rapid.Int64Range(0, 6).Draw(t, "need")
			need.Points = max(need.Points, 1)
			if spend {
				need.Spend = max(need.Spend+rapid.Int64Range(0, 6).Draw(t, "need"), 1)
			}
			here.Need = need
		}
		p.Tiers = append(p.Tiers, here)
	}
	if rapid.Bool().Draw(t, "floor") {
		p.Floors = append(p.Floors, tier.Floor{Tier: "silver", Need: tier.Totals{Points: rapid.Int64Range(5, 20).Draw(t, "life")}})
		if rapid.Bool().Draw(t, "second") {
			p.Floors = append(p.Floors, tier.Floor{Tier: "gold", Need: tier.Totals{Points: rapid.Int64Range(5, 30).Draw(t, "life")}})
		}
	}
	return p
}

func drawProgramme(t *rapid.T) (*tier.Programme, []tier.Policy, *time.Location) {
	loc := rapid.SampledFrom([]*time.Location{time.UTC, time.FixedZone("CST", 8*3600)}).Draw(t, "zone")
	policies := []tier.Policy{drawPolicy(t, 1)}
	if rapid.IntRange(0, 2).Draw(t, "versions") == 0 {
		second := drawPolicy(t, 2)
		second.From = rapid.SampledFrom([]calendar.Day{calendar.MustDate(2022, 1, 1), calendar.MustDate(2021, 7, 1),
			calendar.MustDate(2022, 2, 28), calendar.MustDate(2022, 5, 17)}).Draw(t, "from")
		policies = append(policies, second)
	}
	p, err := tier.New(loc, policies...)
	if err != nil {
		t.Skip(err)
	}
	return p, policies, loc
}

// drawInstant prefers the starts of months and days and their neighbours.
func drawInstant(t *rapid.T, loc *time.Location, label string) time.Time {
	d := calendar.MustDate(2020, 1, 1) + calendar.Day(rapid.IntRange(0, 1800).Draw(t, label))
	if rapid.Bool().Draw(t, "month") {
		y, m, _ := d.Date()
		d = calendar.MustDate(y, m, 1)
	} else if rapid.IntRange(0, 4).Draw(t, "end") == 0 {
		y, m, _ := d.Date()
		d = calendar.MustDate(y, m, 1).AddMonths(1) - calendar.Day(rapid.IntRange(1, 3).Draw(t, "last"))
	}
	offset := rapid.SampledFrom([]time.Duration{0, 0, -time.Microsecond, time.Microsecond, 12 * time.Hour, 18 * time.Hour}).Draw(t, "offset")
	return d.Start(loc).Add(offset).UTC()
}

func drawEvents(t *rapid.T, loc *time.Location, yearly bool) []tier.Event {
	var events []tier.Event
	if yearly || rapid.Bool().Draw(t, "enrolled") {
		d := calendar.MustDate(2020, 1, 1) + calendar.Day(rapid.SampledFrom([]int{0, 30, 59, 59, 100, 500}).Draw(t, "enrol"))
		events = append(events, tier.Event{Kind: tier.Enrol,
			At: d.Start(loc).Add(time.Duration(rapid.SampledFrom([]int{0, 10}).Draw(t, "hour")) * time.Hour).UTC()})
	}
	for i := range rapid.IntRange(0, 14).Draw(t, "events") {
		e := tier.Event{At: drawInstant(t, loc, "at"), Recorded: horizon.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "recorded")) * time.Microsecond)}
		switch rapid.SampledFrom([]int{0, 0, 0, 0, 0, 1, 1, 2, 3, 4}).Draw(t, "kind") {
		case 0:
			e.Kind = tier.Qualify
		case 1:
			e.Kind = tier.Return
		case 2:
			e.Kind, e.Ref = tier.Grant, fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "ref"))
			if rapid.Bool().Draw(t, "ends") {
				if e.Until = drawInstant(t, loc, "until"); !e.Until.After(e.At) {
					e.Until = time.Time{}
				}
			}
		case 3:
			e.Kind, e.Ref = tier.Revoke, fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "ref"))
		case 4:
			e.Kind = tier.Place
		}
		if e.Kind == tier.Qualify || e.Kind == tier.Return {
			e.Points, e.Spend = rapid.Int64Range(0, 8).Draw(t, "points"), rapid.Int64Range(0, 8).Draw(t, "spend")
		} else if e.Kind != tier.Revoke {
			e.Tier = rapid.SampledFrom([]string{"base", "silver", "gold"}).Draw(t, "tier")
		}
		if e.Kind == tier.Place && i > 0 && rapid.Bool().Draw(t, "together") {
			e.At = events[len(events)-1].At
		}
		events = append(events, e)
	}
	return events
}

func yearly(policies []tier.Policy) bool {
	return slices.ContainsFunc(policies, func(p tier.Policy) bool {
		return p.Window.Kind == tier.Anniversary || p.Reviews == tier.EveryAnniversary
	})
}

func TestHistoryIsTheReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, policies, loc := drawProgramme(t)
		events := drawEvents(t, loc, yearly(policies))
		got, err := p.History(events, horizon)
		require.NoError(t, err)
		r := reference{policies: policies, zone: loc, events: events}
		want := r.history(horizon)
		if !slices.Equal(got, want) {
			t.Fatalf("policies %+v\nevents %+v\ngot  %v\nwant %v", policies, events, got, want)
		}
	})
}

// What Evaluate says at any instant is the last change; what it expects is what
// comes if nothing more is recorded.
func TestEvaluateIsTheHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, policies, loc := drawProgramme(t)
		events := drawEvents(t, loc, yearly(policies))
		when := drawInstant(t, loc, "when")
		s, err := p.Evaluate(events, when)
		require.NoError(t, err)
		require.True(t, s.At.Equal(when))
		changes, err := p.History(events, when)
		require.NoError(t, err)
		if n := len(changes); n > 0 {
			last := changes[n-1]
			require.Equal(t, last, tier.Change{At: s.Since, From: last.From, To: s.Tier, Why: s.Why, Version: last.Version})
		} else {
			require.Zero(t, s.Since)
			require.Zero(t, s.Why)
		}
		past := slices.DeleteFunc(slices.Clone(events), func(e tier.Event) bool {
			return e.Kind != tier.Enrol && e.At.After(when)
		})
		same, err := p.Evaluate(past, when)
		require.NoError(t, err)
		require.Equal(t, s, same, "what comes later does not matter")
		if s.Tier == "" {
			return // the enrolment is still to come
		}
		coming, err := p.History(past, when.AddDate(60, 0, 0))
		require.NoError(t, err)
		if coming = coming[len(changes):]; len(coming) == 0 {
			require.Zero(t, s.Until)
			require.Empty(t, s.Then)
		} else {
			require.Equal(t, coming[0].At, s.Until)
			require.Equal(t, coming[0].To, s.Then)
		}
		if !s.GraceUntil.IsZero() {
			require.Equal(t, s.GraceUntil, s.NextReview)
		}
		require.False(t, !s.NextReview.IsZero() && !s.NextReview.After(when))
		require.False(t, !s.To.IsZero() && !s.To.After(when))
	})
}

// A tracker says after every event what a fresh computation says, whatever the
// order in which they come.
func TestTrackerInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, policies, loc := drawProgramme(t)
		events := rapid.Permutation(drawEvents(t, loc, yearly(policies))).Draw(t, "order")
		if rapid.Bool().Draw(t, "many") { // beyond one checkpoint
			for i := range 40 {
				events = append(events, tier.Event{Kind: tier.Qualify, Points: int64(i % 3), Spend: int64(i % 2),
					At: drawInstant(t, loc, "more")})
			}
		}
		tracker := p.NewTracker()
		if rapid.Bool().Draw(t, "used") {
			require.NoError(t, tracker.Add(points("2021-01-01T00:00:00Z", 5)))
			tracker.Reset()
		}
		for i, e := range events {
			require.NoError(t, tracker.Add(e))
			if i%5 != 4 && i < len(events)-1 {
				continue
			}
			for _, when := range []time.Time{drawInstant(t, loc, "when"), horizon} {
				got, gotErr := tracker.Outlook(when)
				want, wantErr := p.Outlook(events[:i+1], when)
				require.Equal(t, wantErr, gotErr)
				require.Equal(t, want, got)
				lines, err := tracker.History(when)
				require.Equal(t, wantErr, err)
				fresh, _ := p.History(events[:i+1], when)
				require.Equal(t, fresh, lines)
				s, err := tracker.Standing(when)
				require.Equal(t, wantErr, err)
				require.Equal(t, want.Standing, s)
			}
		}
	})
}

// add puts the missing amounts into an event at the instant; less takes one point
// or minor unit off each.
func add(events []tier.Event, g tier.Goal, when time.Time, less int64) []tier.Event {
	e := tier.Event{Kind: tier.Qualify, At: when, Points: g.Missing.Points, Spend: g.Missing.Spend, Visits: g.Missing.Visits}
	e.Points, e.Spend = max(e.Points-less, 0), max(e.Spend-less, 0)
	return append(slices.Clone(events), e)
}

func hasReached(g tier.Goal) bool { return g.Missing.IsZero() }

// Whoever buys what is missing has the next tier, and keeps the present one; who
// buys less does not.
func TestOutlookIsEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, policies, loc := drawProgramme(t)
		events := drawEvents(t, loc, yearly(policies))
		when := drawInstant(t, loc, "when")
		events = slices.DeleteFunc(events, func(e tier.Event) bool { return e.Kind != tier.Enrol && e.At.After(when) })
		o, err := p.Outlook(events, when)
		require.NoError(t, err)
		policy := p.Policy(when)
		rank := func(code string) int {
			return slices.IndexFunc(policy.Tiers, func(t tier.Tier) bool { return t.Code == code })
		}
		rankAt := func(events []tier.Event, at time.Time) int {
			s, err := p.Evaluate(events, at)
			require.NoError(t, err)
			return rank(s.Tier)
		}
		now := slices.ContainsFunc(events, func(e tier.Event) bool { return e.Kind == tier.Place && e.At.Equal(when) })
		if g := o.Next; g.Tier != "" && policy.Upgrade == tier.AtOnce && !now { // a placement has the last word
			require.GreaterOrEqual(t, rankAt(add(events, g, when, 0), when), rank(g.Tier))
			if !hasReached(g) && len(policy.Floors) == 0 {
				require.Less(t, rankAt(add(events, g, when, 1), when), rank(g.Tier))
			}
			if !g.By.IsZero() {
				require.True(t, g.By.After(when))
				if last := g.By.Add(-time.Microsecond); p.Policy(last).Version == policy.Version {
					require.GreaterOrEqual(t, rankAt(add(events, g, last, 0), last), rank(g.Tier), "just before By")
				}
			}
		}
		if g := o.Keep; g.Tier != "" && o.Standing.GrantRef == "" && len(policies) == 1 {
			require.Equal(t, o.Standing.Tier, g.Tier)
			require.False(t, hasReached(g))
			coming, err := p.History(events, when.AddDate(60, 0, 0))
			require.NoError(t, err)
			fall := slices.IndexFunc(coming, func(c tier.Change) bool { return c.At.After(when) && rank(c.To) < rank(g.Tier) })
			require.GreaterOrEqual(t, fall, 0)
			require.False(t, coming[fall].At.Before(g.By))
			from := when
			if g.From.After(from) {
				from = g.From
			}
			require.GreaterOrEqual(t, rankAt(add(events, g, from, 0), g.By), rank(g.Tier))
			require.GreaterOrEqual(t, rankAt(add(events, g, g.By.Add(-time.Microsecond), 0), g.By), rank(g.Tier))
		}
	})
}
