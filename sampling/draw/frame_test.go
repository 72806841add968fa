package draw

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestFrameHardInputs(t *testing.T) {
	nan := math.NaN()
	three := []string{"a", "b", "c"}
	for _, c := range []struct {
		name    string
		ids     []string
		columns Columns
		is      error
		text    string
	}{
		{"duplicate", []string{"x", "b", "a", "b", "x"}, Columns{}, ErrDuplicate, "draw: row 3: ids has an id that was there before: b: duplicate"},
		{"duplicate in order", []string{"a", "a"}, Columns{}, ErrDuplicate, "draw: row 1: ids has an id that was there before: a: duplicate"},
		{"three times", []string{"c", "a", "a", "a"}, Columns{}, ErrDuplicate, "draw: row 2: ids has an id that was there before: a: duplicate"},
		{"empty id", []string{"a", ""}, Columns{}, ErrInvalid, "draw: row 1: ids must be 1 to 255 bytes of UTF-8 without NUL: invalid"},
		{"NUL", []string{"a\x00"}, Columns{}, ErrInvalid, "draw: row 0: ids must be 1 to 255 bytes of UTF-8 without NUL: invalid"},
		{"not UTF-8", []string{"a", "b", "\xff"}, Columns{}, ErrInvalid, "draw: row 2: ids must be 1 to 255 bytes of UTF-8 without NUL: invalid"},
		{"long", []string{strings.Repeat("x", 256)}, Columns{}, ErrInvalid, "draw: row 0: ids must be 1 to 255 bytes of UTF-8 without NUL: invalid"},
		{"strata short", three, Columns{Stratum: []string{"n", "s"}}, ErrInvalid, "draw: stratum has 2 values for 3 units: invalid"},
		{"stratum empty", three, Columns{Stratum: []string{"n", "", "s"}}, ErrInvalid, "draw: row 1: stratum must be 1 to 255 bytes of UTF-8 without NUL: invalid"},
		{"first stratum empty", three, Columns{Stratum: []string{"", "", "s"}}, ErrInvalid, "draw: row 0: stratum must be 1 to 255 bytes of UTF-8 without NUL: invalid"},
		{"clusters long", three, Columns{Cluster: []string{"n", "s", "s", "s"}}, ErrInvalid, "draw: cluster has 4 values for 3 units: invalid"},
		{"not nested", three, Columns{Stratum: []string{"n", "s", "s"}, Cluster: []string{"1", "2", "1"}}, ErrInvalid,
			"draw: row 2: stratum s: cluster 1: cluster lies in another stratum too: labels must be distinct over strata: invalid"},
		{"sizes short", three, Columns{Size: []float64{1}}, ErrInvalid, "draw: size has 1 values for 3 units: invalid"},
		{"NaN", three, Columns{Size: []float64{1, nan, 1}}, ErrInvalid, "draw: row 1: size must be finite and not negative: invalid"},
		{"infinite", three, Columns{Size: []float64{1, 1, math.Inf(1)}}, ErrInvalid, "draw: row 2: size must be finite and not negative: invalid"},
		{"negative", three, Columns{Size: []float64{-1, 1, 1}}, ErrInvalid, "draw: row 0: size must be finite and not negative: invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewFrame(c.ids, c.columns)
			requireError(t, err, c.is, c.text)
		})
	}
	_, err := Numbered(-1, Columns{})
	requireError(t, err, ErrInvalid, "draw: n is -1 and must be 0 to 2147483647: invalid")
	_, err = Numbered(2, Columns{Size: []float64{1}})
	require.ErrorIs(t, err, ErrInvalid)
}

func TestFrameReads(t *testing.T) {
	f, err := NewFrame([]string{"c", "a", "b"}, Columns{Stratum: []string{"south", "north", "south"}, Cluster: []string{"2", "1", "2"}, Size: []float64{3, 1, 2}})
	require.NoError(t, err)
	require.Equal(t, 3, f.Len())
	require.Equal(t, map[string]int{"north": 1, "south": 2}, maps.Collect(f.Strata()))
	require.Equal(t, map[string]int{"1": 1, "2": 2}, maps.Collect(f.Clusters()))
	for row, id := range []string{"c", "a", "b"} {
		require.Equal(t, id, f.ID(row))
		got, err := f.Row(id)
		require.NoError(t, err)
		require.Equal(t, row, got)
	}
	require.Equal(t, "north", f.Stratum(1))
	require.Equal(t, "2", f.Cluster(2))
	require.Equal(t, 2.0, f.Size(2))
	for _, id := range []string{"", "aa", "d", "\xff"} {
		_, err = f.Row(id)
		require.ErrorIs(t, err, ErrNotFound)
	}

	n := numbered(t, 12)
	require.Equal(t, "11", n.ID(11))
	require.Empty(t, n.Stratum(3))
	require.Empty(t, n.Cluster(3))
	require.Zero(t, n.Size(3))
	require.Empty(t, maps.Collect(n.Strata()))
	row, err := n.Row("11")
	require.NoError(t, err)
	require.Equal(t, 11, row)
	for _, id := range []string{"12", "-1", "01", "+1", "x", ""} {
		_, err = n.Row(id)
		require.ErrorIs(t, err, ErrNotFound, id)
	}
}

