package liability_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/survival"
	"github.com/guanxi-go/guanxi/loyalty/liability"
)

// anyLot draws a valid lot of the year 2026; expiry may be posted or not.
func anyLot(t *rapid.T, id int) liability.LotHistory {
	hour := func(low, high int) time.Time {
		return day(1, 1).Add(time.Duration(rapid.IntRange(low, high).Draw(t, "hour")) * time.Hour)
	}
	l := liability.LotHistory{ID: fmt.Sprint("l-", id), Member: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "member"),
		Issued: rapid.Int64Range(0, 100).Draw(t, "issued"), At: hour(0, 2000)}
	at := l.At
	if rapid.Bool().Draw(t, "late") {
		l.Origin = rapid.SampledFrom([]liability.Origin{liability.TransferredIn, liability.Imported}).Draw(t, "origin")
		l.From = at.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "from")) * time.Hour)
		at = l.From
	}
	if rapid.Bool().Draw(t, "expires") {
		l.ExpireAt = at.Add(time.Duration(rapid.IntRange(1, 1500).Draw(t, "life")) * time.Hour)
	}
	left, redeemed, lost := l.Issued, int64(0), int64(0)
	for range rapid.IntRange(0, 6).Draw(t, "uses") {
		at = at.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "pause")) * time.Hour)
		over := !l.ExpireAt.IsZero() && !at.Before(l.ExpireAt)
		if over {
			lost, left = lost+left, 0
		}
		u := liability.Use{At: at, Kind: liability.Movement(rapid.IntRange(1, int(liability.Settled)).Draw(t, "kind"))}
		room := left
		switch {
		case u.Kind == liability.Refunded:
			room = redeemed
		case over && u.Kind == liability.Expired:
			room = lost
		}
		if room == 0 {
			continue
		}
		u.Points = rapid.Int64Range(1, room).Draw(t, "points")
		switch {
		case u.Kind == liability.Refunded:
			redeemed, left = redeemed-u.Points, left+u.Points
		case over && u.Kind == liability.Expired:
			lost -= u.Points
		case u.Kind == liability.Redeemed:
			redeemed, left = redeemed+u.Points, left-u.Points
		default:
			left -= u.Points
		}
		l.Uses = append(l.Uses, u)
	}
	return l
}

// leftAt is the naive count of a lot's points just before an instant.
func leftAt(l liability.LotHistory, t time.Time) int64 {
	start := l.At
	if !l.From.IsZero() {
		start = l.From
	}
	if !start.Before(t) || !l.ExpireAt.IsZero() && l.ExpireAt.Before(t) {
		return 0
	}
	left := l.Issued
	for _, u := range l.Uses {
		switch {
		case !u.At.Before(t):
		case u.Kind == liability.Refunded:
			left += u.Points
		default:
			left -= u.Points
		}
	}
	return left
}

func TestRollForwardBalances(t *testing.T) {
	bounds := []time.Time{day(1, 20), day(2, 1), day(2, 15), day(4, 1), day(6, 1)}
	rapid.Check(t, func(t *rapid.T) {
		var lots []liability.LotHistory
		for i := range rapid.IntRange(0, 8).Draw(t, "lots") {
			lots = append(lots, anyLot(t, i))
		}
		roll, err := liability.RollForward(lots, bounds, time.UTC)
		require.NoError(t, err)
		sum := make([]liability.Row, len(roll.Rows))
		for _, v := range roll.Vintages {
			for i, r := range v.Rows {
				require.Zero(t, r.Balance())
				var left int64
				for _, l := range lots {
					if l.At.Month() == time.Month(int(v.Month.Start(time.UTC).Month())) {
						left += leftAt(l, bounds[i+1])
					}
				}
				require.Equal(t, left, r.Closing)
				sum[i].Closing += r.Closing
				sum[i].Expired += r.Expired
				sum[i].Redeemed += r.Redeemed
				require.GreaterOrEqual(t, min(r.Opening, r.Closing, r.Expired, r.Redeemed, r.Refunded), int64(0))
			}
		}
		var opening int64
		for _, l := range lots {
			opening += leftAt(l, bounds[0])
		}
		for i, r := range roll.Rows {
			require.Zero(t, r.Balance())
			require.Equal(t, opening, r.Opening)
			opening = r.Closing
			require.Equal(t, []int64{sum[i].Closing, sum[i].Expired, sum[i].Redeemed}, []int64{r.Closing, r.Expired, r.Redeemed})
			var redeemed int64
			for _, l := range lots {
				for _, u := range l.Uses {
					if u.Kind == liability.Redeemed && !u.At.Before(r.From) && u.At.Before(r.Until) {
						redeemed += u.Points
					}
				}
			}
			require.Equal(t, redeemed, r.Redeemed)
		}
	})
}

