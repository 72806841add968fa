package draw

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestRotation(t *testing.T) {
	r, err := ParseRotation("4-8-4")
	require.NoError(t, err)
	require.Equal(t, Rotation{4, 8, 4}, r)
	require.Equal(t, "4-8-4", r.String())
	require.Equal(t, 16, r.Span())
	require.Equal(t, 8, r.Interviews())
	for period, want := range map[int]int{-1: 0, 0: 1, 3: 4, 4: 0, 11: 0, 12: 5, 15: 8, 16: 0, math.MaxInt: 0, math.MinInt: 0} {
		require.Equal(t, want, r.Interview(period), period)
	}
	for _, lag := range []int{16, 100, math.MaxInt, math.MinInt} {
		share, err := r.Overlap(lag)
		require.NoError(t, err)
		require.Zero(t, share.Sign())
	}
	a, err := r.Overlap(-13)
	require.NoError(t, err)
	require.Equal(t, "3/8", a.RatString())
	all, err := r.Overlap(0)
	require.NoError(t, err)
	require.Equal(t, "1", all.RatString())

	for _, text := range []string{"", "-", "4-", "5"} {
		_, err := ParseRotation(text)
		require.Equal(t, text == "4-" || text == "5", err == nil, text)
	}
	for _, text := range []string{"4-8", "0", "4-0-4", "-4", "4--4", "4-8-4--", "x", "+4", "1001", "500-1-500", "99999999999999999999", "4 - 8 - 4"} {
		r, err := ParseRotation(text)
		require.ErrorIs(t, err, ErrInvalid, text)
		require.NotNil(t, failure(t, err))
		require.Nil(t, r, text)
	}
	for _, r := range []Rotation{nil, {}, {-1}, {1, 2}, {1, 0, 1}, {1001}, {math.MaxInt}, {600, 1, 600}} {
		require.ErrorIs(t, r.Validate(), ErrInvalid)
		_, err := r.Overlap(1)
		require.ErrorIs(t, err, ErrInvalid)
	}
}

func FuzzParseRotation(f *testing.F) {
	for _, text := range []string{"4-8-4", "5-", "1", "", "2-1-2-1-2", "-", "1000"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRotation(text)
		if err != nil {
			require.ErrorIs(t, err, ErrInvalid)
			return
		}
		require.NoError(t, r.Validate())
		back, err := ParseRotation(r.String())
		require.NoError(t, err)
		require.Equal(t, r, back)
	})
}

// What the panel draws has the overlap that the rotation says, at every pair of
// periods, and every unit has its interviews in order and only these.
func TestPanelKeepsItsRotation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stretches := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 5).Draw(t, "stretches")
		r := Rotation(stretches[:len(stretches)-1+len(stretches)%2])
		size := rapid.IntRange(1, 3).Draw(t, "size")
		units := (r.Span()+r.Interviews()+rapid.IntRange(0, 12).Draw(t, "more"))*size + rapid.IntRange(0, 2).Draw(t, "rest")
		f, err := Numbered(units, Columns{})
		require.NoError(t, err)
		p, err := NewPanel(f, r, size, Seed{7}, TicketOptions{})
		require.NoError(t, err)

		waves := make([]*Wave, p.Periods())
		asked := map[int][]int{} // the periods of each unit
		for i := range waves {
			waves[i], err = p.Wave(i)
			require.NoError(t, err)
			s := waves[i].Sample
			require.Len(t, s.Units, r.Interviews()*size)
			require.True(t, slices.IsSorted(s.Units))
			require.Len(t, slices.Compact(slices.Clone(s.Units)), s.Len())
			require.Equal(t, float64(s.Len())/float64(units), s.Probabilities[0])
			perInterview := map[int]int{}
			for k, row := range s.Units {
				require.Equal(t, r.Interview(i-waves[i].Begins[k]), waves[i].Interviews[k])
				perInterview[waves[i].Interviews[k]]++
				asked[row] = append(asked[row], i-waves[i].Begins[k])
			}
			for k := range r.Interviews() {
				require.Equal(t, size, perInterview[k+1], "one group at each interview")
			}
		}
		for _, places := range asked {
			// Consecutive interviews of one group, as far as the periods reach.
			begin := r.Interview(places[0])
			for k, place := range places {
				require.Equal(t, begin+k, r.Interview(place))
			}
		}
		for i := range waves {
			for j := i; j < len(waves); j++ {
				want, err := r.Overlap(j - i)
				require.NoError(t, err)
				got := big.NewRat(int64(common(waves[i].Sample.Units, waves[j].Sample.Units)), int64(r.Interviews()*size))
				require.Zero(t, want.Cmp(got), "periods %d and %d", i, j)
			}
		}
		// Fresh units are used up to the last group that fits.
		require.LessOrEqual(t, len(asked), units)
		require.Greater(t, int64(len(asked)), int64(units)-int64(r.Span()+1)*int64(size))
		_, err = p.Wave(p.Periods())
		require.ErrorIs(t, err, ErrTooMany)
	})
}

func common(a, b []int) (n int) {
	for _, x := range a {
		if slices.Contains(b, x) {
			n++
		}
	}
	return n
}

