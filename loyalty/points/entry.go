package points

import (
	"log/slog"
	"math"
	"slices"
	"time"
)

// Entry is one line of an account's journal (积分流水): everything that a replay
// needs. Lines are only appended; the decisions of a [Policy] make them.
//
// Reason is free text and may be personal: a store clears it when a person is
// forgotten, and no fold reads it. All other fields are ids, codes, numbers and
// instants that stay for ever.
type Entry struct {
	Seq    uint64 `json:"seq"` // within the account, from 1, without gaps
	Kind   Kind   `json:"kind"`
	Amount int64  `json:"amount,omitzero"` // points by which the balance changes
	QP     int64  `json:"qp,omitzero"`     // qualifying points by which a tier's count changes 成长值
	Held   int64  `json:"held,omitzero"`   // points by which what Hold reserves changes

	At       time.Time `json:"at"`       // when it was so: the effective time; never after Recorded
	Recorded time.Time `json:"recorded"` // when we learned it; never falls within an account

	Actor  string `json:"actor,omitzero"`  // id of who did it; "" for what time did
	Ref    string `json:"ref,omitzero"`    // id of the order, campaign or case behind it
	Code   string `json:"code,omitzero"`   // the reason as a code of the host's list
	Reason string `json:"reason,omitzero"` // the reason in somebody's words: personal

	Target uint64 `json:"target,omitzero"` // number of the entry that is refunded or clawed back; 0 for none
	Lot    uint64 `json:"lot,omitzero"`    // the lot made, whose number is that of the entry, or confirmed; 0 for none
	Hold   uint64 `json:"hold,omitzero"`   // the hold placed, whose number is that of the entry, captured or released
	Uses   []Use  `json:"uses,omitempty"`  // what is consumed of which lots, in this order; restored where Refund

	ActivateAt  time.Time `json:"activate_at,omitzero"` // of Lot: usable from then on
	ExpireAt    time.Time `json:"expire_at,omitzero"`   // of Lot: usable before; zero for ever
	Unconfirmed bool      `json:"unconfirmed,omitzero"` // Lot waits for a Confirm
	Until       time.Time `json:"until,omitzero"`       // of Hold: when it times out; zero for never
	IdleAt      time.Time `json:"idle_at,omitzero"`     // when all expires unless something happens; zero where it stays as it was

	Lapsed  int64  `json:"lapsed,omitzero"`   // where Clawback: points that had expired unused, and are not taken again
	Peer    string `json:"peer,omitzero"`     // where a transfer: id of the other account
	PeerLot uint64 `json:"peer_lot,omitzero"` // where TransferIn: the lot of Peer that it came from
}

// Use is what an entry consumes of a lot, or restores to it (批次使用明细). It
// carries the terms of the lot, so that an emptied lot need not be kept for the
// sake of a refund.
type Use struct {
	Lot        uint64    `json:"lot"`                // the number of the lot
	Points     int64     `json:"points"`             // at least 1
	Size       int64     `json:"size"`               // points that the lot was made with
	ActivateAt time.Time `json:"activate_at"`        // as in [Lot]
	ExpireAt   time.Time `json:"expire_at,omitzero"` // as in [Lot]
	Place      int       `json:"place,omitzero"`     // place in the burn of a pool, from 1; 0 outside one
}

// Clone returns a copy that shares no memory with e.
func (e Entry) Clone() Entry {
	e.Uses = slices.Clone(e.Uses)
	return e
}

// LogValue shows numbers, codes and times, and not the reason.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.Uint64("seq", e.Seq), slog.String("kind", e.Kind.String()), slog.Int64("amount", e.Amount),
		slog.Time("at", e.At), slog.Time("recorded", e.Recorded), slog.String("ref", e.Ref))
}

// Validate reports everything wrong with the entry on its own, joined; each is an
// [*Error] with ErrInvalid. What it needs of the entries before it is the business
// of [Apply].
func (e Entry) Validate() error {
	var p problems
	e.check(&p)
	return p.join()
}

