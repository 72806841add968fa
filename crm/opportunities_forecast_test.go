package crm_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
)

func TestOpportunityForecast(t *testing.T) {
	s := newScene(t, crm.Options{})
	s.register("c1", organisation("一厂"), li)
	add := func(id string, stage string, amount money.Amount, to owner.Staff, close calendar.Day) {
		t.Helper()
		_, err := s.Opportunities.Open(s.ctx, boss, crm.OpenOpportunity{ID: id, Customer: "c1", Owner: to, Stage: stage, Met: ready,
			Expectation: crm.Expectation{Amount: amount, Close: close}})
		require.NoError(t, err)
	}
	// Ten came as far as visit: four won, six lost.
	for i := range 10 {
		id := fmt.Sprint("old-", i)
		add(id, "visit", yuan(10), li, 0)
		if i < 4 {
			_, err := s.Opportunities.Win(s.ctx, boss, id, crm.Winning{})
			require.NoError(t, err)
		} else {
			_, err := s.Opportunities.Lose(s.ctx, boss, id, crm.Losing{Loss: pipeline.LostPrice})
			require.NoError(t, err)
		}
	}
	today := calendar.MustDate(2026, 1, 20)
	add("a", "visit", yuan(100), li, today+5)
	add("b", "visit", yuan(200), zhao, today)
	add("late", "visit", yuan(400), li, today-1)
	add("far", "visit", yuan(800), li, today+400)
	add("held", "visit", yuan(1600), li, today+5)
	_, err := s.Opportunities.Hold(s.ctx, boss, "held", time.Time{}, crm.Call{Reason: "budget"})
	require.NoError(t, err)

	f, err := s.Opportunities.Forecast(s.ctx, boss, crm.OpportunityFilter{}, today, crm.ForecastOptions{Options: pipeline.Options{Until: today + 365}})
	require.NoError(t, err)
	// (4 + 10 x 0.4)/(10 + 10), and the stages before are not above it.
	require.Equal(t, money.Ratio{Num: 2, Den: 5}, f.Probabilities[3].Used)
	require.Equal(t, int64(10), f.Probabilities[3].Of)
	rate, ok := f.Probabilities[3].WinRate()
	require.True(t, ok)
	require.Equal(t, 10, rate.N)
	require.Equal(t, 2, f.Total.Deals)
	require.Equal(t, "120", f.Total.Expected.String())
	require.InDeltaSlice(t, []float64{0.36, 0.48, 0.16}, f.Wins.P, 1e-12)
	require.Equal(t, "160", f.Overdue.Expected.String())
	require.Equal(t, 1, f.LeftOut)
	require.Equal(t, "late", f.Found[0].Subject)
	require.Equal(t, int64(160000), f.ByCategory[pipeline.Omitted].Amount)

	f, err = s.Opportunities.Forecast(s.ctx, boss, crm.OpportunityFilter{Owner: "li"}, today, crm.ForecastOptions{
		Options: pipeline.Options{Until: today + 365}, From: calendar.MustDate(2026, 1, 1), History: -1})
	require.NoError(t, err)
	require.Equal(t, 4, f.ByCategory[pipeline.Closed].Deals)
	require.Equal(t, "80", f.Total.Expected.String(), "40 came, and 100 at the configured 0.4")
	require.Equal(t, int64(0), f.Probabilities[3].Of)

	// What the deals have in common does not move the mean: 0.4 of 100 and of 200, with
	// P(both) = 0.239 instead of 0.16.
	options := crm.ForecastOptions{Options: pipeline.Options{Until: today + 365, Rho: 0.5}}
	f, err = s.Opportunities.Forecast(s.ctx, boss, crm.OpportunityFilter{}, today, options)
	require.NoError(t, err)
	require.Equal(t, "120", f.Total.Expected.String())
	require.InDeltaSlice(t, []float64{0.43913, 0.32175, 0.23913}, f.Wins.P, 1e-5)

	// Who sees less forecasts less.
	west := crm.Actor{ID: "zhao", Sees: access.Scope{Owner: "zhao"}}
	f, err = s.Opportunities.Forecast(s.ctx, west, crm.OpportunityFilter{}, today, crm.ForecastOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, f.Total.Deals)

	add("usd", "visit", money.Amount{Minor: 5, Currency: money.MustCurrency("USD")}, li, today)
	_, err = s.Opportunities.Forecast(s.ctx, boss, crm.OpportunityFilter{}, today, crm.ForecastOptions{})
	require.ErrorIs(t, err, pipeline.ErrCurrency)
	f, err = s.Opportunities.Forecast(s.ctx, boss, crm.OpportunityFilter{}, today, crm.ForecastOptions{Currency: money.MustCurrency("USD")})
	require.NoError(t, err)
	require.Equal(t, 1, f.Total.Deals)
	_, err = s.Opportunities.Forecast(s.ctx, boss, crm.OpportunityFilter{}, 0, crm.ForecastOptions{})
	require.ErrorIs(t, err, crm.ErrInvalid)
}

// Too long in a stage, and without an action: two findings that do not wait for each
// other.
func TestOpportunityStuckAndSilent(t *testing.T) {
	s := selling(t, crm.Options{})
	s.open("o2", yuan(5))
	found := func(days int, f crm.OpportunityFilter, actor crm.Actor) (codes []string) {
		t.Helper()
		rows, err := s.Opportunities.Stuck(s.ctx, actor, f, s.clock.now.AddDate(0, 0, days), pipeline.StuckOptions{})
		require.NoError(t, err)
		for _, r := range rows {
			codes = append(codes, r.Subject+" "+r.Code)
			_, err := pipeline.Catalogue().Render(r, finding.Chinese)
			require.NoError(t, err)
		}
		return codes
	}
	require.Empty(t, found(29, crm.OpportunityFilter{}, boss))
	require.Equal(t, []string{"o1 PIP-STUCK", "o2 PIP-STUCK", "o1 PIP-SILENT", "o2 PIP-SILENT"}, found(31, crm.OpportunityFilter{}, boss))
	s.clock.now = s.clock.now.AddDate(0, 0, 10)
	s.followUp("wang", crm.Subject{Kind: crm.KindOpportunity, ID: "o1"}, time.Time{})
	require.Equal(t, []string{"o1 PIP-STUCK", "o2 PIP-STUCK", "o2 PIP-SILENT"}, found(21, crm.OpportunityFilter{}, boss))
	require.Equal(t, []string{"o2 PIP-STUCK", "o2 PIP-SILENT"}, found(21, crm.OpportunityFilter{Limit: 1, After: "o1"}, boss))
	require.Empty(t, found(21, crm.OpportunityFilter{}, crm.Actor{ID: "zhao", Sees: access.Scope{Owner: "zhao"}}))
	_, err := s.Opportunities.Lose(s.ctx, boss, "o2", crm.Losing{Loss: pipeline.LostOther})
	require.NoError(t, err)
	require.Equal(t, []string{"o1 PIP-STUCK"}, found(21, crm.OpportunityFilter{}, boss))
}
