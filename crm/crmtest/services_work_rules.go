package crmtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/pipeline/score"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// house is where the leaver and the workers are employed. Nobody there ever logs in.
type house []cadence.Person

func newHouse(t *testing.T) house {
	t.Helper()
	cal, err := calendar.Compile(calendar.Spec{Loc: time.UTC, From: calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31),
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}}})
	if err != nil {
		t.Fatal(err)
	}
	var h house
	for _, id := range []string{leaving, "sa", "sb", "sc"} {
		h = append(h, cadence.Person{ID: id, Cal: cal, Accounts: []cadence.Span{{From: december().Start(time.UTC)}}, Units: []cadence.UnitSpan{{Unit: "sales"}}})
	}
	return h
}

// People implements [crm.Workforce].
func (h house) People(context.Context, time.Time, time.Time) ([]cadence.Unit, []cadence.Person, error) {
	return []cadence.Unit{{ID: "sales", Head: "head"}}, h, nil
}

// december begins the month whose rules of use are broken each day.
func december() calendar.Day { return calendar.MustDate(2025, 12, 1) }

// punish publishes rules of use: a day without a log-in costs 50, a month at most 200.
func punish(t *testing.T, c *crm.CRM) {
	t.Helper()
	ctx, signed := t.Context(), december().Start(time.UTC).AddDate(0, 0, -2)
	_, err := c.Cadence.Draft(ctx, boss(), cadence.Policy{Unit: "sales",
		Rules:   cadence.Rules{Penalties: []cadence.Penalty{{Code: "CAD-L1", Amount: price(50), PerMonthCap: price(200)}}},
		Edition: approval.Edition{Policy: "use", Date: december() - 2, Authoriser: "head", Change: "first", From: signed.AddDate(0, 0, 1)}}, crm.Call{})
	steps := []func(cadence.Policy) (cadence.Policy, error){cadence.Policy.Submit}
	for _, body := range cadence.Bodies() {
		steps = append(steps, func(p cadence.Policy) (cadence.Policy, error) {
			return p.Approve(approval.BodyApproval{Body: body, At: signed})
		})
	}
	steps = append(steps, func(p cadence.Policy) (cadence.Policy, error) {
		return p.Sign(approval.Signature{By: "head", At: signed})
	})
	for _, step := range steps {
		if err == nil {
			_, err = c.Cadence.Revise(ctx, boss(), "use", 1, crm.Call{}, step)
		}
	}
	if err == nil {
		_, err = c.Cadence.Publish(ctx, boss(), "use", 1, cadence.Publishing{}, crm.Call{})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// card is the version of a scorecard by which a lead's website and each of its calls count
// so many points.
func card(version int) score.Scorecard {
	return score.Scorecard{Version: version, Grades: []score.Grade{{Code: "hot", From: 30}}, Rules: []score.Rule{
		{ID: "website", Attribute: "source", In: []string{"website"}, Points: 5 * version}, {ID: "asked", Signal: "any", Points: version}}}
}

// score replaces the scorecard, or scores one lead or all.
func (w *worker) score() {
	switch w.rng.IntN(4) {
	case 0:
		cards, version, err := w.crm.Registries.Scorecards.Get(w.t.Context())
		if err != nil {
			return // the store failed
		}
		cards = append(cards, card(len(cards)+1))
		w.do("replace scorecard", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Registries.Scorecards.Put(ctx, boss(), cards, version, call)
			return err
		}, "registry/record/put")
	case 1:
		w.do("rescore", func(ctx context.Context, _ crm.Call) error { // what it leaves is told by the scores
			_, err := w.crm.Leads.Rescore(ctx, boss(), crm.Call{})
			return err
		})
	default:
		id := w.pick(w.board.leads)
		w.do("score", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Leads.Score(ctx, boss(), id, call)
			return err
		}, perhaps, "lead/lead/scored")
	}
}

// review reviews the key accounts by values that differ each time, and gives one a plan.
func (w *worker) review() {
	var r crm.ReviewKeyAccounts
	for _, id := range w.board.customers {
		r.Candidates = append(r.Candidates, segment.Candidate[string]{Customer: id, Value: 1 + w.rng.Int64N(100)})
	}
	var list account.KeyList
	sent, name := 0, "" // sent twice, the first may have been done and not answered
	if w.do("review", func(ctx context.Context, call crm.Call) (err error) {
		sent++
		r.Call, name = call, call.Reason
		list, err = w.crm.KeyAccounts.Review(ctx, boss(), r)
		return err
	}) && sent == 1 {
		w.entered[name] = list.Entered
	}
	customer, plan := w.pick(w.board.customers), fmt.Sprint("plan ", w.name, w.sent)
	w.do("plan account", func(ctx context.Context, call crm.Call) error {
		_, err := w.crm.KeyAccounts.Plan(ctx, boss(), customer, plan, call)
		return err
	}, "key-account/key-account/planned")
}

// punish proposes the penalties of december, and takes one of the first on.
func (w *worker) punish() {
	w.do("propose", func(ctx context.Context, _ crm.Call) error { // each penalty is told by its finding
		_, err := w.crm.Penalties.Propose(ctx, boss(), december(), crm.Call{})
		return err
	})
	var all []string
	for p, err := range w.crm.Penalties.List(w.t.Context(), boss(), crm.PenaltyFilter{}) {
		if err != nil {
			break // the store failed: there are others
		}
		all = append(all, p.ID)
	}
	id := w.pick(all[:min(3, len(all))]) // few, so that workers meet
	for range 3 {
		to := []cadence.PenaltyState{cadence.Sanctioned, cadence.Posted, cadence.Waived, cadence.Reversed}[w.rng.IntN(4)]
		w.do("take on", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Penalties.Move(ctx, boss(), id, to, "", call)
			return err
		}, "penalty/penalty/"+to.String())
	}
}
