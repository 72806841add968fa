package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// tenYears is an office calendar with fifty exceptions a year.
func tenYears(b *testing.B) calendar.Spec {
	s := office(b)
	s.Years, s.From, s.To = nil, day("2020-01-01"), day("2029-12-31")
	for i := range 500 {
		s.Exceptions = append(s.Exceptions, calendar.Exception{
			Date: s.From + calendar.Day(i*7), Kind: calendar.Kind(i % 2), Name: "holiday",
		})
	}
	return s
}

// instants returns n instants of the ten years in an order that no branch
// predictor learns.
func instants(n int) []time.Time {
	list := make([]time.Time, n)
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range list {
		list[i] = start.Add(time.Duration(i*7919%80_000) * time.Hour)
	}
	return list
}

func BenchmarkBetween(b *testing.B) {
	c, list := compiled(b, tenYears(b)), instants(4096)
	b.ReportAllocs()
	i, sum := 0, time.Duration(0)
	for b.Loop() {
		d, _ := c.Between(list[i&4095], list[(i+1)&4095])
		sum ^= d
		i++
	}
	_ = sum
}

func BenchmarkAdd(b *testing.B) {
	c, list := compiled(b, tenYears(b)), instants(4096)
	for _, d := range []time.Duration{8 * time.Hour, -8 * time.Hour, 1000 * time.Hour} {
		b.Run(fmt.Sprint(d), func(b *testing.B) {
			b.ReportAllocs()
			i, sum := 0, 0
			for b.Loop() {
				t, _ := c.Add(list[i&4095], d)
				sum ^= t.Nanosecond()
				i++
			}
			_ = sum
		})
	}
}

func BenchmarkAddWorkdays(b *testing.B) {
	c, list := compiled(b, tenYears(b)), spread(4096)
	for i := range list {
		list[i] = day("2021-01-01") + list[i]%2500
	}
	b.ReportAllocs()
	i, sum := 0, calendar.Day(0)
	for b.Loop() {
		d, _ := c.AddWorkdays(list[i&4095], 5)
		sum ^= d
		i++
	}
	_ = sum
}

func BenchmarkCompile(b *testing.B) {
	s := tenYears(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := calendar.Compile(s); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAllocations(t *testing.T) {
	c := compiled(t, office(t))
	a, b := at(t, "2026-02-13 17:00"), at(t, "2026-02-24 10:00")
	day := day("2026-02-13")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		d, err := c.Between(a, b)
		if err == nil {
			_, err = c.Add(b, -d)
		}
		if err == nil {
			_, err = c.AddWorkdays(day, 5)
		}
		if err != nil {
			panic(err)
		}
	}))
}
