package numeric

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// studentReference holds values of mpmath at 36 digits; testdata/student.py makes them.
type studentReference struct {
	NormalTail []struct {
		X    float64 `json:"x"`
		Tail string  `json:"tail"`
	} `json:"normal_tail"`
	StudentTail []struct {
		T    float64 `json:"t"`
		DF   float64 `json:"df"`
		Tail string  `json:"tail"`
	} `json:"student_tail"`
	StudentPoint []struct {
		Q  float64 `json:"q"`
		DF float64 `json:"df"`
		T  string  `json:"t"`
	} `json:"student_point"`
	NoncentralTTail []struct {
		T     float64 `json:"t"`
		DF    float64 `json:"df"`
		Delta float64 `json:"delta"`
		Tail  string  `json:"tail"`
	} `json:"noncentral_t_tail"`
}

func readStudentReference(t *testing.T) (r studentReference) {
	t.Helper()
	data, err := os.ReadFile("testdata/student.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &r))
	return r
}

// closeTo requires a relative error; it returns it.
func closeTo(t *testing.T, tolerance, got, want float64, args ...any) float64 {
	t.Helper()
	off := math.Abs(got-want) / math.Abs(want)
	if !(off <= tolerance) {
		t.Errorf("got %v, want %v, off by %.2g: %v", got, want, off, args)
	}
	return off
}

func TestNormalTail(t *testing.T) {
	ref := readStudentReference(t).NormalTail
	require.Len(t, ref, 19)
	for _, c := range ref {
		want := number(t, c.Tail)
		require.LessOrEqual(t, ULPDistance(NormalTail(c.X), want), uint64(4), "x=%v", c.X)
		require.InDelta(t, math.Log(want), logNormalTail(c.X), 1e-9, "x=%v", c.X) // it only finds the peak
	}
	require.Equal(t, 0.0, NormalTail(math.Inf(1)))
	require.Equal(t, 1.0, NormalTail(math.Inf(-1)))
	require.True(t, math.IsNaN(NormalTail(math.NaN())))
}

func TestNormalTailAndQuantileAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := math.Exp(rapid.Float64Range(-600, -0.7).Draw(t, "log q"))
		got := NormalTail(-NormalQuantile(q))
		// An error of one unit in z is worth z² units of the tail, and z² < -2·log q.
		require.InEpsilon(t, q, got, 5e-16*(2-math.Log(q)))
	})
}

func TestStudentTail(t *testing.T) {
	ref := readStudentReference(t).StudentTail
	require.Greater(t, len(ref), 90)
	worst := 0.0
	for _, c := range ref {
		worst = max(worst, closeTo(t, 2e-13, StudentTail(c.T, c.DF), number(t, c.Tail), "t", c.T, "df", c.DF))
	}
	t.Logf("%d values, worst relative error %.2g", len(ref), worst)
	require.Equal(t, NormalTail(1.3), StudentTail(1.3, math.Inf(1)))
	require.Equal(t, 0.5, StudentTail(0, 3))
	require.Equal(t, 0.0, StudentTail(math.Inf(1), 3))
	require.Equal(t, 1.0, StudentTail(math.Inf(-1), 3))
	for _, bad := range [][2]float64{{1, 0}, {1, -2}, {1, math.NaN()}, {math.NaN(), 2}} {
		require.True(t, math.IsNaN(StudentTail(bad[0], bad[1])), "%v", bad)
	}
}

func TestStudentTailPoint(t *testing.T) {
	ref := readStudentReference(t).StudentPoint
	require.Len(t, ref, 70)
	worst := 0.0
	for _, c := range ref {
		// Near the middle some roundings of the tail, 1e-16 each, move t by as much.
		tolerance := 2e-13 + 2e-15/number(t, c.T)
		worst = max(worst, closeTo(t, tolerance, StudentTailPoint(c.Q, c.DF), number(t, c.T), "q", c.Q, "df", c.DF))
	}
	t.Logf("%d values, worst relative error %.2g", len(ref), worst)
	require.Equal(t, 0.0, StudentTailPoint(0.5, 7))
	require.Equal(t, -StudentTailPoint(0.25, 7), StudentTailPoint(0.75, 7))
	require.Equal(t, math.Inf(1), StudentTailPoint(0, 7))
	require.Equal(t, math.Inf(-1), StudentTailPoint(1, 7))
	require.Equal(t, -NormalQuantile(0.01), StudentTailPoint(0.01, math.Inf(1)))
	for _, bad := range [][2]float64{{-0.1, 2}, {1.1, 2}, {math.NaN(), 2}, {0.1, 0}, {0.1, math.NaN()}} {
		require.True(t, math.IsNaN(StudentTailPoint(bad[0], bad[1])), "%v", bad)
	}
}

func TestNoncentralTTail(t *testing.T) {
	ref := readStudentReference(t).NoncentralTTail
	require.Len(t, ref, 56)
	worst := 0.0
	for _, c := range ref {
		got := NoncentralTTail(c.T, c.DF, c.Delta)
		worst = max(worst, closeTo(t, 2e-13, got, number(t, c.Tail), "t", c.T, "df", c.DF, "delta", c.Delta))
	}
	t.Logf("%d values, worst relative error %.2g", len(ref), worst)
	require.Equal(t, NormalTail(-2.0), NoncentralTTail(0, 4, 2))
	require.Equal(t, NormalTail(-1.5), NoncentralTTail(0.5, math.Inf(1), 2))
	require.Equal(t, 0.0, NoncentralTTail(math.Inf(1), 4, 2))
	require.Equal(t, 1.0, NoncentralTTail(math.Inf(-1), 4, 2))
	for _, bad := range [][3]float64{{1, 0, 0}, {1, -1, 0}, {math.NaN(), 2, 0}, {1, math.NaN(), 0}, {1, 2, math.NaN()}, {1, 2, math.Inf(1)}} {
		require.True(t, math.IsNaN(NoncentralTTail(bad[0], bad[1], bad[2])), "%v", bad)
	}
}

// Wide densities, df of a few or less, under a normal tail that falls steeply:
// coarse rules agree there before they are right. The values are mpmath's, by its
// quadrature of 40 digits over the logarithm of S.
func TestNoncentralTTailAboveAnEdge(t *testing.T) {
	closeTo(t, 1e-14, NoncentralTTail(-1.125, 0.6591844975, 2.96875), 0.99958122541275292994)
	closeTo(t, 1e-14, NoncentralTTail(6.044921875, 1, 40), 0.99999999993352303653)
	closeTo(t, 1e-14, NoncentralTTail(8.75, 2.75, 40), 0.99999999999654738048)
}

func TestNoncentralTTailsAreAProbability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		df := math.Exp(rapid.Float64Range(-1, 20).Draw(t, "log df"))
		delta := rapid.Float64Range(-40, 40).Draw(t, "delta")
		at := rapid.Float64Range(-60, 60).Draw(t, "t")
		upper, lower := NoncentralTTail(at, df, delta), NoncentralTTail(-at, df, -delta)
		require.InDelta(t, 1, upper+lower, 4e-13)
		require.LessOrEqual(t, upper, NoncentralTTail(at, df, delta+0.1)*(1+1e-12))
	})
}

func BenchmarkNoncentralTTail(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NoncentralTTail(2.1, 126, 2.8)
	}
}

func BenchmarkStudentTailPoint(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		StudentTailPoint(0.025, 126)
	}
}
