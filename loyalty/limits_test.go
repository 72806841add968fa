package loyalty_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

func TestVerdict(t *testing.T) {
	require.Equal(t, []string{"pass放行", "review人工审核", "refuse拒绝"}, wording.Enum(t, loyalty.Pass, loyalty.Refuse, loyalty.ErrInvalid))
}

func TestLimitValidate(t *testing.T) {
	good := loyalty.Limit{Code: "l", Kinds: []points.Kind{points.KindBurn}, Count: 1, Within: time.Hour, Then: loyalty.Refuse}
	require.NoError(t, good.Validate())
	for name, spoil := range map[string]func(*loyalty.Limit){
		"no code":         func(l *loyalty.Limit) { l.Code = "" },
		"no kinds":        func(l *loyalty.Limit) { l.Kinds = nil },
		"a kind of time":  func(l *loyalty.Limit) { l.Kinds = []points.Kind{points.KindExpire} },
		"nothing limited": func(l *loyalty.Limit) { l.Count = 0 },
		"below 0":         func(l *loyalty.Limit) { l.Points = -1 },
		"no time":         func(l *loyalty.Limit) { l.Within = 0 },
		"no verdict":      func(l *loyalty.Limit) { l.Then = loyalty.Pass },
	} {
		bad := good
		spoil(&bad)
		require.ErrorIs(t, bad.Validate(), loyalty.ErrInvalid, name)
		_, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{Limits: []loyalty.Limit{bad}}, loyalty.Options{})
		require.ErrorIs(t, err, loyalty.ErrInvalid, name)
	}
	for name, p := range map[string]loyalty.Programme{
		"twice":           {Limits: []loyalty.Limit{good, good}},
		"reviews below 0": {Reviews: loyalty.ReviewPolicy{Within: -1}},
		"members below 0": {Households: loyalty.HouseholdPolicy{MaxMembers: -1}},
	} {
		_, err := loyalty.New(new(loyalty.Memory), p, loyalty.Options{})
		require.ErrorIs(t, err, loyalty.ErrInvalid, name)
	}
}

// TestLimits: what goes beyond a limit is refused or waits, and is free again when
// the time is over.
func TestLimits(t *testing.T) {
	c := newClub(t, loyalty.Programme{Limits: []loyalty.Limit{
		{Code: "burns-a-day", Kinds: []points.Kind{points.KindBurn}, Count: 3, Within: 24 * time.Hour, Then: loyalty.Refuse},
		{Code: "points-an-hour", Kinds: []points.Kind{points.KindBurn}, Points: 50, Within: time.Hour, Then: loyalty.Review},
		{Code: "gifts", Kinds: []points.Kind{points.KindTransferOut}, Points: 20, Within: time.Hour, Then: loyalty.Review},
		{Code: "by-hand", Kinds: []points.Kind{points.KindAdjust}, Points: 9, Within: time.Hour, Then: loyalty.Review},
	}}, loyalty.Options{}, "m1", "m2")
	c.earn("m1", 1000)
	burn := func(n int64) (loyalty.Posted, error) {
		return c.Points.Burn(c.ctx, desk, "m1", points.BurnCommand{Points: n}, loyalty.Call{})
	}
	done, err := burn(50)
	require.NoError(t, err)
	require.Empty(t, done.Review, "up to the limit")
	done, err = burn(1)
	require.NoError(t, err)
	require.NotEmpty(t, done.Review)
	require.Zero(t, done.Amount)
	require.Equal(t, int64(949), done.Available, "held")
	require.Equal(t, int64(950), done.Balance)
	held, err := c.Reviews.Get(c.ctx, desk, done.Review)
	require.NoError(t, err)
	require.Equal(t, "points-an-hour", held.Why)
	_, err = burn(1)
	require.NoError(t, err)
	_, err = burn(1)
	require.ErrorIs(t, err, loyalty.ErrLimit, "a hold of a review counts as a burn")
	require.ErrorIs(t, err, loyalty.ErrForbidden)
	var e *loyalty.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "burns-a-day", e.Field)
	_, err = c.Points.Hold(c.ctx, desk, "m1", points.HoldCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrLimit, "a hold too")

	moved, err := c.Points.Transfer(c.ctx, desk, "m1", "m2", 20, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(-20), moved.From.Amount)
	_, err = c.Points.Transfer(c.ctx, desk, "m1", "m2", 1, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrLimit, "a transfer cannot wait for a review")
	_, err = c.Points.Adjust(c.ctx, desk, "m1", points.AdjustCommand{Points: -10}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrLimit)

	_, err = c.Households.Create(c.ctx, desk, "h", "m1", loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Households.Burn(c.ctx, desk, "h", points.BurnCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrLimit, "each account of a pool has its limits")

	c.clock.set(c.clock.Now().Add(24*time.Hour - time.Microsecond))
	_, err = burn(1)
	require.ErrorIs(t, err, loyalty.ErrLimit, "one microsecond too early")
	c.clock.set(c.clock.Now().Add(time.Microsecond))
	done, err = burn(50)
	require.NoError(t, err)
	require.Empty(t, done.Review)
	c.verified()
}

