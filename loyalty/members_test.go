package loyalty_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// club is a programme with what the tests of members, households, limits and
// reviews ask of it.
type club struct {
	*loyalty.Loyalty
	t     *testing.T
	ctx   context.Context
	store loyalty.Store
	clock *settable
}

var desk = loyalty.Actor{ID: "desk", Sees: loyalty.Everyone()}

func newClub(t *testing.T, p loyalty.Programme, opts loyalty.Options, members ...string) *club {
	t.Helper()
	c := &club{t: t, ctx: t.Context(), store: new(loyalty.Memory), clock: &settable{t: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}}
	opts.Clock = c.clock
	l, err := loyalty.New(c.store, p, opts)
	require.NoError(t, err)
	c.Loyalty = l
	for _, id := range members {
		_, err := l.Members.Enrol(c.ctx, desk, id, loyalty.Call{})
		require.NoError(t, err)
	}
	return c
}

func (c *club) earn(account string, n int64) loyalty.Posted {
	c.t.Helper()
	done, err := c.Points.Earn(c.ctx, desk, account, points.EarnCommand{Points: n}, loyalty.Call{})
	require.NoError(c.t, err)
	return done
}

func (c *club) member(id string) loyalty.Member {
	c.t.Helper()
	m, err := c.Members.Get(c.ctx, desk, id)
	require.NoError(c.t, err)
	return m
}

func (c *club) account(id string) loyalty.Account {
	c.t.Helper()
	a, err := c.Points.Account(c.ctx, desk, id)
	require.NoError(c.t, err)
	return a
}

// verified holds that every account is what its journal comes to.
func (c *club) verified() {
	c.t.Helper()
	audit, err := c.Verify(c.ctx)
	require.NoError(c.t, err)
	require.Empty(c.t, audit.Found)
	require.Zero(c.t, audit.Moved.Sign())
}

// all collects a listing.
func all[T any](t *testing.T, rows iter.Seq2[T, error]) (list []T) {
	t.Helper()
	for row, err := range rows {
		require.NoError(t, err)
		list = append(list, row)
	}
	return list
}

