package loyalty

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Orders says what purchases earn, and what a return takes back (订单积分). The rules are
// those of Programme.Earning. What an order earned is kept with it, rule by rule, and
// a return is computed from that and from nothing else: a change of the programme
// changes no return.
//
// Commands return ErrIncomplete where the programme has no earning rules,
// ErrNotFound for an account or order that is not there or not seen, ErrClosed and
// ErrFrozen by the [Status] of the account, and the errors of the method of
// [earning.Plan], [earning.Result] and [points.Policy] that decides.
type Orders struct{ core *core }

// Purchase is an order that is to earn points, with what only the host knows about it
// (消费). When it was bought is Call.At, its id Call.Ref.
type Purchase struct {
	Order earning.Order `json:"order"`
	// Burn is how many points pay for Order.PointsPaid, and are spent with it, at least
	// 0 (积分抵扣). The two go together; an order that was paid with points elsewhere has
	// only PointsPaid.
	Burn int64 `json:"burn,omitzero"`

	Segments      []string   `json:"segments,omitempty"`   // that the member is in 客群
	BirthMonth    time.Month `json:"birth_month,omitzero"` // 1 to 12, 0 where it is unknown: personal, and not kept 出生月份
	FirstPurchase bool       `json:"first_purchase,omitzero"`
}

// LogValue shows all but the month of birth.
func (p Purchase) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("lines", len(p.Order.Lines)), slog.Int64("burn", p.Burn),
		slog.Any("segments", p.Segments), slog.Bool("first_purchase", p.FirstPurchase))
}

// OrderEarned is the result of [Orders].Earn.
type OrderEarned struct {
	Order   string `json:"order"`
	Account string `json:"account"`
	Points  int64  `json:"points"`          // earned
	QP      int64  `json:"qp"`              // qualifying points earned
	Burned  int64  `json:"burned,omitzero"` // spent on it
	// Tier is the one by which it earned, "" where no rule asks for one.
	Tier string `json:"tier,omitzero"`

	First     uint64 `json:"first"` // number of the first entry that was posted, what was due before included
	Last      uint64 `json:"last"`  // and of the last
	Balance   int64  `json:"balance"`
	Available int64  `json:"available"`

	Replayed bool `json:"-"` // an earlier command with the same key did it
}

func (o *OrderEarned) replay() { o.Replayed = true }

// Order is what an order earned, and what has come back of it (订单积分记录).
type Order struct {
	ID       string         `json:"id"`
	Head     Head           `json:"-"`
	Account  string         `json:"account"`
	Member   string         `json:"member"`
	At       time.Time      `json:"at"` // when it was bought
	Currency money.Currency `json:"currency,omitzero"`
	Result   earning.Result `json:"result"`          // what it earned, by the rules of that day
	Visits   int64          `json:"visits,omitzero"` // for which it stands
	Earns    []uint64       `json:"earns"`           // numbers of the entries of Result.Grants; of one with nothing but qualifying points where there is no grant
	Burn     uint64         `json:"burn,omitzero"`   // number of the entry that spent Burned points on it, 0 for none
	Burned   int64          `json:"burned,omitzero"`

	Returned []earning.Return `json:"returned,omitempty"` // what has come back, line by line
	Points   int64            `json:"points,omitzero"`    // taken back for it
	QP       int64            `json:"qp,omitzero"`        // taken back for it
	Restored int64            `json:"restored,omitzero"`  // given back of Burned
}

// The kinds of entry in the journal of an order.
const (
	entryOrderEarned   = "earned"
	entryOrderReturned = "returned"
)

// orderFacts is the data of both: what was earned, or what of it was taken back.
type orderFacts struct {
	Account string `json:"account"`
	Points  int64  `json:"points,omitzero"`
	QP      int64  `json:"qp,omitzero"`
	Burned  int64  `json:"burned,omitzero"` // or given back
	Spend   int64  `json:"spend,omitzero"`  // minor units that count for the tier
	Visits  int64  `json:"visits,omitzero"` // that count for the tier
}

// Get returns what is known of an order.
func (o *Orders) Get(ctx context.Context, actor Actor, id string) (Order, error) {
	return read(ctx, o.core, "orders.get", actor, Subject{KindOrder, id}, func() (Order, error) {
		order, _, err := o.load(ctx, actor, id)
		return order, err
	})
}

// load returns an order and its account, where the actor sees them.
func (o *Orders) load(ctx context.Context, actor Actor, id string) (Order, Account, error) {
	r, err := o.core.store.Record(ctx, Subject{KindOrder, id})
	if err != nil {
		return Order{}, Account{}, err
	}
	order, err := orderOf(r)
	if err != nil {
		return Order{}, Account{}, err
	}
	a, err := o.core.account(ctx, actor, order.Account)
	if errors.Is(err, ErrNotFound) {
		err = &Error{Subject: r.Subject, Err: ErrNotFound}
	}
	return order, a, err
}

