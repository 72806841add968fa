package points

import "time"

// BurnCommand asks to spend points (消耗积分).
type BurnCommand struct {
	Act
	Points int64 `json:"points"` // at least 1
}

// Burn spends points from what is available, in the order of the policy. Uses of
// the entry says what came from which lot.
//
// ErrInsufficient with Available and Requested where there is too little;
// ErrInvalidAmount below 1; ErrInvalid where Act.At lies before the last effect of
// an entry: points are taken from what is there now.
func (p Policy) Burn(s State, cmd BurnCommand, now time.Time) ([]Entry, error) {
	var d decision
	return d.burn(&p, &s, &cmd, now)
}

func (d *decision) burn(p *Policy, s *State, cmd *BurnCommand, now time.Time) ([]Entry, error) {
	if err := d.beginDebit(p, s, &cmd.Act, now); err != nil {
		return nil, err
	}
	if err := d.affords(cmd.Points); err != nil {
		return nil, err
	}
	list := d.debit(KindBurn, cmd.Points)
	idle, err := d.idleAt(KindBurn)
	if err != nil {
		return nil, err
	}
	list[0].IdleAt = idle
	return d.only(list)
}

// affords says why n points cannot be taken from what is free.
func (d *decision) affords(n int64) error {
	if n < 1 {
		return refuse(ErrInvalidAmount, "points", 0, "below 1")
	}
	if free := max(0, d.state.freeUpTo(d.at, n)); free < n {
		return insufficient(free, n)
	}
	return nil
}

// debit makes an entry that takes n usable points.
func (d *decision) debit(k Kind, n int64) []Entry {
	var few [4]Use
	list := withUses(d.p.Order.take(few[:0], d.state.Lots, d.at, n, 0))
	list[0].Kind, list[0].Amount = k, -n
	return list
}

// withUses makes an entry with a copy of uses; where they are few, as mostly, in one
// piece of memory of the right size.
func withUses(uses []Use) []Entry {
	var list []Entry
	switch len(uses) {
	case 1:
		one := new(struct {
			list [1]Entry
			uses [1]Use
		})
		list, one.list[0].Uses = one.list[:], one.uses[:]
	case 2:
		two := new(struct {
			list [1]Entry
			uses [2]Use
		})
		list, two.list[0].Uses = two.list[:], two.uses[:]
	case 3:
		three := new(struct {
			list [1]Entry
			uses [3]Use
		})
		list, three.list[0].Uses = three.list[:], three.uses[:]
	default:
		list = []Entry{{Uses: make([]Use, len(uses))}}
	}
	copy(list[0].Uses, uses)
	return list
}