func TestFrameKeepsItsOwn(t *testing.T) {
	ids, strata, sizes := []string{"a", "b"}, []string{"n", "s"}, []float64{1, 2}
	f, err := NewFrame(ids, Columns{Stratum: strata, Size: sizes})
	require.NoError(t, err)
	ids[0], strata[0], sizes[0] = "z", "z", 9
	require.Equal(t, "a", f.ID(0))
	require.Equal(t, "n", f.Stratum(0))
	require.Equal(t, 1.0, f.Size(0))
}

// The format of what is hashed is part of every record: it must not change.
func TestFrameHashIsPinned(t *testing.T) {
	f, err := NewFrame([]string{"b", "a"}, Columns{Stratum: []string{"s", "n"}, Cluster: []string{"2", "1"}, Size: []float64{2, 1}})
	require.NoError(t, err)
	require.Equal(t, pinnedHash, f.Hash().String())
	require.Equal(t, pinnedSetHash, f.SetHash().String())
	require.Equal(t, pinnedNumbered, numbered(t, 10).Hash().String())
}

// Any change of content changes the hash; a change of order changes only the first.
func TestFrameHashTellsFramesApart(t *testing.T) {
	type content struct {
		ids     []string
		columns Columns
	}
	base := func() content {
		return content{[]string{"a", "b", "c"}, Columns{[]string{"n", "n", "s"}, []string{"1", "2", "3"}, []float64{1, 2, 3}}}
	}
	changes := map[string]func(*content){
		"as it is":     func(*content) {},
		"id":           func(c *content) { c.ids[0] = "d" },
		"ids moved":    func(c *content) { c.ids = []string{"b", "a", "c"} },
		"stratum":      func(c *content) { c.columns.Stratum[1] = "s" },
		"strata gone":  func(c *content) { c.columns.Stratum = nil },
		"renamed":      func(c *content) { c.columns.Stratum = []string{"m", "m", "s"} },
		"cluster":      func(c *content) { c.columns.Cluster[1] = "1" },
		"cluster gone": func(c *content) { c.columns.Cluster = nil },
		"swapped":      func(c *content) { c.columns.Stratum = nil; c.columns.Cluster = []string{"n", "n", "s"} },
		"size":         func(c *content) { c.columns.Size[2] = math.Nextafter(3, 4) },
		"sizes gone":   func(c *content) { c.columns.Size = nil },
		"one less":     func(c *content) { c.ids = c.ids[:2]; c.columns = Columns{} },
		"only ids":     func(c *content) { c.columns = Columns{} },
	}
	seen := map[Hash]string{}
	for name, change := range changes {
		c := base()
		change(&c)
		f, err := NewFrame(c.ids, c.columns)
		require.NoError(t, err)
		require.Empty(t, seen[f.Hash()], name)
		seen[f.Hash()] = name
	}
	require.Len(t, seen, len(changes))

	n, err := Numbered(3, Columns{})
	require.NoError(t, err)
	f, err := NewFrame([]string{"0", "1", "2"}, Columns{})
	require.NoError(t, err)
	require.NotEqual(t, f.Hash(), n.Hash())

	zero, err := NewFrame([]string{"a"}, Columns{Size: []float64{0}})
	require.NoError(t, err)
	minus, err := NewFrame([]string{"a"}, Columns{Size: []float64{math.Copysign(0, -1)}})
	require.NoError(t, err)
	require.Equal(t, zero.Hash(), minus.Hash())
}

func TestFrameSetHashForgetsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`(staff-2026-)?[a-c]{1,12}`), 0, 40, rapid.ID[string]).Draw(t, "ids")
		order := rapid.Permutation(ids).Draw(t, "order")
		labels := func(ids []string) (list []string) {
			for _, id := range ids {
				list = append(list, id[:1])
			}
			return list
		}
		a, err := NewFrame(ids, Columns{Stratum: labels(ids)})
		require.NoError(t, err)
		b, err := NewFrame(order, Columns{Stratum: labels(order)})
		require.NoError(t, err)
		require.Equal(t, a.SetHash(), b.SetHash())
		require.Equal(t, slices.Equal(ids, order), a.Hash() == b.Hash())
		require.Equal(t, slices.IsSorted(ids), a.order == nil)
		for row, id := range order {
			got, err := b.Row(id)
			require.NoError(t, err)
			require.Equal(t, row, got)
		}
	})
}

func TestSampleIDs(t *testing.T) {
	f := smallFrame(t, 5, Columns{})
	s, err := Simple(f, 5, Seeded(Seed{}), Options{})
	require.NoError(t, err)
	ids, err := s.IDs(f)
	require.NoError(t, err)
	require.Equal(t, []string{"u000", "u001", "u002", "u003", "u004"}, ids)
	_, err = s.IDs(smallFrame(t, 6, Columns{}))
	requireError(t, err, ErrInvalid, "draw: frame is not the one that was drawn from: invalid")
	s.Units[2] = 5
	_, err = s.IDs(f)
	require.ErrorIs(t, err, ErrInvalid)
}

