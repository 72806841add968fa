package reward

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Request is what a member asks for (兑换申请).
type Request struct {
	ID      string         `json:"id"`               // of the redemption: a new one
	N       int64          `json:"n"`                // pieces, 1 or more
	Channel string         `json:"channel,omitzero"` // through which the request comes
	Zone    *time.Location `json:"-"`                // where days begin and end; needed where the reward has a rule of days
	Act     Act            `json:"act"`
}

// Outcome is what a decision about a redemption comes to: the entries to append in
// one commit, and what is to be moved beside them in the same commit.
type Outcome struct {
	Entry RedemptionEntry `json:"entry"` // for the redemption's journal
	Stock []StockEntry    `json:"stock"` // for the stock's journal: one, or none where pieces are not counted

	// Points and Cash are for all pieces of the entry: what the member pays where
	// the entry is Placed, what he gets back where it is Cancelled or Returned, and 0
	// where it is Delivered.
	Points int64        `json:"points"`
	Cash   money.Amount `json:"cash"`
}

// Redeem decides whether a member gets n pieces of r (兑换), from the present stock of
// the reward, which is not looked at where the reward is not [Limited]. An instant
// reward is issued at once, a delayed one is reserved under the id of the request.
// The stock is one subject with a version: append the entries on condition that it
// has not moved, and of 32 who ask for the last piece one gets it. Whether the
// member has the points is decided by who keeps the points.
//
// Errors, in this order: ErrInvalid for a reward or a request that breaks a rule
// or a zone that is missing; ErrNotEligible with all Causes; ErrLimit; ErrOverflow;
// ErrOutOfStock with the free pieces in Limit; ErrConflict where the stock has a
// later entry.
func (r Reward) Redeem(s Stock, m Member, ask Request) (Outcome, error) {
	ask.Act = ask.Act.settled()
	if err := r.checkRequest(m, &ask); err != nil {
		return Outcome{}, err
	}
	at := ask.Act.At
	if causes := r.Eligible.Causes(m, ask.Channel, at, ask.Zone); len(causes) > 0 {
		return Outcome{}, &Error{Field: "eligible", Item: -1, ID: m.ID, Causes: causes, Reason: "may not have it:", Err: ErrNotEligible}
	}
	if err := room(r.Limits, m.Taken, ask.N, at, ask.Zone, "has had as many as a member may"); err != nil {
		return Outcome{}, err
	}
	e := RedemptionEntry{Kind: Placed, N: ask.N, Act: ask.Act, Terms: Terms{
		ID: ask.ID, Reward: r.Code, Member: m.ID, Cost: r.Cost, Cash: r.Cash, Stock: r.Stock, Delivery: r.Delivery}}
	if r.DelayDays > 0 {
		e.Terms.Due = endOfDay(at, r.DelayDays, ask.Zone)
	}
	out, err := e.Terms.outcome(e)
	if err != nil || r.Stock == Unlimited {
		return out, err
	}
	kind, hold := Issued, ""
	if r.Delivery == Delayed {
		kind, hold = Reserved, ask.ID
	}
	return out.moving(s, kind, hold)
}

func (r *Reward) checkRequest(m Member, ask *Request) error {
	if err := r.Validate(); err != nil {
		return err
	}
	var p problems
	p.check(validID(m.ID), "member", -1, notID)
	p.check(validID(ask.ID), "id", -1, notID)
	p.check(ask.N > 0, "n", -1, "is not above 0")
	p.check(ask.Zone != nil || !r.needsZone(), "zone", -1, "is missing, and the reward has a rule of days")
	ask.Act.check(&p)
	return p.join()
}

// moving adds the stock's entry to an outcome.
func (o Outcome) moving(s Stock, kind StockKind, hold string) (Outcome, error) {
	e, err := s.decide(kind, hold, o.Entry.N, o.Entry.Act)
	if err != nil {
		return Outcome{}, err
	}
	o.Stock = []StockEntry{e}
	return o, nil
}
