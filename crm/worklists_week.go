package crm

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/results"
)

// WeekOptions are the choices of [Worklists].Week. The zero value is the default.
type WeekOptions struct {
	// At is an instant of the week; zero is now. What is reported is what is known now,
	// up to the end of the week.
	At time.Time
	// Forecast says how the pipeline is forecast; Currency is filled in.
	Forecast ForecastOptions
	// Stuck says what too long in a stage is.
	Stuck pipeline.StuckOptions
}

// Week is what a manager looks at once a week 经理周报. It covers what the actor sees, from
// Monday on.
type Week struct {
	From  calendar.Day `json:"from"`
	Until calendar.Day `json:"until"` // the next Monday
	// Rules is how the rules of use were kept in the week, rolled up along the tree of
	// units; nil where the company has told nobody's attendance or published no policy.
	Rules *cadence.Report `json:"rules,omitempty"`
	// Money is results, forecast and debts, by currency.
	Money []WeekMoney `json:"money,omitempty"`
	// Stalled has a PIP-STUCK or PIP-SILENT for each opportunity on which nothing moves.
	Stalled []finding.Finding `json:"stalled,omitempty"`
	// Pools are the pools of leads that nobody has.
	Pools []PoolCount `json:"pools,omitempty"`
	// Conflicts are the rulings that wait for an arbiter.
	Conflicts []string `json:"conflicts,omitempty"`
	// Waiting are the decisions that wait, the longest first; Late is how many of them
	// should have been taken before.
	Waiting []Seat `json:"waiting,omitempty"`
	Late    int    `json:"late,omitzero"`
}

// WeekMoney is the week in one currency.
type WeekMoney struct {
	Currency money.Currency                  `json:"currency"`
	Results  results.Table[results.SalesRow] `json:"results"`  // won and lost in the week, by who had it when it was closed
	Forecast Forecast                        `json:"forecast"` // of what is open
	Owed     Aged                            `json:"owed"`     // what customers owe, by how late it is
}

// PoolCount is how many leads lie in a pool.
type PoolCount struct {
	Pool   string `json:"pool"`
	Leads  int    `json:"leads"`
	Joined int    `json:"joined,omitzero"` // of them in this week
}

// Week returns what a manager looks at once a week: how the rules of use were kept, what
// was won and lost, what will come, on which opportunities nothing moves, what lies in
// the pools, which conflicts and which decisions wait, and what customers owe.
//
// Errors: those of [Cadence].Check, [Opportunities].Forecast and Stuck, and
// [Receivables].Ageing.
func (s *Worklists) Week(ctx context.Context, actor Actor, opts WeekOptions) (Week, error) {
	return read(ctx, s.core, "worklists.week", actor, Subject{}, func() (Week, error) {
		now := s.core.now()
		if opts.At.IsZero() {
			opts.At = now
		}
		day := s.core.dayOf(opts.At)
		monday := day - calendar.Day((int(day.Weekday())+6)%7)
		w := weekly{core: s.core, actor: actor, opts: opts, week: Week{From: monday, Until: monday + 7}}
		w.from, w.asOf = s.core.startOf(monday), s.core.startOf(monday+7)
		if w.asOf.After(now) {
			w.asOf = now
		}
		for _, part := range []func(context.Context) error{w.rules, w.opportunities, w.money, w.stalled, w.pools, w.conflicts, w.waiting} {
			if err := part(ctx); err != nil {
				return Week{}, err
			}
		}
		return w.week, nil
	})
}

// weekly is a week that is being put together.
type weekly struct {
	core       *core
	actor      Actor
	opts       WeekOptions
	from, asOf time.Time
	all        []Opportunity // that the actor sees
	week       Week
}

// opportunities lists them once: results, forecasts and what is stalled are of the same.
func (w *weekly) opportunities(ctx context.Context) (err error) {
	w.all, err = collect((&Opportunities{w.core}).list(ctx, w.actor, OpportunityFilter{}))
	return err
}

func (w *weekly) rules(ctx context.Context) error {
	if w.core.opts.Cadence.People == nil {
		return nil
	}
	policies, err := (&Cadence{w.core}).Policies(ctx, w.actor)
	if err != nil || len(policies) == 0 {
		return err
	}
	report, err := (&Cadence{w.core}).Check(ctx, w.actor, w.from, w.asOf)
	w.week.Rules = &report
	return err
}

