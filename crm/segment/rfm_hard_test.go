package segment_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestRFMOfFewCustomers(t *testing.T) {
	// By the definitions: the min rank of one among equals is 0, the mean rank half
	// of n, the max rank n.
	alike := map[segment.Ties]segment.Score{
		segment.TiesMin: {R: 1, F: 1, M: 1}, segment.TiesMid: {R: 3, F: 3, M: 3}, segment.TiesMax: {R: 5, F: 5, M: 5},
	}
	for name, amounts := range map[string][]int64{"one row": {7}, "zero": {0}, "identical rows": {7, 7, 7}, "zeros": {0, 0}, "below zero": {1, -100}} {
		for _, customers := range []int64{2, 3, 50, 1000} { // the mean rank of one customer of one is 1, of n equal ones (n+1)/2
			for _, ties := range rankTies {
				for _, binning := range binnings {
					var s segment.Summary[int64]
					for id := range customers {
						require.NoError(t, s.AddBatch(rowsOf(id, amounts...)))
					}
					for _, c := range scored(t, &s, 0, segment.Scoring{Ties: ties, Binning: binning}) {
						want := alike[ties]
						if ties == segment.TiesMid && customers < 5 {
							mid := uint8(math.Ceil(5 * (float64(customers) + 1) / 2 / float64(customers)))
							want = segment.Score{R: mid, F: mid, M: mid}
						}
						require.Equal(t, want, c.Score, "%s, %d customers, %s %s", name, customers, ties, binning)
					}
				}
			}
		}
	}
	for _, binning := range binnings {
		for ties, want := range map[segment.Ties]string{segment.TiesMin: "111", segment.TiesMid: "555", segment.TiesMax: "555", segment.TiesSplit: "111"} {
			got := scored(t, summaryOf(t, rowsOf(math.MinInt64, 0)), 0, segment.Scoring{Ties: ties, Binning: binning})
			require.Len(t, got, 1)
			require.Equal(t, want, got[0].Score.String(), "one customer, %s %s", ties, binning)
			require.Equal(t, segment.Customer[int64]{ID: math.MinInt64, First: winter, Last: winter, Recency: 1, Purchases: 1, Score: got[0].Score}, got[0])
		}
	}
}

func TestAsOf(t *testing.T) {
	log := purchase.Batch[int64]{Customers: []int64{1, 2}, Days: []calendar.Day{winter, winter + 10}, Amounts: []int64{1, 1}}
	refund := purchase.Batch[int64]{Customers: []int64{1}, Days: []calendar.Day{winter + 30}, Amounts: []int64{-1}}
	for _, c := range []struct {
		name        string
		until, asOf calendar.Day
		want        calendar.Day
		err         error
	}{
		{"the day after the last purchase", 0, 0, winter + 11, nil},
		{"that day stated", 0, winter + 11, winter + 11, nil},
		{"a later day", 0, winter + 100, winter + 100, nil},
		{"the day of the last purchase", 0, winter + 10, 0, segment.ErrInvalid},
		{"a day inside the log", 0, winter + 1, 0, segment.ErrInvalid},
		{"the day of the first purchase", 0, winter, 0, segment.ErrInsufficientData},
		{"a day before it", 0, winter - 1, 0, segment.ErrInsufficientData},
		{"the first of all days", 0, calendar.MinDay, 0, segment.ErrInsufficientData},
		{"until", winter + 5, 0, winter + 5, nil},
		{"until stated again", winter + 5, winter + 5, winter + 5, nil},
		{"a day before until, without purchases between", winter + 5, winter + 3, winter + 3, nil},
		{"until before the first purchase", winter, 0, 0, segment.ErrInsufficientData},
		{"beyond until: what happened there was not counted", winter + 5, winter + 6, 0, segment.ErrInvalid},
		{"no day", 0, -1, 0, segment.ErrInvalid},
		{"no day of the calendar", 0, calendar.MaxDay + 1, 0, segment.ErrInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSummary[int64](t, segment.Options{Until: c.until, Refunds: segment.RefundsGross})
			require.NoError(t, s.AddBatch(log))
			require.NoError(t, s.AddBatch(refund), "a refund moves no date")
			r, err := s.RFM(c.asOf, segment.Scoring{})
			if c.err != nil {
				require.ErrorIs(t, err, c.err)
				var e *segment.Error
				require.ErrorAs(t, err, &e)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, r.AsOf())
			one, ok := r.Customer(1)
			require.True(t, ok)
			require.Equal(t, c.want.Sub(winter), one.Recency)
		})
	}
}

