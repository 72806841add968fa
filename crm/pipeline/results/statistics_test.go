package results_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline/results"
	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/guanxi-go/guanxi/internal/wording"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

func on(text string) time.Time {
	if len(text) == len("2006-01-02") {
		text += " 00:00:00"
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", text, shanghai)
	if err != nil {
		panic(err)
	}
	return at
}

func day(text string) calendar.Day { return calendar.DayOf(on(text), shanghai) }

func period(from, to string) results.Period {
	return results.Period{From: day(from), To: day(to), Zone: shanghai}
}

func byStaff(s results.Sale) string { return s.Staff }

func TestSalesResults(t *testing.T) {
	sales := []results.Sale{
		{ID: "1", At: on("2026-01-01"), Minor: 500, Staff: "B"},
		{ID: "2", At: on("2026-03-31 23:59:59"), Minor: 100, Staff: "A"},
		{ID: "3", At: on("2026-04-01"), Minor: 900, Staff: "A"}, // the next quarter
		{ID: "4", At: on("2026-02-01"), Outcome: results.Lost, Staff: "A"},
		{ID: "5", At: on("2026-02-02"), Outcome: results.Returned, Minor: -30, Staff: "B"},
		{ID: "6", At: on("2026-02-03"), Outcome: results.Lost},
	}
	table, err := results.SalesResults(sales, period("2026-01-01", "2026-04-01"), byStaff)
	require.NoError(t, err)
	require.Equal(t, results.Table[results.SalesRow]{
		Rows: []results.SalesRow{
			{Key: "", Lost: 1},
			{Key: "A", Won: 1, Lost: 1, Minor: 100},
			{Key: "B", Won: 1, Returned: 1, Minor: 470},
		},
		Total: results.SalesRow{Won: 2, Lost: 2, Returned: 1, Minor: 570},
	}, table)
	won, ok := table.Total.WinRate()
	require.True(t, ok)
	require.Equal(t, 4, won.N)
	require.InDelta(t, 0.5, won.Share, 0)
	// The score interval of 2 of 4 by its formula, (1/2 ± z·sqrt(1/16 + z²/64) / (1 + z²/4)).
	const z = 1.959963984540054
	half := z * math.Sqrt(1.0/16+z*z/64) / (1 + z*z/4)
	require.InEpsilon(t, 0.5-half, won.Low, 1e-12)
	require.InEpsilon(t, 0.5+half, won.High, 1e-12)
	_, ok = results.SalesRow{Returned: 1}.WinRate()
	require.False(t, ok, "nothing was closed")
	all, err := results.SalesResults(sales, period("2026-01-01", "2026-04-01"), nil)
	require.NoError(t, err)
	require.Equal(t, []results.SalesRow{all.Total}, all.Rows)
	none, err := results.SalesResults(nil, period("2026-01-01", "2026-04-01"), nil)
	require.NoError(t, err)
	require.Empty(t, none.Rows)
}

func TestYearSales(t *testing.T) {
	sales := []results.Sale{
		{ID: "0", At: on("2025-12-31 23:59:59"), Minor: 7, Staff: "A"},
		{ID: "1", At: on("2026-01-01"), Minor: 500, Staff: "B"},
		{ID: "2", At: on("2026-03-31 23:59:59"), Minor: 100, Staff: "A"},
		{ID: "3", At: on("2026-04-01"), Minor: 900, Staff: "A"},
		{ID: "4", At: on("2026-12-31 23:59:59"), Outcome: results.Lost, Staff: "A"},
	}
	table, err := results.YearSales(sales, 2026, shanghai, byStaff)
	require.NoError(t, err)
	require.Len(t, table.Rows, 2)
	a := table.Rows[0]
	require.Equal(t, "A", a.Key)
	require.Equal(t, results.SalesRow{Won: 1, Minor: 100}, a.Months[2])
	require.Equal(t, results.SalesRow{Lost: 1}, a.Months[11])
	require.Equal(t, results.SalesRow{Won: 1, Minor: 900}, a.Quarter(2))
	require.Equal(t, results.SalesRow{Key: "A", Won: 2, Lost: 1, Minor: 1000}, a.Year)
	require.Equal(t, int64(600), table.Total.Quarter(1).Minor)
	require.Zero(t, a.Quarter(0))
	require.Zero(t, a.Quarter(5))
	for _, year := range []int{0, 9999} {
		_, err = results.YearSales(sales, year, shanghai, nil)
		require.ErrorIs(t, err, results.ErrInvalid)
	}
	_, err = results.YearSales(sales, 2026, nil, nil)
	require.ErrorIs(t, err, results.ErrInvalid)
}

func TestYearOnYear(t *testing.T) {
	sales := []results.Sale{
		{ID: "1", At: on("2024-02-29"), Minor: 6000, Staff: "A"},
		{ID: "2", At: on("2025-02-28"), Minor: 5900, Staff: "A"},
		{ID: "3", At: on("2025-01-15"), Minor: 10, Staff: "B"},
		{ID: "4", At: on("2024-01-15"), Minor: 40, Staff: "C"},
		{ID: "5", At: on("2024-01-15"), Outcome: results.Returned, Minor: -40, Staff: "D"},
		{ID: "6", At: on("2025-03-01"), Minor: 99, Staff: "A"},
	}
	january := period("2025-01-01", "2025-03-01")
	c, err := results.YearOnYear(sales, january, byStaff, results.GrowthOptions{})
	require.NoError(t, err)
	require.Equal(t, period("2024-01-01", "2024-03-01"), c.Before)
	require.Equal(t, []int{59, 60}, []int{c.NowDays, c.BeforeDays})
	growth := func(r results.ChangeRow) string {
		if !r.Growth.Valid {
			return "-"
		}
		return r.Growth.Decimal.String()
	}
	var got []string
	for _, r := range append(c.Rows, c.Total) {
		got = append(got, fmt.Sprint(r.Key, " ", r.Now.Minor, " ", r.Before.Minor, " ", r.Difference, " ", growth(r)))
	}
	require.Equal(t, []string{
		"A 5900 6000 -100 -0.016666666666666667", "B 10 0 10 -", "C 0 40 -40 -1", "D 0 -40 40 -", " 5910 6000 -90 -0.015",
	}, got)

	// 5900 in 59 days is what 6000 in 60 is.
	c, err = results.YearOnYear(sales, january, byStaff, results.GrowthOptions{Per: results.PerDay})
	require.NoError(t, err)
	require.Equal(t, "0", growth(c.Rows[0]))
	require.Equal(t, int64(-100), c.Rows[0].Difference)

	work, err := calendar.Compile(calendar.Spec{
		Loc: shanghai, Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-17:00"))}},
		Years: calendar.China(), From: day("2025-01-01"), To: day("2026-12-31"),
	})
	require.NoError(t, err)
	spring := []results.Sale{{ID: "1", At: on("2025-02-10"), Minor: 190}, {ID: "2", At: on("2026-02-10"), Minor: 160}}
	c, err = results.YearOnYear(spring, period("2026-02-01", "2026-03-01"), nil, results.GrowthOptions{Per: results.PerWorkingDay, Work: work})
	require.NoError(t, err)
	require.Equal(t, []int{16, 19}, []int{c.NowDays, c.BeforeDays})
	require.Equal(t, "0", growth(c.Total))
	_, err = results.YearOnYear(spring, january, nil, results.GrowthOptions{Per: results.PerWorkingDay, Work: work})
	require.ErrorIs(t, err, results.ErrInvalid, "2024 is not in the calendar")
	_, err = results.YearOnYear(spring, january, nil, results.GrowthOptions{Per: results.PerWorkingDay})
	require.ErrorIs(t, err, results.ErrInvalid)
	_, err = results.YearOnYear(spring, january, nil, results.GrowthOptions{Per: 3})
	require.ErrorIs(t, err, results.ErrInvalid)
	_, err = results.YearOnYear(spring, period("0001-01-01", "0001-02-01"), nil, results.GrowthOptions{})
	require.ErrorIs(t, err, results.ErrInvalid)
	holidays := period("2026-02-16", "2026-02-18")
	c, err = results.YearOnYear([]results.Sale{{ID: "1", At: on("2025-02-17"), Minor: 5}}, holidays, nil, results.GrowthOptions{Per: results.PerWorkingDay, Work: work})
	require.NoError(t, err)
	require.Equal(t, []int{0, 1}, []int{c.NowDays, c.BeforeDays})
	require.Equal(t, "-", growth(c.Total), "there was no working day")
}

func TestContactActivity(t *testing.T) {
	contacts := []results.Contact{
		{ID: "1", At: on("2026-03-01"), Staff: "A", Channel: timeline.Phone, Direction: timeline.Outbound, Outcome: timeline.NoAnswer},
		{ID: "2", At: on("2026-03-02"), Staff: "A", Channel: timeline.Phone, Direction: timeline.Outbound, Outcome: timeline.Reached},
		{ID: "3", At: on("2026-03-03"), Staff: "B", Channel: timeline.WeChat, Direction: timeline.Inbound, Outcome: timeline.InformationGiven},
		{ID: "4", At: on("2026-04-01"), Staff: "B"},
	}
	table, err := results.ContactActivity(contacts, period("2026-03-01", "2026-04-01"), func(c results.Contact) string { return c.Staff })
	require.NoError(t, err)
	require.Equal(t, []results.ContactRow{{Key: "A", Contacts: 2, Reached: 1, Outbound: 2}, {Key: "B", Contacts: 1, Reached: 1, Inbound: 1}}, table.Rows)
	require.Equal(t, results.ContactRow{Contacts: 3, Reached: 2, Inbound: 1, Outbound: 2}, table.Total)
	reached, ok := table.Total.ReachRate()
	require.True(t, ok)
	require.Equal(t, 3, reached.N)
	_, ok = results.ContactRow{}.ReachRate()
	require.False(t, ok)
	byChannel, err := results.ContactActivity(contacts, period("2026-03-01", "2026-04-01"), func(c results.Contact) string { return c.Channel.String() })
	require.NoError(t, err)
	require.Len(t, byChannel.Rows, 2)
}

func TestMessages(t *testing.T) {
	messages := []results.Message{
		{ID: "1", At: on("2026-03-01"), Campaign: "C", Segments: 2, Minor: 8, Delivery: results.Delivered},
		{ID: "2", At: on("2026-03-01"), Campaign: "C", Segments: 1, Minor: 4, Delivery: results.Failed},
		{ID: "3", At: on("2026-03-01"), Campaign: "C", Segments: 1, Minor: 4, Delivery: results.Expired},
		{ID: "4", At: on("2026-03-01"), Campaign: "D", Segments: 1, Minor: 4, Delivery: results.Sent},
		{ID: "5", At: on("2026-03-01"), Campaign: "D", Segments: 1},
	}
	table, err := results.Messages(messages, period("2026-03-01", "2026-03-02"), func(m results.Message) string { return m.Campaign })
	require.NoError(t, err)
	require.Equal(t, []results.MessageRow{
		{Key: "C", Messages: 3, Delivered: 1, Failed: 1, Expired: 1, Segments: 4, Minor: 16},
		{Key: "D", Messages: 2, Queued: 1, Sent: 1, Segments: 2, Minor: 4},
	}, table.Rows)
	require.Equal(t, results.MessageRow{Messages: 5, Queued: 1, Sent: 1, Delivered: 1, Failed: 1, Expired: 1, Segments: 6, Minor: 20}, table.Total)
	delivered, ok := table.Rows[0].DeliveryRate()
	require.True(t, ok)
	require.InDelta(t, 1/3.0, delivered.Share, 1e-15)
	_, ok = table.Rows[1].DeliveryRate()
	require.False(t, ok, "none has ended")
}

func TestPrepayments(t *testing.T) {
	moves := []results.Prepayment{
		{ID: "1", At: on("2026-01-10"), Movement: timeline.Received, Minor: 1000, Customer: "A"},
		{ID: "2", At: on("2026-01-20"), Movement: timeline.Applied, Minor: 300, Customer: "A"},
		{ID: "3", At: on("2026-02-01"), Movement: timeline.Applied, Minor: 200, Customer: "A"},
		{ID: "4", At: on("2026-02-10"), Movement: timeline.Received, Minor: 50, Customer: "B"},
		{ID: "5", At: on("2026-02-28 23:59:59"), Movement: timeline.Refunded, Minor: 60, Customer: "B"},
		{ID: "6", At: on("2026-03-01"), Movement: timeline.Received, Minor: 9, Customer: "C"},
	}
	table, err := results.Prepayments(moves, period("2026-02-01", "2026-03-01"), func(p results.Prepayment) string { return p.Customer })
	require.NoError(t, err)
	require.Equal(t, []results.PrepaymentRow{
		{Key: "A", Opening: 700, Applied: 200, Closing: 500},
		{Key: "B", Received: 50, Refunded: 60, Closing: -10},
	}, table.Rows)
	require.Equal(t, results.PrepaymentRow{Opening: 700, Received: 50, Applied: 200, Refunded: 60, Closing: 490}, table.Total)
}

func TestAppraisal(t *testing.T) {
	d := decimal.RequireFromString
	measures := []results.Measure{{"sales", d("0.6")}, {"visits", d("0.3")}, {"training", d("0.1")}}
	figure := func(staff, measure, target, actual string) results.Achieved {
		return results.Achieved{Staff: staff, Measure: measure, Target: d(target), Actual: d(actual)}
	}
	figures := []results.Achieved{
		figure("B", "sales", "100", "150"), figure("B", "visits", "3", "1"), figure("B", "training", "1", "-1"),
		figure("A", "sales", "100", "80"), figure("A", "visits", "10", "10"),
	}
	rows, err := results.Appraisal(measures, figures, results.AppraisalOptions{})
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, "A", rows[0].Staff)
	require.False(t, rows[0].Score.Valid, "there is no figure for the training")
	require.False(t, rows[0].Parts[2].Ratio.Valid)
	require.Equal(t, "0.8", rows[0].Parts[0].Ratio.Decimal.String())
	require.Equal(t, "0.6999999999999999999", rows[1].Score.Decimal.String()) // 0.6 + 0.3 × 0.333… + 0
	rows, err = results.Appraisal(measures, figures, results.AppraisalOptions{Cap: d("1.2")})
	require.NoError(t, err)
	require.Equal(t, "0.8199999999999999999", rows[1].Score.Decimal.String())

	for name, c := range map[string]struct {
		measures []results.Measure
		figures  []results.Achieved
		cap      string
		err      error
	}{
		"weights do not sum to 1": {[]results.Measure{{"a", d("0.6")}, {"b", d("0.399999")}}, nil, "0", results.ErrInvalid},
		"no measures":             {nil, nil, "0", results.ErrInvalid},
		"weight below 0":          {[]results.Measure{{"a", d("1.5")}, {"b", d("-0.5")}}, nil, "0", results.ErrInvalid},
		"measure twice":           {[]results.Measure{{"a", d("0.5")}, {"a", d("0.5")}}, nil, "0", results.ErrDuplicate},
		"measure without id":      {[]results.Measure{{"", d("1")}}, nil, "0", results.ErrInvalid},
		"unknown measure":         {measures, []results.Achieved{figure("A", "x", "1", "1")}, "0", results.ErrInvalid},
		"target 0":                {measures, []results.Achieved{figure("A", "sales", "0", "1")}, "0", results.ErrInvalid},
		"nobody":                  {measures, []results.Achieved{figure("", "sales", "1", "1")}, "0", results.ErrInvalid},
		"figure twice":            {measures, []results.Achieved{figures[0], figures[0]}, "0", results.ErrDuplicate},
		"cap below 0":             {measures, nil, "-1", results.ErrInvalid},
	} {
		_, err := results.Appraisal(c.measures, c.figures, results.AppraisalOptions{Cap: d(c.cap)})
		require.ErrorIs(t, err, c.err, name)
	}
	weightless := []results.Measure{{"sales", d("1")}, {"note", d("0")}}
	rows, err = results.Appraisal(weightless, []results.Achieved{figure("A", "sales", "1", "1")}, results.AppraisalOptions{})
	require.NoError(t, err)
	require.Equal(t, "1", rows[0].Score.Decimal.String())
}

