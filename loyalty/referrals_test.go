package loyalty_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// bringing is a programme that rewards who brings friends, after a week.
func bringing(hold int) loyalty.Programme {
	return loyalty.Programme{Referrals: &reward.ReferralPolicy{Zone: time.UTC, WindowDays: 30, HoldDays: hold, MinPurchase: fen(5000),
		Referrer: reward.Grant{Points: 300, Reward: "mug"}, Friend: reward.Grant{Points: 100},
		Limits: []reward.Limit{{N: 2, Per: reward.PerMonth}}}}
}

func (b *book) refer(friend, referrer string) {
	b.t.Helper()
	_, err := b.Referrals.Register(b.ctx, cashier, friend, referrer, loyalty.ReferralRequest{}, loyalty.Call{})
	require.NoError(b.t, err)
}

func (b *book) buys(friend string, yuan int64) loyalty.Referred {
	b.t.Helper()
	r, err := b.Referrals.Qualify(b.ctx, cashier, friend, reward.Purchase{ID: "o-" + friend, At: b.clock.Now(), Amount: fen(yuan * 100)}, loyalty.Call{})
	require.NoError(b.t, err)
	return r
}

func (b *book) balance(account string) int64 { return points.Balance(b.state(account)) }

func (b *book) referral(friend string) loyalty.Referral {
	b.t.Helper()
	r, err := b.Referrals.Get(b.ctx, cashier, friend)
	require.NoError(b.t, err)
	b.verified()
	return r
}

