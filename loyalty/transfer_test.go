package loyalty_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// TestTransfer gives points away, with their dates, once.
func TestTransfer(t *testing.T) {
	b := newBookOn(t, new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Events: true}, "a", "b")
	end := instant("2025-06-01T00:00:00Z")
	b.earn("a", points.EarnCommand{Points: 30, ExpireAt: end})
	b.earn("a", points.EarnCommand{Points: 50})
	call := loyalty.Call{Key: "k", Ref: "gift"}
	want := loyalty.Moved{From: loyalty.Posted{Account: "a", Seq: 3, First: 3, Last: 3, Amount: -40, Balance: 40, Available: 40},
		To: loyalty.Posted{Account: "b", Seq: 1, First: 1, Last: 2, Amount: 40, Balance: 40, Available: 40}}
	got, err := b.Points.Transfer(b.ctx, cashier, "a", "b", 40, call)
	require.NoError(t, err)
	require.Equal(t, want, got)
	lots := b.state("b").Lots
	require.Len(t, lots, 2)
	require.Equal(t, end, lots[0].ExpireAt)
	require.Equal(t, "points.transferred-out", b.told("a")[2].Kind)
	require.Equal(t, "points.transferred-in", b.told("b")[1].Kind)

	after := b.bytes("a", "b")
	got, err = b.Points.Transfer(b.ctx, cashier, "a", "b", 40, call)
	require.NoError(t, err)
	want.Replayed = true
	require.Equal(t, want, got)
	_, err = b.Points.Transfer(b.ctx, cashier, "a", "b", 41, call)
	require.ErrorIs(t, err, loyalty.ErrKeyReused)
	_, err = b.Points.Transfer(b.ctx, cashier, "a", "a", 1, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	_, err = b.Points.Transfer(b.ctx, cashier, "a", "b", 41, loyalty.Call{})
	insufficient(t, err, 40, 41)
	_, err = b.Points.Transfer(b.ctx, cashier, "a", "b", 0, loyalty.Call{})
	require.ErrorIs(t, err, points.ErrInvalidAmount)
	_, err = b.Points.Transfer(b.ctx, cashier, "a", "nobody", 1, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	require.Equal(t, after, b.bytes("a", "b"))
}

// TestTransferBySight gives from the own account to one that is not seen, of which
// nothing is told.
func TestTransferBySight(t *testing.T) {
	b := newBook(t, points.Policy{}, "a", "b")
	b.earn("a", points.EarnCommand{Points: 30})
	b.earn("b", points.EarnCommand{Points: 70})
	own := loyalty.Actor{ID: "a", Sees: loyalty.Only("a")}
	got, err := b.Points.Transfer(b.ctx, own, "a", "b", 10, loyalty.Call{Key: "k"})
	require.NoError(t, err)
	require.Equal(t, loyalty.Posted{Account: "b", Amount: 10}, got.To)
	require.EqualValues(t, 20, got.From.Available)
	got, err = b.Points.Transfer(b.ctx, own, "a", "b", 10, loyalty.Call{Key: "k"})
	require.NoError(t, err)
	require.Equal(t, loyalty.Posted{Account: "b", Amount: 10}, got.To)
	_, err = b.Points.Transfer(b.ctx, own, "b", "a", 10, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	_, err = b.Points.Merge(b.ctx, own, "a", "b", loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	require.EqualValues(t, 80, b.available("b"))
}

// TestMerge empties an account with its debt, and an empty one.
func TestMerge(t *testing.T) {
	b := newBook(t, points.Policy{}, "a", "b", "c")
	b.earn("a", points.EarnCommand{Points: 30})
	b.earn("a", points.EarnCommand{Points: 20, Confirm: true})
	_, err := b.Points.Open(b.ctx, cashier, "b", points.OpenCommand{Debt: 45}, loyalty.Call{})
	require.NoError(t, err)
	got, err := b.Points.Merge(b.ctx, cashier, "a", "b", loyalty.Call{Key: "m"})
	require.NoError(t, err)
	require.EqualValues(t, [2]int64{-50, 50}, [2]int64{got.From.Amount, got.To.Amount})
	require.EqualValues(t, [2]int64{0, 5}, [2]int64{got.From.Balance, got.To.Balance})
	require.EqualValues(t, 15, b.state("b").Debt)
	again, err := b.Points.Merge(b.ctx, cashier, "a", "b", loyalty.Call{Key: "m"})
	require.NoError(t, err)
	require.True(t, again.Replayed)

	empty, err := b.Points.Merge(b.ctx, cashier, "c", "b", loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, loyalty.Posted{Account: "c"}, empty.From)

	held, err := b.Points.Hold(b.ctx, cashier, "c", points.HoldCommand{Points: 1}, loyalty.Call{})
	insufficient(t, err, 0, 1)
	require.Zero(t, held)
	b.earn("c", points.EarnCommand{Points: 5})
	_, err = b.Points.Hold(b.ctx, cashier, "c", points.HoldCommand{Points: 1}, loyalty.Call{})
	require.NoError(t, err)
	before := b.bytes("a", "b", "c")
	_, err = b.Points.Merge(b.ctx, cashier, "c", "b", loyalty.Call{})
	require.ErrorIs(t, err, points.ErrTransition)
	require.Equal(t, before, b.bytes("a", "b", "c"))
}