func TestSampleJSON(t *testing.T) {
	f := smallFrame(t, 5, Columns{Cluster: []string{"x", "x", "y", "y", "y"}})
	for _, s := range []*Sample{
		must(Simple(f, 2, Seeded(ascending()), Options{Order: OrderDrawn})),
		must(Simple(f, 0, From(pcg(1)), Options{})),
		must(Tickets(f, 3, ascending(), TicketOptions{Label: "2026"})),
		must(Cluster(f, 2, Seeded(Seed{}), ClusterOptions{Units: 1})),
	} {
		text, err := json.Marshal(s)
		require.NoError(t, err)
		var back Sample
		require.NoError(t, json.Unmarshal(text, &back))
		require.True(t, s.Equal(&back), "%s", text)
	}
	require.Contains(t, string(must(json.Marshal(must(Simple(f, 1, From(pcg(1)), Options{}))))), `"design":"simple","frame":"`)
}

func TestOptionsJSON(t *testing.T) {
	requireJSON(t, `{"order":"drawn"}`, Options{Order: OrderDrawn})
	requireJSON(t, `{"circular":true}`, SystematicOptions{Circular: true})
	requireJSON(t, `{"units":3,"whole_smaller":true}`, ClusterOptions{Units: 3, WholeSmaller: true})
	requireJSON(t, `{"label":"2026","start":0.5}`, TicketOptions{Label: "2026", Start: .5})
	requireJSON(t, `{"design":"sampford"}`, PPSOptions{Design: DesignSampford})
	requireJSON(t, `{"variables":[[1,2]],"random_size":true,"stratified":true,"coordinates":[[3,4]],"frame_order":true}`,
		CubeOptions{Variables: [][]float64{{1, 2}}, RandomSize: true, Stratified: true, Coordinates: [][]float64{{3, 4}}, FrameOrder: true})
	requireJSON(t, `{"stratum":["a"],"cluster":["b"],"size":[1.5]}`, Columns{Stratum: []string{"a"}, Cluster: []string{"b"}, Size: []float64{1.5}})
	requireJSON(t, `{"n":6,"n1":3,"n2":2,"overlap":1,"s11":4,"s22":9,"s12":5}`, Change{N: 6, N1: 3, N2: 2, Overlap: 1, S11: 4, S22: 9, S12: 5})
	for _, zero := range []any{Options{}, SystematicOptions{}, ClusterOptions{}, TicketOptions{}, PPSOptions{}, CubeOptions{}, Columns{}} {
		require.Equal(t, `{}`, string(must(json.Marshal(zero))))
	}
}

// requireJSON wants a value written and read in exactly one form.
func requireJSON[T any](t *testing.T, want string, v T) {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	require.Equal(t, want, string(text))
	var back T
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, v, back)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestNames(t *testing.T) {
	for d := DesignSimple; d <= DesignLocalPivotal; d++ {
		text, err := d.MarshalText()
		require.NoError(t, err, d)
		require.Equal(t, d.String(), string(text))
		require.True(t, wording.HasHan(d.Zh()), d)
		var back Design
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, d, back)
	}
	var d Design
	require.ErrorIs(t, d.UnmarshalText([]byte("")), ErrInvalid)
	require.ErrorIs(t, d.UnmarshalText([]byte("Simple")), ErrInvalid)
	for _, none := range []Design{0, DesignLocalPivotal + 1, 200} {
		_, err := none.MarshalText()
		require.ErrorIs(t, err, ErrInvalid)
	}
	require.Empty(t, d.String()+d.Zh())
	require.Equal(t, "??", Design(200).String()+Design(200).Zh())
	wording.Enum(t, OrderRow, OrderTicket, ErrInvalid)

	var s Seed
	require.NoError(t, s.UnmarshalText([]byte(ascending().String())))
	require.Equal(t, ascending(), s)
	var h Hash
	for _, text := range []string{"", "00", strings.Repeat("g", 64), strings.Repeat("0", 66)} {
		require.ErrorIs(t, s.UnmarshalText([]byte(text)), ErrInvalid)
		require.ErrorIs(t, h.UnmarshalText([]byte(text)), ErrInvalid)
	}
	require.Equal(t, ascending(), s, "a refused text changes nothing")
}

// Computed by a program of twenty lines in Python from the description of the format.
const (
	pinnedHash     = "89acb662c0c62e857392c0c88f4feb4666be51aae2b58563af55c924bba20370"
	pinnedSetHash  = "de3fe73bfc988ae228fbc29e7113ad1a34f2e8ad965c55c68bd1076b7688b955"
	pinnedNumbered = "a34bf41153a37ac7ac39dd958be078a76a9cd095c64fa1ece6c38c22938e12ee"
)
