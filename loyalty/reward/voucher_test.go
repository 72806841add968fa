package reward_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/reward"
)

func issued(t require.TestingT, terms reward.VoucherTerms) reward.Voucher {
	e, err := terms.Issue(by("shop", on(3, 1, 0)))
	require.NoError(t, err)
	v, err := reward.FoldVoucher([]reward.VoucherEntry{e})
	require.NoError(t, err)
	return v
}

func after(t require.TestingT, v reward.Voucher, e reward.VoucherEntry, err error) reward.Voucher {
	require.NoError(t, err)
	v, err = v.With(e)
	require.NoError(t, err)
	return v
}

func TestVoucherLife(t *testing.T) {
	none := money.Amount{}
	until := on(4, 1, 0)
	single := issued(t, reward.VoucherTerms{Uses: 1, From: on(3, 5, 0), Until: until})
	act := by("till", on(3, 6, 0))

	t.Run("single use", func(t *testing.T) {
		e, err := single.Use("o-1", "m", none, act)
		v := after(t, single, e, err)
		require.Equal(t, reward.StateRedeemed, v.State(on(3, 6, 0)))
		require.Equal(t, reward.StateRedeemed, v.State(on(9, 1, 0)), "what is used up does not expire")
		_, err = v.Use("o-2", "m", none, act)
		requireRefused(t, err, reward.ErrTransition, "used")
		_, err = v.Expire(by("job", on(9, 1, 0)))
		requireRefused(t, err, reward.ErrTransition, "expired")
		_, err = v.Cancel(act)
		requireRefused(t, err, reward.ErrTransition, "cancelled")
		_, err = v.Return(act)
		requireRefused(t, err, reward.ErrTransition, "returned")
		// The order is returned in time: the voucher is as before; later: expired.
		e, err = v.Undo("o-1", none, by("till", until.Add(-1)))
		require.Equal(t, reward.StateIssued, after(t, v, e, err).State(until.Add(-1)))
		e, err = v.Undo("o-1", none, by("till", until))
		undone := after(t, v, e, err)
		require.Equal(t, reward.StateExpired, undone.State(until))
		_, err = undone.Undo("o-1", none, by("till", until))
		requireRefused(t, err, reward.ErrNotFound, "use")
		e, err = undone.Expire(by("job", on(9, 1, 0)))
		require.Equal(t, until, e.Act.At)
		require.Equal(t, reward.StateExpired, after(t, undone, e, err).Ended)
	})
	t.Run("validity is half-open", func(t *testing.T) {
		_, err := single.Use("o-1", "m", none, by("till", on(3, 5, 0).Add(-time.Microsecond)))
		typed := requireRefused(t, err, reward.ErrNotValid, "voucher")
		require.Equal(t, []time.Time{on(3, 5, 0), until}, []time.Time{typed.From, typed.Until})
		_, err = single.Use("o-1", "m", none, by("till", on(3, 5, 0)))
		require.NoError(t, err)
		_, err = single.Use("o-1", "m", none, by("till", until.Add(-time.Microsecond)))
		require.NoError(t, err)
		_, err = single.Use("o-1", "m", none, by("till", until))
		requireRefused(t, err, reward.ErrNotValid, "voucher")
	})
	t.Run("expires once, when it ends", func(t *testing.T) {
		_, err := single.Expire(by("job", until.Add(-1)))
		requireRefused(t, err, reward.ErrTransition, "expired")
		e, err := single.Expire(by("job", on(4, 5, 3)))
		v := after(t, single, e, err)
		require.Equal(t, until, e.Act.At)
		_, err = v.Expire(by("job", on(4, 5, 3)))
		requireRefused(t, err, reward.ErrTransition, "expired")
		_, err = issued(t, reward.VoucherTerms{Uses: 1}).Expire(by("job", on(4, 5, 3)))
		requireRefused(t, err, reward.ErrTransition, "expired")
	})
	t.Run("per member", func(t *testing.T) {
		v := issued(t, reward.VoucherTerms{Uses: 3, UsesPerMember: 1})
		_, err := v.Use("o-0", "", none, act)
		requireRefused(t, err, reward.ErrInvalid, "member")
		e, err := v.Use("o-1", "a", none, act)
		v = after(t, v, e, err)
		_, err = v.Use("o-2", "a", none, act)
		requireRefused(t, err, reward.ErrLimit, "uses_per_member")
		_, err = v.Use("o-1", "b", none, act)
		requireRefused(t, err, reward.ErrDuplicate, "use")
		e, err = v.Use("o-2", "b", none, act)
		v = after(t, v, e, err)
		require.EqualValues(t, 1, v.Left())
		_, err = v.Return(act)
		requireRefused(t, err, reward.ErrTransition, "returned")
		e, err = v.Cancel(act)
		v = after(t, v, e, err)
		_, err = v.Use("o-3", "c", none, act)
		requireRefused(t, err, reward.ErrTransition, "used")
		_, err = v.Undo("o-1", none, act)
		requireRefused(t, err, reward.ErrTransition, "undone")
	})
	t.Run("bound to a member", func(t *testing.T) {
		v := issued(t, reward.VoucherTerms{Uses: 1, Member: "a"})
		_, err := v.Use("o-1", "b", none, act)
		requireRefused(t, err, reward.ErrForbidden, "member")
		e, err := v.Return(act)
		require.Equal(t, reward.StateReturned, after(t, v, e, err).State(on(9, 1, 0)))
	})
	t.Run("amount", func(t *testing.T) {
		v := issued(t, reward.VoucherTerms{Value: yuan(100), Until: until})
		for name, paid := range map[string]money.Amount{"nothing": none, "other currency": {Minor: 1, Currency: money.USD}} {
			_, err := v.Use("o-1", "", paid, act)
			requireRefused(t, err, reward.ErrInvalid, "paid")
			require.NotEmpty(t, name)
		}
		_, err := single.Use("o-1", "", yuan(1), act)
		requireRefused(t, err, reward.ErrInvalid, "paid")
		e, err := v.Use("o-1", "", yuan(100), act)
		v = after(t, v, e, err)
		require.Equal(t, reward.StateRedeemed, v.State(on(3, 6, 0)))
		e, err = v.Undo("o-1", yuan(40), act)
		v = after(t, v, e, err)
		require.Equal(t, yuan(40), v.Remainder())
		_, err = v.Undo("o-1", yuan(61), act)
		typed := requireRefused(t, err, reward.ErrOverReversal, "paid")
		require.EqualValues(t, 6000, typed.Limit)
		e, err = v.Expire(by("job", on(5, 1, 0)))
		v = after(t, v, e, err)
		require.Equal(t, yuan(40), e.Paid, "what was lost with it")
		e.Paid.Minor++
		_, err = issued(t, reward.VoucherTerms{Value: yuan(40), Until: until}).With(e)
		requireRefused(t, err, reward.ErrInvalid, "paid")
		text, err := json.Marshal(v)
		require.NoError(t, err)
		var back reward.Voucher
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, v, back)
	})
	t.Run("terms", func(t *testing.T) {
		for _, terms := range []reward.VoucherTerms{{}, {Uses: -1}, {Uses: 10_001}, {Uses: 1, Value: yuan(1)}, {Value: money.Amount{Minor: 1}},
			{Uses: 1, UsesPerMember: -1}, {Uses: 1, From: until, Until: until}, {Uses: 1, Member: "\xff"}} {
			_, err := terms.Issue(act)
			require.ErrorIs(t, err, reward.ErrInvalid)
			require.Error(t, terms.Validate())
		}
		_, err := reward.Voucher{}.Use("o", "", none, act)
		requireRefused(t, err, reward.ErrTransition, "used")
		e, _ := reward.VoucherTerms{Uses: 1}.Issue(act)
		_, err = single.With(e)
		requireRefused(t, err, reward.ErrTransition, "issued")
	})
}