func orderOf(r Record) (Order, error) {
	order, err := bodyOf[Order](r)
	order.Head = r.Head
	return order, err
}

// change writes the order and a line into its journal.
func (o *Order) change(c *core, cmd *command, kind string, facts orderFacts, now time.Time) (Change, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return Change{}, err
	}
	facts.Account = o.Account
	e := cmd.entry(kind, o.Member, later(now, o.Head.Recorded))
	if e.Data, err = json.Marshal(facts); err != nil {
		return Change{}, err
	}
	writes := append([]Write{PutRecord{Record{Member: o.Member, Ref: o.Account, Body: body}}}, c.appended("order", e)...)
	return Change{Subject: Subject{KindOrder, o.ID}, Expect: o.Head.Version, Writes: writes}, nil
}

// Earn posts what an order earns to an account, with the points that paid for a part
// of it (下单积分). One commit has the points spent, one lot for each of the result's
// Grants, the qualifying points on the first of them, the counters of caps, and the
// record of the order. An order that earns nothing is recorded too, with an entry of 0
// points, for it shows that the member is active.
//
// Rules that ask for a tier get the member's at the instant of the purchase. Points
// that are pending for days become usable so many days after the purchase at the same
// time of day, on the clocks of the programme's zone; where these skip it, when they
// go on. Money counts for the tier as far as it could earn (Result.Whole.Eligible), in
// the currency of the tiers, and ErrCurrency refuses another.
//
// Limits count the points spent and those earned; the host's screen sees those spent.
// An order does not wait for a review: what is not let through is ErrLimit.
//
// ErrInvalid: Call.Ref is no id, Call.At in the future, Burn without
// Order.PointsPaid. ErrDuplicate: the order was recorded before, under another key.
func (o *Orders) Earn(ctx context.Context, actor Actor, account string, p Purchase, call Call) (OrderEarned, error) {
	subject := Subject{KindOrder, call.Ref}
	cmd := &command{name: "orders.earn", actor: actor, subject: subject, call: call, queue: []string{account},
		input: struct {
			Account  string   `json:"account"`
			Purchase Purchase `json:"purchase"`
		}{account, p}}
	var said screening
	if o.core.screened() {
		said = o.core.screen(ctx, cmd, account, "", p.Burn)
	}
	return run(ctx, o.core, cmd, func(ctx context.Context, now time.Time) (draft, OrderEarned, error) {
		if err := o.admit(ctx, subject, &p); err != nil {
			return draft{}, OrderEarned{}, err
		}
		a, err := o.core.account(ctx, actor, account)
		if err == nil {
			err = a.usable(credit)
		}
		if err == nil && p.Burn > 0 {
			err = a.usable(debit)
		}
		if err != nil {
			return draft{}, OrderEarned{}, err
		}
		now = later(now, a.State.Recorded)
		if cmd.at(now).After(now) {
			return draft{}, OrderEarned{}, &Error{Subject: subject, Field: "at", Reason: "is in the future", Err: ErrInvalid}
		}
		e := intake{core: o.core, cmd: cmd, ledger: ledger{policy: o.core.programme.Points, a: &a, now: now}, p: &p, at: cmd.at(now), said: said}
		return e.decide(ctx)
	})
}

// admit refuses an order before anything is computed.
func (o *Orders) admit(ctx context.Context, subject Subject, p *Purchase) error {
	switch {
	case !ValidID(subject.ID):
		return &Error{Field: "ref", Reason: "is the id of the order, and is not 1 to 255 bytes of UTF-8 without NUL", Err: ErrInvalid}
	case o.core.programme.Earning == nil:
		return &Error{Subject: subject, Field: "earning", Reason: "the programme has no rules for it", Err: ErrIncomplete}
	case p.Burn < 0:
		return &Error{Subject: subject, Field: "burn", Reason: "is below 0", Err: points.ErrInvalidAmount}
	case p.Burn > 0 && p.Order.PointsPaid == 0:
		return &Error{Subject: subject, Field: "burn", Reason: "needs the money's worth in points_paid", Err: ErrInvalid}
	}
	head, err := o.core.store.Head(ctx, subject)
	if err == nil && head.Version > 0 {
		err = &Error{Subject: subject, Reason: "is there", Err: ErrDuplicate}
	}
	return err
}

// ledger posts the entries of several decisions to one account.
type ledger struct {
	policy  points.Policy
	a       *Account
	now     time.Time
	entries []points.Entry
}

// post folds in what was decided, and returns the first entry of a kind.
func (l *ledger) post(kind points.Kind, entries []points.Entry, err error) (points.Entry, error) {
	if err == nil {
		err = l.a.State.Fold(entries...)
	}
	if err != nil {
		return points.Entry{}, err
	}
	l.entries = append(l.entries, entries...)
	for i := range entries {
		if entries[i].Kind == kind {
			return entries[i], nil
		}
	}
	return points.Entry{}, nil
}
