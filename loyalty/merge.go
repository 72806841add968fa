package loyalty

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// MembersMerged is the result of [Members].Merge.
type MembersMerged struct {
	From     string   `json:"from"`
	To       string   `json:"to"`
	Accounts []string `json:"accounts"`      // those of From, which are To's now
	Points   int64    `json:"points"`        // balance that moved; negative for a debt
	Into     string   `json:"into,omitzero"` // To's account that got the points
	Replayed bool     `json:"-"`
}

func (m *MembersMerged) replay() { m.Replayed = true }

// Merge makes one member of two, who turned out to be one person (会员合并), in one
// commit. The lots, pending ones too, and the debt of all accounts of from move to
// the first account of to, as points.Policy.Merge has it. The emptied accounts, with
// their journals, become accounts of to: what was spent or earned there is still
// refunded and clawed back there, and their qualifying points count for the tier of
// to. What orders have used of the caps is added up. from leaves the household; to
// stays in their own, or takes the place of from where they have none.
//
// From then on from is merged: Members.Get still returns it, and says into whom;
// commands on it are ErrMerged, naming to. Orders, redemptions, vouchers and referrals
// stay under the id that they were made for; who sees to and all of Member.Merged, as
// Only(ids...), sees them.
//
// ErrInvalid: the two are the same, or have more than [MaxAccounts] accounts
// together. ErrFrozen, ErrClosed: one of them is. ErrTransition: an account of from has
// open holds, or a review that is open: decide them first.
func (m *Members) Merge(ctx context.Context, actor Actor, from, to string, call Call) (MembersMerged, error) {
	cmd := &command{name: "members.merge", actor: actor, subject: Subject{KindMember, from}, call: call, input: to, queue: m.core.turns(ctx, from, to)}
	return run(ctx, m.core, cmd, func(ctx context.Context, now time.Time) (draft, MembersMerged, error) {
		if from == to {
			return draft{}, MembersMerged{}, &Error{Subject: cmd.subject, Field: "to", Reason: "is the member who is merged", Err: ErrInvalid}
		}
		giver, err := m.core.openMember(ctx, actor, from)
		if err != nil {
			return draft{}, MembersMerged{}, err
		}
		taker, err := m.core.openMember(ctx, actor, to)
		if err != nil {
			return draft{}, MembersMerged{}, err
		}
		j := joining{core: m.core, cmd: cmd, from: giver, to: taker}
		return j.merge(ctx, now)
	})
}

// joining is a merge on its way.
type joining struct {
	*core
	cmd      *command
	from, to Member
	draft    draft
	result   MembersMerged
}

func (j *joining) merge(ctx context.Context, now time.Time) (draft, MembersMerged, error) {
	given, err := j.accountsOf(ctx, &j.from)
	if err != nil {
		return draft{}, MembersMerged{}, err
	}
	kept, err := j.accountsOf(ctx, &j.to)
	if err != nil {
		return draft{}, MembersMerged{}, err
	}
	j.result = MembersMerged{From: j.from.ID, To: j.to.ID, Accounts: j.from.Accounts, Into: kept[0].ID}
	// The accounts were read before: a review that opens meanwhile moves one of them.
	if err := j.noReviewOpen(ctx, j.from.Accounts...); err != nil {
		return draft{}, MembersMerged{}, err
	}
	home, err := j.households(ctx, now)
	if err != nil {
		return draft{}, MembersMerged{}, err
	}
	if err := j.accounts(given, kept, home, now); err != nil {
		return draft{}, MembersMerged{}, err
	}
	absorbed, err := j.to.note(j.core, j.cmd, entryAbsorbed, fact{Member: j.from.ID, Accounts: j.from.Accounts, Merged: j.from.Merged, Household: home}, now)
	if err != nil {
		return draft{}, MembersMerged{}, err
	}
	merged, err := j.from.note(j.core, j.cmd, entryMerged, fact{Member: j.to.ID}, now)
	j.draft.changes = append(j.draft.changes, absorbed, merged)
	return j.draft, j.result, err
}

// households lets from leave theirs, and returns the one in which to is then. Each
// household concerned moves, for the accounts that join or leave it.
func (j *joining) households(ctx context.Context, now time.Time) (string, error) {
	home := cmp.Or(j.to.Household, j.from.Household)
	for _, id := range slices.Compact([]string{j.from.Household, j.to.Household}) {
		if id == "" {
			continue
		}
		h, err := j.household(ctx, id)
		if err == nil && id == j.from.Household {
			err = h.note(j.core, j.cmd, entryLeft, j.from.ID, now)
		}
		if err == nil && id == home && j.to.Household == "" {
			err = h.note(j.core, j.cmd, entryJoined, j.to.ID, now)
		}
		if err != nil {
			return "", err
		}
		change, err := h.change()
		if err != nil {
			return "", err
		}
		j.draft.changes = append(j.draft.changes, change)
	}
	return home, nil
}

// accounts moves all points to the first account of to, and all accounts to to.
func (j *joining) accounts(given, kept []Account, home string, now time.Time) error {
	main := &kept[0]
	state := main.State.Clone() // of main, as far as it has come
	var got []points.Entry
	for i := range given {
		a := &given[i]
		j.result.Points += points.BalanceAt(a.State, now)
		out, in, err := j.programme.Points.Merge(a.State, state, points.MergeCommand{Act: j.cmd.act(), From: a.ID, To: main.ID}, now)
		if err != nil {
			return err
		}
		if err := state.Fold(in...); err != nil {
			return err
		}
		got = append(got, in...)
		main.Standing.Counters = added(main.Standing.Counters, a.Standing.Counters)
		a.Standing.Member = j.to.ID
		if err := j.place(a, main.Standing.Tier, home, out); err != nil {
			return err
		}
	}
	tier := main.Standing.Tier
	if err := j.place(main, tier, home, got); err != nil {
		return err
	}
	for i := 1; i < len(kept); i++ {
		if err := j.place(&kept[i], tier, home, nil); err != nil {
			return err
		}
	}
	return nil
}

// place gives an account the standing that it has in the hands of to. More
// qualifying points count from now on.
func (j *joining) place(a *Account, t Tier, home string, entries []points.Entry) error {
	t.Stale = j.programme.Tiers != nil
	a.Standing.Tier, a.Standing.Household = t, home
	change, err := j.put(a, entries)
	j.draft.changes = append(j.draft.changes, change)
	return err
}

// added adds up what two accounts have used of the caps, period by period.
func added(to, from []earning.Counter) []earning.Counter {
	sum := slices.Clone(to)
	for _, c := range from {
		if i := slices.IndexFunc(sum, samePeriod(c)); i < 0 {
			sum = append(sum, c)
		} else {
			sum[i].Used += min(c.Used, 1<<62-min(sum[i].Used, 1<<62))
		}
	}
	return keepCounters(sum, nil)
}