func TestStatisticsRefuse(t *testing.T) {
	year := results.Year(2026, shanghai)
	at := on("2026-05-01")
	for name, c := range map[string]struct {
		sales []results.Sale
		p     results.Period
		err   error
	}{
		"no id":              {[]results.Sale{{At: at}}, year, results.ErrInvalid},
		"no instant":         {[]results.Sale{{ID: "1"}}, year, results.ErrInvalid},
		"twice":              {[]results.Sale{{ID: "1", At: at}, {ID: "1", At: at}}, year, results.ErrDuplicate},
		"unknown outcome":    {[]results.Sale{{ID: "1", At: at, Outcome: 3}}, year, results.ErrInvalid},
		"won below 0":        {[]results.Sale{{ID: "1", At: at, Minor: -1}}, year, results.ErrInvalid},
		"lost with amount":   {[]results.Sale{{ID: "1", At: at, Minor: 1, Outcome: results.Lost}}, year, results.ErrInvalid},
		"returned above 0":   {[]results.Sale{{ID: "1", At: at, Minor: 1, Outcome: results.Returned}}, year, results.ErrInvalid},
		"smallest":           {[]results.Sale{{ID: "1", At: at, Minor: math.MinInt64, Outcome: results.Returned}}, year, results.ErrInvalid},
		"overflow":           {[]results.Sale{{ID: "1", At: at, Minor: math.MaxInt64}, {ID: "2", At: at, Minor: 1}}, year, results.ErrOverflow},
		"no days":            {nil, period("2026-01-01", "2026-01-01"), results.ErrInvalid},
		"no zone":            {nil, results.Period{From: 1, To: 2}, results.ErrInvalid},
		"outside is checked": {[]results.Sale{{ID: "1", At: on("2020-01-01"), Outcome: 9}}, year, results.ErrInvalid},
	} {
		_, err := results.SalesResults(c.sales, c.p, nil)
		require.ErrorIs(t, err, c.err, name)
		var e *results.Error
		require.ErrorAs(t, err, &e)
		require.NotEqual(t, e.Code, e.Text(finding.English))
		require.NotEqual(t, e.Code, e.Text(finding.Chinese))
		require.NotEmpty(t, e.Error())
	}
	_, err := results.ContactActivity([]results.Contact{{ID: "1", At: at, Channel: 200}}, year, nil)
	require.ErrorIs(t, err, results.ErrInvalid)
	_, err = results.Messages([]results.Message{{ID: "1", At: at, Segments: -1}}, year, nil)
	require.ErrorIs(t, err, results.ErrInvalid)
	_, err = results.Messages([]results.Message{{ID: "1", At: at, Delivery: 5}}, year, nil)
	require.ErrorIs(t, err, results.ErrInvalid)
	_, err = results.Prepayments([]results.Prepayment{{ID: "1", At: at, Movement: timeline.Received}}, year, nil)
	require.ErrorIs(t, err, results.ErrInvalid)
	_, err = results.Prepayments([]results.Prepayment{{ID: "1", At: at, Minor: 1}}, year, nil)
	require.ErrorIs(t, err, results.ErrInvalid)
	_, err = results.Prepayments(nil, results.Period{}, nil)
	require.ErrorIs(t, err, results.ErrInvalid)
	require.NoError(t, results.Catalogue().Validate())
	require.Equal(t, "none", (&results.Error{Code: "none"}).Text(finding.English))
}