// money adds results, forecast and debts in each currency that is met with.
func (w *weekly) money(ctx context.Context) error {
	sales, open, err := w.sales(ctx)
	if err != nil {
		return err
	}
	aged, err := (&Receivables{w.core}).Ageing(ctx, w.actor, w.core.dayOf(w.asOf), AgeingOptions{})
	if err != nil {
		return err
	}
	parts := map[money.Currency]*WeekMoney{}
	part := func(c money.Currency) *WeekMoney {
		if parts[c] == nil {
			parts[c] = &WeekMoney{Currency: c, Owed: Aged{Currency: c}}
		}
		return parts[c]
	}
	for _, a := range aged {
		part(a.Currency).Owed = a
	}
	for c := range sales {
		part(c)
	}
	for c := range open {
		part(c)
	}
	period := results.Period{From: w.week.From, To: w.week.Until, Zone: w.core.zone()}
	for c, p := range parts {
		if p.Results, err = results.SalesResults(sales[c], period, func(s results.Sale) string { return s.Staff }); err != nil {
			return err
		}
		opts := w.opts.Forecast
		if opts.Currency = c; c.IsZero() { // lost without an amount: counted, and nothing to forecast
			w.week.Money = append(w.week.Money, *p)
			continue
		}
		if p.Forecast, err = (&Opportunities{w.core}).forecast(w.all, OpportunityFilter{Open: true}, w.core.dayOf(w.asOf), opts); err != nil {
			return err
		}
		w.week.Money = append(w.week.Money, *p)
	}
	slices.SortFunc(w.week.Money, func(a, b WeekMoney) int { return cmp.Compare(a.Currency, b.Currency) })
	return nil
}

// sales returns what was closed in the week, and in which currencies something is
// open.
func (w *weekly) sales(ctx context.Context) (map[money.Currency][]results.Sale, map[money.Currency]bool, error) {
	sales, open := map[money.Currency][]results.Sale{}, map[money.Currency]bool{}
	for _, o := range w.all {
		c := o.Amount.Currency
		if !o.closed() {
			open[c] = open[c] || !c.IsZero()
			continue
		}
		if o.Since.Before(w.from) || !o.Since.Before(w.asOf) {
			continue
		}
		had, err := (&Owners{w.core}).holdingAt(ctx, Subject{KindOpportunity, o.ID}, o.Since)
		if err != nil {
			return nil, nil, err
		}
		sale := results.Sale{ID: o.ID, At: o.Since, Outcome: results.Lost, Staff: had.Owner, Unit: had.Path, Customer: o.Customer, Product: o.Line}
		if o.Type == pipeline.Won {
			sale.Outcome, sale.Minor = results.Won, o.Amount.Minor
		}
		sales[c] = append(sales[c], sale)
	}
	return sales, open, nil
}

func (w *weekly) stalled(ctx context.Context) (err error) {
	w.week.Stalled, err = (&Opportunities{w.core}).stuck(ctx, w.all, OpportunityFilter{Open: true}, w.asOf, w.opts.Stuck)
	return err
}

func (w *weekly) pools(ctx context.Context) error {
	pools := map[string]*PoolCount{}
	for r, err := range w.core.store.Records(ctx, RecordFilter{Kind: KindLead, Visible: &w.actor.Sees}) {
		if err != nil {
			return err
		}
		if r.Owner != "" || r.Ref == "" {
			continue
		}
		lies, err := workOf(r)
		if err != nil {
			return err
		}
		if pools[r.Ref] == nil {
			pools[r.Ref] = &PoolCount{Pool: r.Ref}
		}
		pools[r.Ref].Leads++
		if since := lies.Holding.Since; !since.Before(w.from) && !since.After(w.asOf) {
			pools[r.Ref].Joined++
		}
	}
	for _, p := range pools {
		w.week.Pools = append(w.week.Pools, *p)
	}
	slices.SortFunc(w.week.Pools, func(a, b PoolCount) int { return strings.Compare(a.Pool, b.Pool) })
	return nil
}

func (w *weekly) conflicts(ctx context.Context) error {
	for r, err := range w.core.store.Records(ctx, RecordFilter{Kind: KindRuling, State: RulingOpen, Visible: &w.actor.Sees}) {
		if err != nil {
			return err
		}
		w.week.Conflicts = append(w.week.Conflicts, r.Subject.ID)
	}
	return nil
}

func (w *weekly) waiting(ctx context.Context) error {
	for r, err := range w.core.store.Records(ctx, RecordFilter{Kind: KindSeat, State: SeatOpen, Visible: &w.actor.Sees}) {
		if err != nil {
			return err
		}
		seat, err := seatOf(r)
		if err != nil {
			return err
		}
		if !seat.Due.IsZero() && seat.Due.Before(w.asOf) {
			w.week.Late++
		}
		w.week.Waiting = append(w.week.Waiting, seat)
	}
	slices.SortStableFunc(w.week.Waiting, func(a, b Seat) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Approval, b.Approval), strings.Compare(a.Person, b.Person))
	})
	return nil
}
