package loyalty_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// TestScreen: the host is asked once for each command, knows what it needs, and its
// word holds.
func TestScreen(t *testing.T) {
	var asked []loyalty.Attempt
	say := loyalty.Pass
	c := newClub(t, loyalty.Programme{}, loyalty.Options{Screen: func(_ context.Context, a loyalty.Attempt) (loyalty.Verdict, error) {
		asked = append(asked, a)
		return say, nil
	}}, "m1", "m2")
	call := loyalty.Call{Key: "k", Ref: "o-7", Code: "sale", Device: "d1"}
	_, err := c.Points.Earn(c.ctx, desk, "m1", points.EarnCommand{Points: 40}, call)
	require.NoError(t, err)
	require.Equal(t, []loyalty.Attempt{{Command: "points.earn", Actor: "desk", Account: "m1", Member: "m1", Points: 40,
		Ref: "o-7", Code: "sale", Device: "d1", NewDevice: true, At: c.clock.Now()}}, asked)
	require.Equal(t, []loyalty.Device{{Hash: "d1", Since: c.clock.Now()}}, c.member("m1").Devices)
	version := c.member("m1").Head.Version

	say = loyalty.Refuse
	again, err := c.Points.Earn(c.ctx, desk, "m1", points.EarnCommand{Points: 40}, call)
	require.NoError(t, err)
	require.True(t, again.Replayed, "what was done stays done")
	require.False(t, asked[1].NewDevice)
	for name, try := range map[string]func() error{
		"earn": func() error {
			_, err := c.Points.Earn(c.ctx, desk, "m1", points.EarnCommand{Points: 1}, loyalty.Call{Device: "d2"})
			return err
		},
		"burn": func() error {
			_, err := c.Points.Burn(c.ctx, desk, "m1", points.BurnCommand{Points: 1}, loyalty.Call{})
			return err
		},
		"hold": func() error {
			_, err := c.Points.Hold(c.ctx, desk, "m1", points.HoldCommand{Points: 1}, loyalty.Call{})
			return err
		},
		"adjust": func() error {
			_, err := c.Points.Adjust(c.ctx, desk, "m1", points.AdjustCommand{Points: 1}, loyalty.Call{})
			return err
		},
		"transfer": func() error { _, err := c.Points.Transfer(c.ctx, desk, "m1", "m2", 1, loyalty.Call{}); return err },
	} {
		before := c.account("m1")
		require.ErrorIs(t, try(), loyalty.ErrLimit, name)
		require.Equal(t, before, c.account("m1"), name)
	}
	require.Equal(t, version, c.member("m1").Head.Version, "a device that was refused is not remembered")
	_, err = c.Households.Create(c.ctx, desk, "h", "m1", loyalty.Call{})
	require.NoError(t, err)
	for _, say = range []loyalty.Verdict{loyalty.Refuse, loyalty.Review} {
		_, err = c.Households.Burn(c.ctx, desk, "h", points.BurnCommand{Points: 1}, loyalty.Call{})
		require.ErrorIs(t, err, loyalty.ErrLimit)
	}
	require.Equal(t, "h", asked[len(asked)-1].Household)
	_, err = c.Points.Transfer(c.ctx, desk, "m1", "m2", 1, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrLimit, "review")
	require.Equal(t, "m2", asked[len(asked)-1].To)
	say = 9
	_, err = c.Points.Burn(c.ctx, desk, "m1", points.BurnCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	say = loyalty.Pass
	_, err = c.Points.Burn(c.ctx, desk, "nobody", points.BurnCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	_, err = c.Points.Burn(c.ctx, desk, "m1", points.BurnCommand{Points: 1}, loyalty.Call{Device: "\x00"})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	c.verified()
}

// TestScreenMayCallAnything: the host sends a command on the same account from its
// screen, and nobody waits for anybody.
func TestScreenMayCallAnything(t *testing.T) {
	var c *club
	calls := 0
	broken := errors.New("the model is down")
	c = newClub(t, loyalty.Programme{}, loyalty.Options{Screen: func(ctx context.Context, a loyalty.Attempt) (loyalty.Verdict, error) {
		if calls++; a.Code == "broken" {
			return loyalty.Pass, broken
		}
		if a.Command != "points.burn" {
			return loyalty.Pass, nil
		}
		_, err := c.Points.Earn(ctx, desk, a.Account, points.EarnCommand{Points: 5}, loyalty.Call{Code: "inside"})
		return loyalty.Pass, err
	}}, "m1")
	ctx, stop := context.WithTimeout(c.ctx, 10*time.Second)
	defer stop()
	done, err := c.Points.Burn(ctx, desk, "m1", points.BurnCommand{Points: 5}, loyalty.Call{})
	require.NoError(t, err)
	require.Zero(t, done.Balance)
	require.Equal(t, 2, calls)
	_, err = c.Points.Burn(ctx, desk, "m1", points.BurnCommand{Points: 5}, loyalty.Call{Code: "broken"})
	require.ErrorIs(t, err, broken)
	require.Equal(t, 3, calls, "once, whatever it answers")
}

// TestDevicesAreFew: many devices at once are all kept, up to the limit, and none
// twice.
func TestDevicesAreFew(t *testing.T) {
	c := newClub(t, loyalty.Programme{}, loyalty.Options{Attempts: 100, Screen: func(context.Context, loyalty.Attempt) (loyalty.Verdict, error) {
		return loyalty.Pass, nil
	}}, "m1")
	var wait sync.WaitGroup
	for i := range 10 {
		wait.Go(func() {
			for range 2 {
				if _, err := c.Points.Earn(c.ctx, desk, "m1", points.EarnCommand{Points: 1}, loyalty.Call{Device: strconv.Itoa(i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	require.Len(t, c.member("m1").Devices, 10)
	for i := range 20 {
		_, err := c.Points.Earn(c.ctx, desk, "m1", points.EarnCommand{Points: 1}, loyalty.Call{Device: "x" + strconv.Itoa(i)})
		require.NoError(t, err)
	}
	devices := c.member("m1").Devices
	require.Len(t, devices, loyalty.MaxDevices)
	require.Equal(t, "x19", devices[0].Hash)
	c.verified()
}
