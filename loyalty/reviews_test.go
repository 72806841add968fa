package loyalty_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// suspicious is a club whose host wants to look at everything with the code
// "strange".
func suspicious(t *testing.T, p loyalty.Programme, members ...string) *club {
	t.Helper()
	return newClub(t, p, loyalty.Options{Screen: func(_ context.Context, a loyalty.Attempt) (loyalty.Verdict, error) {
		if a.Code == "strange" {
			return loyalty.Review, nil
		}
		return loyalty.Pass, nil
	}}, members...)
}

func (c *club) strangeEarn(cmd points.EarnCommand) loyalty.Posted {
	c.t.Helper()
	done, err := c.Points.Earn(c.ctx, desk, "m1", cmd, loyalty.Call{Code: "strange", Ref: "o-1", Device: "d"})
	require.NoError(c.t, err)
	require.NotEmpty(c.t, done.Review)
	return done
}

func (c *club) strangeBurn(n int64) loyalty.Posted {
	c.t.Helper()
	done, err := c.Points.Burn(c.ctx, desk, "m1", points.BurnCommand{Points: n}, loyalty.Call{Code: "strange", Ref: "o-2"})
	require.NoError(c.t, err)
	require.NotEmpty(c.t, done.Review)
	return done
}

func (c *club) available() int64 {
	c.t.Helper()
	n, err := c.Points.Available(c.ctx, desk, "m1")
	require.NoError(c.t, err)
	return n
}