// A refund that lowers the value is known from its day on, so no date up to it can
// be the as-of date of that value.
func TestAsOfBeforeARefund(t *testing.T) {
	var s segment.Summary[int64]
	require.NoError(t, s.AddBatch(purchase.Batch[int64]{
		Customers: []int64{1, 1}, Days: []calendar.Day{winter, winter + 30}, Amounts: []int64{100, -60},
	}))
	r, err := s.RFM(winter+31, segment.Scoring{})
	require.NoError(t, err)
	c, _ := r.Customer(1)
	require.Equal(t, int64(40), c.Value)
	_, err = s.RFM(winter+10, segment.Scoring{})
	require.ErrorIs(t, err, segment.ErrInvalid, "as of that date the customer was worth 100")
}

// No day follows the last of the calendar, so a purchase on it has no date as of
// which it is known.
func TestPurchaseOnTheLastDay(t *testing.T) {
	var s segment.Summary[int64]
	require.NoError(t, s.Add(purchase.Purchase[int64]{Customer: 1, Day: calendar.MaxDay}))
	r, err := s.RFM(0, segment.Scoring{})
	if err == nil {
		require.True(t, r.AsOf().Valid(), "as of %d", int(r.AsOf()))
	}
	require.ErrorIs(t, err, segment.ErrInvalid)
}

func TestCustomCuts(t *testing.T) {
	s := summaryOf(t, purchase.Batch[int64]{
		Customers: []int64{1, 1, 2, 3, 4}, Days: []calendar.Day{winter, winter + 89, winter + 59, winter + 60, winter + 20}, Amounts: []int64{400, 600, 999, 0, -5},
	})
	cuts := segment.Cuts{Recency: []int64{30, 7}, Frequency: [][]int64{{2, 2}}, Value: [][]int64{{1, 1000}}}
	r, err := s.RFM(winter+90, segment.Scoring{Cuts: &cuts})
	require.NoError(t, err)
	var got []string
	for c := range r.All() {
		got = append(got, c.Score.String())
	}
	require.Equal(t, []string{"333", "112", "211", ""}, got)
	cuts.Recency[0] = 1 // the caller's numbers stay his
	kept, ok := r.Cuts()
	require.True(t, ok)
	require.Equal(t, []int64{30, 7}, kept.Recency)
	kept.Value[0][0] = -7
	again, _ := r.Cuts()
	require.Equal(t, int64(1), again.Value[0][0])

	// Limits that everybody or nobody meets, at the ends of the range.
	for _, limits := range [][]int64{{math.MaxInt64, math.MinInt64}, {math.MinInt64, math.MinInt64}, {math.MaxInt64, math.MaxInt64}, {0, 0}, {50, -1}, {math.MaxInt64, 1 << 40}} {
		cuts := segment.Cuts{Recency: limits, Frequency: [][]int64{{math.MinInt64, math.MaxInt64}}, Value: [][]int64{{math.MinInt64, math.MaxInt64}}}
		require.NoError(t, cuts.Validate())
		for _, c := range scored(t, s, winter+90, segment.Scoring{Cuts: &cuts}) {
			if c.Purchases > 0 {
				want, ok := cuts.Score(c.Recency, c.Purchases, c.Value)
				require.True(t, ok)
				require.Equal(t, want, c.Score, "limits %v", limits)
			}
		}
	}

	nested := segment.Cuts{
		Recency: []int64{30}, Frequency: [][]int64{nil, {2}},
		Value: [][]int64{nil, nil, {5}, nil},
	}
	require.NoError(t, nested.Validate())
	require.Zero(t, scoreOf(t, nested, 31, 1, 1), "nobody was seen in the cell")
	require.Equal(t, segment.Score{R: 2, F: 1, M: 2}, scoreOf(t, nested, 30, 1, 5))
	require.Zero(t, scoreOf(t, nested, 30, 2, 5))
	fromNested := scored(t, s, winter+90, segment.Scoring{Cuts: &nested})
	require.Equal(t, []string{"", "", "211", ""}, []string{fromNested[0].Score.String(), fromNested[1].Score.String(), fromNested[2].Score.String(), fromNested[3].Score.String()})
}

