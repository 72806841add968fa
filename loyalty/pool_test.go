package loyalty_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// family is a book with a household f of a, b and c: a has 100 that end in July, b 50
// that end in June, c 30 that never end.
func family(t *testing.T) *book {
	t.Helper()
	b := newBook(t, points.Policy{}, "a", "b", "c", "d")
	_, err := b.Households.Create(b.ctx, cashier, "f", "a", loyalty.Call{})
	require.NoError(t, err)
	for _, id := range []string{"b", "c"} {
		_, err := b.Households.Join(b.ctx, cashier, "f", id, loyalty.Call{})
		require.NoError(t, err)
	}
	b.earn("a", points.EarnCommand{Points: 100, ExpireAt: instant("2025-07-01T00:00:00Z")})
	b.earn("b", points.EarnCommand{Points: 50, ExpireAt: instant("2025-06-01T00:00:00Z")})
	b.earn("c", points.EarnCommand{Points: 30})
	return b
}

// passing is a store where somebody passes between reading and a commit.
type passing struct {
	loyalty.Store
	pass func()
}

func (s *passing) Commit(ctx context.Context, c loyalty.Commit) error {
	if pass := s.pass; pass != nil {
		s.pass = nil
		pass()
	}
	return s.Store.Commit(ctx, c)
}

// TestPoolMeetsOthers has points come, and somebody leave, between reading the
// accounts and the commit: what is spent is decided anew, also where the account that
// moved had not been asked to give.
func TestPoolMeetsOthers(t *testing.T) {
	for name, c := range map[string]struct {
		pass func(b *book)
		want [3]int64
	}{
		"points come": {func(b *book) {
			b.earn("c", points.EarnCommand{Points: 10, ExpireAt: instant("2025-05-01T00:00:00Z")})
		}, [3]int64{100, 0, 30}},
		"somebody leaves": {func(b *book) {
			_, err := b.Households.Leave(b.ctx, cashier, "f", "b", loyalty.Call{})
			require.NoError(b.t, err)
		}, [3]int64{40, 50, 30}},
	} {
		t.Run(name, func(t *testing.T) {
			b := family(t)
			store := &passing{Store: b.store, pass: func() { c.pass(b) }}
			l, err := b.On(store)
			require.NoError(t, err)
			_, err = l.Households.Burn(b.ctx, cashier, "f", points.BurnCommand{Points: 60}, loyalty.Call{})
			require.NoError(t, err)
			require.Equal(t, c.want, b.balances())
		})
	}
}

func (b *book) pool(n int64) (loyalty.Pooled, error) {
	return b.Households.Burn(b.ctx, cashier, "f", points.BurnCommand{Points: n}, loyalty.Call{})
}

func (b *book) unpool(target uint64, n int64) (loyalty.Pooled, error) {
	return b.Households.Refund(b.ctx, cashier, "f", loyalty.Reversal{Target: target, Points: n}, loyalty.Call{})
}

// balances are what the accounts of the family hold.
func (b *book) balances() (list [3]int64) {
	for i, id := range []string{"a", "b", "c"} {
		list[i] = points.Balance(b.state(id))
	}
	return list
}

// TestPool spends what the family has, what ends first first, and gives it back in
// reverse, also to an account that has left since.
func TestPool(t *testing.T) {
	b := family(t)
	call := loyalty.Call{Key: "k", Ref: "o-1", Reason: "a birthday"}
	burned, err := b.Households.Burn(b.ctx, cashier, "f", points.BurnCommand{Points: 120}, call)
	require.NoError(t, err)
	require.Equal(t, loyalty.Pooled{Household: "f", Seq: 4, Points: 120, Parts: []loyalty.Posted{
		{Account: "a", Seq: 2, First: 2, Last: 2, Amount: -70, Balance: 30, Available: 30},
		{Account: "b", Seq: 2, First: 2, Last: 2, Amount: -50},
	}}, burned)
	again, err := b.Households.Burn(b.ctx, cashier, "f", points.BurnCommand{Points: 120}, call)
	require.NoError(t, err)
	burned.Replayed = true
	require.Equal(t, burned, again)
	_, err = b.Households.Burn(b.ctx, cashier, "f", points.BurnCommand{Points: 121}, call)
	require.ErrorIs(t, err, loyalty.ErrKeyReused)

	// The same order again: the household's journal tells the two apart.
	second, err := b.Households.Burn(b.ctx, cashier, "f", points.BurnCommand{Points: 10}, loyalty.Call{Ref: "o-1"})
	require.NoError(t, err)
	require.EqualValues(t, 5, second.Seq)

	_, err = b.Households.Leave(b.ctx, cashier, "f", "b", loyalty.Call{})
	require.NoError(t, err)
	back, err := b.unpool(burned.Seq, 90)
	require.NoError(t, err)
	require.EqualValues(t, 90, back.Points)
	require.Equal(t, [3]int64{90, 20, 30}, b.balances())
	_, err = b.unpool(burned.Seq, 31)
	require.ErrorIs(t, err, points.ErrOverReversal)
	_, err = b.unpool(burned.Seq, 30)
	require.NoError(t, err)
	require.Equal(t, [3]int64{90, 50, 30}, b.balances())
	_, err = b.unpool(second.Seq, 10)
	require.NoError(t, err)
	require.Equal(t, [3]int64{100, 50, 30}, b.balances())
	for _, id := range []string{"a", "b", "c"} {
		require.Len(t, b.state(id).Lots, 1)
	}
	b.sound()
}

