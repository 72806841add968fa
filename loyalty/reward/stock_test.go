package reward_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty/reward"
)

func TestStockRefuses(t *testing.T) {
	at := on(3, 1, 0)
	act := by("s", at)
	s := stocked(t, 10)
	e, err := s.Reserve("r-1", 4, act)
	require.NoError(t, err)
	s, err = s.With(e)
	require.NoError(t, err)
	full := stocked(t, math.MaxInt64)
	do := func(e reward.StockEntry, err error) error { return err }
	for name, tt := range map[string]struct {
		err   error
		want  error
		field string
	}{
		"receive nothing":       {do(s.Receive(0, act)), reward.ErrInvalid, "n"},
		"receive beyond 64 bit": {do(full.Receive(1, act)), reward.ErrOverflow, "n"},
		"reserve too many":      {do(s.Reserve("r-2", 7, act)), reward.ErrOutOfStock, "stock"},
		"reserve twice":         {do(s.Reserve("r-1", 1, act)), reward.ErrDuplicate, "hold"},
		"reserve for nobody":    {do(s.Reserve("", 1, act)), reward.ErrInvalid, "hold"},
		"issue held pieces":     {do(s.Issue("", 7, act)), reward.ErrOutOfStock, "stock"},
		"issue unknown":         {do(s.Issue("r-9", 1, act)), reward.ErrNotFound, "hold"},
		"issue more than held":  {do(s.Issue("r-1", 5, act)), reward.ErrOverReversal, "hold"},
		"release unknown":       {do(s.Release("r-9", 1, act)), reward.ErrNotFound, "hold"},
		"release free":          {do(s.Release("", 1, act)), reward.ErrInvalid, "hold"},
		"release too many":      {do(s.Release("r-1", 5, act)), reward.ErrOverReversal, "hold"},
		"restock what is in":    {do(s.Restock(1, act)), reward.ErrOverReversal, "stock"},
		"write off held pieces": {do(s.WriteOff(7, act)), reward.ErrOutOfStock, "stock"},
		"earlier":               {do(s.Receive(1, by("s", at.Add(-1)))), reward.ErrConflict, "recorded"},
		"effective earlier":     {do(s.Receive(1, reward.Act{Actor: "s", At: at.Add(-1), Recorded: at})), reward.ErrConflict, "at"},
	} {
		t.Run(name, func(t *testing.T) { requireRefused(t, tt.err, tt.want, tt.field) })
	}
	_, err = reward.FoldStock([]reward.StockEntry{{Kind: 9}})
	require.ErrorIs(t, err, reward.ErrInvalid)
	_, err = reward.FoldStock([]reward.StockEntry{{Kind: reward.Received, N: 1, Act: reward.Act{Actor: "s", At: at, Recorded: at}},
		{Kind: reward.Issued, N: 2, Act: reward.Act{Actor: "s", At: at, Recorded: at}}})
	typed := requireRefused(t, err, reward.ErrOutOfStock, "entries")
	require.Equal(t, 1, typed.Item)
}

// Random redemptions of one reward, with a naive count of each piece beside them.
func TestStockAndRedemptions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := reward.Reward{Code: "mug", En: "Mug", Cost: 7, Stock: reward.Limited,
			Delivery: rapid.SampledFrom([]reward.Delivery{reward.Instant, reward.Delayed}).Draw(t, "delivery")}
		var journal []reward.StockEntry
		var stock reward.Stock
		orders := map[string]reward.Redemption{}
		var ids []string
		var points, received, lost int64
		now := on(1, 1, 0)
		for step := range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "pause")) * time.Second)
			act := by("s", now)
			n := int64(rapid.IntRange(1, 5).Draw(t, "n"))
			before := fmt.Sprint(stock, orders)
			var out reward.Outcome
			var e reward.StockEntry
			var err error
			id, sign := fmt.Sprintf("r-%02d", step), int64(1)
			kind := rapid.IntRange(0, 5).Draw(t, "kind")
			if kind >= 3 {
				if len(ids) == 0 {
					continue
				}
				id, sign = rapid.SampledFrom(ids).Draw(t, "order"), -1
			}
			switch kind {
			case 0:
				e, err = stock.Receive(n, act)
			case 1:
				e, err = stock.WriteOff(n, act)
			case 2:
				out, err = r.Redeem(stock, reward.Member{ID: "m"}, reward.Request{ID: id, N: n, Act: act})
			case 3:
				out, err = orders[id].Deliver(stock, n, act)
			case 4:
				out, err = orders[id].Cancel(stock, n, act)
			case 5:
				out, err = orders[id].Return(stock, n, act)
			}
			if err != nil {
				require.Equal(t, before, fmt.Sprint(stock, orders), "a refusal changes nothing")
				continue
			}
			switch kind {
			case 0:
				received += n
			case 1:
				lost += n
			default:
				e = out.Stock[0]
				points += sign * out.Points
				orders[id], err = orders[id].With(out.Entry)
				require.NoError(t, err)
				if kind == 2 {
					ids = append(ids, id)
				}
			}
			journal = append(journal, e)
			stock, err = stock.With(e)
			require.NoError(t, err)
			replay, err := reward.FoldStock(journal)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(replay), fmt.Sprint(stock))

			var waiting, with, kept int64
			for _, o := range orders {
				waiting, with, kept = waiting+o.Waiting(), with+o.Delivered-o.Returned, kept+o.Kept()
			}
			require.Equal(t, waiting, stock.Held)
			require.Equal(t, with, stock.Out)
			require.Equal(t, kept*7, points)
			require.Equal(t, received, stock.Free+stock.Held+stock.Out+lost)
			require.GreaterOrEqual(t, min(stock.Free, stock.Held, stock.Out), int64(0))
			held := int64(0)
			for i, h := range stock.Holds {
				held += h.N
				require.Positive(t, h.N)
				require.True(t, i == 0 || stock.Holds[i-1].ID < h.ID)
			}
			require.Equal(t, stock.Held, held)
		}
	})
}
