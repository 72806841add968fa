package reward_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

var policy = reward.ReferralPolicy{Zone: shanghai, WindowDays: 30, HoldDays: 7, MinPurchase: yuan(50),
	Referrer: reward.Grant{Points: 300}, Friend: reward.Grant{Reward: "coupon"},
	Limits: []reward.Limit{{N: 2, Per: reward.PerMonth}}}

func referred(t require.TestingT) reward.Referral {
	e, err := policy.Register(reward.Referral{}, reward.Party{Member: "a"}, reward.Party{Member: "b"}, by("b", on(3, 1, 9)))
	require.NoError(t, err)
	return grow(t, reward.Referral{}, e, nil)
}

func grow(t require.TestingT, r reward.Referral, e reward.ReferralEntry, err error) reward.Referral {
	require.NoError(t, err)
	r, err = r.With(e)
	require.NoError(t, err)
	return r
}

func TestRegisterRefuses(t *testing.T) {
	a := reward.Party{Member: "a", Household: "h", Identifiers: []string{"", "hash-1", "hash-2"}, ReferredBy: "z"}
	for name, tt := range map[string]struct {
		referrer, friend reward.Party
		want             error
		field            string
	}{
		"the same member":      {a, a, reward.ErrSelfReferral, "member"},
		"one household":        {a, reward.Party{Member: "b", Household: "h"}, reward.ErrSelfReferral, "household"},
		"one telephone":        {a, reward.Party{Member: "b", Identifiers: []string{"", "hash-2"}}, reward.ErrSelfReferral, "identifiers"},
		"a circle":             {a, reward.Party{Member: "z"}, reward.ErrSelfReferral, "referred_by"},
		"a customer already":   {a, reward.Party{Member: "b", Customer: true}, reward.ErrNotEligible, "friend"},
		"the referrer blocked": {reward.Party{Member: "a", Blocked: true}, reward.Party{Member: "b"}, reward.ErrNotEligible, "referrer"},
		"the friend blocked":   {a, reward.Party{Member: "b", Blocked: true}, reward.ErrNotEligible, "friend"},
		"no friend":            {a, reward.Party{}, reward.ErrInvalid, "friend"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := policy.Register(reward.Referral{}, tt.referrer, tt.friend, by("b", on(3, 1, 9)))
			requireRefused(t, err, tt.want, tt.field)
			require.NotContains(t, err.Error(), "hash-")
		})
	}
	_, err := policy.Register(reward.Referral{}, a, reward.Party{Member: "b", Identifiers: []string{"", "hash-3"}}, by("b", on(3, 1, 9)))
	require.NoError(t, err, "an empty identifier is none")
	_, err = policy.Register(referred(t), a, reward.Party{Member: "b"}, by("b", on(3, 2, 9)))
	requireRefused(t, err, reward.ErrTransition, "registered")
	err = reward.ReferralPolicy{WindowDays: -1, HoldDays: 1, MinPurchase: money.Amount{Minor: 1}, Referrer: reward.Grant{Points: -1},
		Friend: reward.Grant{Reward: "\x00"}, Limits: []reward.Limit{{N: -1}}}.Validate()
	for _, field := range []string{"window_days", "min_purchase", "referrer", "friend", "limits[0]", "zone"} {
		require.ErrorContains(t, err, "reward: "+field)
	}
}

func TestReferralWindowAndHold(t *testing.T) {
	r := referred(t)
	require.Equal(t, on(4, 1, 0), r.Until, "the end of the 30th day after 1 March")
	bought := func(at time.Time) reward.Purchase { return reward.Purchase{ID: "o-1", At: at, Amount: yuan(50)} }
	job := by("job", on(6, 1, 0))
	_, err := policy.Qualify(r, bought(on(4, 1, 0)), job)
	typed := requireRefused(t, err, reward.ErrNotValid, "purchase")
	require.Equal(t, r.Until, typed.Until)
	_, err = policy.Qualify(r, bought(on(3, 1, 9).Add(-1)), job)
	requireRefused(t, err, reward.ErrNotValid, "purchase")
	_, err = policy.Qualify(r, reward.Purchase{ID: "o-0", At: on(3, 2, 0), Amount: money.Amount{Minor: 4999, Currency: money.CNY}}, job)
	requireRefused(t, err, reward.ErrNotEligible, "amount")
	_, err = policy.Qualify(r, reward.Purchase{ID: "o-0", At: on(3, 2, 0), Amount: money.Amount{Minor: 9999, Currency: money.USD}}, job)
	requireRefused(t, err, reward.ErrInvalid, "amount")

	e, err := policy.Qualify(r, bought(on(4, 1, 0).Add(-1)), job) // recorded long after the window
	q := grow(t, r, e, err)
	require.Equal(t, on(4, 8, 0), q.Due)
	_, err = policy.Grant(q, nil, by("job", on(4, 8, 0).Add(-1)))
	require.ErrorIs(t, err, reward.ErrNotValid)
	_, err = policy.Qualify(q, bought(on(3, 30, 0)), job)
	requireRefused(t, err, reward.ErrTransition, "qualified")

	_, err = policy.Grant(r, nil, job)
	requireRefused(t, err, reward.ErrTransition, "granted")
	_, err = r.Lapse(by("job", on(4, 1, 0).Add(-1)))
	requireRefused(t, err, reward.ErrTransition, "lapsed")
	require.Equal(t, reward.ReferralLapsed, r.State(on(4, 1, 0)), "whether or not it is posted")
	e, err = r.Lapse(job)
	lapsed := grow(t, r, e, err)
	require.Equal(t, r.Until, e.Act.At)
	_, err = lapsed.Lapse(job)
	requireRefused(t, err, reward.ErrTransition, "lapsed")
	_, err = q.Lapse(job)
	requireRefused(t, err, reward.ErrTransition, "lapsed")
}

