package draw

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Every sequence of random numbers, each as probable as any other, has to give
// every subset equally often: the distribution is exact and not only close.
func TestSubsetListEnumerated(t *testing.T) {
	largest := 7
	if testing.Short() {
		largest = 5
	}
	for size := range largest + 1 {
		for n := range size + 1 {
			var of []uint64
			for j := size - n; j < size; j++ {
				of = append(of, uint64(j+1))
			}
			counts := map[string]int{}
			total := everyDraw(of, func(rng *rand.Rand) {
				set := subsetList(rng, nil, n, size)
				require.True(t, slices.IsSorted(set))
				counts[fmt.Sprint(set)]++
			})
			subsets := 1
			for i := range n {
				subsets = subsets * (size - i) / (i + 1)
			}
			requireAlike(t, counts, subsets)
			require.Zero(t, total%subsets)
		}
	}
}

// A round of blocks draws with replacement from all numbers and from some that do not
// count, so over all sequences of coins and numbers, all as probable, each set of
// different ones has to come as often as any other of its size.
func TestBlocksEnumerated(t *testing.T) {
	for _, c := range []struct{ n, size, widest int }{
		{1, 2, 8}, {2, 4, 8}, {3, 6, 8}, {4, 8, 8}, {6, 4, 8}, // one block, five numbers and more
		{3, 6, 4}, {4, 6, 4}, {4, 5, 3}, // two blocks, the last one cut
		{4, 8, 2}, {4, 7, 2}, {3, 11, 4}, {4, 9, 3}, // four blocks
		{3, 9, 2}, {2, 17, 4}, // eight, of which some are behind the end
	} {
		counts := map[int]map[string]int{}
		everyRound(c.n, c.size, c.widest, func(words []uint64, times int) {
			source := fixed(words)
			b := newBlocks(rand.New(&source), c.n, c.size, c.widest)
			b.draw()
			require.Empty(t, source, "random numbers are left")
			set := b.set[:b.n]
			require.True(t, slices.IsSorted(set))
			if counts[b.n] == nil {
				counts[b.n] = map[string]int{}
			}
			counts[b.n][fmt.Sprint(set)] += times
		})
		for n := 1; n <= min(c.n, c.size); n++ {
			subsets := 1
			for i := range n {
				subsets = subsets * (c.size - i) / (i + 1)
			}
			requireAlike(t, counts[n], subsets)
		}
	}
}

// requireAlike wants so many different keys, each as often as any other.
func requireAlike(t *testing.T, counts map[string]int, keys int) {
	t.Helper()
	require.Len(t, counts, keys)
	want := -1
	for key, count := range counts {
		if want < 0 {
			want = count
		}
		require.Equal(t, want, count, key)
	}
}

// everyRound calls do with the random words of every possible round of blocks, and with
// how many sequences of draws these words stand for.
func everyRound(n, size, widest int, do func(words []uint64, times int)) {
	count, width := 1, size
	for width > widest {
		count *= 2
		width = (size + count - 1) / count
	}
	type part struct{ first, count, m int }
	var walk func(words []uint64, times int, parts []part)
	walk = func(words []uint64, times int, parts []part) {
		if len(parts) == 0 {
			do(words, times)
			return
		}
		p, rest := parts[0], parts[1:]
		words = slices.Clip(words)
		switch {
		case p.m == 0:
			walk(words, times, rest)
		case p.first >= size: // nobody asks where
			walk(words, times*power(p.count*width, p.m), rest)
		case p.count == 1:
			for number := range power(width, p.m) {
				var numbers []uint64
				for left := p.m; left > 0; left -= 5 {
					// The digits of a fraction to the base of the width; what comes behind them is
					// irrational, so that no word is rejected.
					k := min(left, 5)
					some := power(width, k)
					word, _ := bits.Div64(uint64(number%some), 0x9E3779B97F4A7C15, uint64(some))
					numbers = append(numbers, word)
					number /= some
				}
				walk(append(words, numbers...), times, rest)
			}
		default:
			for coins := range uint64(1) << p.m {
				lower := bits.OnesCount64(coins)
				walk(append(words, coins<<(64-p.m)|1<<(63-p.m)), times, append([]part{
					{p.first, p.count / 2, lower}, {p.first + p.count/2*width, p.count / 2, p.m - lower}}, rest...))
			}
		}
	}
	walk(nil, 1, []part{{0, count, n}})
}

func power(base, exponent int) int {
	p := 1
	for range exponent {
		p *= base
	}
	return p
}

