package care

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Outcome is what became of a task, and what it cost (处理结果与费用).
type Outcome struct {
	Key
	Result Result       `json:"result"`
	Code   string       `json:"code,omitzero"` // of the host's list: pleased, no answer, ...
	On     calendar.Day `json:"on"`
	Cost   money.Amount `json:"cost,omitzero"` // the zero Amount for nothing
}

// check reports what is wrong with an outcome, whose fields are named behind a prefix.
func (o Outcome) check(bad *problems, prefix string, item int) {
	bad.check(o.Result.Valid(), codeUnknown, prefix+"result", item)
	bad.check(o.On.Valid(), codeDay, prefix+"on", item)
	bad.check(o.Code == "" || limit.IsCode(o.Code), codeCode, prefix+"code", item)
	bad.check(o.Cost == money.Amount{} || o.Cost.Minor >= 0 && !o.Cost.Currency.IsZero(), codeAmount, prefix+"cost", item)
}

// Settle reports every reason, joined, each an *Error, why an outcome cannot be that of
// the task: what it accepts can be kept, and summed up by [Review] (处理结果核对).
//
// ErrInvalid: no result or day, a code that is none, a cost below zero; ErrNotFound: the
// outcome has the key of another task; ErrCurrency: the cost is not in the currency of
// the budget.
func (t Task) Settle(o Outcome) error {
	var bad problems
	o.check(&bad, "", -1)
	if o.Key != t.Key {
		bad = append(bad, refuse(ErrNotFound, codeNoTask, "key", -1, o.Customer))
	}
	if spent, allowed := o.Cost.Currency, t.Budget.Currency; !spent.IsZero() && !allowed.IsZero() && spent != allowed {
		bad = append(bad, refuse(ErrCurrency, codeCurrency, "cost", -1, t.Plan))
	}
	return bad.join()
}

// Report is what a plan's tasks come to (关怀计划执行情况). Tasks = Done + Dropped + Open.
type Report struct {
	Plan    string       `json:"plan"`
	AsOf    calendar.Day `json:"as_of"`
	Tasks   int          `json:"tasks"`
	Done    int          `json:"done"`
	Dropped int          `json:"dropped"`
	Open    int          `json:"open"`
	Late    int          `json:"late"`            // of those open, the ones whose day is over
	Oldest  calendar.Day `json:"oldest,omitzero"` // the first day of those late
	Limited bool         `json:"limited"`         // every task has a budget
	Budget  money.Amount `json:"budget"`          // of the tasks that were not dropped
	Cost    money.Amount `json:"cost"`            // of all outcomes
}

// Review sums tasks and their outcomes up by plan as of the end of a day, in byte order
// of the plans; outcomes of later days are left out.
//
// ErrInvalid: an outcome without a result, day or with a cost below zero; ErrDuplicate:
// two tasks or two outcomes with one key; ErrNotFound: an outcome without its task;
// ErrCurrency: amounts of several currencies in one plan; ErrOverflow.
func Review(tasks []Task, outcomes []Outcome, asOf calendar.Day) ([]Report, error) {
	became, err := outcomesByKey(tasks, outcomes)
	if err != nil {
		return nil, err
	}
	if !asOf.Valid() {
		return nil, refuse(ErrInvalid, codeDay, "as_of", -1, "")
	}
	sorted := slices.Clone(tasks)
	slices.SortFunc(sorted, func(a, b Task) int { return cmp.Or(strings.Compare(a.Plan, b.Plan), a.Compare(b.Key)) })
	var reports []Report
	for _, t := range sorted {
		if n := len(reports); n == 0 || reports[n-1].Plan != t.Plan {
			reports = append(reports, Report{Plan: t.Plan, AsOf: asOf, Limited: true})
		}
		o := became[t.Key]
		if o.On > asOf {
			o = Outcome{}
		}
		if err := reports[len(reports)-1].add(t, o); err != nil {
			return nil, err
		}
	}
	return reports, nil
}

func outcomesByKey(tasks []Task, outcomes []Outcome) (map[Key]Outcome, error) {
	known := make(map[Key]bool, len(tasks))
	for i, t := range tasks {
		if known[t.Key] {
			return nil, refuse(ErrDuplicate, codeRepeated, "tasks", i, t.Customer)
		}
		known[t.Key] = true
	}
	var bad problems
	became := make(map[Key]Outcome, len(outcomes))
	for i, o := range outcomes {
		o.check(&bad, "outcomes.", i)
		if _, twice := became[o.Key]; twice {
			bad = append(bad, refuse(ErrDuplicate, codeRepeated, "outcomes", i, o.Customer))
		}
		if !known[o.Key] {
			bad = append(bad, refuse(ErrNotFound, codeNoTask, "outcomes", i, o.Customer))
		}
		became[o.Key] = o
	}
	return became, bad.join()
}

func (r *Report) add(t Task, o Outcome) (err error) {
	r.Tasks++
	switch o.Result {
	case Done:
		r.Done++
	case Dropped:
		r.Dropped++
	default:
		r.Open++
		if t.On < r.AsOf {
			r.Late++
			if r.Oldest.IsZero() || t.On < r.Oldest {
				r.Oldest = t.On
			}
		}
	}
	if o.Result != Dropped {
		r.Limited = r.Limited && t.Budget != money.Amount{}
		if r.Budget, err = sum(r.Budget, t.Budget, "budget", r.Plan); err != nil {
			return err
		}
	}
	if r.Cost, err = sum(r.Cost, o.Cost, "cost", r.Plan); err == nil && r.Cost.Currency != r.Budget.Currency && !r.Cost.Currency.IsZero() && !r.Budget.Currency.IsZero() {
		err = refuse(ErrCurrency, codeCurrency, "cost", -1, r.Plan)
	}
	return err
}

func sum(a, b money.Amount, field, plan string) (money.Amount, error) {
	total, err := a.Add(b)
	switch {
	case errors.Is(err, ErrCurrency):
		return a, refuse(ErrCurrency, codeCurrency, field, -1, plan)
	case err != nil:
		return a, refuse(ErrOverflow, codeOverflow, field, -1, plan)
	}
	return total, nil
}

// Findings returns a CARE-LATE where tasks are late, and a CARE-OVER-BUDGET where every
// task has a budget and more was spent than they come to.
func (r Report) Findings() []finding.Finding {
	var found []finding.Finding
	if r.Late > 0 {
		found = append(found, finding.Finding{Code: foundLate, Severity: finding.Warning, Subject: r.Plan, AsOf: r.AsOf, Params: []finding.Param{
			finding.Int("count", int64(r.Late)), finding.Day("day", r.Oldest)}})
	}
	if r.Limited && r.Cost.Minor > r.Budget.Minor {
		found = append(found, finding.Finding{Code: foundBudget, Severity: finding.Breach, Subject: r.Plan, AsOf: r.AsOf, Params: []finding.Param{
			finding.Term("cost", r.Cost), finding.Term("budget", r.Budget)}})
	}
	return found
}
