package audit_test

import (
	"math/big"
	"math/bits"
	"testing"

	"github.com/guanxi-go/guanxi/sampling/audit"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// doublePlan is a double plan by its words: whether it accepts, and what it inspects.
func doublePlan(d audit.Double, first, second int) (accepted bool, items int64) {
	switch {
	case int64(first) <= d.Accept1:
		return true, d.Size1
	case int64(first) >= d.Reject1:
		return false, d.Size1
	}
	return int64(first+second) <= d.Accept2, d.Size1 + d.Size2
}

var smallDoubles = []audit.Double{
	{Size1: 3, Accept1: 0, Reject1: 2, Size2: 3, Accept2: 1},
	{Size1: 4, Accept1: 0, Reject1: 3, Size2: 5, Accept2: 3},
	{Size1: 5, Accept1: 1, Reject1: 4, Size2: 2, Accept2: 4},
	{Size1: 2, Accept1: 0, Reject1: 3, Size2: 6, Accept2: 2}, // the first never refuses
	{Size1: 1, Accept1: 1, Reject1: 3, Size2: 1, Accept2: 2}, // accepts everything
}

// TestDoubleByEnumeration goes through all results of all items, in exact fractions.
func TestDoubleByEnumeration(t *testing.T) {
	for _, d := range smallDoubles {
		n1, n2 := int(d.Size1), int(d.Size2)
		for _, percent := range []int64{0, 1, 10, 35, 60, 100} {
			p, q := big.NewRat(percent, 100), big.NewRat(100-percent, 100)
			accepted, sample, inspected, passed := new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat)
			lot := d.Size1 + d.Size2 + 7
			for set := range 1 << (n1 + n2) {
				mass := big.NewRat(1, 1)
				for i := range n1 + n2 {
					mass.Mul(mass, map[bool]*big.Rat{true: p, false: q}[set>>i&1 == 1])
				}
				ok, items := doublePlan(d, bits.OnesCount(uint(set&(1<<n1-1))), bits.OnesCount(uint(set>>n1)))
				weigh := func(sum *big.Rat, value int64) {
					sum.Add(sum, new(big.Rat).Mul(mass, big.NewRat(value, 1)))
				}
				weigh(sample, items)
				if ok {
					weigh(accepted, 1)
					weigh(inspected, items)
					weigh(passed, lot-items)
				} else {
					weigh(inspected, lot)
				}
			}
			passed.Mul(passed, p).Quo(passed, big.NewRat(lot, 1))
			quality := float64(percent) / 100
			for name, c := range map[string]struct {
				want *big.Rat
				get  func() (float64, error)
			}{
				"acceptance": {accepted, func() (float64, error) { return d.Acceptance(quality, audit.Binomial) }},
				"sample":     {sample, func() (float64, error) { return d.AverageSample(quality, audit.Binomial) }},
				"inspection": {inspected, func() (float64, error) { return d.AverageInspection(quality, lot, audit.Binomial) }},
				"outgoing":   {passed, func() (float64, error) { return d.OutgoingQuality(quality, lot, audit.Binomial) }},
				"of large lots": {new(big.Rat).Mul(accepted, p), func() (float64, error) {
					return d.OutgoingQuality(quality, 0, audit.Binomial)
				}},
			} {
				got, err := c.get()
				require.NoError(t, err)
				want, _ := c.want.Float64()
				require.InDelta(t, want, got, 1e-13*(1+want), "%v %s at %d %%", d, name, percent)
			}
		}
		// Every lot of two more than both samples, and every place of its errors.
		lot := n1 + n2 + 2
		good, all := make([]int64, lot+1), make([]int64, lot+1)
		for set := range 1 << lot {
			errors := bits.OnesCount(uint(set))
			all[errors]++
			if ok, _ := doublePlan(d, bits.OnesCount(uint(set&(1<<n1-1))), bits.OnesCount(uint(set>>n1&(1<<n2-1)))); ok {
				good[errors]++
			}
		}
		for errors := range all {
			got, err := d.AcceptanceOfLot(int64(lot), int64(errors))
			require.NoError(t, err)
			require.InDelta(t, float64(good[errors])/float64(all[errors]), got, 1e-13, "%v %d", d, errors)
		}
	}
}