func TestPanelForgetsOrder(t *testing.T) {
	a, err := NewFrame([]string{"a", "b", "c", "d", "e", "f"}, Columns{})
	require.NoError(t, err)
	b, err := NewFrame([]string{"f", "b", "d", "a", "e", "c"}, Columns{})
	require.NoError(t, err)
	for period := range 3 {
		ids := func(f *Frame) []string {
			p, err := NewPanel(f, Rotation{2}, 1, Seed{1}, TicketOptions{})
			require.NoError(t, err)
			w, err := p.Wave(period)
			require.NoError(t, err)
			ids, err := w.Sample.IDs(f)
			require.NoError(t, err)
			slices.Sort(ids)
			return ids
		}
		require.Equal(t, ids(a), ids(b))
	}
}

// Any period's sample is a simple random one: also a late one, and all pairs.
func TestPanelWaveIsSimpleRandom(t *testing.T) {
	f := numbered(t, 7)
	pairs := make([]int, 49)
	draws := trials(10_500)
	for i := range draws {
		p, err := NewPanel(f, Rotation{1, 1, 1}, 1, Seed{byte(i), byte(i >> 8)}, TicketOptions{})
		require.NoError(t, err)
		require.Equal(t, 5, p.Periods())
		w, err := p.Wave(4)
		require.NoError(t, err)
		pairs[w.Sample.Units[0]*7+w.Sample.Units[1]]++
	}
	expected := make([]float64, 49)
	for a := range 7 {
		for b := a + 1; b < 7; b++ {
			expected[a*7+b] = float64(draws) / 21
		}
	}
	requireFits(t, pairs, expected)
}

func TestPanelHardInputs(t *testing.T) {
	f := numbered(t, 100)
	_, err := NewPanel(f, Rotation{4, 8, 4}, 13, Seed{}, TicketOptions{})
	requireError(t, err, ErrTooMany, "draw: row 0: period needs more units than the frame has (want 104, have 100): more than there are: invalid")
	_, err = NewPanel(f, Rotation{4, 8}, 1, Seed{}, TicketOptions{})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = NewPanel(f, Rotation{4}, 0, Seed{}, TicketOptions{})
	requireError(t, err, ErrInvalid, "draw: group size is 0 and must be 1 to 2147483647: invalid")
	_, err = NewPanel(f, Rotation{4}, 1, Seed{}, TicketOptions{Start: 2})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = NewPanel(numbered(t, 0), Rotation{1}, 1, Seed{}, TicketOptions{})
	require.ErrorIs(t, err, ErrTooMany)
	p, err := NewPanel(f, Rotation{1}, 10, Seed{}, TicketOptions{})
	require.NoError(t, err)
	require.Equal(t, 10, p.Periods(), "nobody is asked twice")
	_, err = p.Wave(-1)
	requireError(t, err, ErrInvalid, "draw: period is -1 and must not be negative: invalid")
	_, err = p.Wave(10)
	require.EqualError(t, err, "draw: row 10: period needs more units than the frame has (want 110, have 100): more than there are: invalid")
	_, err = p.Wave(math.MaxInt)
	require.ErrorIs(t, err, ErrTooMany)
}

func TestChangeHardInputs(t *testing.T) {
	good := Change{N: 6, N1: 3, N2: 3, Overlap: 2, S11: 4, S22: 9, S12: 5}
	v, err := good.Variance()
	require.NoError(t, err)
	require.InEpsilon(t, 4./6+9./6-2*(2./9-1./6)*5, v, 1e-14)
	for name, change := range map[string]func(*Change){
		"N":                  func(c *Change) { c.N = 1 },
		"n1 zero":            func(c *Change) { c.N1 = 0 },
		"n2 beyond N":        func(c *Change) { c.N2 = 7 },
		"overlap negative":   func(c *Change) { c.Overlap = -1 },
		"overlap large":      func(c *Change) { c.Overlap = 4 },
		"overlap impossible": func(c *Change) { c.N1, c.N2, c.Overlap = 5, 5, 3 },
		"S11":                func(c *Change) { c.S11 = -1 },
		"S22":                func(c *Change) { c.S22 = math.Inf(1) },
		"S12":                func(c *Change) { c.S12 = 6.1 },
		"S12 NaN":            func(c *Change) { c.S12 = nan() },
		"everything":         func(c *Change) { *c = Change{S11: nan()} },
	} {
		c := good
		change(&c)
		_, err := c.Variance()
		require.ErrorIs(t, err, ErrInvalid, name)
		require.NotEmpty(t, joined(t, err))
	}
	// The same people asked twice, all of them: nothing is left to chance.
	v, err = Change{N: 7, N1: 7, N2: 7, Overlap: 7, S11: 4, S22: 9, S12: 5}.Variance()
	require.NoError(t, err)
	require.Zero(t, v)
	// Values that do not change, seen in the same units: the difference is 0 always.
	v, err = Change{N: 100, N1: 10, N2: 10, Overlap: 10, S11: 3, S22: 3, S12: 3}.Variance()
	require.NoError(t, err)
	require.InDelta(t, 0, v, 1e-15)
	_, err = Change{N: 3, N1: 1, N2: 1, S11: math.MaxFloat64, S22: math.MaxFloat64, S12: -math.MaxFloat64}.Variance()
	require.ErrorIs(t, err, ErrInvalid)
}
