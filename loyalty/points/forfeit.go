package points

import "time"

// ForfeitCommand asks that all an account holds lapses (积分作废): the member leaves.
type ForfeitCommand struct {
	Act
}

// Forfeit ends everything that is open in an account: holds are released, debt is
// paid from what is available, the points that are left, pending ones too, expire
// before their time, and what is still owed is written off. Afterwards the balance is
// 0 and nothing will become due. There are no entries where nothing is open.
//
// The errors are those of [Policy.Burn], but for the points.
func (p Policy) Forfeit(s State, cmd ForfeitCommand, now time.Time) ([]Entry, error) {
	entries, err := DueEntries(s, now)
	if err == nil {
		s, err = Apply(s, entries...)
	}
	if err != nil {
		return nil, err
	}
	post := func(more []Entry, err error) error {
		if err != nil {
			return err
		}
		entries = append(entries, more...)
		s, err = Apply(s, more...)
		return err
	}
	for len(s.Holds) > 0 {
		if err := post(p.Release(s, ReleaseCommand{Act: cmd.Act, Hold: s.Holds[0].ID}, now)); err != nil {
			return nil, err
		}
	}
	if len(s.Lots) > 0 {
		if err := post(p.lapse(s, cmd.Act, now)); err != nil {
			return nil, err
		}
	}
	if s.Debt > 0 {
		if err := post(p.WriteOff(s, WriteOffCommand{Act: cmd.Act, Points: s.Debt}, now)); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// lapse ends all lots.
func (p Policy) lapse(s State, act Act, now time.Time) ([]Entry, error) {
	recorded := later(floor(now), s.Recorded)
	at := floor(act.At)
	if at.IsZero() {
		at = recorded
	}
	switch {
	case at.After(recorded):
		return nil, refuse(ErrInvalid, "at", 0, "is in the future")
	case at.Before(s.At):
		return nil, refuse(ErrInvalid, "at", 0, "something took effect later: points are taken from what is there now")
	}
	e := Entry{Seq: s.Seq + 1, Kind: KindExpire, At: at, Recorded: recorded,
		Actor: act.Actor, Ref: act.Ref, Code: act.Code, Reason: act.Reason, Uses: make([]Use, len(s.Lots))}
	for i := range s.Lots {
		l := &s.Lots[i]
		e.Uses[i] = Use{Lot: l.ID, Points: l.Left, Size: l.Points, ActivateAt: l.ActivateAt, ExpireAt: l.ExpireAt}
		e.Amount -= l.Left
	}
	return []Entry{e}, nil
}
