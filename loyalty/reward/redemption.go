package reward

import (
	"math"
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// RedemptionEntry is one line of the journal of a redemption (兑换记录). Act.Reason is
// personal, all else is not.
type RedemptionEntry struct {
	Kind  RedemptionKind `json:"kind"`
	N     int64          `json:"n"`              // pieces, 1 or more
	Terms Terms          `json:"terms,omitzero"` // where Placed, else the zero value
	Act   Act            `json:"act"`
}

// Terms are what was agreed when a redemption was placed. Everything that is given
// back later is given back by them, whatever the catalogue says by then.
type Terms struct {
	ID       string       `json:"id"`                // of the redemption
	Reward   string       `json:"reward"`            // code of the reward
	Member   string       `json:"member"`            // id of the member
	Cost     int64        `json:"cost"`              // points for one piece
	Cash     money.Amount `json:"cash,omitzero"`     // money for one piece
	Stock    Counting     `json:"stock,omitzero"`    // whether the pieces are counted
	Delivery Delivery     `json:"delivery,omitzero"` // at once, or later
	Due      time.Time    `json:"due,omitzero"`      // when a delayed one has to be delivered; zero for no date
}

// outcome is an entry with points and cash for its pieces.
func (t Terms) outcome(e RedemptionEntry) (out Outcome, err error) {
	out = Outcome{Entry: e, Cash: money.Amount{Currency: t.Cash.Currency}}
	if e.Kind == Delivered {
		return out, nil
	}
	if out.Points, err = times(t.Cost, e.N, "cost"); err != nil {
		return Outcome{}, err
	}
	if out.Cash.Minor, err = times(t.Cash.Minor, e.N, "cash"); err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// RedemptionKind says what a [RedemptionEntry] records. The zero value is none.
type RedemptionKind uint8

const (
	Placed    RedemptionKind = iota + 1 // points were taken; an instant reward was handed out too 兑换
	Delivered                           // pieces of a delayed reward were handed out 发放
	Cancelled                           // pieces will not be delivered: points and cash go back 取消
	Returned                            // delivered pieces came back: points and cash go back 退还
)

var redemptionKinds = enum.New[RedemptionKind]("kind", unknown, enum.Names{
	{}, {"placed", "兑换"}, {"delivered", "发放"}, {"cancelled", "取消"}, {"returned", "退还"},
})

// String returns the code, "" for none and ? for a number that is no kind.
func (k RedemptionKind) String() string { return redemptionKinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k RedemptionKind) Zh() string { return redemptionKinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k RedemptionKind) MarshalText() ([]byte, error) { return redemptionKinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *RedemptionKind) UnmarshalText(text []byte) error { return redemptionKinds.Unmarshal(k, text) }

// Validate reports every rule that e breaks on its own, joined; each is an
// [*Error].
func (e RedemptionEntry) Validate() error {
	var p problems
	p.check(redemptionKinds.Valid(e.Kind), "kind", -1, "unknown")
	p.check(e.N > 0, "n", -1, "is not above 0")
	if e.Kind == Placed {
		p.check(validID(e.Terms.ID), "id", -1, notID)
		p.check(validID(e.Terms.Reward), "reward", -1, notID)
		p.check(validID(e.Terms.Member), "member", -1, notID)
		p.check(e.Terms.Cost >= 0 && e.Terms.Cost <= math.MaxInt64/max(e.N, 1), "cost", -1, "is below 0 or does not fit 64 bits for all pieces")
		p.check(e.Terms.Cash.Minor >= 0 && e.Terms.Cash.Minor <= math.MaxInt64/max(e.N, 1), "cash", -1, "is below 0 or does not fit 64 bits for all pieces")
		p.check(countings.Valid(e.Terms.Stock), "stock", -1, "unknown")
		p.check(deliveries.Valid(e.Terms.Delivery), "delivery", -1, "unknown")
	} else {
		p.check(e.Terms == Terms{}, "terms", -1, "stand only where it was placed")
	}
	e.Act.check(&p)
	return p.join()
}

// Redemption is what the journal of one redemption comes to (兑换单). The zero value
// is none. Each piece is waiting, delivered, cancelled or returned.
type Redemption struct {
	Terms     Terms `json:"terms"`
	N         int64 `json:"n"`         // pieces asked for
	Delivered int64 `json:"delivered"` // pieces handed out, those that came back among them
	Cancelled int64 `json:"cancelled"` // pieces never handed out
	Returned  int64 `json:"returned"`  // pieces that came back

	LastAt       time.Time `json:"last_at,omitzero"`       // effective time of the last entry
	LastRecorded time.Time `json:"last_recorded,omitzero"` // its recorded time
}

// Waiting returns the pieces that are still to be delivered.
func (r Redemption) Waiting() int64 { return r.N - r.Delivered - r.Cancelled }

// Kept returns the pieces that count against a member's limits: all but those that
// were cancelled or came back.
func (r Redemption) Kept() int64 { return r.N - r.Cancelled - r.Returned }

// FoldRedemption returns what the journal of one redemption, in its order, comes
// to. Errors name the entry by Item: ErrInvalid where it breaks a rule of
// [RedemptionEntry.Validate]; ErrConflict where its times fall below those of the
// entry before; ErrTransition where it is not Placed and the first, or Placed and
// not the first; ErrOverReversal where it concerns more pieces than it can.
func FoldRedemption(journal []RedemptionEntry) (Redemption, error) {
	var r Redemption
	for i := range journal {
		if err := r.take(&journal[i]); err != nil {
			return Redemption{}, placed("entries", i, err)
		}
	}
	return r, nil
}

// With returns the redemption after one more entry, with the errors of
// [FoldRedemption].
func (r Redemption) With(e RedemptionEntry) (Redemption, error) {
	if err := r.take(&e); err != nil {
		return Redemption{}, err
	}
	return r, nil
}

func (r *Redemption) take(e *RedemptionEntry) error {
	if err := e.Validate(); err != nil {
		return err
	}
	if err := e.Act.follows(r.LastAt, r.LastRecorded); err != nil {
		return err
	}
	left := r.Waiting()
	if e.Kind == Returned {
		left = r.Delivered - r.Returned
	}
	switch {
	case (e.Kind == Placed) != (r.N == 0):
		return refuse(ErrTransition, e.Kind.String(), "a redemption is placed first, and once")
	case e.Kind != Placed && e.N > left:
		return exceeds(ErrOverReversal, e.Kind.String(), "", e.N, left, "concerns more pieces than it can")
	}
	switch e.Kind {
	case Placed:
		r.Terms, r.N = e.Terms, e.N
		if e.Terms.Delivery == Instant {
			r.Delivered = e.N
		}
	case Delivered:
		r.Delivered += e.N
	case Cancelled:
		r.Cancelled += e.N
	case Returned:
		r.Returned += e.N
	}
	r.LastAt, r.LastRecorded = e.Act.At, e.Act.Recorded
	return nil
}

// The decisions below take the present stock of the reward, which is not looked at
// where its pieces are not counted. ErrTransition: there is no redemption. ErrOverReversal: n is more
// than it can be, see Limit. ErrConflict and ErrInvalid as for [Reward.Redeem].

// Deliver hands out n waiting pieces (发放).
func (r Redemption) Deliver(s Stock, n int64, act Act) (Outcome, error) {
	return r.decide(Delivered, n, act, s, Issued, r.Terms.ID)
}

// Cancel gives up n waiting pieces (取消): their points and cash go back.
func (r Redemption) Cancel(s Stock, n int64, act Act) (Outcome, error) {
	return r.decide(Cancelled, n, act, s, Released, r.Terms.ID)
}

// Return takes back n delivered pieces (退还): their points and cash go back, and
// the pieces into the free stock; what cannot be given to another member is then
// written off there. The same piece never comes back twice, whatever the command's
// key: ErrOverReversal.
func (r Redemption) Return(s Stock, n int64, act Act) (Outcome, error) {
	return r.decide(Returned, n, act, s, Restocked, "")
}

func (r Redemption) decide(kind RedemptionKind, n int64, act Act, s Stock, move StockKind, hold string) (Outcome, error) {
	e := RedemptionEntry{Kind: kind, N: n, Act: act.settled()}
	if _, err := r.With(e); err != nil {
		return Outcome{}, err
	}
	out, err := r.Terms.outcome(e)
	if err != nil || r.Terms.Stock == Unlimited {
		return out, err
	}
	return out.moving(s, move, hold)
}
