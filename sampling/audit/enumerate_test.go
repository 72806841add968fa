package audit_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/sampling/audit"
	"github.com/stretchr/testify/require"
)

// The plain reference: probabilities as exact fractions, bounds and sizes by trying all.

func exactAtMost(k, population, marked, n int64) *big.Rat {
	sum := new(big.Int)
	for x := max(0, n-(population-marked)); x <= min(k, marked, n); x++ {
		sum.Add(sum, new(big.Int).Mul(new(big.Int).Binomial(marked, x), new(big.Int).Binomial(population-marked, n-x)))
	}
	return new(big.Rat).SetFrac(sum, new(big.Int).Binomial(population, n))
}

func rounded(r *big.Rat) float64 { f, _ := r.Float64(); return f }

func exactBinomial(k, n, num, den int64) *big.Rat {
	sum := new(big.Int)
	for x := int64(0); x <= min(k, n); x++ {
		term := new(big.Int).Binomial(n, x)
		term.Mul(term, new(big.Int).Exp(big.NewInt(num), big.NewInt(x), nil))
		sum.Add(sum, term.Mul(term, new(big.Int).Exp(big.NewInt(den-num), big.NewInt(n-x), nil)))
	}
	return new(big.Rat).SetFrac(sum, new(big.Int).Exp(big.NewInt(den), big.NewInt(n), nil))
}

func TestCountsByEnumeration(t *testing.T) {
	largest := int64(24)
	if testing.Short() {
		largest = 12
	}
	var cases int
	for population := int64(1); population <= largest; population++ {
		for n := int64(1); n <= population; n++ {
			table := make([][]float64, population+1) // [marked][k], at most k
			for marked := range table {
				for k := int64(0); k <= n; k++ {
					table[marked] = append(table[marked], rounded(exactAtMost(k, population, int64(marked), n)))
					s := audit.Sample{Population: population, Errors: int64(marked), Size: n}
					got, err := s.AtMost(k)
					require.NoError(t, err)
					require.InDelta(t, table[marked][k], got, 4e-16*float64(population))
				}
			}
			for x := int64(0); x <= n; x++ {
				for _, risk := range []float64{0.01, 0.05, 1 - 0.9, 0.1, 0.25, 0.5} {
					upper, lower := x, population-n+x
					for marked := x; marked <= population-n+x; marked++ {
						if table[marked][x] > risk {
							upper = max(upper, marked)
						}
						if x == 0 || table[marked][x-1] < 1-risk {
							lower = min(lower, marked)
						}
					}
					u, err := audit.UpperCount(population, n, x, risk)
					require.NoError(t, err)
					l, err := audit.LowerCount(population, n, x, risk)
					require.NoError(t, err)
					require.Equal(t, []int64{lower, upper}, []int64{l, u}, "N=%d n=%d x=%d risk=%v", population, n, x, risk)
					cases += 2
				}
			}
		}
		for errors := int64(1); errors <= population; errors++ {
			for _, confidence := range []float64{0.5, 0.8, 0.9, 0.95, 0.99} {
				want := int64(1)
				for rounded(exactAtMost(0, population, errors, want)) > 1-confidence {
					want++
				}
				got, err := audit.DetectionSize(population, errors, confidence)
				require.NoError(t, err)
				require.Equal(t, want, got)
				cases++
			}
		}
	}
	t.Log(cases, "bounds and sizes equal those of full enumeration")
}

// bruteAttribute tries every sample size in turn.
func bruteAttribute(accept func(c, n int64) float64, most int64, expected money.Ratio, errors int64, risk float64) (audit.Single, bool) {
	for n := int64(1); n <= most; n++ {
		c := errors
		if expected.Num > 0 {
			c = (n*expected.Num + expected.Den - 1) / expected.Den
		}
		if c < n && accept(c, n) <= risk {
			return audit.Single{Size: n, Accept: c}, true
		}
	}
	return audit.Single{}, false
}