// The total is the sum of the rows in every column, whatever the order of the facts.
func TestTotalsAreSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sales []results.Sale
		for i := range rapid.IntRange(0, 30).Draw(t, "sales") {
			s := results.Sale{ID: fmt.Sprint(i), At: on("2026-01-01").Add(time.Duration(rapid.IntRange(-100, 9000).Draw(t, "hour")) * time.Hour),
				Outcome: results.Outcome(rapid.IntRange(0, 2).Draw(t, "outcome")), Staff: rapid.SampledFrom([]string{"", "A", "B", "C"}).Draw(t, "staff")}
			switch amount := rapid.Int64Range(0, 1000).Draw(t, "minor"); s.Outcome {
			case results.Won:
				s.Minor = amount
			case results.Returned:
				s.Minor = -amount
			}
			sales = append(sales, s)
		}
		table, err := results.YearSales(sales, 2026, shanghai, byStaff)
		require.NoError(t, err)
		var sum results.SalesRow
		for _, r := range table.Rows {
			var year results.SalesRow
			for q := 1; q <= 4; q++ {
				year = plus(year, r.Quarter(q))
			}
			year.Key = r.Key
			require.Equal(t, r.Year, year)
			sum = plus(sum, year)
		}
		sum.Key = ""
		require.Equal(t, table.Total.Year, sum)
		same, err := results.SalesResults(sales, results.Year(2026, shanghai), byStaff)
		require.NoError(t, err)
		require.Equal(t, same.Total, sum)
		for i, j := range rapid.Permutation(indices(len(sales))).Draw(t, "order") {
			if i < j {
				sales[i], sales[j] = sales[j], sales[i]
			}
		}
		again, err := results.YearSales(sales, 2026, shanghai, byStaff)
		require.NoError(t, err)
		require.Equal(t, table, again)
	})
}

func indices(n int) (list []int) {
	for i := range n {
		list = append(list, i)
	}
	return list
}

func plus(a, b results.SalesRow) results.SalesRow {
	return results.SalesRow{Won: a.Won + b.Won, Lost: a.Lost + b.Lost, Returned: a.Returned + b.Returned, Minor: a.Minor + b.Minor}
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, results.Won, results.Returned, results.ErrInvalid)
	wording.Enum(t, results.Queued, results.Expired, results.ErrInvalid)
	wording.Enum(t, results.PerPeriod, results.PerWorkingDay, results.ErrInvalid)
	wording.Enum(t, results.Competition, results.Ordinal, results.ErrInvalid)
}
