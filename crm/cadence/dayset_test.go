package cadence

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Each answer of a set is that of a list of yes and no.
func TestDaysetAgainstList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 300).Draw(t, "size")
		list, set := make([]bool, size), dayset{1, 2, 3}.sized(size)
		one := func(name string) int { return rapid.IntRange(0, size-1).Draw(t, name) }
		for range rapid.IntRange(0, 6).Draw(t, "ranges") {
			from, to := one("from"), one("to")
			set.setRange(from, to)
			for i := from; i <= to; i++ {
				list[i] = true
			}
		}
		for range rapid.IntRange(0, 20).Draw(t, "days") {
			i := one("day")
			set.set(i)
			list[i] = true
		}
		from, to, n := one("a"), one("b"), rapid.IntRange(1, 70).Draw(t, "n")
		count, last, nth, gap, left := 0, -1, 64*len(set), -1, n
		for i, yes := range list {
			require.Equal(t, yes, set.has(i))
			if yes && from <= i && i <= to {
				count, last = count+1, i
			}
			if yes && i >= from {
				if left--; left == 0 {
					nth = i
				}
			}
			if !yes && i >= from && gap < 0 {
				gap = i
			}
		}
		require.Equal(t, count, set.count(from, to))
		require.Equal(t, last, set.last(from, to))
		require.Equal(t, nth, set.nth(from, n))
		if gap < 0 {
			gap = size // behind the list, and there is no day
		}
		require.Equal(t, gap, set.gap(from))
		offset := rapid.IntRange(-100, 400).Draw(t, "offset")
		word := set.word(offset)
		for k := range 64 {
			i := offset + k
			require.Equal(t, i >= 0 && i < size && list[i], word>>k&1 != 0)
		}
	})
}

// The table finds the day of which the first instant is the last one before, also
// where clocks change at midnight and where a day is skipped.
func TestGridAgainstStarts(t *testing.T) {
	for _, name := range []string{"Asia/Shanghai", "America/Sao_Paulo", "America/Havana", "America/St_Johns", "Pacific/Apia", "Europe/Berlin"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		rapid.Check(t, func(t *rapid.T) {
			g := &grid{zone: zone}
			for range 20 {
				at := time.Date(2008, 1, 1, 0, 0, rapid.IntRange(0, 12*366*86400).Draw(t, "at"), 0, time.UTC)
				if rapid.Bool().Draw(t, "at a change") {
					if _, end := at.In(zone).ZoneBounds(); !end.IsZero() {
						at = end.Add(time.Duration(rapid.IntRange(-7200, 7200).Draw(t, "off")) * time.Second)
					}
				}
				d := g.day(at.Unix())
				require.False(t, d.Start(zone).After(at))
				require.True(t, (d + 1).Start(zone).After(at))
				require.Equal(t, d.Start(zone).Unix(), g.start(d))
				year, month, _ := d.Date()
				require.EqualValues(t, year*12+int(month)-1, g.month(d))
				first, last := g.monthDays(g.month(d))
				require.Equal(t, calendar.MustDate(year, month, 1), first)
				require.Equal(t, first.AddMonths(1)-1, last)
			}
		})
	}
}
