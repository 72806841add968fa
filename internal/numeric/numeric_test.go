package numeric

import (
	"encoding/json"
	"math"
	"math/big"
	"os"
	"strconv"
	"testing"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// reference holds values of mpmath at 60 digits; testdata/reference.py makes them.
type reference struct {
	NormalQuantile []struct {
		P float64 `json:"p"`
		Z string  `json:"z"`
	} `json:"normal_quantile"`
	ChiSquaredTail []struct {
		DF   int     `json:"df"`
		X    float64 `json:"x"`
		Tail string  `json:"tail"`
	} `json:"chi_squared_tail"`
	Wilson []struct {
		K      int       `json:"k"`
		N      int       `json:"n"`
		Level  float64   `json:"level"`
		Limits [2]string `json:"limits"`
	} `json:"wilson"`
}

func readReference(t *testing.T) (r reference) {
	t.Helper()
	data, err := os.ReadFile("testdata/reference.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &r))
	return r
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return x
}

func TestNormalQuantile(t *testing.T) {
	ref := readReference(t).NormalQuantile
	require.NotEmpty(t, ref)
	for _, c := range ref {
		want := number(t, c.Z)
		got := NormalQuantile(c.P)
		require.LessOrEqual(t, ULPDistance(got, want), uint64(4), "p=%g: got %v, want %v", c.P, got, want)
	}
	require.Zero(t, NormalQuantile(0.5))
	require.Equal(t, math.Inf(-1), NormalQuantile(0))
	require.Equal(t, math.Inf(1), NormalQuantile(1))
	for _, p := range []float64{-1e-300, 1.5, math.NaN(), math.Inf(1), math.Inf(-1)} {
		require.True(t, math.IsNaN(NormalQuantile(p)), "p=%v", p)
	}
}

func TestNormalQuantileIsOddAndRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// 1-p is exact for a multiple of 2^-53.
		p := float64(rapid.Int64Range(1, 1<<53-1).Draw(t, "p")) / (1 << 53)
		z := NormalQuantile(p)
		require.Equal(t, -z, NormalQuantile(1-p))
		require.LessOrEqual(t, z, NormalQuantile(p+0x1p-53)+4e-16*math.Abs(z))
	})
}

func TestChiSquaredTail(t *testing.T) {
	ref := readReference(t).ChiSquaredTail
	require.NotEmpty(t, ref)
	for _, c := range ref {
		want := number(t, c.Tail)
		ulps := uint64(4 + c.DF/4) // one rounding or two per term
		if c.DF > closedFormDF {
			ulps = 4500 // gonum's incomplete gamma function: 1e-12
		}
		got := ChiSquaredTail(c.X, c.DF)
		require.LessOrEqual(t, ULPDistance(got, want), ulps, "df=%d x=%v: got %v, want %v", c.DF, c.X, got, want)
	}
	for _, df := range []int{1, 2, 7, 99, 100, 101} {
		require.Equal(t, 1.0, ChiSquaredTail(0, df))
		require.Equal(t, 1.0, ChiSquaredTail(-3, df))
		require.Equal(t, 1.0, ChiSquaredTail(math.Inf(-1), df))
		require.Equal(t, 0.0, ChiSquaredTail(math.Inf(1), df))
		require.Equal(t, 0.0, ChiSquaredTail(math.MaxFloat64, df))
		require.Equal(t, 1.0, ChiSquaredTail(math.SmallestNonzeroFloat64, df))
		require.True(t, math.IsNaN(ChiSquaredTail(math.NaN(), df)))
	}
	require.True(t, math.IsNaN(ChiSquaredTail(1, 0)))
	require.True(t, math.IsNaN(ChiSquaredTail(1, -1)))
	require.Equal(t, 0.0, ChiSquaredTail(1e6, 1))
}

func TestSum(t *testing.T) {
	sum := func(xs ...float64) float64 {
		var s Sum
		for _, x := range xs {
			s.Add(x)
		}
		return s.Value()
	}
	require.Zero(t, sum())
	require.Equal(t, 2.0, sum(1, 1e100, 1, -1e100)) // Kahan's sum is 0 here
	require.Equal(t, 1.0, sum(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1))
	require.Equal(t, math.Inf(1), sum(1, math.Inf(1), 1))
	require.Equal(t, math.Inf(1), sum(math.MaxFloat64, math.MaxFloat64))
	require.True(t, math.IsNaN(sum(math.Inf(1), math.Inf(-1))))
}

func TestSumAgainstExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(-1e9, 1e9), 1, 200).Draw(t, "xs")
		var s Sum
		exact := new(big.Float).SetPrec(2000)
		size := 0.0
		for _, x := range xs {
			s.Add(x)
			exact.Add(exact, new(big.Float).SetFloat64(x))
			size += math.Abs(x)
		}
		want, _ := exact.Float64()
		// Neumaier's bound: one rounding of the result, and n² eps² of the sizes.
		n := float64(len(xs))
		require.InDelta(t, want, s.Value(), math.Abs(want)*0x1p-52+n*n*size*0x1p-104)
	})
}

