package points

import "time"

// PostEarn is [Policy.Earn] and [State.Fold] in one, for a caller whose own the state
// is, with its lists: what both ask is asked once.
//
// The errors are those of Earn and Fold. After one the state is of no more use and must
// be discarded.
func (p Policy) PostEarn(s *State, cmd *EarnCommand, now time.Time) ([]Entry, error) {
	d := decision{copied: true, inPlace: true}
	entries, err := d.earn(&p, s, cmd, now)
	d.leave(s)
	return entries, err
}

// PostBurn is [Policy.Burn] and [State.Fold] in one, as [Policy.PostEarn] is of an
// earn.
func (p Policy) PostBurn(s *State, cmd *BurnCommand, now time.Time) ([]Entry, error) {
	d := decision{copied: true, inPlace: true}
	entries, err := d.burn(&p, s, cmd, now)
	d.leave(s)
	return entries, err
}

// leave makes s what the account has come to.
func (d *decision) leave(s *State) {
	*s = d.state
	s.tidy()
}
