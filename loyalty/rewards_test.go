package loyalty_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

// counter are the rewards of the tests.
var counter = loyalty.Programme{Rewards: []reward.Reward{
	{Code: "mug", En: "Mug", Cost: 500, Cash: money.Amount{Minor: 1000, Currency: money.CNY}, Stock: reward.Limited},
	{Code: "cruise", En: "Cruise", Cost: 100, Stock: reward.Limited, Delivery: reward.Delayed},
	{Code: "tea", En: "Tea", Cost: 10, Limits: []reward.Limit{{N: 2, Per: reward.PerMonth}}},
	{Code: "newspaper", En: "Newspaper"},
	{Code: "lounge", En: "Lounge", Eligible: reward.Eligibility{Segments: []string{"vip"}, Channels: []string{"app"}, MemberDays: 30}},
}}

// shop opens a book with rewards, and members who have so many points.
func shop(t *testing.T, opts loyalty.Options, have int64, members ...string) *book {
	t.Helper()
	b := newBookOn(t, new(loyalty.Memory), counter, opts, members...)
	for _, id := range members {
		_, err := b.Points.Earn(b.ctx, cashier, id, points.EarnCommand{Points: have}, loyalty.Call{})
		require.NoError(t, err)
	}
	return b
}

func (b *book) receive(code string, n int64) {
	b.t.Helper()
	_, err := b.Rewards.Receive(b.ctx, cashier, code, n, loyalty.Call{})
	require.NoError(b.t, err)
}

func (b *book) stock(code string) reward.Stock {
	b.t.Helper()
	s, err := b.Rewards.Stock(b.ctx, cashier, code)
	require.NoError(b.t, err)
	return s
}

func (b *book) redeem(account string, ask loyalty.RedemptionRequest) loyalty.Redeemed {
	b.t.Helper()
	done, err := b.Rewards.Redeem(b.ctx, cashier, account, ask, loyalty.Call{})
	require.NoError(b.t, err)
	return done
}

// everything is all that a store holds, to see that a refusal changed nothing.
func everything(t *testing.T, store loyalty.Store) string {
	t.Helper()
	var all []any
	ctx := context.Background()
	for a, err := range store.Accounts(ctx, loyalty.AccountFilter{}) {
		require.NoError(t, err)
		all = append(all, a)
	}
	for p, err := range store.Postings(ctx, loyalty.PostingFilter{}) {
		require.NoError(t, err)
		all = append(all, p)
	}
	for _, kind := range []loyalty.Kind{loyalty.KindMember, loyalty.KindStock, loyalty.KindRedemption, loyalty.KindVoucher, loyalty.KindVoucherUse, loyalty.KindReferral} {
		for r, err := range store.Records(ctx, loyalty.RecordFilter{Kind: kind}) {
			require.NoError(t, err)
			all = append(all, r)
		}
		for e, err := range store.Entries(ctx, loyalty.EntryFilter{Of: kind}) {
			require.NoError(t, err)
			all = append(all, e)
		}
	}
	text, err := json.Marshal(all)
	require.NoError(t, err)
	return string(text)
}

// verified holds that Verify finds nothing, and that what the stocks hold is what
// redemptions wait for.
func (b *book) verified() {
	b.t.Helper()
	audit, err := b.Verify(b.ctx)
	require.NoError(b.t, err)
	require.Empty(b.t, audit.Found)
	held := map[string]int64{}
	for r, err := range b.Rewards.Redemptions(b.ctx, cashier, loyalty.RedemptionFilter{State: "waiting"}) {
		require.NoError(b.t, err)
		held[r.State.Terms.Reward] += r.State.Waiting()
	}
	for _, r := range b.Rewards.Catalogue() {
		require.Equal(b.t, held[r.Code], b.stock(r.Code).Held)
	}
}

// O-23: one piece, 32 members with 500 points each.
func TestLastPiece(t *testing.T) {
	members := make([]string, 32)
	for i := range members {
		members[i] = fmt.Sprintf("m-%02d", i)
	}
	b := shop(t, loyalty.Options{}, 500, members...)
	b.receive("mug", 1)
	var wait sync.WaitGroup
	errs := make([]error, len(members))
	for i, id := range members {
		wait.Go(func() {
			_, errs[i] = b.Rewards.Redeem(b.ctx, cashier, id, loyalty.RedemptionRequest{Reward: "mug", N: 1}, loyalty.Call{Key: id})
		})
	}
	wait.Wait()
	won := 0
	for i, err := range errs {
		if err == nil {
			won++
			require.Zero(t, points.Balance(b.state(members[i])))
			continue
		}
		require.ErrorIs(t, err, reward.ErrOutOfStock)
		require.EqualValues(t, 500, points.Balance(b.state(members[i])))
		require.EqualValues(t, 1, b.state(members[i]).Seq)
	}
	require.Equal(t, 1, won)
	require.Equal(t, int64(0), b.stock("mug").Free)
	require.Equal(t, int64(1), b.stock("mug").Out)
	b.verified()
}

