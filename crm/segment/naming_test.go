package segment_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/segment"
)

func box(name string, r, f, m segment.Interval) segment.Segment {
	return segment.Segment{Name: name, R: r, F: f, M: m}
}

// Every triple of a shipped table lies in exactly one of its boxes, and that is
// the one Of names.
func TestShippedTablesPartition(t *testing.T) {
	check := func(bins int, table []segment.Segment) {
		n, err := segment.NewNaming(bins, table)
		require.NoError(t, err)
		require.Equal(t, bins, n.Bins())
		inside := func(s uint8, i segment.Interval) bool { return i.From <= s && s <= i.To }
		for r := uint8(1); int(r) <= bins; r++ {
			for f := uint8(1); int(f) <= bins; f++ {
				for m := uint8(1); int(m) <= bins; m++ {
					score := segment.Score{R: r, F: f, M: m}
					var in []int
					for i, s := range table {
						if inside(r, s.R) && inside(f, s.F) && inside(m, s.M) {
							in = append(in, i)
						}
					}
					at, ok := n.Of(score)
					require.True(t, ok)
					require.Equal(t, []int{at}, in, score)
					require.Equal(t, table[at].Name, n.Name(score))
				}
			}
		}
		for _, none := range []segment.Score{{}, {R: 1, F: 1, M: uint8(bins) + 1}, {R: 255, F: 1, M: 1}} {
			_, ok := n.Of(none)
			require.False(t, ok, none)
			require.Empty(t, n.Name(none))
		}
	}
	check(segment.DefaultBins, segment.DefaultSegments())
	for bins := 2; bins <= segment.MaxBins; bins++ {
		for high := 2; high <= bins; high++ {
			table, err := segment.EightSegments(bins, high)
			require.NoError(t, err)
			check(bins, table)
		}
	}
}

func TestRefusedTables(t *testing.T) {
	all, one, two := segment.Interval{From: 1, To: 2}, segment.Interval{From: 1, To: 1}, segment.Interval{From: 2, To: 2}
	low := box("low", one, all, all)
	for name, c := range map[string]struct {
		bins  int
		table []segment.Segment
		says  string
	}{
		"gap":           {2, []segment.Segment{low, box("high", two, all, one)}, "no segment holds the scores 212"},
		"overlap":       {2, []segment.Segment{low, box("high", all, all, all)}, "row 1: overlaps row 0"},
		"nothing":       {2, nil, "no segment holds the scores 111"},
		"no name":       {2, []segment.Segment{low, box("", two, all, all)}, "row 1: has no name"},
		"name twice":    {2, []segment.Segment{low, box("low", two, all, all)}, "row 1: has the name of row 0"},
		"upside down":   {2, []segment.Segment{low, box("high", segment.Interval{From: 2, To: 1}, all, all)}, "row 1: its interval R"},
		"from 0":        {2, []segment.Segment{box("low", segment.Interval{To: 2}, all, all)}, "row 0: its interval R"},
		"beyond bins":   {2, []segment.Segment{box("low", all, all, segment.Interval{From: 1, To: 3})}, "row 0: its interval M"},
		"too few bins":  {1, []segment.Segment{low}, "1 is outside 2 to 9"},
		"too many bins": {10, []segment.Segment{low}, "10 is outside 2 to 9"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := segment.NewNaming(c.bins, c.table)
			require.ErrorIs(t, err, segment.ErrInvalid)
			require.ErrorContains(t, err, c.says)
		})
	}
	for _, c := range [][2]int{{1, 2}, {10, 2}, {5, 1}, {5, 6}} {
		_, err := segment.EightSegments(c[0], c[1])
		require.ErrorIs(t, err, segment.ErrInvalid)
	}
	rfm, err := purchases().RFM(0, segment.Scoring{Bins: 3})
	require.NoError(t, err)
	names, err := segment.NewNaming(segment.DefaultBins, segment.DefaultSegments())
	require.NoError(t, err)
	_, err = rfm.Report(names)
	require.ErrorIs(t, err, segment.ErrInvalid, "names for another number of bins")
}
