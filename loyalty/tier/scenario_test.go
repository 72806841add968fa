package tier_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// The scenarios O-19 to O-22 of the specification, with its values, and variants.

func TestRollingWindow(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	p := programme(t, shanghai, rolling())
	events := []tier.Event{points("2024-02-29T12:00:00+08:00", 600), points("2025-02-28T12:00:00+08:00", 400)}

	s := standing(t, p, "2025-02-28T12:00:00+08:00", events...)
	require.Equal(t, "gold", s.Tier)
	require.Equal(t, int64(1000), s.Totals.Points)
	require.True(t, s.From.Equal(at("2024-02-28T12:00:00+08:00")))
	require.True(t, s.Until.Equal(at("2025-03-01T00:00:00+08:00")))
	require.Equal(t, "base", s.Then)

	s = standing(t, p, "2025-03-01T00:00:00+08:00", events...)
	require.Equal(t, "base", s.Tier)
	require.Equal(t, int64(400), s.Totals.Points)
	require.True(t, s.From.Equal(at("2024-03-01T00:00:00+08:00")))
	require.Equal(t, "gold", standing(t, p, "2025-02-28T23:59:59.999999+08:00", events...).Tier)

	events[1].Points = 399
	s = standing(t, p, "2025-02-28T12:00:00+08:00", events...)
	require.Equal(t, "silver", s.Tier)
	require.Equal(t, int64(999), s.Totals.Points)
}

// What was bought at the very start of the window is outside, the next microsecond
// is inside.
func TestRollingWindowIsOpenAtItsStart(t *testing.T) {
	p := programme(t, nil, rolling())
	for _, c := range []struct {
		at, want string
	}{
		{"2025-06-15T12:00:00Z", "silver"},
		{"2025-06-15T11:59:59.999999Z", "gold"},
		{"2025-06-15T12:00:00.000001Z", "silver"},
	} {
		s := standing(t, p, c.at, points("2024-06-15T12:00:00Z", 500), points(c.at, 500))
		require.Equal(t, c.want, s.Tier, c.at)
	}
	// Never early: what leaves at noon lowers at the start of the next day.
	e := points("2024-06-15T12:00:00Z", 500)
	require.Equal(t, int64(0), standing(t, p, "2025-06-15T12:00:00Z", e).Totals.Points)
	require.Equal(t, []string{"2024-06-15T12:00:00Z base>silver reached", "2025-06-16T00:00:00Z silver>base demoted"},
		history(t, p, "2030-01-01T00:00:00Z", e))

	// The last four days of May look back to 28 February, each as far as its own time.
	policy := rolling()
	policy.Window.Months = 3
	p = programme(t, nil, policy)
	e = points("2025-02-28T12:00:00Z", 500)
	for _, day := range []string{"28", "29", "30", "31"} {
		require.Equal(t, int64(500), standing(t, p, "2025-05-"+day+"T11:59:59.999999Z", e).Totals.Points)
		require.Zero(t, standing(t, p, "2025-05-"+day+"T12:00:00Z", e).Totals.Points)
	}
	require.Equal(t, []string{"2025-02-28T12:00:00Z base>silver reached", "2025-06-01T00:00:00Z silver>base demoted"},
		history(t, p, "2030-01-01T00:00:00Z", e))
}

func TestAnniversaryOnLeapDay(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	p := programme(t, shanghai, anniversary())
	events := []tier.Event{
		enrolled("2024-02-29T00:00:00+08:00"), placed("2024-02-29T00:00:00+08:00", "gold"),
		points("2024-05-01T00:00:00+08:00", 400), points("2025-02-27T23:59:59.999999+08:00", 500),
	}
	require.Equal(t, []string{
		"2024-02-28T16:00:00Z >gold placed",
		"2025-02-27T16:00:00Z gold>silver demoted",
		"2026-02-27T16:00:00Z silver>base demoted",
	}, history(t, p, "2040-01-01T00:00:00Z", events...))
	require.Equal(t, "gold", standing(t, p, "2025-02-27T15:59:59.999999Z", events...).Tier)
	require.Equal(t, "silver", standing(t, p, "2025-02-27T16:00:00Z", events...).Tier)

	// At the anniversary itself it counts for the next year.
	next := append(events[:3:3], points("2025-02-28T00:00:00+08:00", 500))
	s := standing(t, p, "2025-02-28T00:00:00+08:00", next...)
	require.Equal(t, "silver", s.Tier)
	require.Equal(t, int64(500), s.Totals.Points)
	require.Equal(t, []string{
		"2024-02-28T16:00:00Z >gold placed",
		"2025-02-27T16:00:00Z gold>silver demoted",
		"2027-02-27T16:00:00Z silver>base demoted", // 500 of the second year keep silver through the third
	}, history(t, p, "2040-01-01T00:00:00Z", next...))

	for _, c := range []struct{ in, want string }{
		{"2024-03-01", "2025-02-28"}, {"2025-03-01", "2026-02-28"}, {"2026-03-01", "2027-02-28"},
		{"2027-03-01", "2028-02-29"}, {"2028-03-01", "2029-02-28"},
	} {
		s := standing(t, p, c.in+"T00:00:00+08:00", events...)
		require.Equal(t, c.want, calendar.DayOf(s.NextReview, shanghai).String())
		require.True(t, s.NextReview.Equal(s.To))
	}
}