// A member's limit holds for all accounts of the member at once.
func TestLimitOverAccounts(t *testing.T) {
	b := shop(t, loyalty.Options{}, 1000, "m-1")
	accounts := []string{"m-1"}
	for i := range 7 {
		id := "m-1/" + strconv.Itoa(i)
		_, err := b.Members.OpenAccount(b.ctx, cashier, "m-1", id, loyalty.Call{})
		require.NoError(t, err)
		_, err = b.Points.Earn(b.ctx, cashier, id, points.EarnCommand{Points: 1000}, loyalty.Call{})
		require.NoError(t, err)
		accounts = append(accounts, id)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i := range 32 {
		wait.Go(func() {
			_, err := b.Rewards.Redeem(b.ctx, cashier, accounts[i%len(accounts)], loyalty.RedemptionRequest{Reward: "tea", N: 1}, loyalty.Call{})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if !errors.Is(err, reward.ErrLimit) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	require.Equal(t, 2, done)
	spent := int64(8000)
	for _, id := range accounts {
		spent -= points.Balance(b.state(id))
	}
	require.EqualValues(t, 20, spent)

	// What is returned makes room again, and so does the next month.
	for r, err := range b.Rewards.Redemptions(b.ctx, cashier, loyalty.RedemptionFilter{Member: "m-1", Limit: 1}) {
		require.NoError(t, err)
		_, err = b.Rewards.Return(b.ctx, cashier, r.ID, 1, loyalty.Call{})
		require.NoError(t, err)
	}
	b.redeem("m-1", loyalty.RedemptionRequest{Reward: "tea", N: 1})
	_, err := b.Rewards.Redeem(b.ctx, cashier, "m-1", loyalty.RedemptionRequest{Reward: "tea", N: 1}, loyalty.Call{})
	require.ErrorIs(t, err, reward.ErrLimit)
	b.at("2025-02-01T00:00:00Z")
	b.redeem("m-1", loyalty.RedemptionRequest{Reward: "tea", N: 2})
}

// Pieces that were returned bring their points back to the lots they came from, at
// the price of the day, in parts, and never twice.
func TestReturn(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), counter, loyalty.Options{}, "m-1")
	early, late := instant("2025-06-01T00:00:00Z"), instant("2025-12-01T00:00:00Z")
	for _, until := range []time.Time{late, early} {
		_, err := b.Points.Earn(b.ctx, cashier, "m-1", points.EarnCommand{Points: 600, ExpireAt: until}, loyalty.Call{})
		require.NoError(t, err)
	}
	b.receive("mug", 5)
	before := b.state("m-1").Lots
	placed := b.redeem("m-1", loyalty.RedemptionRequest{ID: "r-1", Reward: "mug", N: 2})
	require.Equal(t, loyalty.Redeemed{Redemption: "r-1", Reward: "mug", N: 2, Points: 1000, Cash: money.Amount{Minor: 2000, Currency: money.CNY},
		Posted: loyalty.Posted{Account: "m-1", Seq: 3, First: 3, Last: 3, Amount: -1000, Balance: 200, Available: 200}}, placed)

	// Dearer since: what goes back is what was paid.
	dearer := counter
	dearer.Rewards = append([]reward.Reward(nil), counter.Rewards...)
	dearer.Rewards[0].Cost = 900
	changed, err := loyalty.New(b.store, dearer, loyalty.Options{Clock: b.clock})
	require.NoError(t, err)
	back, err := changed.Rewards.Return(b.ctx, cashier, "r-1", 1, loyalty.Call{Key: "back", Reason: "a crack in it"})
	require.NoError(t, err)
	require.EqualValues(t, 500, back.Points)
	require.Equal(t, money.Amount{Minor: 1000, Currency: money.CNY}, back.Cash)
	require.EqualValues(t, 500, back.Posted.Amount)
	again, err := changed.Rewards.Return(b.ctx, cashier, "r-1", 1, loyalty.Call{Key: "back", Reason: "a crack in it"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	again.Replayed = false
	require.Equal(t, back, again)
	_, err = b.Rewards.Return(b.ctx, cashier, "r-1", 1, loyalty.Call{Key: "the other"})
	require.NoError(t, err)
	require.Equal(t, before, b.state("m-1").Lots)

	all := everything(t, b.store)
	_, err = b.Rewards.Return(b.ctx, cashier, "r-1", 1, loyalty.Call{Key: "a third"})
	require.ErrorIs(t, err, reward.ErrOverReversal)
	require.Equal(t, all, everything(t, b.store))
	b.verified()
	r, err := b.Rewards.Redemption(b.ctx, cashier, "r-1")
	require.NoError(t, err)
	require.Equal(t, reward.Redemption{Terms: r.State.Terms, N: 2, Delivered: 2, Returned: 2, LastAt: r.State.LastAt, LastRecorded: r.State.LastRecorded}, r.State)
	require.Equal(t, int64(5), b.stock("mug").Free)

	// The reason stands in the journals of the redemption and of the account alone, in
	// the field that can be cleared.
	require.Equal(t, 2, strings.Count(all, "a crack in it"))
	for e, err := range b.store.Entries(b.ctx, loyalty.EntryFilter{Member: "m-1"}) {
		require.NoError(t, err)
		require.NotContains(t, string(e.Data), "crack")
	}
}

// 20 returns of the same piece, each under a key of its own: one succeeds.
func TestReturnConcurrently(t *testing.T) {
	b := shop(t, loyalty.Options{}, 500, "m-1")
	b.receive("mug", 1)
	b.redeem("m-1", loyalty.RedemptionRequest{ID: "r-1", Reward: "mug", N: 1})
	errs := make([]error, 20)
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			_, errs[i] = b.Rewards.Return(b.ctx, cashier, "r-1", 1, loyalty.Call{Key: strconv.Itoa(i)})
		})
	}
	wait.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else {
			require.ErrorIs(t, err, reward.ErrOverReversal)
		}
	}
	require.Equal(t, 1, done)
	require.EqualValues(t, 500, points.Balance(b.state("m-1")))
	require.Equal(t, int64(1), b.stock("mug").Free)
}

