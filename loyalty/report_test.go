package loyalty_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/liability"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// quarter are the months of a quarter of 2025, as bounds.
var quarter = []time.Time{instant("2025-01-01T00:00:00Z"), instant("2025-02-01T00:00:00Z"), instant("2025-03-01T00:00:00Z"), instant("2025-04-01T00:00:00Z")}

// TestRollForward is three months of two accounts, by hand.
func TestRollForward(t *testing.T) {
	b := newBook(t, points.Policy{}).at("2024-12-20T00:00:00Z")
	for _, id := range []string{"a", "b"} {
		_, err := b.Members.Enrol(b.ctx, cashier, id, loyalty.Call{})
		require.NoError(t, err)
	}
	_, err := b.Points.Open(b.ctx, cashier, "b", points.OpenCommand{Lots: []points.OpeningLot{{Points: 70, At: instant("2023-05-05T00:00:00Z")}}}, loyalty.Call{})
	require.NoError(t, err)
	sale := b.earn("a", points.EarnCommand{Points: 100, ExpireAt: instant("2025-03-15T00:00:00Z")})
	b.at("2025-01-10T00:00:00Z")
	spent := b.burn("a", 90)
	adjusted, err := b.Points.Adjust(b.ctx, cashier, "b", points.AdjustCommand{Points: -20}, loyalty.Call{})
	require.NoError(t, err)
	b.at("2025-02-10T00:00:00Z")
	_, err = b.refund("a", spent.Seq, 30)
	require.NoError(t, err)
	_, err = b.refund("b", adjusted.Seq, 5)
	require.NoError(t, err)
	_, err = b.Points.Transfer(b.ctx, cashier, "b", "a", 25, loyalty.Call{})
	require.NoError(t, err)
	b.at("2025-03-01T00:00:00Z")
	_, err = b.clawback("a", sale.Seq, 80) // 40 are left of the lot, 25 came from b, 15 are owed
	require.NoError(t, err)
	b.earn("a", points.EarnCommand{Points: 10, ActivateAt: instant("2025-03-20T00:00:00Z"), ExpireAt: instant("2025-03-25T00:00:00Z")}) // pays 10 of it
	b.earn("b", points.EarnCommand{Points: 3, ExpireAt: instant("2025-03-02T00:00:00Z")})

	check := func(rolled *loyalty.Rolled) {
		t.Helper()
		row := func(i int, r liability.Row) {
			r.From, r.Until = quarter[i], quarter[i+1]
			require.Equal(t, r, rolled.Lots.Rows[i])
			require.Zero(t, r.Balance())
		}
		row(0, liability.Row{Opening: 170, Redeemed: 90, WrittenOff: 20, Closing: 60})
		row(1, liability.Row{Opening: 60, Issued: 5, Refunded: 30, TransferredIn: 25, TransferredOut: 25, Closing: 95})
		row(2, liability.Row{Opening: 95, Issued: 13, Reversed: 65, Expired: 3, Settled: 10, Closing: 30})
		require.Equal(t, []loyalty.DebtRow{{From: quarter[0], Until: quarter[1]}, {From: quarter[1], Until: quarter[2]},
			{From: quarter[2], Until: quarter[3], Owed: 15, Settled: 10, Closing: 5}}, rolled.Debts)
		require.EqualValues(t, [3]int64{60, 95, 25}, [3]int64{rolled.Balance(0), rolled.Balance(1), rolled.Balance(2)})
		require.Equal(t, 2, rolled.Accounts)

		// What b gave to a is of the month in which b earned it.
		var months []string
		for _, v := range rolled.Lots.Vintages {
			months = append(months, fmt.Sprint(v.Month))
		}
		require.Equal(t, []string{"2023-05-01", "2024-12-01", "2025-03-01"}, months)
		old := rolled.Lots.Vintages[0].Rows
		require.EqualValues(t, [3]int64{50, 55, 30}, [3]int64{old[0].Closing, old[1].Closing, old[2].Closing})
	}
	rolled, err := b.Reports.RollForward(b.ctx, cashier, quarter, time.Time{})
	require.NoError(t, err)
	check(rolled)

	// It is the same whether or not what is due was posted, and later.
	b.at("2025-04-05T00:00:00Z").due(loyalty.DueOptions{})
	b.earn("b", points.EarnCommand{Points: 1000})
	rolled, err = b.Reports.RollForward(b.ctx, cashier, quarter, time.Time{})
	require.NoError(t, err)
	check(rolled)

	// By what was known at the end of January there is nothing after it.
	then, err := b.Reports.RollForward(b.ctx, cashier, quarter, quarter[1])
	require.NoError(t, err)
	require.Equal(t, rolled.Lots.Rows[0], then.Lots.Rows[0])
	require.EqualValues(t, 50, then.Balance(2), "the rest of the sale has expired by then")
}

