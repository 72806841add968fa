package draw

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plainTickets is the definition, with big integers: the ids by ticket from the start on.
func plainTickets(ids []string, seed Seed, label string, start float64) []string {
	ticket := func(id string) *big.Int {
		mac := hmac.New(sha256.New, seed[:])
		for _, field := range []string{"guanxi/draw/v1", label, id} {
			binary.Write(mac, binary.BigEndian, uint32(len(field)))
			mac.Write([]byte(field))
		}
		v := new(big.Int).SetBytes(mac.Sum(nil)[:16])
		from, _ := new(big.Float).SetMantExp(big.NewFloat(start), 128).Int(nil)
		return v.Mod(v.Sub(v, from), new(big.Int).Lsh(big.NewInt(1), 128))
	}
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, func(a, b string) int { return cmp.Or(ticket(a).Cmp(ticket(b)), cmp.Compare(a, b)) })
	return sorted
}

func TestTicketsAgainstDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z张]{1,5}`), 0, 300, rapid.ID[string]).Draw(t, "ids")
		n := rapid.IntRange(0, len(ids)).Draw(t, "n")
		o := TicketOptions{Label: rapid.SampledFrom([]string{"", "2026"}).Draw(t, "label"), Start: rapid.SampledFrom([]float64{0, .25, .7}).Draw(t, "start")}
		seed := Seed{rapid.Byte().Draw(t, "seed")}
		f, err := NewFrame(ids, Columns{})
		require.NoError(t, err)
		s, err := Tickets(f, n, seed, o)
		require.NoError(t, err)
		got, err := s.IDs(f)
		require.NoError(t, err)
		require.Equal(t, plainTickets(ids, seed, o.Label, o.Start)[:n], got)
		require.Equal(t, OrderTicket, s.Order)
		require.Equal(t, o.Label, s.Label)
	})
}

// The order of the frame decides nothing; more units are a longer prefix; a unit
// that leaves moves nobody but those behind it.
func TestTicketsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,3}`), 2, 60, rapid.ID[string]).Draw(t, "ids")
		permuted := rapid.Permutation(ids).Draw(t, "permuted")
		n := rapid.IntRange(0, len(ids)-1).Draw(t, "n")
		seed := Seed{rapid.Byte().Draw(t, "seed")}
		draw := func(ids []string, n int) (*Sample, []string) {
			f, err := NewFrame(ids, Columns{})
			require.NoError(t, err)
			s, err := Tickets(f, n, seed, TicketOptions{})
			require.NoError(t, err)
			drawn, err := s.IDs(f)
			require.NoError(t, err)
			return s, drawn
		}
		s, drawn := draw(ids, n)
		other, same := draw(permuted, n)
		require.Equal(t, drawn, same)
		require.Equal(t, s.FrameSet, other.FrameSet)
		_, more := draw(ids, n+1)
		require.Equal(t, drawn, more[:n])
		_, without := draw(slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == more[n] }), n)
		require.Equal(t, drawn, without)
	})
}

func TestTicketsAreUniform(t *testing.T) {
	f := smallFrame(t, 12, Columns{})
	draws := trials(12_000)
	first, fourth := make([]int, 12), make([]int, 12)
	var bins [16]int
	for i := range draws {
		var seed Seed
		binary.BigEndian.PutUint64(seed[:], uint64(i))
		s, err := Tickets(f, 4, seed, TicketOptions{})
		require.NoError(t, err)
		first[s.Units[0]]++
		fourth[s.Units[3]]++
		numbers, err := PermanentNumbers(f, seed, TicketOptions{})
		require.NoError(t, err)
		bins[int(numbers[i%12]*16)]++
	}
	requireFits(t, first, constant(float64(draws)/12, 12))
	requireFits(t, fourth, constant(float64(draws)/12, 12))
	requireFits(t, bins[:], constant(float64(draws)/16, 16))
}

