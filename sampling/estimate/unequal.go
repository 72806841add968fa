package estimate

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// UnequalVariance is how the variance is estimated between units that were drawn from a
// stratum with different probabilities p, without replacement (不等概率抽样的方差估计).
// In the formulas z is a unit's weighted total of the linearised values and n the number
// of units with p below 1; the others add nothing. Where all p are alike the first three
// are what simple random sampling has.
//
// They need no joint probabilities. Where these are known, package horvitz uses them, for
// other figures than totals with [Design.Influence].
type UnequalVariance uint8

const (
	// UnequalBrewer is the default: Σ(1-p)·n/(n-1)·(z-Σz/n)², for designs of fixed size
	// and high entropy, such as Sampford's, conditional Poisson, and systematic and pivotal
	// sampling in random order. R's survey calls it pps="brewer".
	UnequalBrewer UnequalVariance = iota
	// UnequalHajek is the same around the mean of z weighted with 1-p: never more than
	// UnequalBrewer, and so less on the safe side where few units are drawn.
	UnequalHajek
	// UnequalDeville is Σc(z-Σa·z)² with a = (1-p)/Σ(1-p) and c = (1-p)/(1-Σa²).
	UnequalDeville
	// UnequalPoisson is Σ(1-p)·z², for units drawn independently, so that their number
	// was left to chance. One unit of a stratum is no lonely one then.
	UnequalPoisson
)

var unequalNames = enum.New[UnequalVariance]("unequal variance", notNamed, enum.Names{
	{"brewer", "布鲁尔方差估计"}, {"hajek", "哈耶克方差估计"}, {"deville", "德维尔方差估计"}, {"poisson", "泊松抽样方差估计"},
})

// String returns the code: brewer, hajek, deville or poisson.
func (v UnequalVariance) String() string { return unequalNames.Code(v) }

// Zh returns the Chinese term.
func (v UnequalVariance) Zh() string { return unequalNames.Zh(v) }

// MarshalText returns the code; a value that is none of the constants is [ErrInvalid].
func (v UnequalVariance) MarshalText() ([]byte, error) { return unequalNames.Marshal(v) }

// UnmarshalText reads a code; an unknown one is [ErrInvalid].
func (v *UnequalVariance) UnmarshalText(text []byte) error { return unequalNames.Unmarshal(v, text) }

// An unequal holds what a stage needs to know of units with probabilities of their own.
type unequal struct {
	how UnequalVariance
	// p is the probability of every unit.
	p []float64
	// coefficient is what the square of every unit counts with, beside the stage's scale.
	coefficient []float64
	// pull is the unit's share in the centre from which the squares of its stratum are.
	pull []float64
	// open counts in every stratum the units that were not certain.
	open []int32
}

// probabilities reads the probability of every unit.
func (b *builder) probabilities(s *stage, st Stage) error {
	p := make([]float64, s.numUnits())
	var bad problems
	for i, u := range s.unit {
		x := st.Probability[i]
		switch {
		case !(x > 0 && x <= 1):
			bad.add(&Error{Row: i, Stage: b.number, Field: "probability", Reason: "is not above 0 and up to 1", Err: ErrInvalid})
		case p[u] != 0 && p[u] != x:
			bad.add(&Error{Row: i, Stage: b.number, Field: "probability",
				Reason: "is another than in a row of the same unit before", Err: ErrInvalid})
		default:
			p[u] = x
		}
	}
	if len(bad.list) > 0 {
		return bad.err("probability")
	}
	s.unequal = &unequal{
		how: st.Unequal, p: p, coefficient: make([]float64, len(p)), pull: make([]float64, len(p)), open: make([]int32, s.numStrata()),
	}
	for h := range int32(s.numStrata()) {
		s.unequal.open[h] = s.unequal.weigh(s.start[h], s.start[h+1])
	}
	return nil
}

// weigh sets coefficient and pull for the units a to b-1 of a stratum, and returns how many
// of them were not certain.
func (e *unequal) weigh(a, b int32) (open int32) {
	var sum, squares numeric.Sum // of 1-p
	for u := a; u < b; u++ {
		rest := 1 - e.p[u]
		if rest < 1e-12 {
			continue
		}
		open++
		e.coefficient[u] = rest
		sum.Add(rest)
		squares.Add(rest * rest)
	}
	if open < 2 || e.how == UnequalPoisson {
		return open
	}
	n := float64(open)
	factor := n / (n - 1)
	if e.how == UnequalDeville {
		factor = 1 / (1 - squares.Value()/sum.Value()/sum.Value())
	}
	for u := a; u < b; u++ {
		rest := e.coefficient[u]
		switch {
		case rest == 0:
			continue
		case e.how == UnequalBrewer:
			e.pull[u] = 1 / n
		default:
			e.pull[u] = rest / sum.Value()
		}
		e.coefficient[u] = rest * factor
	}
	return open
}

// shareOf returns the sampling fractions down to and with a unit's own, multiplied.
func (s *stage) shareOf(u, stratum int32) float64 {
	if s.unequal != nil {
		return s.share[stratum] * s.unequal.p[u]
	}
	return s.share[stratum]
}

// chance returns how many units of a stratum chance has drawn: one is a lonely one.
func (s *stage) chance(h int32) int {
	if s.unequal != nil {
		return int(s.unequal.open[h])
	}
	return s.drawn(h)
}

// independent reports whether units were drawn each by itself: none is lonely then.
func (s *stage) independent() bool { return s.unequal != nil && s.unequal.how == UnequalPoisson }

// centre sets around what a stratum's squares are, for every estimate.
func (s *stage) centre(own []float64, totals [][]float64, h int32) {
	a, b := s.start[h], s.start[h+1]
	for k := range own {
		if s.unequal == nil {
			own[k] = mean(totals[k][a:b])
			continue
		}
		var sum twoSum
		for u, z := range totals[k][a:b] {
			sum.add(s.unequal.pull[a+int32(u)] * z)
		}
		own[k] = sum.value()
	}
}

// isUnequal reports whether a stage has units with probabilities of their own.
func (d *Design) isUnequal() bool {
	return slices.ContainsFunc(d.stages, func(s *stage) bool { return s.unequal != nil })
}