func (e *Entry) check(p *problems) {
	p.check(e.Seq > 0, "seq", e.Seq, "is missing")
	p.check(e.Kind.Valid(), "kind", e.Seq, "unknown")
	e.checkTexts(p)
	e.checkInstants(p)
	p.check(min(e.Amount, e.QP, e.Held) > math.MinInt64, "amount", e.Seq, "has no opposite")
	used, ok := e.used()
	p.check(ok, "uses", e.Seq, "a part of none, or more than 64 bits")
	p.check(e.shaped(used), "amount", e.Seq, "does not fit the kind and what is used")
	p.check(e.holds(), "held", e.Seq, "does not fit the kind")
	p.check(e.Lot == 0 || e.Lot == e.Seq && e.makesLot() || e.Lot < e.Seq && e.Kind == KindConfirm, "lot", e.Seq, "does not fit the kind")
	p.check(e.Lot > 0 || !e.makesLot() && e.Kind != KindConfirm, "lot", e.Seq, "is missing")
	p.check((e.Target > 0) == (e.Kind == KindRefund || e.Kind == KindClawback) && e.Target < max(e.Seq, 1), "target", e.Seq, "does not fit the kind")
	p.check(e.Lapsed == 0 || e.Lapsed > 0 && e.Kind == KindClawback, "lapsed", e.Seq, "does not fit the kind")
}

func (e *Entry) checkTexts(p *problems) {
	p.check(validText(e.Actor), "actor", e.Seq, notText)
	p.check(validText(e.Ref), "ref", e.Seq, notText)
	p.check(validText(e.Code), "code", e.Seq, notText)
	p.check(validText(e.Peer), "peer", e.Seq, notText)
}

func (e *Entry) checkInstants(p *problems) {
	fine := !e.Recorded.IsZero() && kept(e.Recorded)
	p.check(fine, "recorded", e.Seq, notInstant)
	// Mostly at and activate_at are recorded, and as good.
	if !fine || e.At != e.Recorded {
		p.check(!e.At.IsZero() && kept(e.At), "at", e.Seq, notInstant)
		p.check(!e.At.After(e.Recorded), "at", e.Seq, "is after recorded")
	}
	if !fine || e.ActivateAt != e.Recorded {
		p.check(none(e.ActivateAt) || kept(e.ActivateAt), "activate_at", e.Seq, notInstant)
	}
	p.check(none(e.ExpireAt) || kept(e.ExpireAt), "expire_at", e.Seq, notInstant)
	p.check(none(e.Until) || kept(e.Until), "until", e.Seq, notInstant)
	p.check(none(e.IdleAt) || kept(e.IdleAt), "idle_at", e.Seq, notInstant)
	if e.makesLot() || e.Kind == KindConfirm {
		p.check(!e.ActivateAt.IsZero(), "activate_at", e.Seq, "is missing")
		p.check(e.ExpireAt.IsZero() || e.ActivateAt.Before(e.ExpireAt), "expire_at", e.Seq, "is not after activate_at")
	}
	for i := range e.Uses {
		u := &e.Uses[i]
		p.check(!u.ActivateAt.IsZero() && kept(u.ActivateAt) && kept(u.ExpireAt), "uses", e.Seq, notInstant)
	}
}

// makesLot reports whether the entry brings points in a lot of its own.
func (e *Entry) makesLot() bool { return e.Kind.credits() && e.Amount > 0 }

// used is the sum over the lots used, and whether each part is possible.
func (e *Entry) used() (sum int64, ok bool) {
	for i := range e.Uses {
		u := &e.Uses[i]
		if u.Lot == 0 || u.Lot >= max(e.Seq, 1) || u.Points <= 0 || u.Size < u.Points || u.Place < 0 || sum+u.Points < 0 {
			return 0, false
		}
		sum += u.Points
	}
	return sum, true
}

// shaped reports whether the amount has the sign of its kind, and is accounted
// for by what is used.
func (e *Entry) shaped(used int64) bool {
	a := e.Amount
	switch e.Kind {
	case KindEarn:
		return a >= 0 && used == 0
	case KindOpening, KindTransferIn:
		return used == 0
	case KindAdjust:
		return a >= 0 && used == 0 || a < 0 && used == -a
	case KindBurn, KindCapture, KindExpire:
		return a < 0 && used == -a
	case KindTransferOut:
		return a < 0 && used == -a || a > 0 && used == 0
	case KindRefund:
		return a > 0 && used == a
	case KindClawback:
		return a <= 0 && used <= -a
	case KindWriteOff:
		return a > 0 && used == 0
	case KindSettle:
		return a == 0 && used > 0
	}
	return a == 0 && used == 0
}

// holds reports whether hold and held fit the kind.
func (e *Entry) holds() bool {
	switch e.Kind {
	case KindHold:
		return e.Hold == e.Seq && e.Held > 0 && (e.Until.IsZero() || e.Until.After(e.At))
	case KindCapture:
		return e.Hold > 0 && e.Hold < e.Seq && e.Held <= e.Amount
	case KindRelease:
		return e.Hold > 0 && e.Hold < e.Seq && e.Held < 0
	}
	return e.Hold == 0 && e.Held == 0 && e.Until.IsZero()
}