func TestMembersOpenFreezeClose(t *testing.T) {
	c := newClub(t, loyalty.Programme{}, loyalty.Options{}, "m1", "m2", "m3")
	_, err := c.Members.OpenAccount(c.ctx, desk, "m1", "m1-b", loyalty.Call{Key: "open"})
	require.NoError(t, err)
	again, err := c.Members.OpenAccount(c.ctx, desk, "m1", "m1-b", loyalty.Call{Key: "open"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	for _, id := range []string{"m1-b", "m2"} {
		_, err = c.Members.OpenAccount(c.ctx, desk, "m1", id, loyalty.Call{})
		require.ErrorIs(t, err, loyalty.ErrDuplicate)
	}
	_, err = c.Members.OpenAccount(c.ctx, desk, "m1", "", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	_, err = c.Members.Enrol(c.ctx, desk, "m1-b", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrDuplicate, "an account has the id")
	c.earn("m1-b", 30)

	_, err = c.Members.Thaw(c.ctx, desk, "m1", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	frozen, err := c.Members.Freeze(c.ctx, desk, "m1", loyalty.Call{Reason: "a claim"})
	require.NoError(t, err)
	require.Equal(t, []string{"m1", "m1-b"}, frozen.Accounts)
	_, err = c.Points.Burn(c.ctx, desk, "m1-b", points.BurnCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrFrozen)
	c.earn("m1-b", 5)
	_, err = c.Members.Freeze(c.ctx, desk, "m1", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	_, err = c.Members.OpenAccount(c.ctx, desk, "m1", "m1-c", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrFrozen)
	_, err = c.Members.Thaw(c.ctx, desk, "m1", loyalty.Call{At: c.clock.Now().Add(time.Hour)})
	require.ErrorIs(t, err, loyalty.ErrInvalid, "in the future")
	_, err = c.Members.Thaw(c.ctx, desk, "m1", loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Points.Burn(c.ctx, desk, "m1-b", points.BurnCommand{Points: 1}, loyalty.Call{})
	require.NoError(t, err)

	before := c.account("m1-b")
	_, err = c.Members.Close(c.ctx, desk, "m1", loyalty.Closing{}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	require.Equal(t, before, c.account("m1-b"), "a refused command changes nothing")
	closed, err := c.Members.Close(c.ctx, desk, "m1", loyalty.Closing{Forfeit: true}, loyalty.Call{Code: "left"})
	require.NoError(t, err)
	require.Equal(t, int64(34), closed.Forfeited)
	require.Equal(t, loyalty.Closed, c.member("m1").Status)
	for _, id := range []string{"m1", "m1-b"} {
		a := c.account(id)
		require.Equal(t, loyalty.Closed, a.Standing.Status)
		require.Zero(t, points.Balance(a.State))
		require.True(t, a.Standing.Due.IsZero())
		_, err = c.Points.Earn(c.ctx, desk, id, points.EarnCommand{Points: 1}, loyalty.Call{})
		require.ErrorIs(t, err, loyalty.ErrClosed)
	}
	_, err = c.Members.Close(c.ctx, desk, "m1", loyalty.Closing{}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	_, err = c.Members.Freeze(c.ctx, desk, "m1", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	_, err = c.Members.Close(c.ctx, desk, "m2", loyalty.Closing{}, loyalty.Call{})
	require.NoError(t, err, "who has nothing needs no forfeit")

	states := map[string][]string{}
	for _, m := range all(t, c.Members.List(c.ctx, desk, loyalty.MemberFilter{})) {
		states[m.Status.String()] = append(states[m.Status.String()], m.ID)
	}
	require.Equal(t, map[string][]string{"open": {"m3"}, "closed": {"m1", "m2"}}, states)
	require.Len(t, all(t, c.Members.List(c.ctx, desk, loyalty.MemberFilter{State: "closed", Limit: 1})), 1)
	require.Equal(t, "m2", all(t, c.Members.List(c.ctx, desk, loyalty.MemberFilter{State: "closed", After: "m1"}))[0].ID)
	c.verified()
}

// TestMergeMembers: everything of one member is the other's, in one commit.
func TestMergeMembers(t *testing.T) {
	policy := points.Policy{}
	c := newClub(t, loyalty.Programme{Points: policy}, loyalty.Options{}, "old", "new", "third")
	_, err := c.Members.OpenAccount(c.ctx, desk, "old", "old-b", loyalty.Call{})
	require.NoError(t, err)
	c.earn("new", 10)
	earned, err := c.Points.Earn(c.ctx, desk, "old", points.EarnCommand{Points: 100, QP: 40}, loyalty.Call{Ref: "o1"})
	require.NoError(t, err)
	later := c.clock.Now().Add(48 * time.Hour)
	_, err = c.Points.Earn(c.ctx, desk, "old-b", points.EarnCommand{Points: 7, ActivateAt: later, ExpireAt: later.Add(time.Hour)}, loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Households.Create(c.ctx, desk, "home", "old", loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Households.Join(c.ctx, desk, "home", "third", loyalty.Call{})
	require.NoError(t, err)

	held, err := c.Points.Hold(c.ctx, desk, "old", points.HoldCommand{Points: 5}, loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Members.Merge(c.ctx, desk, "old", "new", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition, "a hold is open")
	_, err = c.Points.Release(c.ctx, desk, "old", points.ReleaseCommand{Hold: held.Seq}, loyalty.Call{})
	require.NoError(t, err)

	merged, err := c.Members.Merge(c.ctx, desk, "old", "new", loyalty.Call{Key: "merge", Reason: "one person"})
	require.NoError(t, err)
	require.Equal(t, loyalty.MembersMerged{From: "old", To: "new", Accounts: []string{"old", "old-b"}, Points: 107, Into: "new"}, merged)
	again, err := c.Members.Merge(c.ctx, desk, "old", "new", loyalty.Call{Key: "merge", Reason: "one person"})
	require.NoError(t, err)
	require.True(t, again.Replayed)

	got := c.member("new")
	require.Equal(t, []string{"new", "old", "old-b"}, got.Accounts)
	require.Equal(t, []string{"old"}, got.Merged)
	require.Equal(t, "home", got.Household, "takes the place of who was merged")
	home, err := c.Households.Get(c.ctx, desk, "home")
	require.NoError(t, err)
	require.Equal(t, []string{"third", "new"}, home.Members)
	was := c.member("old")
	require.Equal(t, "new", was.Into)
	require.Empty(t, was.Accounts)
	main := c.account("new")
	require.Equal(t, int64(110), points.Available(main.State, c.clock.Now()))
	require.Equal(t, int64(7), points.Pending(main.State, c.clock.Now()), "pending points move with their dates")
	for _, id := range got.Accounts {
		a := c.account(id)
		require.Equal(t, "new", a.Standing.Member)
		require.Equal(t, "home", a.Standing.Household)
		require.Equal(t, id == "new", points.Balance(a.State) != 0)
	}
	require.Equal(t, int64(40), c.account("old").State.QP, "qualifying points stay where they were earned")

	var e *loyalty.Error
	_, err = c.Members.Freeze(c.ctx, desk, "old", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrMerged)
	require.ErrorIs(t, err, loyalty.ErrTransition)
	require.ErrorAs(t, err, &e)
	require.Equal(t, loyalty.Subject{Kind: loyalty.KindMember, ID: "new"}, e.Holder)
	_, err = c.Members.Enrol(c.ctx, desk, "old", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrDuplicate)
	require.Equal(t, []string{"old"}, []string{all(t, c.Members.List(c.ctx, desk, loyalty.MemberFilter{State: "merged"}))[0].ID})

	// The order is returned where it was earned: the debt is there, and another merge
	// of the accounts moves it.
	_, err = c.Points.Clawback(c.ctx, desk, "old", loyalty.Reversal{Target: earned.Seq, Points: 100}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(-100), points.Balance(c.account("old").State))
	_, err = c.Points.Merge(c.ctx, desk, "old", "new", loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(10), points.Available(c.account("new").State, c.clock.Now()))

	// A second merge takes all of it on, with a debt.
	c.earn("third", 50)
	_, err = c.Points.Burn(c.ctx, desk, "new", points.BurnCommand{Points: 10}, loyalty.Call{})
	require.NoError(t, err)
	earned = c.earn("new", 20)
	_, err = c.Points.Burn(c.ctx, desk, "new", points.BurnCommand{Points: 20}, loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Points.Clawback(c.ctx, desk, "new", loyalty.Reversal{Target: earned.Seq, Points: 20}, loyalty.Call{})
	require.NoError(t, err)
	merged, err = c.Members.Merge(c.ctx, desk, "new", "third", loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, int64(7-20), merged.Points)
	third := c.member("third")
	require.Equal(t, []string{"third", "new", "old", "old-b"}, third.Accounts)
	require.Equal(t, []string{"old", "new"}, third.Merged)
	require.Equal(t, int64(30), points.Available(c.account("third").State, c.clock.Now()))
	home, err = c.Households.Get(c.ctx, desk, "home")
	require.NoError(t, err)
	require.Equal(t, []string{"third"}, home.Members)
	c.verified()
}

func TestMergeRefuses(t *testing.T) {
	c := newClub(t, loyalty.Programme{}, loyalty.Options{}, "m1", "m2", "m3", "m4")
	_, err := c.Members.Freeze(c.ctx, desk, "m2", loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Members.Close(c.ctx, desk, "m3", loyalty.Closing{}, loyalty.Call{})
	require.NoError(t, err)
	only := loyalty.Actor{ID: "m1", Sees: loyalty.Only("m1")}
	for name, try := range map[string]struct {
		actor    loyalty.Actor
		from, to string
		want     error
	}{
		"itself":        {desk, "m1", "m1", loyalty.ErrInvalid},
		"nobody":        {desk, "m1", "nobody", loyalty.ErrNotFound},
		"unseen":        {only, "m1", "m4", loyalty.ErrNotFound},
		"unseen giver":  {only, "m4", "m1", loyalty.ErrNotFound},
		"a frozen one":  {desk, "m2", "m1", loyalty.ErrFrozen},
		"into a closed": {desk, "m1", "m3", loyalty.ErrClosed},
	} {
		_, err := c.Members.Merge(c.ctx, try.actor, try.from, try.to, loyalty.Call{})
		require.ErrorIs(t, err, try.want, name)
	}
	for i := range loyalty.MaxAccounts - 1 {
		_, err := c.Members.OpenAccount(c.ctx, desk, "m1", "m1-"+string(rune('a'+i/26))+string(rune('a'+i%26)), loyalty.Call{})
		require.NoError(t, err)
	}
	_, err = c.Members.OpenAccount(c.ctx, desk, "m1", "m1-more", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	_, err = c.Members.Merge(c.ctx, desk, "m4", "m1", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrInvalid, "too many accounts together")
	c.verified()
}
