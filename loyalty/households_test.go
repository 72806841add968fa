package loyalty_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
)

func TestHouseholds(t *testing.T) {
	c := newClub(t, loyalty.Programme{Households: loyalty.HouseholdPolicy{MaxMembers: 2}}, loyalty.Options{}, "m1", "m2", "m3", "m4")
	made, err := c.Households.Create(c.ctx, desk, "h", "m1", loyalty.Call{Key: "h"})
	require.NoError(t, err)
	require.Equal(t, 1, made.Size)
	again, err := c.Households.Create(c.ctx, desk, "h", "m1", loyalty.Call{Key: "h"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	_, err = c.Households.Create(c.ctx, desk, "h", "m2", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrDuplicate)
	_, err = c.Households.Create(c.ctx, desk, "g", "m1", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition, "in another")

	app := loyalty.Actor{ID: "m2", Sees: loyalty.Only("m2")}
	_, err = c.Households.Join(c.ctx, app, "h", "m2", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound, "nobody joins strangers")
	_, err = c.Households.Join(c.ctx, desk, "h", "m2", loyalty.Call{})
	require.NoError(t, err)
	_, err = c.Households.Join(c.ctx, desk, "h", "m2", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	_, err = c.Households.Join(c.ctx, desk, "h", "m3", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrForbidden, "full")
	seen, err := c.Households.Get(c.ctx, app, "h")
	require.NoError(t, err)
	require.Equal(t, []string{"m2"}, seen.Members, "of the others only the number is told")
	require.Equal(t, 2, seen.Size)
	require.Equal(t, "h", c.account("m2").Standing.Household)
	opened, err := c.Members.OpenAccount(c.ctx, desk, "m2", "m2-b", loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, "h", c.account(opened.Account).Standing.Household)
	moved, err := c.Households.Get(c.ctx, desk, "h")
	require.NoError(t, err)
	require.Greater(t, moved.Head.Version, seen.Head.Version, "an account that joins the listing moves its guard")

	_, err = c.Households.Leave(c.ctx, desk, "h", "m3", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition)
	_, err = c.Households.Leave(c.ctx, app, "h", "m2", loyalty.Call{})
	require.NoError(t, err)
	require.Empty(t, c.account("m2-b").Standing.Household)
	require.Empty(t, c.member("m2").Household)
	_, err = c.Members.Close(c.ctx, desk, "m1", loyalty.Closing{}, loyalty.Call{})
	require.NoError(t, err)
	left, err := c.Households.Get(c.ctx, desk, "h")
	require.NoError(t, err)
	require.Empty(t, left.Members, "who closes the membership leaves")
	_, err = c.Households.Join(c.ctx, desk, "h", "m3", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrTransition, "nobody is in it who could invite")
	_, err = c.Households.Join(c.ctx, desk, "nowhere", "m3", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)

	_, err = c.Households.Create(c.ctx, desk, "g", "m3", loyalty.Call{})
	require.NoError(t, err)
	require.Len(t, all(t, c.Households.List(c.ctx, desk, loyalty.HouseholdFilter{})), 2)
	require.Len(t, all(t, c.Households.List(c.ctx, loyalty.Actor{ID: "m3", Sees: loyalty.Only("m3")}, loyalty.HouseholdFilter{})), 1)
	c.verified()
}

// TestHouseholdIsJoinedOnce: of many who want one member at the same time, one gets
// them, and no household gets more members than it may have.
func TestHouseholdIsJoinedOnce(t *testing.T) {
	members := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	c := newClub(t, loyalty.Programme{Households: loyalty.HouseholdPolicy{MaxMembers: 3}}, loyalty.Options{Attempts: 100}, append(members, "x", "y")...)
	for _, head := range []string{"x", "y"} {
		_, err := c.Households.Create(c.ctx, desk, head, head, loyalty.Call{})
		require.NoError(t, err)
	}
	var wait sync.WaitGroup
	errs := make(chan error, 64)
	for _, id := range members {
		for _, to := range []string{"x", "y"} {
			wait.Go(func() {
				if _, err := c.Households.Join(c.ctx, desk, to, id, loyalty.Call{}); err != nil && !errors.Is(err, loyalty.ErrForbidden) && !errors.Is(err, loyalty.ErrTransition) {
					errs <- err
				}
			})
		}
	}
	wait.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	joined := map[string]int{}
	for _, h := range all(t, c.Households.List(c.ctx, desk, loyalty.HouseholdFilter{})) {
		require.Equal(t, 3, h.Size)
		for _, id := range h.Members {
			joined[id]++
			require.Equal(t, h.ID, c.member(id).Household)
			require.Equal(t, h.ID, c.account(id).Standing.Household)
		}
	}
	require.Len(t, joined, 6)
	c.verified()
}
