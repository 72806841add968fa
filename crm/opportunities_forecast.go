package crm

import (
	"context"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// ForecastOptions are the choices of [Opportunities].Forecast. The zero value is the
// default.
type ForecastOptions struct {
	// Options say until when and how finely; see [pipeline.Options].
	pipeline.Options
	// From counts as closed what was won on this day or later; zero counts nothing that
	// was won.
	From calendar.Day
	// Currency is the only one that is counted; zero counts all, which then have to be of
	// one.
	Currency money.Currency
	// History is of how many days before the date what became of opportunities is looked
	// at, to learn the probabilities of the stages; 0 is 730, and below 0 nothing is, so
	// that the configured ones stand.
	History int
	// Probability is how much the configured ones weigh.
	Probability pipeline.ProbabilityOptions
}

// Forecast is what [Opportunities].Forecast found.
type Forecast struct {
	*pipeline.Forecast
	// Probabilities are those of the open stages, in order, with what they were learned
	// from.
	Probabilities []pipeline.Probability `json:"probabilities"`
	// Found has a PIP-OVERDUE for each opportunity that should have been closed before.
	Found []finding.Finding `json:"found"`
}

// Forecast says what the opportunities that the actor sees will bring, of those that the
// filter lets through, by what is recorded now 销售预测. An opportunity counts with the
// probability of its stage, learned from those that the actor sees and that were closed,
// whatever the filter; one on hold is omitted.
//
// Errors: those of [pipeline.NewForecast], ErrCurrency above all.
func (s *Opportunities) Forecast(ctx context.Context, actor Actor, f OpportunityFilter, asOf calendar.Day, opts ForecastOptions) (Forecast, error) {
	return read(ctx, s.core, "opportunities.forecast", actor, Subject{}, func() (Forecast, error) {
		all, err := collect(s.list(ctx, actor, OpportunityFilter{}))
		if err != nil {
			return Forecast{}, err
		}
		return s.forecast(all, f, asOf, opts)
	})
}

// forecast is Forecast of all the opportunities that somebody sees.
func (s *Opportunities) forecast(all []Opportunity, f OpportunityFilter, asOf calendar.Day, opts ForecastOptions) (Forecast, error) {
	if !asOf.Valid() {
		return Forecast{}, &Error{Field: "as_of", Reason: "is no day", Err: ErrInvalid}
	}
	probabilities, err := s.probabilities(all, asOf, opts)
	if err != nil {
		return Forecast{}, err
	}
	chance := map[string]decimal.Decimal{}
	for _, p := range probabilities {
		chance[p.Stage] = decimal.NewFromInt(p.Used.Num).DivRound(decimal.NewFromInt(p.Used.Den), 15)
	}
	var deals []pipeline.Deal
	for _, o := range all {
		other := !opts.Currency.IsZero() && !o.Amount.Currency.IsZero() && o.Amount.Currency != opts.Currency
		if !f.matches(o) || o.Type == pipeline.Lost || other {
			continue
		}
		d := pipeline.Deal{ID: o.ID, Category: o.Category, Amount: o.Amount, Close: o.Close, P: chance[o.Stage]}
		switch o.Type {
		case pipeline.Won:
			if d.Category, d.Close = pipeline.Closed, s.core.dayOf(o.Since); opts.From.IsZero() || d.Close < opts.From {
				continue
			}
		case pipeline.OnHold:
			d.Category = pipeline.Omitted
		}
		deals = append(deals, d)
	}
	found := Forecast{Probabilities: probabilities, Found: pipeline.OverdueFindings(deals, asOf)}
	found.Forecast, err = pipeline.NewForecast(deals, asOf, opts.Options)
	return found, err
}

// matches reports whether the filter lets an opportunity through. It does not look at
// Limit.
func (f OpportunityFilter) matches(o Opportunity) bool {
	return (f.After == "" || o.ID > f.After) && (f.Owner == "" || o.Holding.Owner == f.Owner) && (f.Customer == "" || o.Customer == f.Customer) &&
		(f.Lead == "" || o.Lead == f.Lead) && (f.Stage == "" || o.Stage == f.Stage) && (!f.Open || o.Type == pipeline.Open) &&
		(f.Line == "" || o.Line == f.Line) && (f.DueBefore.IsZero() || !o.Due.IsZero() && o.Due.Before(Instant(f.DueBefore)))
}

// probabilities learns from those of the opportunities that were closed in time.
func (s *Opportunities) probabilities(all []Opportunity, asOf calendar.Day, opts ForecastOptions) ([]pipeline.Probability, error) {
	days := opts.History
	if days == 0 {
		days = 730
	}
	var outcomes []pipeline.Outcome
	for _, o := range all {
		if on := s.core.dayOf(o.Since); days > 0 && o.closed() && on <= asOf && asOf.Sub(on) < days {
			outcomes = append(outcomes, pipeline.Outcome{Reached: o.Furthest, Won: o.Type == pipeline.Won})
		}
	}
	counts, err := s.core.funnel.Count(outcomes)
	if err != nil {
		return nil, err
	}
	return s.core.funnel.Probabilities(counts, opts.Probability)
}

// Stuck says which of the opportunities that the actor sees and that the filter lets
// through have been too long in their stage, or without an action that counts
// 滞留与静默: a PIP-STUCK or PIP-SILENT each, by the stages' days in the order of
// [pipeline.Funnel.StuckFindings], then of [pipeline.Funnel.Silent]. How long is too long
// is learned from all that the actor sees.
//
// Errors: those of [stage.Histories.Stuck] and [pipeline.Funnel.Silent].
func (s *Opportunities) Stuck(ctx context.Context, actor Actor, f OpportunityFilter, asOf time.Time, opts pipeline.StuckOptions) ([]finding.Finding, error) {
	return read(ctx, s.core, "opportunities.stuck", actor, Subject{}, func() ([]finding.Finding, error) {
		all, err := collect(s.list(ctx, actor, OpportunityFilter{}))
		if err != nil {
			return nil, err
		}
		return s.stuck(ctx, all, f, asOf, opts)
	})
}

// stuck is Stuck of all the opportunities that somebody sees.
func (s *Opportunities) stuck(ctx context.Context, all []Opportunity, f OpportunityFilter, asOf time.Time, opts pipeline.StuckOptions) ([]finding.Finding, error) {
	asOf = Instant(asOf)
	wanted, seen := map[string]bool{}, map[string]bool{}
	var pulses []pipeline.Pulse
	for _, o := range all {
		if seen[o.ID] = true; f.matches(o) && !o.Opened.After(asOf) {
			wanted[o.ID] = true
			pulses = append(pulses, pipeline.Pulse{ID: o.ID, Stage: o.Stage, Opened: s.core.dayOf(o.Opened)})
		}
	}
	histories, acted, err := s.histories(ctx, seen, asOf)
	if err != nil {
		return nil, err
	}
	for i := range pulses {
		if last, ok := acted[pulses[i].ID]; ok {
			pulses[i].LastAction = s.core.dayOf(last)
		}
	}
	stuck, err := histories.Stuck(s.core.funnel.StuckRules(opts), asOf, stage.Options{})
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(s.core.funnel.StuckFindings(stuck, s.core.dayOf(asOf)), func(f finding.Finding) bool { return !wanted[f.Subject] })
	silent, err := s.core.funnel.Silent(pulses, s.core.dayOf(asOf))
	return append(found, silent...), err
}

// StuckDays returns how many days in a stage are too many, by the stage's id 滞留期限: what
// [Opportunities].Stuck goes by, learned from all opportunities that the actor sees. A
// stage without a limit is absent. It reads all their journals: a program asks it once
// for all the day lists of a morning.
//
// Errors: those of [stage.Histories.Stuck].
func (s *Opportunities) StuckDays(ctx context.Context, actor Actor, asOf time.Time, opts pipeline.StuckOptions) (map[string]float64, error) {
	asOf = Instant(asOf)
	return read(ctx, s.core, "opportunities.stuck-days", actor, Subject{}, func() (map[string]float64, error) {
		seen := map[string]bool{}
		for r, err := range s.core.store.Records(ctx, OpportunityFilter{}.records(actor)) {
			if err != nil {
				return nil, err
			}
			seen[r.Subject.ID] = true
		}
		histories, _, err := s.histories(ctx, seen, asOf)
		if err != nil {
			return nil, err
		}
		stuck, err := histories.Stuck(s.core.funnel.StuckRules(opts), asOf, stage.Options{})
		if err != nil {
			return nil, err
		}
		days := map[string]float64{}
		for _, at := range stuck {
			if at.Source != stage.NoLimit {
				days[at.State] = at.Limit
			}
		}
		return days, nil
	})
}

// histories packs the stages of the opportunities that are seen, as they were known at
// an instant, and returns when the last action until then was that counts.
func (s *Opportunities) histories(ctx context.Context, seen map[string]bool, known time.Time) (*stage.Histories[string], map[string]time.Time, error) {
	acted := map[string]time.Time{}
	h := stage.NewHistories(s.core.funnel.Machine())
	var id string
	var journal []stage.Entry[string]
	add := func() error {
		if len(journal) == 0 {
			return nil
		}
		defer func() { journal = nil }()
		return h.Add(id, journal)
	}
	for row, err := range s.core.store.Entries(ctx, EntryFilter{Journal: JournalOpportunity, RecordedUntil: known.Add(time.Microsecond)}) {
		if err != nil {
			return nil, nil, err
		}
		if row.Kind == opportunityActed && !row.At.After(known) {
			acted[row.Subject.ID] = later(row.At, acted[row.Subject.ID])
		}
		if row.Subject.ID != id {
			if err := add(); err != nil {
				return nil, nil, err
			}
			id = row.Subject.ID
		}
		if e, ok := stageEntry(row); ok && seen[id] {
			journal = append(journal, e)
		}
	}
	return h, acted, add()
}
