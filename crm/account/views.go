package account

import "time"

// Revised returns the views of one person, in the order of From, once it is learned
// how he is to be seen from next.From on: what was thought of the time from then on
// no longer holds, late news included. The views given are not changed.
func Revised(views []Stakeholder, next Stakeholder) []Stakeholder {
	return append(Ended(views, next.From), next)
}

// Ended returns the views of one person once it is learned that he is no stakeholder
// from an instant on. The views given are not changed.
func Ended(views []Stakeholder, at time.Time) []Stakeholder {
	var kept []Stakeholder
	for _, v := range views {
		if !v.From.Before(at) {
			continue
		}
		if v.To.IsZero() || v.To.After(at) {
			v.To = at
		}
		kept = append(kept, v)
	}
	return kept
}

// Redacted returns the view without what is personal: ids, codes and numbers. Every
// [Map] is the same for it.
func (s Stakeholder) Redacted() Stakeholder {
	s.Preferences, s.Concerns = nil, nil
	return s
}
