package loyalty

import (
	"context"
)

// TierCount says how many members have a tier (等级会员数): with how often a benefit was used,
// it is what tier.Policy.BenefitCosts asks for.
type TierCount struct {
	Tier    string `json:"tier"`
	Members int    `json:"members"`
	// Stale is for how many of them it is not sure, because something happened since the
	// tier was computed, or its time is over: none after a [Due].Run.
	Stale int `json:"stale,omitzero"`
}

// Count counts the members whom the actor sees by the tier that their accounts keep, in
// the order of the policy in force; closed members are left out. It reads every
// account once, and no history.
func (t *Tiers) Count(ctx context.Context, actor Actor) ([]TierCount, error) {
	return read(ctx, t.core, "tiers.count", actor, Subject{}, func() ([]TierCount, error) {
		if t.core.programme.Tiers == nil {
			return nil, &Error{Field: "tiers", Reason: "the programme has none", Err: ErrIncomplete}
		}
		now := t.core.now()
		var list []TierCount
		place := map[string]int{}
		at := func(code string) *TierCount {
			i, ok := place[code]
			if !ok {
				i, place[code] = len(list), len(list)
				list = append(list, TierCount{Tier: code})
			}
			return &list[i]
		}
		for _, known := range t.core.programme.Tiers.Policy(now).Tiers {
			at(known.Code)
		}
		for a, err := range t.core.store.Accounts(ctx, AccountFilter{}) {
			if err != nil {
				return nil, err
			}
			// The account with the member's id is the first that they have.
			kept := a.Standing.Tier
			if a.ID != a.Standing.Member || a.Standing.Status > Frozen || !actor.Sees.Allows(a.ID) || kept == (Tier{}) {
				continue
			}
			count := at(kept.Code)
			if count.Members++; !kept.holds(now) {
				count.Stale++
			}
		}
		return list, nil
	})
}
