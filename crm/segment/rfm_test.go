package segment_test

import (
	"cmp"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

var (
	rankTies = []segment.Ties{segment.TiesMin, segment.TiesMid, segment.TiesMax}
	allTies  = append(slices.Clone(rankTies), segment.TiesSplit)
	binnings = []segment.Binning{segment.Independent, segment.Nested}
)

// naiveScore scores one measure among some customers by the words of the doc
// comment of Ties. values rise with the merit.
func naiveScore(values []int64, ids []int64, bins int, ties segment.Ties) []uint8 {
	n := len(values)
	scores := make([]uint8, n)
	if ties == segment.TiesSplit { // NTILE over (value, id)
		order := places(0, n)
		slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(values[a], values[b]), cmp.Compare(ids[a], ids[b])) })
		for score, place := 1, 0; score <= bins; score++ {
			size := n / bins
			if score <= n%bins {
				size++
			}
			for ; size > 0; size-- {
				scores[order[place]] = uint8(score)
				place++
			}
		}
		return scores
	}
	for i, v := range values {
		below, equal := 0, 0
		for _, o := range values {
			if o < v {
				below++
			} else if o == v {
				equal++
			}
		}
		switch ties {
		case segment.TiesMid:
			scores[i] = uint8(math.Ceil(float64(bins*(2*below+equal+1)) / float64(2*n)))
		case segment.TiesMax:
			scores[i] = uint8(math.Ceil(float64(bins*(below+equal)) / float64(n)))
		default:
			scores[i] = 1
			for k := 1; k < bins; k++ {
				if bins*below > k*(n-1) {
					scores[i]++
				}
			}
		}
	}
	return scores
}

// naiveScores scores customers measure after measure; nested, each among those
// with equal scores so far.
func naiveScores(customers []segment.Customer[int64], scoring segment.Scoring) []segment.Score {
	bins := cmp.Or(scoring.Bins, segment.DefaultBins)
	scores := make([]segment.Score, len(customers))
	buyers := slices.DeleteFunc(places(0, len(customers)), func(i int) bool { return customers[i].Purchases == 0 })
	rank := func(value func(segment.Customer[int64]) int64, set func(*segment.Score, uint8)) {
		cells := map[segment.Score][]int{}
		for _, i := range buyers {
			cell := segment.Score{}
			if scoring.Binning == segment.Nested {
				cell = scores[i]
			}
			cells[cell] = append(cells[cell], i)
		}
		for _, cell := range cells {
			var values, ids []int64
			for _, i := range cell {
				values, ids = append(values, value(customers[i])), append(ids, customers[i].ID)
			}
			for j, s := range naiveScore(values, ids, bins, scoring.Ties) {
				set(&scores[cell[j]], s)
			}
		}
	}
	rank(func(c segment.Customer[int64]) int64 { return int64(c.Last) }, func(s *segment.Score, v uint8) { s.R = v })
	rank(func(c segment.Customer[int64]) int64 { return c.Purchases }, func(s *segment.Score, v uint8) { s.F = v })
	rank(func(c segment.Customer[int64]) int64 { return c.Value }, func(s *segment.Score, v uint8) { s.M = v })
	return scores
}

// tiedLog draws customers who often agree in a measure, some of them known only by
// refunds.
func tiedLog(rng *rand.Rand, customers int) purchase.Batch[int64] {
	var b purchase.Batch[int64]
	step := []int64{1, 50, 1 << 55}[rng.IntN(3)]
	for range customers {
		id := rng.Int64N(1000) - 500
		for range 1 + rng.IntN(3)*rng.IntN(3) {
			b.Customers = append(b.Customers, id)
			b.Days = append(b.Days, winter+calendar.Day(rng.IntN(6)))
			b.Amounts = append(b.Amounts, (rng.Int64N(5)-1)*step)
		}
	}
	return b
}

func summaryOf[K purchase.ID](t failer, b purchase.Batch[K]) *segment.Summary[K] {
	t.Helper()
	s := newSummary[K](t, segment.Options{})
	require.NoError(t, s.AddBatch(b))
	return s
}