// scoreOf returns the zero Score where there is none.
func scoreOf(t *testing.T, c segment.Cuts, recency int, purchases, value int64) segment.Score {
	t.Helper()
	s, ok := c.Score(recency, purchases, value)
	require.Equal(t, ok, s != segment.Score{})
	return s
}

func TestCutsValidate(t *testing.T) {
	flat := func(r, f, m []int64) segment.Cuts {
		return segment.Cuts{Recency: r, Frequency: [][]int64{f}, Value: [][]int64{m}}
	}
	two, up, down := []int64{1, 1}, []int64{1, 2}, []int64{2, 1}
	nest := func(f, m int) segment.Cuts {
		c := segment.Cuts{Recency: down, Frequency: make([][]int64, f), Value: make([][]int64, m)}
		c.Frequency[0] = up
		return c
	}
	for name, c := range map[string]segment.Cuts{
		"flat": flat(down, up, up), "equal limits": flat(two, two, two), "one limit": flat([]int64{-5}, []int64{5}, []int64{-5}),
		"nine bins": flat(make([]int64, 8), make([]int64, 8), make([]int64, 8)), "nested": nest(3, 9),
	} {
		require.NoError(t, c.Validate(), name)
	}
	for _, c := range []struct {
		name  string
		cuts  segment.Cuts
		field string
		row   int
	}{
		{"nothing", segment.Cuts{}, "recency", -1},
		{"no recency", flat(nil, nil, nil), "recency", -1},
		{"ten bins", flat(make([]int64, 9), make([]int64, 9), make([]int64, 9)), "recency", -1},
		{"recency rises", flat(up, up, up), "recency", -1},
		{"frequency falls", flat(down, down, up), "frequency", 0},
		{"value falls", flat(down, up, down), "value", 0},
		{"frequency short", flat(down, up[:1], up), "frequency", 0},
		{"value long", flat(down, up, []int64{1, 2, 3}), "value", 0},
		{"frequency absent", flat(down, nil, up), "frequency", 0},
		{"no rows", segment.Cuts{Recency: down}, "cuts", -1},
		{"nested frequency only", nest(3, 1), "cuts", -1},
		{"nested value only", nest(1, 9), "cuts", -1},
		{"nested of another size", nest(2, 4), "cuts", -1},
		{"nested row short", segment.Cuts{Recency: down, Frequency: [][]int64{up, up[:1], nil}, Value: make([][]int64, 9)}, "frequency", 1},
		{"nested row empty", segment.Cuts{Recency: down, Frequency: [][]int64{up, up, up}, Value: append(make([][]int64, 8), []int64{})}, "value", 8},
	} {
		err := c.cuts.Validate()
		require.ErrorIs(t, err, segment.ErrInvalid, c.name)
		found := false
		for _, problem := range problemsOf(err) {
			found = found || problem.Field == c.field && problem.Row == c.row
		}
		require.True(t, found, "%s: %v", c.name, err)
		_, err = summaryOf(t, rowsOf(1, 1)).RFM(0, segment.Scoring{Cuts: &c.cuts})
		require.ErrorIs(t, err, segment.ErrInvalid, c.name)
	}
	err := (&segment.Cuts{Recency: up, Frequency: [][]int64{down}, Value: [][]int64{down}}).Validate()
	require.Len(t, problemsOf(err), 3, "all problems at once")
}

// problemsOf takes joined errors apart.
func problemsOf(err error) (all []*segment.Error) {
	if e, ok := err.(*segment.Error); ok {
		return []*segment.Error{e}
	}
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range list.Unwrap() {
			all = append(all, problemsOf(e)...)
		}
	}
	return all
}

