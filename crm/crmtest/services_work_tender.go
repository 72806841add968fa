package crmtest

import (
	"context"
	"fmt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
)

// notes notes what a customer needs, what we offer for it and who else does, and drops some
// of it.
func (w *worker) notes() {
	id := w.pick(w.board.opportunities)
	for range 4 {
		w.note(id)
	}
}

func (w *worker) note(id string) {
	key := fmt.Sprint(w.rng.IntN(2))
	kind := []string{"need", "solution", "competitor"}[w.rng.IntN(3)]
	if w.rng.IntN(3) == 0 {
		drop := map[string]func(context.Context, crm.Actor, string, string, crm.Call) (crm.Entry, error){
			"need": w.crm.Opportunities.DropNeed, "solution": w.crm.Opportunities.DropSolution, "competitor": w.crm.Opportunities.DropCompetitor}[kind]
		w.do("drop "+kind, func(ctx context.Context, call crm.Call) error {
			_, err := drop(ctx, boss(), id, key, call)
			return err
		}, "opportunity/opportunity/"+kind+"-dropped")
		return
	}
	w.do("note "+kind, func(ctx context.Context, call crm.Call) (err error) {
		switch kind {
		case "need":
			_, err = w.crm.Opportunities.NoteNeed(ctx, boss(), id, crm.NeedNote{Call: call, Need: bid.Need{ID: key, Strength: bid.Must, Source: bid.Stated}})
		case "solution":
			_, err = w.crm.Opportunities.NoteSolution(ctx, boss(), id, crm.SolutionNote{Call: call, Solution: bid.Solution{ID: key, Covers: []bid.Cover{{Need: "1", Degree: bid.Fully}}}})
		default:
			_, err = w.crm.Opportunities.NoteCompetitor(ctx, boss(), id, crm.CompetitorNote{Call: call, Competitor: bid.Competitor{ID: key}})
		}
		return err
	}, "opportunity/opportunity/"+kind+"-noted")
}

// step is a command over one bid.
type step func(ctx context.Context, actor crm.Actor, id string, call crm.Call) (crm.Entry, error)

// bid sends a command over a bid that leaves an entry of a kind.
func (w *worker) bid(id, what, leaves string, do step) {
	w.do(what, func(ctx context.Context, call crm.Call) error {
		_, err := do(ctx, boss(), id, call)
		return err
	}, "bid/bid/"+leaves)
}

// tender opens a bid with a deposit or goes on with one: pays, gives the requirements to
// somebody, has them answered, and takes steps that may not follow from each other.
func (w *worker) tender() {
	opportunity, to, bids := w.pick(w.board.opportunities), w.who(), w.crm.Bids
	id := w.pick(w.board.bids)
	if w.rng.IntN(2) == 0 && w.do("bid", func(ctx context.Context, call crm.Call) (err error) {
		id, err = bids.Open(ctx, boss(), crm.NewBid{Call: call, Opportunity: opportunity, Deadline: start().AddDate(1, 0, 0),
			Requirements: []bid.Requirement{{ID: "1"}, {ID: "2"}}, Deposit: price(20)})
		return err
	}, "bid/bid/opened") {
		w.board.bids = append(w.board.bids, id)
		w.bid(id, "prepare", "prepared", bids.Prepare)
	}
	paid, both := calendar.MustDate(2026, 1, 5), []string{"1", "2"}
	answer := []bid.Answer{bid.Open, bid.Complies, bid.Complies, bid.Deviates}[w.rng.IntN(4)]
	w.bid(id, "pay", "paid", func(ctx context.Context, actor crm.Actor, id string, call crm.Call) (crm.Entry, error) {
		return bids.Pay(ctx, actor, id, paid, call)
	})
	w.bid(id, "allot", "assigned", func(ctx context.Context, actor crm.Actor, id string, call crm.Call) (crm.Entry, error) {
		return bids.Assign(ctx, actor, id, crm.Allotment{Call: call, Requirements: both, To: to})
	})
	w.bid(id, "answer", "answered", func(ctx context.Context, actor crm.Actor, id string, call crm.Call) (crm.Entry, error) {
		return bids.Answer(ctx, actor, id, crm.Answering{Call: call, Requirements: both, Answer: answer})
	})
	steps := []struct {
		leaves string
		do     step
	}{
		{"submitted", bids.Submit}, {"submitted", bids.Submit}, {"won", bids.Win}, {"lost", bids.Lose}, {"cancelled", bids.Cancel},
		{"refunded", func(ctx context.Context, actor crm.Actor, id string, call crm.Call) (crm.Entry, error) {
			return bids.Refund(ctx, actor, id, paid+20, call)
		}},
		{"amended", func(ctx context.Context, actor crm.Actor, id string, call crm.Call) (crm.Entry, error) {
			return bids.Amend(ctx, actor, id, bid.Amendment{Requirements: []bid.Requirement{{ID: "2"}}}, call)
		}},
	}
	for range 3 {
		next := steps[w.rng.IntN(len(steps))]
		w.bid(id, next.leaves, next.leaves, next.do)
	}
}
