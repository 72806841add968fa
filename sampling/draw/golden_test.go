package draw

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/reference"
)

type changeCase struct {
	N        int
	N1       int `json:"n1"`
	N2       int `json:"n2"`
	Overlap  int
	MeanDiff string  `json:"mean_diff"`
	Enum     string  `json:"var_enumerated"`
	Closed   string  `json:"var_closed_form"`
	Equal    bool    `json:"equal"`
	VarFloat float64 `json:"var_float"`
}

func TestGoldenPanelAndSeeds(t *testing.T) {
	var golden struct {
		ChangeVariance struct {
			Y1, Y2  []int64
			Formula string
			Cases   []changeCase
		} `json:"change_variance"`
		RotationOverlap map[string]map[string]string `json:"rotation_overlap"`
		Rivest          struct {
			Licence       string
			Example1      []string
			Order33       [][]string
			FirstFraction struct{ ID, Seed, Value string } `json:"first_fraction"`
		} `json:"rivest_consistent_sampler"`
		SHA256 string `json:"sha256_abc"`
	}
	reference.JSON(t, "golden/sampling/panel_and_seeds.json", &golden)
	compared := 0

	y1, y2 := golden.ChangeVariance.Y1, golden.ChangeVariance.Y2
	for _, c := range golden.ChangeVariance.Cases {
		mean, variance := enumerateChange(y1, y2, c.N1, c.N2, c.Overlap)
		require.Equal(t, c.MeanDiff, mean.RatString())
		require.Equal(t, c.Enum, variance.RatString())
		require.Equal(t, c.Closed, variance.RatString())
		require.True(t, c.Equal)
		got, err := Change{N: c.N, N1: c.N1, N2: c.N2, Overlap: c.Overlap,
			S11: covariance(y1, y1), S22: covariance(y2, y2), S12: covariance(y1, y2)}.Variance()
		require.NoError(t, err)
		require.InEpsilon(t, c.VarFloat, got, 1e-12)
		compared += 5
	}

	patterns := map[string]string{"CPS_4-8-4": "4-8-4", "in_for_5(5-)": "5-", "spot_check_no_repeat": "1-"}
	for name, lags := range golden.RotationOverlap {
		r, err := ParseRotation(patterns[name])
		require.NoError(t, err, name)
		for lag, want := range lags {
			k, err := strconv.Atoi(lag)
			require.NoError(t, err)
			got, err := r.Overlap(k)
			require.NoError(t, err)
			require.Equal(t, want, got.RatString(), "%s at lag %d", name, k)
			compared++
		}
	}

	// The sampler of Rivest is the idea of our tickets with other bytes: a check that
	// the idea is understood, and that crypto/sha256 gives what Python gave.
	six := []string{"A-1", "A-2", "A-3", "B-1", "B-2", "B-3"}
	slices.SortFunc(six, func(a, b string) int { return strings.Compare(rivest(a, "314159"), rivest(b, "314159")) })
	require.Equal(t, golden.Rivest.Example1, six[:len(golden.Rivest.Example1)])
	compared += len(golden.Rivest.Example1)
	for i, row := range golden.Rivest.Order33 {
		value := rivest(row[1], "20260101")
		require.True(t, strings.HasPrefix(value, row[0]), "%s: %s begins with %s", row[1], value, row[0])
		if i > 0 {
			require.Less(t, rivest(golden.Rivest.Order33[i-1][1], "20260101"), value)
		}
		compared++
	}
	require.Equal(t, golden.Rivest.FirstFraction.Value, rivest(golden.Rivest.FirstFraction.ID, golden.Rivest.FirstFraction.Seed))
	sum := sha256.Sum256([]byte("abc"))
	require.Equal(t, golden.SHA256, hex.EncodeToString(sum[:]))
	compared += 2

	require.Equal(t, 6*5+12+4+33+2, compared)
	t.Logf("compared %d values", compared)
}

// rivest is the first ticket of an id in Rivest's consistent sampler: the decimal
// digits of SHA-256(hex SHA-256(seed), id), last digit first.
func rivest(id, seed string) string {
	h := sha256.Sum256([]byte(seed))
	h = sha256.Sum256([]byte(hex.EncodeToString(h[:]) + id))
	digits := []byte(new(big.Int).SetBytes(h[:]).String())
	digits = append([]byte(strings.Repeat("0", max(0, 64-len(digits)))), digits...)
	slices.Reverse(digits)
	return "0." + string(digits)
}

func covariance(a, b []int64) float64 {
	n := int64(len(a))
	var sa, sb, sab int64
	for i := range a {
		sa, sb, sab = sa+a[i], sb+b[i], sab+a[i]*b[i]
	}
	v, _ := big.NewRat(n*sab-sa*sb, n*(n-1)).Float64()
	return v
}

// enumerateChange returns mean and variance of the difference of the two sample means
// over all pairs of samples of these sizes with that overlap, in exact fractions.
func enumerateChange(y1, y2 []int64, n1, n2, overlap int) (mean, variance *big.Rat) {
	var sum, squares big.Rat
	count := int64(0)
	each := func(do func(mask int)) {
		for mask := range 1 << len(y1) {
			do(mask)
		}
	}
	size := func(mask int) (n int) {
		for ; mask != 0; mask &= mask - 1 {
			n++
		}
		return n
	}
	total := func(y []int64, mask int) (s int64) {
		for i, v := range y {
			if mask>>i&1 == 1 {
				s += v
			}
		}
		return s
	}
	each(func(a int) {
		each(func(b int) {
			if size(a) != n1 || size(b) != n2 || size(a&b) != overlap {
				return
			}
			d := new(big.Rat).Sub(big.NewRat(total(y2, b), int64(n2)), big.NewRat(total(y1, a), int64(n1)))
			sum.Add(&sum, d)
			squares.Add(&squares, d.Mul(d, d))
			count++
		})
	})
	n := big.NewRat(count, 1)
	mean = new(big.Rat).Quo(&sum, n)
	variance = new(big.Rat).Quo(&squares, n)
	return mean, variance.Sub(variance, new(big.Rat).Mul(mean, mean))
}

func TestGoldenChacha8Vector(t *testing.T) {
	var golden struct {
		Uint64 []string `json:"uint64"`
		Perm   []int    `json:"perm10_rand_v2"`
	}
	reference.JSON(t, "golden/sampling/chacha8_vector.json", &golden)
	seed := ascending()
	compared := 0
	rng := rand.New(rand.NewChaCha8(seed))
	for _, want := range golden.Uint64 {
		require.Equal(t, want, strconv.FormatUint(rng.Uint64(), 10))
		compared++
	}
	require.Equal(t, golden.Perm, rand.New(rand.NewChaCha8(seed)).Perm(10))
	compared += len(golden.Perm)
	require.Equal(t, 18, compared)
	t.Logf("compared %d values", compared)
}

// ascending is the seed 00 01 02 ... 1f.
func ascending() (s Seed) {
	for i := range s {
		s[i] = byte(i)
	}
	return s
}
