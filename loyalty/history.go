package loyalty

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/liability"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// history is what became of the lots and the debt of an account.
type history struct {
	account string
	lots    []liability.LotHistory // their ids are of use within the account only
	debts   []debtMove
}

// debtMove is a change of what is owed.
type debtMove struct {
	at     time.Time
	kind   points.Kind
	points int64 // above 0 where more is owed
}

// historian makes the history of a journal.
type historian struct {
	history
	left     []int64 // of each lot in the history
	spent    []int64 // redeemed of it, less what was refunded
	moved    []time.Time
	pieces   map[uint64][]int // where the history has a lot; see restore
	adjusted map[uint64]bool  // entries by which somebody took points
	earnedAt func(peer string, lot uint64) (time.Time, error)
}

// history folds a whole journal, and what is due before until behind it.
func (c *core) history(ctx context.Context, account string, journal []points.Entry, until time.Time) (history, error) {
	broken := func(err error) (history, error) {
		return history{}, &Error{Subject: Subject{KindAccount, account}, Field: "journal", Err: err}
	}
	state, err := points.Replay(journal)
	if err != nil {
		return broken(err)
	}
	due, err := points.DueEntries(state, until)
	if err != nil {
		return broken(err)
	}
	h := historian{history: history{account: account}, pieces: map[uint64][]int{}, adjusted: map[uint64]bool{},
		earnedAt: func(peer string, lot uint64) (time.Time, error) { return c.earnedAt(ctx, peer, lot) }}
	for _, list := range [][]points.Entry{journal, due} {
		for i := range list {
			if err := h.add(&list[i]); err != nil {
				return history{}, err
			}
		}
	}
	return h.history, nil
}

// earnedAt is when the points of a lot were earned, through all accounts that they
// came by.
func (c *core) earnedAt(ctx context.Context, account string, lot uint64) (time.Time, error) {
	for {
		e, err := c.posting(ctx, Place{account, lot})
		if err != nil || e.Kind != points.KindTransferIn {
			return e.At, err
		}
		account, lot = e.Peer, e.PeerLot
	}
}

// movements are what an entry does to the lots that it uses.
var movements = map[points.Kind]liability.Movement{
	points.KindBurn: liability.Redeemed, points.KindCapture: liability.Redeemed, points.KindRefund: liability.Refunded,
	points.KindAdjust: liability.WrittenOff, points.KindExpire: liability.Expired, points.KindTransferOut: liability.TransferredOut,
	points.KindClawback: liability.Reversed, points.KindSettle: liability.Settled,
}

func (h *historian) add(e *points.Entry) error {
	in, out := int64(0), int64(0) // what lots gain and lose
	if e.Lot == e.Seq && e.Amount > 0 {
		in = e.Amount
	}
	at := e.At
	if e.Kind == points.KindOpening {
		at = e.Recorded
	}
	for _, u := range e.Uses {
		if e.Kind == points.KindRefund {
			in += u.Points
		} else {
			out += u.Points
		}
		for _, i := range h.pieces[u.Lot] {
			at = later(at, h.moved[i])
		}
	}
	if owes := in - out - e.Amount; owes != 0 {
		h.debts = append(h.debts, debtMove{at, e.Kind, owes})
	}
	if e.Kind == points.KindAdjust && e.Amount < 0 {
		h.adjusted[e.Seq] = true
	}
	if e.Lot == e.Seq && e.Amount > 0 {
		return h.open(e, at)
	}
	for _, u := range e.Uses {
		if e.Kind == points.KindRefund {
			h.restore(e, u, at)
		} else {
			h.take(u, movements[e.Kind], at)
		}
	}
	return nil
}

// open adds the lot that an entry makes.
func (h *historian) open(e *points.Entry, at time.Time) error {
	l := liability.LotHistory{Issued: e.Amount, At: e.At, From: at, ExpireAt: e.ExpireAt}
	switch e.Kind {
	case points.KindOpening:
		l.Origin = liability.Imported
	case points.KindTransferIn:
		earned, err := h.earnedAt(e.Peer, e.PeerLot)
		if err != nil {
			return err
		}
		l.Origin, l.At = liability.TransferredIn, sooner(earned, at)
	}
	h.piece(e.Seq, l)
	return nil
}

// piece adds a history of a lot.
func (h *historian) piece(lot uint64, l liability.LotHistory) {
	if !l.ExpireAt.After(l.From) {
		l.ExpireAt = time.Time{} // it came too late, and its expiry was posted with it
	}
	l.ID = strconv.Itoa(len(h.lots))
	h.pieces[lot] = append(h.pieces[lot], len(h.lots))
	h.lots, h.left = append(h.lots, l), append(h.left, l.Issued)
	h.spent, h.moved = append(h.spent, 0), append(h.moved, l.From)
}

// take moves points out of a lot.
func (h *historian) take(u points.Use, kind liability.Movement, at time.Time) {
	n := u.Points
	for _, i := range h.pieces[u.Lot] {
		part := min(n, h.left[i])
		if part == 0 {
			continue
		}
		if n -= part; kind == liability.Redeemed {
			h.spent[i] += part
		}
		h.left[i] -= part
		h.use(i, liability.Use{At: at, Points: part, Kind: kind})
	}
}

// restore gives points back to a lot. Where an adjustment had taken them there is no
// redemption to undo: they are issued again, as a piece of the lot that begins now.
func (h *historian) restore(e *points.Entry, u points.Use, at time.Time) {
	pieces, n := h.pieces[u.Lot], u.Points
	if h.adjusted[e.Target] {
		first := h.lots[pieces[0]]
		h.piece(u.Lot, liability.LotHistory{Issued: n, At: first.At, From: at, ExpireAt: u.ExpireAt})
		return
	}
	for _, i := range slices.Backward(pieces) {
		part := min(n, h.spent[i])
		if part == 0 {
			continue
		}
		n -= part
		h.spent[i] -= part
		h.left[i] += part
		h.use(i, liability.Use{At: at, Points: part, Kind: liability.Refunded})
	}
}

func (h *historian) use(i int, u liability.Use) {
	h.moved[i] = u.At
	h.lots[i].Uses = append(h.lots[i].Uses, u)
}

// roll adds the move to the rows, one from before the first to its opening.
func (m debtMove) roll(rows []DebtRow) {
	i, _ := slices.BinarySearchFunc(rows, m.at, func(r DebtRow, at time.Time) int {
		if r.Until.After(at) {
			return 1
		}
		return -1
	})
	if i == len(rows) {
		return
	}
	r := &rows[i]
	if m.at.Before(r.From) {
		r.Opening += m.points
		return
	}
	switch m.kind {
	case points.KindClawback:
		r.Owed += m.points
	case points.KindOpening:
		r.Imported += m.points
	case points.KindTransferIn:
		r.TransferredIn += m.points
	case points.KindSettle:
		r.Settled -= m.points
	case points.KindWriteOff:
		r.WrittenOff -= m.points
	case points.KindTransferOut:
		r.TransferredOut -= m.points
	}
}

// carry makes the closing of a row, and its opening behind those before it.
func (r *DebtRow) carry(before []DebtRow) {
	if n := len(before); n > 0 {
		r.Opening = before[n-1].Closing
	}
	r.Closing = r.Opening + r.Owed + r.Imported + r.TransferredIn - r.Settled - r.WrittenOff - r.TransferredOut
}
