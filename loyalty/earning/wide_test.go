package earning

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/money"
)

func (x wide) big() *big.Int {
	n := new(big.Int).SetUint64(x.hi)
	return n.Or(n.Lsh(n, 64), new(big.Int).SetUint64(x.lo))
}

func edges() *rapid.Generator[uint64] {
	return rapid.OneOf(rapid.Uint64(), rapid.Uint64Max(20), rapid.SampledFrom([]uint64{1<<63 - 1, 1 << 63, 1<<64 - 1, 1 << 32}))
}

// TestWide compares the arithmetic of 128 bits with big integers.
func TestWide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := wide{edges().Draw(t, "xh"), edges().Draw(t, "xl")}, wide{edges().Draw(t, "yh"), edges().Draw(t, "yl")}
		k := edges().Draw(t, "k")
		fits := func(n *big.Int, ok bool, got wide) {
			require.Equal(t, n.BitLen() <= 128, ok)
			if ok {
				require.Zero(t, n.Cmp(got.big()))
			}
		}
		sum, ok := x.plus(y)
		fits(new(big.Int).Add(x.big(), y.big()), ok, sum)
		prod, ok := x.times(k)
		fits(new(big.Int).Mul(x.big(), new(big.Int).SetUint64(k)), ok, prod)
		require.Zero(t, product(x.lo, k).big().Cmp(new(big.Int).Mul(new(big.Int).SetUint64(x.lo), new(big.Int).SetUint64(k))))

		den := 1 + edges().Draw(t, "den")%maxDen
		if rapid.Bool().Draw(t, "small") {
			x.hi %= den
		}
		for mode := money.HalfEven; mode < money.Exact; mode++ {
			got, ok := newDivisor(den, mode).of(x)
			want := rounded(x.big(), new(big.Int).SetUint64(den), mode)
			require.Equal(t, want.IsInt64(), ok)
			if ok {
				require.Equal(t, want.Int64(), got, mode)
			}
			if x.hi == 0 && x.lo <= math.MaxInt64 { // and so is package money of one mind
				same, err := money.Ratio{Num: int64(x.lo), Den: int64(den)}.Mul(1, mode)
				require.NoError(t, err)
				require.Equal(t, same, got, mode)
			}
		}
	})
}

// rounded is n/den by the definition of each mode, for n of at least 0.
func rounded(n, den *big.Int, mode money.Rounding) *big.Int {
	q, rem := new(big.Int).QuoRem(n, den, new(big.Int))
	half := new(big.Int).Lsh(rem, 1).Cmp(den)
	up := false
	switch mode {
	case money.HalfEven:
		up = half > 0 || half == 0 && q.Bit(0) == 1
	case money.HalfUp:
		up = half >= 0
	case money.HalfDown:
		up = half > 0
	case money.Up, money.Ceiling:
		up = rem.Sign() > 0
	}
	if up {
		q.Add(q, big.NewInt(1))
	}
	return q
}

func TestLeastCommonMultiple(t *testing.T) {
	for _, c := range []struct{ a, b, want uint64 }{{1, 1, 1}, {4, 6, 12}, {100, 3, 300}, {maxDen, 1, maxDen}, {1 << 31, 1 << 30, 1 << 31}} {
		got, ok := lcm(c.a, c.b)
		require.True(t, ok)
		require.Equal(t, c.want, got)
	}
	_, ok := lcm(maxDen, 2)
	require.False(t, ok, "an odd number and 2")
}