func TestAttributeSizeByEnumeration(t *testing.T) {
	var found, none int
	for _, population := range []int64{0, 1, 7, 20, 33, 50, 101, 150} {
		for _, tolerable := range []int64{3, 5, 7, 10, 20, 29, 50, 100} {
			for _, expected := range []int64{0, 1, 2, 4, 6, 8, 10, 15, 25} {
				for _, risk := range []float64{0.05, 0.1, 0.3, 0.5, 0.8} {
					if expected >= tolerable {
						continue
					}
					most := population
					accept := func(c, n int64) float64 {
						return rounded(exactAtMost(c, population, max(1, tolerable*population/100), n))
					}
					if population == 0 {
						most = 150
						accept = func(c, n int64) float64 { return rounded(exactBinomial(c, n, tolerable, 100)) }
					}
					want, ok := bruteAttribute(accept, most, money.Ratio{Num: expected, Den: 100}, 0, risk)
					got, err := audit.AttributeSize(money.Ratio{Num: tolerable, Den: 100}, risk,
						audit.AttributeOptions{Expected: money.Ratio{Num: expected, Den: 100}, Population: population})
					id := fmt.Sprint("N=", population, " tolerable ", tolerable, " expected ", expected, " risk ", risk)
					switch {
					case ok:
						require.NoError(t, err, id)
						require.Equal(t, want, got, id)
						found++
					case population > 0:
						require.ErrorIs(t, err, audit.ErrUnattainable, id)
						none++
					default:
						require.NoError(t, err, id)
						require.Greater(t, got.Size, most, id)
					}
					if testing.Short() && found > 300 {
						return
					}
				}
			}
		}
	}
	require.Positive(t, none)
	t.Log(found, "sizes equal those of trying all;", none, "are unattainable by both")
}

func TestDesignSingleByEnumeration(t *testing.T) {
	var found, none int
	for _, lot := range []int64{0, 20, 101} {
		for _, good := range []int64{0, 1, 2, 5, 10} {
			for _, bad := range []int64{3, 6, 8, 15, 30, 60} {
				for _, risks := range [][2]float64{{0.05, 0.1}, {0.1, 0.05}, {0.3, 0.4}} {
					if good >= bad || lot > 0 && good*lot/100 >= max(1, bad*lot/100) {
						continue
					}
					o := audit.DesignOptions{Lot: lot}
					most := lot
					accept := func(percent, c, n int64) float64 { return rounded(exactBinomial(c, n, percent, 100)) }
					if lot > 0 {
						o.Law = audit.Hypergeometric
						accept = func(percent, c, n int64) float64 {
							marked := percent * lot / 100
							if percent == bad {
								marked = max(1, marked)
							}
							return rounded(exactAtMost(c, lot, marked, n))
						}
					} else {
						most = 80
					}
					want, ok := audit.Single{}, false
				search:
					for n := int64(1); n <= most; n++ {
						for c := int64(0); c < n; c++ {
							if accept(bad, c, n) > risks[1] {
								break
							}
							if 1-risks[0] <= accept(good, c, n) {
								want, ok = audit.Single{Size: n, Accept: c}, true
								break search
							}
						}
					}
					got, err := audit.DesignSingle(audit.Point{Quality: money.Ratio{Num: good, Den: 100}, Risk: risks[0]},
						audit.Point{Quality: money.Ratio{Num: bad, Den: 100}, Risk: risks[1]}, o)
					id := fmt.Sprint("lot ", lot, " good ", good, " bad ", bad, " risks ", risks)
					switch {
					case ok:
						require.NoError(t, err, id)
						require.Equal(t, want.Size, got.Size, id)
						require.GreaterOrEqual(t, accept(good, got.Accept, got.Size), 1-risks[0], id)
						require.LessOrEqual(t, accept(bad, got.Accept, got.Size), risks[1], id)
						found++
					case lot > 0:
						require.ErrorIs(t, err, audit.ErrUnattainable, id)
						none++
					default:
						require.NoError(t, err, id)
						require.Greater(t, got.Size, most, id)
					}
					if testing.Short() && found > 40 {
						return
					}
				}
			}
		}
	}
	t.Log(found, "plans equal those of trying all;", none, "are unattainable by both")
}