func TestULPDistance(t *testing.T) {
	next := math.Nextafter
	for _, c := range []struct {
		a, b float64
		want uint64
	}{
		{1, 1, 0},
		{0, math.Copysign(0, -1), 0},
		{1, next(1, 2), 1},
		{1, next(1, 0), 1},
		{-1, next(-1, 0), 1},
		{math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 2},
		{math.MaxFloat64, math.Inf(1), 1},
		{math.Inf(-1), math.Inf(1), 2 * 0x7ff0000000000000},
		{math.NaN(), 1, math.MaxUint64},
		{1, math.NaN(), math.MaxUint64},
		{math.NaN(), math.NaN(), math.MaxUint64},
		{1, 2, 1 << 52},
	} {
		require.Equal(t, c.want, ULPDistance(c.a, c.b), "%v %v", c.a, c.b)
		require.Equal(t, c.want, ULPDistance(c.b, c.a), "%v %v", c.b, c.a)
	}
}

func TestClose(t *testing.T) {
	up := math.Nextafter(1, 2)
	require.True(t, Close(1, 1, 0, 0))
	require.True(t, Close(up, 1, 1, 0))
	require.False(t, Close(up, 1, 0, 0))
	require.True(t, Close(1e-17, 0, 0, 1e-16))
	require.False(t, Close(1e-15, 0, 1000, 1e-16))
	require.True(t, Close(math.Inf(1), math.Inf(1), 0, 0))
	require.False(t, Close(math.NaN(), math.NaN(), math.MaxUint64-1, math.Inf(1)))
}

func TestWilsonInterval(t *testing.T) {
	ref := readReference(t).Wilson
	require.NotEmpty(t, ref)
	for _, c := range ref {
		lo, hi, err := WilsonInterval(c.K, c.N, c.Level)
		require.NoError(t, err)
		want := [2]float64{number(t, c.Limits[0]), number(t, c.Limits[1])}
		if c.K == 0 {
			want[0] = 0 // the 60 digits of the reference cancel to about 1e-60
		}
		require.LessOrEqual(t, ULPDistance(lo, want[0]), uint64(8), "%d/%d: lower %v, want %v", c.K, c.N, lo, want[0])
		require.LessOrEqual(t, ULPDistance(hi, want[1]), uint64(8), "%d/%d: upper %v, want %v", c.K, c.N, hi, want[1])
	}
}

func TestWilsonIntervalRefuses(t *testing.T) {
	for _, c := range []struct {
		k, n  int
		level float64
		want  error
	}{
		{0, 0, 0.95, fault.ErrInsufficientData},
		{-1, 3, 0.95, fault.ErrInvalid},
		{4, 3, 0.95, fault.ErrInvalid},
		{0, -1, 0.95, fault.ErrInvalid},
		{1, 3, 0, fault.ErrInvalid},
		{1, 3, 1, fault.ErrInvalid},
		{1, 3, math.NaN(), fault.ErrInvalid},
	} {
		_, _, err := WilsonInterval(c.k, c.n, c.level)
		require.ErrorIs(t, err, c.want, "%d/%d at %v", c.k, c.n, c.level)
	}
}

func TestWilsonIntervalHoldsTheProportion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1<<30).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		level := rapid.Float64Range(0.01, 0.999999).Draw(t, "level")
		lo, hi, err := WilsonInterval(k, n, level)
		require.NoError(t, err)
		p := float64(k) / float64(n)
		require.True(t, 0 <= lo && lo <= p && p <= hi && hi <= 1, "%v <= %v <= %v", lo, p, hi)
	})
}

func TestDoubleDoubleAgainstExact(t *testing.T) {
	const eps = 0x1p-100 // a few roundings at 2^-104
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) (DoubleDouble, *big.Float) {
			hi := rapid.Float64Range(-1e9, 1e9).Draw(t, name)
			lo := rapid.Float64Range(-1e-9, 1e-9).Draw(t, name+" low")
			return Wide(hi).Add(Wide(lo)), exactly(hi, lo)
		}
		a, exactA := draw("a")
		b, exactB := draw("b")
		x := rapid.Float64Range(-1e9, 1e9).Draw(t, "x")
		check := func(got DoubleDouble, want *big.Float, size float64) {
			diff := new(big.Float).SetPrec(2000).Sub(exactly(got.hi, got.lo), want)
			off, _ := diff.Float64()
			require.LessOrEqual(t, math.Abs(off), eps*size)
			nearest, _ := want.Float64()
			require.InDelta(t, nearest, got.Float(), eps*size+0x1p-52*math.Abs(nearest))
		}
		prec := func() *big.Float { return new(big.Float).SetPrec(2000) }
		sizeA, sizeB := math.Abs(a.Float()), math.Abs(b.Float())
		check(a, exactA, sizeA)
		check(a.Add(b), prec().Add(exactA, exactB), sizeA+sizeB)
		check(a.Sub(b), prec().Sub(exactA, exactB), sizeA+sizeB)
		// Below 1e-290 the rounding errors themselves leave the range.
		check(a.Mul(b), prec().Mul(exactA, exactB), sizeA*sizeB+1e-290)
		check(a.Times(x), prec().Mul(exactA, exactly(x, 0)), sizeA*math.Abs(x)+1e-290)
	})
}

func exactly(hi, lo float64) *big.Float {
	sum := new(big.Float).SetPrec(2000).SetFloat64(hi)
	return sum.Add(sum, new(big.Float).SetFloat64(lo))
}