// Without this case the shortcut of smallest could fail unseen: tickets that are not
// spread evenly. All first halves are equal here, so the whole tickets decide.
func TestSmallestWithUnevenTickets(t *testing.T) {
	f := smallFrame(t, 600, Columns{})
	h := TicketOptions{}.fill(f, Seed{5})
	want := rowsOf(TicketOptions{}.fill(f, Seed{5}).smallest(slices.Clone(h.rows), 600))
	for i := range h.rows {
		h.rows[i] = keyed{^uint64(0), int32(i)}
	}
	require.Equal(t, want[:100], rowsOf(h.smallest(h.rows, 100)))
}

func TestStratifiedTickets(t *testing.T) {
	strata := make([]string, 90)
	for i := range strata {
		strata[i] = []string{"x", "y", "z"}[i*i%3]
	}
	f := smallFrame(t, 90, Columns{Stratum: strata})
	sizes := map[string]int{"x": 7, "y": 20}
	s, err := StratifiedTickets(f, sizes, Seed{3}, TicketOptions{})
	require.NoError(t, err)
	all, err := Tickets(f, 90, Seed{3}, TicketOptions{})
	require.NoError(t, err)
	left := map[string]int{"x": 7, "y": 20}
	var want []int
	for _, row := range all.Units {
		if left[f.Stratum(row)] > 0 {
			left[f.Stratum(row)]--
			want = append(want, row)
		}
	}
	require.Equal(t, want, s.Units, "the first of each stratum, by ticket")
	for i, row := range s.Units {
		require.Equal(t, float64(sizes[f.Stratum(row)])/float64(map[string]int{"x": 30, "y": 60}[f.Stratum(row)]), s.Probabilities[i])
	}
	_, err = StratifiedTickets(f, map[string]int{"x": 31, "y": 1}, Seed{}, TicketOptions{})
	requireError(t, err, ErrTooMany, "draw: stratum x: sizes asks for more units than it has (want 31, have 30): more than there are: invalid")
	_, err = StratifiedTickets(f, sizes, Seed{}, TicketOptions{Start: 1})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = StratifiedTickets(smallFrame(t, 1, Columns{}), nil, Seed{}, TicketOptions{})
	require.ErrorIs(t, err, ErrInvalid)
}

func TestTicketsHardInputs(t *testing.T) {
	f := smallFrame(t, 5, Columns{})
	_, err := Tickets(f, 6, Seed{}, TicketOptions{})
	requireError(t, err, ErrTooMany, "draw: n is more than the frame has (want 6, have 5): more than there are: invalid")
	_, err = Tickets(f, -1, Seed{}, TicketOptions{})
	require.ErrorIs(t, err, ErrInvalid)
	for _, o := range []TicketOptions{{Start: -.1}, {Start: 1}, {Start: nan()}, {Label: "\x00"}, {Label: "\xff"}} {
		_, err = Tickets(f, 1, Seed{}, o)
		require.ErrorIs(t, err, ErrInvalid)
		_, err = PermanentNumbers(f, Seed{}, o)
		require.ErrorIs(t, err, ErrInvalid)
		_, err = PoissonTickets(f, constant(.5, 5), Seed{}, o)
		require.ErrorIs(t, err, ErrInvalid)
	}
	s, err := Tickets(smallFrame(t, 0, Columns{}), 0, Seed{}, TicketOptions{})
	require.NoError(t, err)
	require.Zero(t, s.Len())
	s, err = Tickets(numbered(t, 3), 3, Seed{}, TicketOptions{})
	require.NoError(t, err)
	require.ElementsMatch(t, []int{0, 1, 2}, s.Units)
	require.Equal(t, constant(1, 3), s.Probabilities)
}

