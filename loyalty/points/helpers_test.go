package points_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// account is a journal with its state, as a store would keep it.
type account struct {
	t       require.TestingT
	policy  points.Policy
	state   points.State
	journal []points.Entry
	folded  points.State // state, by Fold alone
}

func open(t require.TestingT, p points.Policy) *account { return &account{t: t, policy: p} }

// must appends what a decision returned, and returns it.
func (a *account) must(entries []points.Entry, err error) []points.Entry {
	require.NoError(a.t, err)
	next, err := points.Apply(a.state, entries...)
	require.NoError(a.t, err)
	if a.folded.Seq != a.state.Seq {
		a.folded = a.state.Clone() // the test has set the state
	}
	require.NoError(a.t, a.folded.Fold(entries...))
	require.Equal(a.t, next, a.folded)
	a.state = next
	a.journal = append(a.journal, entries...)
	return entries
}

func (a *account) earn(n int64, now string) points.Entry {
	entries := a.must(a.policy.Earn(a.state, points.EarnCommand{Points: n}, at(now)))
	for _, e := range entries {
		if e.Kind == points.KindEarn {
			return e
		}
	}
	return points.Entry{}
}

// earnUntil earns points with an end of their own.
func (a *account) earnUntil(n int64, now, end string) points.Entry {
	cmd := points.EarnCommand{Points: n}
	if end != "" {
		cmd.ExpireAt = at(end)
	}
	return a.must(a.policy.Earn(a.state, cmd, at(now)))[0]
}

func (a *account) burn(n int64, now string) points.Entry {
	entries := a.must(a.policy.Burn(a.state, points.BurnCommand{Points: n}, at(now)))
	return entries[len(entries)-1]
}

func (a *account) refund(target points.Entry, n int64, now string) []points.Entry {
	return a.must(a.policy.Refund(a.state, points.RefundCommand{Points: n, Target: target, Later: a.after(target)}, at(now)))
}

func (a *account) clawback(target points.Entry, n int64, now string) []points.Entry {
	return a.must(a.policy.Clawback(a.state, points.ClawbackCommand{Points: n, Target: target, Later: a.after(target)}, at(now)))
}

func (a *account) reverse(target points.Entry, now string) []points.Entry {
	return a.must(a.policy.Reverse(a.state, points.ReverseCommand{Target: target, Later: a.after(target)}, at(now)))
}

func (a *account) due(now string) []points.Entry {
	return a.must(points.DueEntries(a.state, at(now)))
}

// after is what the journal has behind an entry.
func (a *account) after(e points.Entry) []points.Entry { return a.journal[e.Seq:] }

// left is what is left in each lot, by number.
func (a *account) left() map[uint64]int64 {
	m := map[uint64]int64{}
	for _, l := range a.state.Lots {
		m[l.ID] = l.Left
	}
	return m
}

// requireRefused wants an error of the package that wraps the sentinel and is typed.
func requireRefused(t require.TestingT, err, sentinel error) *points.Error {
	if h, ok := t.(*testing.T); ok {
		h.Helper()
	}
	require.ErrorIs(t, err, sentinel)
	var typed *points.Error
	require.True(t, errors.As(err, &typed))
	require.Contains(t, err.Error(), "points: ")
	return typed
}

func requireShort(t require.TestingT, err error, available, requested int64) {
	typed := requireRefused(t, err, points.ErrInsufficient)
	require.Equal(t, available, typed.Available)
	require.Equal(t, requested, typed.Requested)
}