// A delayed reward is held, delivered in parts, and what is cancelled goes back; a
// refund by hand is not given a second time.
func TestDelayed(t *testing.T) {
	b := shop(t, loyalty.Options{}, 1000, "m-1", "m-2")
	b.receive("cruise", 5)
	b.redeem("m-2", loyalty.RedemptionRequest{ID: "r-0", Reward: "cruise", N: 1})
	placed := b.redeem("m-1", loyalty.RedemptionRequest{ID: "r-1", Reward: "cruise", N: 4})
	_, err := b.Rewards.Redeem(b.ctx, cashier, "m-1", loyalty.RedemptionRequest{Reward: "cruise", N: 1}, loyalty.Call{})
	require.ErrorIs(t, err, reward.ErrOutOfStock)
	require.Equal(t, int64(5), b.stock("cruise").Held)
	b.verified()

	delivered, err := b.Rewards.Deliver(b.ctx, cashier, "r-1", 1, loyalty.Call{})
	require.NoError(t, err)
	require.Zero(t, delivered.Points)
	require.Zero(t, delivered.Posted)
	cancelled, err := b.Rewards.Cancel(b.ctx, cashier, "r-1", 2, loyalty.Call{})
	require.NoError(t, err)
	require.EqualValues(t, 200, cancelled.Points)
	b.verified()
	_, err = b.Rewards.Cancel(b.ctx, cashier, "r-1", 2, loyalty.Call{})
	require.ErrorIs(t, err, reward.ErrOverReversal)
	require.Equal(t, reward.Stock{Free: 2, Held: 2, Out: 1, LastAt: b.clock.Now(), LastRecorded: b.clock.Now()}, b.stock("cruise"))

	_, err = b.Points.Reverse(b.ctx, cashier, "m-1", placed.Posted.Seq, loyalty.Call{})
	require.NoError(t, err)
	before := everything(t, b.store)
	_, err = b.Rewards.Cancel(b.ctx, cashier, "r-1", 1, loyalty.Call{})
	require.ErrorIs(t, err, points.ErrOverReversal)
	_, err = b.Rewards.WriteOff(b.ctx, cashier, "cruise", 3, loyalty.Call{})
	require.ErrorIs(t, err, reward.ErrOutOfStock)
	require.Equal(t, before, everything(t, b.store))
	written, err := b.Rewards.WriteOff(b.ctx, cashier, "cruise", 2, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, loyalty.Stocked{Reward: "cruise", Held: 2, Out: 1, WrittenOff: 2}, written)
	b.verified()
}