// TestDoubleProperties: the operating characteristic falls, its inverse is one, no more
// than both samples are inspected, and lots go over into the stream as they grow.
func TestDoubleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := audit.Double{Size1: rapid.Int64Range(1, 500).Draw(t, "n1"), Size2: rapid.Int64Range(1, 500).Draw(t, "n2")}
		d.Accept1 = rapid.Int64Range(0, min(20, d.Size1-1)).Draw(t, "Ac1")
		d.Reject1 = d.Accept1 + rapid.Int64Range(2, 10).Draw(t, "Re1")
		d.Accept2 = d.Reject1 + rapid.Int64Range(-1, 10).Draw(t, "Ac2")
		law := audit.Law(rapid.IntRange(0, 1).Draw(t, "law"))
		require.NoError(t, d.Validate())
		last := 1.0
		for _, p := range []float64{0, 0.001, 0.01, 0.03, 0.1, 0.3, 0.7, 1} {
			got, err := d.Acceptance(p, law)
			require.NoError(t, err)
			require.LessOrEqual(t, got, last+1e-13)
			last = got
			items, err := d.AverageSample(p, law)
			require.NoError(t, err)
			require.True(t, items >= float64(d.Size1) && items <= float64(d.Size1+d.Size2)*(1+1e-13))
		}
		if law == audit.Binomial && last == 1 {
			_, err := d.QualityAt(0.5, law)
			require.ErrorIs(t, err, audit.ErrInvalid)
			return
		}
		for _, want := range []float64{0.95, 0.5, 0.1} {
			p, err := d.QualityAt(want, law)
			require.NoError(t, err)
			got, err := d.Acceptance(p, law)
			require.NoError(t, err)
			require.InDelta(t, want, got, 1e-12*float64(d.Size1+d.Size2), "%v %v", d, p)
		}
		stream, err := d.Acceptance(0.02, audit.Binomial)
		require.NoError(t, err)
		lot, err := d.AcceptanceOfLot(50_000_000, 1_000_000)
		require.NoError(t, err)
		require.InDelta(t, stream, lot, 1e-4)
	})
}

// TestDoublePoisson holds figures of mpmath.
func TestDoublePoisson(t *testing.T) {
	d := audit.Double{Size1: 32, Accept1: 1, Reject1: 4, Size2: 32, Accept2: 4}
	got, err := d.Acceptance(0.05, audit.Poisson)
	require.NoError(t, err)
	require.InEpsilon(t, 0.799722551205596841, got, 1e-14)
	got, err = d.AverageSample(0.05, audit.Poisson)
	require.NoError(t, err)
	require.InEpsilon(t, 44.6801781114936645, got, 1e-14)
}

func TestDoubleHardInputs(t *testing.T) {
	fine := audit.Double{Size1: 32, Accept1: 1, Reject1: 4, Size2: 32, Accept2: 4}
	require.NoError(t, fine.Validate())
	for field, change := range map[string]func(*audit.Double){
		"size1":   func(d *audit.Double) { d.Size1 = 0 },
		"size2":   func(d *audit.Double) { d.Size2 = audit.MaxSample },
		"accept1": func(d *audit.Double) { d.Accept1 = -1 },
		"reject1": func(d *audit.Double) { d.Reject1 = 2 }, // nothing left for a second sample
		"accept2": func(d *audit.Double) { d.Accept2 = 0 },
	} {
		bad := fine
		change(&bad)
		_, err := bad.Acceptance(0.1, audit.Binomial)
		var e *audit.Error
		require.ErrorAs(t, err, &e)
		require.ErrorIs(t, err, audit.ErrInvalid)
		require.Equal(t, field, e.Field)
		_, err = bad.AcceptanceOfLot(100, 3)
		require.ErrorIs(t, err, audit.ErrInvalid)
	}
	wide := audit.Double{Size1: 1 << 30, Accept1: 0, Reject1: 1 << 29, Size2: 1, Accept2: 1 << 29}
	require.ErrorIs(t, wide.Validate(), audit.ErrInvalid)
	for _, refuse := range []func() (float64, error){
		func() (float64, error) { return fine.Acceptance(1.1, audit.Binomial) },
		func() (float64, error) { return fine.Acceptance(0.1, audit.Hypergeometric) },
		func() (float64, error) { return fine.AcceptanceOfLot(63, 3) },
		func() (float64, error) { return fine.AcceptanceOfLot(100, 101) },
		func() (float64, error) { return fine.AverageInspection(0.1, 0, audit.Binomial) },
		func() (float64, error) { return fine.AverageInspection(0.1, 63, audit.Binomial) },
		func() (float64, error) { return fine.OutgoingQuality(0.1, 63, audit.Binomial) },
		func() (float64, error) { return fine.QualityAt(1, audit.Binomial) },
		func() (float64, error) { return fine.AverageSample(-0.1, audit.Poisson) },
	} {
		_, err := refuse()
		require.ErrorIs(t, err, audit.ErrInvalid)
	}
}
