package loyalty_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

func (b *book) balanceAsOf(account, effective, recorded string) int64 {
	b.t.Helper()
	var r time.Time
	if recorded != "" {
		r = instant(recorded)
	}
	n, err := b.Points.BalanceAsOf(b.ctx, cashier, account, instant(effective), r)
	require.NoError(b.t, err)
	return n
}

// TestAsOf asks about both times: a purchase of January that was recorded in
// February, and its return.
func TestAsOf(t *testing.T) {
	b := newBook(t, points.Policy{}, "m")
	b.earn("m", points.EarnCommand{Points: 10})
	b.at("2025-02-10T00:00:00Z")
	_, err := b.Points.Earn(b.ctx, cashier, "m", points.EarnCommand{Points: 100}, loyalty.Call{At: instant("2025-01-20T00:00:00Z")})
	require.NoError(t, err)
	b.at("2025-03-01T00:00:00Z")
	_, err = b.clawback("m", 2, 40)
	require.NoError(t, err)

	require.EqualValues(t, 10, b.balanceAsOf("m", "2025-01-31T00:00:00Z", "2025-02-09T23:59:59Z"))
	require.EqualValues(t, 110, b.balanceAsOf("m", "2025-01-31T00:00:00Z", "2025-02-10T00:00:00Z"))
	require.EqualValues(t, 110, b.balanceAsOf("m", "2025-01-31T00:00:00Z", ""))
	require.EqualValues(t, 10, b.balanceAsOf("m", "2025-01-19T23:59:59Z", ""))
	require.EqualValues(t, 70, b.balanceAsOf("m", "2025-03-01T00:00:00Z", ""))
	now, err := b.Points.AvailableAsOf(b.ctx, cashier, "m", time.Time{}, time.Time{})
	require.NoError(t, err)
	require.EqualValues(t, 70, now)
	then, err := b.Points.AvailableAsOf(b.ctx, cashier, "m", instant("2025-02-15T00:00:00Z"), instant("2025-02-15T00:00:00Z"))
	require.NoError(t, err)
	require.EqualValues(t, 110, then)

	// The clock goes back, and now is no sooner than what was recorded.
	b.at("2025-01-01T00:00:00Z")
	require.EqualValues(t, 70, b.available("m"))
	back, err := b.Points.BalanceAsOf(b.ctx, cashier, "m", time.Time{}, time.Time{})
	require.NoError(t, err)
	require.EqualValues(t, 70, back)
}

// TestStatement has a period with an expiry that nobody posted.
func TestStatement(t *testing.T) {
	b := newBook(t, points.Policy{}, "m")
	b.earn("m", points.EarnCommand{Points: 100, ExpireAt: instant("2025-02-10T00:00:00Z")})
	b.at("2025-02-01T00:00:00Z").burn("m", 30)
	got, err := b.Points.Statement(b.ctx, cashier, "m", instant("2025-02-01T00:00:00Z"), instant("2025-03-01T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, points.Period{From: instant("2025-02-01T00:00:00Z"), Until: instant("2025-03-01T00:00:00Z"), Opening: 100, Debits: 100,
		Lines: []points.Line{{Kind: points.KindBurn, Entries: 1, Debits: 30}, {Kind: points.KindExpire, Entries: 1, Debits: 70}}}, got)
	_, err = b.Points.Statement(b.ctx, cashier, "m", instant("2025-02-01T00:00:00Z"), instant("2025-02-01T00:00:00Z"))
	require.ErrorIs(t, err, loyalty.ErrInvalid)

	expiring, err := b.Points.Expiring(b.ctx, cashier, "m", instant("2025-03-01T00:00:00Z"))
	require.NoError(t, err)
	require.Equal(t, []points.Due{{At: instant("2025-02-10T00:00:00Z"), Points: 70}}, expiring)
	links, err := b.Points.Trace(b.ctx, cashier, "m")
	require.NoError(t, err)
	require.Equal(t, []points.Link{{Debit: 2, Credit: 1, Points: 30}}, links)
}

// TestReadsAreSeen holds that no read tells a stranger anything, and that each is
// observed.
func TestReadsAreSeen(t *testing.T) {
	seen := map[string]int{}
	b := newBookOn(t, new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Observe: func(_ context.Context, op loyalty.Op) { seen[op.Name]++ }}, "m")
	b.earn("m", points.EarnCommand{Points: 1})
	stranger := loyalty.Actor{ID: "s", Sees: loyalty.Only("s")}
	at := b.clock.Now()
	for name, read := range map[string]func(a loyalty.Actor) error{
		"points.account":   func(a loyalty.Actor) error { _, err := b.Points.Account(b.ctx, a, "m"); return err },
		"points.available": func(a loyalty.Actor) error { _, err := b.Points.Available(b.ctx, a, "m"); return err },
		"points.expiring":  func(a loyalty.Actor) error { _, err := b.Points.Expiring(b.ctx, a, "m", at); return err },
		"points.trace":     func(a loyalty.Actor) error { _, err := b.Points.Trace(b.ctx, a, "m"); return err },
		"points.statement": func(a loyalty.Actor) error {
			_, err := b.Points.Statement(b.ctx, a, "m", time.Time{}, at)
			return err
		},
		"points.balance-as-of":   func(a loyalty.Actor) error { _, err := b.Points.BalanceAsOf(b.ctx, a, "m", at, at); return err },
		"points.available-as-of": func(a loyalty.Actor) error { _, err := b.Points.AvailableAsOf(b.ctx, a, "m", at, at); return err },
		"points.journal": func(a loyalty.Actor) (err error) {
			for _, e := range b.Points.Journal(b.ctx, a, "m", loyalty.PostingFilter{}) {
				err = e
			}
			return err
		},
	} {
		require.NoError(t, read(cashier), name)
		require.ErrorIs(t, read(stranger), loyalty.ErrNotFound, name)
		require.Equal(t, 2, seen[name], name)
	}
	for p, err := range b.Points.Journal(b.ctx, cashier, "m", loyalty.PostingFilter{After: loyalty.Place{Account: "m", Seq: 1}}) {
		t.Fatal(p, err)
	}
}