func TestReportsRefuse(t *testing.T) {
	b := newBook(t, points.Policy{}, "a")
	b.earn("a", points.EarnCommand{Points: 1})
	own := loyalty.Actor{ID: "a", Sees: loyalty.Only("a")}
	_, err := b.Reports.RollForward(b.ctx, own, quarter, time.Time{})
	require.ErrorIs(t, err, loyalty.ErrForbidden)
	_, err = b.Reports.Observe(b.ctx, own, time.Time{}, time.Time{}, time.Time{}, liability.ExperienceOptions{})
	require.ErrorIs(t, err, loyalty.ErrForbidden)
	_, err = b.Reports.RollForward(b.ctx, cashier, quarter[:1], time.Time{})
	require.ErrorIs(t, err, loyalty.ErrInvalid)
	_, err = b.Reports.Observe(b.ctx, cashier, time.Time{}, time.Time{}, time.Time{}, liability.ExperienceOptions{})
	require.ErrorIs(t, err, liability.ErrInsufficientData)
}

// TestObserve has a quarter of all points redeemed and the rest expired, and a
// member with two accounts.
func TestObserve(t *testing.T) {
	b := newBook(t, points.Policy{Expiry: points.Expiry{Rule: points.AfterDays, N: 90}})
	for i := range 40 {
		id := fmt.Sprintf("m%02d", i)
		_, err := b.Members.Enrol(b.ctx, cashier, id, loyalty.Call{})
		require.NoError(t, err)
		b.earn(id, points.EarnCommand{Points: 100})
	}
	_, err := b.Members.OpenAccount(b.ctx, cashier, "m00", "m00-2", loyalty.Call{})
	require.NoError(t, err)
	b.earn("m00-2", points.EarnCommand{Points: 100})
	b.at("2025-01-11T00:00:00Z")
	b.burn("m00-2", 50)
	for i := range 20 {
		b.burn(fmt.Sprintf("m%02d", i), 50)
	}
	b.at("2025-06-01T00:00:00Z")
	x, err := b.Reports.Observe(b.ctx, cashier, time.Time{}, time.Time{}, time.Time{}, liability.ExperienceOptions{})
	require.NoError(t, err)
	require.Equal(t, [2]int{41, 40}, [2]int{x.Lots, x.Members})
	require.EqualValues(t, 4100, x.Points)
	require.InDelta(t, 1050.0/4100, x.Lifetime.Redeemed.Value, 1e-12)
	require.InDelta(t, 3050.0/4100, x.Lifetime.Expired.Value, 1e-12)
	require.Zero(t, x.OpenPoints)
	require.EqualValues(t, 1050, x.Vintages[0].Estimate)

	_, err = b.Reports.Observe(b.ctx, cashier, time.Time{}, time.Time{}, instant("2025-01-02T00:00:00Z"), liability.ExperienceOptions{})
	require.ErrorIs(t, err, liability.ErrInsufficientData, "no lot was earned since")
}