func TestSoftLanding(t *testing.T) {
	events := []tier.Event{placed("2024-07-01T00:00:00Z", "platinum"), points("2024-08-01T00:00:00Z", 300)}
	for _, c := range []struct {
		name string
		set  func(*tier.Policy)
		want string
	}{
		{"one step", func(p *tier.Policy) { p.Downgrade = tier.OneStep }, "gold"},
		{"to balance", func(*tier.Policy) {}, "base"},
		{"floor", func(p *tier.Policy) {
			p.Floors = []tier.Floor{{Tier: "silver", Need: tier.Totals{Points: 300}}}
		}, "silver"},
		{"floor above the step", func(p *tier.Policy) {
			p.Downgrade = tier.OneStep
			p.Floors = []tier.Floor{{Tier: "platinum", Need: tier.Totals{Points: 300}}}
		}, "platinum"},
		{"never", func(p *tier.Policy) { p.Downgrade = tier.Never }, "platinum"},
	} {
		policy := metals()
		c.set(&policy)
		p := programme(t, nil, policy)
		require.Equal(t, "platinum", standing(t, p, "2024-12-31T23:59:59.999999Z", events...).Tier, c.name)
		require.Equal(t, c.want, standing(t, p, "2025-01-01T00:00:00Z", events...).Tier, c.name)
	}
	policy := metals()
	policy.Downgrade = tier.OneStep
	require.Equal(t, []string{
		"2024-07-01T00:00:00Z base>platinum placed",
		"2025-01-01T00:00:00Z platinum>gold demoted",
		"2026-01-01T00:00:00Z gold>silver demoted",
		"2027-01-01T00:00:00Z silver>base demoted",
	}, history(t, programme(t, nil, policy), "2040-01-01T00:00:00Z", events...))
}

func TestLifetimeFloor(t *testing.T) {
	policy := metals()
	policy.Floors = []tier.Floor{{Tier: "gold", Need: tier.Totals{Points: 10_000}}}
	p := programme(t, nil, policy)
	events := []tier.Event{points("2020-03-01T00:00:00Z", 10_000)}
	s := standing(t, p, "2035-01-01T00:00:00Z", events...)
	require.Equal(t, "gold", s.Tier)
	require.Equal(t, "gold", s.Floor)
	require.Zero(t, s.Until)
	require.Equal(t, []string{
		"2020-03-01T00:00:00Z base>platinum reached", "2022-01-01T00:00:00Z platinum>gold demoted",
	}, history(t, p, "2035-01-01T00:00:00Z", events...))

	events = append(events, returned("2035-05-05T00:00:00Z", 50))
	s = standing(t, p, "2035-05-05T00:00:00Z", events...)
	require.Equal(t, int64(9950), s.Lifetime.Points)
	require.Equal(t, "gold", s.Tier, "the next review decides")
	require.Empty(t, s.Floor)
	require.True(t, s.Until.Equal(at("2036-01-01T00:00:00Z")))
	require.Equal(t, "base", standing(t, p, "2036-01-01T00:00:00Z", events...).Tier)
	enough := append(events[:2:2], points("2035-06-01T00:00:00Z", 49), points("2035-07-01T00:00:00Z", 451))
	s = standing(t, p, "2036-01-01T00:00:00Z", enough...)
	require.Equal(t, "gold", s.Floor, "bought again")
	enough[3].Points = 0
	require.Equal(t, "base", standing(t, p, "2036-01-01T00:00:00Z", enough...).Tier)

	// The floor lifts whoever reaches it in small years.
	var slow []tier.Event
	for year := 2000; year < 2025; year++ {
		slow = append(slow, tier.Event{Kind: tier.Qualify, At: time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC), Points: 400})
	}
	require.Equal(t, []string{"2024-06-01T00:00:00Z base>gold lifelong"}, history(t, p, "2090-01-01T00:00:00Z", slow...))
}
