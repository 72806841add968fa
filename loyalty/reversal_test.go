package loyalty_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

func (b *book) refund(account string, target uint64, n int64) (loyalty.Posted, error) {
	return b.Points.Refund(b.ctx, cashier, account, loyalty.Reversal{Target: target, Points: n}, loyalty.Call{})
}

func (b *book) clawback(account string, target uint64, n int64) (loyalty.Posted, error) {
	return b.Points.Clawback(b.ctx, cashier, account, loyalty.Reversal{Target: target, Points: n}, loyalty.Call{})
}

// TestScenarioO06 refunds a burn in parts, and at once.
func TestScenarioO06(t *testing.T) {
	start := func() *book {
		b := newBook(t, points.Policy{}, "m")
		b.earn("m", points.EarnCommand{Points: 100, ExpireAt: instant("2026-01-01T00:00:00Z")}) // A
		b.earn("m", points.EarnCommand{Points: 50, ExpireAt: instant("2025-07-01T00:00:00Z")})  // B
		b.earn("m", points.EarnCommand{Points: 30})                                             // C
		b.at("2025-05-01T00:00:00Z")
		require.EqualValues(t, 4, b.burn("m", 120).Seq)
		require.Equal(t, map[uint64]int64{1: 30, 3: 30}, b.left("m"))
		return b
	}
	b := start()
	_, err := b.refund("m", 4, 60)
	require.NoError(t, err)
	require.Equal(t, map[uint64]int64{1: 90, 3: 30}, b.left("m"))
	_, err = b.refund("m", 4, 60)
	require.NoError(t, err)
	require.Equal(t, map[uint64]int64{1: 100, 2: 50, 3: 30}, b.left("m"))
	before := b.bytes("m")
	_, err = b.refund("m", 4, 1)
	require.ErrorIs(t, err, points.ErrOverReversal)
	var e *points.Error
	require.ErrorAs(t, err, &e)
	require.Zero(t, e.Remaining)
	require.Equal(t, before, b.bytes("m"))

	whole := start()
	_, err = whole.refund("m", 4, 120)
	require.NoError(t, err)
	require.Equal(t, b.state("m").Lots, whole.state("m").Lots)
}

// TestScenarioO07 takes back an earn whose points were spent, under each policy.
func TestScenarioO07(t *testing.T) {
	start := func(s points.Shortfall) *book {
		b := newBook(t, points.Policy{Shortfall: s}, "m")
		b.earn("m", points.EarnCommand{Points: 200})
		b.burn("m", 150)
		return b
	}
	t.Run("debt", func(t *testing.T) {
		b := start(points.Debt)
		done, err := b.clawback("m", 1, 200)
		require.NoError(t, err)
		require.Equal(t, loyalty.Posted{Account: "m", Seq: 3, First: 3, Last: 3, Amount: -200, Balance: -150}, done)
		require.EqualValues(t, 150, b.state("m").Debt)
		b.earn("m", points.EarnCommand{Points: 100})
		require.EqualValues(t, 50, b.state("m").Debt)
		require.Zero(t, b.available("m"))
		b.earn("m", points.EarnCommand{Points: 80})
		require.Zero(t, b.state("m").Debt)
		require.EqualValues(t, 30, b.available("m"))
		require.Len(t, b.state("m").Lots, 1)
	})
	t.Run("partial", func(t *testing.T) {
		b := start(points.Partial)
		done, err := b.clawback("m", 1, 200)
		require.NoError(t, err)
		require.Equal(t, loyalty.Posted{Account: "m", Seq: 3, First: 3, Last: 4, Amount: -200}, done)
		last := b.journal("m")[3]
		require.Equal(t, points.KindWriteOff, last.Kind)
		require.EqualValues(t, 150, last.Amount)
		require.Zero(t, b.state("m").Debt)
	})
	t.Run("reject", func(t *testing.T) {
		b := start(points.Reject)
		before := b.bytes("m")
		_, err := b.clawback("m", 1, 200)
		insufficient(t, err, 50, 200)
		require.Equal(t, before, b.bytes("m"))
	})
}

// TestReversalReadsWhatConcernsIt reverses behind expiry and other reversals, which
// have to be found in the journal.
func TestReversalReadsWhatConcernsIt(t *testing.T) {
	b := newBook(t, points.Policy{}, "m")
	b.earn("m", points.EarnCommand{Points: 100, ExpireAt: instant("2025-02-01T00:00:00Z")})
	b.earn("m", points.EarnCommand{Points: 100})
	b.burn("m", 30)
	_, err := b.clawback("m", 1, 10)
	require.NoError(t, err)
	b.at("2025-03-01T00:00:00Z")
	b.burn("m", 1) // posts that 60 expired
	done, err := b.Points.Reverse(b.ctx, cashier, "m", 1, loyalty.Call{})
	require.NoError(t, err)
	require.EqualValues(t, -30, done.Amount, "10 were taken and 60 expired")
	require.EqualValues(t, 69, b.available("m"))
}