func TestReferralLimitAndClawback(t *testing.T) {
	e, err := policy.Qualify(referred(t), reward.Purchase{ID: "o-1", At: on(3, 5, 0), Amount: yuan(80)}, by("till", on(3, 5, 0)))
	q := grow(t, referred(t), e, err)
	due := by("job", q.Due)
	e, err = policy.Grant(q, []time.Time{on(3, 2, 0), on(3, 3, 0)}, due)
	require.NoError(t, err)
	require.True(t, e.Capped)
	require.Equal(t, reward.Grant{}, e.ToReferrer)
	require.Equal(t, policy.Friend, e.ToFriend, "the friend was promised it")
	e, err = policy.Grant(q, []time.Time{on(3, 2, 0), on(2, 28, 23)}, due)
	granted := grow(t, q, e, err)
	require.Equal(t, policy.Referrer, granted.ToReferrer)

	_, err = policy.Withdraw(granted, reward.Purchase{ID: "o-1", Amount: yuan(50)}, by("till", on(4, 1, 0)))
	requireRefused(t, err, reward.ErrNotEligible, "amount")
	_, err = policy.Withdraw(granted, reward.Purchase{ID: "o-2"}, by("till", on(4, 1, 0)))
	requireRefused(t, err, reward.ErrTransition, "withdrawn")
	e, err = policy.Withdraw(granted, reward.Purchase{ID: "o-1"}, by("till", on(3, 20, 0)))
	require.Equal(t, []reward.Grant{policy.Referrer, policy.Friend}, []reward.Grant{e.ToReferrer, e.ToFriend})
	open := grow(t, granted, e, err)
	_, err = policy.Withdraw(open, reward.Purchase{ID: "o-1"}, by("till", on(3, 20, 0)))
	requireRefused(t, err, reward.ErrTransition, "withdrawn")
	e, err = policy.Qualify(open, reward.Purchase{ID: "o-2", At: on(3, 21, 0), Amount: yuan(60)}, by("till", on(3, 21, 0)))
	require.Equal(t, reward.ReferralQualified, grow(t, open, e, err).Posted)

	_, err = granted.Void(by("audit", on(5, 1, 0)))
	requireRefused(t, err, reward.ErrInvalid, "reason")
	e, err = granted.Void(reward.Act{Actor: "audit", Recorded: on(5, 1, 0), Code: "fraud"})
	require.Equal(t, policy.Referrer, e.ToReferrer)
	voided := grow(t, granted, e, err)
	require.Equal(t, reward.ReferralVoided, voided.State(on(9, 1, 0)))
	_, err = voided.Void(reward.Act{Actor: "audit", Recorded: on(5, 1, 0), Code: "fraud"})
	requireRefused(t, err, reward.ErrTransition, "voided")
}

// Whatever happens, nobody has more than one reward for one friend, and all that
// was given is either kept or taken back.
func TestReferralNetsOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r reward.Referral
		var journal []reward.ReferralEntry
		var net int64
		for step := range rapid.IntRange(0, 25).Draw(t, "steps") {
			at := on(3, 1, 0).Add(time.Duration(step) * 48 * time.Hour)
			act := reward.Act{Actor: "s", Recorded: at, Code: "c"}
			order := reward.Purchase{ID: fmt.Sprint("o-", rapid.IntRange(0, 2).Draw(t, "order")), At: at,
				Amount: yuan(rapid.Int64Range(0, 99).Draw(t, "amount"))}
			var e reward.ReferralEntry
			var err error
			switch rapid.IntRange(0, 11).Draw(t, "kind") {
			case 0, 1:
				e, err = policy.Register(r, reward.Party{Member: "a"}, reward.Party{Member: "b"}, act)
			case 2, 3, 4:
				e, err = policy.Qualify(r, order, act)
			case 5, 6, 7:
				e, err = policy.Grant(r, nil, act)
			case 8, 9:
				e, err = policy.Withdraw(r, order, act)
			case 10:
				e, err = r.Lapse(act)
			case 11:
				e, err = r.Void(act)
			}
			if err != nil {
				continue
			}
			switch e.Kind {
			case reward.Granted:
				net += e.ToReferrer.Points
			case reward.Withdrawn, reward.Voided:
				net -= e.ToReferrer.Points
			}
			journal = append(journal, e)
			r = grow(t, r, e, nil)
			require.Equal(t, r.ToReferrer.Points, net)
			require.True(t, net == 0 || net == 300 && r.Posted == reward.ReferralRewarded)
			replay, err := reward.FoldReferral(journal)
			require.NoError(t, err)
			require.Equal(t, r, replay)
		}
	})
}
