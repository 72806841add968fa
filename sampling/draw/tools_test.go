package draw

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// script hands out chosen values of below: the i-th call, with bound of[i], gets the
// i-th digit of number in the mixed base of.
type script struct {
	of     []uint64
	number uint64
}

func (s *script) Uint64() uint64 {
	n := s.of[0]
	v := s.number % n
	s.of, s.number = s.of[1:], s.number/n
	q, _ := bits.Div64(v, 1<<63, n) // the middle of the numbers that give v
	return q
}

// everyDraw calls do once for each sequence of the values that below can return for
// these bounds, all of which are equally probable.
func everyDraw(of []uint64, do func(rng *rand.Rand)) int {
	total := uint64(1)
	for _, n := range of {
		total *= n
	}
	for number := range total {
		do(rand.New(&script{slices.Clone(of), number}))
	}
	return int(total)
}

// smallFrame has n units "u000", "u001", ...
func smallFrame(t testing.TB, n int, columns Columns) *Frame {
	t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("u%03d", i)
	}
	f, err := NewFrame(ids, columns)
	require.NoError(t, err)
	return f
}

func numbered(t testing.TB, n int) *Frame {
	t.Helper()
	f, err := Numbered(n, Columns{})
	require.NoError(t, err)
	return f
}

func pcg(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// requireFits compares counts with expected counts by Pearson's chi-square, where
// cells of expectation 0 must be empty. With fixed seeds the test is deterministic;
// a tail of 1e-6 is not met by chance in a suite of a few dozen.
func requireFits(t testing.TB, observed []int, expected []float64) {
	t.Helper()
	var x float64
	cells := 0
	for i, e := range expected {
		if e == 0 {
			require.Zero(t, observed[i], "cell %d", i)
			continue
		}
		d := float64(observed[i]) - e
		x += d * d / e
		cells++
	}
	p := numeric.ChiSquaredTail(x, cells-1)
	require.Greater(t, p, 1e-6, "chi-square %v with %d degrees of freedom: %v against %v", x, cells-1, observed, expected)
	require.False(t, math.IsNaN(p))
}

// failure returns the one *Error in the chain.
func failure(t testing.TB, err error) *Error {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	return e
}

func requireError(t testing.TB, err, sentinel error, text string) {
	t.Helper()
	require.ErrorIs(t, err, sentinel)
	failure(t, err)
	require.EqualError(t, err, text)
}

// joined returns the errors that errors.Join put together.
func joined(t testing.TB, err error) []*Error {
	t.Helper()
	var list interface{ Unwrap() []error }
	if !errors.As(err, &list) {
		return []*Error{failure(t, err)}
	}
	var all []*Error
	for _, one := range list.Unwrap() {
		all = append(all, failure(t, one))
	}
	return all
}

func nan() float64 { return math.NaN() }

// trials is a number of draws, a tenth of it under -short.
func trials(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}
