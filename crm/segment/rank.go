package segment

import (
	"math"
	"math/bits"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Ties says which score customers with equal values get (同值处理). Under the three
// rank policies they always get the same one. With n customers, B bins, and for a
// value v the number r of customers below it and e of customers equal to it:
type Ties uint8

const (
	// TiesMin scores by the smallest rank: 1 + the number of k = 1 … B-1 with
	// B·r > k·(n-1). These are the bins between the quantiles k/B of Hyndman and Fan's
	// type 7, each closed above, as pandas.qcut and R's cut(quantile()) draw them; where
	// quantiles coincide a score stays empty instead of an error or fewer bins. It is
	// the default.
	TiesMin Ties = iota
	// TiesMid scores by the mean rank r + (e+1)/2: the ceiling of B·rank/n, as from
	// pandas rank(pct=True).
	TiesMid
	// TiesMax scores by the largest rank r + e: the ceiling of B·CUME_DIST of SQL.
	TiesMax
	// TiesSplit cuts the customers, ordered by value and then by id, into bins whose
	// sizes differ by at most one, the larger first: NTILE of SQL with the id as the
	// last key, so that it can be repeated. Customers with equal values may part, and
	// there are no cut points.
	TiesSplit
)

var tiesNames = enum.New[Ties]("ties", unknown, enum.Names{
	{"min", "最小名次"}, {"mid", "平均名次"}, {"max", "最大名次"}, {"split", "按编号分开"},
})

// String returns min, mid, max or split.
func (t Ties) String() string { return tiesNames.Code(t) }

// Zh returns the Chinese name.
func (t Ties) Zh() string { return tiesNames.Zh(t) }

// MarshalText writes String; an unknown value is ErrInvalid.
func (t Ties) MarshalText() ([]byte, error) { return tiesNames.Marshal(t) }

// UnmarshalText reads what MarshalText writes.
func (t *Ties) UnmarshalText(text []byte) error { return tiesNames.Unmarshal(t, text) }

// lowest returns, for k = 1 … bins-1, the lowest integer that scores above k among
// the values. No value is MaxInt64 (columns refuses it), so that each has a
// successor.
func lowest[T ~int32 | ~uint32 | ~int64](values []T, bins int, ties Ties) []int64 {
	if len(values) == 0 {
		return nil
	}
	t := newTally(values)
	var places []int
	for k := 1; k < bins; k++ {
		j := mulDiv(k, len(values)-1, bins)
		places = append(places, j, min(j+1, len(values)-1))
	}
	t.open(places...)
	cuts := make([]int64, bins-1)
	for k := 1; k < bins; k++ {
		switch ties {
		case TiesMid:
			cuts[k-1] = lowestMid(t, k, bins)
		case TiesMax:
			cuts[k-1] = t.at(mulDiv(k, t.len(), bins))
		default:
			cuts[k-1] = lowestMin(t, k, bins)
		}
	}
	return cuts
}

// mulDiv is floor(k·n/bins) without leaving int on 32-bit machines.
func mulDiv(k, n, bins int) int { return int(int64(k) * int64(n) / int64(bins)) }

// lowestMin: v scores above k where it lies above the quantile k/bins, which is
// s[j] + f·(s[j+1]-s[j]) at j + f = k(n-1)/bins. The integers above it begin at
// its floor + 1.
func lowestMin[T ~int32 | ~uint32 | ~int64](t *tally[T], k, bins int) int64 {
	pos := int64(k) * int64(t.len()-1)
	j, num := int(pos/int64(bins)), uint64(pos%int64(bins))
	floor := t.at(j)
	if num > 0 {
		hi, lo := bits.Mul64(uint64(t.at(j+1))-uint64(floor), num)
		step, _ := bits.Div64(hi, lo, uint64(bins))
		floor += int64(step)
	}
	return floor + 1
}

// lowestMid: the values whose mean rank is at most k·n/bins end with the one at
// that rank, or just below it, for mean ranks rise with the value.
func lowestMid[T ~int32 | ~uint32 | ~int64](t *tally[T], k, bins int) int64 {
	n := t.len()
	v := t.at(min(mulDiv(k, n, bins), n-1))
	r := t.below(v)
	e := t.below(v+1) - r
	if int64(bins)*(2*int64(r)+int64(e)+1) <= 2*int64(k)*int64(n) {
		return v + 1
	}
	return v
}

// scoreOf is 1 + the number of cuts at or below v.
func scoreOf(cuts []int64, v int64) uint8 {
	s := uint8(1)
	for _, c := range cuts {
		if v >= c {
			s++
		}
	}
	return s
}

// scoreColumn is scoreOf for a column. Whether a value meets a limit is as good as
// random to the processor, so the limits are compared without branches.
func scoreColumn[T ~int32 | ~uint32 | ~int64](column []T, cuts []int64, set func(i int, score uint8)) {
	var c [MaxBins - 1]int64
	for k := range c {
		c[k] = math.MaxInt64
	}
	copy(c[:], cuts)
	for i, x := range column {
		v := int64(x)
		set(i, 1+meets(v, c[0])+meets(v, c[1])+meets(v, c[2])+meets(v, c[3])+
			meets(v, c[4])+meets(v, c[5])+meets(v, c[6])+meets(v, c[7]))
	}
}

func meets(v, limit int64) (one uint8) {
	if v >= limit {
		one = 1
	}
	return one
}

// ntile returns the score of place i (from 0) among n.
func ntile(i, n, bins int) uint8 {
	size, larger := n/bins, n%bins
	if i < larger*(size+1) {
		return uint8(i/(size+1)) + 1
	}
	return uint8(larger+(i-larger*(size+1))/size) + 1
}
