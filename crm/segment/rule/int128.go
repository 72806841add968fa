package rule

import (
	"math"
	"math/bits"
)

// int128 is a sum of int64 in two's complement. 2^63 of them fit, so a sum of
// events never overflows.
type int128 struct {
	high int64
	low  uint64
}

func (n int128) add(m int64) int128 {
	low, carry := bits.Add64(n.low, uint64(m), 0)
	return int128{n.high + m>>63 + int64(carry), low}
}

// clamp returns n, or the end of int64 that lies nearest to it.
func (n int128) clamp() int64 {
	switch {
	case n.high == int64(n.low)>>63:
		return int64(n.low)
	case n.high < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}