// buyersLog is tiedLog with at least one purchase.
func buyersLog(rng *rand.Rand, customers int) purchase.Batch[int64] {
	b := tiedLog(rng, customers)
	b.Customers, b.Days, b.Amounts = append(b.Customers, 7777), append(b.Days, winter), append(b.Amounts, 3)
	return b
}

func TestScoresAreTheirDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		s := summaryOf(t, buyersLog(rng, rapid.IntRange(0, 60).Draw(t, "customers")))
		bins := rapid.SampledFrom([]int{0, 2, 3, 4, 5, 7, 9}).Draw(t, "bins")
		for _, ties := range allTies {
			for _, binning := range binnings {
				scoring := segment.Scoring{Bins: bins, Ties: ties, Binning: binning}
				customers := scored(t, s, 0, scoring)
				for i, want := range naiveScores(customers, scoring) {
					if got := customers[i].Score; got != want {
						t.Fatalf("%s, %s: customer %+v scores %q, want %q", ties, binning, customers[i], got, want)
					}
				}
			}
		}
	})
}

// Must show 4: under the rank policies equal values have equal scores, whichever
// customer has them; larger values never score less; the later last day scores
// higher.
func TestEqualValuesEqualScores(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for range 300 {
		s := summaryOf(t, buyersLog(rng, 1+rng.IntN(200)))
		for _, ties := range rankTies {
			customers := scored(t, s, 0, segment.Scoring{Ties: ties, Bins: 2 + rng.IntN(8)})
			for _, m := range []struct {
				value func(segment.Customer[int64]) int64
				score func(segment.Score) uint8
			}{
				{func(c segment.Customer[int64]) int64 { return -int64(c.Recency) }, func(s segment.Score) uint8 { return s.R }},
				{func(c segment.Customer[int64]) int64 { return c.Purchases }, func(s segment.Score) uint8 { return s.F }},
				{func(c segment.Customer[int64]) int64 { return c.Value }, func(s segment.Score) uint8 { return s.M }},
			} {
				buyers := slices.DeleteFunc(slices.Clone(customers), func(c segment.Customer[int64]) bool { return c.Purchases == 0 })
				slices.SortFunc(buyers, func(a, b segment.Customer[int64]) int { return cmp.Compare(m.value(a), m.value(b)) })
				for i := 1; i < len(buyers); i++ {
					a, b := buyers[i-1], buyers[i]
					if m.value(a) == m.value(b) {
						require.Equal(t, m.score(a.Score), m.score(b.Score), ties)
					}
					require.LessOrEqual(t, m.score(a.Score), m.score(b.Score), ties)
				}
			}
		}
	}
}

// ntileInOrder is NTILE as SQL and most scripts use it: the rows as they come,
// sorted stably by value, cut into equal parts.
func ntileInOrder(customers []segment.Customer[int64], bins int) map[int64]uint8 {
	sorted := slices.Clone(customers)
	slices.SortStableFunc(sorted, func(a, b segment.Customer[int64]) int { return cmp.Compare(a.Purchases, b.Purchases) })
	scores := map[int64]uint8{}
	for i, c := range sorted {
		scores[c.ID] = uint8(i*bins/len(sorted)) + 1
	}
	return scores
}

