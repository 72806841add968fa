package market_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline/market"
)

func TestOf(t *testing.T) {
	table, err := market.Of([]market.Segment{
		{Key: "west", Target: 100, Reached: 20, Total: 400, Covered: 100, Own: 50},
		{Key: "east", Target: 300, Reached: 280, Total: 600, Covered: 500, Own: 100},
	})
	require.NoError(t, err)
	require.Equal(t, "east", table.Segments[0].Key)
	require.Equal(t, market.Segment{Target: 400, Reached: 300, Total: 1000, Covered: 600, Own: 150}, table.Total)
	reached, ok := table.Total.Coverage()
	require.True(t, ok)
	require.Equal(t, int64(400), reached.N)
	require.InDelta(t, 0.75, reached.Share, 0)
	require.True(t, reached.Low < 0.75 && reached.High > 0.75)
	for want, of := range map[float64]func() (float64, bool){0.6: table.Total.VolumeCoverage, 0.25: table.Total.ShareInCovered, 0.15: table.Total.Share} {
		got, ok := of()
		require.True(t, ok)
		require.InDelta(t, want, got, 1e-15)
	}
}

func TestAbsent(t *testing.T) {
	var none market.Segment
	require.NoError(t, none.Validate())
	_, ok := none.Coverage()
	require.False(t, ok)
	for _, of := range []func() (float64, bool){none.VolumeCoverage, none.ShareInCovered, none.Share} {
		_, ok = of()
		require.False(t, ok)
	}
	unreached := market.Segment{Target: 10, Total: 100}
	got, ok := unreached.Share()
	require.True(t, ok)
	require.Zero(t, got)
	_, ok = unreached.ShareInCovered()
	require.False(t, ok)
	_, ok = market.Segment{Target: math.MaxInt64}.Coverage()
	require.False(t, ok)
	_, ok = market.Segment{Own: 2, Total: 1}.Share()
	require.False(t, ok, "not valid")
	table, err := market.Of(nil)
	require.NoError(t, err)
	require.Zero(t, table.Total)
}

func TestRefuses(t *testing.T) {
	good := market.Segment{Key: "a", Target: 4, Reached: 3, Total: 10, Covered: 6, Own: 2}
	for name, c := range map[string]struct {
		segments []market.Segment
		err      error
		code     string
	}{
		"own above covered":    {[]market.Segment{good, {Total: 10, Covered: 6, Own: 7}}, market.ErrInvalid, "MKT-COVERED"},
		"covered above total":  {[]market.Segment{good, {Total: 10, Covered: 11}}, market.ErrInvalid, "MKT-VOLUME"},
		"reached above target": {[]market.Segment{good, {Target: 1, Reached: 2}}, market.ErrInvalid, "MKT-REACHED"},
		"negative":             {[]market.Segment{good, {Own: -1}}, market.ErrInvalid, "MKT-NEGATIVE"},
		"twice":                {[]market.Segment{good, good}, market.ErrDuplicate, "MKT-REPEATED"},
		"too much":             {[]market.Segment{good, {Total: math.MaxInt64}}, market.ErrOverflow, "MKT-OVERFLOW"},
		"too many":             {[]market.Segment{good, {Target: math.MaxInt64}}, market.ErrOverflow, "MKT-OVERFLOW"},
	} {
		_, err := market.Of(c.segments)
		require.ErrorIs(t, err, c.err, name)
		var e *market.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, c.code, e.Code)
		require.Equal(t, 1, e.Item)
		require.NotEqual(t, e.Code, e.Text(finding.Chinese))
		require.Contains(t, err.Error(), "market: segments[1]: ")
	}
	require.ErrorIs(t, market.Segment{Own: 1}.Validate(), market.ErrInvalid)
	_, err := market.Explain(good, market.Segment{Own: 1})
	require.ErrorIs(t, err, market.ErrInvalid)
	require.Contains(t, err.Error(), "market: after: ")
	_, err = market.Explain(market.Segment{Total: 1}, good)
	require.ErrorIs(t, err, market.ErrInsufficientData)
	require.NoError(t, market.Catalogue().Validate())
	require.Equal(t, "x", (&market.Error{Code: "x"}).Text(finding.English))
}

func segments() *rapid.Generator[market.Segment] {
	return rapid.Custom(func(t *rapid.T) market.Segment {
		s := market.Segment{Target: rapid.Int64Range(1, 1e6).Draw(t, "target"), Total: rapid.Int64Range(1, 1e12).Draw(t, "total")}
		s.Reached = rapid.Int64Range(0, s.Target).Draw(t, "reached")
		s.Covered = rapid.Int64Range(1, s.Total).Draw(t, "covered")
		s.Own = rapid.Int64Range(0, s.Covered).Draw(t, "own")
		return s
	})
}

// The share is the coverage by volume times the share in what is covered, and a change of it
// is explained without a rest, either way round.
func TestIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := segments().Draw(t, "a"), segments().Draw(t, "b")
		share, ok := a.Share()
		require.True(t, ok)
		coverage, _ := a.VolumeCoverage()
		strength, _ := a.ShareInCovered()
		require.InDelta(t, share, coverage*strength, 1e-15)
		after, _ := b.Share()
		there, err := market.Explain(a, b)
		require.NoError(t, err)
		require.InDelta(t, after-share, there.Share, 4e-16)
		require.Equal(t, there.Share, there.ByCoverage+there.ByStrength)
		back, err := market.Explain(b, a)
		require.NoError(t, err)
		require.Equal(t, -there.ByCoverage, back.ByCoverage)
		require.Equal(t, -there.ByStrength, back.ByStrength)
		same, err := market.Explain(a, a)
		require.NoError(t, err)
		require.Zero(t, same)
	})
}
