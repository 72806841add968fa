package earning_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty/earning"
)

// TestReturnsSumToTheWhole brings random orders back in random pieces, in the
// middle of which the record goes through JSON.
func TestReturnsSumToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := compile(t, drawProgramme(t))
		o := drawOrder(t)
		r := earn(t, plan, o, at(noon))
		var before []earning.Return
		var points, qp int64
		for step := range 8 {
			rest, err := r.Rest(before)
			require.NoError(t, err)
			var now []earning.Return
			for _, x := range rest {
				x.Amount = rapid.Int64Range(0, x.Amount).Draw(t, "amount")
				x.Units = rapid.Int64Range(0, x.Units).Draw(t, "units")
				if rapid.Bool().Draw(t, "take") {
					now = append(now, x)
				}
			}
			if step == 7 {
				now = rest
			}
			p, q, err := r.Return(before, now)
			require.NoError(t, err)
			require.True(t, p >= 0 && q >= 0)
			points, qp = points+p, qp+q
			before = append(before, now...)

			// In pieces or at once, forward or backward: the same.
			var turned []earning.Return
			for i := range before {
				turned = append(turned, before[len(before)-1-i])
			}
			atOnce, qpAtOnce, err := r.Return(nil, turned)
			require.NoError(t, err)
			require.Equal(t, []int64{points, qp}, []int64{atOnce, qpAtOnce})

			text, err := json.Marshal(r)
			require.NoError(t, err)
			var read earning.Result
			require.NoError(t, json.Unmarshal(text, &read))
			require.Equal(t, r, read)
			r = read
		}
		require.Equal(t, []int64{r.Points, r.QP}, []int64{points, qp})
		rest, err := r.Rest(before)
		require.NoError(t, err)
		require.Empty(t, rest)
	})
}

// TestSpread brings an order back in price reductions.
func TestSpread(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawOrder(t)
		r := earn(t, compile(t, programme(perYuan())), o, at(noon))
		left := r.Whole.Amount
		var before []earning.Return
		var points int64
		for range 4 {
			amount := rapid.Int64Range(0, left).Draw(t, "amount")
			now, err := r.Spread(before, amount)
			require.NoError(t, err)
			for _, x := range now {
				require.Positive(t, x.Amount)
				left -= x.Amount
				amount -= x.Amount
			}
			require.Zero(t, amount)
			p, _, err := r.Return(before, now)
			require.NoError(t, err)
			points += p
			before = append(before, now...)
		}
		now, err := r.Spread(before, left)
		require.NoError(t, err)
		p, _, err := r.Return(before, now)
		require.NoError(t, err)
		require.Equal(t, r.Points, points+p)
		_, err = r.Spread(append(before, now...), 1)
		require.ErrorIs(t, err, earning.ErrOverReturn)
	})
}

func TestReturnRefuses(t *testing.T) {
	visit := earning.Rule{ID: "visit", Kind: earning.PerVisit, Points: dec("10"), QP: dec("1")}
	unit := earning.Rule{ID: "unit", Kind: earning.PerUnit, Points: dec("5")}
	plan := compile(t, programme(perYuan(), visit, unit))
	o := order(10_00, 0)
	o.Lines[1].Units, o.Visits = 2, 1
	r := earn(t, plan, o, at(noon)) // a: 10, b: 2 free ones at 5, visit: 10
	require.Equal(t, int64(30), r.Points)
	for _, c := range []struct {
		before, now earning.Return
		want        error
		left        int64
	}{
		{now: earning.Return{Line: "c", Amount: 1}, want: earning.ErrNotFound},
		{now: earning.Return{Amount: 1}, want: earning.ErrNotFound},
		{now: earning.Return{Line: "a", Amount: -1}, want: earning.ErrInvalidAmount},
		{now: earning.Return{Line: "b", Units: -1}, want: earning.ErrInvalidAmount},
		{now: earning.Return{Line: "a", Units: 1}, want: earning.ErrInvalid},
		{now: earning.Return{Line: "b", Amount: 1}, want: earning.ErrOverReturn},
		{now: earning.Return{Line: "a", Amount: 10_01}, want: earning.ErrOverReturn, left: 10_00},
		{before: earning.Return{Line: "a", Amount: 4_00}, now: earning.Return{Line: "a", Amount: 6_01}, want: earning.ErrOverReturn, left: 6_00},
		{before: earning.Return{Line: "b", Units: 2}, now: earning.Return{Line: "b", Units: 1}, want: earning.ErrOverReturn},
	} {
		var before []earning.Return
		if c.before != (earning.Return{}) {
			before = append(before, c.before)
		}
		_, _, err := r.Return(before, []earning.Return{c.now})
		require.ErrorIs(t, err, c.want)
		var e *earning.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, c.left, e.Remaining)
		require.Zero(t, e.Item)
	}
	points, qp, err := r.Return(nil, []earning.Return{{Line: "b", Units: 1}})
	require.NoError(t, err)
	require.Equal(t, []int64{5, 0}, []int64{points, qp})
	points, qp, err = r.Return(nil, []earning.Return{{Line: "a", Amount: 5_00}})
	require.NoError(t, err)
	require.Equal(t, []int64{5 + 5, 5}, []int64{points, qp}, "half of the visit's points go with half of the money")
	_, err = r.Spread(nil, -1)
	require.ErrorIs(t, err, earning.ErrInvalidAmount)

	// An order that costs nothing comes back as a whole.
	free := earn(t, plan, earning.Order{Currency: o.Currency, Visits: 2}, at(noon))
	rest, err := free.Rest(nil)
	require.NoError(t, err)
	require.Equal(t, []earning.Return{{Units: 2}}, rest)
	points, qp, err = free.Return(rest[:0], rest)
	require.NoError(t, err)
	require.Equal(t, []int64{20, 2}, []int64{points, qp})
}

// TestReturnAfterCap takes back what the cap left, not what the rules had given.
func TestReturnAfterCap(t *testing.T) {
	p := programme(perYuan())
	p.Caps = []earning.Cap{{ID: "order", Limit: 100}}
	r := earn(t, compile(t, p), order(80_00, 80_00), at(noon))
	require.Equal(t, []int64{80, 20}, lines(r))
	points, qp, err := r.Return(nil, []earning.Return{{Line: "b", Amount: 40_00}})
	require.NoError(t, err)
	require.Equal(t, []int64{10, 40}, []int64{points, qp})
}
