package reward_test

import (
	"encoding/json"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

func stocked(t require.TestingT, n int64) reward.Stock {
	e, err := reward.Stock{}.Receive(n, by("warehouse", on(1, 1, 0)))
	require.NoError(t, err)
	s, err := reward.FoldStock([]reward.StockEntry{e})
	require.NoError(t, err)
	return s
}

// O-23: 32 members want the last voucher at once. Each decides over the stock that
// he has read and commits on condition that it has not moved, as the root does.
func TestLastVoucher(t *testing.T) {
	voucher := reward.Reward{Code: "voucher", En: "Voucher", Cost: 500, Stock: reward.Limited}
	var (
		mu      sync.Mutex
		version int
		journal []reward.StockEntry
		balance = map[string]int64{}
		wait    sync.WaitGroup
		refused int
	)
	in, err := reward.Stock{}.Receive(1, by("warehouse", on(1, 1, 0)))
	require.NoError(t, err)
	journal = append(journal, in)
	for i := range 32 {
		balance[string(rune('A'+i))] = 500
	}
	for i := range 32 {
		id := string(rune('A' + i))
		wait.Add(1)
		go func() {
			defer wait.Done()
			for {
				mu.Lock()
				seen := version
				stock, err := reward.FoldStock(journal)
				mu.Unlock()
				if err != nil {
					t.Error(err)
					return
				}
				out, err := voucher.Redeem(stock, reward.Member{ID: id}, reward.Request{ID: "r-" + id, N: 1, Act: by(id, on(3, 1, 0))})
				mu.Lock()
				if err != nil {
					if errors.Is(err, reward.ErrOutOfStock) {
						refused++
					} else {
						t.Error(err)
					}
					mu.Unlock()
					return
				}
				if version == seen {
					version++
					journal = append(journal, out.Stock...)
					balance[id] -= out.Points
					mu.Unlock()
					return
				}
				mu.Unlock()
			}
		}()
	}
	wait.Wait()
	require.Equal(t, 31, refused)
	stock, err := reward.FoldStock(journal)
	require.NoError(t, err)
	require.Equal(t, []int64{0, 0, 1}, []int64{stock.Free, stock.Held, stock.Out})
	left := map[int64]int{}
	for _, b := range balance {
		left[b]++
	}
	require.Equal(t, map[int64]int{500: 31, 0: 1}, left)
}

func TestRedeemRefuses(t *testing.T) {
	ok := reward.Reward{Code: "mug", En: "Mug", Cost: 500, Stock: reward.Limited}
	full := reward.Eligibility{Tiers: []string{"gold"}, Segments: []string{"s"}, Channels: []string{"app"},
		First: calendar.MustDate(2026, 4, 1), MemberDays: 10}
	with := func(change func(*reward.Reward)) reward.Reward {
		r := ok
		change(&r)
		return r
	}
	member := reward.Member{ID: "m-1"}
	ask := reward.Request{ID: "r-1", N: 1, Zone: shanghai, Act: by("m-1", on(3, 1, 0))}
	asking := func(change func(*reward.Request)) reward.Request {
		a := ask
		change(&a)
		return a
	}
	two := reward.Member{ID: "m-1", Taken: []reward.Taken{{At: on(3, 1, 0), N: 2}}}
	tests := []struct {
		name  string
		r     reward.Reward
		m     reward.Member
		ask   reward.Request
		want  error
		field string
	}{
		{"no code", with(func(r *reward.Reward) { r.Code = "" }), member, ask, reward.ErrInvalid, "code"},
		{"NUL in the code", with(func(r *reward.Reward) { r.Code = "a\x00" }), member, ask, reward.ErrInvalid, "code"},
		{"no name", with(func(r *reward.Reward) { r.En = "" }), member, ask, reward.ErrInvalid, "en"},
		{"cost below 0", with(func(r *reward.Reward) { r.Cost = -1 }), member, ask, reward.ErrInvalid, "cost"},
		{"cash without currency", with(func(r *reward.Reward) { r.Cash.Minor = 1 }), member, ask, reward.ErrInvalid, "cash"},
		{"instant with a delay", with(func(r *reward.Reward) { r.DelayDays = 1 }), member, ask, reward.ErrInvalid, "delay_days"},
		{"unknown period", with(func(r *reward.Reward) { r.Limits = []reward.Limit{{N: 1, Per: 9}} }), member, ask, reward.ErrInvalid, "limits"},
		{"rolling without days", with(func(r *reward.Reward) { r.Limits = []reward.Limit{{N: 1, Per: reward.Rolling}} }), member, ask, reward.ErrInvalid, "limits"},
		{"no member", ok, reward.Member{}, ask, reward.ErrInvalid, "member"},
		{"no pieces", ok, member, asking(func(a *reward.Request) { a.N = 0 }), reward.ErrInvalid, "n"},
		{"pieces below 0", ok, member, asking(func(a *reward.Request) { a.N = math.MinInt64 }), reward.ErrInvalid, "n"},
		{"no id", ok, member, asking(func(a *reward.Request) { a.ID = "" }), reward.ErrInvalid, "id"},
		{"no actor", ok, member, asking(func(a *reward.Request) { a.Act.Actor = "" }), reward.ErrInvalid, "actor"},
		{"no time", ok, member, asking(func(a *reward.Request) { a.Act.Recorded = time.Time{} }), reward.ErrInvalid, "at"},
		{"from the future", ok, member, asking(func(a *reward.Request) { a.Act.At = on(9, 1, 0) }), reward.ErrInvalid, "recorded"},
		{"days without zone", with(func(r *reward.Reward) { r.Eligible = full }), member, asking(func(a *reward.Request) { a.Zone = nil }), reward.ErrInvalid, "zone"},
		{"not eligible", with(func(r *reward.Reward) { r.Eligible = full }), member, ask, reward.ErrNotEligible, "eligible"},
		{"limit", with(func(r *reward.Reward) { r.Limits = []reward.Limit{{N: 3}, {N: 2, Per: reward.PerMonth}} }), two, ask, reward.ErrLimit, "limits"},
		{"none at all", with(func(r *reward.Reward) { r.Limits = []reward.Limit{{}} }), member, ask, reward.ErrLimit, "limits"},
		{"points overflow", with(func(r *reward.Reward) { r.Cost = math.MaxInt64 }), member, asking(func(a *reward.Request) { a.N = 2 }), reward.ErrOverflow, "cost"},
		{"out of stock", ok, member, asking(func(a *reward.Request) { a.N = 4 }), reward.ErrOutOfStock, "stock"},
		{"stock has moved on", ok, member, asking(func(a *reward.Request) { a.Act = by("m-1", on(1, 1, 0).Add(-1)) }), reward.ErrConflict, "recorded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stock := stocked(t, 3)
			out, err := tt.r.Redeem(stock, tt.m, tt.ask)
			requireRefused(t, err, tt.want, tt.field)
			require.Zero(t, out)
			require.Equal(t, stocked(t, 3), stock)
		})
	}
	t.Run("all causes at once", func(t *testing.T) {
		r := with(func(r *reward.Reward) { r.Eligible = full })
		_, err := r.Redeem(stocked(t, 3), reward.Member{ID: "m-1", Blocked: true}, ask)
		typed := requireRefused(t, err, reward.ErrNotEligible, "eligible")
		var why []reward.Why
		for _, c := range typed.Causes {
			why = append(why, c.Why)
		}
		require.Equal(t, []reward.Why{reward.MemberBlocked, reward.WrongTier, reward.WrongSegment, reward.WrongChannel, reward.NotYet, reward.TooNew}, why)
		require.ErrorContains(t, err, "member-blocked, wrong-tier, wrong-segment, wrong-channel, not-yet, too-new")
	})
	t.Run("all problems at once", func(t *testing.T) {
		err := reward.Reward{Cost: -1, Stock: 9, Delivery: 9, DelayDays: -1, Eligible: reward.Eligibility{
			Tiers: []string{""}, First: 5, Last: 4, MemberDays: -1, MemberMonths: 1201}}.Validate()
		for _, field := range []string{"code", "en", "cost", "stock", "delivery", "delay_days", "tiers[0]", "last", "member_days", "member_months"} {
			require.ErrorContains(t, err, "reward: "+field)
		}
	})
}

