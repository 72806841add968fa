package points

import (
	"slices"
	"time"
)

// TransferCommand asks to give points to another account (转赠积分).
type TransferCommand struct {
	Act
	From   string `json:"from"`   // id of the account that gives
	To     string `json:"to"`     // id of the account that gets, another one
	Points int64  `json:"points"` // at least 1
}

// Transfer moves available points of one account to another, in the order of the
// policy. They keep their dates: the other account gets a lot, and an entry, for each
// lot they come from. No points are made or lost, and neither side counts as
// active. out are the entries of from, in those of to; both take effect and are
// recorded at one time.
//
// ErrInvalid where the ids are missing or the same; the other errors are those of
// [Policy.Burn], and ErrOverflow where to cannot hold the points.
func (p Policy) Transfer(from, to State, cmd TransferCommand, now time.Time) (out, in []Entry, err error) {
	if err := differ(cmd.From, cmd.To); err != nil {
		return nil, nil, err
	}
	now = latest(now, &from, &to)
	var giver, taker decision
	if err := giver.beginDebit(&p, &from, &cmd.Act, now); err != nil {
		return nil, nil, err
	}
	if err := taker.begin(&p, &to, &cmd.Act, now); err != nil {
		return nil, nil, err
	}
	if err := giver.affords(cmd.Points); err != nil {
		return nil, nil, err
	}
	list := giver.debit(KindTransferOut, cmd.Points)
	list[0].Peer = cmd.To
	for _, u := range list[0].Uses {
		l := Lot{ID: u.Lot, Left: u.Points, ActivateAt: u.ActivateAt, ExpireAt: u.ExpireAt}
		if err := taker.receive(&l, cmd.From, time.Time{}); err != nil {
			return nil, nil, err
		}
	}
	if out, err = giver.only(list); err != nil {
		return nil, nil, err
	}
	if in, err = taker.finish(); err != nil {
		return nil, nil, err
	}
	return out, in, nil
}

// MergeCommand asks to move all that an account holds to another (会员合并).
type MergeCommand struct {
	Act
	From string `json:"from"` // id of the account that is emptied
	To   string `json:"to"`   // id of the account that goes on
}

// Merge moves all lots, pending ones too, and the debt of one account to another,
// because two members turned out to be one. Dates stay as in [Policy.Transfer]; where
// points come over, the later of the two dates of Inactivity holds for all, because
// who was active in one account was active. Afterwards the balance of from is 0.
//
// What was spent or earned in from before is still reversed there, by its own
// entries; merge again, in the same commit, to move what that leaves. Qualifying
// points stay where and when they were earned: a tier is folded over the entries of
// both accounts.
//
// ErrTransition where from has open holds: capture or release them first. The other
// errors are those of [Policy.Transfer].
func (p Policy) Merge(from, to State, cmd MergeCommand, now time.Time) (out, in []Entry, err error) {
	if err := differ(cmd.From, cmd.To); err != nil {
		return nil, nil, err
	}
	now = latest(now, &from, &to)
	var giver, taker decision
	if err := giver.beginDebit(&p, &from, &cmd.Act, now); err != nil {
		return nil, nil, err
	}
	if err := taker.begin(&p, &to, &cmd.Act, now); err != nil {
		return nil, nil, err
	}
	if holds := giver.state.Holds; len(holds) > 0 {
		return nil, nil, refuse(ErrTransition, "hold", holds[0].ID, "is open")
	}
	lots, debt := slices.Clone(giver.state.Lots), giver.state.Debt
	if err := giver.empty(cmd.To); err != nil {
		return nil, nil, err
	}
	for i := range lots {
		if err := taker.receive(&lots[i], cmd.From, giver.state.IdleAt); err != nil {
			return nil, nil, err
		}
	}
	if debt > 0 {
		if err := taker.add(Entry{Kind: KindTransferIn, Amount: -debt, Peer: cmd.From}); err != nil {
			return nil, nil, err
		}
	}
	if in, err = taker.finish(); err != nil {
		return nil, nil, err
	}
	return giver.entries, in, nil
}

// empty posts what takes all lots and the debt out of the account.
func (d *decision) empty(to string) error {
	lots, debt := d.state.Lots, d.state.Debt
	if len(lots) > 0 {
		e := Entry{Kind: KindTransferOut, Amount: -d.state.inLots(), Uses: make([]Use, len(lots)), Peer: to}
		for i := range lots {
			e.Uses[i] = lots[i].use(lots[i].Left)
		}
		if err := d.add(e); err != nil {
			return err
		}
	}
	if debt == 0 {
		return nil
	}
	return d.add(Entry{Kind: KindTransferOut, Amount: debt, Peer: to})
}

// receive posts what is left of a lot of another account. idleAt is that of the other
// account where it is the same person's: then the later of the two holds.
func (d *decision) receive(l *Lot, from string, idleAt time.Time) error {
	idle, err := d.idleAt(KindTransferIn)
	if err != nil {
		return err
	}
	if runs := d.state.IdleAt; runs.After(d.at) && idleAt.After(runs) {
		idle = idleAt
	}
	return d.add(Entry{Kind: KindTransferIn, Amount: l.Left, ActivateAt: l.ActivateAt, ExpireAt: l.ExpireAt,
		Unconfirmed: l.Unconfirmed, IdleAt: idle, Peer: from, PeerLot: l.ID})
}

func differ(from, to string) error {
	switch {
	case from == "" || !validText(from):
		return refuse(ErrInvalid, "from", 0, "is missing, or "+notText)
	case to == "" || !validText(to):
		return refuse(ErrInvalid, "to", 0, "is missing, or "+notText)
	case from == to:
		return refuse(ErrInvalid, "to", 0, "is the account that gives")
	}
	return nil
}

// latest is now, or when something was last recorded in one of the accounts.
func latest(now time.Time, accounts ...*State) time.Time {
	if !validNow(now) {
		return now // refused by whoever gets it
	}
	for _, s := range accounts {
		now = later(now, s.Recorded)
	}
	return now
}
