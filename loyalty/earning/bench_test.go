package earning_test

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/loyalty/earning"
)

// till is one earning rule, a rate and the factor of a tier, twice: as decimals,
// and compiled.
type till struct {
	amounts []decimal.Decimal
	minor   []int64
	rate    decimal.Decimal
	factor  decimal.Decimal
	quote   earning.Quote
}

func newTill(t require.TestingT) *till {
	r := rand.New(rand.NewPCG(6, 6))
	s := till{rate: dec("1.25"), factor: dec("1.5")}
	for range 1024 {
		s.minor = append(s.minor, r.Int64N(10_000_00))
		s.amounts = append(s.amounts, decimal.New(s.minor[len(s.minor)-1], -2))
	}
	plan := compile(t, programme(earning.Rule{ID: "base", Kind: earning.PerMoney, Points: s.rate},
		earning.Rule{ID: "tier", Kind: earning.Multiplier, Factor: s.factor}))
	var err error
	s.quote, err = plan.Quote(earning.OfPoints, "base", "tier")
	require.NoError(t, err)
	return &s
}

// compiled applies the compiled rule to amounts in minor units, as orders have them.
func (s *till) compiled() (sum int64, err error) {
	for _, minor := range s.minor {
		points, err := s.quote.Points(minor)
		if err != nil {
			return 0, err
		}
		sum += points
	}
	return sum, nil
}

// read is compiled for amounts that the host keeps as decimals.
func (s *till) read() (sum int64, err error) {
	for _, d := range s.amounts {
		minor, err := earning.Minor(d, money.CNY)
		if err != nil {
			return 0, err
		}
		points, err := s.quote.Points(minor)
		if err != nil {
			return 0, err
		}
		sum += points
	}
	return sum, nil
}

func (s *till) decimals() (sum int64) {
	for _, d := range s.amounts {
		sum += d.Mul(s.rate).Mul(s.factor).Floor().IntPart()
	}
	return sum
}

// basket is an order under a base rule and three multipliers: as the plan has it,
// and the same sum in decimals, without record, checks or conditions.
func basket(t require.TestingT, lines int) (plan *earning.Plan, o earning.Order, inDecimals func() int64) {
	r := rand.New(rand.NewPCG(10, uint64(lines)))
	var amounts []decimal.Decimal
	fen := make([]int64, lines)
	for i := range fen {
		fen[i] = r.Int64N(500_00)
		amounts = append(amounts, decimal.New(fen[i], -2))
	}
	tier := times("tier", "1.5")
	tier.When.Tiers = []string{"gold"}
	base := perYuan()
	base.QP = decimal.Decimal{}
	p := programme(base, tier, times("promo", "2"), times("app", "1.2"))
	factors := []decimal.Decimal{dec("1"), dec("1.5"), dec("2"), dec("1.2")}
	return compile(t, p), order(fen...), func() int64 {
		sum := decimal.Decimal{}
		for _, d := range amounts {
			for _, f := range factors {
				d = d.Mul(f)
			}
			sum = sum.Add(d)
		}
		return sum.Floor().IntPart()
	}
}

func gold() earning.Context {
	c := at(noon)
	c.Tier = "gold"
	return c
}

// perRun is the processor time that f takes, at best of some tries.
func perRun(n int, f func()) time.Duration {
	best := time.Duration(1<<63 - 1)
	for range 5 {
		begin := cputime.Now()
		for range n {
			f()
		}
		best = min(best, cputime.Now()-begin)
	}
	return best / time.Duration(n)
}

// TestRuleCost: a compiled rule allocates nothing and takes under a tenth of the
// processor time of the same rule in decimal arithmetic, also where the amount is
// read from a decimal first.
func TestRuleCost(t *testing.T) {
	s := newTill(t)
	for _, f := range []func() (int64, error){s.compiled, s.read} {
		points, err := f()
		require.NoError(t, err)
		require.Equal(t, s.decimals(), points)
		require.Zero(t, testing.AllocsPerRun(10, func() { _, err = f() }))
		require.NoError(t, err)
	}
	if cputime.Now() == 0 || raceEnabled || strconv.IntSize < 64 {
		t.Skip("the comparison is of processor time, on a processor of 64 bits, without the race detector")
	}
	theirs := perRun(40, func() { s.decimals() })
	ours := perRun(200, func() { _, _ = s.compiled() })
	read := perRun(200, func() { _, _ = s.read() })
	t.Logf("%.1f ns in minor units, %.1f ns from a decimal, %.1f ns in decimals", float64(ours)/1024, float64(read)/1024, float64(theirs)/1024)
	require.Less(t, ours, theirs/10)
	require.Less(t, read, theirs/10)
}

// TestPreviewAllocates holds what Preview and Earn say about memory.
func TestPreviewAllocates(t *testing.T) {
	plan, o, inDecimals := basket(t, 10)
	points, _, err := plan.Preview(o, gold())
	require.NoError(t, err)
	require.Equal(t, inDecimals(), points)
	c := gold()
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _, err = plan.Preview(o, c) }))
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, err = plan.Earn(o, c) }), 3.0)
	require.NoError(t, err)
}

func BenchmarkRule(b *testing.B) {
	s := newTill(b)
	for name, f := range map[string]func() (int64, error){"minor-units": s.compiled, "from-decimal": s.read} {
		b.Run(name, func(b *testing.B) {
			theirs := float64(perRun(10, func() { s.decimals() })) / 1024
			b.ReportAllocs()
			begin := cputime.Now()
			for b.Loop() {
				if _, err := f(); err != nil {
					b.Fatal(err)
				}
			}
			ours := float64(cputime.Now()-begin) / float64(b.N) / 1024
			b.ReportMetric(ours, "cpu-ns/amount")
			b.ReportMetric(ours/theirs, "of-decimal")
		})
	}
}

func BenchmarkPreview(b *testing.B) {
	benchmarkOrder(b, func(p *earning.Plan, o earning.Order, c earning.Context) error {
		_, _, err := p.Preview(o, c)
		return err
	})
}
func BenchmarkEarn(b *testing.B) {
	benchmarkOrder(b, func(p *earning.Plan, o earning.Order, c earning.Context) error { _, err := p.Earn(o, c); return err })
}

func benchmarkOrder(b *testing.B, do func(*earning.Plan, earning.Order, earning.Context) error) {
	for _, lines := range []int{1, 10, 100} {
		b.Run(map[int]string{1: "1-line", 10: "10-lines", 100: "100-lines"}[lines], func(b *testing.B) {
			plan, o, inDecimals := basket(b, min(lines, 26))
			for i := 26; i < lines; i++ {
				o.Lines = append(o.Lines, earning.Line{ID: string(rune('a'+i%26)) + string(rune('a'+i/26)), Amount: int64(i)})
			}
			theirs := float64(perRun(1000, func() { inDecimals() }))
			c := gold()
			b.ReportAllocs()
			begin := cputime.Now()
			for b.Loop() {
				if err := do(plan, o, c); err != nil {
					b.Fatal(err)
				}
			}
			ours := float64(cputime.Now()-begin) / float64(b.N)
			b.ReportMetric(ours, "cpu-ns/order")
			if lines <= 26 {
				b.ReportMetric(ours/theirs, "of-decimal")
			}
		})
	}
}