// Random uses and reversals, with plain sums beside the fold.
func TestVoucherAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Bool().Draw(t, "amount")
		terms := reward.VoucherTerms{Uses: 5, UsesPerMember: 2, Until: on(3, 2, 0)}
		if amount {
			terms = reward.VoucherTerms{Value: yuan(1), Until: on(3, 2, 0)}
		}
		v := issued(t, terms)
		e, _ := terms.Issue(by("shop", on(3, 1, 0)))
		journal := []reward.VoucherEntry{e}
		paid := map[string]int64{}
		for step := range rapid.IntRange(0, 30).Draw(t, "steps") {
			at := on(3, 1, 0).Add(time.Duration(step) * time.Hour)
			act := by("till", at)
			sum := money.Amount{}
			if amount {
				sum = money.Amount{Minor: rapid.Int64Range(1, 60).Draw(t, "paid"), Currency: money.CNY}
			}
			use := fmt.Sprint("o-", rapid.IntRange(0, 9).Draw(t, "use"))
			undo := rapid.Bool().Draw(t, "undo")
			var err error
			if undo {
				e, err = v.Undo(use, sum, act)
			} else {
				e, err = v.Use(use, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "member"), sum, act)
			}
			if err != nil {
				continue
			}
			require.True(t, undo || at.Before(terms.Until))
			journal = append(journal, e)
			v = after(t, v, e, nil)
			if undo {
				paid[use] -= max(sum.Minor, 1)
			} else {
				paid[use] += max(sum.Minor, 1)
			}
			var total int64
			for _, n := range paid {
				require.GreaterOrEqual(t, n, int64(0))
				total += n
			}
			require.Equal(t, terms.Uses+terms.Value.Minor-total, v.Left()+v.Remainder().Minor)
			require.GreaterOrEqual(t, v.Left()+v.Remainder().Minor, int64(0))
			replay, err := reward.FoldVoucher(journal)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(v), fmt.Sprint(replay))
		}
	})
}

func TestValidity(t *testing.T) {
	from, until := reward.Days(calendar.MustDate(2026, 1, 1), calendar.MustDate(2026, 12, 31), shanghai)
	require.Equal(t, []time.Time{on(1, 1, 0), on(12, 32, 0)}, []time.Time{from, until})
	from, until = reward.Days(0, 0, nil)
	require.Zero(t, from)
	require.Zero(t, until)
	require.Equal(t, on(3, 2, 0), reward.DaysAfter(on(3, 1, 23), 0, shanghai))
	require.Equal(t, on(3, 1, 0), reward.MonthsAfter(on(1, 31, 10), 1, shanghai))
	// What leaves the calendar has no end, and is not an instant of another day.
	for _, n := range []int{1 << 30, math.MaxInt, math.MinInt, 4_000_000} {
		require.Zero(t, reward.DaysAfter(on(1, 1, 0), n, shanghai))
		require.Zero(t, reward.MonthsAfter(on(1, 1, 0), n, shanghai))
	}
}