func TestReviews(t *testing.T) {
	c := suspicious(t, loyalty.Programme{}, "m1")
	first := c.strangeEarn(points.EarnCommand{Points: 100})
	require.Zero(t, c.available())
	require.Empty(t, c.member("m1").Devices, "a device under suspicion is not known yet")
	key := loyalty.Call{Key: "k", Code: "strange"}
	second, err := c.Points.Earn(c.ctx, desk, "m1", points.EarnCommand{Points: 30}, key)
	require.NoError(t, err)
	again, err := c.Points.Earn(c.ctx, desk, "m1", points.EarnCommand{Points: 30}, key)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	again.Replayed = false
	require.Equal(t, second, again, "the receipt names the review")

	approved, err := c.Reviews.Approve(c.ctx, desk, first.Review, loyalty.Call{Key: "a", Reason: "known to us"})
	require.NoError(t, err)
	require.Equal(t, loyalty.ReviewApproved, approved.State)
	require.Equal(t, int64(100), approved.Posted.Available)
	replayed, err := c.Reviews.Approve(c.ctx, desk, first.Review, loyalty.Call{Key: "a", Reason: "known to us"})
	require.NoError(t, err)
	require.True(t, replayed.Replayed)
	rejected, err := c.Reviews.Reject(c.ctx, desk, second.Review, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(-30), rejected.Posted.Amount)
	for _, id := range []string{first.Review, second.Review} {
		for _, decide := range []func(context.Context, loyalty.Actor, string, loyalty.Call) (loyalty.Reviewed, error){c.Reviews.Approve, c.Reviews.Reject} {
			_, err = decide(c.ctx, desk, id, loyalty.Call{})
			require.ErrorIs(t, err, loyalty.ErrTransition, "decided once")
		}
	}

	third, fourth := c.strangeBurn(60), c.strangeBurn(10)
	require.Equal(t, int64(30), c.available())
	open := all(t, c.Reviews.List(c.ctx, desk, loyalty.ReviewFilter{State: loyalty.ReviewOpen}))
	require.Len(t, open, 2)
	require.Equal(t, "screen", open[0].Why)
	require.Equal(t, "points.burn", open[0].Command)
	require.Len(t, all(t, c.Reviews.List(c.ctx, desk, loyalty.ReviewFilter{Account: "m1"})), 4)
	approved, err = c.Reviews.Approve(c.ctx, desk, third.Review, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(-60), approved.Posted.Amount)
	_, err = c.Reviews.Reject(c.ctx, desk, fourth.Review, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(40), c.available())
	for _, p := range all(t, c.Points.Journal(c.ctx, desk, "m1", loyalty.PostingFilter{})) {
		if p.Entry.Kind == points.KindCapture || p.Entry.Kind == points.KindRelease {
			require.Equal(t, "o-2", p.Entry.Ref, "what follows belongs to the same order")
		}
	}
	_, err = c.Reviews.Approve(c.ctx, desk, "nothing", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	c.verified()
}

// TestReviewsOfWhatIsGone: others dealt with the points before somebody decided.
func TestReviewsOfWhatIsGone(t *testing.T) {
	c := suspicious(t, loyalty.Programme{}, "m1", "m2")
	decided := func(id string, state loyalty.ReviewState) {
		t.Helper()
		h, err := c.Reviews.Get(c.ctx, desk, id)
		require.NoError(t, err)
		require.Equal(t, state, h.State)
	}
	c.earn("m1", 100)

	released := c.strangeBurn(10)
	_, err := c.Points.Release(c.ctx, desk, "m1", points.ReleaseCommand{Hold: released.Seq}, loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Reviews.Approve(c.ctx, desk, released.Review, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	done, err := c.Reviews.Reject(c.ctx, desk, released.Review, loyalty.Call{})
	require.NoError(t, err)
	require.Zero(t, done.Posted.Seq, "nothing is left to be undone")
	decided(released.Review, loyalty.ReviewRejected)

	returned := c.strangeEarn(points.EarnCommand{Points: 20})
	_, err = c.Points.Reverse(c.ctx, desk, "m1", returned.Seq, loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Reviews.Approve(c.ctx, desk, returned.Review, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	_, err = c.Reviews.Reject(c.ctx, desk, returned.Review, loyalty.Call{})
	require.NoError(t, err)

	confirmed := c.strangeEarn(points.EarnCommand{Points: 20})
	_, err = c.Points.Confirm(c.ctx, desk, "m1", points.ConfirmCommand{Lot: confirmed.Seq}, loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Reviews.Approve(c.ctx, desk, confirmed.Review, loyalty.Call{})
	require.NoError(t, err)
	decided(confirmed.Review, loyalty.ReviewApproved)

	confirmed = c.strangeEarn(points.EarnCommand{Points: 20})
	_, err = c.Points.Confirm(c.ctx, desk, "m1", points.ConfirmCommand{Lot: confirmed.Seq}, loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Points.Burn(c.ctx, desk, "m1", points.BurnCommand{Points: 140}, loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Reviews.Reject(c.ctx, desk, confirmed.Review, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(20), c.account("m1").State.Debt, "spent already: owed")
	c.earn("m1", 120)

	waiting := c.strangeEarn(points.EarnCommand{Points: 5, Confirm: true})
	_, err = c.Reviews.Approve(c.ctx, desk, waiting.Review, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(100), c.available(), "it would have waited anyway")
	nothing := c.strangeEarn(points.EarnCommand{QP: 7})
	_, err = c.Reviews.Reject(c.ctx, desk, nothing.Review, loyalty.Call{})
	require.NoError(t, err)
	require.Zero(t, c.account("m1").State.QP)

	expiring := c.strangeEarn(points.EarnCommand{Points: 9, ExpireAt: c.clock.Now().Add(time.Hour)})
	frozen := c.strangeBurn(3)
	_, err = c.Members.Merge(c.ctx, desk, "m1", "m2", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition, "a review is open")
	_, err = c.Members.Freeze(c.ctx, desk, "m1", loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Reviews.Approve(c.ctx, desk, frozen.Review, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrFrozen)
	_, err = c.Members.Thaw(c.ctx, desk, "m1", loyalty.Call{})
	require.NoError(t, err)
	c.clock.set(c.clock.Now().Add(2 * time.Hour))
	_, err = c.Reviews.Approve(c.ctx, desk, expiring.Review, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition, "expired while it waited")
	_, err = c.Members.Close(c.ctx, desk, "m1", loyalty.Closing{Forfeit: true}, loyalty.Call{})
	require.NoError(t, err)
	for _, id := range []string{expiring.Review, frozen.Review} {
		_, err = c.Reviews.Approve(c.ctx, desk, id, loyalty.Call{})
		require.ErrorIs(t, err, loyalty.ErrClosed)
		_, err = c.Reviews.Reject(c.ctx, desk, id, loyalty.Call{})
		require.NoError(t, err)
	}
	c.verified()
}

// TestReviewsLapse: nobody decided in time, which is a rejection.
func TestReviewsLapse(t *testing.T) {
	c := suspicious(t, loyalty.Programme{Reviews: loyalty.ReviewPolicy{Within: time.Hour}}, "m1")
	c.earn("m1", 50)
	earn, burn, decided := c.strangeEarn(points.EarnCommand{Points: 20}), c.strangeBurn(30), c.strangeBurn(1)
	_, err := c.Reviews.Approve(c.ctx, desk, decided.Review, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(19), c.available())
	c.clock.set(c.clock.Now().Add(time.Hour - time.Microsecond))
	report, err := c.Due.Run(c.ctx, desk, loyalty.DueOptions{})
	require.NoError(t, err)
	require.Zero(t, report.Records)
	c.clock.set(c.clock.Now().Add(time.Microsecond))
	require.Equal(t, int64(49), c.available(), "a hold times out by itself")
	for _, id := range []string{earn.Review, burn.Review} {
		_, err = c.Reviews.Approve(c.ctx, desk, id, loyalty.Call{})
		require.ErrorIs(t, err, loyalty.ErrTransition)
	}
	report, err = c.Due.Run(c.ctx, desk, loyalty.DueOptions{})
	require.NoError(t, err)
	require.Equal(t, 2, report.Records)
	require.Len(t, all(t, c.Reviews.List(c.ctx, desk, loyalty.ReviewFilter{State: loyalty.ReviewLapsed})), 2)
	require.Equal(t, int64(49), points.Balance(c.account("m1").State), "what was earned is taken back")
	report, err = c.Due.Run(c.ctx, desk, loyalty.DueOptions{})
	require.NoError(t, err)
	require.Zero(t, report.Records, "once")
	_, err = c.Reviews.Reject(c.ctx, desk, earn.Review, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	c.verified()
}
