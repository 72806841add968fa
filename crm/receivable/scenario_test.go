package receivable_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

func day(text string) calendar.Day {
	d, err := calendar.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

func percent(n int64) money.Ratio { return money.Ratio{Num: n, Den: 100} }

func cny(fen int64) money.Amount { return money.Amount{Minor: fen, Currency: money.CNY} }

func act(id string) receivable.Act {
	return receivable.Act{ID: id, On: day("2026-11-21"), Actor: "s-3"}
}

// owing returns instalments I1, I2, ... of so many fen, due a day after each other.
func owing(minor ...int64) (list []receivable.Instalment) {
	for i, m := range minor {
		list = append(list, receivable.Instalment{ID: "I" + string(rune('1'+i)), Order: "SO-1", Customer: "C-1",
			Due: day("2026-10-01") + calendar.Day(i), Minor: m})
	}
	return list
}

func account(t require.TestingT, minor ...int64) *receivable.Account {
	a, err := receivable.Fold(money.CNY, owing(minor...), nil)
	require.NoError(t, err)
	return a
}

func outstanding(a *receivable.Account) (list []int64) {
	for _, it := range a.Items() {
		list = append(list, it.Outstanding)
	}
	return list
}

func TestSalesO23(t *testing.T) {
	due := day("2026-12-01")
	plan, err := receivable.Plan("SO-1", "C-1", money.Amount{Minor: 10000001, Currency: money.CNY}, []receivable.Term{
		{Share: percent(30), Event: receivable.Signing}, {Share: percent(30), Event: receivable.Shipment, Days: 10},
		{Share: percent(35), Due: due}, {Share: percent(5), Event: receivable.WarrantyEnd}})
	require.NoError(t, err)
	for i, want := range []int64{3000000, 3000000, 3500000, 500001} {
		require.Equal(t, want, plan[i].Minor)
	}

	e, err := account(t, 70000, 50000, 30000).Receive(act("R1"), cny(100000), receivable.Allocation{Method: receivable.Proportional})
	require.NoError(t, err)
	require.Equal(t, []receivable.Line{{Instalment: "I1", Minor: 46667}, {Instalment: "I2", Minor: 33333}, {Instalment: "I3", Minor: 20000}}, e.Lines)
	e, err = account(t, 70000, 50000, 30000).Receive(act("R1"), cny(100000), receivable.Allocation{})
	require.NoError(t, err)
	require.Equal(t, []receivable.Line{{Instalment: "I1", Minor: 70000}, {Instalment: "I2", Minor: 30000}}, e.Lines)

	a := account(t, 70000, 50000, 30000)
	e, err = a.Receive(act("R1"), cny(160000), receivable.Allocation{})
	require.NoError(t, err)
	require.Equal(t, int64(10000), e.Surplus)
	require.NoError(t, a.Apply(e))
	require.Equal(t, []int64{0, 0, 0}, outstanding(a))
	require.Equal(t, int64(10000), a.Prepaid())
	e, err = a.Reverse(act("X1"), "R1", 0)
	require.NoError(t, err)
	require.NoError(t, a.Apply(e))
	require.Equal(t, []int64{70000, 50000, 30000}, outstanding(a))
	require.Zero(t, a.Prepaid())

	_, err = a.Receive(act("R2"), cny(80000), receivable.Allocation{Explicit: []receivable.Line{{Instalment: "I1", Minor: 70100}}})
	require.ErrorIs(t, err, receivable.ErrOverAllocation)
	var over *receivable.Error
	require.ErrorAs(t, err, &over)
	require.Equal(t, int64(70000), over.Left)
	_, err = a.Receive(act("R2"), money.Amount{Minor: 100, Currency: money.MustCurrency("USD")}, receivable.Allocation{})
	require.ErrorIs(t, err, receivable.ErrCurrency)
}

// working is the office calendar of the scenarios in the first months of 2026.
func working(d calendar.Day) bool {
	off := d >= day("2026-02-15") && d <= day("2026-02-23")
	makeUp := d == day("2026-02-14") || d == day("2026-02-28")
	weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
	return makeUp || !off && !weekend
}

func TestSalesO24(t *testing.T) {
	asOf := day("2026-11-21")
	for due, want := range map[string]receivable.Bucket{
		"2026-11-21": receivable.NotDue, "2026-11-20": receivable.Over1To30, "2026-10-22": receivable.Over1To30, "2026-10-21": receivable.Over31To60,
		"2026-08-22": receivable.Over91To180, "2025-11-26": receivable.Over181To360, "2025-11-25": receivable.OverMore,
	} {
		require.Equal(t, want, receivable.BucketOf(day(due), asOf), due)
	}
	require.Equal(t, receivable.NotDue, receivable.BucketOf(0, asOf))

	debt := receivable.Debt{Item: receivable.Item{Instalment: owing(100)[0], Outstanding: 100}}
	debt.Due = day("2026-01-31")
	dates := func() (list []string) {
		plan, err := receivable.DefaultDunning().Schedule(debt, working)
		require.NoError(t, err)
		for _, f := range plan {
			list = append(list, f.On.String())
		}
		return list
	}
	require.Equal(t, []string{"2026-01-26", "2026-02-02", "2026-02-24", "2026-03-02", "2026-04-01"}, dates())

	debt.Promises = []receivable.Promise{{Given: day("2026-02-20"), For: day("2026-02-26")}}
	debt.Fired = 2
	require.Equal(t, "2026-02-27", dates()[2])
	_, ok, err := receivable.DefaultDunning().Next(debt, day("2026-02-26"), working)
	require.NoError(t, err)
	require.False(t, ok)
	f, ok, err := receivable.DefaultDunning().Next(debt, day("2026-02-27"), working)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, 3, f.Step)
}