func TestRedeemRefuses(t *testing.T) {
	b := shop(t, loyalty.Options{}, 400, "m-1", "m-2")
	b.receive("mug", 1)
	b.redeem("m-2", loyalty.RedemptionRequest{ID: "r-taken", Reward: "newspaper", N: 1})
	only := loyalty.Actor{ID: "app", Sees: loyalty.Only("m-2")}
	ask := func(ask loyalty.RedemptionRequest, call loyalty.Call) func() error {
		return func() error {
			_, err := b.Rewards.Redeem(b.ctx, cashier, "m-1", ask, call)
			return err
		}
	}
	for name, tt := range map[string]struct {
		do   func() error
		want error
	}{
		"too few points": {ask(loyalty.RedemptionRequest{Reward: "mug", N: 1}, loyalty.Call{}), points.ErrInsufficient},
		"no such reward": {ask(loyalty.RedemptionRequest{Reward: "car", N: 1}, loyalty.Call{}), loyalty.ErrNotFound},
		"no pieces":      {ask(loyalty.RedemptionRequest{Reward: "tea"}, loyalty.Call{}), loyalty.ErrInvalid},
		"id taken":       {ask(loyalty.RedemptionRequest{ID: "r-taken", Reward: "tea", N: 1}, loyalty.Call{}), loyalty.ErrDuplicate},
		"tomorrow":       {ask(loyalty.RedemptionRequest{Reward: "tea", N: 1}, loyalty.Call{At: b.clock.Now().Add(time.Hour)}), loyalty.ErrInvalid},
		"not eligible":   {ask(loyalty.RedemptionRequest{Reward: "lounge", N: 1}, loyalty.Call{}), reward.ErrNotEligible},
		"new member":     {ask(loyalty.RedemptionRequest{Reward: "lounge", N: 1, Channel: "app", Segments: []string{"vip"}}, loyalty.Call{}), reward.ErrNotEligible},
		"over the limit": {ask(loyalty.RedemptionRequest{Reward: "tea", N: 3}, loyalty.Call{}), reward.ErrLimit},
		"a voucher of another": {ask(loyalty.RedemptionRequest{Reward: "tea", N: 1, Voucher: &reward.VoucherTerms{Reward: "mug", Uses: 1}}, loyalty.Call{}),
			loyalty.ErrInvalid},
		"a voucher later": {ask(loyalty.RedemptionRequest{Reward: "cruise", N: 1, Voucher: &reward.VoucherTerms{Uses: 1}}, loyalty.Call{}), loyalty.ErrInvalid},
		"not seen": {func() error {
			_, err := b.Rewards.Redeem(b.ctx, only, "m-1", loyalty.RedemptionRequest{Reward: "tea", N: 1}, loyalty.Call{})
			return err
		}, loyalty.ErrNotFound},
		"return of nothing": {func() error {
			_, err := b.Rewards.Return(b.ctx, cashier, "r-none", 1, loyalty.Call{})
			return err
		}, loyalty.ErrNotFound},
		"receive what is not counted": {func() error {
			_, err := b.Rewards.Receive(b.ctx, cashier, "tea", 1, loyalty.Call{})
			return err
		}, loyalty.ErrInvalid},
		"receive what is not there": {func() error {
			_, err := b.Rewards.Receive(b.ctx, cashier, "car", 1, loyalty.Call{})
			return err
		}, loyalty.ErrNotFound},
		"stock of nothing": {func() error {
			_, err := b.Rewards.Stock(b.ctx, cashier, "car")
			return err
		}, loyalty.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			before := everything(t, b.store)
			require.ErrorIs(t, tt.do(), tt.want)
			require.Equal(t, before, everything(t, b.store))
		})
	}
	_, err := b.Rewards.Redemption(b.ctx, loyalty.Actor{ID: "app", Sees: loyalty.Only("m-1")}, "r-taken")
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	b.at("2025-01-31T00:00:00Z")
	b.redeem("m-1", loyalty.RedemptionRequest{Reward: "lounge", N: 1, Channel: "app", Segments: []string{"vip"}})
	require.EqualValues(t, 1, b.state("m-1").Seq, "what costs no points burns none")

	_, err = b.Members.Freeze(b.ctx, cashier, "m-1", loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Rewards.Redeem(b.ctx, cashier, "m-1", loyalty.RedemptionRequest{Reward: "newspaper", N: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrForbidden)
}

// A till that reports late, and a clock that goes back, do not refuse what somebody
// else did to the stock in between.
func TestStockOrder(t *testing.T) {
	b := shop(t, loyalty.Options{}, 2000, "m-1", "m-2")
	b.at("2025-03-01T00:00:00Z").receive("mug", 5)
	b.at("2025-03-02T00:00:00Z").redeem("m-1", loyalty.RedemptionRequest{Reward: "mug", N: 1})
	late := instant("2025-03-01T12:00:00Z")
	_, err := b.Rewards.Redeem(b.ctx, cashier, "m-2", loyalty.RedemptionRequest{ID: "late", Reward: "mug", N: 1}, loyalty.Call{At: late})
	require.NoError(t, err)
	r, err := b.Rewards.Redemption(b.ctx, cashier, "late")
	require.NoError(t, err)
	require.Equal(t, late, r.Placed)
	b.at("2025-02-20T00:00:00Z")
	back, err := b.Rewards.Return(b.ctx, cashier, "late", 1, loyalty.Call{})
	require.NoError(t, err)
	require.EqualValues(t, 2000, back.Posted.Balance)
	b.redeem("m-2", loyalty.RedemptionRequest{ID: "slow", Reward: "mug", N: 1})
	r, err = b.Rewards.Redemption(b.ctx, cashier, "slow")
	require.NoError(t, err)
	require.Equal(t, instant("2025-02-20T00:00:00Z"), r.Placed, "the clock of the stock is not that of the member")
	b.verified()
}

// The events of a redemption: one for each line, nothing personal.
func TestRewardEvents(t *testing.T) {
	b := shop(t, loyalty.Options{Events: true}, 500, "m-1")
	b.receive("mug", 1)
	b.redeem("m-1", loyalty.RedemptionRequest{ID: "r-1", Reward: "mug", N: 1})
	events, err := b.store.(loyalty.Outbox).Pending(b.ctx, 100)
	require.NoError(t, err)
	kinds := map[string]string{}
	for _, e := range events {
		kinds[e.Kind] = e.Subject.String()
	}
	require.Equal(t, "stock/mug", kinds["stock.received"])
	require.Equal(t, "stock/mug", kinds["stock.issued"])
	require.Equal(t, "redemption/r-1", kinds["redemption.placed"])
	require.Equal(t, "account/m-1", kinds["points.burned"])
}

// A replay of a redemption whose id was made has that id, and its vouchers.
func TestRedeemReplays(t *testing.T) {
	codes, err := reward.NewCodes("shop", reward.Key{ID: 1, Secret: []byte("0123456789abcdef0123456789abcdef")})
	require.NoError(t, err)
	b := shop(t, loyalty.Options{Codes: codes}, 500, "m-1")
	ask := loyalty.RedemptionRequest{Reward: "tea", N: 2, Voucher: &reward.VoucherTerms{Uses: 1, Until: b.clock.Now().AddDate(0, 1, 0)}}
	first, err := b.Rewards.Redeem(b.ctx, cashier, "m-1", ask, loyalty.Call{Key: "k"})
	require.NoError(t, err)
	require.Len(t, first.Vouchers, 2)
	require.Len(t, first.Codes, 2)
	second, err := b.Rewards.Redeem(b.ctx, cashier, "m-1", ask, loyalty.Call{Key: "k"})
	require.NoError(t, err)
	require.True(t, second.Replayed)
	second.Replayed = false
	require.Equal(t, first, second)
	ask.N = 1
	_, err = b.Rewards.Redeem(b.ctx, cashier, "m-1", ask, loyalty.Call{Key: "k"})
	require.ErrorIs(t, err, loyalty.ErrKeyReused)
	for _, code := range first.Codes {
		require.NotContains(t, everything(t, b.store), code.Reveal())
	}

	// A used voucher keeps its piece; the other comes back with its points.
	_, err = b.Vouchers.UseCode(b.ctx, cashier, first.Codes[1].Reveal(), loyalty.VoucherUse{ID: "o-1"}, loyalty.Call{})
	require.NoError(t, err)
	before := everything(t, b.store)
	_, err = b.Rewards.Return(b.ctx, cashier, first.Redemption, 2, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	_, err = b.Vouchers.Return(b.ctx, cashier, first.Vouchers[0], loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	require.Equal(t, before, everything(t, b.store))
	back, err := b.Rewards.Return(b.ctx, cashier, first.Redemption, 1, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, first.Vouchers[:1], back.Vouchers)
	require.EqualValues(t, 10, back.Posted.Amount)
	v, err := b.Vouchers.ByCode(b.ctx, cashier, first.Codes[0].Reveal())
	require.NoError(t, err)
	require.Equal(t, reward.StateReturned, v.State.State(b.clock.Now()))
}