// The plain way to say what blocks do, with the same random numbers.
func plainBlocks(rng *rand.Rand, n, size, widest int) []int {
	count, width := 1, size
	for width > widest {
		count *= 2
		width = (size + count - 1) / count
	}
	var drawn []int
	var split func(first, count, m int)
	split = func(first, count, m int) {
		if m == 0 || first >= size {
			return
		}
		if count > 1 {
			lower := 0
			for i := 0; i < m; i += 64 {
				word := rng.Uint64()
				for coin := range min(64, m-i) {
					lower += int(word >> (63 - coin) & 1)
				}
			}
			split(first, count/2, lower)
			split(first+count/2*width, count/2, m-lower)
			return
		}
		for i := 0; i < m; i += 5 {
			var five [5]uint64
			low := rng.Uint64()
			for k := range five {
				five[k], low = bits.Mul64(low, uint64(width))
			}
			if w := uint64(power(width, 5)); low < -w%w {
				for k := range five {
					five[k] = below(rng, uint64(width))
				}
			}
			for _, r := range five[:min(5, m-i)] {
				if first+int(r) < size {
					drawn = append(drawn, first+int(r))
				}
			}
		}
	}
	split(0, count, n)
	slices.Sort(drawn)
	drawn = slices.Compact(drawn)
	if len(drawn) == n {
		return drawn
	}
	return plainInsert(drawn, plainBlocks(rng, n-len(drawn), size-len(drawn), widest), size)
}

// plainInsert returns a sorted set with the others of these ranks.
func plainInsert(set, ranks []int, size int) []int {
	rest := others(set, size)
	all := slices.Clone(set)
	for _, rank := range ranks {
		all = append(all, rest[rank])
	}
	slices.Sort(all)
	return all
}

func TestBlocksAgainstPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(2, 3000), rapid.IntRange(2, 100_000)).Draw(t, "size")
		n := rapid.IntRange(1, size/2).Draw(t, "n")
		width := rapid.SampledFrom([]int{5, 64, 100, 1000, maxWidth}).Draw(t, "width")
		seed := rapid.Uint64().Draw(t, "seed")
		want := plainBlocks(pcg(seed), n, size, width)
		require.Len(t, want, n)
		require.Equal(t, want, subsetBlocks(pcg(seed), n, size, width, maxRounds))
	})
}

// Five numbers below a width that does not divide 2^64 are drawn anew, one by one,
// where their word is among those too many.
func TestBlocksReject(t *testing.T) {
	for width := 3; width <= maxWidth; width = width*3/2 + 1 {
		number := func(digit int) uint64 { // the middle of the words that give a digit
			word, _ := bits.Div64(uint64(digit), 1<<63, uint64(width))
			return word
		}
		source := fixed{0, number(2), number(1), number(2), number(0), number(1)}
		b := newBlocks(rand.New(&source), 5, width, maxWidth)
		b.draw()
		if b.least > 0 {
			require.Equal(t, []int{0, 1, 2}, b.set[:b.n])
			require.Empty(t, source)
		} else {
			require.Equal(t, []int{0}, b.set[:b.n])
		}
	}
}

func TestInsertOthers(t *testing.T) {
	for size := range 9 {
		for in := range 1 << size {
			var set []int
			for i := range size {
				if in>>i&1 == 1 {
					set = append(set, i)
				}
			}
			for more := range 1 << (size - len(set)) {
				var ranks []int
				for i := range size {
					if more>>i&1 == 1 {
						ranks = append(ranks, i)
					}
				}
				got := make([]int, len(set)+len(ranks))
				copy(got, set)
				insertOthers(got, len(set), ranks)
				require.Equal(t, plainInsert(set, ranks, size), append([]int(nil), got...))
			}
		}
	}
}

// Sizes at which a kernel gives way to another, at the ends and far apart.
func TestSubsetBounds(t *testing.T) {
	rng := pcg(9)
	for _, size := range []int{0, 1, 2, 31, 32, 33, 64, 65, 66, 67, 100, 4096, 4097, 8192, 8193, 1_000_003, maxUnits} {
		for _, n := range []int{0, 1, 2, 31, 32, 33, 34, 50, size/2 - 1, size / 2, size/2 + 1, size - 33, size - 32, size - 1, size} {
			if n < 0 || n > size || n > 1_000_000 {
				continue
			}
			set := subset(rng, n, size)
			require.Len(t, set, n, size)
			for i, r := range set {
				if r < 0 || r >= size || i > 0 && set[i-1] >= r {
					require.Fail(t, "no ascending subset", "%d of %d", n, size)
				}
			}
		}
	}
}

// The kernel as it is used, over many draws: each number as often, and each pair of
// neighbours, which share words and blocks.
func TestSubsetFits(t *testing.T) {
	for _, c := range []struct{ n, size int }{{40, 100}, {33, 80}, {3000, 10_000}} {
		rng := pcg(10)
		draws := trials(400_000 / c.n)
		single, both := make([]int, c.size), make([]int, 100)
		for range draws {
			set := subset(rng, c.n, c.size)
			for i, r := range set {
				single[r]++
				if i > 0 && set[i-1] == r-1 {
					both[r*100/c.size]++
				}
			}
		}
		p := float64(c.n) / float64(c.size)
		// A sample without replacement varies less than independent counts: by 1-p.
		spread := 0.0
		for _, k := range single {
			e := float64(draws) * p
			spread += (float64(k) - e) * (float64(k) - e) / (e * (1 - p))
		}
		spread *= float64(c.size-1) / float64(c.size)
		require.InDelta(t, float64(c.size-1), spread, 5*1.4143*math.Sqrt(float64(c.size)))
		pairs := 0
		for _, k := range both {
			pairs += k
		}
		want := float64(draws) * p * float64(c.n-1)
		require.InEpsilon(t, want, pairs, 6/math.Sqrt(want))
	}
}