// Surveys by the same tickets share as much as they can; starts far enough apart
// share nothing, as long as the tickets between them suffice.
func TestCoordination(t *testing.T) {
	f := smallFrame(t, 200, Columns{})
	ids := func(n int, o TicketOptions) []string {
		s, err := Tickets(f, n, Seed{9}, o)
		require.NoError(t, err)
		list, err := s.IDs(f)
		require.NoError(t, err)
		return list
	}
	require.Equal(t, 30, Overlap(ids(30, TicketOptions{}), ids(50, TicketOptions{})))
	require.Equal(t, 0, Overlap(ids(50, TicketOptions{}), ids(50, TicketOptions{Start: .5})))
	require.Equal(t, 200, Overlap(ids(200, TicketOptions{}), ids(200, TicketOptions{Start: .5})))
	unrelated := Overlap(ids(50, TicketOptions{}), ids(50, TicketOptions{Label: "other"}))
	require.InDelta(t, 12.5, unrelated, 9, "a quarter by chance")

	// A tenth of the frame changes: what stays in the frame stays in the sample but for
	// the places that newcomers take.
	changed := make([]string, 200)
	for i := range changed {
		changed[i] = fmt.Sprintf("u%03d", i+20)
	}
	g, err := NewFrame(changed, Columns{})
	require.NoError(t, err)
	s, err := Tickets(g, 50, Seed{9}, TicketOptions{})
	require.NoError(t, err)
	after, err := s.IDs(g)
	require.NoError(t, err)
	require.GreaterOrEqual(t, Overlap(ids(50, TicketOptions{}), after), 36)
	require.Equal(t, 1, Overlap([]string{"a", "a", "b"}, []string{"a", "a", "c"}))
}

func TestPoissonTickets(t *testing.T) {
	f := smallFrame(t, 6, Columns{})
	p := []float64{0, .1, .4, .8, .95, 1}
	q := []float64{.3, .5, .2, .9, .5, 0}
	draws := trials(20_000)
	counts, shared := make([]int, 6), 0
	expected, err := ExpectedOverlap(f, p, .2, q, .9)
	require.NoError(t, err)
	for i := range draws {
		var seed Seed
		binary.BigEndian.PutUint64(seed[8:], uint64(i))
		a, err := PoissonTickets(f, p, seed, TicketOptions{Start: .2})
		require.NoError(t, err)
		numbers, err := PermanentNumbers(f, seed, TicketOptions{Start: .2})
		require.NoError(t, err)
		for k, row := range a.Units {
			counts[row]++
			if a.Probabilities[k] != p[row] || numbers[row] >= p[row] || k > 0 && numbers[a.Units[k-1]] > numbers[row] {
				require.Fail(t, "record", "%v", a)
			}
		}
		b, err := PoissonTickets(f, q, seed, TicketOptions{Start: .9})
		require.NoError(t, err)
		for _, row := range b.Units {
			if slices.Contains(a.Units, row) {
				shared++
			}
		}
	}
	require.Zero(t, counts[0])
	require.Equal(t, draws, counts[5])
	for row := 1; row < 5; row++ {
		requireFits(t, []int{counts[row], draws - counts[row]}, []float64{float64(draws) * p[row], float64(draws) * (1 - p[row])})
	}
	require.InDelta(t, expected, float64(shared)/float64(draws), .03)
}

func TestExpectedOverlap(t *testing.T) {
	f := numbered(t, 1)
	for _, c := range []struct{ p, a, q, b, want float64 }{
		{.3, 0, .5, 0, .3},        // one in the other
		{.3, 0, .5, .5, 0},        // apart
		{.3, .125, .5, .25, .175}, // in part
		{.5, .75, .5, 0, .25},     // across the end
		{.5, 0, .5, .75, .25},     // the same the other way
		{1, .3, .6, .1, .6},       // everything
		{.75, 0, .75, .5, .5},     // both ends meet: 1/4 and 1/4
		{0, .3, .6, .1, 0},        // nothing
	} {
		got, err := ExpectedOverlap(f, []float64{c.p}, c.a, []float64{c.q}, c.b)
		require.NoError(t, err)
		require.InDelta(t, c.want, got, 1e-15, "%+v", c)
	}
	_, err := ExpectedOverlap(f, []float64{.1, .2}, 0, []float64{.1}, 0)
	requireError(t, err, ErrInvalid, "draw: probabilities are 2 for 1 units: invalid")
	_, err = ExpectedOverlap(f, []float64{.1}, 0, []float64{nan()}, 0)
	requireError(t, err, ErrInvalid, "draw: row 0: probabilities must be 0 to 1: invalid")
	_, err = ExpectedOverlap(f, []float64{.1}, 0, []float64{.1}, 1)
	require.ErrorIs(t, err, ErrInvalid)
}