// spec/crm.md 3.2: NTILE in the order of the rows parts customers with an equal
// value, and differently after a shuffle. None of our policies moves; the rank
// policies part nobody.
func TestNtileDependsOnRowOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(60, 10))
	var b purchase.Batch[int64]
	const customers = 2000
	for id := range int64(customers) {
		n := 1
		if rng.IntN(10) >= 6 { // 60 % bought once
			n = 2 + rng.IntN(8)
		}
		for range n {
			b.Customers, b.Days, b.Amounts = append(b.Customers, id), append(b.Days, winter+calendar.Day(rng.IntN(300))), append(b.Amounts, rng.Int64N(9000))
		}
	}
	// split returns how many customers share their purchases with one of another score.
	split := func(scores map[int64]uint8, list []segment.Customer[int64]) (n int) {
		seen := map[int64]map[uint8]int{}
		for _, c := range list {
			if seen[c.Purchases] == nil {
				seen[c.Purchases] = map[uint8]int{}
			}
			seen[c.Purchases][scores[c.ID]]++
		}
		for _, by := range seen {
			if len(by) > 1 {
				for _, k := range by {
					n += k
				}
			}
		}
		return n
	}
	moved := func(a, b map[int64]uint8) (n int) {
		for id, s := range a {
			if b[id] != s {
				n++
			}
		}
		return n
	}
	shuffled := pick(b, rng.Perm(len(b.Customers)))
	first := scored(t, summaryOf(t, b), 0, segment.Scoring{})
	again := slices.Clone(first)
	rng.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
	ntile := ntileInOrder(first, 5)
	require.Greater(t, split(ntile, first), customers/2, "NTILE gives one-time buyers the scores 1, 2 and 3")
	require.Greater(t, moved(ntile, ntileInOrder(again, 5)), customers/10, "and others after a shuffle")

	for _, ties := range allTies {
		of := func(b purchase.Batch[int64]) map[int64]uint8 {
			scores := map[int64]uint8{}
			for _, c := range scored(t, summaryOf(t, b), 0, segment.Scoring{Ties: ties}) {
				scores[c.ID] = c.Score.F
			}
			return scores
		}
		require.Zero(t, moved(of(b), of(shuffled)), ties)
		if ties != segment.TiesSplit {
			require.Zero(t, split(of(b), first), ties)
			continue
		}
		sizes := map[uint8]int{}
		for _, s := range of(b) {
			sizes[s]++
		}
		require.Equal(t, map[uint8]int{1: 400, 2: 400, 3: 400, 4: 400, 5: 400}, sizes)
	}
}

// The cut points score every customer again, from their own numbers, from JSON, and
// over the whole log; under TiesSplit there are none.
func TestCutsScoreAgain(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for i := range 200 {
		s := summaryOf(t, buyersLog(rng, rng.IntN(120)))
		for _, binning := range binnings {
			split, err := s.RFM(0, segment.Scoring{Ties: segment.TiesSplit, Binning: binning})
			require.NoError(t, err)
			_, ok := split.Cuts()
			require.False(t, ok)
			for _, ties := range rankTies {
				r, err := s.RFM(0, segment.Scoring{Bins: 2 + i%8, Ties: ties, Binning: binning})
				require.NoError(t, err)
				cuts, ok := r.Cuts()
				require.True(t, ok)
				require.NoError(t, cuts.Validate())
				require.Equal(t, 2+i%8, cuts.Bins())
				text, err := json.Marshal(cuts)
				require.NoError(t, err)
				var read segment.Cuts
				require.NoError(t, json.Unmarshal(text, &read))
				require.Equal(t, cuts, read)
				for c := range r.All() {
					if c.Purchases == 0 {
						require.Zero(t, c.Score)
						continue
					}
					score, ok := read.Score(c.Recency, c.Purchases, c.Value)
					require.True(t, ok)
					require.Equal(t, c.Score, score)
				}
				again, err := s.RFM(0, segment.Scoring{Cuts: &read})
				require.NoError(t, err)
				require.Equal(t, slices.Collect(r.All()), slices.Collect(again.All()))
			}
		}
	}
}

// Recency is a number of days: cut points made as of one date score the customers
// of another by their silence then.
func TestCutsAtAnotherDate(t *testing.T) {
	r, err := summaryOf(t, buyersLog(rand.New(rand.NewPCG(4, 1)), 100)).RFM(0, segment.Scoring{})
	require.NoError(t, err)
	cuts, _ := r.Cuts()
	log := buyersLog(rand.New(rand.NewPCG(9, 9)), 80)
	want := scored(t, summaryOf(t, log), 0, segment.Scoring{Cuts: &cuts})
	for i := range log.Days {
		log.Days[i] += 400
	}
	got := scored(t, summaryOf(t, log), 0, segment.Scoring{Cuts: &cuts})
	require.Len(t, got, len(want))
	for i, c := range got {
		require.Equal(t, want[i].Score, c.Score)
		require.Equal(t, want[i].Recency, c.Recency)
		if c.Purchases > 0 {
			score, ok := cuts.Score(c.Recency, c.Purchases, c.Value)
			require.True(t, ok)
			require.Equal(t, score, c.Score)
		}
	}
}