func TestUnlimitedNeedsNoStock(t *testing.T) {
	r := reward.Reward{Code: "wallpaper", Zh: "壁纸", Cash: yuan(1)}
	out, err := r.Redeem(reward.Stock{}, reward.Member{ID: "m"}, reward.Request{ID: "r", N: 3, Act: by("m", on(1, 1, 0))})
	require.NoError(t, err)
	require.Empty(t, out.Stock)
	require.Equal(t, yuan(3), out.Cash)
	redemption, err := reward.FoldRedemption([]reward.RedemptionEntry{out.Entry})
	require.NoError(t, err)
	require.EqualValues(t, 3, redemption.Delivered)
	back, err := redemption.Return(reward.Stock{}, 2, by("m", on(1, 2, 0)))
	require.NoError(t, err)
	require.Empty(t, back.Stock)
	require.Equal(t, yuan(2), back.Cash)
}

// What goes back follows the terms of the day of redemption, not of today
// (nopCommerce 5757 recalculates with today's).
func TestGivenBackByRecordedTerms(t *testing.T) {
	r := reward.Reward{Code: "mug", En: "Mug", Cost: 500, Stock: reward.Limited}
	stock := stocked(t, 3)
	out, err := r.Redeem(stock, reward.Member{ID: "m"}, reward.Request{ID: "r", N: 2, Act: by("m", on(2, 1, 0))})
	require.NoError(t, err)
	stock, err = stock.With(out.Stock[0])
	require.NoError(t, err)
	text, err := json.Marshal(out.Entry)
	require.NoError(t, err)
	var entry reward.RedemptionEntry
	require.NoError(t, json.Unmarshal(text, &entry))
	require.Equal(t, out.Entry, entry)
	redemption, err := reward.FoldRedemption([]reward.RedemptionEntry{entry})
	require.NoError(t, err)
	require.EqualValues(t, 2, redemption.Kept())
	back, err := redemption.Return(stock, 2, by("m", on(2, 2, 0)))
	require.NoError(t, err)
	require.EqualValues(t, 1000, back.Points)
	redemption, err = redemption.With(back.Entry)
	require.NoError(t, err)
	require.Zero(t, redemption.Kept())
	_, err = redemption.Return(stock, 1, by("m", on(2, 3, 0)))
	requireRefused(t, err, reward.ErrOverReversal, "returned")
	_, err = redemption.Cancel(stock, 1, by("m", on(2, 3, 0)))
	requireRefused(t, err, reward.ErrOverReversal, "cancelled")
	_, err = reward.Redemption{}.Deliver(stock, 1, by("m", on(2, 3, 0)))
	requireRefused(t, err, reward.ErrTransition, "delivered")
	_, err = redemption.With(out.Entry)
	requireRefused(t, err, reward.ErrConflict, "recorded")
}