// TestLimitsHoldAgainstMany: commands sent at once do not get past a limit together.
func TestLimitsHoldAgainstMany(t *testing.T) {
	c := newClub(t, loyalty.Programme{Limits: []loyalty.Limit{
		{Code: "burns", Kinds: []points.Kind{points.KindBurn}, Count: 5, Within: time.Hour, Then: loyalty.Refuse},
	}}, loyalty.Options{}, "m1")
	c.earn("m1", 1000)
	var done atomic.Int64
	var wait sync.WaitGroup
	for i := range 32 {
		wait.Go(func() {
			if _, err := c.Points.Burn(c.ctx, desk, "m1", points.BurnCommand{Points: 1}, loyalty.Call{Key: strconv.Itoa(i)}); err == nil {
				done.Add(1)
			}
		})
	}
	wait.Wait()
	require.Equal(t, int64(5), done.Load())
	again, err := c.Points.Burn(c.ctx, desk, "m1", points.BurnCommand{Points: 1}, loyalty.Call{Key: "later"})
	require.ErrorIs(t, err, loyalty.ErrLimit, again)
	c.verified()
}

// TestLimitsAgainstPlainCount compares limits with counting by hand.
func TestLimitsAgainstPlainCount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := loyalty.Limit{Code: "l", Kinds: []points.Kind{points.KindBurn}, Count: rapid.Int64Range(0, 4).Draw(rt, "count"),
			Points: rapid.Int64Range(1, 60).Draw(rt, "points"), Within: time.Duration(rapid.IntRange(1, 5).Draw(rt, "hours")) * time.Hour, Then: loyalty.Refuse}
		c := newClub(t, loyalty.Programme{Limits: []loyalty.Limit{limit}}, loyalty.Options{}, "m")
		c.earn("m", 10_000)
		type burn struct {
			at time.Time
			n  int64
		}
		var burns []burn
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			c.clock.set(c.clock.Now().Add(time.Duration(rapid.IntRange(0, 4).Draw(rt, "half hours")) * 30 * time.Minute))
			n := rapid.Int64Range(1, 30).Draw(rt, "n")
			count, sum := int64(1), n
			for _, b := range burns {
				if b.at.After(c.clock.Now().Add(-limit.Within)) {
					count, sum = count+1, sum+b.n
				}
			}
			want := (limit.Count == 0 || count <= limit.Count) && sum <= limit.Points
			_, err := c.Points.Burn(c.ctx, desk, "m", points.BurnCommand{Points: n}, loyalty.Call{})
			require.Equal(rt, want, err == nil, err)
			if want {
				burns = append(burns, burn{c.clock.Now(), n})
			}
		}
	})
}
