package points

import "time"

// Room is memory that a decision may use for the entry that it returns: from then on,
// the entry that it returned before is another. The zero value is ready for use.
type Room struct {
	list [1]Entry
	uses []Use
}

// entry is a list of one entry that says nothing yet.
func (r *Room) entry() []Entry {
	if r == nil {
		return make([]Entry, 1)
	}
	r.list[0] = Entry{}
	return r.list[:]
}

// PostEarn is [Policy.Earn] and [State.Fold] in one, for a caller whose own the state
// is, with its lists: what both ask is asked once. The entries are in room, where
// there is one; nil is none.
//
// The errors are those of Earn and Fold. After one the state is of no more use and must
// be discarded.
func (p Policy) PostEarn(s *State, cmd *EarnCommand, now time.Time, room *Room) ([]Entry, error) {
	d := decision{copied: true, inPlace: true, room: room}
	entries, err := d.earn(&p, s, cmd, now)
	d.leave(s)
	return entries, err
}

// PostBurn is [Policy.Burn] and [State.Fold] in one, as [Policy.PostEarn] is of an
// earn.
func (p Policy) PostBurn(s *State, cmd *BurnCommand, now time.Time, room *Room) ([]Entry, error) {
	d := decision{copied: true, inPlace: true, room: room}
	entries, err := d.burn(&p, s, cmd, now)
	d.leave(s)
	return entries, err
}

// leave makes s what the account has come to.
func (d *decision) leave(s *State) {
	*s = d.state
	s.tidy()
}