// TestPoolRefundsTogetherWithParts has one part of a burn refunded by itself before.
func TestPoolRefundsTogetherWithParts(t *testing.T) {
	b := family(t)
	burned, err := b.pool(120)
	require.NoError(t, err)
	_, err = b.refund("b", 2, 20)
	require.NoError(t, err)
	_, err = b.unpool(burned.Seq, 101)
	require.ErrorIs(t, err, points.ErrOverReversal)
	_, err = b.unpool(burned.Seq, 100)
	require.NoError(t, err)
	require.Equal(t, [3]int64{100, 50, 30}, b.balances())
}

// TestPoolRefused holds that what is refused changes nothing.
func TestPoolRefused(t *testing.T) {
	b := family(t)
	burned, err := b.pool(120)
	require.NoError(t, err)
	back, err := b.unpool(burned.Seq, 1)
	require.NoError(t, err)
	before := b.bytes("a", "b", "c", "d")
	head, err := b.store.Head(b.ctx, loyalty.Subject{Kind: loyalty.KindHousehold, ID: "f"})
	require.NoError(t, err)

	_, err = b.pool(62)
	insufficient(t, err, 61, 62)
	_, err = b.pool(0)
	require.ErrorIs(t, err, points.ErrInvalidAmount)
	_, err = b.Households.Burn(b.ctx, cashier, "f", points.BurnCommand{Points: 1, Act: points.Act{Ref: "x"}}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	_, err = b.Households.Burn(b.ctx, cashier, "g", points.BurnCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	stranger := loyalty.Actor{ID: "d", Sees: loyalty.Only("d")}
	_, err = b.Households.Burn(b.ctx, stranger, "f", points.BurnCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	_, err = b.Households.Refund(b.ctx, stranger, "f", loyalty.Reversal{Target: burned.Seq, Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrNotFound)
	for _, target := range []uint64{0, back.Seq + 1} {
		_, err = b.unpool(target, 1)
		require.ErrorIs(t, err, loyalty.ErrNotFound)
	}
	for _, target := range []uint64{1, back.Seq} {
		_, err = b.unpool(target, 1)
		require.ErrorIs(t, err, loyalty.ErrTransition)
	}
	require.Equal(t, before, b.bytes("a", "b", "c", "d"))
	after, err := b.store.Head(b.ctx, loyalty.Subject{Kind: loyalty.KindHousehold, ID: "f"})
	require.NoError(t, err)
	require.Equal(t, head, after)
}

// TestPoolBySight spends for the family from the application of one of them, who is
// told what is their own.
func TestPoolBySight(t *testing.T) {
	b := family(t)
	own := loyalty.Actor{ID: "a", Sees: loyalty.Only("a")}
	got, err := b.Households.Burn(b.ctx, own, "f", points.BurnCommand{Points: 60}, loyalty.Call{})
	require.NoError(t, err)
	require.Equal(t, []loyalty.Posted{{Account: "a", Seq: 2, First: 2, Last: 2, Amount: -10, Balance: 90, Available: 90},
		{Account: "b", Amount: -50}}, got.Parts)

	_, err = b.Members.Freeze(b.ctx, cashier, "a", loyalty.Call{})
	require.NoError(t, err)
	_, err = b.Households.Burn(b.ctx, own, "f", points.BurnCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrFrozen)
	_, err = b.pool(31)
	insufficient(t, err, 30, 31)
	_, err = b.Points.Burn(b.ctx, cashier, "a", points.BurnCommand{Points: 1}, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrFrozen)
	_, err = b.Points.Transfer(b.ctx, cashier, "a", "d", 1, loyalty.Call{})
	require.ErrorIs(t, err, loyalty.ErrFrozen)
	b.earn("a", points.EarnCommand{Points: 1})
}