func TestScoringRefused(t *testing.T) {
	s := summaryOf(t, rowsOf(1, 1))
	cuts := &segment.Cuts{Recency: []int64{1}, Frequency: [][]int64{{1}}, Value: [][]int64{{1}}}
	for field, list := range map[string][]segment.Scoring{
		"bins":    {{Bins: 1}, {Bins: -5}, {Bins: 10}, {Bins: math.MaxInt}},
		"ties":    {{Ties: 4}, {Ties: 255}},
		"binning": {{Binning: 2}},
		"cuts":    {{Cuts: cuts, Bins: 2}, {Cuts: cuts, Ties: segment.TiesMax}, {Cuts: cuts, Binning: segment.Nested}},
	} {
		for _, scoring := range list {
			_, err := s.RFM(0, scoring)
			require.ErrorIs(t, err, segment.ErrInvalid)
			require.Equal(t, field, problemsOf(err)[0].Field)
		}
	}
}

func TestCustomer(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	b := named(buyersLog(rng, 300))
	r, err := summaryOf(t, b).RFM(0, segment.Scoring{})
	require.NoError(t, err)
	all := slices.Collect(r.All())
	require.Len(t, all, r.Len())
	require.True(t, slices.IsSortedFunc(all, func(a, b segment.Customer[string]) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	}))
	var wg sync.WaitGroup // a snapshot is safe for concurrent use
	for range 4 {
		wg.Go(func() {
			for _, c := range all {
				got, ok := r.Customer(c.ID)
				if !ok || got != c {
					t.Errorf("%+v is found as %+v", c, got)
				}
			}
		})
	}
	wg.Wait()
	for _, id := range []string{"", "客户", "zzz", "\xff"} {
		_, ok := r.Customer(id)
		require.False(t, ok)
	}
	for c := range r.All() {
		require.Equal(t, all[0], c)
		break
	}
	before := slices.Collect(r.All())
	var s segment.Summary[string]
	require.NoError(t, s.AddBatch(b))
	r, err = s.RFM(0, segment.Scoring{})
	require.NoError(t, err)
	require.NoError(t, s.Add(purchase.Purchase[string]{Customer: all[0].ID, Day: winter + 900, Amount: money.Amount{Minor: 1}}))
	require.Equal(t, before, slices.Collect(r.All()), "what comes later does not change a snapshot")
}

func TestScoreText(t *testing.T) {
	type line struct {
		Score segment.Score `json:"score"`
	}
	for _, c := range []struct {
		score segment.Score
		text  string
	}{{segment.Score{}, ""}, {segment.Score{R: 5, F: 4, M: 3}, "543"}, {segment.Score{R: 9, F: 1, M: 9}, "919"}} {
		require.Equal(t, c.text, c.score.String())
		text, err := json.Marshal(line{c.score})
		require.NoError(t, err)
		require.Equal(t, `{"score":"`+c.text+`"}`, string(text))
		var read line
		require.NoError(t, json.Unmarshal(text, &read))
		require.Equal(t, c.score, read.Score)
	}
	kept := segment.Score{R: 1, F: 2, M: 3}
	for _, text := range []string{"1", "12", "1234", "012", "1a1", "11０", "-11"} {
		require.ErrorIs(t, kept.UnmarshalText([]byte(text)), segment.ErrInvalid, text)
		require.Equal(t, segment.Score{R: 1, F: 2, M: 3}, kept)
	}
}

func TestEnumsOfScoring(t *testing.T) {
	wording.Enum(t, segment.TiesMin, segment.TiesSplit, segment.ErrInvalid)
	wording.Enum(t, segment.Independent, segment.Nested, segment.ErrInvalid)
	wording.Enum(t, segment.RefundsNet, segment.RefundsIgnore, segment.ErrInvalid)
	wording.Enum(t, segment.SameDayKeep, segment.SameDayMerge, segment.ErrInvalid)
	_, err := segment.Ties(200).MarshalText()
	require.Equal(t, "ties", problemsOf(err)[0].Field)
}
