package main

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

// showFindings prints what the library found of what who asks sees: breaches of the
// rules of use since a day, deals on which nothing moves, and money that is late.
type showFindings struct {
	event
	Since calendar.Day `json:"since"`
}

func (a *showFindings) play(r *replay) error {
	if err := r.title("HEAD-FOUND", finding.Day("from", a.Since)); err != nil {
		return err
	}
	used, err := a.used(r)
	if err != nil {
		return err
	}
	deals, err := a.deals(r)
	if err != nil {
		return err
	}
	debts, err := a.debts(r)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		head  string
		found []finding.Finding
		words finding.Catalogue
	}{{"HEAD-CADENCE", used, cadence.Catalogue()}, {"HEAD-PIPELINE", deals, pipeline.Catalogue()}, {"HEAD-DEBTS", debts, receivable.Catalogue()}} {
		if err := r.head(part.head, len(part.found)); err != nil {
			return err
		}
		if err := r.findings(2, part.words, part.found); err != nil {
			return err
		}
	}
	r.gap()
	return nil
}

// used is how the rules of use were kept.
func (a *showFindings) used(r *replay) (found []finding.Finding, err error) {
	report, err := r.Cadence.Check(r.ctx, r.actor, a.Since.Start(shanghai), time.Time{})
	for _, f := range report.Findings {
		found = append(found, f.Finding())
	}
	return found, err
}

// deals is on which opportunities nothing moves, and which should have been closed.
func (a *showFindings) deals(r *replay) ([]finding.Finding, error) {
	found, err := r.Opportunities.Stuck(r.ctx, r.actor, crm.OpportunityFilter{Open: true}, r.now.Time, pipeline.StuckOptions{})
	if err != nil {
		return nil, err
	}
	forecast, err := r.Opportunities.Forecast(r.ctx, r.actor, crm.OpportunityFilter{Open: true}, calendar.DayOf(r.now.Time, shanghai), crm.ForecastOptions{})
	return slices.Concat(found, forecast.Found), err
}

// debts is who is late with money, and whom to remind.
func (a *showFindings) debts(r *replay) (found []finding.Finding, err error) {
	aged, err := r.Receivables.Ageing(r.ctx, r.actor, 0, crm.AgeingOptions{})
	if err != nil {
		return nil, err
	}
	for _, in := range aged {
		for _, customer := range in.Customers {
			found = append(found, customer.Findings(in.Currency)...)
		}
	}
	for dun, err := range r.Receivables.Dunning(r.ctx, r.actor, "", 0) {
		if err != nil {
			return nil, err
		}
		found = append(found, dun.Finding(calendar.DayOf(r.now.Time, shanghai)))
	}
	return found, nil
}