// TestRollForwardBalances runs random programmes and holds that the roll-forward
// balances to the point: with itself, with the balances as of the end of each month,
// and whether or not time's work was posted.
func TestRollForwardBalances(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		shortfall := points.Shortfall(rapid.IntRange(0, 1).Draw(r, "shortfall"))
		policy := points.Policy{Shortfall: shortfall, Inactivity: rapid.SampledFrom([]int{0, 1}).Draw(r, "inactivity")}
		b := newBook(t, policy, "a", "b", "c")
		accounts := []string{"a", "b", "c"}
		account := rapid.SampledFrom(accounts)
		number := rapid.Int64Range(1, 60)
		backdated := rapid.Bool().Draw(r, "backdated")
		now := b.clock.Now()
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 6*24).Draw(r, "hours")) * time.Hour)
			b.clock.set(now)
			var call loyalty.Call
			if backdated {
				call.At = now.Add(-time.Duration(rapid.IntRange(0, 20*24).Draw(r, "back")) * time.Hour)
			}
			id := account.Draw(r, "account")
			last := int(b.state(id).Seq)
			// What is refused is refused: most numbers are of something else.
			switch rapid.IntRange(0, 9).Draw(r, "command") {
			case 0, 1, 2:
				cmd := points.EarnCommand{Points: number.Draw(r, "points"), Confirm: rapid.Bool().Draw(r, "confirm")}
				if rapid.Bool().Draw(r, "ends") {
					cmd.ExpireAt = now.Add(time.Duration(rapid.IntRange(-10*24, 30*24).Draw(r, "life")) * time.Hour)
				}
				_, _ = b.Points.Earn(b.ctx, cashier, id, cmd, call)
			case 3:
				_, _ = b.Points.Burn(b.ctx, cashier, id, points.BurnCommand{Points: number.Draw(r, "points")}, call)
			case 4:
				_, _ = b.Points.Adjust(b.ctx, cashier, id, points.AdjustCommand{Points: rapid.Int64Range(-40, 40).Draw(r, "points")}, call)
			case 5:
				_, _ = b.Points.Transfer(b.ctx, cashier, id, account.Draw(r, "to"), number.Draw(r, "points"), call)
			case 6:
				_, _ = b.Points.Merge(b.ctx, cashier, id, account.Draw(r, "to"), call)
			case 7:
				_, _ = b.Points.WriteOff(b.ctx, cashier, id, points.WriteOffCommand{Points: 5}, call)
			case 8:
				b.due(loyalty.DueOptions{})
			case 9:
				target := uint64(rapid.IntRange(0, last).Draw(r, "target"))
				_, err := b.Points.Refund(b.ctx, cashier, id, loyalty.Reversal{Target: target, Points: 1 + number.Draw(r, "points")/4}, call)
				if err != nil {
					_, _ = b.Points.Clawback(b.ctx, cashier, id, loyalty.Reversal{Target: target, Points: 1 + number.Draw(r, "points")/2}, call)
				}
			}
		}
		bounds := []time.Time{quarter[0].AddDate(0, -1, 0)}
		for bounds[len(bounds)-1].Before(now.AddDate(0, 2, 0)) {
			bounds = append(bounds, quarter[0].AddDate(0, len(bounds)-1, 0))
		}
		rolled, err := b.Reports.RollForward(b.ctx, cashier, bounds, time.Time{})
		require.NoError(r, err)
		months := make([]liability.Row, len(bounds)-1)
		in, out := int64(0), int64(0)
		for i, row := range rolled.Lots.Rows {
			require.Zero(r, row.Balance())
			in, out = in+row.TransferredIn, out+row.TransferredOut
			for _, v := range rolled.Lots.Vintages {
				months[i].Closing += v.Rows[i].Closing
			}
			require.Equal(r, row.Closing, months[i].Closing)
			d := rolled.Debts[i]
			require.GreaterOrEqual(r, min(d.Owed, d.TransferredIn, d.Settled, d.WrittenOff, d.TransferredOut, d.Closing), int64(0))
			require.Equal(r, row.Settled, d.Settled)
			if backdated && i < len(bounds)-2 {
				continue
			}
			sum := int64(0)
			for _, id := range accounts {
				n, err := b.Points.BalanceAsOf(b.ctx, cashier, id, bounds[i+1].Add(-time.Microsecond), time.Time{})
				require.NoError(r, err)
				sum += n
			}
			require.Equal(r, sum, rolled.Balance(i), "the end of period %d", i)
		}
		require.Equal(r, in, out)
		before, err := json.Marshal(rolled.Lots)
		require.NoError(r, err)

		b.clock.set(bounds[len(bounds)-1])
		b.due(loyalty.DueOptions{})
		again, err := b.Reports.RollForward(b.ctx, cashier, bounds, time.Time{})
		require.NoError(r, err)
		after, err := json.Marshal(again.Lots)
		require.NoError(r, err)
		require.JSONEq(r, string(before), string(after))
	})
}

// TestRollForwardOfPieces has what came late and what came back: a lot that had ended
// before it was imported, and one that was adjusted, restored, spent and refunded.
func TestRollForwardOfPieces(t *testing.T) {
	b := newBook(t, points.Policy{}, "a", "b").at("2025-01-10T00:00:00Z")
	past := instant("2024-03-01T00:00:00Z")
	_, err := b.Points.Open(b.ctx, cashier, "a", points.OpenCommand{Debt: 7, Lots: []points.OpeningLot{
		{Points: 40, At: past, ExpireAt: past.AddDate(0, 6, 0)}, {Points: 30, At: past}}}, loyalty.Call{At: past})
	require.NoError(t, err)
	b.earn("b", points.EarnCommand{Points: 50})
	adjusted, err := b.Points.Adjust(b.ctx, cashier, "b", points.AdjustCommand{Points: -20}, loyalty.Call{})
	require.NoError(t, err)
	b.at("2025-02-10T00:00:00Z")
	_, err = b.refund("b", adjusted.Seq, 20)
	require.NoError(t, err)
	spent := b.burn("b", 50)
	b.at("2025-03-10T00:00:00Z")
	_, err = b.refund("b", spent.Seq, 45)
	require.NoError(t, err)
	rolled, err := b.Reports.RollForward(b.ctx, cashier, quarter, time.Time{})
	require.NoError(t, err)
	for i, want := range []liability.Row{
		{Imported: 70, Issued: 50, WrittenOff: 20, Expired: 40, Settled: 7, Closing: 53},
		{Opening: 53, Issued: 20, Redeemed: 50, Closing: 23},
		{Opening: 23, Refunded: 45, Closing: 68},
	} {
		want.From, want.Until = quarter[i], quarter[i+1]
		require.Equal(t, want, rolled.Lots.Rows[i])
	}
	require.Equal(t, loyalty.DebtRow{From: quarter[0], Until: quarter[1], Imported: 7, Settled: 7}, rolled.Debts[0])
}