// O-01 and O-05: what is left expires when its time is over, posted or not, and once.
func TestExpiryIsDerived(t *testing.T) {
	end := time.Date(2025, 12, 31, 16, 0, 0, 0, time.UTC)
	lot := liability.LotHistory{ID: "l", Issued: 100, At: time.Date(2025, 6, 1, 2, 0, 0, 0, time.UTC), ExpireAt: end}
	posted := lot
	posted.Uses = []liability.Use{{At: end, Points: 100, Kind: liability.Expired}}
	for _, l := range []liability.LotHistory{lot, posted} {
		roll, err := liability.RollForward([]liability.LotHistory{l}, []time.Time{end.Add(-time.Second), end, end.Add(time.Second)}, time.UTC)
		require.NoError(t, err)
		require.EqualValues(t, 100, roll.Rows[0].Closing)
		require.EqualValues(t, 100, roll.Rows[1].Expired)
		require.Zero(t, roll.Rows[1].Closing)
	}
	twice := posted
	twice.Uses = append(twice.Uses, liability.Use{At: end, Points: 1, Kind: liability.Expired})
	require.ErrorContains(t, twice.Validate(), "expires more than was left l")
}

func TestLotsRefused(t *testing.T) {
	at := day(1, 10)
	use := func(kind liability.Movement, points int64, at time.Time) []liability.Use {
		return []liability.Use{{At: at, Points: points, Kind: kind}}
	}
	ok := liability.LotHistory{ID: "l", Issued: 10, At: at}
	for name, tt := range map[string]struct {
		change func(*liability.LotHistory)
		field  string
	}{
		"no id":              {func(l *liability.LotHistory) { l.ID = "" }, "id"},
		"NUL in member":      {func(l *liability.LotHistory) { l.Member = "\x00" }, "member"},
		"unknown origin":     {func(l *liability.LotHistory) { l.Origin = 9 }, "origin"},
		"issued below 0":     {func(l *liability.LotHistory) { l.Issued = -1 }, "issued"},
		"no time":            {func(l *liability.LotHistory) { l.At = time.Time{} }, "at"},
		"from before at":     {func(l *liability.LotHistory) { l.From = at.Add(-1) }, "from"},
		"expired from start": {func(l *liability.LotHistory) { l.ExpireAt = at }, "expire_at"},
		"unknown movement":   {func(l *liability.LotHistory) { l.Uses = use(0, 1, at) }, "uses"},
		"use of nothing":     {func(l *liability.LotHistory) { l.Uses = use(liability.Redeemed, 0, at) }, "uses"},
		"use before the lot": {func(l *liability.LotHistory) { l.Uses = use(liability.Redeemed, 1, at.Add(-1)) }, "uses"},
		"use of too many":    {func(l *liability.LotHistory) { l.Uses = use(liability.Redeemed, 11, at) }, "uses"},
		"refund of nothing":  {func(l *liability.LotHistory) { l.Uses = use(liability.Refunded, 1, at) }, "uses"},
		"use after the end":  {func(l *liability.LotHistory) { l.ExpireAt = day(2, 1); l.Uses = use(liability.Redeemed, 1, day(2, 1)) }, "uses"},
		"uses out of order": {func(l *liability.LotHistory) {
			l.Uses = append(use(liability.Redeemed, 1, day(2, 1)), use(liability.Redeemed, 1, at)...)
		}, "uses"},
		"use before the move": {func(l *liability.LotHistory) { l.From = day(2, 1); l.Uses = use(liability.Redeemed, 1, at) }, "uses"},
	} {
		t.Run(name, func(t *testing.T) {
			l := ok
			tt.change(&l)
			requireRefused(t, l.Validate(), liability.ErrInvalid, tt.field)
			_, err := liability.RollForward([]liability.LotHistory{l}, []time.Time{day(1, 1), day(2, 1)}, time.UTC)
			requireRefused(t, err, liability.ErrInvalid, tt.field)
			_, err = liability.Observe([]liability.LotHistory{l}, day(3, 1), time.UTC, liability.ExperienceOptions{})
			requireRefused(t, err, liability.ErrInvalid, tt.field)
		})
	}
	roll := func(bounds []time.Time, zone *time.Location, lots ...liability.LotHistory) error {
		_, err := liability.RollForward(lots, bounds, zone)
		return err
	}
	two := []time.Time{day(1, 1), day(2, 1)}
	requireRefused(t, roll(two, nil, ok), liability.ErrInvalid, "zone")
	requireRefused(t, roll(two[:1], time.UTC, ok), liability.ErrInvalid, "bounds")
	requireRefused(t, roll([]time.Time{two[0], two[0]}, time.UTC, ok), liability.ErrInvalid, "bounds")
	require.Equal(t, 1, requireRefused(t, roll(two, time.UTC, ok, ok), liability.ErrDuplicate, "lots").Item)
	big, more := ok, ok
	big.Issued, more.ID = math.MaxInt64, "m"
	requireRefused(t, roll(two, time.UTC, big, more), liability.ErrOverflow, "lots")
	empty, err := liability.RollForward(nil, two, time.UTC)
	require.NoError(t, err)
	require.Equal(t, []liability.Row{{From: two[0], Until: two[1]}}, empty.Rows)
	text, err := json.Marshal(ok)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"l","issued":10,"at":"2026-01-10T00:00:00Z"}`, string(text))
}

// history is a programme with a lot a day: single points, so that every lot is one
// subject, with entries, three causes and censoring.
func history(n int, seed uint64) ([]liability.LotHistory, []survival.CompetingObservation[int], time.Time) {
	rng := rand.New(rand.NewPCG(seed, 7))
	asOf := day(12, 31)
	var lots []liability.LotHistory
	var obs []survival.CompetingObservation[int]
	for i := range n {
		at := day(1, 1).AddDate(0, 0, rng.IntN(200))
		l := liability.LotHistory{ID: fmt.Sprintf("l-%05d", i), Issued: 1, At: at}
		o := survival.CompetingObservation[int]{Time: int(asOf.Sub(at).Hours() / 24)}
		if i%4 == 0 {
			o.Entry = 1 + rng.IntN(60)
			l.From, l.Origin = at.AddDate(0, 0, o.Entry), liability.Imported
		}
		if end := o.Entry + 1 + rng.IntN(400); end < o.Time {
			o.Time, o.Cause = end, rng.IntN(4)
			kind := []liability.Movement{liability.TransferredOut, liability.Redeemed, liability.Expired, liability.Reversed}[o.Cause]
			l.Uses = []liability.Use{{At: at.AddDate(0, 0, end), Points: 1, Kind: kind}}
		}
		lots, obs = append(lots, l), append(obs, o)
	}
	return lots, obs, asOf
}

// With lots of one point it is the Aalen-Johansen estimator of crm/survival, which
// agrees with R: values, standard errors and limits.
func TestObserveAgreesWithAalenJohansen(t *testing.T) {
	lots, obs, asOf := history(500, 1)
	x, err := liability.Observe(lots, asOf, time.UTC, liability.ExperienceOptions{})
	require.NoError(t, err)
	in, err := survival.AalenJohansen(obs, 3, survival.Options{Limits: survival.LogLogLimits})
	require.NoError(t, err)
	for state, got := range []survival.Estimate{x.Lifetime.Open, x.Lifetime.Redeemed, x.Lifetime.Expired, x.Lifetime.Withdrawn} {
		want, ok := in.At(float64(x.Last), state)
		require.True(t, ok)
		for _, pair := range [][2]float64{{want.Value, got.Value}, {want.StdErr.Value, got.StdErr.Value},
			{want.Lower.Value, got.Lower.Value}, {want.Upper.Value, got.Upper.Value}} {
			require.InEpsilon(t, pair[0], pair[1], 1e-12)
		}
	}
	for _, a := range x.Ages {
		left, _ := in.At(float64(a.Days), 0)
		used, _ := in.At(float64(a.Days), 1)
		require.InEpsilon(t, left.Value, a.Open, 1e-12)
		require.InDelta(t, used.Value, a.EverRedeemed, 1e-12)
	}
	// In another order of rows it is the same to the last bit.
	rng := rand.New(rand.NewPCG(3, 4))
	rng.Shuffle(len(lots), func(i, j int) { lots[i], lots[j] = lots[j], lots[i] })
	again, err := liability.Observe(lots, asOf, time.UTC, liability.ExperienceOptions{})
	require.NoError(t, err)
	require.Equal(t, x, again)
}

// Points count, and not lots; and a lot of 3 points is three lots of one member. The
// standard error is the root of the squared effects of each member's weight.
func TestObserveWeights(t *testing.T) {
	lots, _, asOf := history(120, 2)
	var heavy, copies []liability.LotHistory
	for i, l := range lots {
		n := int64(1 + i%5)
		member := fmt.Sprint("m-", i/2)
		for j := range n {
			c := l
			c.ID, c.Member = fmt.Sprint(l.ID, "/", j), member
			copies = append(copies, c)
		}
		l.Issued, l.Member = n, member
		if len(l.Uses) > 0 {
			l.Uses = []liability.Use{{At: l.Uses[0].At, Points: n, Kind: l.Uses[0].Kind}}
		}
		heavy = append(heavy, l)
	}
	a, err := liability.Observe(heavy, asOf, time.UTC, liability.ExperienceOptions{})
	require.NoError(t, err)
	b, err := liability.Observe(copies, asOf, time.UTC, liability.ExperienceOptions{})
	require.NoError(t, err)
	require.Equal(t, a.Ages, b.Ages)
	require.Equal(t, a.Vintages, b.Vintages)
	for _, pair := range [][2]survival.Estimate{{a.Lifetime.Redeemed, b.Lifetime.Redeemed}, {a.Outlook.Redeemed, b.Outlook.Redeemed}, {a.Outlook.Open, b.Outlook.Open}} {
		require.InEpsilon(t, pair[0].Value, pair[1].Value, 1e-12)
		require.InEpsilon(t, pair[0].StdErr.Value, pair[1].StdErr.Value, 1e-10)
	}

	// Scale all points, and those of one member by a little more.
	const scale, little = 1_000_000, 100
	weighed := func(more string) *liability.Experience {
		var ls []liability.LotHistory
		for _, l := range heavy {
			by := int64(scale)
			if l.Member == more {
				by += little
			}
			l.Issued *= by
			if len(l.Uses) > 0 {
				l.Uses = []liability.Use{{At: l.Uses[0].At, Points: l.Uses[0].Points * by, Kind: l.Uses[0].Kind}}
			}
			ls = append(ls, l)
		}
		x, err := liability.Observe(ls, asOf, time.UTC, liability.ExperienceOptions{})
		require.NoError(t, err)
		return x
	}
	base, squares := weighed("nobody"), 0.0
	for i := range 60 {
		moved := weighed(fmt.Sprint("m-", i)).Lifetime.Redeemed.Value - base.Lifetime.Redeemed.Value
		squares += moved / little * scale * moved / little * scale
	}
	require.InEpsilon(t, math.Sqrt(squares), a.Lifetime.Redeemed.StdErr.Value, 1e-3)
}

// A refund undoes the latest redemption; a settled debt is a redemption that no refund
// undoes; what is expected never exceeds what there is.
func TestObserveLots(t *testing.T) {
	lot := liability.LotHistory{ID: "l", Issued: 100, At: day(1, 1), Uses: []liability.Use{
		{At: day(1, 11), Points: 30, Kind: liability.Redeemed}, {At: day(1, 21), Points: 40, Kind: liability.Redeemed},
		{At: day(1, 22), Points: 5, Kind: liability.Settled}, {At: day(1, 31), Points: 50, Kind: liability.Refunded},
		{At: day(3, 1), Points: 75, Kind: liability.Redeemed}}}
	x, err := liability.Observe([]liability.LotHistory{lot}, day(2, 1), time.UTC, liability.ExperienceOptions{MinMembers: 1})
	require.NoError(t, err)
	require.Equal(t, []liability.Age{{Days: 10, AtRisk: 100, Redeemed: 20, Open: 0.8, EverRedeemed: 0.2},
		{Days: 21, AtRisk: 80, Redeemed: 5, Open: 0.75, EverRedeemed: 0.25}}, x.Ages)
	require.EqualValues(t, 75, x.OpenPoints)
	require.Equal(t, 31, x.Last)
	v := x.Vintages[0]
	require.Equal(t, []int64{25, 75, 0, 75, 100}, []int64{v.Redeemed, v.Open, v.Expected, v.Beyond, v.Estimate})
	lapsed, err := liability.Observe([]liability.LotHistory{lot}, day(2, 1), time.UTC, liability.ExperienceOptions{MinMembers: 1, Tail: liability.TailLapsed})
	require.NoError(t, err)
	require.EqualValues(t, 25, lapsed.Vintages[0].Estimate)

	rapid.Check(t, func(t *rapid.T) {
		var lots []liability.LotHistory
		for i := range rapid.IntRange(1, 8).Draw(t, "lots") {
			lots = append(lots, anyLot(t, i))
		}
		x, err := liability.Observe(lots, day(3, 15), time.UTC, liability.ExperienceOptions{MinMembers: 1})
		if err != nil {
			require.ErrorIs(t, err, liability.ErrInsufficientData)
			return
		}
		for _, s := range []liability.Shares{x.Lifetime, x.Outlook} {
			total := s.Redeemed.Value + s.Expired.Value + s.Withdrawn.Value + s.Open.Value
			require.True(t, math.Abs(total-1) < 1e-12 || total == 0 && x.OpenPoints == 0, total)
		}
		for _, v := range x.Vintages {
			require.LessOrEqual(t, v.Estimate, v.Redeemed+v.Open)
			require.GreaterOrEqual(t, v.Estimate, v.Redeemed)
		}
		_, err = json.Marshal(x)
		require.NoError(t, err, "no NaN and no Inf")
	})
}

func TestObserveRefuses(t *testing.T) {
	lots, _, asOf := history(40, 3)
	for name, tt := range map[string]struct {
		n     int
		opts  liability.ExperienceOptions
		asOf  time.Time
		zone  *time.Location
		want  error
		field string
	}{
		"29 members":      {29, liability.ExperienceOptions{}, asOf, time.UTC, liability.ErrInsufficientData, "members"},
		"none":            {0, liability.ExperienceOptions{}, asOf, time.UTC, liability.ErrInsufficientData, "members"},
		"all later":       {40, liability.ExperienceOptions{}, day(1, 1).Add(-1), time.UTC, liability.ErrInsufficientData, "members"},
		"no as of":        {40, liability.ExperienceOptions{}, time.Time{}, time.UTC, liability.ErrInvalid, "as_of"},
		"no zone":         {40, liability.ExperienceOptions{}, asOf, nil, liability.ErrInvalid, "zone"},
		"level":           {40, liability.ExperienceOptions{Level: 1}, asOf, time.UTC, liability.ErrInvalid, "level"},
		"level is NaN":    {40, liability.ExperienceOptions{Level: math.NaN()}, asOf, time.UTC, liability.ErrInvalid, "level"},
		"members below 0": {40, liability.ExperienceOptions{MinMembers: -1}, asOf, time.UTC, liability.ErrInvalid, "min_members"},
		"tail":            {40, liability.ExperienceOptions{Tail: 9}, asOf, time.UTC, liability.ErrInvalid, "tail"},
	} {
		t.Run(name, func(t *testing.T) {
			x, err := liability.Observe(lots[:tt.n], tt.asOf, tt.zone, tt.opts)
			requireRefused(t, err, tt.want, tt.field)
			require.Nil(t, x)
			if tt.want == liability.ErrInvalid {
				_, err = liability.ObserveCohorts(lots[:tt.n], tt.asOf, tt.zone, tt.opts)
				requireRefused(t, err, tt.want, tt.field)
			}
		})
	}
	_, err := liability.Observe([]liability.LotHistory{{ID: "l", At: day(1, 1)}}, asOf, time.UTC, liability.ExperienceOptions{MinMembers: 1})
	requireRefused(t, err, liability.ErrInsufficientData, "lots")
	one := liability.LotHistory{ID: "l", Member: "m", Issued: 1, At: day(1, 1)}
	two := one
	two.ID = "k"
	_, err = liability.Observe([]liability.LotHistory{one, two}, asOf, time.UTC, liability.ExperienceOptions{MinMembers: 2})
	requireRefused(t, err, liability.ErrInsufficientData, "members")
}

func TestObserveCohorts(t *testing.T) {
	lots, _, asOf := history(600, 4)
	cohorts, err := liability.ObserveCohorts(lots, asOf, time.UTC, liability.ExperienceOptions{MinMembers: 80})
	require.NoError(t, err)
	require.Len(t, cohorts, 7)
	require.NotNil(t, cohorts[0].Experience)
	require.Nil(t, cohorts[6].Experience, "19 days of July have fewer than 80")
	var own []liability.LotHistory
	for _, l := range lots {
		if l.At.Month() == time.March {
			own = append(own, l)
		}
	}
	x, err := liability.Observe(own, asOf, time.UTC, liability.ExperienceOptions{})
	require.NoError(t, err)
	require.Equal(t, x, cohorts[2].Experience)
}

func BenchmarkObserve(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 1_000
	}
	lots, _, asOf := history(n, 5)
	b.Run(fmt.Sprintf("lots=%d", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := liability.Observe(lots, asOf, time.UTC, liability.ExperienceOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRollForward(b *testing.B) {
	n := 100_000
	if testing.Short() {
		n = 1_000
	}
	lots, _, _ := history(n, 5)
	bounds := []time.Time{day(1, 1), day(4, 1), day(7, 1), day(10, 1), day(13, 1)}
	b.Run(fmt.Sprintf("lots=%d", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := liability.RollForward(lots, bounds, time.UTC); err != nil {
				b.Fatal(err)
			}
		}
	})
}