// A friend joins, buys, and both are rewarded a week later: by due work, once,
// whenever it runs. The purchase comes back: so do the points.
func TestReferral(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), bringing(7), loyalty.Options{Events: true}, "anna", "ben")
	b.refer("ben", "anna")
	b.at("2025-01-10T12:00:00Z")
	r := b.buys("ben", 60)
	require.Equal(t, loyalty.Referred{Friend: "ben", Referrer: "anna", State: reward.ReferralQualified,
		Until: instant("2025-02-01T00:00:00Z"), Due: instant("2025-01-18T00:00:00Z")}, r)
	b.at("2025-01-17T23:59:59Z")
	require.Zero(t, b.due(loyalty.DueOptions{}).Records)
	b.at("2025-01-20T03:00:00Z")
	require.Equal(t, 1, b.due(loyalty.DueOptions{}).Records)
	require.Zero(t, b.due(loyalty.DueOptions{}).Records)
	require.Equal(t, []int64{300, 100}, []int64{b.balance("anna"), b.balance("ben")})
	require.Equal(t, instant("2025-01-18T00:00:00Z"), b.state("anna").At, "the grant takes effect when it was due")
	require.Equal(t, loyalty.Place{Account: "anna", Seq: 1}, b.referral("ben").ReferrerEntry)

	_, err := b.Points.Burn(b.ctx, cashier, "anna", points.BurnCommand{Points: 250}, loyalty.Call{})
	require.NoError(t, err)
	before := everything(t, b.store)
	_, err = b.Referrals.Withdraw(b.ctx, cashier, "ben", reward.Purchase{ID: "o-ben", Amount: fen(5000)}, loyalty.Call{})
	require.ErrorIs(t, err, reward.ErrNotEligible)
	require.Equal(t, before, everything(t, b.store))
	back, err := b.Referrals.Withdraw(b.ctx, cashier, "ben", reward.Purchase{ID: "o-ben", Amount: fen(0)}, loyalty.Call{Key: "back"})
	require.NoError(t, err)
	require.Equal(t, reward.Grant{Points: 300, Reward: "mug"}, back.ToReferrer)
	require.Equal(t, []int64{-250, 0}, []int64{b.balance("anna"), b.balance("ben")})
	again, err := b.Referrals.Withdraw(b.ctx, cashier, "ben", reward.Purchase{ID: "o-ben", Amount: fen(0)}, loyalty.Call{Key: "back"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	_, err = b.Referrals.Withdraw(b.ctx, cashier, "ben", reward.Purchase{ID: "o-ben", Amount: fen(0)}, loyalty.Call{Key: "back twice"})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	require.Equal(t, reward.ReferralOpen, b.referral("ben").State.Posted)

	// Open again, and over on 1 February.
	b.at("2025-02-03T00:00:00Z")
	require.Equal(t, 1, b.due(loyalty.DueOptions{}).Records)
	require.Zero(t, b.due(loyalty.DueOptions{}).Records)
	require.Equal(t, reward.ReferralLapsed, b.referral("ben").State.Posted)
	events, err := b.store.(loyalty.Outbox).Pending(b.ctx, 100)
	require.NoError(t, err)
	var kinds []string
	for _, e := range events {
		if e.Subject.Kind == loyalty.KindReferral {
			kinds = append(kinds, e.Kind)
		}
	}
	require.Equal(t, []string{"referral.registered", "referral.qualified", "referral.granted", "referral.withdrawn", "referral.lapsed"}, kinds)
}

// Of many friends who buy at once, as many count for the referrer as the limit says;
// the friends all get what they were promised.
func TestReferralLimit(t *testing.T) {
	for _, hold := range []int{0, 7} {
		t.Run(fmt.Sprint(hold, " days"), func(t *testing.T) {
			friends := make([]string, 16)
			for i := range friends {
				friends[i] = fmt.Sprintf("f-%02d", i)
			}
			b := newBookOn(t, new(loyalty.Memory), bringing(hold), loyalty.Options{}, append(friends, "anna")...)
			for _, f := range friends {
				b.refer(f, "anna")
			}
			var wait sync.WaitGroup
			for _, f := range friends {
				wait.Go(func() {
					if _, err := b.Referrals.Qualify(b.ctx, cashier, f, reward.Purchase{ID: "o-" + f, At: b.clock.Now(), Amount: fen(5000)}, loyalty.Call{}); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			if hold > 0 {
				b.at("2025-01-09T00:00:00Z")
				for range 4 { // several machines at once
					wait.Go(func() {
						if _, err := b.Due.Run(b.ctx, cashier, loyalty.DueOptions{Page: 5}); err != nil {
							t.Error(err)
						}
					})
				}
				wait.Wait()
			}
			require.EqualValues(t, 600, b.balance("anna"))
			rewarded := 0
			for _, f := range friends {
				require.EqualValues(t, 100, b.balance(f))
				r := b.referral(f)
				require.Equal(t, reward.ReferralRewarded, r.State.Posted)
				if !r.Rewarded.IsZero() {
					rewarded++
				}
			}
			require.Equal(t, 2, rewarded)
			require.Zero(t, b.due(loyalty.DueOptions{}).Records)
		})
	}
}

// Two who refer each other at once: one of them does.
func TestReferralCircle(t *testing.T) {
	for range 20 {
		b := newBookOn(t, new(loyalty.Memory), bringing(7), loyalty.Options{}, "anna", "ben")
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i, side := range [][2]string{{"anna", "ben"}, {"ben", "anna"}} {
			wait.Go(func() {
				_, errs[i] = b.Referrals.Register(b.ctx, cashier, side[0], side[1], loyalty.ReferralRequest{}, loyalty.Call{})
			})
		}
		wait.Wait()
		if errs[0] == nil {
			errs[0], errs[1] = errs[1], errs[0]
		}
		require.NoError(t, errs[1])
		require.ErrorIs(t, errs[0], reward.ErrSelfReferral)
	}
}

func TestReferralRefuses(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), bringing(7), loyalty.Options{}, "anna", "ben", "carl", "dora", "emil")
	b.refer("carl", "anna")
	_, err := b.Households.Create(b.ctx, cashier, "h", "anna", loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Households.Join(b.ctx, cashier, "h", "dora", loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Members.Freeze(b.ctx, cashier, "emil", loyalty.Call{})
	require.NoError(t, err)
	app := loyalty.Actor{ID: "app", Sees: loyalty.Only("ben")}
	register := func(actor loyalty.Actor, friend, referrer string, ask loyalty.ReferralRequest) func() error {
		return func() error {
			_, err := b.Referrals.Register(b.ctx, actor, friend, referrer, ask, loyalty.Call{})
			return err
		}
	}
	qualify := func(friend string, bought reward.Purchase) func() error {
		return func() error {
			_, err := b.Referrals.Qualify(b.ctx, cashier, friend, bought, loyalty.Call{})
			return err
		}
	}
	now := b.clock.Now()
	for name, tt := range map[string]struct {
		do   func() error
		want error
	}{
		"oneself":        {register(cashier, "ben", "ben", loyalty.ReferralRequest{}), reward.ErrSelfReferral},
		"one household":  {register(cashier, "dora", "anna", loyalty.ReferralRequest{}), reward.ErrSelfReferral},
		"one telephone":  {register(cashier, "ben", "anna", loyalty.ReferralRequest{FriendIdentifiers: []string{"x"}, ReferrerIdentifiers: []string{"x"}}), reward.ErrSelfReferral},
		"a circle":       {register(cashier, "anna", "carl", loyalty.ReferralRequest{}), reward.ErrSelfReferral},
		"a customer":     {register(cashier, "ben", "anna", loyalty.ReferralRequest{Customer: true}), reward.ErrNotEligible},
		"frozen":         {register(cashier, "emil", "anna", loyalty.ReferralRequest{}), reward.ErrNotEligible},
		"twice":          {register(cashier, "carl", "ben", loyalty.ReferralRequest{}), loyalty.ErrTransition},
		"nobody":         {register(cashier, "zoe", "anna", loyalty.ReferralRequest{}), loyalty.ErrNotFound},
		"not seen":       {register(app, "ben", "anna", loyalty.ReferralRequest{}), loyalty.ErrNotFound},
		"not referred":   {qualify("ben", reward.Purchase{ID: "o", At: now, Amount: fen(5000)}), loyalty.ErrNotFound},
		"too little":     {qualify("carl", reward.Purchase{ID: "o", At: now, Amount: fen(4999)}), reward.ErrNotEligible},
		"other currency": {qualify("carl", reward.Purchase{ID: "o", At: now, Amount: money.Amount{Minor: 9999, Currency: money.USD}}), loyalty.ErrInvalid},
		"before":         {qualify("carl", reward.Purchase{ID: "o", At: now.Add(-time.Second), Amount: fen(5000)}), reward.ErrNotValid},
		"tomorrow":       {qualify("carl", reward.Purchase{ID: "o", At: now.Add(time.Hour), Amount: fen(5000)}), loyalty.ErrInvalid},
		"void of nobody": {func() error {
			_, err := b.Referrals.Void(b.ctx, cashier, "ben", loyalty.Call{Code: "fraud"})
			return err
		}, loyalty.ErrNotFound},
		"void without a reason": {func() error {
			_, err := b.Referrals.Void(b.ctx, cashier, "carl", loyalty.Call{})
			return err
		}, loyalty.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			before := everything(t, b.store)
			require.ErrorIs(t, tt.do(), tt.want)
			require.Equal(t, before, everything(t, b.store))
		})
	}
	_, err = b.Referrals.Get(b.ctx, app, "carl")
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	_, err = b.Referrals.Get(b.ctx, cashier, "ben")
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	_, err = b.Referrals.Get(b.ctx, loyalty.Actor{ID: "app", Sees: loyalty.Only("anna")}, "carl")
	require.NoError(t, err)
	none := newBook(t, points.Policy{}, "anna", "ben")
	_, err = none.Referrals.Register(none.ctx, cashier, "ben", "anna", loyalty.ReferralRequest{}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrIncomplete)
}

// Identifiers are compared, and kept nowhere; a reason stands where it can be
// cleared.
func TestReferralPrivacy(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), bringing(0), loyalty.Options{}, "anna", "ben")
	_, err := b.Referrals.Register(b.ctx, cashier, "ben", "anna",
		loyalty.ReferralRequest{FriendIdentifiers: []string{"hash-of-ben"}, ReferrerIdentifiers: []string{"hash-of-anna"}}, loyalty.Call{Reason: "met at the counter"})
	require.NoError(t, err)
	b.buys("ben", 50)
	_, err = b.Referrals.Void(b.ctx, cashier, "ben", loyalty.Call{Reason: "sisters"})
	require.NoError(t, err)
	all := everything(t, b.store)
	require.NotContains(t, all, "hash-of")
	for e, err := range b.store.Entries(b.ctx, loyalty.EntryFilter{Member: "ben"}) {
		require.NoError(t, err)
		require.NotContains(t, string(e.Data), "sisters")
		require.NotContains(t, string(e.Data), "counter")
	}
	require.Equal(t, []int64{0, 0}, []int64{b.balance("anna"), b.balance("ben")})
	require.Equal(t, reward.ReferralVoided, b.referral("ben").State.Posted)
}

// What became of a side meanwhile: who left gets nothing, who was merged gets it
// there, and who turned out to be the friend gets the friend's part only. What was
// taken back by hand is not taken twice.
func TestReferralOfWhoLeft(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), bringing(7), loyalty.Options{}, "anna", "ben", "carl", "dora", "anna-2", "emil", "fritz", "fritz-2")
	b.refer("ben", "carl")
	b.refer("dora", "anna")
	b.refer("emil", "anna")
	b.refer("fritz", "fritz-2")
	for _, f := range []string{"ben", "dora", "emil", "fritz"} {
		b.buys(f, 50)
	}
	_, err := b.Members.Close(b.ctx, cashier, "carl", loyalty.Closing{}, loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Members.Close(b.ctx, cashier, "emil", loyalty.Closing{}, loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Members.Merge(b.ctx, cashier, "anna", "anna-2", loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Members.Merge(b.ctx, cashier, "fritz-2", "fritz", loyalty.Call{})
	require.NoError(t, err)
	b.at("2025-01-10T00:00:00Z")
	require.Equal(t, 4, b.due(loyalty.DueOptions{}).Records)
	require.EqualValues(t, 100, b.balance("ben"))
	require.Zero(t, b.balance("carl"))
	require.EqualValues(t, 100, b.balance("dora"))
	require.EqualValues(t, 600, b.balance("anna-2"))
	require.Zero(t, b.balance("emil"))
	require.EqualValues(t, 100, b.balance("fritz"))
	require.Zero(t, b.due(loyalty.DueOptions{}).Records)

	place := b.referral("dora").ReferrerEntry
	_, err = b.Points.Clawback(b.ctx, cashier, place.Account, loyalty.Reversal{Target: place.Seq, Points: 200}, loyalty.Call{})
	require.NoError(t, err)
	back, err := b.Referrals.Withdraw(b.ctx, cashier, "dora", reward.Purchase{ID: "o-dora"}, loyalty.Call{})
	require.NoError(t, err)
	require.EqualValues(t, -100, back.ReferrerPosted.Amount)
	require.EqualValues(t, 300, b.balance("anna-2"))
	require.Zero(t, b.balance("dora"))
}