func TestLimits(t *testing.T) {
	mug := reward.Reward{Code: "mug", En: "Mug"}
	ask := func(l reward.Limit, n int64, at time.Time, taken ...reward.Taken) error {
		mug.Limits = []reward.Limit{l}
		_, err := mug.Redeem(reward.Stock{}, reward.Member{ID: "m", Taken: taken}, reward.Request{ID: "r", N: n, Zone: shanghai, Act: by("m", at)})
		return err
	}
	one := func(at time.Time) reward.Taken { return reward.Taken{At: at, N: 1} }
	end := on(4, 1, 0)
	for _, tt := range []struct {
		name  string
		limit reward.Limit
		taken time.Time
		until time.Time
	}{
		{"day", reward.Limit{N: 1, Per: reward.PerDay}, on(3, 31, 0), end},
		{"month", reward.Limit{N: 1, Per: reward.PerMonth}, on(3, 1, 0), end},
		{"year", reward.Limit{N: 1, Per: reward.PerYear}, on(1, 1, 0), on(12, 32, 0)},
		{"rolling", reward.Limit{N: 1, Per: reward.Rolling, Days: 7}, on(3, 25, 0), end},
	} {
		t.Run(tt.name, func(t *testing.T) {
			typed := requireRefused(t, ask(tt.limit, 1, on(3, 31, 23), one(tt.taken)), reward.ErrLimit, "limits")
			require.Equal(t, tt.until, typed.Until)
			require.Equal(t, []int64{1, 1}, []int64{typed.Used, typed.Limit})
			require.NoError(t, ask(tt.limit, 1, tt.until, one(tt.taken)), "the period is over")
			require.NoError(t, ask(tt.limit, 1, on(3, 31, 23), one(tt.taken.Add(-time.Microsecond))), "taken before the period")
			typed = requireRefused(t, ask(tt.limit, 2, on(3, 31, 23)), reward.ErrLimit, "limits")
			require.Zero(t, typed.Until, "no day has room for two")
		})
	}
	typed := requireRefused(t, ask(reward.Limit{N: math.MaxInt64}, 1, end, reward.Taken{At: end, N: math.MaxInt64}, one(end)), reward.ErrLimit, "limits")
	require.Equal(t, int64(math.MaxInt64), typed.Used)
}

func TestEligibleDays(t *testing.T) {
	// Days end where the next begins, also where midnight does not exist.
	zone, err := time.LoadLocation("America/Sao_Paulo")
	require.NoError(t, err)
	e := reward.Eligibility{First: calendar.MustDate(2018, 11, 4), Last: calendar.MustDate(2018, 11, 4)}
	start := time.Date(2018, 11, 4, 3, 0, 0, 0, time.UTC) // 01:00, the first of that day
	m := reward.Member{ID: "m"}
	require.Equal(t, []reward.Cause{{Why: reward.NotYet, At: start}}, e.Causes(m, "", start.Add(-1), zone))
	require.Empty(t, e.Causes(m, "", start, zone))
	require.Empty(t, e.Causes(m, "", start.Add(23*time.Hour-1), zone))
	require.Equal(t, []reward.Cause{{Why: reward.Over, At: start.Add(23 * time.Hour)}}, e.Causes(m, "", start.Add(23*time.Hour), zone))

	old := reward.Eligibility{MemberMonths: 1}
	m.Enrolled = on(1, 31, 23)
	require.Equal(t, []reward.Cause{{Why: reward.TooNew, At: on(2, 28, 0)}}, old.Causes(m, "", on(2, 28, 0).Add(-1), shanghai))
	require.Empty(t, old.Causes(m, "", on(2, 28, 0), shanghai))
	require.Equal(t, []reward.Cause{{Why: reward.TooNew}}, old.Causes(reward.Member{}, "", on(2, 28, 0), shanghai), "an unknown age is no age")
}

func TestLogsHideReasons(t *testing.T) {
	act := reward.Act{Actor: "s", Recorded: on(1, 1, 0), Code: "c", Reason: "李先生要求"}
	require.NotContains(t, act.LogValue().String(), "李")
	require.Equal(t, money.Amount{}, reward.Outcome{}.Cash)
}
