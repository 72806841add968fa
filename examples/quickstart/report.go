package main

import (
	"cmp"
	"errors"
	"iter"
	"maps"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// anyDigits is how many decimals a log in no stated currency may have.
const anyDigits = 6

// report is what the quickstart prints; its JSON form is described by the tags of
// print.go.
type report struct {
	digits int // of the minor unit of all amounts

	totals  segment.Totals
	asOf    calendar.Day
	rfm     segment.SegmentReport
	pyramid segment.Pyramid
	ladder  segment.LadderReport

	topShare, gini *float64 // nil where they are undefined: a value below zero, or no value at all

	since *moves // nil where nobody had bought a quarter earlier

	attention []segment.Attention[string]
	noRhythm  bool // nobody bought on two days, so nobody is overdue
}

// moves is who stands on another rung than three months before.
type moves struct {
	date    calendar.Day
	entered int
	stayed  int64
	routes  []route // by the rungs left and reached, most travelled first
}

type route struct {
	from, to  stage.Rung
	customers []string
}

// analyse reads the log once and answers everything from it.
func analyse(log iter.Seq2[purchase.Batch[string], error], asOf calendar.Day) (*report, error) {
	history, err := segment.NewHistory(log, segment.Options{})
	if err != nil {
		return nil, err
	}
	if asOf == 0 {
		asOf = lastDay(history) + 1
	}
	now, err := snapshotAt(history, asOf)
	if err != nil {
		return nil, err
	}
	r := &report{asOf: asOf, totals: now.totals, digits: anyDigits}
	if c := now.totals.Value.Currency; c != 0 {
		r.digits = c.Digits()
	}
	if err := r.standing(now); err != nil {
		return nil, err
	}
	if err := r.moved(history, now); err != nil {
		return nil, err
	}
	return r, r.lookAfter(history)
}

// lastDay is the last day with a row, refunds included.
func lastDay(h *segment.History[string]) calendar.Day {
	last := h.Last()
	for c := range h.All() {
		if n := len(c.RefundDays); n > 0 {
			last = max(last, c.RefundDays[n-1])
		}
	}
	return last
}

// snapshot is the customers as of a date, with their suggested rungs.
type snapshot struct {
	totals segment.Totals
	rfm    *segment.RFM[string]
	rungs  map[string]stage.Rung
}

func snapshotAt(h *segment.History[string], asOf calendar.Day) (*snapshot, error) {
	summary, err := segment.NewSummary[string](segment.Options{Until: asOf})
	if err != nil {
		return nil, err
	}
	if err := summary.AddAll(purchase.Batched(rowsOf(h))); err != nil {
		return nil, err
	}
	s := &snapshot{rungs: make(map[string]stage.Rung)}
	if s.rfm, err = summary.RFM(asOf, segment.Scoring{}); err != nil {
		return nil, err
	}
	if s.totals, err = summary.Totals(); err != nil {
		return nil, err
	}
	var policy segment.LadderPolicy
	for c := range s.rfm.All() {
		rung, _, err := policy.Suggest(segment.Behaviour{Purchases: int(c.Purchases), Recency: max(c.Recency, 0)})
		if err != nil {
			return nil, err
		}
		s.rungs[c.ID] = rung
	}
	return s, nil
}

// rowsOf yields what a history holds, row by row.
func rowsOf(h *segment.History[string]) iter.Seq2[purchase.Purchase[string], error] {
	return func(yield func(purchase.Purchase[string], error) bool) {
		currency := h.Value().Currency
		rows := func(id string, days []calendar.Day, amounts []int64) bool {
			for i, d := range days {
				p := purchase.Purchase[string]{Customer: id, Day: d, Amount: money.Amount{Minor: amounts[i], Currency: currency}}
				if !yield(p, nil) {
					return false
				}
			}
			return true
		}
		for c := range h.All() {
			if !rows(c.ID, c.Days, c.Amounts) || !rows(c.ID, c.RefundDays, c.RefundAmounts) {
				return
			}
		}
	}
}

// standing fills in what the date alone decides.
func (r *report) standing(now *snapshot) error {
	names, err := segment.NewNaming(segment.DefaultBins, segment.DefaultSegments())
	if err != nil {
		return err
	}
	if r.rfm, err = now.rfm.Report(names); err != nil {
		return err
	}
	var values []int64
	var rungs []stage.Rung
	for c := range now.rfm.All() {
		values = append(values, c.Value)
		rungs = append(rungs, now.rungs[c.ID])
	}
	if r.pyramid, err = segment.NewPyramid(values, segment.PyramidOptions{}); err != nil {
		return err
	}
	if r.ladder, err = segment.CountRungs(slices.Values(rungs)); err != nil {
		return err
	}
	curve, err := segment.NewLorenz(values)
	if errors.Is(err, segment.ErrInvalid) || errors.Is(err, segment.ErrInsufficientData) {
		return nil // a value below zero: the shares of a Lorenz curve are undefined
	}
	if err != nil {
		return err
	}
	if share, err := curve.TopShare(money.Ratio{Num: 1, Den: 5}); err == nil {
		r.topShare = &share
	}
	if gini, err := curve.Gini(); err == nil {
		r.gini = &gini
	}
	return nil
}

// moved compares the rungs with those of three months before.
func (r *report) moved(h *segment.History[string], now *snapshot) error {
	before, err := snapshotAt(h, r.asOf.AddMonths(-3))
	if errors.Is(err, segment.ErrInsufficientData) || errors.Is(err, segment.ErrInvalid) && r.asOf.AddMonths(-3) == 0 {
		return nil // nobody had bought yet
	}
	if err != nil {
		return err
	}
	matrix, movers, err := segment.MigrationBetween(stage.Rungs(), maps.All(before.rungs), maps.All(now.rungs))
	if err != nil {
		return err
	}
	m := &moves{date: before.rfm.AsOf()}
	for _, rung := range stage.Rungs() {
		m.stayed += matrix.Count(rung, rung)
	}
	who := map[[2]stage.Rung][]string{}
	for _, move := range movers {
		if move.Kind == segment.MoveEntered {
			m.entered++
			continue
		}
		way := [2]stage.Rung{move.From, move.To}
		who[way] = append(who[way], move.ID)
	}
	for way, customers := range who {
		m.routes = append(m.routes, route{way[0], way[1], customers})
	}
	slices.SortFunc(m.routes, func(a, b route) int {
		return cmp.Or(cmp.Compare(len(b.customers), len(a.customers)), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	r.since = m
	return nil
}

// lookAfter finds the ten customers to look after first.
func (r *report) lookAfter(h *segment.History[string]) error {
	cycles, err := segment.OrderCycles(h, r.asOf, segment.CycleOptions{})
	if errors.Is(err, segment.ErrInsufficientData) {
		r.noRhythm = true
		return nil
	}
	if err != nil {
		return err
	}
	r.attention, err = segment.LookAfter(cycles, 10, segment.AttentionOptions{})
	return err
}
